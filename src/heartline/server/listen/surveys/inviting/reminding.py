"""Reminders: once, some days after a message went, to whoever has not answered. They count for every limit."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from heartline.core.eligibility import ASKED
from heartline.core.errors import HeartlineError
from heartline.server.shell import eligible
from heartline.server.shell.eligible import Candidate, Verdict

from .. import commands as surveys
from ..models import Answering, State
from . import asks
from .models import Invited, Sending
from .posting import reminder_key
from .values import Wish

AT_ONCE = 2_000


def _due() -> QuerySet[Invited]:
    return Invited.objects.filter(state=Invited.State.SENT, reminded_at=None, remind_at__lte=timezone.now())


def due() -> bool:
    """Tell whether somebody is to be reminded."""
    return _due().exists()


def remind() -> int:
    """Reserve the reminders that are due; give how many go out."""
    answered = Answering.objects.filter(token=OuterRef("token"), finished_at__isnull=False)
    _due().filter(Exists(answered)).update(remind_at=None)
    some = list(_due().select_related("sending__survey").order_by("remind_at", "pk")[:AT_ONCE])
    asked = 0
    for one in {each.sending_id: each.sending for each in some}.values():
        theirs = [each for each in some if each.sending_id == one.pk]
        anonymous = surveys.value(one.survey.body).anonymous
        if anonymous or one.survey.state != State.OPEN or one.state == Sending.State.STOPPED:
            _leave(theirs)  # who answered is not known, or nobody is to answer any more
        else:
            asked += _reserved(one, theirs)
    return asked


def _leave(some: list[Invited]) -> None:
    Invited.objects.filter(pk__in=[each.pk for each in some]).update(remind_at=None)


def _reserved(one: Sending, some: list[Invited]) -> int:
    """Reserve reminders of a sending; who may not be written to any more is not reminded."""
    by_key = {reminder_key(each): each for each in some}
    ask = asks.ask(one.survey, Wish.of(one.wish), one.number, reminder=True)

    def keep(verdicts: Sequence[Verdict]) -> None:
        for seen in verdicts:
            each = by_key[seen.candidate.key]
            each.remind_at = None
            if seen.reason == ASKED:
                each.state, each.reminding, each.due_at, each.tries = Invited.State.WAITING, True, seen.at, 0
        kept = [by_key[seen.candidate.key] for seen in verdicts]
        Invited.objects.bulk_update(kept, ["remind_at", "state", "reminding", "due_at", "tries"], batch_size=500)

    people = [Candidate(each.identifier, key, each.unit or None) for key, each in by_key.items()]
    try:
        found = eligible.desk().reserve(ask, people, keep)[ASKED]
    except HeartlineError as error:
        if error.status >= 500:
            raise
        found = 0
    Invited.objects.filter(pk__in=[each.pk for each in some], state=Invited.State.SENT).update(remind_at=None)
    return found
