"""The page of one interview: it is read, highlighted, and each highlight is said to be about something."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from heartline.core.errors import HeartlineError, InvalidInput
from heartline.listen.interviews import spans
from heartline.listen.interviews.spans import Span
from heartline.listen.text.themes.values import counted
from heartline.server.accounts import access
from heartline.server.accounts.asking import asker, definitions, may
from heartline.server.accounts.models import User
from heartline.server.shell import filters, navigation, numbers

from . import commands, quoting, shown, views, words
from .kept import Opened
from .models import Quote
from .quoting import Tags

CHOSEN = re.compile(r"(\d{1,6})\.(\d{1,6})")


@require_safe
@never_cache
def interview(request: HttpRequest, key: str) -> HttpResponse:
    """Show an interview."""
    return render(request, "interviews/interview.html", _page(request, key))


def _page(request: HttpRequest, key: str) -> dict[str, Any]:
    one = commands.open_(asker(request), key)
    known, language = definitions(request), (get_language() or "en").partition("-")[0]
    some = list(one.row.quotes.all())
    cards = [shown.card(one, quote, number, known, counted(known), language) for number, quote in enumerate(some, 1)]
    head, row = one.head, one.row
    given = {
        "title": head.title, "type": head.type, "consent": head.consent, "unit": row.unit,
        "held_on": row.held_on.isoformat(), "who": f"{head.kind}:{head.identifier}" if head.identifier else "",
    }  # fmt: skip
    return {
        **views.choices(known),
        "title": head.title,
        "crumb": reverse("interviews"),
        "answer": words.about(sum(card.kept for card in cards), sum(not card.kept for card in cards), row.words),
        "key": key,
        "day": date_format(row.held_on, "DATE_FORMAT"),
        "type": head.type,
        "unit": filters.body_label(known, "unit", row.unit) if row.unit else "",
        "consent": head.consent,
        "person": numbers.person(row.customer).upper(),
        "person_link": navigation.address("customer", row.customer) if row.customer else "",
        "turns": shown.turns(one, some),
        "cards": cards,
        "waiting": any(not card.read for card in cards),
        "speakers": [(name, name in head.asks) for name in one.transcript.speakers],
        "given": given,
        "writes": may(request, commands.WRITE),
        "done": words.done(request.GET.get("done", "")),
        "how": words.how(),
    }


@require_safe
@never_cache
def quote(request: HttpRequest, key: str, quote: str) -> HttpResponse:
    """Give one quote's card, which the page asks for again while it is being read."""
    one = commands.open_(asker(request), key)
    known, language = definitions(request), (get_language() or "en").partition("-")[0]
    for number, found in enumerate(one.row.quotes.all(), 1):
        if found.key == quote:
            made = shown.card(one, found, number, known, counted(known), language)
            context = {"card": made, "key": key, "writes": may(request, commands.WRITE)}
            return render(request, "interviews/_card.html", context)
    return HttpResponse(status=204)


@require_POST
@never_cache
def highlight(request: HttpRequest, key: str) -> HttpResponse:
    """Highlight chosen words, or chosen sentences."""
    one = commands.open_(asker(request), key)

    def do() -> HttpResponse:
        made = quoting.highlight(by=_user(request), key=key, passages=_passages(request, one))
        return _back(key, "highlighted", made[0])

    return _tried(request, key, do)


def _passages(request: HttpRequest, one: Opened) -> list[Span]:
    """Read what was chosen: words by their place, else sentences by their numbers."""
    said = request.POST
    places = [said.get(name, "") for name in ("turn", "start", "end")]
    if all(re.fullmatch(r"\d{1,7}", place) for place in places):
        return [Span(*map(int, places))]
    chosen = [found for text in said.getlist("s") if (found := CHOSEN.fullmatch(text))]
    return spans.runs([(int(found[1]), int(found[2])) for found in chosen], one.transcript)


@require_POST
@sensitive_post_parameters("note", "words")
@never_cache
def tag(request: HttpRequest, key: str, quote: str) -> HttpResponse:
    """Say what a quote is about and put it among the voices, or take it out."""
    user = _user(request)

    def do() -> HttpResponse:
        if request.POST.get("do") == "remove":
            quoting.remove(by=user, key=key, quote=quote)
            return _back(key, "removed")
        new = Quote.objects.filter(key=quote, kept_at=None).exists()
        one = quoting.keep(by=user, key=key, quote=quote, tags=_tags(request))
        return _back(key, "kept" if new else "saved", one)

    return _tried(request, key, do)


def _tags(request: HttpRequest) -> Tags:
    said = request.POST
    felt = said.get("feeling", "")
    if felt not in shown.FEELINGS:
        raise InvalidInput("bad_value", "This is no feeling.", field="feeling")
    return Tags(
        themes=tuple(said.getlist("theme")), touchpoint=said.get("touchpoint", ""), stage=said.get("stage", ""),
        feeling=float(felt) if felt else None, note=said.get("note", ""),
        hide=tuple(int(one) for one in said.getlist("hide") if re.fullmatch(r"\d{1,5}", one)),
        words=tuple(said.get("words", "")[:500].split(",")),
    )  # fmt: skip


@require_POST
@sensitive_post_parameters("who", "consent", "title")
@never_cache
def change(request: HttpRequest, key: str) -> HttpResponse:
    """Say something else about an interview, or remove it."""
    access.require(asker(request), commands.WRITE)
    user = _user(request)

    def do() -> HttpResponse:
        if request.POST.get("do") == "remove":
            commands.remove(by=user, key=key)
            return redirect(f"{reverse('interviews')}?done=gone")
        asks = tuple(request.POST.getlist("asks"))
        commands.change(by=user, key=key, wish=views.wished(request), asks=asks)
        return _back(key, "saved")

    return _tried(request, key, do)


def _back(key: str, done: str, one: Quote | None = None) -> HttpResponse:
    anchor = f"#q-{one.key}" if one else ""
    return redirect(f"{reverse('interview', args=[key])}?done={done}{anchor}")


def _tried(request: HttpRequest, key: str, do: Callable[[], HttpResponse]) -> HttpResponse:
    """Do something; what a person can mend is said on the page."""
    try:
        return do()
    except HeartlineError as error:
        if error.status >= 500 or error.code in ("unknown_interview", "not_allowed"):
            raise
        context = {**_page(request, key), "wrong": words.told(error)}
        return render(request, "interviews/interview.html", context, status=error.status)


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
