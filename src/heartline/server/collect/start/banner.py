"""The banner that says, on every page, that what is shown is the demo company."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from heartline.core.errors import HeartlineError
from heartline.server.shell import emptiness


def demo(request: HttpRequest) -> dict[str, Any]:
    """Give templates `demo`: whether the demo company is here. Nobody who is not signed in is told."""
    user = getattr(request, "user", None)
    if settings.DATA is None or user is None or not user.is_authenticated:
        return {"demo": False}
    try:
        return {"demo": emptiness.demo_here()}
    except HeartlineError:  # the folder is being emptied: the page says so itself, where it matters
        return {"demo": False}
