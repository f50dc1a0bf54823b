"""The columns of a group's rows: what rules say, else their properties, else what their name or page means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from heartline.core.ids import slug

from . import cleaning, personal, reading, rules
from .company import Company
from .groups import Group, Name
from .known import ONLINE, PLACES, Known, named
from .pages import touchpoint as page_touchpoint
from .persons import OWN, Persons
from .rules import Rule

NOTHING = Known("")
SCREEN = Known("app")


class Columns:
    """Columns of all events, filled group by group."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._columns: dict[str, npt.NDArray[np.object_]] = {}

    def put(self, name: str, places: npt.NDArray[np.int64], values: Sequence[Any] | None) -> None:
        """Fill some places of a column."""
        if values is not None:
            self.get(name)[places] = values

    def same(self, name: str, places: npt.NDArray[np.int64], value: Any) -> None:
        """Fill some places of a column with one value."""
        if value is not None:
            self.get(name)[places] = value

    def some(self, name: str, places: npt.NDArray[np.int64]) -> list[Any]:
        """Give some places of a column as a list."""
        found = self._columns.get(name)
        return [None] * len(places) if found is None else found[places].tolist()

    def array(self, name: str, some: npt.NDArray[np.int64], kind: pa.DataType) -> pa.Array:
        """Give some places of a column as Arrow has it."""
        found = self._columns.get(name)
        return pa.nulls(len(some), kind) if found is None else pa.array(found[some], kind)

    def get(self, name: str) -> npt.NDArray[np.object_]:
        """Give a column."""
        found = self._columns.get(name)
        if found is None:
            found = self._columns[name] = np.full(self.count, None, object)
        return found


def meaning(group: Group) -> Known:
    """Say what a group's events are without any rule."""
    if group.name.type == "track":
        return named(group.name.event) or NOTHING
    if group.name.type == "screen":
        known = named(f"{group.name.event} Viewed")
        return known if known is not None and known.kind == "event" else SCREEN
    return Known(page_touchpoint(group.paths[0]) if group.paths[0] else "website")


def place(group: Group, company: Company, whose: Persons, columns: Columns) -> None:
    """Clean a group's properties and fill its columns."""
    known = meaning(group)
    concerned = [rule for rule in company.rules if rule.concerns(group)]
    whose.carried(group, own=known.place.startswith(OWN))
    columns.put("text", group.places, _said(group, company) if known.text else None)
    for key in {key for rule in concerned for key in rule.hidden} & set(group.keys):
        cleaning.take_out(group, key, None)
    cleaning.clean(group, {key for rule in concerned for key in rule.kept})
    fill(group, known, company, columns, concerned)


def fill(group: Group, known: Known, company: Company, columns: Columns, concerned: Sequence[Rule]) -> None:
    """Fill the columns of a group whose properties are clean, and whose texts are there."""
    places = group.places
    columns.same("event", places, group.name.event)
    columns.same("source", places, group.name.source)
    touchpoints, channels = usual(group, known, company)
    decided = rules.decide(concerned, group, channels) if concerned else {}
    for name in ("ref", "unit", "language"):
        columns.put(name, places, over(decided.get(name), reading.words(group, name)))
    columns.put("product", places, over(decided.get("product"), reading.product(group)))
    if "text" in decided:
        texts = [None if one is None else personal.masked(one, company.region)[0] for one in decided["text"]]
        columns.put("text", places, over(texts, columns.get("text")[places].tolist()))
    _money(group, known, company, columns, decided)
    _scored(group, known, company, columns, decided)
    if "touchpoint" in decided:
        ruled = over(_named(company, decided["touchpoint"]), touchpoints) or touchpoints
        channels = channels_of(group, company, ruled, known)
    columns.put("channel", places, over(decided.get("channel"), channels))
    fill_placement(group, known, company, columns, touchpoints, decided)


def fill_placement(
    group: Group,
    known: Known,
    company: Company,
    columns: Columns,
    touchpoints: Sequence[str | None],
    decided: Mapping[str, Sequence[Any]],
) -> None:
    """Fill what may change later: touchpoint, stage, wait, outcome, sort; scores and texts are there already.

    Parameters
    ----------
    touchpoints
        As they are without rules.
    decided
        What rules say.
    """
    places = group.places
    columns.put("succeeded", places, over(decided.get("succeeded"), _succeeded(group, known)))
    columns.put("wait_s", places, _waits(over(decided.get("wait_s"), reading.numbers(group, "wait_s"))))
    made = over(_named(company, decided.get("touchpoint")), touchpoints) or touchpoints
    columns.put("touchpoint", places, made)
    stages = over(_keys(reading.words(group, "stage")), [company.stage(one) for one in made])
    columns.put("stage", places, over(decided.get("stage"), stages))
    _judged(group, known, company, columns, decided)


def _named(company: Company, keys: Sequence[str | None] | None) -> Sequence[str | None] | None:
    return None if keys is None else [company.named(one) for one in keys]


def over(first: Sequence[Any] | None, second: Sequence[Any] | None) -> Sequence[Any] | None:
    """Give the values of the first, and where it has none those of the second."""
    if first is None or second is None:
        return second if first is None else first
    return [other if one is None else one for one, other in zip(first, second, strict=True)]


def _keys(texts: Sequence[str | None] | None) -> Sequence[str | None] | None:
    return None if texts is None else [slug(one) or None if one else None for one in texts]


