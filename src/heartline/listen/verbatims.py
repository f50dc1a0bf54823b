"""The verb `verbatims`: what people wrote and said, newest first."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import ibis
from pydantic import Field, field_validator

from heartline.core import say
from heartline.core.errors import unknown
from heartline.core.registry import Evidence, Which, no_evidence, verb
from heartline.core.result import AsOf, Column, Figure, Result
from heartline.core.selection import spec, to_dict
from heartline.core.sentence import Sentence
from heartline.store.lake import Lake
from heartline.store.listing import Listed, Order
from heartline.store.snapshot import Snapshot

from .answers import Answers, judging, scales
from .spoken import checked, with_theme

COLUMNS = (
    Column("id", "str", "key", "the interaction"),
    Column("occurred_at", "timestamp", "UTC", "when it was said"),
    Column("customer", "str", "key", "who said it; null when nobody is known"),
    Column("channel", "str", "key", "where it was said"),
    Column("touchpoint", "str", "key", "at which touchpoint it was said"),
    Column("about", "str", "key", "the touchpoint that it judges"),
    Column("text", "str", "text", "the words"),
    Column("score", "float", "scale", "the answer that came with it; null without one"),
    Column("scale", "str", "key", "scale of the score"),
    Column("feeling", "float", "feeling", "−1…+1; null when unknown"),
)
NAMES = tuple(column.name for column in COLUMNS)


@spec
class VerbatimsSpec(Answers):
    """Which texts, and how many of them.

    Parameters
    ----------
    scale
        Only texts that came with a score on one of these scales.
    about
        Only texts that judge these touchpoints, wherever they were said.
    search
        Only texts that contain this, in any case of letters.
    feeling
        Only `good` (above 0), `bad` (below 0), `neutral` (0) or `unknown` ones.
    theme
        Only texts that speak of any of these themes.
    typical
        Rows are only so many texts about each touchpoint: those most like all texts about it, nearest to their median
        feeling, then to their median length, then the newest. Default: every text.
    limit, offset
        How many rows, from where.
    """

    search: str | None = None
    feeling: Literal["good", "bad", "neutral", "unknown"] | None = None
    theme: tuple[str, ...] = ()
    typical: Annotated[int, Field(ge=1)] | None = None
    limit: Annotated[int, Field(ge=0)] = 50
    offset: Annotated[int, Field(ge=0)] = 0

    @field_validator("theme", mode="before")
    @classmethod
    def _themes(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value


def verbatims_evidence(lake: Lake, spec: VerbatimsSpec, which: Which) -> Evidence:
    """List the texts behind a count, or the one text behind a row."""
    snapshot = lake.at(spec.as_of)
    rows = _texts(snapshot, spec, *NAMES)
    if which.figure is not None:
        if which.figure not in ("verbatims", "good", "bad"):
            raise unknown("figure", which.figure, ["verbatims", "good", "bad"], field="figure")
        if which.figure != "verbatims":
            rows = rows.filter(_feels(rows, which.figure))
        return Evidence("interactions", "count", Listed(snapshot, rows.mutate(value=rows.feeling)))
    if which.column not in ("score", "feeling"):
        raise no_evidence(which)
    rows = rows.filter(rows.id == which.row.get("id"), rows[which.column].notnull())
    return Evidence("interactions", "mean", Listed(snapshot, rows.mutate(value=rows[which.column])))


@verb(VerbatimsSpec, key=("id",), evidence=verbatims_evidence)
def verbatims(lake: Lake, spec: VerbatimsSpec) -> Result:
    """List what customers wrote and said, newest first.

    Shape
    -----
    One row per text: `id` str; `occurred_at` timestamp; `customer` str, null when nobody is known; `channel`,
    `touchpoint`, `about` str; `text` str, never empty; `score` float and `scale` str, null without a score; `feeling`
    float −1…+1, null when unknown. Newest first, ties by id. Figures count all of them, not only those listed.

    Uncertainty
    -----------
    None: counts of all there is.

    Raises
    ------
    NotFound
        `unknown_scale`, `unknown_about`, `unknown_theme`, …

    Privacy
    -------
    Lists pseudonymous customers and what they wrote.
    """
    snapshot = lake.at(spec.as_of)
    texts = _texts(snapshot, spec, "text", "feeling")
    counted = snapshot.execute(
        texts.aggregate(
            verbatims=texts.count(),
            good=(texts.feeling > 0).fill_null(False).cast("int64").sum(),
            bad=(texts.feeling < 0).fill_null(False).cast("int64").sum(),
        )
    ).to_pylist()[0]
    counts = {name: int(number or 0) for name, number in counted.items()}
    listed = _texts(snapshot, spec, *NAMES)
    rows = Listed(snapshot, listed if spec.typical is None else _typical(listed, spec.typical))
    page = rows.page(Order("occurred_at", newest_first=True, ties=("id",)), spec.limit, spec.offset)
    return Result(
        verb="verbatims",
        spec=to_dict(spec) | {"period": str(snapshot.period(spec))},
        as_of=AsOf(snapshot.version, snapshot.time),
        answer=_answer(counts),
        figures={
            "verbatims": Figure(counts["verbatims"], n=counts["verbatims"], method="texts in this selection"),
            "good": Figure(counts["good"], n=counts["good"], method="texts with a feeling above 0"),
            "bad": Figure(counts["bad"], n=counts["bad"], method="texts with a feeling below 0"),
        },
        columns=COLUMNS,
        rows=page.to_pylist(),
    )


def _texts(snapshot: Snapshot, spec: VerbatimsSpec, *columns: str) -> ibis.Table:
    """Give the rows that carry a text and match what was asked."""
    needed = {"text"} | ({"feeling"} if spec.feeling else set()) | ({"scale"} if spec.scale else set())
    needed |= {"about", "touchpoint"} if spec.about else set()
    needed |= {"themes"} if spec.theme else set()
    rows = snapshot.selected(spec, *columns, *sorted(needed - set(columns)))
    rows = rows.filter(rows.text.notnull(), rows.text != "")
    if spec.scale:
        rows = rows.filter(rows.scale.isin(list(scales(snapshot, spec.scale))))
    rows = judging(snapshot, rows, spec.about)
    if spec.theme:
        rows = rows.filter(with_theme(rows, checked(snapshot, spec.theme)))
    if spec.search:
        rows = rows.filter(rows.text.lower().contains(spec.search.lower()))
    if spec.feeling:
        rows = rows.filter(_feels(rows, spec.feeling))
    return rows.select(*columns)


def _typical(rows: ibis.Table, number: int) -> ibis.Table:
    """Keep the texts about each touchpoint that lie nearest to the middle of all about it."""
    rows = rows.mutate(judged=rows.about.coalesce(rows.touchpoint), length=rows.text.length().cast("float64"))
    middle = rows.group_by("judged").aggregate(
        usual_feeling=rows.feeling.quantile(0.5), usual_length=rows.length.quantile(0.5)
    )
    both = rows.join(middle.rename(of="judged"), rows.judged == middle.judged)
    away = (both.feeling - both.usual_feeling).abs().fill_null(9.0)  # a text of unknown feeling is typical of none
    both = both.mutate(away=away, longer=(both.length - both.usual_length).abs())
    order = [both.away, both.longer, both.occurred_at.desc(), both.id]
    ranked = both.mutate(place=ibis.row_number().over(group_by=both.judged, order_by=order))
    return ranked.filter(ranked.place < number).select(*NAMES)


def _feels(rows: ibis.Table, feeling: str) -> ibis.Value:
    """Tell which rows feel so."""
    if feeling == "unknown":
        return rows.feeling.isnull()
    if feeling == "neutral":
        return rows.feeling == 0
    return rows.feeling > 0 if feeling == "good" else rows.feeling < 0


def _answer(counts: dict[str, int]) -> Sentence:
    if not counts["verbatims"]:
        return Sentence("Nobody has written or said anything here.")
    values = {name: say.count(number) for name, number in counts.items()}
    if not counts["good"] and not counts["bad"]:
        return Sentence("People left {verbatims} texts.", values)
    return Sentence("People left {verbatims} texts: {good} of them content, {bad} not.", values)
