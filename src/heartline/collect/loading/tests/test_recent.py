"""An id that came before is known: in a batch, over batches, files and restarts; of the last thirty days."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from heartline.collect.loading import recent
from heartline.collect.loading.recent import Recent, digests
from heartline.store.lake import Lake
from heartline.store.tests.world import interactions


def land(lake: Lake, ids: list[str], source: str = "shop") -> int:
    rows = interactions([("anna", "web", "2026-01-01", {"id": name, "source": source}) for name in ids])
    now = pa.array([int(time.time() * 1e6)] * len(ids)).cast(pa.timestamp("us", tz="UTC"))
    rows = rows.set_column(rows.schema.get_field_index("received_at"), "received_at", now)
    with lake.write(f"{recent.WHY}1") as writer:
        writer.append(rows)
    return writer.version


def fresh(some: Recent, ids: list[str]) -> list[bool]:
    return [bool(new) for new in some.fresh(*digests(pa.array(ids)))]


def test_ids_are_known_over_batches_files_and_restarts(tmp_path: Path) -> None:
    lake = Lake.create(tmp_path / "data")
    some = Recent(lake, held=50)
    landed: list[str] = []
    for turn in range(60):
        ids = [f"shop:{turn}-{number}" for number in range(10)]
        assert fresh(some, [*ids, *landed[-20:], ids[3]]) == [True] * 10 + [False] * len(landed[-20:]) + [False]
        some.add(*digests(pa.array(ids)), land(lake, ids))
        landed += ids
        assert not any(fresh(some, landed))
        if turn % 17 == 16:
            some = Recent(lake, held=50)
            assert not any(fresh(some, landed))
    assert len(some.runs) < recent.FILES
    for path in (tmp_path / "data" / "cache" / "seen").iterdir():
        path.unlink()
    again = Recent(lake, held=50)
    assert not any(fresh(again, landed))
    assert all(fresh(again, ["shop:other", "desk:1-1"]))


def test_what_a_power_cut_left_torn_is_read_from_the_lake(tmp_path: Path) -> None:
    lake = Lake.create(tmp_path / "data")
    some, ids = Recent(lake, held=5), [f"shop:{number}" for number in range(9)]
    some.add(*digests(pa.array(ids)), land(lake, ids))
    torn = next((tmp_path / "data" / "cache" / "seen").iterdir())
    torn.write_bytes(torn.read_bytes()[:60])
    assert not any(fresh(Recent(lake, held=5), ids))


def test_after_thirty_days_an_id_may_come_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = Lake.create(tmp_path / "data")
    some, ids = Recent(lake, held=5), [f"shop:{number}" for number in range(9)]
    some.add(*digests(pa.array(ids)), land(lake, ids))
    later = time.time() + 31 * 86_400
    monkeypatch.setattr(time, "time", lambda: later)
    some.add(*digests(pa.array([f"shop:later-{number}" for number in range(9)])), some.version)
    assert all(fresh(some, ids))


def test_ids_that_share_half_their_bits_are_told_apart(tmp_path: Path) -> None:
    some = Recent(Lake.create(tmp_path / "data"), held=4)
    lo, hi = np.array([7, 7, 7, 9], np.uint64), np.array([1, 2, 3, 1], np.uint64)
    some.add(lo, hi, 0)
    assert len(some.runs) == 1
    asked = np.array([7, 7, 7, 9, 9, 11], np.uint64), np.array([3, 4, 1, 1, 2, 1], np.uint64)
    assert some.fresh(*asked).tolist() == [False, True, False, False, True, True]
