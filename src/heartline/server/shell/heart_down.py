"""The heart line from top to bottom, for narrow screens: a piece for each place, left upset, right delighted."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from .heart import Beat, ink, together, written


def pieces(beats: Sequence[Beat]) -> list[SafeString]:
    """Draw the line from top to bottom, in a piece for every beat: left is upset, right delighted."""
    drawn = []
    for place, beat in enumerate(beats):
        before = beats[place - 1] if place else None
        after = beats[place + 1] if place + 1 < len(beats) else None
        drawn.append(
            format_html(
                '<svg class="heartline drop" width="72" height="100%" aria-hidden="true">'
                '<line x1="36" x2="36" y1="0" y2="100%" stroke="var(--line)" stroke-dasharray="3 4"/>'
                '<svg viewBox="0 0 72 100" width="72" height="24" preserveAspectRatio="none">{}</svg>'
                '<svg y="24" viewBox="0 0 72 100" width="72" height="100%" preserveAspectRatio="none">{}</svg>{}</svg>',
                _piece(before, beat, above=True),
                _piece(beat, after, above=False),
                _knots(beat),
            )
        )
    return drawn


def _across(feeling: float) -> float:
    return 36 + 28 * max(-1.0, min(1.0, feeling))


def _piece(one: Beat | None, other: Beat | None, *, above: bool) -> SafeString:
    """Draw one half of the way between two beats, from top to bottom; nothing where one is not known."""
    if one is None or other is None or one.feeling is None or other.feeling is None:
        return mark_safe("")
    here, there = _across(one.feeling), _across(other.feeling)
    middle = (here + there) / 2
    start, end = (middle, there) if above else (here, middle)
    dots = mark_safe(' stroke-dasharray="1 6"') if one.ghost or other.ghost else ""
    way = f"{written(start)} 0C{written(start)} 50 {written(end)} 50 {written(end)} 100"
    return format_html(
        '<path d="M{}" fill="none" stroke="var(--{})" stroke-width="3" stroke-linecap="round"'
        ' vector-effect="non-scaling-stroke"{}/>',
        way, ink(other.feeling if above else one.feeling), dots,
    )  # fmt: skip


def _knots(beat: Beat) -> SafeString:
    """Draw the dots of a beat in the line from top to bottom."""
    drawn = []
    for value, radius in ((beat.right, 3), (beat.wrong, 4)):
        if value is not None and beat.forks:
            drawn.append(
                format_html(
                    '<circle cx="{}" cy="24" r="{}" fill="var(--{})"/>', written(_across(value)), radius, ink(value)
                )
            )
    if beat.feeling is not None:
        drawn.append(
            format_html(
                '<circle cx="{}" cy="24" r="5" fill="var(--{})" stroke="var(--{})" stroke-width="1.8"/>',
                written(_across(beat.feeling)),
                "card" if beat.ghost else ink(beat.feeling),
                ink(beat.feeling),
            )
        )
    return together(drawn)
