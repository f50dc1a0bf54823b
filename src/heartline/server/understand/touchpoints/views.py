"""Where it hurts: the list of touchpoints; and how one of them is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from heartline.core.errors import unknown
from heartline.core.result import Result
from heartline.server.accounts.answering import answered
from heartline.server.accounts.asking import ask, at_published, definitions
from heartline.server.shell import filters, panels
from heartline.server.shell.names import called, counted_as
from heartline.store.definitions import Definitions

from . import listing, page, words
from .cells import find
from .levels import Heard, levels

CHIPS = ("segment", "channel", "unit")

Values = Mapping[str, Any]


@require_safe
def touchpoints(request: HttpRequest) -> HttpResponse:
    """List the touchpoints, the one that hurts most first.

    Narrowed to something, the months are not made ahead; the page then fetches them when the rest is there.
    """

    def build(values: Values) -> tuple[Result, dict[str, Any]]:
        plain = _plain(values)
        asked = plain | ({"journey": request.GET["journey"]} if request.GET.get("journey") else {})
        found = ask(request, "touchpoints", {**asked, **_compared(values)})
        months = None if plain else ask(request, "touchpoints", {**asked, "every": "month"})
        waits = ask(request, "waits", asked)
        known = definitions(request, found.as_of.version)
        journey = str(asked.get("journey", ""))
        return found, {
            "answer": words.hurting(found.rows, _counted(known, journey), known),
            "chips": _chips(known, plain, found, journey),
            **listing.parted(listing.lines(found, months, waits, asked, known)),
            "later": _later(asked) if months is None else "",
            "how": words.how(),
        }

    return answered(
        request, folder="touchpoints", title=_("Where does it hurt?"), group=_("Understand"), chips=CHIPS, build=build,
        template="_list.html",
    )  # fmt: skip


def _later(asked: Values) -> str:
    return f"{reverse('touchpoints_months')}?{filters.address(asked)}"


@require_safe
def months(request: HttpRequest) -> HttpResponse:
    """Give the lines of feeling month by month, which a narrowed list fetches when it is there."""

    def build(values: Values) -> tuple[Result, dict[str, Any]]:
        asked = _plain(values) | ({"journey": request.GET["journey"]} if request.GET.get("journey") else {})
        found = ask(request, "touchpoints", {**asked, "every": "month"})
        known = definitions(request, found.as_of.version)
        chips = _chips(known, _plain(values), found, str(asked.get("journey", "")))
        return found, {"answer": "", "chips": chips, "months": listing.monthly(found, known)}

    response = answered(
        request, folder="touchpoints", title=_("Feeling, month by month"), group=_("Touchpoints"),
        crumb=reverse("touchpoints"), chips=CHIPS, build=build, template="_months.html",
    )  # fmt: skip
    del response["HX-Push-Url"]  # it is a part of another page: the address there stays
    return response


@require_safe
def touchpoint(request: HttpRequest, key: str) -> HttpResponse:
    """Show how a touchpoint is: what happens, what people do, how it feels, for whom, and how it moves."""
    newest = definitions(request, at_published({}).get("as_of"))
    label = filters.body_label(newest, "touchpoint", key)

    def build(values: Values) -> tuple[Result, dict[str, Any]]:
        plain = _plain(values)
        journey = _journey(request, newest, key)
        asked = plain | ({"journey": journey} if journey else {})
        places = ask(request, "touchpoints", {**asked, **_compared(values)})
        known = definitions(request, places.as_of.version)
        if key not in known.all("touchpoint") and not find(places, key):
            raise unknown("touchpoint", key, list(known.all("touchpoint")), field="touchpoint")
        heard = Heard(
            places,
            ask(request, "waits", asked),
            ask(request, "scores", {**plain, "about": (key,)}),
            ask(request, "steps", asked) if journey else None,
            ask(request, "whereabouts", asked) if journey else None,
        )
        body = known.all("journey").get(journey, {})
        return places, {
            "answer": words.sentence(label, find(places, key), find(heard.waits, key), _counted(known, journey)),
            "chips": _chips(known, plain, places, journey or "none"),
            "levels": levels(key, heard, asked, body, known),
            "key": key,
            "place": page.place(key, known),
            **page.months(request, key, asked, known),
            **page.people(request, key, asked, find(places, key), known),
            **page.voices(request, key, plain, known),
            "links": page.links(key, journey, plain),
            "panels": panels.at("touchpoint", request, key),
            "kept": {"split": request.GET["split"]} if request.GET.get("split") else {},
            "how": words.how(),
        }

    return answered(
        request, folder="touchpoints", title=_("How is %(label)s?") % {"label": label}, group=_("Touchpoints"),
        crumb=reverse("touchpoints"), chips=CHIPS, build=build, charts=True,
    )  # fmt: skip


def _plain(values: Values) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != "compare"}


def _counted(known: Definitions, journey: str) -> str:
    """Name what the shares are of: a journey's passages, else people."""
    return counted_as(known.all("journey").get(journey, {})) if journey else _("people")


def _compared(values: Values) -> dict[str, Any]:
    return {"compare": values["compare"]} if values.get("compare") else {}


def _journey(request: HttpRequest, known: Definitions, key: str) -> str:
    """Give the journey asked for, else the first that the touchpoint is a part of; empty for none."""
    asked = request.GET.get("journey", "")
    if asked:
        return "" if asked == "none" else asked
    for name, body in known.all("journey").items():
        starts = body.get("starts") or ()
        starts = (starts,) if isinstance(starts, str) else starts
        if key in (*(body.get("designed") or ()), *starts, body.get("goal")):
            return str(name)
    return ""


def _chips(known: Definitions, plain: Values, result: Result, journey: str) -> list[filters.Chip]:
    """Make the chips, the journey's first."""
    chips = filters.chips(known, plain, str(result.spec["period"]), CHIPS)
    names = {key: called(body, key) for key, body in known.all("journey").items()}
    if not names:
        return chips
    everything = "none" if journey == "none" or journey in names else ""
    names = {everything: _("all that happened"), **names}
    options = tuple(filters.Option(key, text, key == journey) for key, text in names.items())
    chosen = filters.Chip("journey", _("Journey"), names.get(journey, journey), options, many=False, on=False)
    return [chosen, *chips]
