"""The pages on how a survey reaches people: codes to show, whom to ask, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from heartline.core.eligibility import ASKED
from heartline.core.errors import HeartlineError, NotFound
from heartline.listen.surveys.values import said
from heartline.server.accounts import access
from heartline.server.accounts.asking import asker, definitions, may
from heartline.server.accounts.models import User
from heartline.server.shell import eligible, navigation, numbers
from heartline.server.shell.names import called
from heartline.server.shell.opened import workspace

from .. import commands as surveys
from ..models import State, Survey
from . import asks, choosing, commands, expecting, mails, posting, qr, tasks, words
from .models import Invited, Sending
from .values import Manner, Wish, moment

FIELDS = ("channel", "segment", "touchpoint", "unit", "days", "trait", "trait_is", "share", "target", "when", "at",
          "after_touchpoint", "after_event", "delay_h", "window_days")  # fmt: skip
MONTH = 30
"""Days, for what is expected of things that happen."""
ONLY_HERE = ("localhost", "127.0.0.1", "::1")
"""Names by which nobody but this machine reaches it."""
NAMES = 50
"""People of a list at once."""
HOW = ("purpose", "from_name", "reply_to", "remind_days", "lasts_days", "again_days", "again")


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@never_cache
def ask(request: HttpRequest, key: str) -> HttpResponse:
    """Show how a survey reaches people; count whom a selection would ask, and send it to them."""
    access.require(asker(request), commands.RIGHT)
    one = surveys.find(key)
    wrong, counted, status = "", None, 200
    given = request.POST if request.method == "POST" else request.GET
    try:
        if given.get("do") == "count":
            counted = _counted(request, one, given)
        elif request.method == "POST":
            _do(request, key)
            return redirect("survey_ask", key=key)
    except HeartlineError as error:
        if error.status >= 500 or error.status == 403:
            raise
        wrong, status = words.told(error), error.status
    context = _context(request, one) | {"wrong": wrong, "counted": counted}
    context["form"] = {name: given.get(name, "") for name in FIELDS} | {"opened": bool(given.get("do"))}
    if request.headers.get("HX-Request") and given.get("do") == "count":
        return render(request, "surveys/_invite_count.html", context)
    return render(request, "surveys/invite_ask.html", context, status=status)


def _do(request: HttpRequest, key: str) -> None:
    """Do what a button says."""
    assert isinstance(request.user, User)
    do = request.POST.get("do", "")
    if do == "how":
        commands.set_manner(
            key=key, how=Manner.read(request.POST.dict(), asks.manner(surveys.find(key))), by=request.user
        )
    elif do.startswith("stop:") and do[5:].isdigit():
        commands.stop(key=key, number=int(do[5:]), by=request.user)
    elif do == "send":
        form = request.POST.dict()
        commands.begin(key=key, wish=Wish.read(form), at=moment(form), by=request.user)
        tasks.go.enqueue()
    else:
        raise NotFound("unknown", "There is no such button.", field="do")


def _counted(request: HttpRequest, one: Survey, given: QueryDict) -> dict[str, Any]:
    """Say whom a selection would ask now, and why not the others."""
    access.require(asker(request), "read_people")
    wish = Wish.read(given.dict())
    number = commands.wave(one)
    people = choosing.people(wish, asks.named(one, number)) if wish.after is None else []
    asked = asks.ask(one, wish, number)
    verdicts = eligible.desk().look(asked, people)
    counts = Counter(seen.reason for seen in verdicts)
    later = sum(seen.reason == ASKED and seen.at > timezone.now() for seen in verdicts)
    target = asked.target
    parts = [] if target is None else (
        expecting.of_month(target, choosing.lately(wish, MONTH)) if wish.after else
        expecting.of_verdicts(target, verdicts)
    )  # fmt: skip
    return {
        **(expecting.shown(target, parts, definitions(request)) if target else {}),
        "answer": words.seen(counts), "why": words.why_not(counts), "automatic": wish.after is not None,
        "later": numbers.count(later) if later else "", "asked": counts.get(ASKED, 0),
    }  # fmt: skip


def _context(request: HttpRequest, one: Survey) -> dict[str, Any]:
    value = surveys.value(one.body)
    language = get_language() or "en"
    how = asks.manner(one)
    known = definitions(request)
    rows = _sendings(one, known)
    return {
        "title": _("How do people get it?"), "survey": one, "name": said(value.title, language, value.languages),
        "open": one.state == State.OPEN, "anonymous": value.anonymous, "rows": rows,
        "answer": words.answer(rows, one.state == State.OPEN), "how": how, "purposes": _purposes(how),
        "sends": posting.can_send(), "people": may(request, "read_people"),
        "home": mails.home() if settings.URL.hostname in ONLY_HERE else "",
        "employees": navigation.address("employees_ask") if value.for_ == "employees" else "",
        "address": request.build_absolute_uri(reverse("survey_answer_start", args=[one.key])),
        "units": _options(known, "unit") if "unit" in value.hidden else [],
        "segments": _options(known, "segment"), "touchpoints": _options(known, "touchpoint"),
        "all_units": _options(known, "unit"), "company_purpose": eligible.desk().purpose(),
    }  # fmt: skip


def _options(known: Any, kind: str) -> list[tuple[str, str]]:
    return sorted(((key, called(body, key)) for key, body in known.all(kind).items()), key=lambda pair: pair[1].lower())


def _purposes(how: Manner) -> list[tuple[str, str, bool]]:
    known = workspace().lake.at().definitions.all("purpose")
    return [(key, called(body, key), key == how.purpose) for key, body in known.items() if body.get("channels")]


def _sendings(one: Survey, known: Any) -> list[dict[str, Any]]:
    some = Sending.objects.filter(survey=one).order_by("-number")
    found = asks.funnel(some)
    for counts in found.values():
        counts["delivered"] = counts["sent"] - counts["returned"]
    zone, now = known.settings["timezone"], timezone.now()
    return [
        {
            "number": each.number, "whom": words.whom(Wish.of(each.wish), known), "when": numbers.moment(each.at, zone),
            "channel": words.channel(each.wish["channel"]), "state": words.state(each, now), "late": each.late,
            "stops": each.state in (Sending.State.PLANNED, Sending.State.GOING) or _goes_out(found[each.pk]),
            **{name: numbers.count(number) for name, number in found[each.pk].items()},
            **{f"n_{name}": number for name, number in found[each.pk].items()},
        }
        for each in some
    ]  # fmt: skip


def _goes_out(counts: dict[str, int]) -> bool:
    """Tell whether messages wait to go out."""
    return counts["asked"] > counts["sent"] + counts["failed"]


@require_safe
@never_cache
def sending(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Show what became of one sending: who was not asked, and why; whom it did not reach."""
    access.require(asker(request), commands.RIGHT)
    one = Sending.objects.select_related("survey").filter(survey__key=key, number=number).first()
    if one is None:
        raise NotFound("unknown", "There is no such sending.", field="number")
    rows = {row["number"]: row for row in _sendings(one.survey, definitions(request))}
    refused = Counter(eligible.desk().refused(f"{asks.KIND}:{key}", asks.named(one.survey, one.number)))
    for why, count in Counter(
        Invited.objects.filter(sending=one, state=Invited.State.DROPPED, why__in=("answered", "stopped", "not_open"))
        .values_list("why", flat=True)
    ).items():  # fmt: skip
        refused[why] += count
    failed = Counter(Invited.objects.filter(sending=one, state=Invited.State.FAILED).values_list("why", flat=True))
    context = {
        "title": _("What became of it?"), "survey": one.survey, "row": rows[one.number],
        "refused": words.why_not(refused), "failed": words.why_not(failed),
        "total": numbers.count(sum(refused.values())), **_by_name(request, one, refused),
    }  # fmt: skip
    return render(request, "surveys/invite_sending.html", context)


