"""The verb `benchmark`: what is said of us and of named competitors, theme by theme and scale by scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

import ibis
from pydantic import Field, field_validator

from heartline.core import say
from heartline.core.errors import InvalidInput, unknown
from heartline.core.registry import Evidence, Which, no_evidence, verb
from heartline.core.result import AsOf, Figure, Result
from heartline.core.selection import ONE_OR_MANY, Keys, spec, to_dict
from heartline.core.sentence import Sentence
from heartline.store.lake import Lake
from heartline.store.listing import Listed
from heartline.store.snapshot import Snapshot

from ..answers import Answers
from ..spoken import checked, with_theme
from .alike import Pair, Side, pair, wanted
from .shape import SIDES, columns
from .side_by_side import Row, by_scale, by_theme, is_sure, read, settle

KEYS = ("competitor", "theme", "scale")
LISTED = ("id", "occurred_at", "customer", "source", "score", "scale", "feeling", "text")


@spec
class BenchmarkSpec(Answers):
    """Whom we are held against, and by what.

    Parameters
    ----------
    scale
        Only what was rated on these scales.
    about
        Of ours, only what judges these touchpoints.
    against
        Keys of competitors; none: each of them.
    by
        `theme`: the share of texts that speak of it, and how they feel; `scale`: the mean rating.
    theme
        Only these themes.
    alike
        Only platforms and months from which both have something; else all reviews and posts.
    quotes
        So many texts of each side and theme that stand for all of them.
    """

    against: Keys = ()
    by: Annotated[tuple[Literal["theme", "scale"], ...], ONE_OR_MANY] = ("theme",)
    theme: Keys = ()
    alike: bool = True
    quotes: Annotated[int, Field(ge=0, le=10)] = 0

    @field_validator("by", mode="after")
    @classmethod
    def _one(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if len(value) != 1:
            raise InvalidInput(
                "unknown_column", "We and they are compared by one thing.", field="by", remedy="theme or scale."
            )
        return value


def benchmark_evidence(lake: Lake, spec: BenchmarkSpec, which: Which) -> Evidence:
    """List what was said, by us or by them, behind a number."""
    snapshot = lake.at(spec.as_of)
    name = which.figure or which.column or ""
    there = wanted(snapshot, spec.against)
    if which.figure is not None:
        if name not in ("ours", "theirs"):
            raise unknown("figure", name, ["ours", "theirs"], field="figure")
        made = [pair(snapshot, spec, key, alike=spec.alike) for key in there]
        return _counted(snapshot, made, name)
    side, _, number = name.partition("_")
    if side not in SIDES or which.row.get("competitor") not in there:
        raise no_evidence(which)
    both = pair(snapshot, spec, str(which.row["competitor"]), alike=spec.alike)
    return _behind(both.ours if side == "our" else both.theirs, which, number)


def _counted(snapshot: Snapshot, made: Sequence[Pair], name: str) -> Evidence:
    """List everything of ours, each row once, or of theirs."""
    sides = [one.ours if name == "ours" else one.theirs for one in made]
    if not sides:
        rows = snapshot.rows("id", "feeling")
        return Evidence(
            "interactions", "count", Listed(snapshot, rows.filter(ibis.literal(False)).rename(value="feeling"))
        )
    tables = [side.rows.select(*LISTED) for side in sides]
    rows = tables[0] if len(tables) == 1 else ibis.union(*tables, distinct=True)
    return Evidence("interactions", "count", Listed(sides[0].snapshot, rows.mutate(value=rows.feeling)))


def _behind(side: Side, which: Which, number: str) -> Evidence:
    rows = side.rows
    if number in ("rating", "rating_n"):
        rows = rows.filter(rows.scale == which.row.get("scale"), rows.score.notnull())
        measure = "mean" if number == "rating" else "count"
        return Evidence("interactions", measure, Listed(side.snapshot, rows.select(*LISTED).mutate(value=rows.score)))
    rows = read(rows)
    about = with_theme(rows, [str(which.row.get("theme"))])
    if number in ("share", "share_n"):
        kind = "share" if number == "share" else "count"
        made = rows.mutate(value=about.cast("int64")).select(*LISTED, "value")
        return Evidence("interactions", kind, Listed(side.snapshot, made))
    if number not in ("texts", "feeling", "feeling_n"):
        raise no_evidence(which)
    rows = rows.filter(about)
    if number != "texts":
        rows = rows.filter(rows.feeling.notnull())
    kind = "mean" if number == "feeling" else "count"
    return Evidence("interactions", kind, Listed(side.snapshot, rows.select(*LISTED).mutate(value=rows.feeling)))


@verb(BenchmarkSpec, key=KEYS, evidence=benchmark_evidence)
def benchmark(lake: Lake, spec: BenchmarkSpec) -> Result:
    """Say what is said of us and what of named competitors, on the same platforms in the same months.

    Shape
    -----
    One row per competitor and theme: `competitor` str key; `name` str; `theme` str and `label` str; `our_texts`,
    `their_texts` int, those that speak of it; `our_share`, `their_share` float of all texts that were read, with
    `our_share_low`, `our_share_high`, `our_share_n`, `their_share_low`, `their_share_high`, `their_share_n`;
    `our_feeling`, `their_feeling` float of the texts about it, null where none is known, with `our_feeling_low`,
    `our_feeling_high`, `our_feeling_n`, `their_feeling_low`, `their_feeling_high`, `their_feeling_n`; `share_apart`,
    `feeling_apart` float, ours minus theirs, null where one is not known, with `share_apart_low`,
    `share_apart_high`, `feeling_apart_low`, `feeling_apart_high`; `share_apart_p`, `feeling_apart_p` float after
    correction, null where too few are known; `share_apart_tells`, `feeling_apart_tells` str: `ours` or `theirs` is
    higher, empty where that cannot be told; `sources` list of platforms that both have and `months` int how many
    months, null where all are taken together; `our_quotes`, `their_quotes` lists of texts. Those that differ for
    certain first. By scale: `scale` str in place of theme and label, and `our_rating`, `their_rating`,
    `rating_apart` alike, without quotes.

    Units
    -----
    Shares 0–1, feeling −1…+1, ratings in points of their scale.

    Uncertainty
    -----------
    Shares: Wilson; their difference: Newcombe (1998). Means: ∓ 1.96 standard errors, clustered by customer, their
    difference: Welch. What can be told: p < .05 after Holm's correction over all rows of a kind (shares, feelings,
    ratings), and 20 or more on both sides. Whoever reviews is no sample of all customers, here or there.

    Raises
    ------
    NotFound
        `unknown_competitor`, `unknown_theme`, `unknown_about`, …
    InvalidInput
        `unknown_column` where `by` names more or less than one.

    Privacy
    -------
    With `quotes` it lists what people wrote publicly.
    """
    snapshot = lake.at(spec.as_of)
    checked(snapshot, spec.theme)
    there = wanted(snapshot, spec.against)
    pairs = [pair(snapshot, spec, key, alike=spec.alike) for key in there]
    rows = [row for one in pairs for row in _rows(one, spec)]
    settle(rows, spec.by[0])
    figures = _figures(snapshot, pairs)
    return Result(
        verb="benchmark",
        spec=to_dict(spec) | {"period": str(snapshot.period(spec))},
        as_of=AsOf(snapshot.version, snapshot.time),
        answer=_answer(there, figures, rows, spec.by[0]),
        figures=figures,
        columns=columns(spec.by[0]),
        rows=rows,
        notes=(*_notes(spec, figures), *_unread(pairs, spec)),
    )


def _rows(one: Pair, spec: BenchmarkSpec) -> list[Row]:
    return by_theme(one, spec.theme, spec.quotes) if spec.by == ("theme",) else by_scale(one, spec.scale)


def _figures(snapshot: Snapshot, pairs: Sequence[Pair]) -> dict[str, Figure]:
    found = {}
    for name in ("ours", "theirs"):
        listed = _counted(snapshot, pairs, name).rows
        n = int(listed.snapshot.execute(listed.table.count().name("n").as_table())["n"][0].as_py())
        found[name] = Figure(n, n=n, method=f"reviews and posts that are compared, {name}")
    return found


def _answer(there: Sequence[str], figures: Mapping[str, Figure], rows: Sequence[Row], by: str) -> Sentence:
    if not there:
        return Sentence("Nothing is known of any competitor yet.")
    values = {"ours": say.count(figures["ours"].n), "theirs": say.count(figures["theirs"].n)}
    if not figures["ours"].n or not figures["theirs"].n:
        return Sentence("There is no platform and month from which both have something.")
    values |= {"sure": say.count(sum(is_sure(row) for row in rows)), "of": say.count(len(rows))}
    if by == "scale":
        return Sentence(
            "{ours} of ours beside {theirs} of theirs: {sure} of {of} ratings differ beyond chance.", values
        )
    return Sentence("{ours} of ours beside {theirs} of theirs: {sure} of {of} themes differ beyond chance.", values)


def _notes(spec: BenchmarkSpec, figures: Mapping[str, Figure]) -> tuple[Sentence, ...]:
    if not figures["theirs"].n:
        return ()
    notes = [Sentence("People who review of their own accord are no sample of all customers, here or there.")]
    if not spec.alike:
        notes.append(Sentence("All platforms and months are taken together: differences may come from these alone."))
    if spec.row_filters or spec.segment:
        notes.append(Sentence("Filters other than the period narrow ours only."))
    return tuple(notes)


def _unread(pairs: Sequence[Pair], spec: BenchmarkSpec) -> tuple[Sentence, ...]:
    """Say how many texts were not read for themes yet: they count in no share."""
    if spec.by != ("theme",):
        return ()
    waiting = 0
    for side in (side for one in pairs for side in (one.ours, one.theirs)):
        rows = side.rows.filter(side.rows.text.notnull(), side.rows.text != "", side.rows.themes.isnull())
        waiting += int(side.snapshot.execute(rows.count().name("n").as_table())["n"][0].as_py())
    return (Sentence("{n} texts were not read for themes yet.", {"n": say.count(waiting)}),) if waiting else ()
