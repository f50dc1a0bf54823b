"""How often a rule would have told somebody in the last 90 days, on the company's own data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heartline.core.period import parse_period
from heartline.core.result import Result
from heartline.listen.text.themes.values import known as themes
from heartline.server.accounts.asking import ask, definitions
from heartline.server.shell import doors, numbers

from . import values, words
from .values import Kind, Wish

MOST = 12
LOOKS, APART = 4, timedelta(weeks=4)
"""At themes it is looked so often, and so far apart: each look reads all texts until then."""


@dataclass(frozen=True)
class Time:
    """One time at which it would have told: when, what, and the rows behind."""

    when: str
    said: str
    number: str
    link: str


@dataclass
class Preview:
    """What a preview says."""

    answer: str
    link: str = ""
    number: str = ""
    times: list[Time] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def look(request: HttpRequest, kind: str, wish: Wish) -> Preview:
    """Ask what a rule would have told."""
    if kind == Kind.LOW:
        return _low(request, wish)
    if kind == Kind.SILENCE:
        return _silence(request, wish)
    if kind == Kind.THEME and not wish.theme:
        return _themes(request, wish)
    return _limits(request, kind, wish)


def window(request: HttpRequest, asked: Mapping[str, Any]) -> tuple[date, date]:
    """Give the last 90 days that can hold anything: up to today, or to the end of the data."""
    zone = ZoneInfo(str(definitions(request).settings["timezone"]))
    end = timezone.now().astimezone(zone).date() + timedelta(days=1)
    last = parse_period(str(ask(request, "below", {"unit": asked.get("unit", ())}).spec["period"])).end
    end = min(end, last) if last else end
    return end - timedelta(days=values.DAYS), end


def _low(request: HttpRequest, wish: Wish) -> Preview:
    verb, asked = values.question(Kind.LOW, wish)
    first, last = window(request, asked)
    asked = {**asked, "period": f"{first}/{last}"}
    result = ask(request, verb, {**asked, "every": "day"})
    count = int(result.figures["below"].value or 0)
    rows = [row for row in result.rows if row["below"]]
    made = Preview(
        ngettext("In the last 90 days it would have told you once.",
                 "In the last 90 days it would have told you of %(n)s scores, on %(days)s days.", count)
        % {"n": numbers.count(count), "days": numbers.count(len(rows))}
        if count else _("In the last 90 days it would have told you nothing."),
        doors.door(verb, asked, figure="below"), numbers.count(count),
    )  # fmt: skip
    for row in reversed(rows[-MOST:]):
        key = {"scale": row["scale"], "period": row["period"]}
        link = doors.door(verb, {**asked, "every": "day"}, row=key, column="below")
        made.times.append(Time(words.days(row["period"]), words.scale(definitions(request), row["scale"]),
                               numbers.count(row["below"]), link))  # fmt: skip
    return made


def _limits(request: HttpRequest, kind: str, wish: Wish) -> Preview:
    verb, asked = values.question(kind, wish)
    result = ask(request, verb, asked)
    first, _last = window(request, asked)
    known = definitions(request, result.as_of.version)
    begins = [row for row in result.rows if row["begins"] and _starts(row["period"]) >= first]
    watched, series = (int(result.figures[name].value or 0) for name in ("watched", "series"))
    made = Preview(_would(len(begins)))
    if not watched:
        made.answer = words.not_yet(furthest(result))
    for row in begins[-MOST:]:
        key = {name: row[name] for name in ("of", "place", "period")}
        about = {**row, "by": wish.by, "theme": kind == Kind.THEME}
        made.times.append(
            Time(words.days(row["period"]), words.moved(about, known), words.value(about, "value", known),
                 doors.door(verb, asked, row=key, column="value"))
        )  # fmt: skip
    if watched:
        made.notes.append(
            ngettext("One series is watched.", "%(n)s series are watched.", watched) % {"n": numbers.count(watched)}
            + " " + _("By chance alone it would tell you at most once in %(weeks)s weeks.") % {"weeks": wish.weeks}
        )  # fmt: skip
    if series > watched:
        few = series - watched
        text = ngettext("One series cannot be watched yet: it has too few answers.",
                        "%(n)s series cannot be watched yet: they have too few answers.", few)  # fmt: skip
        made.notes.append(text % {"n": numbers.count(few)})
    return made


def furthest(result: Result) -> int:
    """Give how many values the series has that has the most."""
    found = Counter((row["of"], row["place"]) for row in result.rows)
    return max(found.values(), default=0)


def _starts(period: str) -> date:
    return parse_period(period).start or date.min


def _would(count: int) -> str:
    if not count:
        return _("In the last 90 days it would have told you nothing.")
    text = ngettext("In the last 90 days it would have told you once.",
                    "In the last 90 days it would have told you %(n)s times.", count)  # fmt: skip
    return text % {"n": numbers.count(count)}


def _themes(request: HttpRequest, wish: Wish) -> Preview:
    """Look every four weeks; what rises does so for four weeks."""
    verb, asked = values.question(Kind.THEME, wish)
    _first, last = window(request, asked)
    known = definitions(request)
    keys = tuple(key for key, one in themes(known).items() if one.sort == "theme" and not one.off)
    made, before = Preview(""), set[str]()
    for back in range(LOOKS - 1, -1, -1):
        there = {**asked, "theme": keys, "period": f"/{last - back * APART}"}
        result = ask(request, verb, there)
        up = {row["theme"]: row for row in result.rows if row["rising"]}
        for key in sorted(set(up) - before):
            row = up[key]
            about = {"of": key, "theme": True, **{name: row[name] for name in ("recent", "before", "new")}}
            made.times.append(
                Time(words.days(f"{last - back * APART - timedelta(days=1)}"), words.moved(about, known),
                     numbers.count(row["recent"]), doors.door(verb, there, row={"theme": key}, column="recent"))
            )  # fmt: skip
        before = set(up)
    made.answer = _would(len(made.times))
    made.times = made.times[-MOST:]
    made.notes.append(
        _(
            "The rule looks once a week, this preview every four weeks. Over all themes, one quiet look out of twenty"
            " tells of any."
        )
    )
    return made


def _silence(request: HttpRequest, wish: Wish) -> Preview:
    verb, asked = values.question(Kind.SILENCE, wish)
    result = ask(request, verb, asked)
    zone = str(definitions(request).settings["timezone"])
    watched = [row for row in result.rows if row["due_at"] is not None]
    made = Preview(
        ngettext("One source is watched.", "%(n)s sources are watched.", len(watched))
        % {"n": numbers.count(len(watched))}
        if watched else _("No source can be watched yet: that takes four weeks and 41 arrivals. It begins by itself."),
    )  # fmt: skip
    for row in result.rows:
        said = (
            _("usually comes every %(pause)s; silent from %(due)s on") % {
                "pause": numbers.duration(row["usual_s"]), "due": numbers.moment(row["due_at"], zone)}
            if row["due_at"] is not None else _("cannot be watched yet")
        )  # fmt: skip
        link = doors.door(verb, asked, row={"source": row["source"]}, column="received")
        made.times.append(Time(row["source"], said, numbers.count(row["received"]), link))
    return made
