"""The pages of the catalogue: all kinds, the list of one, one definition with its form, its preview and its history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from heartline.collect import catalogue as core
from heartline.collect.bodies import COMPANY, SLUGS
from heartline.collect.catalogue import Change
from heartline.collect.values import BadDefinition
from heartline.core.errors import HeartlineError
from heartline.core.ids import slug
from heartline.server.accounts import asking
from heartline.server.shell import tables
from heartline.server.shell.opened import workspace
from heartline.store.definitions import Definitions

from . import commands, forms, kinds, preview, shown, words

PAGE = 50
NAMELESS = frozenset({"scale", "identifier_kind"})
"""Kinds whose bodies hold no name: their key is all they are called."""


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show all kinds of definitions, with how many there are of each."""
    definitions = asking.definitions(request)
    tiles = [
        (kind, said, len(definitions.all(kind)), reverse("catalogue", args=[kind]))
        for kind, said in kinds.KINDS.items()
    ]
    context = {"title": _("What do we define?"), "tiles": tiles, "editable": asking.may(request, "define")}
    return render(request, "catalogue/home.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def catalogue(request: HttpRequest, kind: str) -> HttpResponse:
    """List the definitions of a kind; the company has one page of settings only."""
    if kind == "settings":
        return definition(request, kind, COMPANY)
    if request.method == "POST":
        return HttpResponseNotAllowed(["GET", "HEAD"])
    definitions = asking.definitions(request)
    search = request.GET.get("q", "").strip()
    found = shown.rows(definitions, kind, search)
    page = replace(tables.Page.asked(request.GET.get("page"), PAGE), total=len(found))
    said = kinds.KINDS[kind]
    context = {
        "title": said.question,
        "kind": kind,
        "said": said,
        "answer": shown.answer(definitions, kind, len(shown.keys(definitions, kind))),
        "columns": [kinds.label(kind, name) for name in shown.COLUMNS[kind]],
        "rows": shown.filled(definitions, kind, found[page.offset : page.offset + PAGE]),
        "page": page,
        "search": search,
        "empty": not shown.keys(definitions, kind),
        "editable": asking.may(request, "define"),
    }
    return render(request, "catalogue/list.html", context)


@dataclass
class Draft:
    """A definition under somebody's hands: what is there, what it should become, what was wrong with that."""

    kind: str
    key: str
    there: dict[str, Any] | None
    wanted: dict[str, Any]
    definitions: Definitions
    errors: dict[str, str] = field(default_factory=dict)
    wrong: str = ""
    seen: int = 0
    removing: bool = False
    found: preview.Preview | None = None
    change: Change | None = None

    @property
    def changed(self) -> list[tuple[str, str, str]]:
        """What would change."""
        wanted = None if self.removing else self.wanted
        return words.differences(self.definitions, self.kind, self.there or {}, wanted)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, kind: str) -> HttpResponse:
    """Define something new."""
    definitions = asking.definitions(request)
    draft = Draft(kind, "", None, {}, definitions)
    if request.method == "POST":
        draft.key = _new_key(kind, request)
        draft.wanted = forms.body(kind, request.POST, {})
        done = _worked(request, draft)
        if done is not None:
            return done
    return _page(request, draft)


def _new_key(kind: str, request: HttpRequest) -> str:
    """Give the key of something new: what was written, else made of its name."""
    written = request.POST.get("key", "").strip()
    name = request.POST.get("label", "") or request.POST.get("name", "")
    return slug(written or name) if kind in SLUGS else written or slug(name)


