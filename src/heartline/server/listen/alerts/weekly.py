"""The weekly letter: what customers said last week, in scores, themes, alerts and three texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from heartline.core.errors import HeartlineError
from heartline.core.result import Result
from heartline.core.scales import Scale
from heartline.server.accounts import access
from heartline.server.accounts.models import User
from heartline.server.shell import numbers, ratings
from heartline.server.shell.opened import workspace
from heartline.store.definitions import Definitions

from . import letters, rights, words
from .models import Alert, Message

MOST_SCORES, MOST_THEMES, MOST_ALERTS, QUOTES = 6, 5, 8, 3


@dataclass(frozen=True)
class Score:
    """A line about a scale."""

    name: str
    value: str
    between: str
    answers: str
    moved: str
    link: str


def mail(message: Message) -> EmailMultiAlternatives | None:
    """Write the letter of a week; nothing where nobody said anything in it."""
    user = message.user
    with override(letters.language(user)):
        context = said(user, date.fromisoformat(message.week))
        if context is None:
            return None
        stop = letters.stopping(user.pk, ())
        context |= {"stop": stop, "language": letters.language(user), "company": letters.company(),
                    "page": letters.home() + reverse("alerts")}  # fmt: skip
        subject = _("What customers said: %(week)s") % {"week": context["week"]}
        made = EmailMultiAlternatives(
            subject=" ".join(subject.split()), body=render_to_string("alerts/weekly.txt", context), to=[user.email],
            headers={"Message-ID": message.name, "Auto-Submitted": "auto-generated", "List-Unsubscribe": f"<{stop}>",
                     "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
        )  # fmt: skip
        made.attach_alternative(render_to_string("alerts/weekly.html", context), "text/html")
    return made


def said(user: User, monday: date) -> dict[str, Any] | None:
    """Gather what the letter of a Monday tells somebody: of the week before, within their rights."""
    first = monday - timedelta(days=7)
    period = f"{first}/{monday}"
    definitions = access.definitions(user, workspace())
    scores = _asked(user, "scores", {"period": period, "compare": "before"})
    themes = _asked(user, "themes", {"quotes": 1})
    lines = _scores(scores, definitions, period) if scores else []
    texts = _asked(user, "verbatims", {"period": period, "limit": 0})
    count = texts.figures["verbatims"].value if texts else 0
    if not lines and not count:
        return None
    return {
        "week": words.days(period), "scores": lines, "rising": _rising(themes), "alerts": _alerts(user, first),
        "quotes": _quotes(user, period, definitions), "texts": numbers.count(int(count or 0)),
        "home": letters.home(), "ratings": f"{letters.home()}{reverse('scores')}?period={period}",
        "voices": f"{letters.home()}{reverse('voices')}?period={period}",
    }  # fmt: skip


def _asked(user: User, verb: str, values: Mapping[str, Any]) -> Result | None:
    """Ask something that a letter can do without."""
    try:
        return access.ask(user, workspace(), verb, values)
    except HeartlineError:
        return None


def _scores(result: Result, definitions: Definitions, period: str) -> list[Score]:
    rows = sorted(result.rows, key=lambda row: (-row["n"], row["scale"], row["measure"]))
    kept = [row for row in rows if row["n"] and row["measure"] == definitions.scales[row["scale"]].measure]
    link = f"{letters.home()}{reverse('scores')}?period={period}"
    return [_score(result, row, definitions.scales[row["scale"]], link) for row in kept[:MOST_SCORES]]


def _score(result: Result, row: Mapping[str, Any], scale: Scale, link: str) -> Score:
    measure = row["measure"]
    change = result.figures.get(f"{ratings.figure_name(scale.key, measure)}_change")
    return Score(
        ratings.scale_name(scale), ratings.written(row["value"], measure),
        ratings.between(row["low"], row["high"], measure), ratings.answers(row["n"]), ratings.moved(change, measure),
        link,
    )  # fmt: skip


def _rising(result: Result | None) -> list[tuple[str, str]]:
    """Name what is said more than before, each with the address of its texts."""
    rows = [row for row in result.rows if row["rising"]] if result else []
    definitions = workspace().lake.at().definitions
    return [(words.theme(definitions, row["theme"]), letters.home() + reverse("theme", args=[row["theme"]]))
            for row in rows[:MOST_THEMES]]  # fmt: skip


def _alerts(user: User, first: date) -> list[tuple[str, str]]:
    definitions = workspace().lake.at().definitions
    zone = str(definitions.settings["timezone"])
    some = Alert.objects.filter(last_at__date__gte=first).order_by("-last_at")
    return [(words.headline(one, definitions, zone), letters.home() + reverse("alert", args=[one.pk]))
            for one in rights.alerts(user, definitions, some)[:MOST_ALERTS]]  # fmt: skip


def _quotes(user: User, period: str, definitions: Definitions) -> list[tuple[str, str]]:
    """Give three texts of the week: of the themes most spoken of, each the nearest to the middle of its texts."""
    found: dict[str, tuple[str, str]] = {}
    spoken = _asked(user, "themes", {"period": period, "quotes": 1})
    for row in spoken.rows if spoken else []:
        for quote in row["quotes"]:
            found.setdefault(quote["id"], (letters.short(quote["text"]), words.theme(definitions, row["theme"])))
    if len(found) < QUOTES:
        typical = _asked(user, "verbatims", {"period": period, "typical": 1, "limit": QUOTES})
        for row in typical.rows if typical else []:
            place = row["about"] or row["touchpoint"]
            name = words.touchpoint(definitions, place) if place else ""
            found.setdefault(row["id"], (letters.short(row["text"]), name))
    return list(found.values())[:QUOTES]
