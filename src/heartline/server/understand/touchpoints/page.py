"""The parts of a touchpoint's page: months, for whom it is good, what was said, where to go from here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heartline.server.accounts.asking import ask
from heartline.server.shell import filters, names, navigation, numbers
from heartline.server.shell.doors import door
from heartline.server.shell.quotes import quotes
from heartline.store.definitions import Definitions

from . import splits
from .cells import Row, find

Values = Mapping[str, Any]


def place(key: str, known: Definitions) -> dict[str, str]:
    """Say what is defined of a touchpoint: its stage, its channel, who is accountable."""
    body = known.all("touchpoint").get(key, {})
    more = body.get("contributes") or []
    called = names.departments(known.all("touchpoint").values()) if more else {}
    return {
        "stage": filters.stage(known, body["stage"]) if body.get("stage") else "",
        "channel": filters.channel(known, body["channel"]) if body.get("channel") else "",
        "department": names.department(body),
        "contributes": ", ".join(called.get(one, one) for one in ([more] if isinstance(more, str) else more)),
    }


def months(request: HttpRequest, key: str, asked: Values, known: Definitions) -> dict[str, Any]:
    """Ask how it moves from month to month."""
    found = ask(request, "touchpoints", {**asked, "every": "month"})
    return {"lines": splits.months(found, key, asked, known, asked.get("unit", ()))}


def people(request: HttpRequest, key: str, asked: Values, overall: Row, known: Definitions) -> dict[str, Any]:
    """Ask for whom it is good and for whom bad, by one thing at a time."""
    kinds = splits.kinds(known)
    kind = request.GET.get("split", "")
    kind = kind if kind in kinds else next(iter(kinds))
    rows: list[tuple[str | None, Row, Values, Row]] = []
    if kind == "segment":
        for segment in list(known.all("segment"))[: splits.SEGMENTS]:
            own = {**asked, "segment": segment}
            row = find(ask(request, "touchpoints", own), key)
            if row:
                rows.append((segment, row, own, {"touchpoint": key}))
    else:
        found = [row for row in ask(request, "touchpoints", {**asked, "by": kind}).rows if row["touchpoint"] == key]
        own = {**asked, "by": kind}
        rows = [(row[kind], row, own, {"touchpoint": key, kind: row[kind]}) for row in found]
    called = splits.named(kind, known, [row for _group, row, _own, _keys in rows])
    query = filters.address(
        {name: value for name, value in asked.items() if name != "journey"}, journey=str(asked.get("journey", "none"))
    )
    tabs = [(label, f"?{query}&split={name}#whom", name == kind) for name, label in kinds.items()]
    known_of_all = overall.get("share_bad") is not None
    return {"groups": splits.groups(rows, overall, called), "tabs": tabs, "split": kinds[kind], "known": known_of_all}


def voices(request: HttpRequest, key: str, plain: Values, known: Definitions) -> dict[str, Any]:
    """Ask what was said about it: texts from the middle, and from the middle of unhappy ones."""
    about = {**plain, "about": (key,), "told_by": "customers"}
    said = ask(request, "verbatims", {**about, "typical": 2, "limit": 2})
    number = int(said.figures["verbatims"].value or 0)
    bad = ask(request, "verbatims", {**about, "feeling": "bad", "typical": 2, "limit": 2}) if number else said
    texts = {row["id"] for row in said.rows}
    return {
        "said": quotes(said.rows, known, people=False),
        "bad": quotes([row for row in bad.rows if row["id"] not in texts], known, people=False),
        "texts": numbers.count(number),
        "texts_word": ngettext("text", "texts", number),
        "texts_link": door("verbatims", about, figure="verbatims"),
    }


def links(key: str, journey: str, plain: Values) -> list[tuple[str, str, str]]:
    """Give the ways on: icon, words, address; pages that are not part of this installation are left out."""
    query = filters.address(plain, **({"journey": journey} if journey else {}), through=key)
    ways = [
        ("route", _("The paths through it"), navigation.address("paths"), f"?{query}"),
        ("clock", _("How long people bear to wait"), navigation.address("waits"), _journey(plain, journey)),
        ("message-circle", _("What people say"), navigation.address("voices"), f"?touchpoint={key}"),
        ("map", _("On the journey map"), navigation.address("journey", journey) if journey else "", ""),
        ("pencil", _("Is this the wrong touchpoint?"), navigation.address("placement", key), ""),
    ]
    return [(icon, text, f"{address}{more}") for icon, text, address, more in ways if address]


def _journey(plain: Values, journey: str) -> str:
    query = filters.address(plain, **({"journey": journey} if journey else {}))
    return f"?{query}" if query else ""
