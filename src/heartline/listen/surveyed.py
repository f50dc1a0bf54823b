"""The verb `surveyed`: which surveys were answered, how often, and by which source the answers came."""

from __future__ import annotations

import ibis

from heartline.core import say
from heartline.core.errors import unknown
from heartline.core.registry import Evidence, Which, no_evidence, verb
from heartline.core.result import AsOf, Column, Figure, Result
from heartline.core.selection import Selection, spec, to_dict
from heartline.core.sentence import Sentence
from heartline.store.lake import Lake
from heartline.store.snapshot import Snapshot

from .surveys import codebook
from .surveys.withholding import NARROWS

COLUMNS = (
    Column("survey", "str", "key", "the survey"),
    Column("source", "str", "key", "where its answers came from: surveys is Heartline itself"),
    Column("responses", "int", "count", "responses with an answer in this selection"),
)
LISTED = ("id", "occurred_at", "customer", "unit")
WHEN = ("period", "compare")
SURVEY, RESPONSE, BY_ID = r'"survey"\s*:\s*"([^"]*)"', r'"response"\s*:\s*"?([^",}]*)', r"^[^:]*:([^.]*)"
"""Where properties name the survey and the response; else the response is what comes before the question in an id."""


@spec
class SurveyedSpec(Selection):
    """Which answers."""


def _anonymous(snapshot: Snapshot) -> list[str]:
    known = snapshot.definitions.all(codebook.KIND)
    return [key for key, body in known.items() if codebook.read(key, body).anonymous]


def _answers(snapshot: Snapshot, spec: SurveyedSpec) -> ibis.Table:
    """Give the answers to surveys that are known here, with `survey`, `source` and the name of their `response`.

    They are told by their properties as `surveys.sheet` reads them, though in the engine: here only some are counted.
    """
    narrowed = any(getattr(spec, name) not in (None, ()) for name in NARROWS if name not in WHEN)
    hidden = set(_anonymous(snapshot)) if narrowed else set()
    known = sorted(set(snapshot.definitions.all(codebook.KIND)) - hidden)
    rows = snapshot.selected(spec, *LISTED, "source", "landed", "kind", "properties")
    rows = rows.filter(rows.properties.contains('"survey"'), rows.properties.contains('"question"'))
    rows = rows.filter(rows.kind.coalesce("event") != "message")  # what we sent is no answer
    said = rows.properties.re_extract(RESPONSE, 1).nullif("").nullif("null")
    rows = rows.mutate(
        survey=rows.properties.re_extract(SURVEY, 1), source=rows.source.coalesce(""),
        response=said.coalesce(rows.id.re_extract(BY_ID, 1).nullif(""), rows.id),
    ).drop("properties", "kind")  # fmt: skip
    return rows.filter(rows.survey.isin(known))


def surveyed_evidence(lake: Lake, spec: SurveyedSpec, which: Which) -> Evidence:
    """List the first answer of each response behind a number; of an anonymous survey only that there are so many."""
    snapshot = lake.at(spec.as_of)
    rows = _answers(snapshot, spec)
    if which.figure is not None:
        if which.figure != "responses":
            raise unknown("figure", which.figure, ["responses"], field="figure")
    elif which.column == "responses":
        rows = rows.filter(
            rows.survey == str(which.row.get("survey")), rows.source == str(which.row.get("source") or "")
        )
    else:
        raise no_evidence(which)
    each = ibis.window(group_by=[rows.survey, rows.source, rows.response], order_by=[rows.landed, rows.id])
    rows = rows.mutate(place=ibis.row_number().over(each))
    rows = rows.filter(rows.place == 0)
    secret = rows.survey.isin(_anonymous(snapshot))
    shown = {name: ibis.ifelse(secret, ibis.null(rows[name].type()), rows[name]) for name in LISTED}
    return Evidence("interactions", "count", snapshot.execute(rows.select(**shown, value=ibis.literal(1.0))))


@verb(SurveyedSpec, key=("survey", "source"), evidence=surveyed_evidence)
def surveyed(lake: Lake, spec: SurveyedSpec) -> Result:
    """Say which surveys were answered, how often, and where the answers came from.

    Shape
    -----
    One row per survey and source: `survey`, `source` str; `responses` int. Surveys by name, of each the source with
    the most first. An anonymous survey is counted by period and unit; where the selection narrows otherwise, it is left
    out.

    Uncertainty
    -----------
    None: counts of all there is.

    Raises
    ------
    NotFound
        `unknown_unit`, … for a filter that there is not.

    Privacy
    -------
    Counts only. Its evidence lists pseudonymous customers, and of anonymous surveys nothing.
    """
    snapshot = lake.at(spec.as_of)
    rows = _answers(snapshot, spec)
    counted = rows.group_by(["survey", "source"]).aggregate(responses=rows.response.nunique())
    found = snapshot.execute(counted).to_pylist()
    found.sort(key=lambda row: (row["survey"], -row["responses"], row["source"]))
    number = sum(row["responses"] for row in found)
    answer = Sentence("Nobody has answered a survey here.")
    if number:
        values = {"n": say.count(number), "surveys": say.count(len({row["survey"] for row in found}))}
        answer = Sentence("{n} responses to {surveys} surveys.", values)
    return Result(
        verb="surveyed",
        spec=to_dict(spec) | {"period": str(snapshot.period(spec))},
        as_of=AsOf(snapshot.version, snapshot.time),
        answer=answer,
        figures={"responses": Figure(number, n=number, method="responses with an answer in this selection")},
        columns=COLUMNS,
        rows=[{name: row[name] or None for name in ("survey", "source", "responses")} for row in found],
    )
