"""The list of journeys, and the map of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from heartline.core.result import Result
from heartline.server.accounts.answering import answered
from heartline.server.accounts.asking import ask, definitions
from heartline.server.shell import filters, heart_down, names, navigation

from . import listing, words
from .columns import Answers, Map, stages

CHIPS = ("segment", "channel", "unit")
VOICES = {"typical": 1, "limit": 400}

Values = Mapping[str, Any]


@require_safe
def journeys(request: HttpRequest) -> HttpResponse:
    """Show which journeys there are, how many arrive, and how they feel."""

    def build(values: Values) -> tuple[Result, dict[str, Any]]:
        found = ask(request, "journeys", values)
        known = definitions(request, found.as_of.version)
        plain = {name: value for name, value in values.items() if name != "compare"}
        felt = {
            row["journey"]: ask(request, "touchpoints", {**plain, "journey": row["journey"]})
            for row in found.rows[: listing.DRAWN]
        }
        return found, {
            "answer": listing.sentence(found, known),
            "lines": [listing.line(row, felt.get(row["journey"]), known, plain) for row in found.rows],
            "how": listing.how(),
            **_steps(),
        }

    return answered(
        request, folder="journeys", title=_("Which journeys do people make?"), group=_("Understand"), chips=CHIPS,
        build=build, template="_list.html",
    )  # fmt: skip


@require_safe
def journey(request: HttpRequest, key: str) -> HttpResponse:
    """Show a journey from left to right: what people do, wait for, feel and say at each touchpoint."""
    everything = "all" in request.GET

    def build(values: Values) -> tuple[Result, dict[str, Any]]:
        plain = {name: value for name, value in values.items() if name != "compare"}
        places = ask(request, "touchpoints", {**values, "journey": key})
        asked = {**plain, "journey": key}
        steps, waits, standing = (ask(request, verb, asked) for verb in ("steps", "waits", "whereabouts"))
        answers = Answers(places, steps, waits, standing, ask(request, "verbatims", {**plain, **VOICES}))
        known = definitions(request, places.as_of.version)
        body = known.get("journey", key)
        made = Map(key, body, answers, known, values)
        chosen, more = made.chosen(everything)
        columns = [made.column(one) for one in chosen]
        beats = [column.beat for column in columns]
        return places, {
            "title": names.called(body, key),
            "answer": words.sentence(body, answers.steps, places, known),
            "what": names.counted_as(body),
            "columns": columns,
            "stages": list(stages(columns)),
            "any_stage": any(column.stage for column in columns),
            "beats": beats,
            "hot": [column.hot for column in columns],
            "down": list(zip(columns, heart_down.pieces(beats), strict=True)),
            "anyone": bool(answers.steps.figures["trips"].value),
            "felt": any(beat.known or beat.forks for beat in beats),
            "any_unhappy": any(column.unhappy_n for column in columns),
            "any_wait": any(column.wait for column in columns),
            "any_voice": any(column.voice for column in columns),
            "any_department": any(column.department for column in columns),
            "on_the_way": any(column.standing for column in columns),
            "has_goal": body.get("goal") is not None,
            "more": more,
            "all_link": f"{request.path}?{filters.address(values, all='1')}",
            "kept": {"all": "1"} if everything else {},
            "how": words.how(body, str(places.spec["period"])),
            **_steps(),
        }

    return answered(
        request, folder="journeys", title=key, group=_("Journey maps"), crumb=reverse("journeys"), chips=CHIPS,
        build=build,
    )  # fmt: skip


def _steps() -> dict[str, str]:
    """Give the addresses of the step that fills an empty page."""
    return {"import_link": navigation.address("import"), "catalogue_link": navigation.address("catalogue", "journey")}
