"""What templates write with: numbers, sentences, icons, charts."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join, json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from heartline.core.sentence import Sentence
from heartline.server.shell import numbers, panels

register = template.Library()
register.filter("count", numbers.count)
register.filter("share", numbers.share)
register.filter("duration", numbers.duration)

VENDOR = Path(__file__).parents[1] / "static" / "vendor"


@register.filter
def say(sentence: Sentence) -> str:
    """Say a sentence in the language of the page."""
    return gettext(sentence.template).format(**{name: numbers.local(value) for name, value in sentence.values.items()})


@register.simple_tag
def vendor(name: str, suffix: str) -> str:
    """Give the address of a vendored file, whose name carries its version: `{% vendor "htmx" "js" %}`."""
    return static(f"vendor/{_versioned(name, suffix)}")


@cache
def _versioned(name: str, suffix: str) -> str:
    pattern = re.compile(rf"{re.escape(name)}-[\d.]+\.{suffix}")
    (found,) = (path.name for path in VENDOR.iterdir() if pattern.fullmatch(path.name))
    return found


@register.simple_tag(takes_context=True)
def show_panels(context: template.Context, place: str, subject: str) -> SafeString:
    """Show what other features add to a place of a page: `{% show_panels "customer" who %}`."""
    return format_html_join("", "{}", ((made,) for made in panels.at(place, context["request"], subject)))


@register.simple_tag
def data_folder() -> str:
    """Give the data folder, for commands that pages show."""
    return str(settings.DATA or "data")


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon; the word beside it says what it means."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', vendor("lucide", "svg"), name)


@register.simple_tag
def interval(places: tuple[float, float, float]) -> SafeString:
    """Draw where a value and its interval lie on their range, as places from 0 to 1; the words stand beside it."""
    low, value, high = (4 + 152 * min(1.0, max(0.0, place)) for place in places)
    return format_html(
        '<svg class="interval" viewBox="0 0 160 12" aria-hidden="true"><rect class="all" x="0" y="4" width="160"'
        ' height="4" rx="2"/><rect class="band" x="{}" y="3" width="{}" height="6" rx="3"/>'
        '<circle class="dot" cx="{}" cy="6" r="4"/></svg>',
        f"{low:.1f}", f"{max(high - low, 1):.1f}", f"{value:.1f}",
    )  # fmt: skip


@register.simple_tag
def bar(share: float) -> SafeString:
    """Draw a share from 0 to 1 as a bar; the number stands beside it."""
    return format_html(
        '<svg class="portion" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="all"'
        ' width="100" height="6"/><rect class="part" width="{}" height="6"/></svg>',
        f"{100 * min(1.0, max(0.0, share)):.1f}",
    )


@register.simple_tag
def chart(data: dict[str, Any], label: str) -> SafeString:
    """Place a chart: the static script draws it from the JSON; `label` says in words what it shows.

    Below it stands the button that saves it as a picture.
    """
    name = f"chart-{uuid4().hex[:8]}"
    return format_html(
        '<div class="plot" data-chart="{}" role="img" aria-label="{}"></div>{}{}',
        name, label, json_script(data, name), render_to_string("shell/_picture.html"),
    )  # fmt: skip
