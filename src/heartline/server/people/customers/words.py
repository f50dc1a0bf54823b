"""Customers in words: who they are to us, what happened, and the sentence before it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heartline.core.result import Figure, Result
from heartline.server.shell import doors, filters, numbers, quotes
from heartline.store.definitions import Definitions

Row = Mapping[str, Any]
LONG = 12
"""Letters and digits that tell one order from another."""


def name(who: str) -> str:
    """Name somebody who is known by a pseudonym only."""
    return _("Customer %(name)s") % {"name": numbers.person(who).upper()}


def initials(who: str) -> str:
    """Give two letters that stand for a person."""
    return numbers.person(who)[:2].upper()


def contacts(number: int) -> str:
    """Count what happened."""
    return ngettext("{number} contact", "{number} contacts", number).format(number=numbers.count(number))


def _contacts(number: int, door: str) -> SafeString:
    text = ngettext("{number} contact", "{number} contacts", number)
    return format_html(text, number=_linked(door, numbers.count(number)))


def listed(result: Result, values: Row) -> SafeString | str:
    """Say how many customers were there."""
    n = result.figures["customers"].n or 0
    if not n:
        return _("No customer whom we know was here.")
    many = ngettext("{number} customer", "{number} customers", n)
    return format_html(
        _("<strong>{customers}</strong> had to do with us, in {contacts}. The latest come first."),
        customers=format_html(
            many, number=_linked(doors.door("customers", values, figure="customers"), numbers.count(n))
        ),
        contacts=_contacts(
            result.figures["interactions"].n or 0, doors.door("customers", values, figure="interactions")
        ),
    )


def several(n: int) -> str:
    """Say that a number belongs to several people."""
    return ngettext("%(number)s person goes by this.", "%(number)s people go by this.", n) % {"number": n}


def lived(result: Result, asked: Row, newest: bool) -> SafeString | str:
    """Say how long somebody has been with us, how often, and how they feel.

    Parameters
    ----------
    newest
        Whether the rows begin with the newest.
    """
    figures = result.figures
    n = figures["interactions"].n or 0
    if not n:
        return _("Nothing happened here that these filters leave.")
    told = {
        "contacts": _contacts(n, doors.door("customer", asked, figure="interactions")),
        "first": _day(figures["first"]),
        "last": _day(figures["last"]),
    }
    since = _("<strong>{contacts}</strong> since {first}, the last on {last}.")
    if told["first"] == told["last"]:
        since = _("<strong>{contacts}</strong>, on {last}.")
    return format_html("{} {}", format_html(since, **told), _felt(result, newest))


def _felt(result: Result, newest: bool) -> SafeString | str:
    """Say how somebody felt on the whole where that can be told, and the last time where that differs."""
    figure = result.figures["feeling"]
    if not isinstance(figure.value, int | float):
        return _("How they felt is not known.")
    unclear = figure.low is not None and figure.high is not None and figure.low <= 0 <= figure.high
    mood = quotes.mood(quotes.tone_of(round(float(figure.value), 2)))
    felt = [row["feeling"] for row in result.rows if row["feeling"] is not None]
    last = quotes.mood(quotes.tone_of(felt[0])) if felt and newest else ""
    if unclear and not last:
        return _("They felt now one way, now the other.")
    if unclear:
        return format_html(_("They felt now one way, now the other; the last time <strong>{last}</strong>."), last=last)
    if last in ("", mood):
        return format_html(_("On the whole they were <strong>{mood}</strong>."), mood=mood)
    return format_html(
        _("On the whole they were <strong>{mood}</strong>, the last time <strong>{last}</strong>."),
        mood=mood,
        last=last,
    )


def keys(result: Result, asked: Row) -> list[dict[str, str]]:
    """Give the numbers at a glance, each with its door; several currencies stand side by side."""
    figures = result.figures
    feeling = figures["feeling"]
    found = [
        {"term": _("Contacts"), "value": numbers.count(figures["interactions"].n), "more": "",
         "door": doors.door("customer", asked, figure="interactions")},
    ]  # fmt: skip
    for name_, figure in figures.items():
        currency = name_.removeprefix("amount_")
        if currency != name_ and isinstance(figure.value, int | float):
            found.append(
                {"term": _("Money in %(currency)s") % {"currency": currency},
                 "value": numbers.number(float(figure.value), 2), "more": contacts(figure.n or 0),
                 "door": doors.door("customer", asked, figure=name_)}
            )  # fmt: skip
    if isinstance(feeling.value, int | float):
        found.append(
            {"term": _("Feeling, from −1 to 1"), "value": numbers.number(float(feeling.value), 2),
             "more": _between(feeling), "door": doors.door("customer", asked, figure="feeling")}
        )  # fmt: skip
    return found


def _between(figure: Figure) -> str:
    if figure.low is None or figure.high is None:
        return ngettext("from %(number)s answer", "from %(number)s answers", figure.n or 0) % {"number": figure.n}
    return _("between %(low)s and %(high)s") % {
        "low": numbers.number(figure.low, 2), "high": numbers.number(figure.high, 2),
    }  # fmt: skip


def state(row: Row, body: Row, known: Definitions) -> str:
    """Say whether a passage reached its goal."""
    if row["reached_goal"]:
        return _("reached %(goal)s") % {"goal": filters.body_label(known, "touchpoint", body.get("goal"))}
    if row["open"]:
        return _("still on the way")
    if not body.get("goal"):
        return _("over")
    return _("did not reach %(goal)s") % {"goal": filters.body_label(known, "touchpoint", body["goal"])}


def begins(journey: str) -> str:
    """Mark where a passage begins."""
    return _("begins: %(journey)s") % {"journey": journey}


def reaches(journey: str) -> str:
    """Mark where a passage reaches its goal."""
    return _("at its goal: %(journey)s") % {"journey": journey}


def day(row: Row, zone: ZoneInfo) -> str:
    """Say on which day something happened, as exactly as that is known."""
    local = row["occurred_at"].astimezone(zone)
    precision = row["occurred_precision"] or "second"
    if precision == "year":
        return date_format(local, "Y")
    if precision in ("month", "period"):
        return date_format(local, "F Y")
    return f"{date_format(local, 'l')}, {date_format(local, 'DATE_FORMAT')}"


def event(row: Row) -> str:
    """Name what happened at no touchpoint: what everybody says of its sort, else its source's own name for it."""
    if row["kind"] in ("feedback", "message"):
        return _("Answer") if row["kind"] == "feedback" else _("Message")
    return str(row["event"] or row["kind"] or _("not known")).replace("_", " ").capitalize()


