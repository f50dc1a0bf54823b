"""Signing in by a one-time link."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from heartline.core.errors import Forbidden

from . import commands


@require_GET
@never_cache
def sign_in_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Spend the link and lead to the first page, over the second step where somebody has set one up."""
    try:
        user = commands.use_signin_link(token=token)
    except Forbidden:
        if request.user.is_authenticated:  # the same link opened twice by somebody who is in already
            return redirect("home")
        context = {
            "status": 403,
            "title": _("This link no longer works"),
            "reason": _("A sign-in link works once, and not for long."),
            "remedy": _("Make a new one with “heartline signin”, or sign in with your password."),
        }
        return render(request, "shell/error.html", context, status=403)
    record_authentication(request, user, "link")
    response: HttpResponse = perform_login(request, user)
    return response
