"""Files of a bucket and of a folder come in when they are new, and again when they change."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import fs

from heartline.collect.connecting import running
from heartline.collect.connecting.fetching import NotFetched
from heartline.collect.connecting.keeping import Keeping
from tests.clients import ground

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


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """Give the address of a server of buckets on loopback, with one bucket."""
    program = ground.HOME / "bin" / "moto_server"
    if not program.exists():
        pytest.skip("no server of buckets: ./test clients installs it")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [program, "-H", "127.0.0.1", "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"},
    )  # fmt: skip
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        system(f"127.0.0.1:{port}").create_dir("exports")
        yield f"127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


def system(address: str) -> fs.S3FileSystem:
    return fs.S3FileSystem(
        access_key="AKIAEXAMPLE", secret_key="k", endpoint_override=address, scheme="http", allow_bucket_creation=True
    )


def put(address: str, path: str, body: bytes) -> None:
    with system(address).open_output_stream(f"exports/shop/orders/{path}") as out:
        out.write(body)


def test_only_what_is_new_or_changed_is_read_from_a_bucket(bucket: str, tmp_path: Path) -> None:
    data = tmp_path / "data"
    recipe = write(tmp_path, region=f"eu-central-1\n  endpoint: http://{bucket}")
    put(bucket, "a.csv", CSV.encode("utf-16"))
    put(bucket, "b.jsonl", LINE.encode())
    put(bucket, "c.parquet", parquet(tmp_path))
    first = running.run(recipe, data, secret="k", private=True)
    assert first.fetched == {"orders": 4}
    assert landed(data) == {"order_placed": 4}
    put(bucket, "a.csv", (CSV + "5;7;2026-03-05 10:00:00;1.00\n").encode())
    second = running.run(recipe, data, secret="k", private=True)
    assert second.count("landed") == 1
    assert landed(data) == {"order_placed": 5}
    with pytest.raises(NotFetched) as error:
        running.run(recipe, data, secret="k")
    assert error.value.code == "private_host"


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


def test_a_file_that_is_not_what_it_says_stops_the_run(tmp_path: Path) -> None:
    folder = tmp_path / "out" / "orders"
    folder.mkdir(parents=True)
    (folder / "a.parquet").write_bytes(b"no Parquet")
    with pytest.raises(NotFetched) as error:
        running.run(write(tmp_path, url=str(tmp_path / "out")), tmp_path / "data", secret="k")
    assert (error.value.code, error.value.values) == ("bad_file", {"file": "orders/a.parquet"})
