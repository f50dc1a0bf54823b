"""All that a kiosk needs to ask without a line: the survey, its words in every language, and ours beside them."""

from __future__ import annotations

from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from heartline.core.errors import InvalidInput
from heartline.listen.surveys import reading
from heartline.listen.surveys.flow import Response
from heartline.listen.surveys.values import Survey, said

from .. import asking, tongues, words
from ..commands import value
from ..models import Edition
from ..widget.talking import labels
from .linking import Place

CODES = ("required", "too_few", "too_many", "not_together", "not_a_number", "out_of_range", "too_short", "too_long",
         "not_an_email")  # fmt: skip
CHANNEL = "store"


def shown(edition: Edition, place: Place, link: str) -> dict[str, Any]:
    """Give what the kiosk's page carries."""
    survey = value(edition.body)
    key = edition.survey.key
    scope = reverse("survey_kiosk", args=[key])
    return {
        "survey": reading.plain(survey), "edition": edition.number, "place_link": link,
        "place": {
            "name": place.name, "idle_s": place.idle_s, "salt": place.salt, "pin": place.pin,
            "language": place.language if place.language in survey.languages else survey.languages[0],
            "hidden": hidden(place),
        },
        "languages": {tag: _in(survey, tag) for tag in survey.languages},
        "send": reverse("survey_kiosk_send", args=[key]), "worker": reverse("survey_kiosk_worker", args=[key]),
        "scope": scope, "cache": f"heartline-kiosk-{key}", "icon": static("shell/heartline.svg"),
    }  # fmt: skip


def hidden(place: Place) -> dict[str, str]:
    """Give the values that a kiosk's answers carry."""
    known = {"unit": place.unit, "channel": CHANNEL, "kiosk": place.name}
    return {name: text for name, text in known.items() if text}


def _in(survey: Survey, tag: str) -> dict[str, Any]:
    """Give all texts in a language, as they are before anything is put into them."""

    def text(one: dict[str, str]) -> str:
        return said(one, tag, survey.languages)

    def as_it_is(words: str, *_: object) -> str:
        return words

    nobody = Response("")
    with translation.override(tongues.ours(tag)):
        questions = {
            key: {**asking.shown(one, survey, nobody, tag, put=as_it_is), "ranks": list(range(1, len(one.options) + 1))}
            for key, one in survey.questions.items()
        }
        for key, one in survey.questions.items():  # mixed for nobody: each response mixes them for itself
            for part, order in (("options", one.options), ("rows", one.rows)):
                places = {each.key: at for at, each in enumerate(order)}
                questions[key][part] = sorted(questions[key][part], key=lambda each: places[each["key"]])
        return {
            "name": words.LANGUAGES.get(tag, tag), "direction": tongues.direction(tag), "title": text(survey.title),
            "intro": text(survey.intro), "questions": questions,
            "blocks": {block.key: text(block.title) for block in survey.blocks},
            "ends": {end.key: text(end.text) for end in survey.ends}, "words": {**labels(), **_words()},
        }  # fmt: skip


def _words() -> dict[str, Any]:
    """Give our own words of a kiosk."""
    return {
        "wrong": {code: words.answered(InvalidInput(code, "")) for code in CODES},
        "amiss": _("Some answers want another look."), "language": _("Language"),
        "there": _("Are you still there?"), "yes_here": _("Yes, go on"), "touch": _("Touch to begin"),
        "another": _("Begin again"), "staff": _("Staff"), "pin": _("Number for staff"), "open": _("Open"),
        "wrong_pin": _("This is not the number."), "never": _("not yet"), "online": _("connected"),
        "offline": _("no connection"), "send_now": _("Send now"), "full": _("Full screen"),
        "leave": _("Leave the kiosk"), "left": _("You can close this page now."),
        "figures": {
            "waiting": _("Answers waiting to be sent"), "refused": _("Answers that were not taken"),
            "sent": _("Last sent"), "line": _("Connection"),
        },
    }  # fmt: skip
