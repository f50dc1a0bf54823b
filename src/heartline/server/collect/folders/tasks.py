"""Drop folders in the background. Every task may run twice: the second time changes nothing."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django_tasks import task

from heartline.collect import dropping, importing, owning
from heartline.collect.exports import agreeing
from heartline.server.shell import consenting, published
from heartline.server.shell.opened import workspace
from heartline.store.disk import troubles
from heartline.store.engine.sandbox import Limits

from . import commands

LIMITS = Limits(seconds=1800, memory=4 << 30, engine=1 << 30, disk=16 << 30, output=64 << 30)


@task()
def sweep() -> int:
    """Import what lies whole in the drop folders; give how many files that were."""
    home = commands.home()
    done = dropping.sweep(home, time.time(), _imported) if home.is_dir() else 0
    if done:
        owning.settle(workspace().lake)
        published.soon()
    return done


def _imported(recipe: Path, folder: Path) -> Mapping[str, Any]:
    with troubles():
        agreed = consenting.tell(agreeing.told(recipe, folder, confined=True))
        report = importing.run(recipe, workspace().lake.folder, folder=folder, confined=True, limits=LIMITS)
    told = asdict(report)
    told.pop("sample")
    told["quarantine"] = str(report.quarantine) if report.quarantine else None
    return told if agreed == consenting.Told() else told | {"consents": asdict(agreed)}


SCHEDULES: dict[Any, float] = {sweep: 60.0}
"""Tasks that run again and again, with their seconds between."""
