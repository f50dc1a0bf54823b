"""The heart line in templates: `{% load heart %}`, then `{% heart_line beats %}` or `{% heart_small beats %}`."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.safestring import SafeString

from heartline.server.shell import heart

register = template.Library()


@register.simple_tag
def heart_line(beats: Sequence[heart.Beat], hot: Sequence[bool] = ()) -> SafeString:
    """Draw the whole line, with some places tinted."""
    return heart.line(beats, hot)


@register.simple_tag
def heart_small(beats: Sequence[heart.Beat]) -> SafeString:
    """Draw the line as small as a word."""
    return heart.small(beats)