def _by_name(request: HttpRequest, one: Sending, refused: Mapping[str, int]) -> dict[str, Any]:
    """List by name who was not asked, and why, for who may see people; a part at a time.

    Raises
    ------
    NotFound
        `unknown` for a part that is not there.
    """
    if not may(request, "read_people"):
        return {}
    why, page = request.GET.get("why", "")[:40], request.GET.get("page", "1")
    start = (int(page) - 1) * NAMES if page.isdecimal() and len(page) < 7 else -1
    named = asks.named(one.survey, one.number)
    people = (
        eligible.desk().left_out(f"{asks.KIND}:{one.survey.key}", named, why, start, NAMES + 1) if start >= 0 else []
    )
    if not people and page != "1":
        raise NotFound("unknown", "There are no more.", field="page")
    zone = definitions(request).settings["timezone"]
    rows = [{"name": numbers.person(who).upper(), "link": reverse("customer", args=[who]), "why": words.reason(code),
             "when": numbers.moment(at, zone)} for who, code, at in people[:NAMES]]  # fmt: skip
    reasons = [(code, words.reason(code), code == why) for code in refused]
    query = {"why": why} if why else {}
    return {"people": rows, "reasons": reasons, "why": why,
            "more": urlencode({**query, "page": int(page) + 1}) if len(people) > NAMES else ""}  # fmt: skip


def _public(request: HttpRequest, one: Survey) -> str:
    """Give the address for everybody; a code in a store says of which it is, where the survey takes that along."""
    value = surveys.value(one.body)
    said_of = {name: request.GET[name][:200] for name in value.hidden if request.GET.get(name)}
    start = request.build_absolute_uri(reverse("survey_answer_start", args=[one.key]))
    return f"{start}?{urlencode(said_of)}" if said_of else start


@require_safe
def code(request: HttpRequest, key: str, kind: str) -> HttpResponse:
    """Give the code as a picture."""
    access.require(asker(request), commands.RIGHT)
    one = surveys.find(key)
    made, mime = (qr.svg, "image/svg+xml") if kind == "svg" else (qr.png, "image/png")
    response = HttpResponse(made(_public(request, one)), content_type=mime)
    if "download" in request.GET:
        response["Content-Disposition"] = f'attachment; filename="{one.key}.{kind}"'
    return response


@require_safe
def poster(request: HttpRequest, key: str) -> HttpResponse:
    """Show a page to print and to hang up: the question, and the code that leads to it."""
    access.require(asker(request), commands.RIGHT)
    one = surveys.find(key)
    value = surveys.value(one.body)
    wanted = request.GET.get("lang", "")
    language = wanted if wanted in value.languages else mails.spoken(value, get_language() or "")
    question = mails.first(value)
    address = _public(request, one)
    context = {
        "title": said(value.title, language, value.languages), "language": language, "key": one.key,
        "question": said(question.text, language, value.languages) if question else "",
        "languages": [(tag, tag == language) for tag in value.languages], "address": address,
        "query": urlencode({name: text for name, text in request.GET.items() if name != "lang"}),
    }  # fmt: skip
    return render(request, "surveys/invite_poster.html", context)
