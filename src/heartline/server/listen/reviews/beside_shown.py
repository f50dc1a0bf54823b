"""What the page “We and they” shows: a line for each theme and each scale, ours and theirs, with what can be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from heartline.core.result import Result
from heartline.listen.text.themes.values import Theme, called
from heartline.server.shell import doors, numbers, quotes, ratings
from heartline.store.definitions import Definitions

from . import beside_words, words
from .shown import Number


@dataclass(frozen=True)
class Said:
    """A text of one side: its words, and how it feels."""

    text: str
    tone: str
    mood: str
    platform: str


@dataclass(frozen=True)
class Line:
    """A theme, ours and theirs."""

    name: str
    our_share: Number
    their_share: Number
    our_feeling: Number | None
    their_feeling: Number | None
    share_tells: str
    feeling_tells: str
    sure: bool
    our_quotes: list[Said]
    their_quotes: list[Said]


@dataclass(frozen=True)
class Rated:
    """A scale, ours and theirs."""

    name: str
    ours: Number | None
    theirs: Number | None
    tells: str


def themes(result: Result, there: Mapping[str, Theme], values: Mapping[str, Any], language: str) -> list[Line]:
    """Make a line of every theme, those that differ for certain first."""
    return [_line(row, there, values, language.partition("-")[0]) for row in result.rows if row["theme"] in there]


def _line(row: Mapping[str, Any], there: Mapping[str, Theme], values: Mapping[str, Any], language: str) -> Line:
    def share(side: str) -> Number:
        beside = f"{words.between(row[f'{side}_share_low'], row[f'{side}_share_high'], 'share')}"
        texts = beside_words.of_texts(row[f"{side}_texts"], row[f"{side}_share_n"])
        return Number(numbers.share(row[f"{side}_share"]), _door(values, row, f"{side}_share"), f"{beside}, {texts}")

    def feeling(side: str) -> Number | None:
        if row[f"{side}_feeling"] is None:
            return None
        beside = words.between(row[f"{side}_feeling_low"], row[f"{side}_feeling_high"], "feeling")
        return Number(numbers.number(row[f"{side}_feeling"], 2), _door(values, row, f"{side}_feeling"), beside)

    return Line(
        name=called(there[row["theme"]], language),
        our_share=share("our"), their_share=share("their"),
        our_feeling=feeling("our"), their_feeling=feeling("their"),
        share_tells=beside_words.share_tells(row), feeling_tells=beside_words.feeling_tells(row),
        sure=bool(row["share_apart_tells"] or row["feeling_apart_tells"]),
        our_quotes=_said(row["our_quotes"]), their_quotes=_said(row["their_quotes"]),
    )  # fmt: skip


def _said(rows: list[dict[str, Any]]) -> list[Said]:
    made = []
    for row in rows:
        tone = quotes.tone_of(row["feeling"])
        made.append(Said(str(row["text"]).strip(), tone, quotes.mood(tone), words.platform(row["source"])))
    return made


def ratings_of(result: Result, definitions: Definitions, values: Mapping[str, Any]) -> list[Rated]:
    """Make a line of every scale."""
    made = []
    for row in result.rows:
        scale = definitions.scales.get(str(row["scale"]))
        name = ratings.scale_name(scale) if scale else str(row["scale"])
        best = f" / {scale.high:g}" if scale else ""
        both = [_rating(row, side, best, values) for side in ("our", "their")]
        made.append(Rated(name, both[0], both[1], beside_words.rating_tells(row)))
    return made


def _rating(row: Mapping[str, Any], side: str, best: str, values: Mapping[str, Any]) -> Number | None:
    value = row[f"{side}_rating"]
    if value is None:
        return None
    beside = words.between(row[f"{side}_rating_low"], row[f"{side}_rating_high"], "scale")
    told = f"{beside}, {beside_words.ratings(row[f'{side}_rating_n'])}"
    return Number(f"{numbers.number(value, 2)}{best}", _door(values, row, f"{side}_rating"), told)


def _door(values: Mapping[str, Any], row: Mapping[str, Any], column: str) -> str:
    key = {name: row[name] for name in ("competitor", "theme", "scale") if name in row}
    return doors.door("benchmark", values, row=key, column=column)
