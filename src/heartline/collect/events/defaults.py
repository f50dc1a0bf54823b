"""The columns of a group's rows: what their properties say, else what their name or page means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from heartline.core.ids import slug

from . import cleaning, personal, reading
from .company import Company
from .groups import Group
from .known import ONLINE, PLACES, Known, named
from .pages import touchpoint as page_touchpoint
from .persons import OWN, Persons

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
    """Fill the columns of a group."""
    known = meaning(group)
    places = group.places
    columns.same("event", places, group.name.event)
    columns.same("source", places, group.name.source)
    for name in ("ref", "unit", "language"):
        columns.put(name, places, reading.words(group, name))
    columns.put("product", places, reading.product(group))
    columns.put("succeeded", places, _succeeded(group, known))
    columns.put("wait_s", places, _waits(group))
    _money(group, known, company, columns)
    _answered(group, known, company, columns)
    _placed(group, known, company, columns)
    whose.carried(group, own=known.place.startswith(OWN))
    cleaning.clean(group)


def _succeeded(group: Group, known: Known) -> list[bool | None] | None:
    said = reading.answers(group, "succeeded")
    if said is None:
        return None if known.succeeded is None else [known.succeeded] * len(group)
    return [known.succeeded if one is None else one for one in said]


def _waits(group: Group) -> list[float | None] | None:
    said = reading.numbers(group, "wait_s")
    return None if said is None else [one if one is not None and one >= 0 else None for one in said]


def _money(group: Group, known: Known, company: Company, columns: Columns) -> None:
    """Read amounts, of events in which money moves; what went back is negative."""
    if not known.money:
        return
    found = reading.amounts(group)
    if found is None:
        return
    currencies = reading.currencies(group, company.currency)
    columns.put("currency", group.places, [None if one is None else code for one, code in zip(found, currencies)])  # noqa: B905
    columns.put("amount", group.places, [one if one is None else known.money * abs(one) for one in found])


def _answered(group: Group, known: Known, company: Company, columns: Columns) -> None:
    """Read scores and texts of events in which people say something."""
    if not known.text:
        return
    held = reading.held(group, "text")
    if held is not None:
        texts = []
        for one, values in zip(held[1], group.properties, strict=True):
            text, marks = personal.masked(one.strip(), company.region) if type(one) is str else ("", frozenset())
            for mark in marks:
                group.doubts[f"{mark}:{held[0]}"] += 1
            texts.append(text or None)
            values.pop(held[0], None)
        columns.put("text", group.places, texts)
    scores = reading.numbers(group, "score") if known.kind == "feedback" else None
    if scores is not None:
        _scored(group, known, company, columns, scores)


def _scored(group: Group, known: Known, company: Company, columns: Columns, scores: Sequence[float | None]) -> None:
    said = reading.words(group, "scale") or [None] * len(group)
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


def _placed(group: Group, known: Known, company: Company, columns: Columns) -> None:
    """Fill touchpoint, stage, channel, about and kind."""
    places = group.places
    usual = company.default(known.place) if known.place else None
    said = reading.words(group, "touchpoint")
    if said is None:
        touchpoints: list[str | None] = [usual] * len(group)
    else:
        touchpoints = [company.named(one) or usual for one in said]
    columns.put("touchpoint", places, touchpoints)
    follow(columns, group, company, touchpoints, PLACES[known.place].channel if known.place else None)
    for name in ("stage", "channel"):
        given = reading.words(group, name)
        if given is not None:
            for number, one in zip(places.tolist(), given, strict=True):
                if one and slug(one):
                    columns.get(name)[number] = slug(one)
    judging = columns.get("score")[places] if known.text else None
    texts = columns.get("text")[places]
    about = reading.words(group, "about")
    kinds = []
    for index, number in enumerate(places.tolist()):
        judges = known.kind == "feedback" or (judging is not None and judging[index] is not None)
        if judges or texts[index] is not None:
            named_ = company.named(about[index]) if about is not None else None
            columns.get("about")[number] = named_ or touchpoints[index]
        kinds.append("feedback" if judges or (texts[index] is not None and known.kind == "event") else known.kind)
    columns.put("kind", places, kinds)


def follow(
    columns: Columns, group: Group, company: Company, touchpoints: Sequence[str | None], usual: str | None
) -> None:
    """Fill what follows from touchpoints: stage, and the channel where the client does not say it."""
    bodies = {key: company.body(key) for key in set(touchpoints) if key}
    stages, channels = [], []
    for key, client in zip(touchpoints, group.clients, strict=True):
        body = bodies[key] if key else {}
        own = body.get("channel") or usual
        stages.append(body.get("stage"))
        channels.append(client if client and (own is None or own in ONLINE) else own or client or None)
    columns.put("stage", group.places, stages)
    columns.put("channel", group.places, channels)
