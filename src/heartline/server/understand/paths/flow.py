"""The flow drawing: boxes for touchpoints in one line, bands for the strongest ways between them.

Boxes stand in the order in which most people pass them. Who goes on to the next box does so straight; who skips some
goes around on one side, who goes back on the other. A band is as wide as its way is used. The same drawing lies on a
wide screen and stands on a phone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

WAYS = 16
"""The strongest ways that are drawn, and"""
BOXES = 8
"""the most touchpoints among them: more would be a knot."""
BROADEST, THINNEST = 22.0, 1.4
EDGE = 4.0
LONG, FARTHEST = 1080.0, 132.0
"""A drawing that lies is so long, as long as that takes its boxes no further apart."""
LEAST = 0.004
"""Ways used less than this share of the strongest would be hairs."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Size:
    """How large things are: boxes, the gaps between them, and the space of a way around, by the boxes it passes."""

    box: float
    tall: float
    gap: float
    around: float
    upright: bool


WIDE = Size(box=124, tall=52, gap=52, around=30, upright=False)
UPRIGHT = Size(box=128, tall=44, gap=44, around=26, upright=True)


@dataclass(frozen=True)
class Box:
    """A touchpoint: its place, its middle, and its name in lines with their heights."""

    key: str
    x: float
    y: float
    width: float
    height: float
    middle: float
    lines: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Way:
    """A way from one box to another: its line, its width, its arrow head, and where its number stands."""

    row: Row
    line: str
    width: float
    head: str
    x: float
    y: float
    anchor: str


@dataclass(frozen=True)
class Drawing:
    """The boxes and ways of a flow in a frame."""

    boxes: tuple[Box, ...]
    ways: tuple[Way, ...]
    width: float
    height: float
    upright: bool


def strongest(rows: Sequence[Row], goal: str = "") -> list[Row]:
    """Choose what to draw: the strongest ways, as long as they join few touchpoints; the goal is one of them."""
    chosen: list[Row] = []
    places = {goal} if any(goal in (row["from"], row["to"]) for row in rows) else set()
    for row in rows:
        if len(chosen) == WAYS or row["count"] < LEAST * rows[0]["count"]:
            break
        wider = places | {row["from"], row["to"]}
        if len(wider) <= BOXES:
            chosen.append(row)
            places = wider
    return chosen


def order(rows: Sequence[Row]) -> list[str]:
    """Put touchpoints in a line so that as many as possible go forward along it (Eades, Lin and Smyth 1993)."""
    ways = {(row["from"], row["to"]): float(row["count"]) for row in rows if row["from"] != row["to"]}
    left = dict.fromkeys(name for row in rows for name in (row["from"], row["to"]))
    front: list[str] = []
    back: list[str] = []
    while left:
        leaving = {name: sum(n for (a, b), n in ways.items() if a == name and b in left) for name in left}
        coming = {name: sum(n for (a, b), n in ways.items() if b == name and a in left) for name in left}
        last = next((name for name in left if not leaving[name]), None)
        if last is not None:
            back.insert(0, last)
            del left[last]
            continue
        first = max(left, key=lambda name: (not coming[name], leaving[name] - coming[name]))
        front.append(first)
        del left[first]
    return front + back


def drawing(rows: Sequence[Row], labels: Mapping[str, str], size: Size) -> Drawing:
    """Draw chosen ways.

    Parameters
    ----------
    labels
        Names of touchpoints for people.
    """
    line = order(rows)
    if not size.upright and len(line) > 1:
        free = (LONG - len(line) * size.box) / (len(line) - 1)
        size = replace(size, gap=min(FARTHEST, max(size.gap, free)))
    place = {name: number for number, name in enumerate(line)}
    most = max((row["count"] for row in rows), default=1)
    pen = _pen(size, [place[row["to"]] - place[row["from"]] for row in rows])
    ways = [_way(pen, row, place, max(THINNEST, BROADEST * row["count"] / most)) for row in rows]
    ways.sort(key=lambda way: -way.width)
    boxes = tuple(_box(pen, number, name, labels.get(name, name)) for number, name in enumerate(line))
    long, across = pen.corner(len(line)) - size.gap + EDGE, pen.over + pen.broad + pen.under
    width, height = (across, long) if size.upright else (long, across)
    return Drawing(boxes, tuple(ways), round(width, 1), round(height, 1), size.upright)


@dataclass(frozen=True)
class _Pen:
    """Knows where things lie; speaks in places along the line and beside it, whichever way the drawing is held.

    Parameters
    ----------
    over, under
        The room for ways around on both sides of the boxes.
    """

    size: Size
    over: float
    under: float

    @property
    def deep(self) -> float:
        """How far a box reaches along the line."""
        return self.size.tall if self.size.upright else self.size.box

    @property
    def broad(self) -> float:
        """How far a box reaches beside the line."""
        return self.size.box if self.size.upright else self.size.tall

    def corner(self, number: int) -> float:
        """Where along the line a box begins."""
        return EDGE + number * (self.deep + self.size.gap)

    def point(self, along: float, beside: float) -> tuple[float, float]:
        """Give a point as x and y; where the line stands, what was above it is on its right."""
        if self.size.upright:
            return self.over + self.broad + self.under - beside, along
        return along, beside

    def at(self, along: float, beside: float) -> str:
        """Write a point."""
        return "{:.1f} {:.1f}".format(*self.point(along, beside))


