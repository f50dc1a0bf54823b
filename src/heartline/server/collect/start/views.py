"""The pages of the start: which way, the demo company on its way, three questions, removing the demo company."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heartline.collect import starting
from heartline.core.errors import HeartlineError
from heartline.server.accounts import access, asking
from heartline.server.shell import emptiness, errors, names, navigation, numbers, published
from heartline.server.shell.opened import workspace

from . import commands, places
from .models import DemoRun, State

STEPS = {"living": (0.0, 0.6), "importing": (0.6, 0.2), "tidying": (0.8, 0.1), "": (0.9, 0.05)}
"""Where each step of the demo company begins on the bar, and how much of it it takes; the last is the pages'."""


@require_safe
@never_cache
def start(request: HttpRequest) -> HttpResponse:
    """Ask which way; where a company has begun, say what is here and lead on."""
    run = DemoRun.objects.first()
    context: dict[str, Any] = {"title": _("Where do you want to start?"), "links": _links()}
    if run is not None and (run.under_way or (run.state == State.DONE and not _shown())):
        return render(request, "start/making.html", context | _making(run) | {"title": _("The demo shop opens")})
    if run is not None and run.state in (State.FAILED, State.WAITING, State.RUNNING) and emptiness.nothing_here():
        context["failed"] = run.reason or _("It stopped on the way.")
    if emptiness.nothing_here():
        return render(request, "start/start.html", context)
    return render(request, "start/begun.html", context | _begun())


def _links() -> dict[str, str]:
    """Give where to go on; pages that are not there are left out."""
    return {name: navigation.address(name) for name in ("home", "journeys", "import", "catalogue_home")}


def _begun() -> dict[str, Any]:
    snapshot = workspace().lake.at()
    definitions = snapshot.definitions
    stages = [
        (
            names.called(definitions.all("stage").get(key, {}), key),
            [
                (names.called(body, place), names.department(body), numbers.duration(body["expected_wait_s"])
                 if body.get("expected_wait_s") else "")
                for place, body in definitions.all("touchpoint").items() if body.get("stage") == key
            ],
        )
        for key in definitions.stages
    ]  # fmt: skip
    return {
        "title": _("Your map is there") if not emptiness.demo_here() else _("The demo shop is open"),
        "stages": [(label, places_) for label, places_ in stages if places_],
        "journeys": [
            (body.get("label") or key, navigation.address("journey", key))
            for key, body in definitions.all("journey").items()
        ],
        "data": bool(snapshot.files("interactions")),
    }


def _shown() -> bool:
    """Tell whether pages show the newest data."""
    return published.version() == workspace().lake.at().version


def _making(run: DemoRun) -> dict[str, Any]:
    said = {
        "living": _("Customers live their two years"),
        "importing": _("Their traces are read in"),
        "tidying": _("Everything is put in order"),
    }
    ready = run.state == State.DONE
    what = _("The pages are made") if ready else said.get(run.what, _("The shop is being set up"))
    begins, part = STEPS.get("" if ready else run.what, (0.0, 0.0))
    share = begins + part * (run.done / run.of if run.of else 0.0)
    return {"run": run, "what": what, "share": round(100 * share), "over": ready and _shown()}


@require_safe
@never_cache
def progress(request: HttpRequest) -> HttpResponse:
    """Give how far the demo company is; once it is there, lead to the first page."""
    run = DemoRun.objects.first()
    if run is None or not (run.under_way or run.state == State.DONE):
        return _led(reverse("start"))
    context = _making(run)
    if context["over"]:
        return _led(reverse("home"))
    return render(request, "start/_progress.html", context)


def _led(address: str) -> HttpResponse:
    response = HttpResponse("")
    response["HX-Redirect"] = address
    return response


@require_POST
def demo(request: HttpRequest) -> HttpResponse:
    """Begin the demo company."""
    try:
        commands.begin_demo(by=asking.asker(request))
    except HeartlineError as error:
        if error.code not in ("under_way", "not_empty"):
            raise
    return redirect("start")


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest) -> HttpResponse:
    """Ask once more, then remove the demo company."""
    access.require(asking.asker(request), "administer")
    if not emptiness.demo_here():
        return redirect("start")
    if request.method == "POST":
        commands.remove_demo(by=asking.asker(request))
        return redirect("start")
    context = {"title": _("Remove the demo shop?"), "number": _interactions()}
    return render(request, "start/remove.html", context)


def _interactions() -> str:
    return numbers.count(sum(file.rows for file in workspace().lake.at().files("interactions")))


@require_http_methods(["GET", "HEAD", "POST"])
def yours(request: HttpRequest) -> HttpResponse:
    """Ask three questions, and make the first map of the answers."""
    access.require(asking.asker(request), "administer")
    language = get_language() or "en"
    wrong, status = "", 200
    if request.method == "POST":
        try:
            _begin(request, language)
            return redirect("start")
        except HeartlineError as error:
            if error.status >= 500:
                raise
            wrong, status = _wrong(error), 400
    chosen = request.POST.getlist("country")
    named = places.countries()
    context = {
        "title": _("Three questions, then your map"),
        "trades": [(trade, *starting.label(trade, language), request.POST.get("trade") == trade)
                   for trade in starting.TRADES],
        "countries": [(code, label, code in chosen) for code, label in named.items()],
        "main": request.POST.get("main", ""),
        "others": request.POST.get("others", ""),
        "currency": request.POST.get("currency", "EUR"),
        "currencies": places.CURRENCIES,
        "shops": request.POST.get("shops", ""),
        "some_shops": _("Camden Market, London\nSol, Madrid, ES"),
        "name": request.POST.get("name", ""),
        "wrong": wrong,
    }  # fmt: skip
    return render(request, "start/yours.html", context, status=status)


def _begin(request: HttpRequest, language: str) -> None:
    others = [code.strip().upper() for code in request.POST.get("others", "").split(",") if code.strip()]
    chosen = request.POST.getlist("country")
    commands.begin_own(
        trade=request.POST.get("trade", ""),
        language=language,
        countries=[code for code in dict.fromkeys([request.POST.get("main", ""), *chosen, *others]) if code],
        currency=request.POST.get("currency", "").strip().upper(),
        shops=request.POST.get("shops", ""),
        name=request.POST.get("name", "").strip(),
        names=places.countries(),
        by=asking.asker(request),
    )


def _wrong(error: HeartlineError) -> str:
    known = {
        "unknown_trade": _("Choose a trade."),
        "no_country": _("Choose at least one country."),
        "bad_country": _("One of the countries is not a code of two letters, such as DE."),
        "bad_currency": _("That is not a currency. Expected three letters such as EUR."),
        "too_many_shops": _("That list is too long to paste. Bring it in as a file under “What we define”."),
        "under_way": _("The demo shop is being made. Wait until it is there."),
        "demo_here": _("The demo shop is here. Remove it first."),
    }
    return known.get(error.code) or errors.told(error)
