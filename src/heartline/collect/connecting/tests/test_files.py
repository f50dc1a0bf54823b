"""Files of a folder come in when they are new, and again when they change; of a bucket too (`tests/clients`)."""

from __future__ import annotations

import gzip
import json
import os
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from heartline.collect.connecting import files, running
from heartline.collect.connecting.fetching import NotFetched
from heartline.collect.connecting.keeping import Keeping
from heartline.collect.guessing import loose

from .conftest import ROOT, landed

CSV = "order_id;customer_id;placed_at;total\n1;7;2026-03-01 10:00:00;10.50\n2;8;2026-03-02 10:00:00;20.00\n"
LINE = json.dumps({"order_id": 3, "customer_id": 9, "placed_at": "2026-03-03T10:00:00Z", "total": 1.25, "a": {"b": 1}})


def parquet(folder: Path) -> bytes:
    """Write a Parquet file with types of its own."""
    table = pa.table({
        "order_id": pa.array([4], pa.int64()), "placed_at": pa.array([1772618400000000], pa.timestamp("us", "UTC")),
        "total": pa.array([7], pa.decimal128(10, 2)), "customer_id": ["10"],
    })  # fmt: skip
    pq.write_table(table, folder / "one.parquet")
    return (folder / "one.parquet").read_bytes()


def write(tmp_path: Path, **changes: str) -> Path:
    """Write the shipped recipe with another address."""
    text = (ROOT / "recipes" / "connect" / "orders_bucket.yaml").read_text()
    for old, new in changes.items():
        assert f"  {old}:" in text
        text = "\n".join(f"  {old}: {new}" if line.startswith(f"  {old}:") else line for line in text.split("\n"))
    recipe = tmp_path / "orders.yaml"
    recipe.write_text(text)
    return recipe


def test_a_folder_of_this_machine(tmp_path: Path) -> None:
    data, folder = tmp_path / "data", tmp_path / "out" / "orders"
    folder.mkdir(parents=True)
    recipe = write(tmp_path, url=str(tmp_path / "out"))
    (folder / "a.csv").write_text(CSV)
    (folder / "head.csv").write_text(CSV.splitlines()[0] + "\n")
    old = time.time() - 60
    os.utime(folder / "a.csv", (old, old))
    os.utime(folder / "head.csv", (old, old))
    assert running.run(recipe, data, secret="k").fetched == {"orders": 2}
    assert running.run(recipe, data, secret="k").fetched == {"orders": 0}
    (folder / "b.jsonl").write_text(LINE)
    os.utime(folder / "b.jsonl", (old + 3600, old + 3600))
    assert running.run(recipe, data, secret="k").fetched == {"orders": 1}
    assert running.run(recipe, data, secret="k").fetched == {"orders": 1}, "it may change again within its second"
    assert set(Keeping(data, "bucket_orders").state().tables["orders"]["files"]) == {
        "orders/a.csv", "orders/b.jsonl", "orders/head.csv",
    }  # fmt: skip
    assert landed(data) == {"order_placed": 3}


def test_a_line_or_a_document_without_an_end_does_not_fill_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MOST_LINE", 200)
    monkeypatch.setattr(files, "MOST_DOCUMENT", 200)
    for name, body, code in (
        ("a.jsonl", LINE + "\n" + " " * 300 + "\n", "no_table"), ("a.json", f"[{LINE}, {LINE}]", "too_large"),
    ):  # fmt: skip
        for packed, path in ((False, tmp_path / name), (True, tmp_path / f"{name}.gz")):
            path.write_bytes(gzip.compress(body.encode()) if packed else body.encode())
            with pytest.raises(loose.Unreadable) as refused:
                list(files._read(path, loose.kind(path.name), path.name))
            assert refused.value.code == code
    (tmp_path / "b.jsonl").write_text(f"{LINE}\n\n{LINE}\n")
    assert len(list(files._read(tmp_path / "b.jsonl", "jsonl", "b.jsonl"))) == 2


def test_a_file_that_is_not_what_it_says_stops_the_run(tmp_path: Path) -> None:
    folder = tmp_path / "out" / "orders"
    folder.mkdir(parents=True)
    (folder / "a.parquet").write_bytes(b"no Parquet")
    with pytest.raises(NotFetched) as error:
        running.run(write(tmp_path, url=str(tmp_path / "out")), tmp_path / "data", secret="k")
    assert (error.value.code, error.value.values) == ("bad_file", {"file": "orders/a.parquet"})
