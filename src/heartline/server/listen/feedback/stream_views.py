"""What goes on after the page was opened: what came since, as an answer in short that is asked for again and again.

The public port keeps the connection and asks again when something landed (`front/holding.py`); without it the browser
does so by itself every few seconds. So a stream takes a thread only for the moment in which it has something to say.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from heartline.server.accounts import access
from heartline.server.accounts.asking import ask, asker, definitions, may
from heartline.server.shell import filters, tables

from . import asked as address
from . import coming, words
from .hearing import READER, Heard
from .shown import Card, Names, cards

AT_ONCE = 30
"""Pieces of one answer; what is beyond is counted."""
SHOWN = 200
"""Pieces that a page asks for anew at once."""
RETRY_MS = 3_000
LONGEST = 200
"""Letters of an id."""


@require_safe
def stream(request: HttpRequest) -> HttpResponse:
    """Say what came since the browser was told last, as server-sent events."""
    access.require(asker(request), "read")
    narrowed = address.read(request.GET, filters.read(request.GET))
    heard = READER.heard()
    since = _place(request, heard)
    lines = [f"retry: {RETRY_MS}"]
    if heard.said > since:
        told = _told(request, narrowed, since, heard)
        if told["cards"] or told["more"]:
            lines += [f"id: {heard.version}", "event: said", f"data: {json.dumps(told)}", ""]
    if heard.reread > since:
        lines += [f"id: {heard.version}", "event: reread", "data: {}", ""]
    body = "\n".join(lines) + "\n" if len(lines) > 1 else f"{lines[0]}\nid: {heard.version}\n\n"
    answer = HttpResponse(body, content_type="text/event-stream; charset=utf-8")
    answer["Cache-Control"] = "no-store"
    answer["X-Accel-Buffering"] = "no"
    answer["X-Hold"] = f"{heard.version} {heard.mark}"
    return answer


def _place(request: HttpRequest, heard: Heard) -> int:
    """Give up to where the browser was told; from now on where it does not say, or says what cannot be."""
    asked = tables.whole(request.headers.get("Last-Event-ID") or request.GET.get("since"))
    return heard.version if asked is None else min(asked, heard.version)


def _told(request: HttpRequest, narrowed: Mapping[str, Any], since: int, heard: Heard) -> dict[str, Any]:
    """Give the cards that came since; each is drawn once for all who see it alike."""
    came = coming.since(request, narrowed, since, heard, AT_ONCE)
    if not came.rows:
        return {"cards": [], "more": words.more(came.beyond)}
    people = may(request, "read_people")
    names = Names.of(definitions(request, heard.version), people=people)
    drawn = [
        READER.once(("card", heard.version, card.ids, people, names.language), lambda card=card: _drawn(card))  # type: ignore[misc]
        for card in cards(came.rows, names)
    ]
    return {"cards": drawn, "more": words.more(came.beyond)}


def _drawn(card: Card) -> dict[str, Any]:
    return {
        "ids": list(card.ids),
        "at": card.at.isoformat(),
        "html": render_to_string("feedback/_card.html", {"card": card}),
    }


@require_safe
def again(request: HttpRequest) -> HttpResponse:
    """Give cards anew, as they are read by now: of these interactions, between these days."""
    access.require(asker(request), "read")
    ids = tuple(one[:LONGEST] for one in request.GET.getlist("id")[:SHOWN])
    heard = READER.heard()
    rows: list[dict[str, Any]] = []
    if ids:
        period = filters.read(request.GET).get("period", "all")
        rows = ask(request, "feedback", {"ids": ids, "period": period, "as_of": heard.version, "limit": SHOWN}).rows
    names = Names.of(definitions(request, heard.version), people=may(request, "read_people"))
    made = json.dumps({"cards": [_drawn(card) for card in cards(rows, names)]})
    answer = HttpResponse(made, content_type="application/json")
    answer["Cache-Control"] = "no-store"
    return answer
