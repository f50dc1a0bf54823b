"""The pages of rules: all of them, one with its form and its history, the past placed again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heartline.collect import catalogue
from heartline.collect.catalogue import Change
from heartline.collect.values import BadDefinition, marked
from heartline.collect.yaml_marks import Place
from heartline.core.errors import HeartlineError
from heartline.server.accounts import access, asking
from heartline.server.shell import numbers
from heartline.server.shell.opened import workspace
from heartline.store.definitions import Definitions

from . import commands, forms, shown, trying, words
from .models import Run, State


@dataclass
class Draft:
    """A rule under somebody's hands."""

    key: str
    wanted: dict[str, Any]
    definitions: Definitions
    seen: int = 0
    new: bool = False
    wrong: str = ""
    where: str = ""
    touchpoint: str = ""
    changes: list[Change] = field(default_factory=list)
    trial: trying.Trial | None = None


@require_safe
@never_cache
def rules(request: HttpRequest) -> HttpResponse:
    """List rules, and say how far the past is placed by them."""
    access.require(asking.asker(request), "define")
    listed = shown.ruled(asking.definitions(request))
    said = ngettext("%(number)s rule.", "%(number)s rules, asked from the top: the first that says something wins.",
                    len(listed)) % {"number": numbers.count(len(listed))}  # fmt: skip
    context = {
        "title": _("By which rules are events placed?"),
        "answer": said
        if listed
        else _("No rule yet: events are placed by what common tools call them, and pages by their address."),
        "rules": listed,
        "saved": "saved" in request.GET,
        **_run(),
    }
    return render(request, "placement/rules.html", context)


def _run() -> dict[str, Any]:
    """Say how far the past is placed again."""
    run = Run.objects.first()
    if run is None:
        return {"run": None}
    said = {
        State.DONE: _("The past was placed again: %(changed)s of %(of)s events were elsewhere before."),
        State.FAILED: _("The past could not be placed again. What was done until then stays; try once more."),
    }.get(State(run.state), _("The past is being placed again: %(done)s of %(of)s events."))
    values = {"changed": numbers.count(run.changed), "of": numbers.count(run.of), "done": numbers.count(run.done)}
    share = round(100 * run.done / run.of) if run.of else 0
    return {"run": run, "said": said % values, "share": share, "under_way": run.under_way}


@require_safe
@never_cache
def progress(request: HttpRequest) -> HttpResponse:
    """Give how far the past is placed again."""
    access.require(asking.asker(request), "define")
    return render(request, "placement/_progress.html", _run())


@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """Begin to place the past again."""
    try:
        commands.begin_again(by=asking.asker(request))
    except HeartlineError as error:
        if error.code != "under_way":
            raise
    return redirect("rules")


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Write a new rule, begun with the event that somebody came from."""
    access.require(asking.asker(request), "define")
    when = {
        name: [text[:500] for text in request.GET.getlist(name) if text] for name in ("event", "path", "source", "type")
    }
    body = {"when": {name: texts for name, texts in when.items() if texts}}
    return _worked(request, Draft("", body, asking.definitions(request), new=True))


@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: HttpRequest, key: str) -> HttpResponse:
    """Show a rule; say what it catches; save it, remove it, set it back."""
    access.require(asking.asker(request), "define")
    definitions = asking.definitions(request)
    written = catalogue.history(workspace().lake.at(), "rule", key)
    if not written:
        raise Http404
    number = request.GET.get("version", "")
    earlier = next((one.body for one in written if str(one.version) == number and one.body is not None), None)
    there = earlier or definitions.all("rule").get(key) or {}
    return _worked(request, Draft(key, dict(there), definitions, seen=written[0].version))


def _worked(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Do what the form's button says, or show the form."""
    if request.method == "POST":
        try:
            if request.POST.get("do") == "remove":
                _save(request, draft, [catalogue.without("rule", draft.key)])
                return redirect(f"{reverse('rules')}?saved=1")
            _read(draft, request.POST)
            if request.POST.get("do") == "save":
                _save(request, draft, draft.changes)
                return redirect(f"{reverse('rules')}?saved=1")
            draft.trial = _tried(draft)
        except HeartlineError as error:
            if error.status >= 500:
                raise
            draft.wrong = words.wrong(error)
            draft.where = error.name if isinstance(error, BadDefinition) else ""
    return _page(request, draft)


def _save(request: HttpRequest, draft: Draft, changes: list[Change]) -> None:
    seen = request.POST.get("seen", "")
    commands.define(
        changes=changes, by=asking.asker(request), seen=int(seen) if seen.isdecimal() and len(seen) < 15 else draft.seen
    )


def _read(draft: Draft, form: QueryDict) -> None:
    """Read the form into changes.

    Raises
    ------
    BadDefinition
        Whatever the rule cannot be.
    """
    draft.wanted = forms.body(form)
    draft.touchpoint = form.get("new_touchpoint", "").strip()
    if draft.new:
        draft.key = forms.key(form)
        if draft.key in draft.definitions.all("rule"):
            raise BadDefinition("key_taken", Place("form", 0), "There already is such a rule.", "Choose another name.",
                                name="label", value=draft.key)  # fmt: skip
    made = forms.new_touchpoint(form)
    draft.changes = []
    if made is not None and made[0] not in draft.definitions.all("touchpoint"):
        draft.changes.append(catalogue.of_values("touchpoint", *made))
    wanted = marked(draft.wanted, Place("form", 0))
    draft.changes.append(catalogue.change("rule", draft.key or "rule" if not draft.new else draft.key, wanted))
    draft.wanted = dict(draft.changes[-1].body or {})


def _tried(draft: Draft) -> trying.Trial:
    after = catalogue.checked(draft.definitions, draft.changes)
    return trying.trial(after, draft.changes[-1].key, draft.wanted)


@require_POST
def try_rule(request: HttpRequest) -> HttpResponse:
    """Say what a rule would catch while somebody writes it."""
    access.require(asking.asker(request), "define")
    key = request.POST.get("key", "")
    draft = Draft(key or "new", {}, asking.definitions(request))
    try:
        _read(draft, request.POST)
        draft.trial = _tried(draft)
    except HeartlineError as error:
        if error.status >= 500:
            raise
        draft.wrong = words.wrong(error)
    return render(request, "placement/_caught.html", {"draft": draft})


def _page(request: HttpRequest, draft: Draft) -> HttpResponse:
    definitions = draft.definitions
    there = definitions.all("rule").get(draft.key)
    suggested = shown.suggestions()
    named = "" if draft.new and not draft.wanted.get("label") else words.name(definitions, draft.key, draft.wanted)
    context: dict[str, Any] = {
        "title": named or _("A new rule"),
        "draft": draft,
        "form": forms.shown(definitions, draft.wanted, suggested["sources"]),
        "suggested": suggested,
        "history": [] if draft.new else shown.history(workspace().lake.at(), definitions, draft.key),
        "gone": not draft.new and there is None,
        "removable": there is not None and not draft.new,
        "set_back": "version" in request.GET,
        "columns": words.COLUMNS,
    }
    return render(request, "placement/rule.html", context, status=400 if draft.wrong else 200)
