"""A full disk and a missing permission: said clearly, and the lake stays as it was."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pytest

from heartline.core.errors import Forbidden, Unavailable
from heartline.store.lake import Lake
from heartline.store.tests.world import events, interactions

NOBODY = 65534


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 3 MB; where none can be mounted, a process that may write files of 1 MB at most."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(tmp_path)]
    if os.geteuid() == 0 and subprocess.run(mount, capture_output=True, check=False).returncode == 0:
        yield tmp_path
        subprocess.run(["umount", "-l", str(tmp_path)], check=True)
        return
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, limits[1]))
    yield tmp_path
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@contextmanager
def without_permission(folder: Path) -> Iterator[None]:
    """Take the right to write to a folder from this process; from root by becoming nobody."""
    modes = {path: path.stat().st_mode for path in [folder, *folder.rglob("*")] if path.is_dir()}
    for path in modes:
        path.chmod(0o555)
    root = os.geteuid() == 0
    try:
        if root:
            os.seteuid(NOBODY)
        yield
    finally:
        if root:
            os.seteuid(0)
        for path, mode in modes.items():
            path.chmod(mode)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody may read; pytest's own are closed."""
    folder = Path(tempfile.mkdtemp(prefix="heartline-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def large(rows: int = 200_000) -> pa.Table:
    table = interactions([("anna", "shop", "2024-03-01")], first=2).take(pa.array([0] * rows))
    return table.set_column(0, "id", pa.array([os.urandom(16).hex() for _ in range(rows)]))


def ids(lake: Lake) -> list[str]:
    now = lake.at()
    return sorted(now.execute(now.rows("id"))["id"].to_pylist())


def test_a_full_disk_is_said_and_the_lake_stays_as_it_was(small_disk: Path) -> None:
    lake = events(small_disk / "data", [("anna", "shop", "2024-03-01")])
    rows = large()
    with pytest.raises(Unavailable) as refused, lake.write("too much") as writer:
        writer.append(rows)
    assert refused.value.code == "disk_full"
    assert "Free some space" in str(refused.value)
    assert len(list(lake.interactions.folder.rglob("*.parquet"))) == 1
    assert ids(lake) == ids(Lake.open(small_disk / "data")) == ["world:1"]
    events(small_disk / "data", [("bob", "shop", "2024-03-01")])
    assert ids(lake) == ["world:1", "world:2"]


def test_a_small_table_that_finds_no_room_is_said_too(small_disk: Path) -> None:
    lake = events(small_disk / "data", [("anna", "shop", "2024-03-01")])
    names = pa.array([f"card:{os.urandom(16).hex()}" for _ in range(150_000)])
    ledger = pa.table({"left": names, "right": names, "same": pa.array([True] * len(names))})
    with pytest.raises(Unavailable, match="Writing stopped"), lake.write("ledger") as writer:
        writer.add("identities", ledger)
    assert list((lake.tables["identities"].folder).glob("*.parquet")) == []
    events(small_disk / "data", [("bob", "shop", "2024-03-01")])
    assert ids(lake) == ["world:1", "world:2"]


@pytest.mark.parametrize("part", ["lake/interactions", "lake/definitions", "lake"])
def test_a_missing_permission_is_said_and_reading_goes_on(open_folder: Path, part: str) -> None:
    data = open_folder / "data"
    events(data, [("anna", "shop", "2024-03-01")])
    (data / "lake" / "write.lock").chmod(0o666)
    with without_permission(data / part):
        with pytest.raises(Forbidden) as refused:
            events(data, [("bob", "shop", "2024-03-01")], touchpoint={"shop": {"label": "Shop"}})
        assert refused.value.code == "no_permission"
        assert ids(Lake.open(data)) == ["world:1"]
    assert ids(events(data, [("bob", "shop", "2024-03-01")])) == ["world:1", "world:2"]


def test_where_nothing_may_be_written_everything_can_be_read(open_folder: Path) -> None:
    data = open_folder / "data"
    events(data, [("anna", "shop", "2024-03-01")])
    with without_permission(data):
        lake = Lake.open(data)
        assert ids(lake) == ["world:1"]
        with pytest.raises(Forbidden), lake.write("more"):
            pass
