"""What is held of people here: their responses, found by their personal link, or by what they say of themselves."""

from __future__ import annotations

import msgspec
from django.utils import timezone

from heartline.core.ids import identifier
from heartline.server.shell.opened import workspace
from heartline.server.shell.personal import Holding, Rows, Theirs, by_identifier, free, hold
from heartline.server.shell.sealed import unseal
from heartline.store import tombstones
from heartline.store.erasing import Gone

from . import links
from .inviting.models import Invited
from .models import Answering

OWN = "anonymous_id"
"""The kind of identifier that a response goes by of whom nobody is named by a link."""


def register() -> None:
    """Say so."""
    hold(Holding("survey_responses", ("surveys.Answering",), _responses, _forget))
    by_identifier("survey_invitations", "surveys.Invited")  # behind the responses, which are found by them
    for model in ("surveys.Survey", "surveys.Edition"):
        free(model, "what is asked, not what anybody answered")
    free("surveys.Manner", "how a survey is sent, said by the company")


def _of(who: Theirs) -> list[Answering]:
    """Give the responses of somebody: by the invitation that they answered, their link, or the response's own name.

    What nobody has finished is not in the lake yet, so that nothing there ties it to anybody: an address or a number
    among its answers does.
    """
    found = []
    invited = set(Invited.objects.filter(identifier__in=who.names).values_list("token", flat=True))
    for kept in Answering.objects.select_related("edition__survey").iterator():
        named = links.named(kept)
        if (
            kept.person in who.names
            or kept.token in invited
            or who.names_in(named[1] if named else kept.token)
            or any(who.names_in(said) for said in _said(kept))
        ):
            found.append(kept)
    return found


def _said(kept: Answering) -> tuple[str, str]:
    """Give, as JSON, what was answered and what the link brought along."""
    answers, hidden = (unseal(getattr(kept, name), f"{name} {kept.token}") for name in ("answers", "hidden"))
    return answers.decode(), hidden.decode()


def _responses(who: Theirs) -> Rows:
    return [
        {"survey": kept.edition.survey.key, "edition": kept.edition.number, "started_at": kept.started_at,
         "finished_at": kept.finished_at,
         "answers": msgspec.json.decode(unseal(kept.answers, f"answers {kept.token}"))}
        for kept in _of(who)
    ]  # fmt: skip


def _forget(who: Theirs) -> Gone:
    """Forget responses; what of them waits to land under their own names stays out, too."""
    searched, lake, found = Answering.objects.count(), workspace().lake, _of(who)
    tombstones.bury(lake, [identifier(OWN, kept.token, lake.key) for kept in found], timezone.now())
    return Gone(Answering.objects.filter(pk__in=[kept.pk for kept in found]).delete()[0], searched)