def facts(row: Row, known: Definitions) -> Iterator[str]:
    """Say what is known of what happened, in a few words each."""
    if row["amount"] is not None:
        yield money(row["amount"], row["currency"])
    if row["wait_s"] is not None:
        yield _("waited %(time)s") % {"time": numbers.duration(row["wait_s"])}
    if row["succeeded"] is not None:
        yield _("went right") if row["succeeded"] else _("went wrong")
    if row["score"] is not None:
        yield quotes.score(row, known)
    if row["about"] and row["about"] != row["touchpoint"]:
        yield _("about %(place)s") % {"place": filters.body_label(known, "touchpoint", row["about"])}
    if {"label", "labels", "name"} & known.all("product").get(row["product"] or "", {}).keys():
        yield filters.body_label(known, "product", row["product"])
    if row["unit"]:
        yield filters.body_label(known, "unit", row["unit"])
    if row["action"]:
        yield _("from us")
    if row["ref"]:
        yield _("number %(ref)s") % {"ref": str(row["ref"])[:LONG]}


def money(amount: float, currency: str | None) -> str:
    """Write an amount with its currency; money that went back says so."""
    text = f"{numbers.number(abs(amount), 2)} {currency or ''}".strip()
    return _("%(money)s back") % {"money": text} if amount < 0 else text


def how_listed() -> list[tuple[str, str]]:
    """Say how the list was made."""
    return [
        (_("Customers"), _("Everybody whom we recognise, with at least one contact that the filters leave.")),
        (_("Names"), _pseudonyms()),
    ]


def how_lived(result: Result) -> list[tuple[str, str]]:
    """Say how the timeline was made."""
    told = [
        (_("Contacts"), _("Everything that is known of this person, on all channels; nothing is left out.")),
        (
            _("Feeling"),
            _("From −1 to 1, by the answers on scales and the tone of texts. Where neither is known, none."),
        ),
        (_("Names"), _pseudonyms()),
    ]
    if result.notes:
        told.append((_("Money"), _("Several currencies are never added together.")))
    return told


def _pseudonyms() -> str:
    return _(
        "People are kept under pseudonyms. What you type to find one is hashed with the key of your data, looked up and"
        " forgotten."
    )


def _day(figure: Figure) -> str:
    return date_format(date.fromisoformat(str(figure.value)), "DATE_FORMAT") if figure.value else numbers.NONE


def _linked(door: str, text: str) -> SafeString:
    return format_html('<a class="num" href="{}">{}</a>', door, text)
