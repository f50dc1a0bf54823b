"""What interviews say about a theme or a touchpoint, on its page; and where a quote among the voices comes from."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from heartline.listen.text.themes.values import known as themes_known
from heartline.server.accounts.asking import asker, definitions, may
from heartline.server.shell import panels, quotes

from . import commands, kept, sending, shown
from .models import Quote
from .views import READ_AT_ONCE


def register() -> None:
    """Show it."""
    panels.add("theme", of_theme)
    panels.add("touchpoint", of_touchpoint)
    quotes.comes_from("interview", origin)


def origin(row_id: str, people: bool) -> tuple[str, str]:
    """Say where a quote comes from, and to whoever may see people its place there."""
    message = row_id.removeprefix(f"{sending.SOURCE}:")
    ours = people and row_id != message
    return _("from an interview"), reverse("interview_place", args=[message]) if ours else ""


def of_theme(request: HttpRequest, key: str) -> SafeString | str:
    """Say what interviews say about a theme."""
    return _panel(request, "theme", key)


def of_touchpoint(request: HttpRequest, key: str) -> SafeString | str:
    """Say what interviews say about a touchpoint."""
    return _panel(request, "touchpoint", key)


def _panel(request: HttpRequest, by: str, key: str) -> SafeString | str:
    if not may(request, commands.READ):
        return ""
    some = Quote.objects.filter(kept_at__isnull=False)
    if not any(key in (one.themes if by == "theme" else (one.touchpoint,)) for one in some):
        return ""
    rows = commands.visible(asker(request))[:READ_AT_ONCE]
    opened = kept.every(rows)
    by_interview: dict[int, list[Quote]] = {}
    for one in some:
        by_interview.setdefault(one.interview_id, []).append(one)
    known, language = definitions(request), (get_language() or "en").partition("-")[0]
    lines = shown.overview(opened, by_interview, by, known, themes_known(known), language, key)
    return render_to_string("interviews/_panel.html", {"line": lines[0], "by": by}, request) if lines else ""
