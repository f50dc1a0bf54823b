"""What was learnt, kept in the data folder's cache; lost, it is learnt anew."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from heartline.store.disk import flush

from .familiar import Familiar
from .learning import Blend, Head, Learnt
from .words import Words

MODELS = ("taught_meaning", "taught_words", "own_meaning", "own_words")


class Card(msgspec.Struct, frozen=True):
    """What stands beside the numbers of a model.

    Parameters
    ----------
    encoder, seeds
        What it was learnt over; with others it is of no use.
    at
        When it was learnt.
    texts, ratings
        Of how many.
    blends
        How each language is read, and how well.
    """

    encoder: str
    seeds: str
    at: datetime
    texts: int
    ratings: int
    blends: dict[str, Blend]
    version: str = ""


def path(folder: Path) -> Path:
    """Say where what was learnt is kept."""
    return folder / "cache" / "text" / "learnt.npz"


def save(folder: Path, learnt: Learnt, encoder: str, seeds: str, at: datetime) -> Card:
    """Keep what was learnt, whole or not at all."""
    arrays: dict[str, Any] = {}
    for name in MODELS:
        model = getattr(learnt, name)
        if isinstance(model, Head):
            arrays |= {f"{name}.weights": model.weights, f"{name}.bias": np.float64(model.bias)}
        elif isinstance(model, Words):
            arrays |= {f"{name}.weights": model.weights, f"{name}.bias": np.float64(model.bias)}
            arrays["rarity"] = model.rarity
    if learnt.familiar is not None:
        borders = np.array([learnt.familiar.low, learnt.familiar.high])
        arrays |= {"familiar.centres": learnt.familiar.centres, "familiar.borders": borders}
    made = hashlib.blake2b(f"{at} {learnt.texts} {learnt.ratings}".encode(), digest_size=4).hexdigest()
    card = Card(encoder, seeds, at, learnt.texts, learnt.ratings, learnt.blends, made)
    arrays["card"] = np.frombuffer(msgspec.json.encode(card), np.uint8)
    target = path(folder)
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name("learnt.new.npz")
    np.savez_compressed(beside, **arrays)
    flush([beside])
    beside.replace(target)
    return card


def stamp(folder: Path) -> int:
    """Tell one learnt model from the next; 0 without one."""
    try:
        return path(folder).stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def card(folder: Path) -> Card | None:
    """Give what stands beside the model that is kept; None without one."""
    try:
        with np.load(path(folder), allow_pickle=False) as kept:
            return _card(kept)
    except FileNotFoundError:
        return None


def load(folder: Path) -> tuple[Learnt, Card] | None:
    """Give what was learnt; None where nothing is kept."""
    try:
        with np.load(path(folder), allow_pickle=False) as kept:
            held = _card(kept)
            models = {name: _model(kept, name) for name in MODELS if f"{name}.weights" in kept}
            models["familiar"] = _familiar(kept)
    except FileNotFoundError:
        return None
    return Learnt(held.blends, texts=held.texts, ratings=held.ratings, **models), held


def _card(kept: Any) -> Card:
    return msgspec.json.decode(kept["card"].tobytes(), type=Card)


def _familiar(kept: Any) -> Familiar | None:
    if "familiar.centres" not in kept:
        return None
    low, high = kept["familiar.borders"].tolist()
    return Familiar(kept["familiar.centres"], low, high)


def _model(kept: Any, name: str) -> Any:
    weights, bias = kept[f"{name}.weights"], float(kept[f"{name}.bias"])
    return Words(kept["rarity"], weights, bias) if name.endswith("_words") else Head(weights, bias)
