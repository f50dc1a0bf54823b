"""Which interactions the rows of a table give: one for each moment that it tells of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from heartline.core.ids import slug

from . import clocks, names
from .plan import Column, Plan, Table, Touch

_CHANGED = re.compile(r"updat|modif|chang|geandert|geaendert|aktualis|actualiz|import|export|load")
_OVERALL = re.compile(
    r"overall|gesamt|general|total|(^|_)nps|netpro|recommend|weiterempf|recom(i?end|mand)|^(rating|score|stars|sterne|bewertung|note)$"
    r"|(review|customer|satisfaction)_?(score|rating)"
)
MOST = 8
"""Moments of one table that are offered as touchpoints without being asked for."""


def touches(plan: Plan, taken: Mapping[str, Mapping[str, Any]]) -> list[Touch]:
    """Give the touches of every table.

    Parameters
    ----------
    taken
        Touchpoints that are known already, by key: the new rows join them under their names.
    """
    made = [touch for table in plan.tables for touch in _of(table)]
    for table in plan.tables:
        clocks.join(table.columns)
    return [known(touch, taken) for touch in made]


def renew(plan: Plan, table: Table, taken: Mapping[str, Mapping[str, Any]]) -> None:
    """Make a table's touches anew after a column was corrected; what somebody wrote about the others stays."""
    before = {touch.name: touch for touch in plan.touches if touch.table == table.name}
    made = []
    for touch in _of(table):
        old = before.get(touch.name)
        if old and old.about == touch.about:
            touch = replace(
                touch, key=old.key or touch.key, label=old.label or touch.label, stage=old.stage, channel=old.channel,
                department=old.department, wanted=old.wanted, first=old.first, last=old.last,
            )  # fmt: skip
            made.append(touch)
        else:
            made.append(known(touch, taken))
    clocks.join(table.columns)
    start = next((number for number, touch in enumerate(plan.touches) if touch.table == table.name), len(plan.touches))
    others = [touch for touch in plan.touches if touch.table != table.name]
    plan.touches = [*others[:start], *made, *others[start:]]


def known(touch: Touch, taken: Mapping[str, Mapping[str, Any]]) -> Touch:
    """Give a touch the label, stage and channel that its touchpoint has already."""
    body = taken.get(touch.key)
    if not body:
        return touch
    return replace(
        touch,
        label=str(body.get("label", touch.label)),
        stage=str(body.get("stage") or touch.stage),
        channel=str(body.get("channel") or touch.channel),
        department=str(body.get("department") or touch.department),
    )


def judged(table: Table) -> bool:
    """Tell whether a table's rows say what somebody thinks."""
    return bool(table.of("score", "text"))


def _of(table: Table) -> list[Touch]:
    times = table.of("time")
    scores = table.of("score")
    if table.one("touchpoint"):
        main = Touch(table.name, "", time=_happened(times), main=True)
        _spare(times, main.time)
        return [main]
    if judged(table):
        time = _happened(times)
        _spare(times, time)
        overall = _overall(scores, bool(table.of("text")))
        main = replace(_named(table, time, feedback=True), score=overall.name if overall else None)
        return [main, *(_further(table, time, score) for score in scores if score is not overall)]
    if not times:
        return []
    made: list[Touch] = []
    for column in times:
        if len(times) > 1 and _CHANGED.search(names.plain(column.name)):
            column.use = "keep"
            continue
        touch = _named(table, column.name, feedback=False)
        if any(other.key == touch.key for other in made):
            touch = replace(touch, key=slug(names.human(column.name)), label=names.human(column.name))
        made.append(touch)
    if made:
        made[0].main = True
        for touch in made[1:]:
            touch.since = made[0].time
        _promise(table, made)
    for touch in made[MOST:]:
        touch.wanted = False
    return made


def _named(table: Table, time: str | None, *, feedback: bool) -> Touch:
    """Name a touch after its column, else after its file."""
    of_file = [table.title, *(column.name for column in table.columns if column.use in ("score", "id", "ref"))]
    found = names.step(*of_file) if feedback else names.step(*([time] if time else []), *of_file)
    if feedback and (found is None or found[0] not in ("review", "survey", "feedback")):
        scores = table.of("score")
        found = names.step("survey" if scores and scores[0].detail in ("nps", "csat5", "csat7", "ces7") else "review")
    if found is None:
        label = names.human(time or table.name)
        return Touch(table.name, slug(label), label, time=time, main=feedback)
    key, stage, channel = found
    return Touch(table.name, key, names.LABELS[key], stage, channel, time=time, main=feedback)


def _overall(scores: list[Column], texts: bool) -> Column | None:
    """Choose the score that judges the whole; where each judges a part, what was written goes without one."""
    named = [column for column in scores if _OVERALL.search(names.plain(column.name))]
    if named or len(scores) == 1 or not texts:
        return next(iter(named or scores), None)
    return None


def _further(table: Table, time: str | None, column: Column) -> Touch:
    """Give the touch of a further score: it judges what its column is called, and is no step of its own."""
    words = re.sub(  # LimeSurvey and Google Forms write the row of a matrix into brackets
        r"_?(score|rating|bewertung|note|stars?|sterne|satisfaction|zufriedenheit)$",
        "",
        column.name,
        flags=re.IGNORECASE,
    )
    label = names.human(re.sub(r"\s*\[([^\]]+)\]\s*$", r" - \1", words) or column.name)
    return Touch(table.name, "", time=time, about=slug(label), label=label, score=column.name)


def _happened(times: list[Column]) -> str | None:
    """Choose the moment of a feedback or an event: when it was answered, not when it was asked for."""
    if not times:
        return None
    told = [column for column in times if "answered" in names.uses(column.name)]
    told = told or [column for column in times if "asked" not in names.uses(column.name)]
    exact = [column for column in told or times if not column.days]
    return (exact or told or times)[0].name


def _spare(times: list[Column], chosen: str | None) -> None:
    for column in times:
        if column.name != chosen:
            column.use = "keep"


def _promise(table: Table, made: list[Touch]) -> None:
    """Hand each promised moment to the touch it speaks of."""
    for column in table.of("promised"):
        found = names.step(column.name)
        fits = [touch for touch in made[1:] if found and touch.key == found[0] and touch.promised is None]
        if fits or len(made) > 1:
            (fits or made[1:])[-1].promised = column.name
