"""What is kept encrypted can be read again, whoever made the key."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from heartline.server.shell import sealed
from heartline.store.disk import flush
from heartline.store.keys import key_path
from heartline.store.lake import Lake


def test_two_threads_that_seal_first_use_one_key(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA = Lake.create(tmp_path / "data").folder
    both = threading.Barrier(2)

    def flushed(paths: Iterable[Path]) -> None:
        if not key_path(settings.DATA).with_suffix(".seal").exists():
            both.wait(60)  # both have made a key, and neither is in its place yet
        flush(paths)

    monkeypatch.setattr(sealed, "flush", flushed)
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda text: sealed.seal(text, "test"), (b"one", b"two")))
    sealed._opened.cache_clear()
    assert [sealed.unseal(one, "test") for one in made] == [b"one", b"two"]
    key = key_path(settings.DATA)
    assert sorted(path.suffix for path in key.parent.glob(f"{key.stem}.*")) == [".key", ".seal"]
