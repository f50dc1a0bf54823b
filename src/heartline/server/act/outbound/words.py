"""What the pages about other systems say."""

from __future__ import annotations

from django.utils.translation import gettext as _

from heartline.core.errors import HeartlineError
from heartline.server.shell import errors

from . import kinds
from .models import Delivery, Endpoint


def hears() -> list[tuple[str, str, str]]:
    """Name what a system can be told of, and say what that means."""
    return [
        ("interactions", _("Every interaction"), _("each by itself, as soon as it is here")),
        (
            "counts",
            _("Interactions, counted"),
            _("once a minute how many at which touchpoint, and how they were scored"),
        ),
        ("scores", _("Scores"), _("each answer with a score, such as every rating of 6 or lower")),
        ("people", _("People joined and parted"), _("when two customer numbers turn out to be one person, or not")),
        ("imports", _("Imports"), _("when data were brought in, and how many rows")),
        ("refused", _("Events that cannot be used"), _("how many and why, at most once a minute")),
        ("erased", _("People erased"), _("who is to be forgotten there, too")),
        ("consent", _("Consent"), _("when somebody allows to be contacted, or no longer does")),
        (
            "asking",
            _("Text messages to be sent"),
            _("who is to be asked by a survey, with their number and the link: for what sends text messages for us"),
        ),
        (
            "alerts",
            _("Alerts"),
            _("what people asked to be told of: low scores, what leaves its limits, silent sources"),
        ),
        ("connections", _("Connections that fail"), _("when data can no longer be fetched from somewhere")),
    ]


def kind(text: str) -> str:
    """Name a sort of message."""
    return {
        kinds.INTERACTION: _("Interaction"), kinds.SCORE: _("Score"), kinds.DIGEST: _("Count of interactions"),
        kinds.JOINED: _("People joined"), kinds.PARTED: _("People parted"), kinds.IMPORTED: _("Import"),
        kinds.REFUSED: _("Events that cannot be used"), kinds.ERASED: _("Person erased"),
        kinds.CONSENT: _("Consent"), kinds.ASKING: _("Text message to be sent"),
        kinds.ALERT: _("Alert"),
        kinds.FAILED: _("Connection failed"), kinds.TEST: _("Test"),
    }.get(text, text)  # fmt: skip


def state(text: str) -> str:
    """Say in what state a system is."""
    return {
        Endpoint.State.ON: _("is told"), Endpoint.State.PAUSED: _("paused: it took nothing for three days"),
        Endpoint.State.GONE: _("stopped: it says that it is gone"), Endpoint.State.OFF: _("stopped"),
    }[Endpoint.State(text)]  # fmt: skip


def became(one: Delivery) -> str:
    """Say what became of a message."""
    if one.state == Delivery.State.TAKEN:
        return _("taken")
    if one.state == Delivery.State.FAILED:
        return _("failed")
    return _("is tried again") if one.tried else _("not sent yet")


def said(what: int | str) -> str:
    """Say what came of one attempt: the status, or why there was none."""
    known = {
        "unknown_host": _("nothing of that name is there"), "no_connection": _("takes no connection"),
        "not_trusted": _("its certificate is not right"), "too_slow": _("no answer in 15 seconds"),
        "no_answer": _("the connection ended without an answer"), "not_public": _("not an address of the internet"),
        "wrong_key": _("was encrypted under another key"),
    }  # fmt: skip
    return str(what) if isinstance(what, int) else known.get(what, what)


def told(error: HeartlineError) -> str:
    """Say what was wrong."""
    known = {
        ("bad_value", "name"): _("Say which system it is, in at most 80 characters."),
        ("bad_value", "hears"): _("Choose at least one thing that it is to be told."),
        ("bad_value", "low"): _("The lowest score is above the highest."),
        ("bad_value", "number"): _("A score is a number."),
        ("bad_value", "style"): _("Please choose how messages are signed."),
        ("bad_value", "since"): _("That is not a day we can read."),
        ("name_taken", "name"): _("There is a system of that name already."),
        ("bad_address", "url"): _("That is not an address we can call. It looks like https://example.com/path."),
        ("not_https", "url"): _("The address has to begin with https://."),
        ("bad_port", "url"): _("We do not call this port. Leave the port out."),
        ("not_public", "url"): _(
            "That address is not of the public internet. Whoever runs the server can allow it: HEARTLINE_PRIVATE_HOSTS."
        ),
    }
    return known.get((error.code, error.field or "")) or errors.told(error)
