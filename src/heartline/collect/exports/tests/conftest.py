"""Exports imported by their shipped recipes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from heartline.collect.importing import Report, run
from heartline.store.engine.sandbox import Limits
from heartline.store.lake import Lake

SHIPPED = Path(__file__).resolve().parents[5] / "recipes" / "tools"
SMALL = Limits(seconds=60, threads=1)
ROWS = ("id", "occurred_at", "occurred_precision", "identifier", "customer", "ref", "channel", "touchpoint", "about",
        "kind", "unit", "product", "score", "scale", "feeling", "wait_s", "succeeded", "amount", "currency", "text",
        "properties")  # fmt: skip
Land = Callable[..., tuple[Report, dict[str, dict[str, Any]]]]


@pytest.fixture
def land(tmp_path: Path) -> Land:
    """Import a file by a shipped recipe, and give the report and the rows by their id."""

    def imported(key: str, file: str, content: str | bytes) -> tuple[Report, dict[str, dict[str, Any]]]:
        raw = content.encode() if isinstance(content, str) else content
        (tmp_path / file).write_bytes(raw)
        report = run(SHIPPED / f"{key}.yaml", tmp_path / "data", folder=tmp_path, limits=SMALL)
        snapshot = Lake.open(tmp_path / "data").at()
        rows = snapshot.execute(snapshot.rows(*ROWS)).to_pylist()
        return report, {row["id"].partition(":")[2]: row for row in rows}

    return imported
