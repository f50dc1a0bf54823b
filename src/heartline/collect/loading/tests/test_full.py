"""A full disk: what was acknowledged stays, lands once there is room, and nothing is doubled."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from heartline.collect.inbox import opened
from heartline.collect.loading.keeping import Nobody
from heartline.collect.loading.loader import Loader
from heartline.collect.loading.tests.wire import request, take
from heartline.core.errors import Unavailable
from heartline.store.lake import Lake
from heartline.store.tests.test_full import small_disk

__all__ = ["small_disk"]


@pytest.mark.about_files
def test_nothing_acknowledged_is_lost_when_the_disk_is_full(small_disk: Path) -> None:
    data, ballast = small_disk / "data", small_disk / "ballast"
    lake = Lake.create(data)
    ballast.write_bytes(os.urandom(900_000))
    acknowledged, refused = [], []
    with opened(data) as inbox:
        some = Loader(lake, inbox, take, Nobody(), "test")
        for number in range(400):
            name = f"{number}-{os.urandom(2000).hex()}"
            try:
                inbox.put([request({"id": name, "user_id": f"u{number % 9}"})])
                acknowledged.append(f"shop:{name}")
            except Unavailable as error:
                refused.append(error.code)
        assert set(refused) == {"inbox_full"}
        with pytest.raises(Unavailable):
            _all(some)
        some._number = None
        ballast.unlink()
        _all(some)
        assert inbox.backlog().requests == 0
    now = Lake.open(data).at()
    found = now.execute(now.rows("id"))["id"].to_pylist()
    assert set(acknowledged) <= set(found)
    assert len(found) == len(set(found))


def _all(some: Loader) -> None:
    while some.inbox.backlog().requests:
        some.turn()
