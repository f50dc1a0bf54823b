"""The pages on which a company says what it asks people for: purposes, their texts in every language, their history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache

from heartline.collect import catalogue
from heartline.collect.bodies import CHANNELS
from heartline.collect.values import BadDefinition
from heartline.core.consent import CONSENT
from heartline.core.errors import HeartlineError
from heartline.core.ids import slug
from heartline.server.accounts import access
from heartline.server.accounts.asking import asker
from heartline.server.shell import filters, numbers
from heartline.server.shell.opened import workspace

from . import links, mailing, purposes, words
from .models import Word
from .public_views import form_methods
from .purposes import KIND, PROFILING, Purpose

RIGHT = "define"
FIRST = {"label": "", "channels": ["email"], "basis": CONSENT, "double_opt_in": True}


@never_cache
@form_methods
def listing(request: HttpRequest) -> HttpResponse:
    """List what people are asked for, and what they spoke of that nobody has defined."""
    access.require(asker(request), RIGHT)
    found = purposes.all_purposes()
    spoken = Word.objects.exclude(purpose="").order_by("purpose").values_list("purpose").annotate(n=Count("id"))
    counts = dict(spoken)
    context = {
        "title": _("What do we ask people for?"),
        "answer": words.asked_for(len(found)),
        "purposes": [_row(one, counts.get(one.key, 0)) for one in found.values()],
        "others": [
            {"key": key, "n": numbers.count(n)} for key, n in counts.items() if key not in found and key != PROFILING
        ],
        "mail": words.mail(mailing.waiting(), sends=mailing.can_send()),
        "mailing": mailing.can_send(),
    }
    return render(request, "consent/purposes.html", context)


def _row(one: Purpose, count: int) -> dict[str, Any]:
    return {
        "key": one.key, "label": one.label, "channels": ", ".join(words.channel(key) for key in one.channels),
        "basis": words.basis(one.basis), "double": one.double_opt_in, "n": numbers.count(count),
        "holds": words.holds(one.body.get("holds_months")),
    }  # fmt: skip


@never_cache
@form_methods
def add(request: HttpRequest) -> HttpResponse:
    """Define a new purpose."""
    key = slug(request.GET.get("key", ""))
    label = key.replace("_", " ").capitalize()
    return _worked(request, key, FIRST | ({"label": label} if label else {}), seen=0)


@never_cache
@form_methods
def purpose(request: HttpRequest, key: str) -> HttpResponse:
    """Show a purpose with its history; change it or remove it."""
    written = catalogue.history(workspace().lake.at(), KIND, key)
    if not written:
        raise Http404
    number = request.GET.get("version", "")
    then = next((one.body for one in written if str(one.version) == number and one.body), None)
    now = workspace().lake.at().definitions.all(KIND).get(key)
    return _worked(request, key, then or now or {}, seen=written[0].version, gone=now is None)


def _worked(request: HttpRequest, key: str, body: Mapping[str, Any], *, seen: int, gone: bool = False) -> HttpResponse:
    by, wrong, where = asker(request), "", ""
    access.require(by, RIGHT)
    if request.method == "POST":
        body = _read(request.POST, body)
        key = key or slug(str(body.get("label", "")))
        known = int(request.POST.get("seen") or 0) if (request.POST.get("seen") or "0").isdecimal() else 0
        removes = request.POST.get("do") == "remove"
        try:
            purposes.define(key=key, body=None if removes else body, seen=known, by=by)
        except HeartlineError as error:
            if error.status >= 500:
                raise
            wrong, where = words.undefined(error), error.name if isinstance(error, BadDefinition) else ""
        else:
            return redirect(f"{reverse('purposes')}" if removes else f"{reverse('purpose', args=[key])}?saved=1")
    context = {
        "title": str(body.get("label") or key or _("A new purpose")), "key": key, "seen": seen, "gone": gone,
        "saved": "saved" in request.GET, "wrong": wrong, "where": where, **_form(body),
        "history": _history(key) if seen else [], "form": _outside(key) if seen and not gone else None,
    }  # fmt: skip
    return render(request, "consent/purpose.html", context, status=400 if wrong else 200)


def _read(form: QueryDict, there: Mapping[str, Any]) -> dict[str, Any]:
    """Give the body that a filled form says."""
    codes = [code for code, _name in settings.LANGUAGES]

    def by_language(name: str) -> dict[str, str]:
        return {code: text for code in codes if (text := form.get(f"{name}_{code}", "").strip())}

    months = form.get("holds_months", "").strip()
    body = {
        "label": form.get("label", "").strip(), "labels": by_language("labels"), "text": by_language("text"),
        "channels": form.getlist("channels"), "basis": form.get("basis", ""),
        "double_opt_in": True if form.get("double_opt_in") else None,
        "holds_months": int(months) if months.isdecimal() else months or None,
    }  # fmt: skip
    return {name: value for name, value in {**there, **body}.items() if value not in (None, "", [], {})}


def _form(body: Mapping[str, Any]) -> dict[str, Any]:
    known = workspace().lake.at().definitions
    held, labels, text = body.get("channels") or [], body.get("labels") or {}, body.get("text") or {}
    channels = dict.fromkeys([*CHANNELS, *known.all("channel"), *held])
    return {
        "body": body,
        "languages": [
            {"code": code, "name": str(name), "label": labels.get(code, ""), "text": text.get(code, "")}
            for code, name in settings.LANGUAGES
        ],
        "channels": [(key, filters.channel(known, key), key in held) for key in channels],
        "bases": [(key, *said, key == body.get("basis", CONSENT)) for key, said in words.bases().items()],
    }


def _history(key: str) -> list[dict[str, Any]]:
    zone = workspace().lake.at().definitions.settings["timezone"]
    return [
        {
            "version": one.version, "when": numbers.moment(one.time, zone), "removed": one.body is None,
            "newest": number == 0, "lines": _lines(Purpose(key, one.body)) if one.body else [],
        }
        for number, one in enumerate(catalogue.history(workspace().lake.at(), KIND, key))
    ]  # fmt: skip


def _lines(one: Purpose) -> list[tuple[str, str]]:
    texts: Mapping[str, str] = one.body.get("text") or {}
    return [
        *((code, text) for code, text in texts.items()),
        ("", ", ".join(words.channel(key) for key in one.channels)),
        ("", words.basis(one.basis)),
    ]


def _outside(key: str) -> dict[str, Any] | None:
    """Give what a company puts on its own site: the address of the form, and the form itself."""
    one = purposes.all_purposes()[key]
    if one.basis != CONSENT or "email" not in one.channels or not one.body.get("text"):
        return None
    address = links.home() + reverse("consent_ask", args=[key])
    made = []
    for code, name in settings.LANGUAGES:
        if code in one.body["text"]:
            with override(code):
                shown = purposes.shown(one, code)
                made.append(
                    {"name": str(name), "code": code, "text": _snippet(address, shown.digest, shown.text, code)}
                )
    return {"address": address, "snippets": made}


def _snippet(address: str, digest: str, text: str, code: str) -> str:
    values = {"email": _("Your e-mail address"), "send": _("Send me a link to confirm")}
    safe = {name: words.escaped(value) for name, value in {**values, "text": text}.items()}
    return (
        f'<form method="post" action="{address}?language={code}" lang="{code}">\n'
        f'  <input type="hidden" name="shown" value="{digest}">\n'
        f'  <label>{safe["email"]} <input type="email" name="email" autocomplete="email" required></label>\n'
        f'  <label><input type="checkbox" name="agree" value="yes" required> {safe["text"]}</label>\n'
        f"  <button>{safe['send']}</button>\n</form>"
    )
