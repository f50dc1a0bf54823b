"""A small file that unfolds into a huge one fills no disk."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from heartline.collect import files
from heartline.collect.yaml_marks import Place
from heartline.core.errors import InvalidInput


def test_a_packed_file_is_unpacked_up_to_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed, target = tmp_path / "rows.parquet.gz", tmp_path / "rows.parquet"
    packed.write_bytes(gzip.compress(bytes(30_000_000)))
    assert packed.stat().st_size < 100_000
    monkeypatch.setattr(files, "MOST_BYTES", 5_000_000)
    with pytest.raises(InvalidInput) as refused:
        files._unpacked(packed, target, Place("recipe.yaml", 3))
    assert (refused.value.code, refused.value.field) == ("too_large", "recipe.yaml:3")
    assert target.stat().st_size < 7_000_000
    monkeypatch.setattr(files, "MOST_BYTES", 30_000_000)
    assert files._unpacked(packed, target, Place("recipe.yaml", 3)).stat().st_size == 30_000_000
