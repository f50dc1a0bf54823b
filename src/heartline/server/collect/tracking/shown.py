"""What the script's page shows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from heartline.server.accounts import asking
from heartline.server.shell import names, navigation, numbers
from heartline.server.shell.opened import workspace

from . import words
from .models import Lately

SCRIPT = "hl.js"
SHOWN = 10


def lately() -> dict[str, Any]:
    """Give what came in last, and whether it is the company's site that sends."""
    came = {row.get("id") or str(row): row for some in Lately.objects.all() for row in some.events}  # some come twice
    found = [row | {"when": datetime.fromisoformat(row["at"])} for row in came.values()]
    found.sort(key=lambda row: row["when"], reverse=True)
    last = found[0]["when"] if found else None
    own = next((row["when"] for row in found if row.get("library") == SCRIPT), None)
    definitions = workspace().lake.at().definitions
    touchpoints, zone = definitions.all("touchpoint"), definitions.settings["timezone"]
    return {
        "answer": words.answer(last, own),
        "heard": own is not None,
        "rows": [_row(row, touchpoints, zone) for row in found[:SHOWN]],
        "all": navigation.address("received"),
    }


def _row(row: dict[str, Any], touchpoints: Any, zone: str) -> dict[str, str]:
    place = row.get("touchpoint")
    return {
        "ago": words.ago(row["when"]),
        "when": numbers.moment(row["when"], zone),
        "event": words.event(row),
        "touchpoint": names.called(touchpoints.get(place, {}), place) if place else "",
        "link": navigation.address("touchpoint", place) if place in touchpoints else "",
        "path": row.get("path", "") if row.get("type") != "page" else "",
        "source": row.get("source", ""),
    }


def line(request: HttpRequest, key: str, agreement: str) -> str:
    """Give the line for the pages of a site."""
    address = request.build_absolute_uri(reverse("hl"))
    said = words.agreements()[agreement][0]
    how = f' data-consent="{said}"' if said else ""
    return f'<script defer src="{address}" data-key="{key}"{how}></script>'


def page(request: HttpRequest, *, key: str = "", agreement: str = "any", name: str = "website") -> dict[str, Any]:
    """Give the whole page."""
    return {
        **lately(),
        "made": bool(key),
        "line": line(request, key or "hlw_…", agreement),
        "agreements": [(code, text, code == agreement) for code, (_said, text) in words.agreements().items()],
        "name": name,
        "administers": asking.may(request, "administer"),
        "policy": request.build_absolute_uri("/").rstrip("/"),
        "keys": navigation.address("api_keys"),
    }
