"""The verb `crosstab`: who answers otherwise than the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from heartline.core import say
from heartline.core.employees import FEWEST
from heartline.core.errors import unknown
from heartline.core.registry import Evidence, Which, no_evidence, verb
from heartline.core.result import AsOf, Column, Figure, Result
from heartline.core.selection import Selection, spec, to_dict
from heartline.core.sentence import Sentence
from heartline.store.lake import Lake
from heartline.store.snapshot import Snapshot

from .intervals import wilson
from .surveys import codebook, keeping
from .surveys.crossing import SURE, Test, cross
from .surveys.sheet import Sheet
from .surveys.sorting import classes, groups
from .surveys.withholding import hidden_cells, refused, whole_fives

KEYS = ("answer", "group")
HOW = {
    "chi_square": "Pearson's chi-square", "fisher": "Fisher's exact test",
    "monte_carlo": "9,999 random tables with the same totals", "": "too few answers to tell",
}  # fmt: skip


@spec
class CrosstabSpec(Selection):
    """Which question, and beside what.

    Parameters
    ----------
    survey
        Key of the survey.
    question
        Key of a question, `question.row` where it has rows, or `question.option` for one of several choices.
    by
        Another question, written alike; `unit`, `channel`, `product`, `language` or `edition`; a value of the link
        (`hidden.plan`); or `segment.KEY`: who is in that segment, and who is not.
    """

    survey: str
    question: str
    by: str


@dataclass(frozen=True)
class Table:
    """A table of people: which answer and which group each of them is in."""

    sheet: Sheet
    places: npt.NDArray[np.intp]
    answers: npt.NDArray[Any]
    groups: npt.NDArray[Any]
    answer_names: tuple[str, ...]
    group_names: tuple[str, ...]

    @cached_property
    def counts(self) -> npt.NDArray[np.int64]:
        """How many people there are in each cell."""
        made = np.zeros((len(self.answer_names), len(self.group_names)), np.int64)
        rows, columns = (
            [{name: place for place, name in enumerate(names)}[one] for one in values]
            for names, values in ((self.answer_names, self.answers), (self.group_names, self.groups))
        )
        np.add.at(made, (np.array(rows, np.intp), np.array(columns, np.intp)), 1)
        return made

    @cached_property
    def hidden(self) -> npt.NDArray[np.bool_]:
        """Which cells are withheld."""
        if not self.sheet.book.anonymous:
            return np.zeros(self.counts.shape, bool)
        return hidden_cells(self.counts)

    @cached_property
    def test(self) -> Test:
        """What the table says; nothing where cells are withheld, which could be told from it."""
        return cross(np.zeros_like(self.counts) if self.hidden.any() else self.counts)


def _table(snapshot: Snapshot, spec: CrosstabSpec) -> Table:
    book = codebook.find(snapshot.definitions, spec.survey)
    whole, scales = keeping.read(snapshot, book, spec), snapshot.definitions.scales
    made = classes(whole, spec.question, scales)
    of, group_names = groups(snapshot, whole, spec.by, scales)
    places, answers = made.given.places, made.given.values
    known = np.array([of[place] is not None for place in places], bool)
    places, answers = places[known], answers[known]
    kept = _last_of_each(whole.people[places])
    if book.anonymous:
        kept = whole_fives(kept)
    places, answers = places[kept], answers[kept]
    beside = of[places]
    if book.anonymous:
        shown = np.zeros(len(places), bool)
        for name in group_names:
            shown[whole_fives(np.flatnonzero(beside == name))] = True
        places, answers, beside = places[shown], answers[shown], beside[shown]
    return Table(whole, places, answers, beside, *(
        tuple(name for name in names if name in set(values))
        for names, values in ((made.names, answers), (group_names, beside))
    ))  # fmt: skip


def _last_of_each(people: npt.NDArray[np.int64]) -> npt.NDArray[np.intp]:
    """Give the place of each person's last answer, in order."""
    last = {person: place for place, person in enumerate(people.tolist())}
    return np.array(sorted(last.values()), np.intp)


