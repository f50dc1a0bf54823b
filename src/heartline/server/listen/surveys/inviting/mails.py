"""The mail that asks: the first question stands in it, and each of its answers is a link.

A link only opens the survey, with that answer chosen; it is taken when the person sends the page. So programs that open
every link of a mail answer nothing. There are no pictures in it, and nothing that tells us that it was read.
"""

from __future__ import annotations

from dataclasses import dataclass
from email.headerregistry import Address
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from heartline.core.scales import SCALES
from heartline.listen.surveys.flow import Response, page
from heartline.listen.surveys.piping import piped
from heartline.listen.surveys.values import SCALED, Question, Survey, said
from heartline.server.shell import reaching
from heartline.server.shell.opened import workspace

from .. import knowing, links
from . import return_address
from .models import Invited
from .values import Manner as How

OURS = ("en", "de", "es")
"""Languages of our own words; in a survey of another one they are English."""
RIGHT_TO_LEFT = ("ar", "fa", "he", "ur")
MOST_CHOICES = 12


@dataclass(frozen=True)
class Choice:
    """An answer as a link."""

    text: str
    address: str


def home() -> str:
    """Give the address that people use, without a path."""
    return f"{settings.URL.scheme}://{settings.URL.netloc}"


def company() -> str:
    """Give what the company is called."""
    return str(workspace().lake.at().definitions.settings.get("name") or settings.URL.hostname or "Heartline")


def spoken(survey: Survey, language: str) -> str:
    """Choose the language of a survey for somebody: theirs, else its first."""
    for one in survey.languages:
        if language and one.split("-")[0].lower() == language.split("-", maxsplit=1)[0].lower():
            return one
    return survey.languages[0]


def address(survey: Survey, one: Invited, language: str = "", **chosen: object) -> str:
    """Write the link of an invitation; of an anonymous survey the one that everybody has."""
    values: dict[str, Any] = {} if survey.anonymous else {"to": links.link(survey.key, links.INVITED, one.secret)}
    if language:
        values["lang"] = language
    values |= {f"q-{key}": value for key, value in chosen.items()}
    return f"{home()}{reverse('survey_answer_start', args=[survey.key])}{'?' if values else ''}{urlencode(values)}"


def first(survey: Survey) -> Question | None:
    """Give the first question, where its answer can be a link: a point of a scale, or one of a few choices."""
    shown = page(survey, Response("")).questions
    question = next((one for one in shown if one.ask != "note"), None)
    if question is None:
        return None
    few = question.ask == "single" and len(question.options) <= MOST_CHOICES
    return question if question.ask in SCALED or few else None


def choices(survey: Survey, question: Question, one: Invited, language: str) -> list[Choice]:
    """Give the answers of the first question."""

    def link(value: object) -> str:
        return address(survey, one, language, **{question.key: value})

    if question.ask == "single":
        return [Choice(said(option.text, language, survey.languages), link(option.key)) for option in question.options]
    if question.ask == "yesno":
        return [Choice(_("Yes"), link(1)), Choice(_("No"), link(0))]
    scale = SCALES[SCALED[question.ask]]
    return [Choice(str(number), link(number)) for number in range(int(scale.low), int(scale.high) + 1)]


def message(
    survey: Survey, how: How, one: Invited, *, to: str, language: str, purpose: str, message_id: str, reminder: bool
) -> EmailMultiAlternatives:
    """Write the mail of an invitation, or its reminder.

    Parameters
    ----------
    to
        Where it goes.
    language
        What the person speaks, where that is known.
    """
    tongue = spoken(survey, language)
    base = tongue.split("-")[0]
    leaving = dict(reaching.leaving(one.identifier, purpose, "email"))
    with override(base if base in OURS else "en"):
        context = _said(survey, one, tongue) | {
            "language": tongue, "direction": "rtl" if base in RIGHT_TO_LEFT else "ltr", "company": company(),
            "reminder": reminder, "leave": leaving.get("List-Unsubscribe", "").strip("<>"),
            "anonymous": survey.anonymous,
        }  # fmt: skip
        title = " ".join(context["title"].split())
        subject = _("Reminder: %(title)s") % {"title": title} if reminder else title
        back = (
            {"From": sender(how)} if return_address.address() else {}
        )  # then the envelope names where it comes back to
        mail = EmailMultiAlternatives(
            subject=subject, body=render_to_string("surveys/invite.txt", context), to=[to],
            from_email=return_address.address() or sender(how), reply_to=[how.reply_to] if how.reply_to else None,
            headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated", **back, **leaving},
        )  # fmt: skip
        mail.attach_alternative(render_to_string("surveys/invite.html", context), "text/html")
    return mail


def _said(survey: Survey, one: Invited, tongue: str) -> dict[str, Any]:
    """Give the words of a mail in a language."""
    empty = Response("", traits=knowing.traits(survey, one.identifier))

    def text(words: dict[str, str]) -> str:
        return piped(said(words, tongue, survey.languages), survey, empty, tongue)

    question = first(survey)
    return {
        "title": text(survey.title), "intro": text(survey.intro), "link": address(survey, one, tongue),
        "question": text(question.text) if question else "",
        "low": text(question.low) if question else "", "high": text(question.high) if question else "",
        "choices": choices(survey, question, one, tongue) if question else [],
    }  # fmt: skip


def sender(how: How) -> str:
    """Give who a mail is from: the company's address, under the name that the survey says."""
    name, plain = parseaddr(settings.DEFAULT_FROM_EMAIL)
    shown = how.from_name or name or company()
    try:
        return str(Address(shown, addr_spec=plain))
    except ValueError:  # a name that no mail can carry
        return plain
