"""What people do with themes on their pages: forms that lead back to where they stood."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from heartline.core.errors import HeartlineError, InvalidInput
from heartline.server.accounts import access
from heartline.server.accounts.asking import asker
from heartline.server.accounts.models import User

from . import commands, tasks

LONGEST = 4_000


@require_POST
@never_cache
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a theme from its name and some sentences."""
    access.require(asker(request), commands.RIGHT)
    seeds = request.POST.get("seeds", "")[:LONGEST].splitlines()
    try:
        key = commands.begin(label=request.POST.get("label", ""), seeds=seeds, by=_user(request))
    except HeartlineError as error:
        return _refused(error, "themes")
    return redirect("theme", key=key)


@require_POST
@never_cache
def change(request: HttpRequest, key: str) -> HttpResponse:
    """Name, keep, merge, part, split or switch a theme, or say whether a text is about it.

    Raises
    ------
    InvalidInput
        `bad_value` for anything else.
    """
    access.require(asker(request), commands.RIGHT)
    user, said = _user(request), request.POST
    deeds: dict[str, Callable[[], object]] = {
        "name": lambda: commands.name(theme=key, label=said.get("label", ""), by=user),
        "keep": lambda: commands.pin(theme=key, keep=True, by=user),
        "let_go": lambda: commands.pin(theme=key, keep=False, by=user),
        "off": lambda: commands.switch(theme=key, on=False, by=user),
        "on": lambda: commands.switch(theme=key, on=True, by=user),
        "merge": lambda: commands.merge(theme=key, into=said.get("into", ""), by=user),
        "part": lambda: commands.part(theme=key, by=user),
        "split": lambda: tasks.split.enqueue(key, user.pk),
        "not_about": lambda: commands.correct(theme=key, text=said.get("text", ""), belongs=False, by=user),
        "about": lambda: commands.correct(theme=key, text=said.get("text", ""), belongs=True, by=user),
    }
    done = said.get("do", "")
    if done not in deeds:
        raise InvalidInput("bad_value", "There is no such change.", field="do")
    try:
        deeds[done]()
    except HeartlineError as error:
        return _refused(error, "theme", key)
    answer = redirect("theme", key=key)
    answer["Location"] += f"?done={done}"
    return answer


def _refused(error: HeartlineError, name: str, *key: str) -> HttpResponse:
    """Lead back with why it was not done; what no form could mend is shown as it is."""
    if error.status >= 500 or error.code == "not_allowed":
        raise error
    answer = redirect(name, *key)
    answer["Location"] += f"?refused={error.code}"
    return answer


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
