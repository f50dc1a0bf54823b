"""The pages of the guided import: bring files, check what was found, watch them come in, read what became of them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heartline.collect.quarantine import WHY
from heartline.core.errors import HeartlineError, InvalidInput, NotFound
from heartline.server.accounts import access
from heartline.server.accounts.models import User
from heartline.server.shell import navigation, numbers, tables
from heartline.server.shell.opened import workspace

from . import commands, mended, shown, taking, uploads, words
from .models import Import, State, fresh_key, home
from .uploads import MOST_BYTES, MOST_FILES, Keeper

PAGE = 25
LINES = 100
"""Dropped lines on a page."""


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    access.require(request.user, "import")
    return request.user


def _found(key: str) -> Import:
    one = Import.objects.filter(key=key).first()
    if one is None:
        raise NotFound("unknown_import", "There is no such import.", field="key")
    return one


def receives(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """Let a view receive files straight into a private folder; who may not import is refused before the first byte."""
    protected = csrf_protect(view)

    @csrf_exempt
    def receive(request: HttpRequest, **kwargs: str) -> HttpResponseBase:
        if request.method == "POST":
            _person(request)
            length = request.META.get("CONTENT_LENGTH") or "0"
            if length.isdecimal() and int(length) > MOST_BYTES + (1 << 20):
                return _refused(request, "too_large_together", 413)
            keeper = Keeper(request, home() / fresh_key())
            request.upload_handlers = [keeper]
            request.keeper = keeper  # type: ignore[attr-defined]
            return _kept(keeper, protected, request, **kwargs)
        return protected(request, **kwargs)

    return receive


def _kept(
    keeper: Keeper, view: Callable[..., HttpResponseBase], request: HttpRequest, **kwargs: str
) -> HttpResponseBase:
    """Keep what came only where the view took it."""
    taken = False
    try:
        answer = view(request, **kwargs)
        taken = answer.status_code < 400
    finally:
        if not taken:
            uploads.forget(keeper.folder)
    return answer


@receives
@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: HttpRequest) -> HttpResponse:
    """Show where files go and what came before; take files."""
    by = _person(request)
    if request.method == "POST":
        return _brought(request, by)
    return render(request, "imports/bring.html", _home(request))


def _home(request: HttpRequest) -> dict[str, Any]:
    page = Paginator(Import.objects.all(), PAGE).get_page(request.GET.get("page"))
    zone = workspace().lake.at(None).definitions.settings["timezone"]
    return {
        "title": _("Bring data in"),
        "past": [_past(one, zone) for one in page],
        "page": page,
        "most_files": MOST_FILES,
        "most_bytes": MOST_BYTES,
        "most_gb": numbers.number(MOST_BYTES / (1 << 30), 0),
        "folders": navigation.address("drop_folders"),
    }


def _past(one: Import, zone: str) -> dict[str, Any]:
    report = one.report or {}
    said = {
        State.READING: _("being read"), State.READY: _("waits to be checked"), State.LANDING: _("coming in"),
        State.FAILED: _("did not go through"),
    }  # fmt: skip
    return {
        "one": one,
        "when": numbers.moment(one.made_at, zone),
        "said": said.get(State(one.state)) or _("%(n)s landed") % {"n": words.events(report.get("landed", 0))},
        "dropped": words.lines(sum(report["dropped"].values())) if report.get("dropped") else "",
        "recipe": bool(one.recipe) and not one.mends,
    }


def _brought(request: HttpRequest, by: User, before: Import | None = None, *, mends: bool = False) -> HttpResponse:
    try:
        titles = uploads.taken(request, request.keeper)  # type: ignore[attr-defined]
    except HeartlineError as error:
        return _refused(request, error.code, error.status)
    key = request.keeper.folder.name  # type: ignore[attr-defined]
    one = commands.bring(by=by, key=key, titles=titles, before=before, mends=mends)
    return _go(request, reverse("import_one", args=[one.key]))


def _go(request: HttpRequest, address: str) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        response = HttpResponse()
        response["HX-Redirect"] = address
        return response
    return redirect(address)


def _refused(request: HttpRequest, code: str, status: int) -> HttpResponse:
    said = words.told({"code": code})
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "imports/_wrong.html", {"wrong": said}, status=status)
    return render(request, "imports/bring.html", _home(request) | {"wrong": said}, status=status)


@require_safe
def show(request: HttpRequest, key: str) -> HttpResponse:
    """Show an import as far as it is; htmx gets what changes."""
    _person(request)
    one = _found(key)
    whole = not request.htmx  # type: ignore[attr-defined]
    return render(request, "imports/import.html" if whole else "imports/_import.html", _context(one))


def _context(one: Import) -> dict[str, Any]:
    titles = {
        State.READING: _("We are reading your files"), State.READY: _("Is that right?"),
        State.LANDING: _("Your data are coming in"), State.DONE: _("Your data are in"),
        State.FAILED: _("That did not go through"),
    }  # fmt: skip
    context: dict[str, Any] = {"one": one, "title": titles[State(one.state)], "state": one.state}
    if one.state in (State.READING, State.LANDING):
        context |= {"doing": words.doing(one.progress, one.state), "percent": shown.percent(one)}
    elif one.state == State.READY:
        definitions = workspace().lake.at(None).definitions
        context |= shown.check(one, definitions) | {"outcome": shown.outcome(one)}
    elif one.state == State.FAILED:
        context |= {"wrong": words.told(one.error or {"code": "internal"})}
        context["problems"] = [words.told(file["error"]) for file in one.files if file.get("error")]
    else:
        context |= _report(one)
    return context


def _report(one: Import) -> dict[str, Any]:
    report = one.report or {}
    journey, labels = taking.journey_of(one), shown.touched(one)
    zone = workspace().lake.at(None).definitions.settings["timezone"]
    return {
        "sentences": words.result(report, labels, done=True),
        "reasons": words.reasons(report, shown.places(one, labels)) if report.get("dropped") else [],
        "known": shown.known(report, labels),
        "refused": report.get("refused"),
        "entries": list(shown.places(one, labels).items()) if report.get("dropped") else [],
        "when": numbers.moment(one.finished_at or one.made_at, zone),
        "map": navigation.address("journey", journey) if journey else navigation.address("journeys"),
        "today": navigation.address("home"),
        "voices": navigation.address("voices"),
        "folders": navigation.address("drop_folders"),
    }


@require_safe
def outcome(request: HttpRequest, key: str) -> HttpResponse:
    """Show what the rehearsal found, as soon as it is there."""
    _person(request)
    one = _found(key)
    if one.state != State.READY:
        return _go(request, reverse("import_one", args=[one.key]))
    context = {"one": one, "outcome": shown.outcome(one), "plan": one.plan, "money": shown.money(one)}
    return render(request, "imports/_outcome.html", context)


WHAT = ("column", "touch", "step", "join", "journey", "general")


@require_POST
def correct(request: HttpRequest, key: str) -> HttpResponse:
    """Take one correction, and show the page with all that follows from it."""
    by = _person(request)
    what = request.POST.get("what", "")
    if what not in WHAT:
        raise InvalidInput("bad_value", "There is nothing of that kind to correct.", field="what")
    values = {
        name: str(text)[:2_000] for name, text in request.POST.items() if name not in ("what", "csrfmiddlewaretoken")
    }
    wrong = ""
    try:
        one = commands.correct(by=by, key=key, what=what, values=values)
    except InvalidInput as error:
        wrong, one = words.told({"code": error.code}), _found(key)
    context = _context(one) | {"wrong": wrong}
    if not request.htmx:  # type: ignore[attr-defined]
        return render(request, "imports/import.html", context, status=400) if wrong else redirect("import_one", key=key)
    return render(request, "imports/_import.html", context)


@require_POST
def start(request: HttpRequest, key: str) -> HttpResponse:
    """Have the files taken in."""
    commands.start(by=_person(request), key=key)
    return redirect("import_one", key=key)


@require_POST
def discard(request: HttpRequest, key: str) -> HttpResponse:
    """Remove files that were not taken in."""
    commands.discard(by=_person(request), key=key)
    return redirect("import")


@receives
@require_POST
def again(request: HttpRequest, key: str) -> HttpResponse:
    """Take newer files for the recipe of an import."""
    return _brought(request, _person(request), _found(key))


@receives
@require_POST
def mend(request: HttpRequest, key: str) -> HttpResponse:
    """Take lines that were dropped and are mended now."""
    return _brought(request, _person(request), _found(key), mends=True)


@require_safe
def recipe(request: HttpRequest, key: str) -> HttpResponse:
    """Give the recipe."""
    _person(request)
    one = _found(key)
    response = HttpResponse(taking.recipe_of(one), content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{taking.source_of(one)}.yaml"'
    return response


@require_safe
def dropped(request: HttpRequest, key: str) -> HttpResponse:
    """List lines that cannot be taken in, with their reason."""
    _person(request)
    one = _found(key)
    listed = shown.places(one, shown.touched(one))
    why, entry = request.GET.get("why", ""), request.GET.get("entry", "")
    chosen = {name: place for name, place in listed.items() if name == entry} or listed
    page = tables.Page.asked(request.GET.get("page"), LINES)
    rows = ((name, line) for name in chosen for line in mended.lines(one, name) if not why or line[WHY] == why)
    cut = list(islice(rows, page.offset, page.offset + LINES + 1))
    context = {
        "title": _("Lines that cannot be taken in"),
        "one": one,
        "why": words.REASONS.get(why, ""),
        "code": why,
        "entries": list(chosen.items()),
        "entry": entry if entry in listed else "",
        "place": listed.get(entry, ""),
        "lines": [_line(line, name, listed[name]) for name, line in cut[:LINES]],
        "page": page,
        "more": len(cut) > LINES,
    }
    return render(request, "imports/dropped.html", context)


def _line(line: dict[str, str], name: str, place: str) -> dict[str, Any]:
    shown_ = [(words.FIELDS.get(field, field), text) for field, text in line.items() if text and field != WHY]
    return {"why": words.REASONS.get(line[WHY], line[WHY]), "place": place or name, "fields": shown_}


@require_safe
def dropped_file(request: HttpRequest, key: str, entry: str) -> StreamingHttpResponse:
    """Give the dropped lines of one touchpoint, of one reason if asked for, as CSV, to be mended."""
    _person(request)
    one = _found(key)
    if entry not in mended.entries(one):
        raise NotFound("unknown_entry", "There are no such lines.", field="entry")
    why = request.GET.get("why", "")
    why = why if why in words.REASONS else ""
    response = StreamingHttpResponse(mended.download(one, entry, why), content_type="text/csv; charset=utf-8")
    name = "-".join(part for part in (taking.source_of(one), entry, why) if part)
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
