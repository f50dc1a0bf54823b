"""Pages for people outside: ask to be written to, confirm, leave, choose. No account, no script, no cookie is needed.

What a link allows stands in the link, signed; so no form here needs a cookie against forgery, and a mail program may
post to leave (RFC 8058). Opening a link changes nothing: programs that look through mails open them, too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from heartline.core.consent import CONTRACT
from heartline.core.errors import HeartlineError

from . import asking, ledger, links, mailing, purposes, tasks, words
from .models import Shown

HEADERS = {
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",  # the address is the secret
    "Cache-Control": "no-store",
}
View = Callable[..., HttpResponse]
form_methods = require_http_methods(["GET", "HEAD", "POST"])


def public(view: View) -> View:
    """Answer in the language that the address asks for, kept by nobody, and say what is wrong in plain words."""

    @csrf_exempt
    @sensitive_post_parameters()
    def answer(request: HttpRequest, *args: Any, **more: Any) -> HttpResponse:
        wanted = request.GET.get("language", "") or request.POST.get("language", "")
        known = [code for code, _name in settings.LANGUAGES]
        with override(wanted if wanted in known else get_language()):
            try:
                response = view(request, *args, **more)
            except HeartlineError as error:
                if error.status >= 500:
                    raise
                response = _page(
                    request, "over", error.status, title=_("This does not work"), said=words.outside(error)
                )
            response.headers["Content-Language"] = get_language() or "en"
        for name, value in HEADERS.items():
            response.headers[name] = value
        return response

    return answer


def _page(request: HttpRequest, name: str, status: int = 200, **context: Any) -> HttpResponse:
    shown = {"company": mailing.company(), "codes": [code for code, _name in settings.LANGUAGES], **context}
    return render(request, f"consent/public/{name}.html", shown, status=status)


def _visitor(request: HttpRequest) -> str:
    """Give where a request came from, as the front wrote it."""
    told = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return told or str(request.META.get("REMOTE_ADDR") or "")


@form_methods
@public
def ask(request: HttpRequest, purpose: str) -> HttpResponse:
    """Show the form by which people ask to be written to; take what they ask."""
    one = purposes.on(purpose, asking.CHANNEL)
    text, language = one.text()
    context = {"title": one.label, "text": text, "text_language": language, "email": "", "shown": purposes.shown(one)}
    if request.method != "POST":
        return _page(request, "ask", **context)
    agreed, address = request.POST.get("agree"), request.POST.get("email", "")
    shown = _seen(request, one)
    if shown is None or not agreed:
        said = _("Please read what you agree to, and tick it.")
        return _page(request, "ask", 400, **{**context, "wrong": said, "email": address})
    try:
        asking.ask(purpose=purpose, address=address, shown=shown, visitor=_visitor(request))
    except HeartlineError as error:
        if error.code != "bad_address":
            raise
        return _page(request, "ask", 400, **{**context, "wrong": words.outside(error), "email": address})
    if mailing.can_send():
        tasks.post.enqueue()
    return redirect(f"{reverse('consent_asked')}?language={get_language()}")


def _seen(request: HttpRequest, one: purposes.Purpose) -> Shown | None:
    """Give the text that somebody saw, as its form names it: that of our page, or of a page elsewhere."""
    return Shown.objects.filter(digest=request.POST.get("shown", ""), purpose=one.key).first()


@require_safe
@public
def asked(request: HttpRequest) -> HttpResponse:
    """Say what happens next: the same for every address."""
    return _page(request, "asked", title=_("Please look into your mailbox"), sends=mailing.can_send())


@form_methods
@public
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Show what is to be confirmed; confirm it."""
    if request.method == "POST":
        one = asking.confirm(token=token, visitor=_visitor(request))
        return _page(request, "done", title=_("Thank you, that is confirmed"), choices=links.choices(one.identifier))
    one = asking.waiting(token)
    known = purposes.all_purposes().get(one.purpose)
    label = known.label if known else one.purpose
    return _page(request, "confirm", title=label, text=one.shown.text, text_language=one.shown.language)


@form_methods
@public
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """Show what somebody leaves; leave it, also when a mail program says so."""
    if request.method == "POST":
        what = asking.leave(token=token, visitor=_visitor(request))
        return _page(
            request, "left", title=_("Done: you will get no more of these"), choices=links.choices(what.identifier)
        )
    what = links.left(token)
    known = purposes.all_purposes().get(what.purpose)
    return _page(request, "leave", title=known.label if known else what.purpose)


@form_methods
@public
def choices(request: HttpRequest, token: str) -> HttpResponse:
    """Show all that somebody can choose, and take what they chose."""
    name, said = links.chosen(token), ""
    if request.method == "POST":
        if request.POST.get("nothing"):
            asking.nothing_more(token=token, visitor=_visitor(request))
        else:
            wanted = {
                (one.key, channel): request.POST[field] == "yes"
                for one, channel, field in _fields()
                if request.POST.get(field) in ("yes", "no")
            }
            asking.choose(token=token, wanted=wanted, visitor=_visitor(request), language=get_language() or "")
        said = _("Your choices are kept.")
    return _page(request, "choices", title=_("What may we write to you about?"), rows=_choices(name), said=said)


def _fields() -> list[tuple[purposes.Purpose, str, str]]:
    """Give every purpose and channel that people can choose, with the name of its field."""
    return [
        (one, channel, f"{one.key}/{channel}")
        for one in purposes.all_purposes().values()
        for channel in one.channels
        if one.basis != CONTRACT
    ]


def _choices(name: str) -> list[dict[str, Any]]:
    made = []
    for one, channel, field in _fields():
        found = ledger.standing([name], one.key, channel)
        made.append(
            {
                "field": field, "label": one.label, "channel": words.channel(channel), "text": one.text()[0],
                "yes": bool(found.allowed[0]), "barred": found.reasons[0] == "suppressed",
                "why": words.choice(found.reasons[0]),
            }
        )  # fmt: skip
    return made
