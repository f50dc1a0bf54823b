"""What people put right: kept beside the lake, given to whoever learns, gone with the texts that it is about."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from heartline.server.shell import personal
from heartline.server.shell.opened import workspace
from heartline.server.shell.personal import Holding, Rows, Theirs
from heartline.store.erasing import Gone

from . import serving
from .models import Correction, Turn


def corrected() -> frozenset[str]:
    """Give the interactions whose feeling somebody put right."""
    return frozenset(Correction.objects.exclude(feeling=None).values_list("interaction", flat=True))


def feelings() -> dict[str, float]:
    """Give what they say."""
    return {one.interaction: one.feeling for one in Correction.objects.all() if one.feeling is not None}


def emotions() -> dict[str, str]:
    """Give the emotions that people said."""
    return dict(Correction.objects.exclude(emotion="").values_list("interaction", "emotion"))


def there(ids: Iterable[str], names: frozenset[str] | None = None) -> set[str]:
    """Give those of some interactions that are in the lake; of some people, where those are named."""
    asked = list(ids)
    if not asked:
        return set()
    snapshot = workspace().lake.at()
    rows = snapshot.rows("id", "identifier")
    if names is not None:
        rows = rows.filter(rows.identifier.isin(sorted(names)))
    some = snapshot.lake.engine.memory(pa.table({"id": pa.array(asked, pa.string())}))
    return set(snapshot.execute(rows.semi_join(some, "id").select("id"))["id"].to_pylist())


def export(who: Theirs) -> Rows:
    """Give what was put right about somebody's texts."""
    ids = there(Correction.objects.values_list("interaction", flat=True), who.names)
    fields = ("interaction", "feeling", "emotion", "by", "at")
    return list(Correction.objects.filter(interaction__in=ids).values(*fields))


def erase(who: Theirs) -> Gone:
    """Forget what is about texts that are there no more, or are somebody's; and the names that are masked."""
    serving.forget_names()
    known = list(Correction.objects.values_list("interaction", flat=True))
    stay = there(known) - there(known, who.names)
    return Gone(Correction.objects.exclude(interaction__in=stay).delete()[0], len(known))


def forget_all() -> None:
    """Forget everything: the data folder was emptied."""
    Correction.objects.all().delete()
    Turn.objects.all().delete()


def register() -> None:
    """Say where something of people is held."""
    personal.hold(Holding("corrected readings of texts", ("reading.Correction",), export, erase))
