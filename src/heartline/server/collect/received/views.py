"""The page of what comes in, what of it could not be used, and the figures for monitoring."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from heartline.core.errors import HeartlineError, InvalidInput
from heartline.server.accounts import access
from heartline.server.accounts.models import User
from heartline.server.shell import tables

from . import commands, shown, words
from .metrics import text


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    access.require(request.user, "import")
    return request.user


@require_safe
@never_cache
def received(request: HttpRequest) -> HttpResponse:
    """Show what comes in now and came in lately; htmx gets what changes."""
    _person(request)
    whole = not request.htmx  # type: ignore[attr-defined]
    sent = tables.whole(request.GET.get("sent"))
    context = shown.now() | {"title": _("What comes in"), "sent": "" if sent is None else words.sent(sent)}
    return render(request, "received/received.html" if whole else "received/_now.html", context)


@require_safe
def download(request: HttpRequest) -> HttpResponseBase:
    """Give the events that could not be used, to be mended."""
    _person(request)
    code = request.GET.get("why", "")
    response = StreamingHttpResponse(commands.download(code), content_type="application/x-ndjson")
    name = f"dropped-{code}" if code in words.REASONS else "dropped"
    response["Content-Disposition"] = f'attachment; filename="{name}.jsonl"'
    return response


@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """Send events again as they came."""
    return _sent(commands.try_again(code=request.POST.get("why", ""), by=_person(request)))


@require_POST
def mended(request: HttpRequest) -> HttpResponse:
    """Take a file of mended events."""
    by = _person(request)
    file = request.FILES.get("file")
    try:
        if file is None or not file.size or file.size > commands.MOST_BYTES:
            raise InvalidInput("no_file", "There is no file, or it is too large.", field="file")
        count = commands.send_mended(lines=file, by=by)
    except HeartlineError as error:
        context = shown.now() | {"title": _("What comes in"), "wrong": words.told(error)}
        return render(request, "received/received.html", context, status=error.status)
    return _sent(count)


def _sent(count: int) -> HttpResponse:
    return redirect(f"{reverse('received')}?sent={count}")


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Give the figures to an administrator, or to a program with an administrator's key."""
    who = request.user if isinstance(request.user, User) else access.bearer(request)
    access.require(who, "administer")
    return HttpResponse(text(), content_type=CONTENT_TYPE_LATEST)
