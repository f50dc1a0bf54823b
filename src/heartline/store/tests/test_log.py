"""What the log tells without opening a file; states that follow one another are read as steps."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from heartline.core.errors import InvalidInput, Unavailable
from heartline.store import log
from heartline.store.lake import Lake
from heartline.store.table import CHECKPOINT_EVERY
from heartline.store.tests.world import events


def test_a_file_is_known_by_its_rows_partition_version_and_times(tmp_path: Path) -> None:
    lake = events(tmp_path, [("anna", "shop", "2024-03-01 10:00:00.000001"), ("bob", "shop", "2024-03-02T12:00:00.1Z")])
    [file] = lake.at().files("interactions")
    assert (file.rows, file.partition, file.landed) == (2, {"month": "2024-03"}, (1, 1))
    assert file.size == (lake.interactions.folder / file.path).stat().st_size
    # whole milliseconds that enclose the true times, as the Delta protocol has it
    assert file.occurred == (
        datetime(2024, 3, 1, 10, tzinfo=UTC),
        datetime(2024, 3, 2, 12, 0, 0, 100_000, tzinfo=UTC),
    )


def test_steps_and_the_whole_log_say_the_same(tmp_path: Path) -> None:
    lake = events(tmp_path, [("anna", "shop", "2024-03-01")])
    lake.at().files("interactions")  # kept from here on
    for day in range(3):
        events(tmp_path, [("bob", "shop", f"2024-04-0{day + 1}")])
    lake.compact(force=True)
    events(tmp_path, [("carl", "shop", "2024-03-01")])
    by_steps = lake.at().files("interactions")
    assert by_steps == Lake.open(tmp_path).at().files("interactions")
    assert [file.rows for file in by_steps] == [1, 3, 1]


def test_the_log_is_summed_up_now_and_then_and_opening_stays_fast(tmp_path: Path) -> None:
    lake = events(tmp_path, [("anna", "shop", "2024-03-01")])
    for number in range(CHECKPOINT_EVERY + 5):
        with lake.write("define") as writer:
            writer.define("touchpoint", "shop", {"number": number})
    assert [path.name for path in lake.definitions.log.glob("*.checkpoint.parquet")] == [
        f"{CHECKPOINT_EVERY:020d}.checkpoint.parquet"
    ]
    fresh = Lake.open(tmp_path)
    assert len(fresh.at().table("definitions")) == CHECKPOINT_EVERY + 5
    times = []
    for _ in range(20):
        began = time.thread_time()  # what others do meanwhile does not count
        fresh.at().files("definitions")
        times.append(time.thread_time() - began)
    assert sorted(times)[10] < 0.005


def test_rows_that_another_program_deleted_in_place_are_not_shown_as_there(tmp_path: Path) -> None:
    lake = events(tmp_path, [("anna", "shop", "2024-03-01")])
    lake.at().files("interactions")
    events(tmp_path, [("bob", "shop", "2024-03-01")])
    entry = lake.interactions.log / f"{2:020d}.json"
    lines = [json.loads(line) for line in entry.read_text().splitlines()]
    for line in lines:
        if "add" in line:
            line["add"]["deletionVector"] = {"storageType": "u", "pathOrInlineDv": "x", "sizeInBytes": 1}
    entry.write_text("\n".join(json.dumps(line) for line in lines))
    with pytest.raises(InvalidInput) as refused:
        lake.at().files("interactions")
    assert refused.value.code == "deletion_vectors"


def test_a_table_with_deletion_vectors_switched_on_is_refused(tmp_path: Path) -> None:
    lake = events(tmp_path, [("anna", "shop", "2024-03-01")])
    entry = lake.interactions.log / f"{0:020d}.json"
    lines = [msgspec.json.decode(line) for line in entry.read_bytes().splitlines()]
    for line in lines:
        if "protocol" in line:
            line["protocol"] = {
                "minReaderVersion": 3,
                "minWriterVersion": 7,
                "readerFeatures": ["deletionVectors"],
                "writerFeatures": ["deletionVectors"],
            }
    entry.write_bytes(b"\n".join(msgspec.json.encode(line) for line in lines))
    with pytest.raises(InvalidInput, match="in place"):
        Lake.open(tmp_path).at().files("interactions")


def test_a_log_that_cannot_be_read_at_all_is_said(tmp_path: Path) -> None:
    lake = events(tmp_path, [("anna", "shop", "2024-03-01")])
    (lake.interactions.log / f"{1:020d}.json").unlink()
    with pytest.raises(Unavailable, match="entry 1"):
        Lake.open(tmp_path).at().files("interactions")
    with pytest.raises(Unavailable):
        log.read_state(lake.interactions.folder, 7, ["month"])
