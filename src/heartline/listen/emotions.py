"""The verb `emotions`: which emotions texts show, as shares of many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import ibis
import pyarrow as pa
from pydantic import Field, field_validator

from heartline.core import say
from heartline.core.errors import unknown
from heartline.core.registry import Evidence, Which, no_evidence, verb
from heartline.core.result import AsOf, Column, Figure, Result
from heartline.core.selection import Keys, spec, to_dict
from heartline.core.sentence import Sentence
from heartline.store.clock import calendar
from heartline.store.lake import Lake
from heartline.store.listing import Listed
from heartline.store.snapshot import Snapshot

from .answers import Answers, judging, sampled, scales, split_by_one
from .text import showing
from .text.emotion import NAMES, NONE
from .text.quotes import representative
from .text.tally import Counted, enough, tally
from .told import only

BY = ("month", "about", "touchpoint", "unit", "channel", "product", "source", "language", "stage")
COLUMNS = (
    Column("emotion", "str", "key", "joy, trust, fear, surprise, sadness, disgust, anger, calm, or none"),
    Column("texts", "int", "count", "texts that show it"),
    Column("share", "float", "share", "of all texts that were read; null with too few of them"),
    Column("low", "float", "share", "lower end of the share's 95 % interval"),
    Column("high", "float", "share", "upper end of it"),
    Column("quotes", "list", "text", "texts that stand for all of them"),
)
AMONG = 400
"""Texts of an emotion among which quotes are looked for: the newest."""
QUOTED = ("id", "occurred_at", "channel", "touchpoint", "about", "text", "score", "scale", "feeling")


@spec
class EmotionsSpec(Answers):
    """Which texts.

    Parameters
    ----------
    scale
        Only texts that came with a score on one of these scales.
    about
        Only texts that judge these touchpoints, wherever they were said.
    by
        A row per emotion and value of one of month, about, touchpoint, unit, channel, product, source, language, stage.
    newest
        At most so many texts, the newest.
    quotes
        So many texts of each emotion that stand for it: nearest to the middle of all of them by their words, each as
        unlike as can be to those before it.
    """

    by: Keys = ()
    newest: Annotated[int, Field(ge=1, le=100_000)] = 20_000
    quotes: Annotated[int, Field(ge=0, le=20)] = 0

    @field_validator("by", mode="after")
    @classmethod
    def _split(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return split_by_one(value, BY, "Emotions")


def emotions_evidence(lake: Lake, spec: EmotionsSpec, which: Which) -> Evidence:
    """List the texts behind a number: `value` is 1 and 0 for showing the emotion and not."""
    snapshot = lake.at(spec.as_of)
    found = _read(snapshot, spec)
    if which.figure is not None:
        if which.figure not in ("texts", "read"):
            raise unknown("figure", which.figure, ["texts", "read"], field="figure")
        return _listed(snapshot, spec, found, None, everything=which.figure == "texts")
    if which.column not in ("texts", "share") or which.row.get("emotion") not in NAMES:
        raise no_evidence(which)
    for by in spec.by:
        value = which.row.get(by)
        found = found.filter(pa.array([group == value for group in found["group"].to_pylist()], pa.bool_()))
    read = found.filter(found["emotion"].is_valid())
    if which.column == "share" and not enough(read["emotion"].to_pylist(), read["customer"].to_pylist()):
        found = found.slice(0, 0)  # nothing is said of so few
    return _listed(snapshot, spec, found, str(which.row["emotion"]), everything=which.column == "share")


@verb(EmotionsSpec, key=("emotion", *BY), evidence=emotions_evidence, beside=showing.state)
def emotions(lake: Lake, spec: EmotionsSpec) -> Result:
    """Say which emotions many texts show; never what one person feels.

    Shape
    -----
    One row per emotion, and value of `by` where it is set: `emotion` str; the column of `by` str, null where unknown;
    `texts` int; `share` float of all texts that were read, with `low` and `high`, null with fewer than 30 texts
    or 5 people;
    `quotes` list of texts as `verbatims` gives them. The most shown first and `none` last; with `by`, group after
    group.

    Units
    -----
    Shares 0–1.

    Uncertainty
    -----------
    Wilson intervals, clustered by customer. They say how far chance goes, not how well emotions are read: disgust and
    surprise are read less surely than joy, anger, fear and sadness.

    Raises
    ------
    NotFound
        `unknown_scale`, `unknown_about`, …
    InvalidInput
        `unknown_column` for a `by` that there is not.

    Privacy
    -------
    Counts only, unless `quotes` are asked for. Its evidence lists pseudonymous customers and what they wrote.
    """
    snapshot = lake.at(spec.as_of)
    found = _read(snapshot, spec)
    shown, groups = found["emotion"].to_pylist(), found["group"].to_pylist()
    counted = tally(shown, groups, found["customer"].to_pylist())
    read = len(shown) - found["emotion"].null_count
    method = "the newest texts in this selection"
    said = _quoted(snapshot, spec, found) if spec.quotes else {}
    return Result(
        verb="emotions",
        spec=to_dict(spec) | {"period": str(snapshot.period(spec))},
        as_of=AsOf(snapshot.version, snapshot.time),
        answer=_answer(tally(shown, [None] * len(shown), found["customer"].to_pylist())),
        figures={
            "texts": Figure(found.num_rows, n=found.num_rows, method=method),
            "read": Figure(read, n=read, method=f"{method} that were read for emotions"),
        },
        columns=(*_splits(spec.by), *COLUMNS),
        rows=[
            {**dict.fromkeys(spec.by, one.group), "emotion": one.emotion, "texts": one.count, "share": one.share,
             "low": one.low, "high": one.high, "quotes": said.get((one.emotion, one.group), [])}
            for one in counted
        ],
        notes=_notes(found.num_rows, read, spec.newest),
    )  # fmt: skip


def _splits(by: Sequence[str]) -> tuple[Column, ...]:
    return tuple(Column(name, "str", "key", f"{name} of the text; null where unknown") for name in by)


def _texts(snapshot: Snapshot, spec: EmotionsSpec, *columns: str) -> ibis.Table:
    """Give the newest texts that are asked for, each with its `group`."""
    by = next(iter(spec.by), None)
    needed = ["id", "text", "occurred_at", "kind", *columns, *(["scale"] if spec.scale else [])]
    needed += [by] if by and by != "month" else []
    needed += ["about", "touchpoint"] if spec.about or by == "about" else []
    rows = snapshot.selected(spec, *dict.fromkeys(needed))
    rows = sampled(only(rows.filter(rows.text.notnull(), rows.text.strip() != ""), "customers"))
    if spec.scale:
        rows = rows.filter(rows.scale.isin(list(scales(snapshot, spec.scale))))
    rows = judging(snapshot, rows, spec.about)
    rows = rows.mutate(group=_group(snapshot, spec, rows, by))
    return rows.order_by([rows.occurred_at.desc(), rows.id]).limit(spec.newest)


def _group(snapshot: Snapshot, spec: EmotionsSpec, rows: ibis.Table, by: str | None) -> ibis.Value:
    """Give what texts are split by; what they judge is by default their own touchpoint."""
    if by is None:
        return ibis.null("string")
    if by == "month":
        return calendar(snapshot, rows.occurred_at, "month", snapshot.period(spec)).strftime("%Y-%m")
    return rows.about.coalesce(rows.touchpoint) if by == "about" else rows[by]


def _read(snapshot: Snapshot, spec: EmotionsSpec) -> pa.Table:
    """Give the id of each text, who wrote it, its group, and the emotion that it shows; null where nobody read it."""
    rows = _texts(snapshot, spec, "customer").select("id", "text", "customer", "group")
    found = snapshot.execute(rows).combine_chunks()
    shown = showing.emotions_of(snapshot, found["id"].to_pylist(), found["text"].to_pylist())
    return found.drop_columns(["text"]).append_column("emotion", pa.array(shown, pa.string()))


def _listed(
    snapshot: Snapshot, spec: EmotionsSpec, found: pa.Table, emotion: str | None, *, everything: bool
) -> Evidence:
    rows = _texts(snapshot, spec, "customer", "channel", "touchpoint", "about", "feeling").drop("group")
    ours = snapshot.lake.engine.memory(found.select(["id", "emotion"]).rename_columns(["of", "emotion"]))
    both = rows.join(ours, rows.id == ours.of).drop("of")
    if emotion is None:
        both = both if everything else both.filter(both.emotion.notnull())
        return Evidence("interactions", "count", Listed(snapshot, both.mutate(value=both.feeling)))
    both = both.filter(both.emotion.notnull())
    both = both.mutate(value=(both.emotion == emotion).cast("int64"))
    if everything:
        return Evidence("interactions", "share", Listed(snapshot, both))
    return Evidence("interactions", "count", Listed(snapshot, both.filter(both.value == 1)))


def _quoted(
    snapshot: Snapshot, spec: EmotionsSpec, found: pa.Table
) -> dict[tuple[str, str | None], list[dict[str, Any]]]:
    """Give the texts that stand for each emotion and group: in many texts, what one of them shows may be wrong."""
    ids: dict[tuple[str, str | None], list[str]] = {}
    for one, emotion, group in zip(*(found[name].to_pylist() for name in ("id", "emotion", "group")), strict=True):
        if emotion is not None and emotion != NONE and len(some := ids.setdefault((emotion, group), [])) < AMONG:
            some.append(one)
    wanted = pa.table({"of": pa.array([one for some in ids.values() for one in some], pa.string())})
    rows = snapshot.selected(spec, *QUOTED)
    ours = snapshot.lake.engine.memory(wanted)
    told = {row["id"]: row for row in snapshot.execute(rows.semi_join(ours, rows.id == ours.of)).to_pylist()}
    among = {place: [told[one] for one in some if one in told] for place, some in ids.items()}
    return {
        place: [{name: some[at][name] for name in QUOTED} for at in representative(_words(some), spec.quotes)]
        for place, some in among.items()
    }


def _words(rows: Sequence[dict[str, Any]]) -> list[str]:
    return [row["text"] for row in rows]


def _answer(counted: Sequence[Counted]) -> Sentence:
    if not counted:
        return Sentence("No text has been read for emotions yet.")
    first = counted[0]
    if first.share is None:
        return Sentence(
            "{texts} texts were read: too few to say which emotions they show.", {"texts": say.count(first.n)}
        )
    if not first.count:
        return Sentence("{texts} texts were read; none shows a clear emotion.", {"texts": say.count(first.n)})
    values = {"emotion": first.emotion, "share": say.share(first.share), "low": say.share(first.low),
              "high": say.share(first.high), "texts": say.count(first.n)}  # fmt: skip
    return Sentence("The emotion shown most is {emotion}: {share} of {texts} texts (between {low} and {high}).", values)


def _notes(every: int, read: int, newest: int) -> tuple[Sentence, ...]:
    notes = [Sentence("Emotions are read of many texts together; of one text they may be wrong.")]
    if every > read:
        values = {"unread": say.count(every - read), "every": say.count(every)}
        notes.append(Sentence("{unread} of {every} texts were not read for emotions yet.", values))
    if every >= newest:
        notes.append(Sentence("Only the newest {newest} texts are counted.", {"newest": say.count(newest)}))
    return tuple(notes)
