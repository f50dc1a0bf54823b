"""The verb `unanswered`: which bad reviews wait for an answer, and where it is given."""

from __future__ import annotations

from typing import Annotated

import ibis
from pydantic import Field

from heartline.core import say
from heartline.core.errors import unknown
from heartline.core.registry import Evidence, Which, no_evidence, verb
from heartline.core.result import AsOf, Column, Figure, Result
from heartline.core.selection import spec, to_dict
from heartline.core.sentence import Sentence
from heartline.store.lake import Lake
from heartline.store.listing import Listed, Order
from heartline.store.snapshot import Snapshot

from ..answers import Answers
from .rows import reviews, told

STORED = ("id", "occurred_at", "customer", "source", "unit", "product", "score", "scale", "feeling", "text")
NUMBERS = ("score", "feeling")


@spec
class UnansweredSpec(Answers):
    """Which reviews, and how many of them.

    Parameters
    ----------
    scale
        Only reviews rated on these scales.
    about
        Only reviews that judge these touchpoints.
    every
        Also those that are not bad.
    limit, offset
        How many rows, from where.
    """

    every: bool = False
    limit: Annotated[int, Field(ge=0, le=1000)] = 50
    offset: Annotated[int, Field(ge=0)] = 0


def unanswered_evidence(lake: Lake, spec: UnansweredSpec, which: Which) -> Evidence:
    """List the reviews that wait, or the one behind a row."""
    snapshot = lake.at(spec.as_of)
    rows = _waiting(snapshot, spec)
    if which.figure is not None:
        if which.figure != "unanswered":
            raise unknown("figure", which.figure, ["unanswered"], field="figure")
        return Evidence("interactions", "count", Listed(snapshot, rows.mutate(value=rows.feeling)))
    if which.column not in NUMBERS:
        raise no_evidence(which)
    rows = rows.filter(rows.id == which.row.get("id"), rows[which.column].notnull())
    return Evidence("interactions", "mean", Listed(snapshot, rows.mutate(value=rows[which.column])))


@verb(UnansweredSpec, key=("id",), evidence=unanswered_evidence)
def unanswered(lake: Lake, spec: UnansweredSpec) -> Result:
    """List the bad reviews that nobody has answered yet, newest first.

    Shape
    -----
    One row per review: `id` str; `occurred_at` timestamp; `customer` str, null when nobody is known; `source` str,
    the platform; `unit`, `product` str; `score` float and `scale` str, null without stars; `feeling` float −1…+1;
    `text` str, null without one; `title`, `location` str; `link` str, where it can be answered, null where that is
    not known. Newest first, ties by id. The figure counts all of them, not only those listed.

    Uncertainty
    -----------
    None: a count of all there is.

    Raises
    ------
    NotFound
        `unknown_about`, `unknown_unit`, …

    Privacy
    -------
    Lists pseudonymous customers and what they wrote.
    """
    snapshot = lake.at(spec.as_of)
    n = int(snapshot.execute(_waiting(snapshot, spec).count().name("n").as_table())["n"][0].as_py())
    listed = Listed(snapshot, _waiting(snapshot, spec, "properties"))
    page = listed.page(Order("occurred_at", newest_first=True, ties=("id",)), spec.limit, spec.offset)
    rows = [{**{name: row[name] for name in STORED}, **_told(row["properties"])} for row in page.to_pylist()]
    values = {"n": say.count(n)}
    return Result(
        verb="unanswered",
        spec=to_dict(spec) | {"period": str(snapshot.period(spec))},
        as_of=AsOf(snapshot.version, snapshot.time),
        answer=Sentence("{n} reviews wait for an answer.", values) if n else Sentence("No review waits for an answer."),
        figures={"unanswered": Figure(n, n=n, method="reviews of this selection that nobody answered")},
        columns=COLUMNS,
        rows=rows,
    )


def _told(properties: str | None) -> dict[str, str | None]:
    found = told(properties)
    return {name: found[name] for name in ("title", "location", "link")}


def _waiting(snapshot: Snapshot, spec: UnansweredSpec, *more: str) -> ibis.Table:
    rows = reviews(snapshot, spec, *STORED, *more)
    rows = rows.filter(rows.answered_at.isnull())
    if not spec.every:
        rows = rows.filter((rows.feeling < 0).fill_null(False))
    return rows.select(*STORED, *more)


COLUMNS = (
    Column("id", "str", "key", "the review"),
    Column("occurred_at", "timestamp", "UTC", "when it was written"),
    Column("customer", "str", "key", "who wrote it; null when nobody is known"),
    Column("source", "str", "key", "the platform"),
    Column("unit", "str", "key", "the part of the company"),
    Column("product", "str", "key", "the product"),
    Column("score", "float", "scale", "the rating; null without stars"),
    Column("scale", "str", "key", "scale of the rating"),
    Column("feeling", "float", "feeling", "−1…+1; null when unknown"),
    Column("text", "str", "text", "the words; null without any"),
    Column("title", "str", "text", "what it is headed; null without"),
    Column("location", "str", "text", "the place that it is about; null where it does not say"),
    Column("link", "str", "address", "where it can be read and answered; null where that is not known"),
)
