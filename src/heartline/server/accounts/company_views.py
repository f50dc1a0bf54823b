"""Who is here: people, programs, and oneself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Count, QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from heartline.core.errors import HeartlineError
from heartline.server.shell import filters, numbers, tables
from heartline.server.shell.opened import workspace
from heartline.store.definitions import Definitions

from . import access, commands, words
from .forms import InviteForm, KeyForm, NameForm, PersonForm, WriteKeyForm
from .models import ApiKey, KeyKind, Role, User

PAGE = 50
WRITE_ID = "write_%s"
"""Two forms on one page, whose fields have the same names."""
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@form_methods
@never_cache
def people(request: HttpRequest) -> HttpResponse:
    """List the people of the company, and invite somebody."""
    by, definitions = _administrator(request), _definitions()
    form = InviteForm(request.POST or None, definitions=definitions)
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        try:
            user, token = commands.invite(
                email=form.cleaned_data["email"], name=form.cleaned_data["name"], by=by, **form.place
            )
        except HeartlineError as error:
            _wrong(form, error)
        else:
            form = InviteForm(definitions=definitions)
            context = {"link": _signin(request, token), "whose": user, "days": commands.INVITATION_DAYS}
    everybody = User.objects.order_by("-is_active", "email")
    page = replace(tables.Page.asked(request.GET.get("page"), PAGE), total=everybody.count())
    shown = list(everybody[page.offset : page.offset + page.size])
    secured = _secured(shown)
    context |= {
        "title": _("People of the company"),
        "people": [_person(user, definitions, user.pk in secured) for user in shown],
        "active": User.objects.filter(is_active=True).count(),
        "page": page,
        "form": form,
        "roles": words.roles(),
        "open": bool(form.errors),
    }
    return render(request, "accounts/people.html", context, status=400 if form.errors else 200)


def _person(user: User, definitions: Definitions, secured: bool) -> dict[str, Any]:
    last = numbers.moment(user.last_login, definitions.settings["timezone"]) if user.last_login else ""
    return {"user": user, "units": _named(user.units, definitions), "secured": secured, "last": last}


def _secured(users: list[User]) -> set[int]:
    ids = [user.pk for user in users]
    return set(Authenticator.objects.filter(user__in=ids).values_list("user", flat=True))


@form_methods
@never_cache
def person(request: HttpRequest, number: int) -> HttpResponse:
    """Show somebody, and change what they are here for."""
    by, definitions = _administrator(request), _definitions()
    user = _found(number)
    initial = {"name": user.name, "role": user.role, "units": user.units}
    form = PersonForm(request.POST or None, initial=initial, definitions=definitions)
    if request.method == "POST" and form.is_valid():
        try:
            commands.change_user(number=number, name=form.cleaned_data["name"], by=by, **form.place)
            return redirect("people_here")
        except HeartlineError as error:
            _wrong(form, error)
    return _one(request, user, form, {})


def _one(request: HttpRequest, user: User, form: PersonForm, more: dict[str, Any]) -> HttpResponse:
    context = {
        "title": str(user), "person": user, "form": form, "roles": words.roles(),
        "secured": bool(_secured([user])), **more,
    }  # fmt: skip
    return render(request, "accounts/person.html", context, status=400 if form.errors else 200)


@require_POST
@never_cache
def act(request: HttpRequest, number: int, what: str) -> HttpResponse:
    """Do one of the things that are done to a person with one click."""
    by = _administrator(request)
    user = _found(number)
    if what == "link":
        token = commands.create_signin_link(email=user.email, days=commands.INVITATION_DAYS, by=by)
        initial = {"name": user.name, "role": user.role, "units": user.units}
        form = PersonForm(initial=initial, definitions=_definitions())
        return _one(request, user, form, {"link": _signin(request, token), "days": commands.INVITATION_DAYS})
    if what == "forget-second-step":
        commands.forget_second_step(email=user.email, by=by)
    else:
        done = {"deactivate": commands.deactivate_user, "activate": commands.activate_user}.get(what)
        if done is None:
            raise Http404
        done(number=number, by=by)
    return redirect("person_here", number)


@form_methods
@never_cache
def keys(request: HttpRequest) -> HttpResponse:
    """List the keys of programs, and make one: a key that asks, or one that sends."""
    by, definitions = _administrator(request), _definitions()
    sends = request.POST.get("kind") == KeyKind.WRITE
    asking = KeyForm(None if sends else request.POST or None, initial={"role": Role.ANALYST}, definitions=definitions)
    sending = WriteKeyForm(request.POST if sends else None, auto_id=WRITE_ID)
    form = sending if sends else asking
    made = _made_key(form, by) if request.method == "POST" and form.is_valid() else None
    if made:
        asking, sending = (
            KeyForm(initial={"role": Role.ANALYST}, definitions=definitions),
            WriteKeyForm(auto_id=WRITE_ID),
        )
    everything: QuerySet[ApiKey] = ApiKey.objects.order_by("revoked_at", "-made_at", "-pk")
    page = replace(tables.Page.asked(request.GET.get("page"), PAGE), total=everything.count())
    shown = everything[page.offset : page.offset + page.size]
    context = {
        "title": _("API keys"),
        "made": made,
        "keys": [{"key": key, "units": _named(key.units, definitions)} for key in shown],
        "living": ApiKey.objects.filter(revoked_at=None, kind=KeyKind.READ).count(),
        "writing": ApiKey.objects.filter(revoked_at=None, kind=KeyKind.WRITE).count(),
        "page": page,
        "asking": asking,
        "sending": sending,
        "where": request.build_absolute_uri("/api/v1/scores"),
        "sent_to": request.build_absolute_uri("/v1/track"),
    }
    return render(request, "accounts/keys.html", context, status=400 if form.errors else 200)


def _made_key(form: KeyForm | WriteKeyForm, by: User) -> str | None:
    try:
        if isinstance(form, WriteKeyForm):
            return commands.create_write_key(name=form.cleaned_data["name"], source=form.cleaned_data["source"], by=by)
        return commands.create_key(name=form.cleaned_data["name"], by=by, **form.place)
    except HeartlineError as error:
        _wrong(form, error)
        return None


@require_POST
def revoke_key(request: HttpRequest, number: int) -> HttpResponse:
    """Make a key useless."""
    by = _administrator(request)
    key = ApiKey.objects.filter(pk=number).first()
    if key is None:
        raise Http404
    if key.revoked_at is None:
        commands.revoke_key(name=key.name, by=by)
    return redirect("api_keys")


@form_methods
@never_cache
def own(request: HttpRequest) -> HttpResponse:
    """Show one's own account: name, password, second step."""
    user = request.user
    assert isinstance(user, User)
    form = NameForm(request.POST or None, initial={"name": user.name})
    if request.method == "POST" and form.is_valid():
        commands.change_own_name(name=form.cleaned_data["name"], by=user)
        return redirect("own_account")
    kinds = dict(Authenticator.objects.filter(user=user).values_list("type").annotate(Count("pk")))
    context = {
        "title": _("My account"), "form": form, "role": words.roles()[user.role],
        "units": _named(user.units, _definitions()), "app": Authenticator.Type.TOTP in kinds,
        "codes": Authenticator.Type.RECOVERY_CODES in kinds, "password": user.has_usable_password(),
    }  # fmt: skip
    return render(request, "accounts/own.html", context)


def _administrator(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    access.require(request.user, "administer")
    return request.user


def _found(number: int) -> User:
    user = User.objects.filter(pk=number).first()
    if user is None:
        raise Http404
    return user


def _definitions() -> Definitions:
    return workspace().lake.at().definitions


def _named(keys: list[str], definitions: Definitions) -> str:
    return ", ".join(filters.body_label(definitions, "unit", key) for key in keys)


def _signin(request: HttpRequest, token: str) -> str:
    return request.build_absolute_uri(reverse("sign_in_by_link", args=[token]))


def _wrong(form: Form, error: HeartlineError) -> None:
    """Put a refusal beside the field that it is about."""
    if error.status >= 500:
        raise error
    form.add_error(error.field if error.field in form.fields else None, words.refused(error))
