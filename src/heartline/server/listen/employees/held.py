"""What is held of people here: employees by their address or account, and which texts of customers name them."""

from __future__ import annotations

from django.db import transaction

from heartline.server.shell.personal import Holding, Rows, Theirs, free, hold
from heartline.store.erasing import Gone

from . import addresses
from .compliments import texts
from .models import Compliment, Looked, Member, Need, Note, Pulse, Slip, Training


def register() -> None:
    """Say so."""
    hold(Holding("employees", ("employees.Member", "employees.Compliment", "employees.Question"), _export, _erase))
    free("employees.Slip", "a link for a shop, which names nobody")
    free("employees.Need", "what somebody says a team should learn")


def _theirs(who: Theirs) -> list[Member]:
    found = []
    for one in Member.objects.select_related("user").iterator():
        names = [addresses.opened(one), one.user.email if one.user else ""]
        if any(name and who.names_in(name) for name in names):
            found.append(one)
    return found


def _export(who: Theirs) -> Rows:
    return [
        {"name": one.name, "called": one.spoken, "email": addresses.opened(one), "unit": one.unit,
         "is_asked": one.asked, "is_told_of_compliments": one.thanked,
         "compliments": [{"text": praise.interaction, "words": praise.form, "said_at": praise.said_at,
                          "state": praise.state, "thanked_at": praise.thanked_at, "hidden_at": praise.hidden_at}
                         for praise in one.compliments.all()],
         "asked": [{"survey": each.pulse.survey, "at": each.at, "state": each.state}
                   for each in one.question_set.select_related("pulse")]}
        for one in _theirs(who)
    ]  # fmt: skip


def _erase(who: Theirs) -> Gone:
    searched = Member.objects.count() + Compliment.objects.count()
    keys = [one.pk for one in _theirs(who)]
    removed = Member.objects.filter(pk__in=keys).delete()[0]
    said = set(Compliment.objects.values_list("interaction", flat=True))
    gone = said - set(texts.of(sorted(said)))  # the words of a customer who was erased
    removed += Compliment.objects.filter(interaction__in=gone).delete()[0]
    return Gone(removed, searched)


@transaction.atomic
def forget_all() -> None:
    """Forget everything, when the data folder is emptied."""
    for model in (Pulse, Note, Slip, Compliment, Looked, Training, Need, Member):
        model._default_manager.all().delete()
