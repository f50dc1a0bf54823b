"""What is held of customers here: which of their scores were told. What somebody wrote is not kept."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from heartline.server.shell.opened import workspace
from heartline.server.shell.personal import Holding, Rows, Theirs, hold
from heartline.store.erasing import Gone

from .models import Finding


def register() -> None:
    """Say so."""
    hold(Holding("alerts", ("alerts.Finding",), _export, _erase))


def _export(who: Theirs) -> Rows:
    fields = ("row", "customer", "at", "said", "found_at")
    return list(Finding.objects.filter(customer__in=sorted(who.names)).values(*fields))


def _erase(who: Theirs) -> Gone:
    """Forget what names somebody, and scores that left the lake with them, as those that stood under an order."""
    searched = Finding.objects.count()
    removed = Finding.objects.filter(customer__in=sorted(who.names)).delete()[0]
    told = set(Finding.objects.exclude(row="").values_list("row", flat=True))
    removed += Finding.objects.filter(row__in=sorted(told - _there(told))).delete()[0]
    return Gone(removed, searched)


def _there(rows: Iterable[str]) -> set[str]:
    snapshot = workspace().lake.at()
    asked = snapshot.lake.engine.memory(pa.table({"id": pa.array(sorted(rows), pa.string())}))
    return set(snapshot.execute(snapshot.rows("id").semi_join(asked, "id"))["id"].to_pylist())
