"""The pages of compliments: one's own, and those of which a person has to say whom they mean."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from heartline.core import employees
from heartline.core.errors import HeartlineError
from heartline.server.accounts import access
from heartline.server.accounts.asking import asker, definitions
from heartline.server.accounts.models import Role, User
from heartline.server.shell import errors, names, numbers
from heartline.server.shell.notices import Notice
from heartline.server.shell.quotes import quotes
from heartline.store.definitions import Definitions

from ..models import Compliment
from ..pulse.commands import RIGHT as LISTS
from . import commands, texts, words

LEADS = (Role.ADMIN, Role.MANAGER, Role.STORE_MANAGER)
"""Who leads others, and so may see how often they were praised, where the company allows that."""
MOST = 100


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def compliments(request: HttpRequest) -> HttpResponse:
    """Show what customers say of whoever is signed in; thank for it, put it away."""
    access.require(asker(request), "read")
    assert isinstance(request.user, User)
    wrong, status = "", 200
    if request.method == "POST":
        number = int(request.POST["number"]) if request.POST.get("number", "").isdigit() else 0
        try:
            (commands.hide if request.POST.get("do") == "hide" else commands.thank)(by=request.user, number=number)
            return redirect("compliments")
        except HeartlineError as error:
            if error.status >= 500:
                raise
            wrong, status = errors.told(error), error.status
    mine = list(commands.theirs(request.user)[:MOST])
    shown = _shown(mine, definitions(request))
    commands.theirs(request.user).filter(seen_at=None).update(seen_at=timezone.now())
    context = {
        "title": _("What customers praise you for"), "answer": words.answer(len(shown)), "rows": shown, "wrong": wrong,
        "lists": access.may(request.user, LISTS), "name": words.called(request.user),
        "asked": commands.asked(request.user).values("interaction").distinct().count()
        if access.may(request.user, commands.RIGHT) else 0, **_led(request, request.user),
    }  # fmt: skip
    return render(request, "employees/compliments.html", context, status=status)


def _shown(some: list[Compliment], known: Definitions) -> list[dict[str, Any]]:
    """Give compliments with their words; without those whose words are gone."""
    said = texts.of([one.interaction for one in some])
    here = [one for one in some if one.interaction in said]
    made = quotes([said[one.interaction] for one in here], known, people=False)
    return [{"pk": one.pk, "key": one.interaction, "text": words.marked(quote.text, one.form), "when": quote.when,
             "where": quote.where, "channel": quote.channel, "thanked": one.thanked_at is not None}
            for one, quote in zip(here, made, strict=True)]  # fmt: skip


def _led(request: HttpRequest, user: User) -> dict[str, Any]:
    """Count compliments for who leads others: by part of the company, by employee only where the company allows it."""
    if user.role not in LEADS:
        return {}
    known = definitions(request)
    some = Compliment.objects.filter(state=Compliment.State.GIVEN, hidden_at=None).select_related("member")
    if user.units:
        some = some.filter(member__unit__in=known.units_below(user.units))
    by_unit = Counter(one.member.unit for one in some)
    units = [(names.called(known.all("unit").get(key, {}), key) if key else _("no unit"), numbers.count(number))
             for key, number in by_unit.most_common()]  # fmt: skip
    if known.settings.get(employees.SETTING) is not True:
        return {"units": units, "people": [], "allowed": False}
    by_name = sorted(Counter(one.member.name for one in some).items(), key=lambda pair: (-pair[1], pair[0]))
    gone = set(employees.withheld([number for _name, number in by_name], list(range(len(by_name)))))
    people = [(name, numbers.count(number)) for place, (name, number) in enumerate(by_name) if place not in gone]
    return {"units": units, "people": people, "allowed": True, "withheld": len(gone)}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def asked(request: HttpRequest) -> HttpResponse:
    """Ask a person whom compliments mean."""
    access.require(asker(request), commands.RIGHT)
    assert isinstance(request.user, User)
    wrong, status = "", 200
    if request.method == "POST":
        member = request.POST.get("member", "")
        try:
            commands.settle(
                by=request.user, interaction=request.POST.get("key", ""),
                member=int(member) if member.isdigit() else None,
            )  # fmt: skip
            return redirect("compliments_asked")
        except HeartlineError as error:
            if error.status >= 500:
                raise
            wrong, status = errors.told(error), error.status
    together: dict[str, list[Compliment]] = {}
    for one in commands.asked(request.user)[: 5 * MOST]:
        together.setdefault(one.interaction, []).append(one)
    firsts = {key: some[0] for key, some in together.items()}
    rows = [
        row | {"candidates": [(one.member_id, one.member.name) for one in together[row["key"]]]}
        for row in _shown(list(firsts.values())[:MOST], definitions(request))
    ]
    context = {"title": _("Whom do they mean?"), "answer": words.asked(len(rows)), "rows": rows, "wrong": wrong,
               "lists": access.may(request.user, LISTS)}  # fmt: skip
    return render(request, "employees/compliments_asked.html", context, status=status)


def notice(request: HttpRequest) -> Notice | None:
    """Say on the first page that somebody was praised since they looked last."""
    if not isinstance(request.user, User):
        return None
    number = commands.theirs(request.user).filter(seen_at=None).count()
    if not number:
        return None
    return Notice(words.notice(number), reverse("compliments"), _("Read the words"))
