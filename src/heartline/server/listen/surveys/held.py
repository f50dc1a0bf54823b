"""What is held of people here: their responses, found by the personal link that they answered by."""

from __future__ import annotations

import msgspec

from heartline.server.shell.personal import Holding, Rows, Theirs, by_identifier, free, hold
from heartline.server.shell.sealed import unseal
from heartline.store.erasing import Gone

from . import links
from .inviting.models import Invited
from .models import Answering


def register() -> None:
    """Say so."""
    hold(Holding("survey_responses", ("surveys.Answering",), _responses, _forget))
    by_identifier("survey_invitations", "surveys.Invited")  # behind the responses, which are found by them
    for model in ("surveys.Survey", "surveys.Edition"):
        free(model, "what is asked, not what anybody answered")
    free("surveys.Manner", "how a survey is sent, said by the company")


def _of(who: Theirs) -> list[Answering]:
    """Give the responses of somebody: by the invitation that they answered, their link, or the response's own name."""
    found = []
    invited = set(Invited.objects.filter(identifier__in=who.names).values_list("token", flat=True))
    for kept in Answering.objects.select_related("edition__survey").iterator():
        named = links.named(kept)
        if kept.person in who.names or kept.token in invited or who.names_in(named[1] if named else kept.token):
            found.append(kept)
    return found


def _responses(who: Theirs) -> Rows:
    return [
        {"survey": kept.edition.survey.key, "edition": kept.edition.number, "started_at": kept.started_at,
         "finished_at": kept.finished_at,
         "answers": msgspec.json.decode(unseal(kept.answers, f"answers {kept.token}"))}
        for kept in _of(who)
    ]  # fmt: skip


def _forget(who: Theirs) -> Gone:
    searched = Answering.objects.count()
    return Gone(Answering.objects.filter(pk__in=[kept.pk for kept in _of(who)]).delete()[0], searched)