def crosstab_evidence(lake: Lake, spec: CrosstabSpec, which: Which) -> Evidence:
    """List the answers behind a cell, a group or the whole table; none of an anonymous survey."""
    made = _table(lake.at(spec.as_of), spec)
    if made.sheet.book.anonymous:
        raise refused("by")
    everybody = np.ones(len(made.places), bool)
    if which.figure is not None:
        if which.figure not in ("people", "association", "chance"):
            raise unknown("figure", which.figure, ["people", "association"], field="figure")
        if which.figure == "chance":
            raise no_evidence(which)
        measure = "count" if which.figure == "people" else "cramers_v" if made.test.tells else "unknown"
        return Evidence("customers", measure, _listed(made, everybody, made.answers))
    if which.column not in ("count", "share", "n"):
        raise no_evidence(which)
    group = made.groups == which.row.get("group")
    hits = made.answers == which.row.get("answer")
    if which.column == "share":
        return Evidence("customers", "share", _listed(made, group, hits.astype(float)))
    return Evidence("customers", "count", _listed(made, group if which.column == "n" else group & hits, hits * 1.0))


def _listed(made: Table, kept: npt.NDArray[np.bool_], values: npt.NDArray[Any]) -> pa.Table:
    names = ("id", "occurred_at", "customer", "unit", "text")
    table = made.sheet.table.select(names).take(pa.array(made.places[kept]))
    table = table.append_column("group", pa.array(made.groups[kept].tolist(), pa.string()))
    return table.append_column("value", pa.array(values[kept].tolist()))


@verb(CrosstabSpec, key=KEYS, evidence=crosstab_evidence)
def crosstab(lake: Lake, spec: CrosstabSpec) -> Result:
    """Say who answers a question of a survey otherwise than the others.

    Shape
    -----
    One row per answer and group: `answer` str, an option, `bad`, `middle`, `good` of a scale, `yes`, `no`, a Kano
    category, or a quarter of numbers; `group` str; `count` int people, null where withheld; `share` float of the
    group, with `low`, `high`; `n` int people in the group; `expected` float count if nothing hung together; `residual`
    float, adjusted; `p` float after Holm's correction; `differs` str, `more` or `less` than the rest, null where
    chance would do that. Figures: `people`, `association` (Cramér's V) and `chance` (p).

    Units
    -----
    Counts of people: of each the last answer. Shares 0–1.

    Uncertainty
    -----------
    Shares: Wilson. The table: Pearson's chi-square, where few are expected Fisher's exact test or random tables with
    the same totals. Cells: adjusted residuals or Fisher's test, corrected for their number (Holm 1979). Below 20
    people nothing is told.

    Raises
    ------
    NotFound
        `unknown_survey`, `unknown_question`, `unknown_row`, `unknown_segment`.
    InvalidInput
        `no_classes`, `several_choices`.
    Forbidden
        `anonymous`.

    Privacy
    -------
    Of anonymous surveys whole fives count, cells that fewer than five stand behind are withheld, and others with them
    that tell them by a total.

    Source
    ------
    Cramér (1946); Cochran (1954); Haberman (1973); Holm (1979); Smithson (2003).
    """
    snapshot = lake.at(spec.as_of)
    made = _table(snapshot, spec)
    anonymous = made.sheet.book.anonymous
    rows = list(_rows(made))
    return Result(
        verb="crosstab",
        spec=to_dict(spec) | {"period": "all" if anonymous else str(snapshot.period(spec))},
        as_of=AsOf(snapshot.version, snapshot.time),
        answer=_answer(made, rows),
        figures=_figures(made),
        columns=COLUMNS,
        rows=rows,
        notes=_notes(made),
    )


