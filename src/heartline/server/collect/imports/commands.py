"""Writes of the guided import: each atomic, audited, and only by who may import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language

from heartline.collect.guessing import correcting, writing
from heartline.collect.guessing.plan import restored
from heartline.core.errors import Conflict, NotFound
from heartline.server.accounts import access, audit
from heartline.server.accounts.models import User

from . import tasks, uploads
from .models import Import, State, home
from .taking import known


@transaction.atomic
def bring(*, by: User, key: str, titles: Sequence[str], before: Import | None = None, mends: bool = False) -> Import:
    """Take note of files that are in their folder, and have them read in the background.

    Parameters
    ----------
    before
        The import that these files follow: newer files for its recipe, or (`mends`) lines of it that were mended.
    """
    access.require(by, "import")
    made = Import.objects.create(
        key=key, by=by.email, language=get_language() or "en", before=before, mends=mends,
        files=[{"title": title} for title in titles],
    )  # fmt: skip
    audit.record(by=by.email, action="bring_files", subject=made.key, files=list(titles))
    tasks.read.enqueue(made.key)
    return made


@transaction.atomic
def correct(*, by: User, key: str, what: str, values: Mapping[str, str]) -> Import:
    """Correct one thing of what was found, and have the result made anew in the background.

    Raises
    ------
    InvalidInput
        `bad_correction`.
    """
    access.require(by, "import")
    one = waiting(key)
    plan = restored(one.plan or {})
    if what == "column":
        correcting.column(plan, values, known().touchpoints)
        one.stale = True
    else:
        {"touch": correcting.touch, "step": correcting.step, "join": correcting.join,
         "journey": correcting.journey, "general": correcting.general}[what](plan, values)  # fmt: skip
    one.plan = plan.stored()
    one.revision += 1
    one.save(update_fields=["plan", "revision", "stale"])
    audit.record(
        by=by.email,
        action="correct_import",
        subject=one.key,
        what=what,
        **{f"to_{k}": v[:200] for k, v in values.items()},
    )
    tasks.check.enqueue(one.key, one.revision)
    return one


@transaction.atomic
def start(*, by: User, key: str) -> Import:
    """Have the files taken in, in the background."""
    access.require(by, "import")
    one = waiting(key)
    if not one.mends:
        one.recipe = writing.recipe(restored(one.plan or {}))
    one.state, one.progress = State.LANDING, {}
    one.save(update_fields=["recipe", "state", "progress"])
    audit.record(by=by.email, action="start_import", subject=one.key, files=[file["title"] for file in one.files])
    tasks.land.enqueue(one.key)
    return one


@transaction.atomic
def discard(*, by: User, key: str) -> None:
    """Remove files that were not taken in."""
    access.require(by, "import")
    one = found(key)
    if one.state in (State.LANDING, State.DONE):
        raise Conflict("import_is_over", "This import cannot be taken back here.", field="key")
    audit.record(by=by.email, action="discard_import", subject=one.key, files=[file["title"] for file in one.files])
    one.delete()
    transaction.on_commit(lambda: uploads.forget(home() / key))


def finished(one: Import, **details: int) -> bool:
    """Write down what an import did; False, and nothing is written, where the folder was emptied meanwhile."""
    one.state, one.finished_at = State.DONE, timezone.now()
    with transaction.atomic():
        if not Import.objects.select_for_update(of=("self",)).filter(pk=one.pk, emptied=one.emptied).exists():
            return False
        one.save(update_fields=["state", "finished_at", "report", "progress"])
        audit.record(by=one.by, action="import", subject=one.key, **details)
    return True


def found(key: str) -> Import:
    """Give an import by its key.

    Raises
    ------
    NotFound
        `unknown_import`.
    """
    one = Import.objects.select_for_update(of=("self",)).filter(key=key).first()
    if one is None:
        raise NotFound("unknown_import", "There is no such import.", field="key")
    return one


def waiting(key: str) -> Import:
    """Give an import that waits to be corrected or started.

    Raises
    ------
    Conflict
        `import_is_over` when it went on already.
    """
    one = found(key)
    if one.state != State.READY:
        raise Conflict("import_is_over", "This import went on already.", field="key", remedy="Load the page again.")
    return one
