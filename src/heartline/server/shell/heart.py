"""The heart line: feeling along a journey or over time, drawn on the server, so that it is there at once and in print.

Nothing is invented: where nothing is known the line has a gap, and where too little is known it is a dotted ghost
without a band. Colours are the design's tokens: teal above, terracotta below the middle.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from uuid import uuid4

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from . import numbers

WIDE = 0.6
"""An interval beyond this says too little for a solid line: more than a quarter of all there is to feel."""
FEW = 10
"""Of fewer people an interval promises more than it can hold."""
HEIGHT = 200
MIDDLE, REACH = 100.0, 78.0
STEP = 100.0
"""Width of a place in the coordinates of paths, which stretch; dots and words are placed in per cent and do not."""
CROWDED = 13
"""A small line of so many places shows no dots."""
REST = 0.42
"""How far, in places, a line goes on beyond its first and last known feeling."""


@dataclass(frozen=True)
class Beat:
    """What is felt at one place of the line.

    Parameters
    ----------
    feeling, low, high
        Mean feeling −1…+1 with its interval; None where nothing is known.
    right, wrong
        The feeling at the end where it went right here, and where it went wrong; None draws no branches.
    """

    label: str
    feeling: float | None = None
    low: float | None = None
    high: float | None = None
    n: int = 0
    right: float | None = None
    wrong: float | None = None

    @property
    def known(self) -> bool:
        """Whether anything is felt here."""
        return self.feeling is not None

    @property
    def ghost(self) -> bool:
        """Whether too few have said so to draw a solid line."""
        return self.low is None or self.high is None or self.high - self.low > WIDE

    @property
    def forks(self) -> bool:
        """Whether it is known how it ends when it goes right and when it goes wrong."""
        return self.right is not None and self.wrong is not None


def beat(row: Mapping[str, Any], label: str) -> Beat:
    """Make a beat of a row of `touchpoints`; branches only where both ends are known by facts, beyond doubt apart."""
    low, high = row.get("contrast_low"), row.get("contrast_high")
    apart = low is not None and high is not None and (low > 0 or high < 0) and not row.get("answers_only")
    apart = apart and min(row["after_good_n"], row["after_bad_n"]) >= FEW
    feeling, lowest, highest = (row.get(name) for name in ("feeling", "feeling_low", "feeling_high"))
    right, wrong = (row["after_good"], row["after_bad"]) if apart else (None, None)
    n = int(row.get("feeling_n") or 0)
    if n < FEW:
        lowest = highest = None
    return Beat(label, feeling, lowest, highest, n, right, wrong)


def signed(value: float | None) -> str:
    """Write a feeling: +0.41, −0.12."""
    text = numbers.number(value, 2)
    return f"+{text}" if value is not None and round(value, 2) > 0 else text


def said(beats: Sequence[Beat]) -> str:
    """Say what the line shows, for those who do not see it."""
    parts = []
    for beat in beats:
        if beat.feeling is not None:
            parts.append(_("%(label)s: %(feeling)s") % {"label": beat.label, "feeling": signed(beat.feeling)})
        if beat.forks:
            values = {"label": beat.label, "right": signed(beat.right), "wrong": signed(beat.wrong)}
            parts.append(_("%(label)s went right: %(right)s, went wrong: %(wrong)s") % values)
    return "; ".join(parts) or _("Nothing is known yet of what people feel here.")


def line(beats: Sequence[Beat], hot: Sequence[bool] = ()) -> SafeString:
    """Draw the whole line, a place for every beat, as wide as what holds it; `hot` places are tinted."""
    name = f"heart-{uuid4().hex[:8]}"
    tints = format_html_join(
        "",
        '<rect class="hot" x="{}%" width="{}%" height="{}"/>',
        ((_percent(place, beats), _percent(1, beats), HEIGHT) for place, tinted in enumerate(hot) if tinted),
    )
    return format_html(
        '<svg class="heartline" width="100%" height="{}" role="img" aria-label="{}">{}{}'
        '<line x1="0" x2="100%" y1="100" y2="100" stroke="var(--line)" stroke-dasharray="3 4"/>'
        '<svg viewBox="0 0 {} {}" width="100%" height="{}" preserveAspectRatio="none">{}</svg>{}{}</svg>',
        HEIGHT, said(beats), _gradient(name), tints, written(STEP * len(beats)), HEIGHT, HEIGHT,
        together([*_forks(beats), *_strokes(beats, name)]), _dots(beats), _ends(),
    )  # fmt: skip


def small(beats: Sequence[Beat]) -> SafeString:
    """Draw the line alone, as small as a word; where it went right and wrong, a stem from one to the other."""
    name = f"heart-{uuid4().hex[:8]}"
    width = written(STEP * max(len(beats), 1))
    return format_html(
        '<svg class="heartline small" width="132" height="34" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img"'
        ' aria-label="{}">{}<line x1="0" x2="{}" y1="100" y2="100" stroke="var(--line)" stroke-width="1"'
        ' vector-effect="non-scaling-stroke"/>{}{}</svg>',
        width, HEIGHT, said(beats), _gradient(name), width, together(_strokes(beats, name)), _points(beats),
    )  # fmt: skip


def height(feeling: float) -> float:
    """Give where a feeling lies, from the top."""
    return MIDDLE - REACH * max(-1.0, min(1.0, feeling))


def together(parts: Iterable[SafeString]) -> SafeString:
    """Put drawn parts one after the other."""
    return format_html_join("", "{}", ((part,) for part in parts))


def _percent(place: float, beats: Sequence[Beat]) -> str:
    return f"{100 * place / len(beats):.3f}"


def written(value: float) -> str:
    """Write a coordinate."""
    return f"{value:.1f}"


def _gradient(name: str) -> SafeString:
    return format_html(
        '<defs><linearGradient id="{}" gradientUnits="userSpaceOnUse" x1="0" x2="0" y1="22" y2="178">'
        '<stop offset="0" stop-color="var(--good-3)"/><stop offset=".42" stop-color="var(--good-2)"/>'
        '<stop offset=".58" stop-color="var(--bad-2)"/><stop offset="1" stop-color="var(--bad-3)"/>'
        "</linearGradient></defs>",
        name,
    )


def _x(place: float) -> float:
    return STEP * (place + 0.5)


def _runs(beats: Sequence[Beat]) -> Iterator[list[int]]:
    """Give places next to each other where something is felt."""
    run: list[int] = []
    for place, beat in enumerate(beats):
        if beat.known:
            run.append(place)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _curve(points: Sequence[tuple[float, float]]) -> str:
    """Write a smooth way through points, level at each."""
    text = f"{written(points[0][0])} {written(points[0][1])}"
    for (x1, y1), (x2, y2) in pairwise(points):
        half = (x1 + x2) / 2
        text += f"C{written(half)} {written(y1)} {written(half)} {written(y2)} {written(x2)} {written(y2)}"
    return text


def _through(beats: Sequence[Beat], run: Sequence[int], end: str) -> list[tuple[float, float]]:
    """Give the points of a run at its feeling, or at the ends of the intervals, going on a little at both sides."""
    heights = [height(getattr(beats[place], end) or 0.0) for place in run]
    first, last = _x(run[0]) - REST * STEP, _x(run[-1]) + REST * STEP
    return [
        (first, heights[0]),
        *((_x(place), y) for place, y in zip(run, heights, strict=True)),
        (last, heights[-1]),
    ]


def _strokes(beats: Sequence[Beat], name: str) -> list[SafeString]:
    """Draw bands, then lines."""
    bands, lines = [], []
    for run in _runs(beats):
        for firm, part in _parts(beats, run):
            if firm:
                upper, lower = _through(beats, part, "high"), _through(beats, part, "low")
                band = f"M{_curve(upper)}L{_curve(lower[::-1])}Z"
                bands.append(format_html('<path d="{}" fill="url(#{})" opacity=".18"/>', band, name))
        lines.append(_solid(beats, run, name))
    return [*bands, *lines]


def _parts(beats: Sequence[Beat], run: Sequence[int]) -> Iterator[tuple[bool, list[int]]]:
    """Cut a run into parts that are well known and parts that are not."""
    part: list[int] = []
    for place in run:
        if part and beats[place].ghost != beats[part[-1]].ghost:
            yield not beats[part[-1]].ghost, part
            part = []
        part.append(place)
    yield not beats[part[-1]].ghost, part


def _solid(beats: Sequence[Beat], run: Sequence[int], name: str) -> SafeString:
    """Draw the line of a run piece by piece: solid between well-known feelings, dotted where one is a ghost."""
    points = _through(beats, run, "feeling")
    ghosts = [beats[run[0]].ghost, *(beats[a].ghost or beats[b].ghost for a, b in pairwise(run)), beats[run[-1]].ghost]
    drawn = []
    for (one, other), ghost in zip(pairwise(points), ghosts, strict=True):
        # A level line has no height for the gradient's box; in user space it needs none.
        dots = mark_safe(' stroke-dasharray="1 6" opacity=".8"') if ghost else ""
        drawn.append(
            format_html(
                '<path d="M{}" fill="none" stroke="url(#{})" stroke-width="{}" stroke-linecap="round"'
                ' vector-effect="non-scaling-stroke"{}/>',
                _curve((one, other)),
                name,
                "2.4" if ghost else "3.2",
                dots,
            )
        )
    return together(drawn)


def _forks(beats: Sequence[Beat]) -> Iterator[SafeString]:
    """Draw how it ends where it went right and where it went wrong, out of the line or of the middle of both."""
    for place, beat in enumerate(beats):
        if beat.right is None or beat.wrong is None:
            continue
        before = beats[place - 1] if place else None
        if beat.feeling is not None and before is not None and before.feeling is not None:
            start = (height(before.feeling) + height(beat.feeling)) / 2
        else:
            start = (height(beat.right) + height(beat.wrong)) / 2
        left = (_x(place) - STEP / 2, start)
        for value in (beat.right, beat.wrong):
            way = _curve((left, (_x(place), height(value))))
            yield format_html(
                '<path d="M{}" fill="none" stroke="var(--{})" stroke-width="1.8" stroke-dasharray="5 4"'
                ' vector-effect="non-scaling-stroke"/>', way, ink(value),
            )  # fmt: skip


def ink(value: float) -> str:
    """Give the colour of a feeling, as a token of the design."""
    return "good-2" if value >= 0 else "bad-2"


def _dot(x: str, value: float, radius: float, *, hollow: bool = False) -> SafeString:
    return format_html(
        '<circle cx="{}" cy="{}" r="{}" fill="var(--{})" stroke="var(--{})" stroke-width="1.8"/>',
        x, written(height(value)), radius, "card" if hollow else ink(value), ink(value),
    )  # fmt: skip


def _word(x: str, y: float, text: str, *, anchor: str = "middle", kind: str = "", dx: int = 0) -> SafeString:
    return format_html(
        '<text x="{}" y="{}" dx="{}" text-anchor="{}" class="{}">{}</text>', x, written(y), dx, anchor, kind, text
    )


def _dots(beats: Sequence[Beat]) -> SafeString:
    """Draw dots and words at their places."""
    drawn: list[SafeString] = []
    for place, beat in enumerate(beats):
        x = f"{_percent(place + 0.5, beats)}%"
        if beat.right is not None and beat.wrong is not None:
            drawn += [_dot(x, beat.right, 3.5), _dot(x, beat.wrong, 5)]
            up, low = sorted((height(beat.right), height(beat.wrong)))
            words = {height(beat.right): _("went right"), height(beat.wrong): _("went wrong")}
            values = {height(beat.right): beat.right, height(beat.wrong): beat.wrong}
            drawn.append(_word(x, max(12.0, up - 10), f"{words[up]} {signed(values[up])}"))
            drawn.append(_word(x, min(HEIGHT - 4.0, low + 20), f"{words[low]} {signed(values[low])}"))
        if beat.feeling is not None:
            drawn.append(_dot(x, beat.feeling, 4.5, hollow=beat.ghost))
            if beat.forks:
                drawn.append(
                    _word(x, height(beat.feeling) + 5, signed(beat.feeling), anchor="start", kind="v over", dx=11)
                )
            else:
                drawn.append(_word(x, max(12.0, height(beat.feeling) - 14), signed(beat.feeling), kind="v"))
        elif not beat.forks:
            drawn.append(_word(x, MIDDLE - 8, _("not known"), kind="none"))
    return together(drawn)


def _points(beats: Sequence[Beat]) -> SafeString:
    """Draw marks that a small line alone would hardly show; they keep their size while places are squeezed."""
    drawn = []
    for place, beat in enumerate(beats):
        if beat.right is not None and beat.wrong is not None:
            ends = (_x(place), height(beat.right), height(beat.wrong))
            stem = '<path d="M{} {}V{}" stroke="var(--mid)" stroke-width="1.5" vector-effect="non-scaling-stroke"/>'
            drawn.append(format_html(stem, *(written(end) for end in ends)))
            drawn += [_mark(place, beat.right, 5), _mark(place, beat.wrong, 5)]
        if beat.feeling is not None and len(beats) < CROWDED:
            drawn.append(_mark(place, beat.feeling, 6))
    return together(drawn)


def _mark(place: int, value: float, size: int) -> SafeString:
    return format_html(
        '<path d="M{} {}h.01" stroke="var(--{})" stroke-width="{}" stroke-linecap="round"'
        ' vector-effect="non-scaling-stroke"/>', written(_x(place)), written(height(value)), ink(value), size,
    )  # fmt: skip


def _ends() -> SafeString:
    return format_html(
        '<text x="8" y="15" class="end">{}</text><text x="8" y="{}" class="end">{}</text>',
        _("delighted"), HEIGHT - 6, _("upset"),
    )  # fmt: skip
