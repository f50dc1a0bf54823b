"""The pages on which people say what they want to be told, where, and when."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from heartline.core.errors import HeartlineError, InvalidInput
from heartline.listen.text.themes.values import known
from heartline.server.accounts import access
from heartline.server.accounts.asking import ask, definitions
from heartline.server.accounts.models import User
from heartline.server.shell import filters
from heartline.server.shell.opened import workspace

from . import commands, posting, preview, rights, shown, values, words
from .models import Chat, Hearer, Rule
from .values import Kind, Wish
from .views import user_of

form_methods = require_http_methods(["GET", "HEAD", "POST"])
HOURS = range(24)


@form_methods
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Say in plain words what to be told, see how often that would have been, begin."""
    user, said = user_of(request), request.POST if request.method == "POST" else request.GET
    kind = said.get("kind", "") if said.get("kind", "") in Kind.values else Kind.LOW
    wish, context, status = _usual(request, kind), dict[str, Any](), 200
    if request.method == "POST":
        try:
            wish = wish_of(said, kind)
            if said.get("do") == "make":
                made = commands.make(
                    by=user, name=_name(said, kind, wish, request), kind=kind, wish=wish, chats=_chats(said),
                    mail=bool(said.get("mail")), rhythm=said.get("rhythm", "hour"),
                )  # fmt: skip
                return redirect("alert_rule", made.pk)
            wish = values.checked(kind, wish, definitions(request))
            context["preview"] = preview.look(request, kind, wish)
        except HeartlineError as error:
            if error.status >= 500:
                raise
            context["wrong"], status = words.told(error), error.status
    context |= _form(request, user, kind, wish, said)
    context |= {"title": _("What do you want to be told?"), "kinds": words.kinds(), "kind": kind}
    return render(request, "alerts/new.html", context, status=status)


def _usual(request: HttpRequest, kind: str) -> Wish:
    """Begin with the scale that is asked most, at what is nearer to its bad end."""
    if kind != Kind.LOW:
        return Wish(direction="falls" if kind == Kind.SCORE else "rises" if kind == Kind.THEME else "either")
    rows = ask(request, "below", {}).rows
    if not rows:
        return Wish(scale="stars5", at_most=2)
    scale = definitions(request).scales[max(rows, key=lambda row: row["answers"])["scale"]]
    third = (scale.high - scale.low) / 3
    return Wish(scale=scale.key, at_most=float(round(scale.high - third if scale.low_is_good else scale.low + third)))


def wish_of(said: QueryDict, kind: str) -> Wish:
    """Read a wish from a form.

    Raises
    ------
    InvalidInput
        `bad_value` for what is no number.
    """
    low = kind == Kind.LOW
    return Wish(
        scale=said.get("scale", ""), at_most=_number(said.get("at_most", "")) if low else None,
        text=said.get("text", "any"), touchpoints=tuple(said.getlist("touchpoints")),
        units=tuple(said.getlist("units")), by=said.get("by", ""), step=said.get("step", "day"),
        direction=said.get("direction", "either"), theme=said.get("theme", "") if kind == Kind.THEME else "",
        sources=tuple(said.getlist("sources"))[:50], weeks=_weeks(said.get("weeks", "52")),
    )  # fmt: skip


def _number(text: str) -> float:
    try:
        found = float(text.replace(",", "."))
    except ValueError:
        found = float("nan")
    if not abs(found) < 1e6:
        raise InvalidInput("bad_value", "That is no score.", field="at_most", remedy="Write it with digits.")
    return found


