"""The verb `themes`: what people talk about, how it feels, and what is said more than it used to be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from heartline.core import say
from heartline.core.errors import unknown
from heartline.core.registry import Evidence, Which, no_evidence, verb
from heartline.core.result import AsOf, Column, Figure, Result
from heartline.core.selection import Keys, spec, to_dict
from heartline.core.sentence import Sentence
from heartline.store.lake import Lake
from heartline.store.listing import Listed
from heartline.store.snapshot import Snapshot

from .answers import Answers, split_by_one
from .intervals import wilson
from .newly import said_newly
from .quoted import quoted
from .spoken import SLICES, Overview, Window, checked, counted, overview, rows_of, split, texts, window, with_theme
from .text.themes.values import called, known
from .told import Who

BY = ("about", "touchpoint", "unit", "channel", "product", "source", "language", "stage")
NUMBERS = ("texts", "share", "feeling", "feeling_n", "unhappy", "recent", "before")

FELT = {"feeling": "mean", "feeling_n": "count", "unhappy": "share"}
"""Numbers over the texts whose feeling is known, and how they are made."""


@spec
class ThemesSpec(Answers):
    """Which texts, and which of their themes.

    Parameters
    ----------
    scale
        Only texts that came with a score on one of these scales.
    about
        Only texts that judge these touchpoints, wherever they were said.
    theme
        Only these themes.
    told_by
        Only what `customers` wrote and said themselves, or only what `employees` told of them.
    sort
        `theme` (what a text is about), `need` (what somebody wanted to get done), `reason` (why they buy or leave).
    by
        A row per theme and value of one of about, touchpoint, unit, channel, product, source, language, stage.
    late
        What is “of late”: so many days up to the last text; held against the eight times as many before.
    quotes
        So many texts of each theme that speak for it: nearest to the middle of all of them by their words, each as
        unlike as can be to those before it.
    """

    theme: Keys = ()
    told_by: Who | None = None
    sort: Literal["theme", "need", "reason"] = "theme"
    by: Keys = ()
    late: Annotated[int, Field(ge=1, le=366)] = 28
    quotes: Annotated[int, Field(ge=0, le=20)] = 0

    @field_validator("by", mode="after")
    @classmethod
    def _split(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return split_by_one(value, BY, "Themes")


def themes_evidence(lake: Lake, spec: ThemesSpec, which: Which) -> Evidence:
    """List the texts behind a number: `value` is 1 and 0 for about it and not, or the feeling."""
    snapshot = lake.at(spec.as_of)
    _checked(snapshot, spec)
    rows = texts(snapshot, spec, "id", "customer", "channel", "touchpoint", "about", "text", "feeling")
    if which.figure is not None:
        if which.figure not in ("texts", "about_any"):
            raise unknown("figure", which.figure, ["texts", "about_any"], field="figure")
        value = with_theme(rows, _sorted(snapshot, spec)).cast("int64")
        kind = "share" if which.figure == "about_any" else "count"
        return Evidence("interactions", kind, Listed(snapshot, rows.mutate(value=value).drop("themes")))
    if which.column not in NUMBERS:
        raise no_evidence(which)
    for by in spec.by:
        value, column = which.row.get(by), split(rows, by)
        rows = rows.filter(column.isnull() if value is None else column == value)
    named = with_theme(rows, [str(which.row.get("theme"))])
    if which.column == "share":
        return Evidence(
            "interactions", "share", Listed(snapshot, rows.mutate(value=named.cast("int64")).drop("themes"))
        )
    rows = rows.filter(named)
    if which.column in FELT:
        rows = rows.filter(rows.feeling.notnull())
        felt = (rows.feeling < 0).cast("int64") if which.column == "unhappy" else rows.feeling
        measure = FELT[which.column]
        return Evidence("interactions", measure, Listed(snapshot, rows.mutate(value=felt).drop("themes")))
    if which.column in ("recent", "before"):
        late = window(snapshot, spec, spec.late)
        rows = rows.filter(late.is_recent(rows) if which.column == "recent" else late.is_before(rows))
    return Evidence("interactions", "count", Listed(snapshot, rows.mutate(value=rows.feeling).drop("themes")))


@verb(ThemesSpec, key=("theme", *BY), evidence=themes_evidence)
def themes(lake: Lake, spec: ThemesSpec) -> Result:
    """Say what people talk about, how that feels, and what is said more than it used to be.

    Shape
    -----
    One row per theme, and value of `by` where it is set: `theme` str; `label` str; `sort` str; the column of `by`
    str, null where unknown; `texts` int, those that speak of it; `share` float of all texts that were read, with
    `low`, `high`; `feeling` float, null where none is known, with `feeling_low`, `feeling_high` and `feeling_n`;
    `unhappy` float, share of texts with a feeling below 0, with `unhappy_low`, `unhappy_high`; `recent` int texts
    of late, `before` int texts of the weeks before; `change` float, share of late − share before, with
    `change_low`, `change_high`; `z` float; `rising`, `new` bool; `line` list of shares, in each of the eight times
    before and of late; `quotes` list of texts as `verbatims` gives them. The most spoken of first.

    Units
    -----
    Shares 0–1; feeling −1…+1; z in standard deviations.

    Uncertainty
    -----------
    Shares: Wilson. Feeling: ∓ 1.96 standard errors. Both clustered by customer. Change: two independent samples
    (Newcombe 1998). Rising: variance-stabilised Poisson z beyond the limit at which, over all themes together, one
    quiet look out of twenty calls any of them rising; see `heartline.listen.text.rising`.

    Raises
    ------
    NotFound
        `unknown_theme`, `unknown_about`, …
    InvalidInput
        `unknown_column` for a `by` that there is not.

    Privacy
    -------
    With `quotes` it lists what pseudonymous customers wrote.
    """
    snapshot = lake.at(spec.as_of)
    wanted = _checked(snapshot, spec)
    seen = overview(snapshot, spec, wanted)
    late = Window(seen.last, spec.late)
    rows = rows_of(counted(snapshot, spec, wanted, late), wanted)
    return Result(
        verb="themes",
        spec=to_dict(spec) | {"period": str(snapshot.period(spec))},
        as_of=AsOf(snapshot.version, snapshot.time),
        answer=_answer(snapshot, rows, seen.read),
        figures={
            "texts": Figure(seen.read, n=seen.read, method="texts that were read for themes"),
            "about_any": _about_any(seen),
        },
        columns=_columns(*spec.by),
        rows=_shaped(snapshot, spec, rows),
        notes=(*_notes(seen.every, seen.read, late), *_newly(snapshot, spec, late)),
    )


def _checked(snapshot: Snapshot, spec: ThemesSpec) -> list[str]:
    """Give the themes that are asked for."""
    checked(snapshot, spec.theme)
    return [key for key in _sorted(snapshot, spec) if not spec.theme or key in spec.theme]


def _sorted(snapshot: Snapshot, spec: ThemesSpec) -> list[str]:
    """Give the themes of the sort that is asked for, those switched off not among them unless they are named."""
    there = known(snapshot.definitions)
    named = [key for key in there if key in spec.theme]
    return named or [key for key, theme in there.items() if theme.sort == spec.sort and not theme.off]


def _about_any(seen: Overview) -> Figure:
    """Give the share of texts that speak of any of the themes."""
    number, read = seen.about_any, seen.read
    if not read:
        return Figure(None, measured_in="share", n=0, method="share of texts that speak of any theme; Wilson interval")
    low, high = wilson(number / read, read)
    return Figure(number / read, low, high, read, "share", "share of texts that speak of any theme; Wilson interval")


def _shaped(snapshot: Snapshot, spec: ThemesSpec, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Name the rows, and give each its quotes."""
    there = known(snapshot.definitions)
    said = quoted(snapshot, spec, rows, spec.quotes) if spec.quotes else {}
    shaped = []
    for row in rows:
        theme = there[row["theme"]]
        place = (row.pop("theme"), row.pop("group"))
        shaped.append(
            {"theme": theme.key, "label": called(theme), "sort": theme.sort, **dict.fromkeys(spec.by, place[1]),
             **row, "quotes": said.get(place, [])}
        )  # fmt: skip
    return shaped