@require_http_methods(["GET", "HEAD", "POST"])
def definition(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Show one definition; say what a change would do; save it; set it back."""
    definitions = asking.definitions(request)
    there = shown.body(definitions, kind, key)
    earlier = _earlier(request, kind, key)
    if there is None and earlier is None and not core.history(workspace().lake.at(), kind, key):
        raise Http404
    draft = Draft(kind, key, there, dict(earlier or there or {}), definitions, seen=commands.latest(kind, key))
    if request.method == "POST":
        draft.removing = request.POST.get("do") in ("look_remove", "remove")
        draft.wanted = _wanted(request, draft)
        done = _worked(request, draft)
        if done is not None:
            return done
    return _page(request, draft, set_back=earlier is not None)


def _wanted(request: HttpRequest, draft: Draft) -> dict[str, Any]:
    """Give the body that the form asks for; set back to an earlier version, fields without a form are those of then."""
    if draft.removing:
        return dict(draft.there or {})
    base = _earlier(request, draft.kind, draft.key) or draft.there or {}
    return forms.body(draft.kind, request.POST, base)


def _earlier(request: HttpRequest, kind: str, key: str) -> dict[str, Any] | None:
    """Give the body of the version that the address names."""
    number = request.GET.get("version", "")
    if not number.isdecimal():
        return None
    written = core.history(workspace().lake.at(), kind, key)
    return next((dict(one.body) for one in written if str(one.version) == number and one.body is not None), None)


def _worked(request: HttpRequest, draft: Draft) -> HttpResponse | None:
    """Do what the form's button says: look, or save; None where the page is to be shown again."""
    try:
        draft.change = _change(draft)
        after = core.checked(draft.definitions, [draft.change])
        if request.POST.get("do") in ("save", "remove"):
            seen = tables.whole(request.POST.get("seen"))
            commands.define(changes=[draft.change], by=asking.asker(request), seen=draft.seen if seen is None else seen)
            return redirect(f"{_after(draft)}?saved=1")
        draft.found = preview.of_changes(request, draft.definitions, after, [draft.change])
    except HeartlineError as error:
        if error.status >= 500:
            raise
        said = words.wrong(error, draft.kind)
        if isinstance(error, BadDefinition) and error.name:
            draft.errors[error.name] = said
        draft.wrong = said
    return None


def _change(draft: Draft) -> Change:
    if draft.removing:
        return core.without(draft.kind, draft.key)
    if draft.there is None and draft.key in draft.definitions.all(draft.kind):
        change = core.of_values(draft.kind, draft.key, draft.wanted)
        raise BadDefinition("key_taken", change.place, f"There already is “{draft.key}”.", "Choose another name.",
                            name="label", value=draft.key)  # fmt: skip
    return core.of_values(draft.kind, draft.key, draft.wanted)


def _after(draft: Draft) -> str:
    if draft.removing:
        return reverse("catalogue", args=[draft.kind])
    return shown.address(draft.kind, draft.key)


def _page(request: HttpRequest, draft: Draft, *, set_back: bool = False) -> HttpResponse:
    kind, key = draft.kind, draft.key
    said = kinds.KINDS[kind]
    new = draft.there is None and not draft.seen
    title = _("Something new: %(kind)s") % {"kind": said.one} if new else words.name(draft.definitions, kind, key)
    simple = kind != "segment" or forms.simple(draft.wanted)
    context: Mapping[str, Any] = {
        "title": title,
        "kind": kind,
        "key": key,
        "said": said,
        "new": new,
        "own_key": new and (kind not in SLUGS or kind in NAMELESS),
        "nameless": kind in NAMELESS,
        "draft": draft,
        "inputs": forms.inputs(draft.definitions, kind, draft.wanted, errors=draft.errors) if simple else [],
        "rules": _rules(draft) if not simple else [],
        "also": ", ".join((draft.there or {}).get("also") or ()),
        "preview": draft.found,
        "headline": preview.headline(draft.found) if draft.found else "",
        "history": [] if new else shown.history(workspace().lake.at(), draft.definitions, kind, key),
        "set_back": set_back,
        "saved": "saved" in request.GET,
        "editable": asking.may(request, "define"),
        "removable": kind != "settings" and key in draft.definitions.all(kind),
        "gone": draft.there is None and not new,
        "single": kind == "settings",
    }
    return render(request, "catalogue/definition.html", context, status=400 if draft.wrong else 200)


def _rules(draft: Draft) -> list[tuple[str, list[str]]]:
    """Say a group's rules that no form can show."""
    found = []
    for name in ("any", "none"):
        rules = draft.wanted.get(name) or []
        if rules:
            said = [words.rule(draft.definitions, rule) for rule in rules]
            found.append((str(kinds.label("segment", name)), said))
    return found