def _weeks(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 5 else 0


def _chats(said: QueryDict) -> tuple[int, ...]:
    return tuple(int(one) for one in said.getlist("chats") if one.isdecimal())


def _name(said: QueryDict, kind: str, wish: Wish, request: HttpRequest) -> str:
    """Name a rule as somebody says, else by what it tells."""
    name = said.get("name", "").strip()
    if name:
        return name
    told = words.rule(kind, values.checked(kind, wish, definitions(request)), definitions(request))
    return (told[:1].upper() + told[1:])[: commands.LONGEST]


def _form(request: HttpRequest, user: User, kind: str, wish: Wish, said: QueryDict) -> dict[str, Any]:
    """Give what the form offers, with what was said chosen."""
    there, language = definitions(request), get_language() or "en"
    posted = request.method == "POST"
    themes = [(key, words.theme(there, key)) for key, one in known(there).items() if not one.off and not one.into]
    sources = [row["source"] for row in ask(request, "silences", {}).rows] if kind == Kind.SILENCE else []
    return {
        "wish": wish, "at_most": "" if wish.at_most is None else f"{wish.at_most:g}", "language": language,
        "scales": [(key, f"{words.scale(there, key)} ({one.low:g}–{one.high:g})") for key, one in there.scales.items()],
        "touchpoints": _choices(request, "touchpoint"), "units": _choices(request, "unit"),
        "themes": sorted(themes, key=lambda one: one[1].lower()), "sources": sources, "rhythms": words.rhythms(),
        "chats": Chat.objects.filter(owner=user), "can_mail": posting.can_mail(), "mail": user.email,
        "name": said.get("name", ""), "by_mail": bool(said.get("mail")) if posted else True,
        "chosen_chats": _chats(said), "rhythm": said.get("rhythm", "hour"),
        "told": words.rule(kind, wish, there),
    }  # fmt: skip


def _choices(request: HttpRequest, kind: str) -> list[tuple[str, str]]:
    there = definitions(request)
    return [(key, filters.body_label(there, kind, key)) for key in there.all(kind)]


@form_methods
@never_cache
def rule(request: HttpRequest, number: int) -> HttpResponse:
    """Show one rule: how often it would have told, where and how often somebody hears it."""
    user = user_of(request)
    one, said, wrong = commands.find(user, number), request.POST, ""
    if request.method == "POST":
        try:
            commands.hear(by=user, number=number, chats=_chats(said), mail=bool(said.get("mail")),
                          rhythm=said.get("rhythm", "hour"))  # fmt: skip
            return redirect("alert_rule", number)
        except HeartlineError as error:
            if error.status >= 500:
                raise
            wrong = words.told(error)
    mine = list(one.hearers.filter(user=user))
    there = access.definitions(user, workspace())
    context = {
        "title": one.name, "one": one, "told": words.rule(one.kind, Wish.of(one.wish), there), "wrong": wrong,
        "preview": _previewed(request, one), "chats": Chat.objects.filter(owner=user),
        "by_mail": any(each.chat_id is None for each in mine), "rhythms": words.rhythms(),
        "chosen_chats": [each.chat_id for each in mine], "rhythm": mine[0].rhythm if mine else Hearer.Rhythm.HOUR,
        "hears": bool(mine), "may_change": rights.may_change(user, one), "can_mail": posting.can_mail(),
        "mail": user.email, "how": words.how(),
        "alerts": [shown.alert(each, there) for each in
                   rights.alerts(user, workspace().lake.at().definitions, one.alerts.all()[:20])],
    }  # fmt: skip
    return render(request, "alerts/rule.html", context, status=400 if wrong else 200)


def _previewed(request: HttpRequest, one: Rule) -> preview.Preview:
    """Ask what a rule would have told; of what is gone nothing."""
    try:
        return preview.look(request, one.kind, Wish.of(one.wish))
    except HeartlineError as error:
        return preview.Preview(words.told(error))


@require_POST
@never_cache
def change(request: HttpRequest, number: int) -> HttpResponse:
    """Rename, stop, go on with, or remove a rule."""
    user, said = user_of(request), request.POST
    done = said.get("do", "")
    if done == "remove":
        commands.remove(by=user, number=number)
        return redirect("alerts")
    if done in ("stop", "on"):
        commands.switch(by=user, number=number, on=done == "on")
    elif done == "name":
        one = commands.find(user, number)
        commands.change(by=user, number=number, name=said.get("name", ""), wish=Wish.of(one.wish))
    else:
        raise Http404
    return redirect("alert_rule", number)


@form_methods
@never_cache
def me(request: HttpRequest) -> HttpResponse:
    """Show where and when somebody is told, and let them change it."""
    user, said, wrong = user_of(request), request.POST, ""
    if request.method == "POST":
        try:
            commands.set_habits(
                by=user, quiet_from=_hour(said.get("quiet_from", "")), quiet_to=_hour(said.get("quiet_to", "")),
                weekly=bool(said.get("weekly")), language=_language(said.get("language", "")),
            )  # fmt: skip
            return redirect("alert_me")
        except HeartlineError as error:
            if error.status >= 500:
                raise
            wrong = words.told(error)
    return _me(request, user, wrong=wrong)


def _me(request: HttpRequest, user: User, **more: Any) -> HttpResponse:
    habits = getattr(user, "alert_habits", None)
    context = {
        "title": _("Where and when are you told?"), "mail": user.email, "can_mail": posting.can_mail(),
        "hours": [(hour, f"{hour}:00") for hour in HOURS], "quiet_from": habits.quiet_from if habits else None,
        "quiet_to": habits.quiet_to if habits else None, "weekly": bool(habits and habits.weekly),
        "language": habits.language if habits else (get_language() or "en"), "languages": settings.LANGUAGES,
        "chats": [(one, words.failed(one.failed)) for one in Chat.objects.filter(owner=user)], **more,
    }  # fmt: skip
    return render(request, "alerts/me.html", context, status=400 if more.get("wrong") else 200)


def _hour(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 3 else None


def _language(text: str) -> str:
    return text if text in dict(settings.LANGUAGES) else ""


@require_POST
@never_cache
def chat(request: HttpRequest) -> HttpResponse:
    """Add, try or remove a chat."""
    user, said = user_of(request), request.POST
    try:
        if said.get("do") == "add":
            commands.add_chat(
                by=user, name=said.get("name", ""), url=said.get("url", ""), texts=bool(said.get("texts"))
            )  # fmt: skip
        elif said.get("do") == "remove":
            commands.remove_chat(by=user, number=int(said.get("number", "0") or 0))
        elif said.get("do") == "try":
            commands.try_chat(by=user, number=int(said.get("number", "0") or 0))
            return _me(request, user, tried=True)
        else:
            raise Http404
    except HeartlineError as error:
        if error.status >= 500 and error.code not in ("not_taken", "too_slow"):
            raise
        wrong = words.failed(error.code).capitalize() if said.get("do") == "try" else words.told(error)
        more = {"wrong": wrong, "chat_name": said.get("name", "")}
        return _me(request, user, **more)
    return redirect("alert_me")