def _answer(snapshot: Snapshot, rows: Sequence[dict[str, Any]], read: int) -> Sentence:
    """Say what is spoken of most, and what rises."""
    if not read:
        return Sentence("No text has been read for what it is about yet.")
    if not rows:
        return Sentence("{texts} texts were read; none of them speaks of a theme.", {"texts": say.count(read)})
    there, first = known(snapshot.definitions), rows[0]
    values = {
        "theme": called(there[first["theme"]]), "share": say.share(first["share"]), "low": say.share(first["low"]),
        "high": say.share(first["high"]), "texts": say.count(read),
    }  # fmt: skip
    up = [called(there[row["theme"]]) for row in rows if row["rising"]]
    whole = "“{theme}” is spoken of most: by {share} texts (between {low} and {high}; {texts} were read)."
    if up:
        return Sentence(whole + " Rising: {rising}.", values | {"rising": ", ".join(dict.fromkeys(up))})
    return Sentence(whole, values)


def _notes(every: int, read: int, late: Window) -> tuple[Sentence, ...]:
    """Say what was not read, and what “of late” means here."""
    notes = []
    if every > read:
        values = {"unread": say.count(every - read), "every": say.count(every)}
        notes.append(Sentence("{unread} of {every} texts were not read for themes yet.", values))
    if late.last is not None:
        values = {"days": say.count(late.days), "times": say.count(SLICES)}
        notes.append(
            Sentence(
                "Of late: the {days} days up to the last text, held against {times} times as many before. Over all"
                " themes, one quiet look out of twenty calls any of them rising.", values,
            )
        )  # fmt: skip
    return tuple(notes)


