"""How a source is asked for the page and in the background. Knows no task queue."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import msgspec
from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from heartline.collect import importing
from heartline.collect import recipe as recipes
from heartline.collect.connecting import running, trying
from heartline.collect.guessing import guess
from heartline.core.errors import Conflict, HeartlineError
from heartline.server.accounts import audit
from heartline.server.shell import data
from heartline.server.shell.opened import workspace
from heartline.server.shell.sealed import seal, unseal
from heartline.store.disk import troubles
from heartline.store.engine.sandbox import Limits

from . import commands
from .models import Connection, Run, State

LIMITS = Limits(seconds=1800, memory=4 << 30, engine=1 << 30, disk=16 << 30, output=64 << 30)
SHOWN = ("occurred_at", "touchpoint", "about", "customer", "ref", "score", "scale", "text", "amount", "currency")


def folders() -> tuple[Path, ...]:
    """Give the folders of this machine that sources may be: what its owner names in HEARTLINE_FOLDERS."""
    named = os.environ.get("HEARTLINE_FOLDERS", "")
    return tuple(Path(part) for part in named.split(os.pathsep) if part)


def attempt(one: Connection) -> None:
    """Fetch the first rows, write a recipe where there is none, and rehearse it; keep what was found, encrypted."""
    made: dict[str, Any] = {"tables": []}
    recipe = one.recipe
    try:
        with tempfile.TemporaryDirectory(prefix="heartline-try-") as scratch, troubles(), override(one.language):
            recipe = _attempt(one, Path(scratch), made)
    except HeartlineError as error:
        made["error"] = plain(error)
    except Exception:
        made["error"] = {"code": "internal", "values": {}}
        raise
    finally:
        sealed = seal(msgspec.json.encode(made, enc_hook=str), f"tried {one.key}")
        same = Connection.objects.filter(pk=one.pk, revision=one.revision)
        same.update(tried=sealed, trying=False, recipe=recipe)


def _attempt(one: Connection, scratch: Path, made: dict[str, Any]) -> str:
    path = scratch / "recipe.yaml"
    path.write_text(one.recipe, encoding="utf-8")
    plan = commands.checked(one.recipe)
    secret = commands.secret_of(one, plan.secret)
    looked = trying.fetch(path, scratch, secret=secret, private=one.private, allowed=folders())
    made["tables"] = [msgspec.to_builtins(table) for table in looked]
    recipe = one.recipe
    if not recipes.parse(recipe).interactions:
        recipe = trying.proposed(recipe, looked, scratch, known())
        path.write_text(recipe, encoding="utf-8")
    found = trying.rehearse(path, scratch, data.folder(), LIMITS)
    made["report"], made["sample"] = report(found), [_shown(row) for row in found.sample]
    return recipe


def known() -> guess.Known:
    """Give what the company has already."""
    definitions = workspace().lake.at(None).definitions
    return guess.Known(
        touchpoints=definitions.all("touchpoint"), journeys=definitions.all("journey"),
        timezone=definitions.settings["timezone"], currency=definitions.settings["currency"] or "",
    )  # fmt: skip


def report(found: importing.Report) -> dict[str, Any]:
    """Give a report as JSON holds it."""
    places = {key: landed for key, (landed, _known) in found.places.items()}
    return {
        "read": found.read, "landed": found.landed, "there": found.there, "dropped": found.dropped,
        "known": found.known, "places": places,
    }  # fmt: skip


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    made = {name: row.get(name) for name in SHOWN}
    made["occurred_at"] = made["occurred_at"].isoformat() if made["occurred_at"] else None
    made["customer"] = bool(made["customer"])
    return {**made, "amount": str(made["amount"]) if made["amount"] is not None else None}


def tried(one: Connection) -> dict[str, Any]:
    """Give what was found when a connection was tried; nothing where it was not."""
    if one.tried is None:
        return {}
    found: dict[str, Any] = msgspec.json.decode(unseal(one.tried, f"tried {one.key}"))
    return found


def run(one: Connection, run: Run) -> None:
    """Bring in what is new of a source, and note what that was.

    Raises
    ------
    HeartlineError
        Where it did not go through.
    """
    plan = commands.checked(one.recipe)
    with tempfile.TemporaryDirectory(prefix="heartline-connect-") as scratch, troubles():
        path = Path(scratch) / f"{one.key}.yaml"
        path.write_text(one.recipe, encoding="utf-8")
        outcome = running.run(
            path, data.folder(), secret=commands.secret_of(one, plan.secret), private=one.private,
            allowed=folders(), limits=LIMITS, progress=lambda _what: _still_wanted(one),
        )  # fmt: skip
    run.fetched = sum(outcome.fetched.values())
    run.landed, run.there, run.dropped = outcome.count("landed"), outcome.count("there"), outcome.dropped


def _still_wanted(one: Connection) -> None:
    """Stop before anything lands where the connection was paused meanwhile, or the company is being emptied."""
    if not Connection.objects.filter(pk=one.pk, state=State.ON).exists():
        raise Conflict("paused", "It was paused meanwhile.", remedy="Let it go on.")


@transaction.atomic
def ended(one: Connection, run: Run, kept: int) -> None:
    """Write down what became of a run, and when the next one is."""
    run.ended_at = timezone.now()
    if not Connection.objects.filter(pk=one.pk).exists() or not Run.objects.filter(pk=run.pk).exists():
        return  # removed meanwhile, or the company was emptied
    run.save()
    fresh = commands.found(one.key)
    fresh.failures = fresh.failures + 1 if run.error else 0
    fresh.wanted = False
    if fresh.state == State.ON:
        commands.following(fresh)
    fresh.save(update_fields=["failures", "wanted", "next_at"])
    audit.record(
        by=run.by or one.made_by, action="fetch_connection", subject=one.key, fetched=run.fetched, landed=run.landed,
        dropped=sum(run.dropped.values()), error=(run.error or {}).get("code", ""),
    )  # fmt: skip
    old = Run.objects.filter(connection=one).values_list("pk", flat=True)[kept:]
    Run.objects.filter(pk__in=list(old)).delete()


def plain(error: HeartlineError) -> dict[str, Any]:
    """Give an error as JSON holds it."""
    return {
        "code": error.code, "reason": error.reason, "remedy": error.remedy or "", "field": error.field or "",
        "values": getattr(error, "values", {}),
    }  # fmt: skip
