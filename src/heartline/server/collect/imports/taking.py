"""What the background does with the files of an import: read, rehearse, take in. Knows no task queue."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import override

from heartline.collect import importing
from heartline.collect.exports import agreeing
from heartline.collect.guessing import guess, loose, writing
from heartline.collect.guessing.plan import Plan, restored
from heartline.core.errors import HeartlineError, InvalidInput
from heartline.server.shell import consenting, data
from heartline.server.shell.opened import workspace
from heartline.store.disk import troubles
from heartline.store.engine.sandbox import Limits

from . import mended, named
from .beginning_again import Interrupted
from .models import Import, State

LIMITS = Limits(seconds=1800, memory=4 << 30, engine=1 << 30, disk=16 << 30, output=64 << 30)
PATIENCE_S = 0.5
"""Seconds between two notes of progress."""
RECIPE, SAMPLE, DROPPED = "recipe.yaml", "sample.yaml", "dropped"


def known() -> guess.Known:
    """Give what the company has already."""
    definitions = workspace().lake.at(None).definitions
    return guess.Known(
        touchpoints=definitions.all("touchpoint"),
        journeys=definitions.all("journey"),
        timezone=definitions.settings["timezone"],
        currency=definitions.settings["currency"] or "",
    )


def read(one: Import) -> None:
    """Find out what the files hold; a file that cannot be read is named with its reason, the others go on.

    Raises
    ------
    HeartlineError
        Where no file is left, or none fits.
    """
    if one.mends:
        mended.prepare(one)
        return
    brought = [made for number in range(len(one.files)) if (made := _brought(one, number))]
    if not brought:
        first = one.files[0]["error"]
        raise loose.Unreadable(first["code"], first["values"]["file"], first["values"])
    if one.before and one.before.plan:
        plan, odd = guess.again(one.before.plan, brought)
        for file in one.files:
            if file["title"] in odd:
                file["error"] = {"code": "does_not_fit", "values": {"file": file["title"]}}
        if not plan.tables:
            raise InvalidInput("does_not_fit", "No file has the columns of this recipe.", field="files")
        guess.renew(plan, one.folder, known())
    else:
        plan = guess.plan(brought, known=known(), progress=_noted(one, "looking"))
        with override(one.language):
            named.in_words(plan)
    one.plan = plan.stored()


def _brought(one: Import, number: int) -> guess.Brought | None:
    """Make one file ready; where it cannot be, note why."""
    file = one.files[number]
    path = one.folder / file["title"]
    _note(one, {"doing": "reading", "what": file["title"], "done": number, "of": len(one.files)})
    try:
        made = guess.bring(path, file["title"], one.folder, written=_written_so_far(one, number))
    except loose.Unreadable as error:
        file["error"] = {"code": error.code, "values": error.values}
        return None
    file["rows"] = made.told.rows
    if made.path != path:
        path.unlink(missing_ok=True)  # the strict table holds all of it
    return made


def _written_so_far(one: Import, number: int) -> Callable[[int], None]:
    """Note how much of a file is read, by what was written of it against its size."""
    file = one.files[number]
    size = max(1, (one.folder / file["title"]).stat().st_size)

    def note(written: int) -> None:
        part = min(0.99, written / size)
        _note(one, {"doing": "reading", "what": file["title"], "done": number, "of": len(one.files), "part": part})

    return note


def rehearse(one: Import) -> dict[str, Any]:
    """Do everything but write: what would land, what would be dropped and why, ten lines of it."""
    plan = restored(one.plan) if one.plan else None
    if plan and one.stale:
        guess.renew(plan, one.folder, known())
        with override(one.language):
            named.in_words(plan)
        one.plan = plan.stored()
    made: dict[str, Any] = {"revision": one.revision}
    try:
        recipe = _written(one, plan)
        dropped = one.folder / DROPPED
        _clear(dropped)
        with troubles():
            report = importing.run(
                recipe, data.folder(), folder=one.folder, dry_run=True, confined=True, limits=LIMITS,
                progress=_counting(one), dropped=dropped,
            )  # fmt: skip
        made |= plain(report)
        made["agreed"] = {"new": sum(1 for _ in agreeing.told(recipe, one.folder, confined=True))}
        made["sample"] = _sample(one, plan) if plan else _rows(report)
    except HeartlineError as error:
        made["error"] = {"code": error.code, "reason": error.reason, "remedy": error.remedy}
    return made


def take_in(one: Import) -> dict[str, Any]:
    """Import, and give the report. What the files say about consent comes first, so that nobody is known without it."""
    recipe = one.folder / RECIPE
    if not one.mends:
        recipe.write_text(one.recipe, encoding="utf-8")
    agreed = consenting.tell(agreeing.told(recipe, one.folder, confined=True))
    report = importing.run(
        recipe, data.folder(), folder=one.folder, confined=True, limits=LIMITS, progress=_counting(one)
    )
    return plain(report) | {"agreed": asdict(agreed)}


def plain(report: importing.Report) -> dict[str, Any]:
    """Give a report as JSON holds it, without its rows."""
    made = asdict(report)
    made.pop("sample")
    made["quarantine"] = str(report.quarantine) if report.quarantine else None
    made["known_share"] = report.known_share
    return made


def _written(one: Import, plan: Plan | None) -> Path:
    path = one.folder / RECIPE
    if plan:
        if not writing.tells(plan):
            raise InvalidInput("nothing_happens", "No column says when something happened, or what was thought.")
        path.write_text(writing.recipe(plan), encoding="utf-8")
    return path


def _sample(one: Import, plan: Plan) -> list[dict[str, Any]]:
    """Give ten lines as they will land, some of every touchpoint."""
    entries = 1 if plan.known else sum(1 for _ in writing.entries(plan))
    path = one.folder / SAMPLE
    path.write_text(writing.recipe(plan, rows=-(-importing.SHOWN // entries)), encoding="utf-8")
    report = importing.run(path, data.folder(), folder=one.folder, dry_run=True, confined=True, limits=LIMITS)
    return _rows(report)


SHOWN = ("occurred_at", "occurred_precision", "touchpoint", "about", "kind", "customer", "ref", "score", "scale",
         "text", "amount", "currency", "product", "unit", "channel", "wait_s", "succeeded", "stage")  # fmt: skip


def _rows(report: importing.Report) -> list[dict[str, Any]]:
    rows = []
    for row in report.sample[: importing.SHOWN]:
        made = {name: row.get(name) for name in SHOWN}
        made["occurred_at"] = made["occurred_at"].isoformat() if made["occurred_at"] else None
        made["amount"] = str(made["amount"]) if made["amount"] is not None else None
        rows.append(made)
    return rows


def _clear(folder: Path) -> None:
    from .uploads import forget

    forget(folder)


def _noted(one: Import, doing: str) -> Callable[[str, int, int], None]:
    def note(what: str, done: int, of: int) -> None:
        _note(one, {"doing": doing, "what": what, "done": done, "of": of})

    return note


def _counting(one: Import) -> importing.Progress:
    last = 0.0

    def note(what: str, rows: int, done: int, of: int) -> None:
        nonlocal last
        if time.monotonic() - last > PATIENCE_S:
            last = time.monotonic()
            _note(one, {"doing": "importing", "what": what, "rows": rows, "done": done, "of": of})

    return note


def _note(one: Import, progress: dict[str, Any]) -> None:
    one.progress = progress
    there = Import.objects.filter(pk=one.pk, emptied=one.emptied).update(progress=progress)
    if not there and one.state == State.LANDING:
        raise Interrupted


def recipe_of(one: Import) -> str:
    """Give an import's recipe as it stands."""
    if one.recipe or not one.plan:
        return one.recipe
    return writing.recipe(restored(one.plan))


def source_of(one: Import) -> str:
    """Name an import's recipe for a download."""
    text = recipe_of(one)
    found = re.search(r"^source: (\w+)", text, flags=re.M)
    return found[1] if found else "recipe"


def journey_of(one: Import) -> str:
    """Give the key of the journey that an import defined; empty without one."""
    values = yaml.safe_load(one.recipe) if one.recipe else {}
    return next(iter(values.get("journeys") or {}), "")
