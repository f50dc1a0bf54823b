"""The page of drop folders: which there are, what they take, what became of the last files."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from heartline.collect import dropping
from heartline.collect.dropping import Folder
from heartline.core.errors import HeartlineError
from heartline.server.accounts import access
from heartline.server.accounts.asking import asker
from heartline.server.accounts.models import User
from heartline.server.shell import numbers, recipes
from heartline.server.shell.opened import workspace

from . import commands, words

LINES = 8
"""Last files that are shown of each folder."""
WAITING = 5
"""Files that wait and are named."""


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def folders(request: HttpRequest) -> HttpResponse:
    """List the folders; let one take files for a recipe."""
    access.require(asker(request), "import")
    if request.method != "POST":
        return render(request, "folders/folders.html", _page())
    assert isinstance(request.user, User)
    said = {name: request.POST.get(name, "") for name in ("key", "recipe")}
    try:
        commands.bind(by=request.user, **said)
    except HeartlineError as error:
        if error.status >= 500:
            raise
        return render(request, "folders/folders.html", _page(words.told(error), said), status=error.status)
    return redirect("drop_folders")


@require_POST
def release(request: HttpRequest) -> HttpResponse:
    """Take no more files from a folder."""
    assert isinstance(request.user, User)
    try:
        commands.release(by=request.user, key=request.POST.get("key", ""))
    except HeartlineError as error:
        if error.status >= 500:
            raise
        return render(request, "folders/folders.html", _page(words.told(error)), status=error.status)
    return redirect("drop_folders")


def _page(wrong: str = "", said: dict[str, str] | None = None) -> dict[str, Any]:
    zone = workspace().lake.at().definitions.settings["timezone"]
    some = dropping.look(commands.home(), LINES)
    said = said or {}
    return {
        "title": _("Which folders take files?"),
        "answer": words.answer(some),
        "wrong": wrong,
        "folders": [_shown(one, zone) for one in some],
        "recipes": [(one.key, one.label, one.key == said.get("recipe")) for one in recipes.offered()],
        "key": said.get("key", ""),
        "home": str(commands.home()),
    }


def _shown(one: Folder, zone: str) -> dict[str, Any]:
    return {
        "key": one.key,
        "path": str(one.path),
        "source": one.source,
        "wrong": words.told(one.error) if one.error else "",
        "takes": one.takes,
        "several": len(one.takes) > 1,
        "waiting": one.waiting[:WAITING],
        "more": numbers.count(len(one.waiting) - WAITING) if len(one.waiting) > WAITING else "",
        "lines": [
            {"file": line.file, "said": words.became(line), "failed": bool(line.error),
             "when": numbers.moment(datetime.fromtimestamp(line.at, UTC), zone)}
            for line in one.lines
        ],
    }  # fmt: skip