def _pen(size: Size, spans: Sequence[int]) -> _Pen:
    """Leave as much room on both sides as the farthest way around takes, and its number."""
    least = 58.0 if size.upright else EDGE
    passed = max((span - 1 for span in spans if span > 1), default=0)
    over = size.around * max(passed, 0.6 if 0 in spans else 0)
    under = size.around * max((-span for span in spans), default=0)
    number = 62 if size.upright else 42
    return _Pen(size, *(max(least, far + number if far > 0 else 0.0) for far in (over, under)))


def _box(pen: _Pen, number: int, key: str, label: str) -> Box:
    x, y = pen.point(pen.corner(number), pen.over + (pen.broad if pen.size.upright else 0))
    width, height = pen.size.box, pen.size.tall
    lines = _wrapped(label, int(width / 6.8), 3 if height > 50 else 2)
    first = y + height / 2 - 7.5 * (len(lines) - 1) + 4.2
    return Box(key, x, y, width, height, x + width / 2, tuple((text, first + 15 * at) for at, text in enumerate(lines)))


def _way(pen: _Pen, row: Row, place: Mapping[str, int], width: float) -> Way:
    start, end = place[row["from"]], place[row["to"]]
    if end == start + 1:
        return _straight(pen, row, start, width)
    if end == start:
        return _again(pen, row, start, min(width, 8.0))
    return _around(pen, row, start, end, width)


def _straight(pen: _Pen, row: Row, start: int, width: float) -> Way:
    a, b = pen.corner(start) + pen.deep, pen.corner(start + 1)
    middle = pen.over + pen.broad / 2
    x, y = pen.point((a + b) / 2, middle - (0 if pen.size.upright else width / 2 + 5))
    if pen.size.upright:
        x, y = x + width / 2 + 6, y + 4
    return Way(
        row, f"M{pen.at(a, middle)}L{pen.at(b, middle)}", width, "", x, y, "start" if pen.size.upright else "middle"
    )


def _again(pen: _Pen, row: Row, at: int, width: float) -> Way:
    """Draw a step that repeats as a small loop on its box."""
    middle, top = pen.corner(at) + pen.deep / 2, pen.over
    height = pen.size.around * 0.8
    a, b = middle - 9, middle + 9
    line = f"M{pen.at(a, top)}C{pen.at(a - 6, top - height)} {pen.at(b + 6, top - height)} {pen.at(b, top - 6)}"
    x, y = pen.point(middle, top - height * 0.75 - width / 2 - 4)
    if pen.size.upright:
        x, y = x + 2, y + 4
    return Way(row, line, width, _head(pen, b, top, -1), x, y, "start" if pen.size.upright else "middle")


def _around(pen: _Pen, row: Row, start: int, end: int, width: float) -> Way:
    """Draw a way that skips boxes, over them, or one that goes back, under them."""
    back = end < start
    side = 1 if back else -1
    edge = pen.over + pen.broad if back else pen.over
    quarter = pen.deep / 4
    a = pen.corner(start) + pen.deep / 2 + (quarter if not back else -quarter)
    b = pen.corner(end) + pen.deep / 2 - (quarter if not back else -quarter)
    passed = start - end if back else end - start - 1
    far = edge + side * (10 + pen.size.around * passed) * 4 / 3
    tip = edge + side * 7
    line = f"M{pen.at(a, edge)}C{pen.at(a, far)} {pen.at(b, far)} {pen.at(b, tip)}"
    top = edge + 0.75 * (far - edge)
    x, y = pen.point((a + b) / 2, top + side * (width / 2 + (5 if side < 0 else 14)))
    anchor = "middle"
    if pen.size.upright:
        (x, y), anchor = pen.point((a + b) / 2, top + side * (width / 2 + 5)), "end" if back else "start"
        y += 4
    return Way(row, line, width, _head(pen, b, edge, side, max(5.0, width / 2 + 3)), x, y, anchor)


def _head(pen: _Pen, along: float, edge: float, side: int, half: float = 5.0) -> str:
    points = ((along, edge), (along - half, edge + side * 9), (along + half, edge + side * 9))
    return f"M{'L'.join(pen.at(*point) for point in points)}Z"


def _wrapped(text: str, room: int, most: int) -> list[str]:
    """Break a name into lines of about as many letters; what does not fit ends in dots."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > room:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    kept = lines[:most]
    if len(lines) > most:
        kept[-1] = f"{kept[-1][: room - 1]}…"
    return [line if len(line) <= room + 1 else f"{line[: math.floor(room)]}…" for line in kept]
