"""The verb `verbatims`: what people wrote and said, newest first."""

from __future__ import annotations

from typing import Annotated, Literal

import ibis
import pyarrow as pa
from pydantic import Field

from heartline.core import say
from heartline.core.errors import unknown
from heartline.core.registry import Evidence, Which, no_evidence, verb
from heartline.core.result import AsOf, Column, Figure, Result
from heartline.core.selection import ONE_OR_MANY, Keys, spec, to_dict
from heartline.core.sentence import Sentence
from heartline.store.lake import Lake
from heartline.store.listing import Held, Listed, Order
from heartline.store.snapshot import Snapshot

from .answers import Answers, judging, scales
from .spoken import checked, with_theme
from .standing import sampled_ways, typical
from .text import showing
from .text.emotion import NAMES as EMOTIONS
from .told import Who, only, told_by
from .ways import NEEDED, Way, way

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
    Column("feeling", "float", "feeling", "−1…+1; null when unknown, and of what an employee told"),
    Column("told_by", "str", "key", "customer, or employee: who passes on what customers say"),
    Column("way", "str", "key", "how it came: survey, review, message, note, interview"),
    Column("language", "str", "key", "language of the text; null when that cannot be told"),
)
NAMES = tuple(column.name for column in COLUMNS)
NEWEST = 5_000
"""Texts among which those that show an emotion are looked for."""


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
    told_by
        Only what `customers` wrote and said themselves, or only what `employees` told of them.
    way
        Only texts that came this way: `survey` (answers), `review`, `message` (tickets, calls, mails), `note` (of an
        employee), `interview`.
    language
        Only texts in these languages.
    emotion
        Only texts that show this emotion: looked for among the newest texts that match all else.
    since
        Only what landed after this version.
    typical
        Rows are only so many texts about each touchpoint that stand for all about it: nearest to the middle of all of
        them by their words, each as unlike as can be to those before it. Default: every text.
    limit, offset
        How many rows, from where.
    """

    search: str | None = None
    feeling: Literal["good", "bad", "neutral", "unknown"] | None = None
    theme: Keys = ()
    told_by: Who | None = None
    way: Annotated[tuple[Way, ...], ONE_OR_MANY] = ()
    language: Keys = ()
    emotion: str | None = None
    since: Annotated[int, Field(ge=0)] | None = None
    typical: Annotated[int, Field(ge=1)] | None = None
    limit: Annotated[int, Field(ge=0)] = 50
    offset: Annotated[int, Field(ge=0)] = 0


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
    float −1…+1, null when unknown; `told_by` str, `customer` or `employee`; `way` str, how it came; `language` str,
    null when that cannot be told. Newest first, ties by id. Figures count all of them, not only those listed.

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
    rows = (
        Listed(snapshot, listed)
        if spec.typical is None
        else Held(typical(snapshot, sampled_ways(listed), spec.typical))
    )
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
    made = {"told_by", "way"}
    needed = ["text", *(name for name in columns if name not in made), *_looked_at(spec), *NEEDED]
    rows = snapshot.selected(spec, *dict.fromkeys(needed))
    rows = only(rows.filter(rows.text.notnull(), rows.text != ""), spec.told_by)
    rows = rows.mutate(told_by=told_by(rows), way=way(rows))
    if spec.scale:
        rows = rows.filter(rows.scale.isin(list(scales(snapshot, spec.scale))))
    rows = judging(snapshot, rows, spec.about)
    if spec.theme:
        rows = rows.filter(with_theme(rows, checked(snapshot, spec.theme)))
    if spec.search:
        rows = rows.filter(rows.text.lower().contains(spec.search.lower()))
    if spec.feeling:
        rows = rows.filter(_feels(rows, spec.feeling))
    if spec.way:
        rows = rows.filter(rows.way.isin(spec.way))
    if spec.language:
        rows = rows.filter(rows.language.isin(spec.language))
    if spec.since is not None:
        rows = rows.filter(rows.landed > spec.since)
    if spec.emotion:
        rows = _showing(snapshot, rows, spec.emotion)
    return rows.select(*columns)


def _looked_at(spec: VerbatimsSpec) -> list[str]:
    """Give the columns that filters look at."""
    looked = {
        "feeling": ["feeling"], "scale": ["scale"], "about": ["about"], "theme": ["themes"], "language": ["language"],
        "emotion": ["id", "occurred_at"],
    }  # fmt: skip
    found = [column for name, columns in looked.items() if getattr(spec, name) for column in columns]
    return [*found, "landed"] if spec.since is not None else found


def _showing(snapshot: Snapshot, rows: ibis.Table, emotion: str) -> ibis.Table:
    """Keep the texts that show an emotion, among the newest.

    Raises
    ------
    NotFound
        `unknown_emotion`.
    """
    if emotion not in EMOTIONS:
        raise unknown("emotion", emotion, list(EMOTIONS), field="emotion")
    newest = rows.order_by([rows.occurred_at.desc(), rows.id]).limit(NEWEST).select("id", "text")
    found = snapshot.execute(newest)
    ids = found["id"].to_pylist()
    shown = showing.emotions_of(snapshot, ids, found["text"].to_pylist())
    those = [one for one, says in zip(ids, shown, strict=True) if says == emotion]
    return rows.semi_join(snapshot.lake.engine.memory(pa.table({"id": pa.array(those, pa.string())})), "id")


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
