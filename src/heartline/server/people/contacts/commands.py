"""Writes of contact data. What arrives by events is no act of a person here, so it is not audited."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from heartline.collect.loading.guards import shut_out
from heartline.collect.loading.keeping import Kept
from heartline.collect.person import normal
from heartline.core.ids import identifier
from heartline.server.shell.opened import workspace
from heartline.server.shell.sealed import Sealing, unseal

from .models import Contact

AT_ONCE = 500
REACHED = ("email", "phone")
KNOWN = ("identifier", "name", "at", "value")
SAID_AGAIN = timedelta(hours=1)
"""What was said is not written again within this time: programs say who somebody is with every step."""
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def learn(batch: Kept) -> None:
    """Keep the contact data of a batch; of each the newest stays."""
    key = workspace().lake.key
    newest: dict[tuple[str, str], tuple[datetime, str, str]] = {}
    for who, name, value, at, source in _rows(batch.taken.contacts, key):
        if (who, name) not in newest or newest[who, name][0] <= at:
            newest[who, name] = at, value, source
    for some in _parts(list(newest)):
        _keep({place: newest[place] for place in some})


def take(rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep the addresses of people who agreed to something, as a file of consents tells them."""
    key = workspace().lake.key
    found: dict[tuple[str, str], tuple[datetime, str, str]] = {}
    for row in rows:
        kind, value = row["kind"], normal(row["kind"], row["value"])
        if row["state"] == "given" and kind in REACHED and not shut_out(kind, value):
            at = datetime.fromisoformat(row["at"]).replace(tzinfo=UTC) if row["at"] else LONG_AGO
            found[identifier(kind, value, key), kind] = at, value, row["source"] or ""
    for some in _parts(list(found)):
        _keep({place: found[place] for place in some})


def _rows(table: pa.Table | None, key: bytes) -> Iterator[tuple[str, str, str, datetime, str]]:
    """Give person as the lake knows them, name, value, time and source, without those about nobody."""
    known: dict[tuple[str, str], str | None] = {}
    columns = ("kind", "identifier", "name", "value", "at", "source")
    for kind, who, *rest in zip(*(table[name].to_pylist() for name in columns), strict=True) if table else ():
        if (kind, who) not in known:
            known[kind, who] = None if shut_out(kind, who) else identifier(kind, who, key)
        person = known[kind, who]
        if person is not None:
            yield (person, *rest)


def _parts(places: list[tuple[str, str]]) -> Iterable[list[tuple[str, str]]]:
    return (places[start : start + AT_ONCE] for start in range(0, len(places), AT_ONCE))


def _keep(found: dict[tuple[str, str], tuple[datetime, str, str]]) -> None:
    sealing = Sealing()
    there = Contact.objects.filter(identifier__in={who for who, _ in found})
    known = {(who, name): (at, value) for who, name, at, value in there.values_list(*KNOWN)}

    def new(who: str, name: str, at: datetime, value: str) -> bool:
        before, sealed = known.get((who, name), (None, b""))
        if before is None or at - before > SAID_AGAIN:
            return True
        return at >= before and sealing.unseal(sealed, about(who, name)) != value.encode()

    made = [
        Contact(identifier=who, name=name, value=sealing.seal(value.encode(), about(who, name)), at=at, source=source)
        for (who, name), (at, value, source) in found.items()
        if new(who, name, at, value)
    ]
    Contact.objects.bulk_create(
        made, update_conflicts=True, unique_fields=["identifier", "name"], update_fields=["value", "at", "source"]
    )


def about(who: str, name: str) -> str:
    """Say what an encrypted value belongs to: it opens as nobody else's and under no other name."""
    return f"contact {who} {name}"


def known(identifiers: Iterable[str]) -> list[tuple[str, str]]:
    """Give names and values that are known of somebody, in clear."""
    found = Contact.objects.filter(identifier__in=list(identifiers)).order_by("name", "-at")
    return [(one.name, unseal(one.value, about(one.identifier, one.name)).decode()) for one in found]


def of(identifiers: Collection[str], names: Collection[str]) -> dict[str, dict[str, str]]:
    """Give what is known of some people under some names, by identifier, in clear; see `shell/reaching.py`."""
    sealing, found = Sealing(), dict[str, dict[str, str]]()
    wanted = set(identifiers)
    rows = Contact.objects.filter(name__in=list(names)).values_list("identifier", "name", "value")
    if len(wanted) <= AT_ONCE:
        rows = rows.filter(identifier__in=wanted)
    for who, name, value in rows.iterator(chunk_size=10_000):
        if who in wanted:
            found.setdefault(who, {})[name] = sealing.unseal(value, about(who, name)).decode()
    return found


def everything() -> Iterator[tuple[str, str, str]]:
    """Give everybody's identifiers, names of what is known, and values, in clear, one after the other."""
    sealing = Sealing()
    for who, name, value in Contact.objects.values_list("identifier", "name", "value").iterator():
        yield who, name, sealing.unseal(value, about(who, name)).decode()


def forget_all() -> None:
    """Forget everybody: the data folder was emptied."""
    Contact.objects.all().delete()
