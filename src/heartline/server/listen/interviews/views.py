"""The page of all interviews: what they say, who was asked, and how new ones come in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from heartline.core.errors import HeartlineError, InvalidInput
from heartline.listen.interviews import reading
from heartline.listen.text.themes.values import known as themes_known
from heartline.server.accounts import access
from heartline.server.accounts.asking import asker, definitions, may
from heartline.server.accounts.models import User
from heartline.server.shell import filters, names, numbers

from . import commands, kept, shown, whom, words
from .commands import Wish
from .kept import Opened
from .models import Interview, Quote

BY = ("theme", "touchpoint", "stage")
MOST_FILES = 20
READ_AT_ONCE = 400
"""Interviews that the overview opens, the newest."""


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("who", "consent", "title")
@never_cache
def interviews(request: HttpRequest) -> HttpResponse:
    """Say what interviews tell, and list them; add new ones."""
    access.require(asker(request), commands.READ)
    if request.method != "POST":
        return render(request, "interviews/interviews.html", _page(request))
    access.require(asker(request), commands.WRITE)
    try:
        wish = wished(request)
        files = request.FILES.getlist("files")[:MOST_FILES]
        if not files:
            raise InvalidInput("no_file", "No file was chosen.", field="files")
    except HeartlineError as error:
        return _refused(request, [("", words.told(error))], error.status)
    made, wrong = [], []
    for file in files:
        raw = file.read(reading.MOST_BYTES + 1)
        own = wish if len(files) == 1 else Wish(**{**vars(wish), "title": ""})
        try:
            made.append(commands.add(by=_user(request), name=str(file.name), raw=raw, wish=own))
        except HeartlineError as error:
            if error.status >= 500:
                raise
            wrong.append((str(file.name), words.told(error)))
    if wrong:
        return _refused(request, wrong, 400)
    return redirect("interview", key=made[0].key) if len(made) == 1 else redirect("interviews")


def _refused(request: HttpRequest, wrong: list[tuple[str, str]], status: int) -> HttpResponse:
    context = {**_page(request), "wrong": wrong, "given": request.POST, "open": True}
    return render(request, "interviews/interviews.html", context, status=status)


def wished(request: HttpRequest) -> Wish:
    """Read what somebody says about an interview.

    Raises
    ------
    InvalidInput
        `bad_day`, `unknown_person`.
    """
    said = request.POST
    try:
        held_on = date.fromisoformat(said.get("held_on", ""))
    except ValueError:
        raise InvalidInput("bad_day", "This is no day.", field="held_on") from None
    kind, identifier, customer = whom.meant(request, said.get("who", ""))
    return Wish(
        held_on, said.get("title", ""), said.get("type", ""), said.get("consent", ""), said.get("unit", ""), kind,
        identifier, customer,
    )  # fmt: skip


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def quotes_of(rows: list[Interview]) -> dict[int, list[Quote]]:
    """Give the kept quotes of some interviews, by the number of the interview."""
    found: dict[int, list[Quote]] = {}
    for quote in Quote.objects.filter(interview__in=rows, kept_at__isnull=False):
        found.setdefault(quote.interview_id, []).append(quote)
    return found


def _page(request: HttpRequest) -> dict[str, Any]:
    by = request.GET.get("by", "")
    by = by if by in BY else BY[0]
    rows = commands.visible(asker(request))
    opened = kept.every(rows[:READ_AT_ONCE])
    some = quotes_of(rows[:READ_AT_ONCE])
    known, language = definitions(request), (get_language() or "en").partition("-")[0]
    only = request.GET.get("type", "")
    chosen = [one for one in opened if not only or one.head.type == only]
    lines = shown.overview(chosen, some, by, known, themes_known(known), language)
    people, said = shown.gathered(chosen, some)
    types = sorted({one.head.type for one in opened if one.head.type})
    return {
        "title": _("What do people say in interviews?"),
        "answer": words.sentence(len(chosen), len(people), len(said), lines, by),
        "lines": lines,
        "heading": shown.heading(by),
        "tabs": [(shown.heading(one), _address(one, only), one == by) for one in BY],
        "types": [("", _("everybody"), _address(by, ""), not only)]
        + [(one, one, _address(by, one), one == only) for one in types],
        "interviews": [_listed(one, some.get(one.row.pk, [])) for one in opened],
        "more": max(0, len(rows) - READ_AT_ONCE),
        "writes": may(request, commands.WRITE),
        "done": words.done(request.GET.get("done", "")),
        "open": not rows,
        "how": words.how(),
        **choices(known),
    }


def choices(known: Any) -> dict[str, Any]:
    """Give what can be chosen for an interview: types of people, parts of the company, the last possible day."""
    kinds = [names.called(body, key) for kind in ("persona", "segment") for key, body in known.all(kind).items()]
    return {
        "kinds": list(dict.fromkeys(kinds)),
        "units": [(key, filters.body_label(known, "unit", key)) for key in known.all("unit")],
        "today": timezone.localdate().isoformat(),
        "given": {},
        "accept": ",".join(f".{kind}" for kind in reading.KINDS),
    }


def _address(by: str, only: str) -> str:
    return f"?{filters.address({}, **{name: value for name, value in (('by', by), ('type', only)) if value})}#said"


def _listed(one: Opened, some: list[Quote]) -> Mapping[str, Any]:
    return {
        "key": one.row.key, "title": one.head.title, "type": one.head.type, "unit": one.row.unit,
        "day": date_format(one.row.held_on, "DATE_FORMAT"), "people": len(one.people),
        "words": numbers.count(one.row.words), "quotes": numbers.count(len(some)),
    }  # fmt: skip


@require_safe
@never_cache
def place(request: HttpRequest, message: str) -> HttpResponse:
    """Lead from a quote among the voices to its place in the transcript."""
    access.require(asker(request), commands.READ)
    interview, _dot, rest = message.partition(".")
    one = commands.find(asker(request), interview)
    quote = Quote.objects.filter(interview=one, key=rest.partition(".")[0]).first()
    return redirect(shown.place(one.key, quote.key)) if quote else redirect("interview", key=one.key)
