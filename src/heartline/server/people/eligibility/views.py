"""The page of the rules, and what the customer page says of how often somebody was asked."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from heartline.collect.together import names_of
from heartline.core.eligibility import REASONS
from heartline.core.errors import HeartlineError, InvalidInput
from heartline.server.accounts import access
from heartline.server.accounts.asking import asker, may
from heartline.server.accounts.models import User
from heartline.server.shell import eligible, numbers
from heartline.server.shell.names import called
from heartline.server.shell.opened import workspace

from . import commands, rules, words
from .models import Refused, Reservation
from .rules import CHANNELS, Company

LATELY = timedelta(days=30)
SHOWN = 5
CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def contact_rules(request: HttpRequest) -> HttpResponse:
    """Show how often people are asked, and change it."""
    access.require(asker(request), commands.RIGHT)
    ours, wrong = rules.company(), ""
    given: QueryDict | None = None
    if request.method == "POST":
        assert isinstance(request.user, User)
        try:
            commands.set_rules(ours=_read(request.POST), by=request.user)
        except HeartlineError as error:
            if error.status >= 500:
                raise
            wrong, given = words.told(error), request.POST
        else:
            return redirect("contact_rules")
    since = timezone.now() - LATELY
    there = Reservation.objects.filter(at__gt=since)
    by_channel = dict(there.order_by().values_list("channel").annotate(number=Count("pk")))
    refused = dict(Refused.objects.filter(at__gt=since).order_by().values_list("reason").annotate(number=Count("pk")))
    context = {
        "title": _("How often do we ask?"), "answer": words.answer(ours, sum(by_channel.values())), "wrong": wrong,
        "form": _form(ours, given), "purposes": _purposes(ours),
        "channels": [(words.channel(key), numbers.count(number)) for key, number in sorted(by_channel.items())],
        "reasons": words.reasons({code: refused[code] for code in REASONS if code in refused}),
    }  # fmt: skip
    return render(request, "eligibility/rules.html", context, status=400 if wrong else 200)


def _form(ours: Company, given: QueryDict | None) -> dict[str, Any]:
    """Give the fields: as they are kept, or as somebody wrote them."""
    plain = {"cooldown_days": str(ours.cooldown_days)}
    plain["quiet_from"], plain["quiet_to"] = (_clock(minute) for minute in ours.quiet) if ours.quiet else ("", "")
    for channel in CHANNELS:
        most, days = ours.caps.get(channel, ("", 30))
        plain |= {f"most_{channel or 'all'}": str(most), f"days_{channel or 'all'}": str(days)}
    if given is not None:
        plain |= {name: given.get(name, "") for name in plain}
    caps = [(name, words.channel(channel), plain[f"most_{name}"], plain[f"days_{name}"])
            for channel in CHANNELS for name in (channel or "all",)]  # fmt: skip
    return {**plain, "caps": caps, "advertising": given.get("advertising") if given else ours.advertising}


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _purposes(ours: Company) -> list[tuple[str, str, bool]]:
    known = workspace().lake.at().definitions.all("purpose")
    return [(key, called(body, key), key == ours.survey_purpose) for key, body in known.items() if body.get("channels")]


def _read(form: QueryDict) -> Company:
    """Read the form.

    Raises
    ------
    InvalidInput
        `bad_value` with its field.
    """
    caps = {}
    for channel in CHANNELS:
        name = channel or "all"
        if form.get(f"most_{name}", "").strip():
            caps[channel] = (_number(form, f"most_{name}"), _number(form, f"days_{name}"))
    times = [form.get(name, "").strip() for name in ("quiet_from", "quiet_to")]
    return Company(
        cooldown_days=_number(form, "cooldown_days"), caps=caps,
        quiet=(_minute(times[0]), _minute(times[1])) if any(times) else None,
        survey_purpose=form.get("survey_purpose", ""), advertising=form.get("advertising") == "on",
    )  # fmt: skip


def _number(form: QueryDict, name: str) -> int:
    text = form.get(name, "").strip()
    if not re.fullmatch(r"\d{1,4}", text):
        raise InvalidInput("bad_value", "That is no number.", field=name, remedy="Write a number.")
    return int(text)


def _minute(text: str) -> int:
    found = CLOCK.fullmatch(text)
    if found is None:
        raise InvalidInput("bad_value", "That is no time of day.", field="quiet", remedy="As 21:00.")
    return int(found[1]) * 60 + int(found[2])


def panel(request: HttpRequest, who: str) -> SafeString | str:
    """Say on the customer page when somebody was contacted, and why they were not."""
    if not may(request, "read_people"):
        return ""
    names = list(names_of(workspace().lake.at(), [who]))
    zone = workspace().lake.at().definitions.settings["timezone"]
    contacts = Reservation.objects.filter(identifier__in=names).order_by("-at")
    refused = Refused.objects.filter(identifier__in=names).order_by("-at")
    rows = [{"what": eligible.called(one.what), "channel": words.channel(one.channel), "reminder": one.reminder,
             "when": numbers.moment(one.at, zone)} for one in contacts[:SHOWN]]  # fmt: skip
    not_asked = [{"what": eligible.called(one.what), "why": words.reason(one.reason),
                  "when": numbers.moment(one.at, zone)} for one in refused[:SHOWN]]  # fmt: skip
    if not rows and not not_asked:
        return ""
    context = {"rows": rows, "refused": not_asked, "n": contacts.count()}
    return render_to_string("eligibility/_panel.html", context, request)