def _newly(snapshot: Snapshot, spec: ThemesSpec, late: Window) -> tuple[Sentence, ...]:
    """Say which words are said more of late, where the question is about all themes."""
    if spec.theme or spec.by or spec.sort != "theme":
        return ()
    words = [rise.what for rise in said_newly(snapshot, spec, late)]
    return (Sentence("Said more than before: {words}.", {"words": ", ".join(words)}),) if words else ()


def _columns(*by: str) -> tuple[Column, ...]:
    splits = tuple(Column(name, "str", "key", f"{name} of the text; null where unknown") for name in by)
    return (
        Column("theme", "str", "key", "key of the theme"),
        Column("label", "str", "text", "what it is called"),
        Column("sort", "str", "key", "theme, need or reason"),
        *splits,
        Column("texts", "int", "count", "texts that speak of it"),
        Column("share", "float", "share", "of all texts that were read"),
        Column("low", "float", "share", "lower end of the share's 95 % interval"),
        Column("high", "float", "share", "upper end of it"),
        Column("feeling", "float", "feeling", "mean feeling of its texts; null where none is known"),
        Column("feeling_low", "float", "feeling", "lower end of the 95 % interval"),
        Column("feeling_high", "float", "feeling", "upper end of it"),
        Column("feeling_n", "int", "count", "texts of known feeling"),
        Column("unhappy", "float", "share", "of these, those with a feeling below 0"),
        Column("unhappy_low", "float", "share", "lower end of the 95 % interval"),
        Column("unhappy_high", "float", "share", "upper end of it"),
        Column("recent", "int", "count", "texts of late"),
        Column("before", "int", "count", "texts of the times before"),
        Column("change", "float", "share", "share of late minus share before; null where nothing is before"),
        Column("change_low", "float", "share", "lower end of the 95 % interval"),
        Column("change_high", "float", "share", "upper end of it"),
        Column("z", "float", "standard deviations", "how far beyond chance the texts of late are"),
        Column("rising", "bool", "", "whether that is beyond the limit for all themes together"),
        Column("new", "bool", "", "whether nobody spoke of it before"),
        Column("line", "list", "share", "share in each of the times before and of late, the oldest first"),
        Column("quotes", "list", "text", "texts that stand for all of them"),
    )
