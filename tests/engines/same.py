"""When two answers are the same: everything equal, numbers to nine digits."""

from __future__ import annotations

import math
from typing import Any


def difference(ours: Any, theirs: Any, path: str = "") -> str | None:
    """Say where two JSON-like values first differ; None when they do not."""
    if isinstance(ours, bool) or isinstance(theirs, bool) or ours is None or theirs is None:
        return None if ours is theirs else f"{path}: {ours!r} is not {theirs!r}"
    if isinstance(ours, float) or isinstance(theirs, float):
        alike = math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-9) or (math.isnan(ours) and math.isnan(theirs))
        return None if alike else f"{path}: {ours!r} is not {theirs!r}"
    if isinstance(ours, dict) and isinstance(theirs, dict):
        if ours.keys() != theirs.keys():
            return f"{path}: {sorted(ours)} are not {sorted(theirs)}"
        return next(filter(None, (difference(ours[key], theirs[key], f"{path}.{key}") for key in ours)), None)
    if isinstance(ours, list | tuple) and isinstance(theirs, list | tuple):
        if len(ours) != len(theirs):
            return f"{path}: {len(ours)} are not {len(theirs)}"
        pairs = enumerate(zip(ours, theirs, strict=True))
        return next(filter(None, (difference(a, b, f"{path}[{number}]") for number, (a, b) in pairs)), None)
    return None if ours == theirs else f"{path}: {ours!r} is not {theirs!r}"
