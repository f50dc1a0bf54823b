"""The verb `feedback`: every answer on a scale and every text, newest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import msgspec
from pydantic import Field

from heartline.core import say
from heartline.core.errors import unknown
from heartline.core.registry import Evidence, Which, no_evidence, verb
from heartline.core.result import AsOf, Column, Figure, Result
from heartline.core.selection import ONE_OR_MANY, spec, to_dict
from heartline.core.sentence import Sentence
from heartline.store.lake import Lake
from heartline.store.listing import Listed, Order
from heartline.store.snapshot import Snapshot

from .pieces import COUNTED, Pieces, counted, counts, of_kind, pieces

COLUMNS = (
    Column("id", "str", "key", "the interaction"),
    Column("occurred_at", "timestamp", "UTC", "when it was said"),
    Column("occurred_precision", "str", "key", "how exactly that is known: second, minute, hour, day, …"),
    Column("received_at", "timestamp", "UTC", "when it came to Heartline"),
    Column("customer", "str", "key", "who said it; null when nobody is known"),
    Column("channel", "str", "key", "where it was said"),
    Column("touchpoint", "str", "key", "at which touchpoint it was said"),
    Column("about", "str", "key", "the touchpoint that it judges"),
    Column("unit", "str", "key", "part of the company"),
    Column("source", "str", "key", "where it came from"),
    Column("ref", "str", "key", "the order, ticket, booking or visit it belongs to"),
    Column("text", "str", "text", "the words; null without any"),
    Column("language", "str", "key", "language of the text; null when not known"),
    Column("score", "float", "scale", "what was answered; null without an answer on a scale"),
    Column("scale", "str", "key", "scale of the score"),
    Column("feeling", "float", "feeling", "−1…+1; null when unknown"),
    Column("themes", "list", "key", "what the text is about; null when it was not read for that yet"),
    Column("told_by", "str", "key", "customer, or employee: who passes on what customers say"),
    Column("survey", "str", "key", "survey that it answers; null for other feedback"),
    Column("question", "str", "key", "question of it"),
    Column("response", "str", "key", "response that it belongs to"),
)
MOST_IDS = 200
STORED = tuple(column.name for column in COLUMNS[:18])
METHODS = {
    "feedback": "answers on a scale and texts in this selection", "texts": "of these, those with a text",
    "scored": "of these, those with an answer on a scale", "good": "of these, those with a feeling above 0",
    "bad": "of these, those with a feeling below 0",
}  # fmt: skip


@spec
class FeedbackSpec(Pieces):
    """Which feedback, and how many pieces of it.

    Parameters
    ----------
    feeling, theme, only, since
        Which pieces: see `heartline.listen.pieces`.
    ids
        Only these interactions.
    limit, offset
        How many rows, from where.
    """

    ids: Annotated[tuple[str, ...], Field(max_length=MOST_IDS), ONE_OR_MANY] = ()
    limit: Annotated[int, Field(ge=0)] = 50
    offset: Annotated[int, Field(ge=0)] = 0


def feedback_evidence(lake: Lake, spec: FeedbackSpec, which: Which) -> Evidence:
    """List the pieces behind a count, or the one behind a row."""
    snapshot = lake.at(spec.as_of)
    rows = _named(pieces(snapshot, spec, *STORED), spec.ids)
    if which.figure is not None:
        if which.figure not in COUNTED:
            raise unknown("figure", which.figure, list(COUNTED), field="figure")
        rows = of_kind(rows, which.figure)
        return Evidence("interactions", "count", Listed(snapshot, rows.mutate(value=rows.feeling).drop("themes")))
    if which.column not in ("score", "feeling"):
        raise no_evidence(which)
    rows = rows.filter(rows.id == which.row.get("id"), rows[which.column].notnull())
    return Evidence("interactions", "mean", Listed(snapshot, rows.mutate(value=rows[which.column]).drop("themes")))


@verb(FeedbackSpec, key=("id",), evidence=feedback_evidence, cached=lambda spec: spec.since is None and not spec.ids)
def feedback(lake: Lake, spec: FeedbackSpec) -> Result:
    """List every answer on a scale and every text, newest first.

    Shape
    -----
    One row per piece: `id` str; `occurred_at` timestamp with `occurred_precision` str; `received_at` timestamp;
    `customer` str, null when nobody is known; `channel`, `touchpoint`, `about`, `unit`, `source`, `ref` str; `text`,
    `language` str, null without a text; `score` float and `scale` str, null without a score; `feeling` float −1…+1,
    null when unknown; `themes` list of str, null when the text was not read for that yet; `told_by` str, `customer` or
    `employee`; `survey`, `question`, `response` str, null for what answers no survey. Newest first, ties by id. Figures
    count all of them, not only those listed. Answers to anonymous surveys are none of them.

    Uncertainty
    -----------
    None: counts of all there is.

    Raises
    ------
    NotFound
        `unknown_scale`, `unknown_about`, `unknown_theme`, …

    Privacy
    -------
    Lists pseudonymous customers and what they answered and wrote.
    """
    snapshot = lake.at(spec.as_of)
    listed = Listed(snapshot, _named(pieces(snapshot, spec, *STORED, "properties"), spec.ids))
    page = listed.page(Order("occurred_at", newest_first=True, ties=("id",)), spec.limit, spec.offset).to_pylist()
    whole = not spec.offset and len(page) < spec.limit
    numbers = dict(counted(page)) if whole else _counted(snapshot, spec)
    return Result(
        verb="feedback",
        spec=to_dict(spec) | {"period": str(snapshot.period(spec))},
        as_of=AsOf(snapshot.version, snapshot.time),
        answer=_answer(numbers),
        figures={name: Figure(numbers[name], n=numbers[name], method=METHODS[name]) for name in COUNTED},
        columns=COLUMNS,
        rows=[{**{name: row[name] for name in STORED}, **_asked(row)} for row in page],
    )


def _named(rows: Any, ids: Iterable[str]) -> Any:
    wanted = list(ids)
    return rows.filter(rows.id.isin(wanted)) if wanted else rows


def _counted(snapshot: Snapshot, spec: FeedbackSpec) -> dict[str, int]:
    every = _named(pieces(snapshot, spec, "id", "text", "score", "feeling"), spec.ids)
    found = snapshot.execute(every.aggregate(**counts(every))).to_pylist()[0]
    return {name: int(found[name] or 0) for name in COUNTED}


class _Answered(msgspec.Struct):
    """What the properties of an answer to a survey say it is."""

    survey: Any = None
    question: Any = None
    response: Any = None


def _asked(row: Mapping[str, Any]) -> dict[str, str | None]:
    """Say which question of which survey a piece answers, and in which response."""
    nothing = dict.fromkeys(("survey", "question", "response"))
    try:
        said = msgspec.json.decode(row["properties"] or "{}", type=_Answered)
    except msgspec.DecodeError:
        return nothing
    if not isinstance(said.survey, str) or not isinstance(said.question, str):
        return nothing
    name = str(said.response or row["id"].partition(":")[2].partition(".")[0] or row["id"])
    return {"survey": said.survey, "question": said.question, "response": name}


def _answer(numbers: Mapping[str, int]) -> Sentence:
    if not numbers["feedback"]:
        return Sentence("Nobody has answered or written anything here.")
    values = {name: say.count(number) for name, number in numbers.items()}
    if not numbers["good"] and not numbers["bad"]:
        return Sentence("{feedback} pieces of feedback, {texts} with a text.", values)
    return Sentence("{feedback} pieces of feedback, {texts} with a text: {good} content, {bad} not.", values)