def _rows(made: Table) -> Iterator[dict[str, Any]]:
    sizes = made.counts.sum(axis=0)
    for row, answer in enumerate(made.answer_names):
        for column, group in enumerate(made.group_names):
            count, size = int(made.counts[row, column]), int(sizes[column])
            told = {"answer": answer, "group": group}
            if made.hidden[row, column]:
                yield {**told, **dict.fromkeys(("count", "share", "low", "high")), "n": size, **_cell(made, None)}
                continue
            low, high = wilson(count / size, size)
            share = {"count": count, "share": count / size, "low": low, "high": high, "n": size}
            yield {**told, **share, **_cell(made, (row, column))}


def _cell(made: Table, at: tuple[int, int] | None) -> dict[str, Any]:
    """Say how a cell differs from the rest."""
    test = made.test
    if at is None or not test.tells:
        return dict.fromkeys(("expected", "residual", "p", "differs"))
    residual, p = float(test.residual[at]), float(test.p_cell[at])
    sure = p < SURE and test.p is not None and test.p < SURE
    return {
        "expected": float(test.expected[at]), "residual": residual, "p": p,
        "differs": ("more" if residual > 0 else "less") if sure else None,
    }  # fmt: skip


def _figures(made: Table) -> dict[str, Figure]:
    test, n = made.test, len(made.places)
    how = HOW[test.how]
    return {
        "people": Figure(n, n=n, method="people who answered both; of each the last answer", counts="customers"),
        "association": Figure(test.v, test.low, test.high, n, "share", f"Cramér's V (1946); {how}", "customers"),
        "chance": Figure(test.p, n=n, measured_in="share", method=how, counts="customers"),
    }


def _answer(made: Table, rows: list[dict[str, Any]]) -> Sentence:
    """Say the cell that stands out most."""
    if not len(made.places):
        return Sentence("Nobody has answered both here yet.")
    test = made.test
    if not test.tells or test.p is None:
        return Sentence("{n} people answered: cannot tell yet.", {"n": say.count(len(made.places))})
    values: dict[str, Any] = {"p": "below 0.001" if test.p < 0.001 else f"{test.p:.3f}"}
    odd = [row for row in rows if row["differs"]]
    if test.p >= SURE:
        return Sentence("The groups do not differ more than chance would do (p = {p}).", values)
    if not odd:
        return Sentence("The groups differ, though no answer by itself does (p = {p}).", values)
    most = max(odd, key=lambda row: abs(row["residual"]))
    values |= {name: most[name] for name in ("answer", "group")}
    values |= {"share": say.share(most["share"]), "rest": say.share(_rest(made, most))}
    said = "more" if most["differs"] == "more" else "less"
    return Sentence(
        "{group} answers {answer} " + said + " often than the rest, {share} against {rest}; that can hardly be chance"
        " (p = {p}).", values,
    )  # fmt: skip


def _rest(made: Table, row: dict[str, Any]) -> float:
    """Give the share of an answer among all other groups."""
    others = made.groups != row["group"]
    return float((made.answers[others] == row["answer"]).mean())


def _notes(made: Table) -> tuple[Sentence, ...]:
    notes = [Sentence("Of people who answered several times the last answer counts.")]
    if made.hidden.any():
        said = "Cells with fewer than {fewest} answers, and such as would tell them by a total, are withheld."
        notes.append(Sentence(said, {"fewest": FEWEST}))
    return tuple(notes)


COLUMNS = (
    Column("answer", "str", "key", "what they answered, in classes"),
    Column("group", "str", "key", "the group they are in"),
    Column("count", "int", "count", "people; null where withheld"),
    Column("share", "float", "share", "share of the group that answered so"),
    Column("low", "float", "share", "lower end of the 95 % interval"),
    Column("high", "float", "share", "upper end of the 95 % interval"),
    Column("n", "int", "count", "people in the group"),
    Column("expected", "float", "count", "people if nothing hung together"),
    Column("residual", "float", "standard errors", "adjusted residual"),
    Column("p", "float", "share", "how often chance does that, corrected for the number of cells"),
    Column("differs", "str", "key", "more or less often than the rest; null where that may be chance"),
)
