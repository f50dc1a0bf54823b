"""What is done in the background for quotes. Every task may run twice."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from django_tasks import task

from heartline.core.errors import HeartlineError
from heartline.server.shell import leaving, published
from heartline.server.shell.lanes import PEOPLE, PROPOSING
from heartline.server.shell.opened import workspace
from heartline.store.lake import Lake
from heartline.store.schema import OVERRIDES

from . import kept, proposing, quoting, sending
from .models import Quote, Withdrawn

RULE = "said by a person of an interview"
SAID = ("about", "stage", "feeling", "themes")
"""Columns that somebody says of a quote, whatever would be read of it."""


@task(queue_name=PROPOSING)
def propose() -> int:
    """Propose what drafts are about; give for how many."""
    drafts = list(Quote.objects.filter(read=False).select_related("interview").order_by("pk")[:100])
    if not drafts:
        return 0
    opened = {one.interview_id: one.interview for one in drafts}
    interviews = {pk: kept.opened(row) for pk, row in opened.items()}
    told = proposing.proposals(workspace().lake, [interviews[one.interview_id].shown(one) for one in drafts])
    return sum(
        quoting.propose(
            quote=one.pk, themes=said.themes, touchpoint=said.touchpoint, stage=said.stage, feeling=said.feeling
        )
        for one, said in zip(drafts, told, strict=True)
    )  # fmt: skip


@task(queue_name=PEOPLE)
def settle() -> int:
    """Write beside quotes that have landed what people said of them; remove those taken back. Give how many."""
    lake = workspace().lake
    done = _taken_back(lake) + _said(lake)
    if done:
        published.soon()
    return done


def _waiting() -> dict[str, Withdrawn]:
    """Give what was taken back and has not left the lake, by the ids of its rows."""
    return {sending.row_id(one.message): one for one in Withdrawn.objects.all()}


def _taken_back(lake: Lake) -> int:
    """Remove what was taken back and has landed; the rest is waited for, however late it lands."""
    left = _waiting()
    there = leaving.removed(lake, sending.SOURCE, {name: one.sent_at for name, one in left.items()})
    Withdrawn.objects.filter(pk__in=[left[one].pk for one in there]).delete()
    return len(there)


def _said(lake: Lake) -> int:
    """Write what people said of quotes as overrides, where the lake says something else."""
    open_ = list(Quote.objects.filter(settled=False, kept_at__isnull=False).select_related("interview"))
    if not open_:
        return 0
    by_id = {sending.row_id(one.message): one for one in open_}
    with lake.write(RULE) as writer:
        there = _rows(lake, list(by_id))
        parts: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for key, row in there.items():
            wanted = _wanted(by_id[key])
            sets = tuple(name for name in SAID if row[name] != wanted[name])
            if sets:
                made = {name: wanted[name] for name in sets} | {f"was_{name}": row[name] for name in sets}
                parts.setdefault(sets, []).append({"id": key, "sets": list(sets), "rule": RULE, **made})
        for some in parts.values():
            schema = pa.schema([OVERRIDES.field(name) for name in some[0]])
            writer.add("overrides", pa.Table.from_pylist(some, schema=schema))
    for key in there:
        one = by_id[key]
        Quote.objects.filter(
            pk=one.pk, revision=one.revision, themes=one.themes, touchpoint=one.touchpoint, stage=one.stage,
            feeling=one.feeling,
        ).update(settled=True)  # fmt: skip
    return sum(len(some) for some in parts.values())


def _wanted(quote: Quote) -> dict[str, Any]:
    return {
        "about": quote.touchpoint or None, "stage": quote.stage or None, "feeling": quote.feeling,
        "themes": list(quote.themes),
    }  # fmt: skip


def _rows(lake: Lake, ids: list[str]) -> dict[str, dict[str, Any]]:
    """Give what the lake says of rows that have landed, by their ids."""
    snapshot = lake.at()
    wanted = lake.engine.memory(pa.table({"id": pa.array(ids, pa.string())}))
    rows = snapshot.rows("id", *SAID).semi_join(wanted, "id")
    return {row["id"]: row for row in snapshot.execute(rows).to_pylist()}


def unsettled() -> bool:
    """Tell whether a quote is to be settled or taken back."""
    said, left = Quote.objects.filter(settled=False, kept_at__isnull=False).exists(), _waiting()
    if not said and not left:
        return False
    try:
        lake = workspace().lake
        return (said and lake.manifest.newest().version > 0) or leaving.may_be_there(lake, left)
    except HeartlineError:  # being emptied
        return False


def unread() -> bool:
    """Tell whether a draft waits to be read."""
    return Quote.objects.filter(read=False).exists()


SCHEDULES: dict[Any, float] = {settle: 2.0, propose: 1.0}
"""Tasks that run again and again, with their seconds between."""
WANTED = {settle.module_path: unsettled, propose.module_path: unread}
"""Tasks that start only when this holds."""
