"""What is held of people here: their words, and requests that wait; a suppression outlives them as a keyed hash."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from heartline.server.shell.personal import Holding, Rows, Theirs, free, hold
from heartline.store.erasing import Gone

from . import silenced
from .models import Request, Shown, Silenced, Word

FREE = {
    "consent.Shown": "texts of the company, shown to many",
    "consent.Silenced": "keyed hashes, kept so that nobody suppressed is written to again",
}


def register() -> None:
    """Say so."""
    hold(Holding("consents", ("consent.Word", "consent.Request"), _export, _erase))
    for model, why in FREE.items():
        free(model, why)


def plain(word: Word) -> dict[str, Any]:
    """Give a word with its proof, as others may read it."""
    shown = word.shown
    return {
        "identifier": word.identifier, "purpose": word.purpose, "channel": word.channel, "state": word.state,
        "at": word.at, "last_at": word.last_at if word.at else None, "source": word.source, "via": word.via,
        "reason": word.reason, "evidence": word.evidence, "confirmed_at": word.confirmed_at, "proof": word.proof,
        "text_shown": shown.text if shown else "", "text_language": shown.language if shown else "",
        "text_version": shown.version if shown else None,
    }  # fmt: skip


def _export(who: Theirs) -> Rows:
    words = Word.objects.filter(identifier__in=who.names).select_related("shown").order_by("last_at", "pk")
    asked = Request.objects.filter(identifier__in=who.names, used_at=None)
    return [
        *(plain(word) for word in words),
        *({"asked_at": one.asked_at, "purpose": one.purpose, "state": "waits for confirmation"} for one in asked),
    ]


def _erase(who: Theirs) -> Gone:
    searched = Word.objects.count() + Request.objects.count()
    silenced.keep(who.names)
    gone = Word.objects.filter(identifier__in=who.names).delete()[0]
    gone += Request.objects.filter(identifier__in=who.names).delete()[0]
    covering = Q()
    for name in who.names:
        covering |= Q(covers__icontains=name.partition(":")[2])
    for word in Word.objects.filter(covering) if who.names else ():
        word.covers = [name for name in word.covers if name not in who.names]
        word.save(update_fields=["covers"])
    return Gone(gone, searched)


def forget_all() -> None:
    """Forget everybody: the data folder was emptied, and the key by which anybody was known is another one."""
    for model in (Word, Request, Silenced, Shown):
        model.objects.all().delete()
