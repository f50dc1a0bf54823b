"""The page “Who compares texts?”: what ships with Heartline, a service of somebody else, or a model of one's own."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from heartline.core.errors import HeartlineError
from heartline.listen.text.encoders import local
from heartline.listen.text.seeds import KEY
from heartline.server.accounts import access, asking
from heartline.server.accounts.models import User
from heartline.server.shell import numbers

from . import outside_commands as commands
from . import serving, words
from .models import Service, Spent, Turn

USUAL_TOKENS = 1_000_000
FIELDS = ("url", "model", "provider", "tokens_a_month")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def outside(request: HttpRequest) -> HttpResponse:
    """Show who compares texts, and change that."""
    access.require(asking.asker(request), commands.RIGHT)
    wrong, given = "", None
    if request.method == "POST":
        assert isinstance(request.user, User)
        try:
            _change(request.POST, request.user)
        except HeartlineError as error:
            if error.code == "not_allowed":
                raise
            wrong, given = _told(error), request.POST
        else:
            return redirect(reverse("reading_outside") + "?saved=1")
    chosen = serving.service()
    name = str(asking.definitions(request).all("settings").get(KEY, {}).get("encoder") or "")
    context = {
        "title": _("Who compares texts?"), "answer": _answer(chosen, name, serving.spent()), "wrong": wrong,
        "saved": "saved" in request.GET, "progress": words.progress(Turn.objects.first()), "service": chosen,
        "used_up": serving.used_up(), "form": _form(chosen, given), "installed": local.available(),
        "local": given.get("local", "") if given else _model(name), "ours": commands.is_ours(name),
    }  # fmt: skip
    return render(request, "reading/outside.html", context, status=400 if wrong else 200)


def _change(form: QueryDict, by: User) -> None:
    if "ours" in form:
        commands.use_ours(by=by)
    elif "use_local" in form:
        commands.use_model(model=form.get("local", "")[:500], by=by)
    else:
        commands.use_service(
            wanted={**{name: form.get(name, "") for name in (*FIELDS, "key")}, "agreed": "agreed" in form}, by=by
        )


def _model(name: str) -> str:
    prefix, _colon, rest = name.partition(":")
    return rest.rpartition(":")[0] if prefix == local.PREFIX else ""


def _answer(chosen: Service | None, name: str, month: Spent) -> str:
    if chosen is not None:
        told = {"provider": chosen.provider, "tokens": numbers.count(month.tokens),
                "most": numbers.count(chosen.tokens_a_month)}  # fmt: skip
        texts = ngettext("%(texts)s text", "%(texts)s texts", month.texts) % {"texts": numbers.count(month.texts)}
        return _(
            "%(provider)s receives masked texts. This month: %(texts)s, %(tokens)s of at most %(most)s tokens."
        ) % {**told, "texts": texts}
    if not commands.is_ours(name):
        return _("A model of your own on this server. No text leaves it.")
    return _("What came with Heartline. No text leaves this server.")


def _form(chosen: Service | None, given: QueryDict | None) -> dict[str, Any]:
    kept: dict[str, Any] = {name: getattr(chosen, name) if chosen else "" for name in FIELDS}
    kept["tokens_a_month"] = kept["tokens_a_month"] or USUAL_TOKENS
    return {name: given.get(name, kept[name]) if given is not None else kept[name] for name in FIELDS}


def _told(error: HeartlineError) -> str:
    said = {
        "missing": _("Something that is needed was left empty."),
        "not_agreed": _("Texts go to somebody else only where a contract with them covers it: confirm that."),
        "out_of_range": _("Say how many tokens a month may be used at most: a thousand or more."),
        "service_refused": _("The service refused. Look at the key, the model and the address."),
        "service_failed": _("The service did not manage to answer. Nothing was changed; try again later."),
        "bad_vectors": _("The service answered, but not with what compares texts. Choose a model for embeddings."),
        "not_public": _("This address is not public. Whoever runs the server can allow it: HEARTLINE_PRIVATE_HOSTS."),
        "not_https": _("The address has to begin with https://."),
        "bad_address": _("That is no address that can be called."),
        "bad_port": _("That is no address that can be called."),
        "unknown_host": _("There is nobody at this address."),
        "no_connection": _("Nobody answers at this address."),
        "not_trusted": _("The service's certificate is not right."),
        "too_slow": _("The service took too long to answer."),
        "no_answer": _("The connection ended without an answer."),
        "no_package": _(
            "The package sentence-transformers is not installed here. Whoever runs the server can install it."
        ),
        "no_model": _(
            "There is no such model on this server, or it cannot be loaded. Nothing is fetched from outside."
        ),
        "busy": _("Data are being brought in just now. Try again in a minute."),
    }
    return said.get(error.code, _("That could not be done."))
