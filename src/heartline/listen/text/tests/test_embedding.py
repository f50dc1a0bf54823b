"""Texts become vectors: of length 1, alike for alike meaning, zeros for nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from heartline.core.errors import NotFound
from heartline.listen.text import embedder, embedding
from heartline.listen.text.embedder import label


def test_alike_meaning_lies_close_across_languages() -> None:
    made = embedding.portable()
    texts = ["The delivery was late", "Die Lieferung kam zu spät", "I love this cake", "", "   ", "a\0b \ud800"]
    found = made.vectors(texts)
    assert found.shape == (6, made.dimensions)
    assert found.dtype == np.float32
    length = np.linalg.norm(found, axis=1)
    assert np.allclose(length, [1, 1, 1, 0, 0, 1], atol=1e-5)
    alike, other = found[0] @ found[1], found[0] @ found[2]
    assert alike > other + 0.2
    assert np.array_equal(found, made.vectors(texts))
    assert np.allclose(found[0], made.vectors(texts[:1])[0], atol=1e-5)
    assert made.vectors([]).shape == (0, made.dimensions)
    assert embedding.portable() is made


def test_the_best_that_is_installed_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEARTLINE_ENCODER", "use")
    assert embedding.default().name == "use"
    assert embedding.wanted()
    monkeypatch.setenv("HEARTLINE_ENCODER", "none")
    assert embedding.default().name == "use"
    assert not embedding.wanted()
    monkeypatch.delenv("HEARTLINE_ENCODER")
    assert embedding.default().name == embedding.installed()[0]
    assert embedding.installed()[-1] == "use"
    assert label(embedding.portable()).startswith("use-0")
    with pytest.raises(NotFound, match="encoder"):
        embedding.named("nothing")


def test_whoever_encodes_much_waits_before_each_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    class Counted(embedder.Shipped):
        package, dimensions = "numpy", 2

        def _load(self) -> Callable[[list[str]], Any]:
            def encode(texts: list[str]) -> Any:
                done.append(len(texts))
                return np.ones((len(texts), 2))

            return encode

    done: list[object] = []
    monkeypatch.setattr(embedder, "_pauses", [])
    embedder.pausing(lambda: done.append("waited"))
    Counted().vectors(["a", "", *"b" * embedder.PIECE])
    assert done == ["waited", embedder.PIECE, "waited", 1]