def usual(group: Group, known: Known, company: Company) -> tuple[list[str | None], Sequence[str | None]]:
    """Give touchpoints and channels as they are without rules."""
    own = _of_pages(group, company) if known.of_page else [company.default(known.place) if known.place else None]
    own = own if len(own) == len(group) else own * len(group)
    said = reading.words(group, "touchpoint")
    touchpoints = own if said is None else [company.named(one) or usual for one, usual in zip(said, own, strict=True)]
    channels = channels_of(group, company, touchpoints, known)
    return touchpoints, over(_keys(reading.words(group, "channel")), channels) or channels


def _of_pages(group: Group, company: Company) -> list[str | None]:
    """Give the touchpoint of the page on which each happened: what rules say of its views, else what its path means."""
    made: list[str | None] = [None] * len(group)
    for path in dict.fromkeys(group.paths):
        some = [at for at, one in enumerate(group.paths) if one == path]
        views = Group(
            Name(group.name.source, "page", path or "page"), group.keys, group.places[some],
            [group.properties[at] for at in some], [path] * len(some), [group.clients[at] for at in some],
        )  # fmt: skip
        concerned = [rule for rule in company.rules if rule.concerns(views)]
        ruled = rules.decide(concerned, views, views.clients).get("touchpoint") or [None] * len(some)
        for at, word in zip(some, ruled, strict=True):
            made[at] = company.named(word) or company.default(page_touchpoint(path))
    return made


def channels_of(
    group: Group, company: Company, touchpoints: Sequence[str | None], known: Known
) -> Sequence[str | None]:
    """Give the channel of each: that of its client where the touchpoint is on the web or in an app, else its own."""
    usual = PLACES[known.place].channel if known.place else None
    own = {key: company.body(key).get("channel") if key else None for key in set(touchpoints)}
    made: list[str | None] = []
    for key, client in zip(touchpoints, group.clients, strict=True):
        channel = own[key] or usual
        made.append(client if client and (channel is None or channel in ONLINE) else channel or client or None)
    return made


def _said(group: Group, company: Company) -> list[str | None] | None:
    """Take out of a group's properties what people wrote, masked."""
    held = reading.held(group, "text")
    if held is None:
        return None
    texts: list[str | None] = []
    for one in group.take_out(held[0]):
        text, marks = personal.masked(one.strip(), company.region) if type(one) is str else ("", frozenset[str]())
        for mark in marks:
            group.doubts[f"{mark}:{held[0]}"] += 1
        texts.append(text or None)
    return texts


def _succeeded(group: Group, known: Known) -> Sequence[bool | None] | None:
    usual = None if known.succeeded is None else [known.succeeded] * len(group)
    return over(reading.answers(group, "succeeded"), usual)


def _waits(said: Sequence[float | None] | None) -> list[float | None] | None:
    return None if said is None else [one if one is not None and one >= 0 else None for one in said]


def _money(
    group: Group, known: Known, company: Company, columns: Columns, decided: Mapping[str, Sequence[Any]]
) -> None:
    """Read amounts, of events in which money moves; what went back is negative."""
    own = reading.amounts(group) if known.money else None
    signed = None if own is None else [one if one is None else known.money * abs(one) for one in own]
    found = over(_within(decided.get("amount")), signed)
    if found is not None:
        codes = reading.currencies(group, company.currency, decided.get("currency"))
        columns.put("amount", group.places, found)
        made = [None if one is None else code for one, code in zip(found, codes, strict=True)]
        columns.put("currency", group.places, made)


def _within(amounts: Sequence[float | None] | None) -> Sequence[float | None] | None:
    """Leave out amounts that the lake cannot hold."""
    if amounts is None:
        return None
    return [one if one is not None and abs(one) < reading.MOST_MONEY else None for one in amounts]


def _scored(
    group: Group, known: Known, company: Company, columns: Columns, decided: Mapping[str, Sequence[Any]]
) -> None:
    """Read scores of events in which people answer, and what they mean on their scale."""
    own = reading.numbers(group, "score") if known.kind == "feedback" or known.scale else None
    scores = over(decided.get("score"), own)
    if scores is None:
        return
    said = over(decided.get("scale"), reading.words(group, "scale")) or [None] * len(group)
    made: list[tuple[float | None, str | None, float | None]] = []
    for score, name in zip(scores, said, strict=True):
        scale = company.scales.get(name or known.scale or "")
        if score is None or scale is None or not scale.holds(score):
            if score is not None:
                group.doubts["unknown_scale" if scale is None else "score_out_of_range"] += 1
            made.append((None, None, None))
        else:
            made.append((score, scale.key, scale.feeling(score)))
    for name, values in zip(("score", "scale", "feeling"), zip(*made, strict=True), strict=True):
        columns.put(name, group.places, values)


def _judged(
    group: Group, known: Known, company: Company, columns: Columns, decided: Mapping[str, Sequence[Any]]
) -> None:
    """Fill the sort of interaction, and what a score or a text judges: its own touchpoint unless something is said."""
    places = group.places
    touchpoints = columns.get("touchpoint")[places].tolist()
    scores, texts = columns.some("score", places), columns.some("text", places)
    said = reading.words(group, "about")
    abouts = over(decided.get("about"), None if said is None else [company.named(one) for one in said])
    kinds: list[str] = []
    judged: list[str | None] = []
    for place, touchpoint in enumerate(touchpoints):
        answers = known.kind == "feedback" or scores[place] is not None
        judges = answers or (texts[place] is not None and known.kind == "event")
        named_ = None if abouts is None else abouts[place]
        judged.append(named_ or touchpoint if judges or texts[place] is not None else None)
        kinds.append("feedback" if judges else known.kind)
    columns.put("about", places, judged if any(judged) else None)
    columns.put("kind", places, over(_keys(decided.get("kind")), kinds))
