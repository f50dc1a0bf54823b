"""One person: found by whatever they go by, with all their names; and gone, from everywhere below the server.

What was handed in as a file and waits in the data folder (dropped rows, uploads) is looked through cell by cell: each
value is hashed as an import would, under every kind of identifier that there is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from heartline.core import ids
from heartline.core.errors import Conflict, InvalidInput, NotFound
from heartline.store import erasing, tombstones
from heartline.store.erasing import Erased
from heartline.store.lake import Lake
from heartline.store.snapshot import Snapshot

from . import person_files
from .recipe import IDENTIFIERS

KEPT = 128
"""People whose identifiers are kept for the version they were found at: each time costs looks through all rows."""


@dataclass(frozen=True)
class Person:
    """Somebody: all identifiers (`kind:hex`) under the ledger, and the customer's id that rows carry."""

    customer: str
    names: frozenset[str]


def find(lake: Lake, who: str) -> Person:
    """Find a person by a customer's id, a pseudonym, or an identifier in clear.

    Parameters
    ----------
    who
        `kind:hex`, or `email:alice@example.org`, or the value alone, which is tried as each kind that there is.

    Raises
    ------
    NotFound
        `unknown_customer` when nobody goes by that.
    Conflict
        `several_people` when a value without its kind names several.
    InvalidInput
        `bad_value` for an identifier without kind or value.

    Privacy
    -------
    What is given in clear is hashed and not kept.
    """
    snapshot = lake.at()
    if ids.is_identifier(who):
        return _known(lake, *_state(snapshot), who)
    return _found(snapshot, who)


@lru_cache(maxsize=KEPT)
def _known(lake: Lake, version: int, _time: datetime, who: str) -> Person:
    """Find somebody by a pseudonym; nothing in clear is kept here."""
    return _found(lake.at(version), who)


def _state(snapshot: Snapshot) -> tuple[int, datetime]:
    """Name what a snapshot sees: nothing about people changes without a new version."""
    return snapshot.version, snapshot.newest.time


def _found(snapshot: Snapshot, who: str) -> Person:
    wanted = [who] if PSEUDONYM.fullmatch(who) else []
    found = {
        names for name in _seen(snapshot, [*wanted, *pseudonyms(snapshot, who)]) if (names := _all(snapshot, name))
    }
    if len(found) > 1:
        raise Conflict(
            "several_people", "Several people go by that, each by another kind of identifier.", field="who",
            remedy="Put the kind before it: user_id:1234.",
        )  # fmt: skip
    if not found:
        raise NotFound(
            "unknown_customer", "Nothing is known of this customer.", field="who",
            remedy="Check the spelling, and the kind before the colon.",
        )  # fmt: skip
    names = found.pop()
    return Person(_customer(snapshot, names), names)


PSEUDONYM = re.compile(r"[^:]+:.+")


def kinds(snapshot: Snapshot) -> list[str]:
    """Give the kinds of identifiers that there are."""
    return list({**snapshot.definitions.all("identifier_kind"), **IDENTIFIERS})


def pseudonyms(snapshot: Snapshot, clear: str) -> list[str]:
    """Hash an identifier as an import does; without a kind, as one of each."""
    kind, colon, value = (part.strip() for part in clear.partition(":"))
    if not (value if colon else kind) or (colon and not kind):
        raise InvalidInput(
            "bad_value", "An identifier has a kind and a value.", field="who",
            remedy="Write it like email:alice@example.org.",
        )  # fmt: skip
    key = snapshot.lake.key
    if colon and kind in kinds(snapshot):
        return [ids.identifier(kind, normal(kind, value), key)]
    return [ids.identifier(one, normal(one, clear.strip()), key) for one in kinds(snapshot)]


def normal(kind: str, value: str) -> str:
    """Write an identifier in the one form in which it is hashed."""
    value = value.strip()
    if kind == "email":
        return value.lower()
    return re.sub(r"[^0-9+]", "", value) if kind == "phone" else value


def everybody(lake: Lake, names: Iterable[str]) -> frozenset[str]:
    """Give all identifiers of the people of these identifiers, by the ledger and by the rows, and these themselves."""
    return _everybody(lake, *_state(lake.at()), frozenset(names))


@lru_cache(maxsize=KEPT)
def _everybody(lake: Lake, version: int, _time: datetime, names: frozenset[str]) -> frozenset[str]:
    snapshot = lake.at(version)
    known = fresh = names
    while fresh:
        found = _joined(snapshot, fresh) | _of_rows(snapshot, fresh)
        fresh = found - known
        known |= fresh
    return known


def _all(snapshot: Snapshot, name: str) -> frozenset[str]:
    return everybody(snapshot.lake, [name])


def _seen(snapshot: Snapshot, names: list[str]) -> list[str]:
    """Leave out the identifiers that no row and no assertion carries."""
    rows = snapshot.rows("identifier", "customer")
    some = rows.filter(rows.identifier.isin(names) | rows.customer.isin(names)).distinct()
    known = {name for row in snapshot.execute(some).to_pylist() for name in row.values()}
    known |= {name for row in _touched(snapshot, frozenset(names)) for name in row[:2]}
    return [name for name in dict.fromkeys(names) if name in known]


def _touched(snapshot: Snapshot, names: frozenset[str]) -> list[tuple[str, str, bool]]:
    """Give what the ledger says of identifiers, oldest first."""
    ledger = snapshot.ledger()
    some = ledger.filter(ledger.left.isin(sorted(names)) | ledger.right.isin(sorted(names)))
    rows = snapshot.execute(some.select("left", "right", "same", "landed").order_by("landed"))
    return list(zip(*(rows[name].to_pylist() for name in ("left", "right", "same")), strict=True))


def _joined(snapshot: Snapshot, fresh: frozenset[str]) -> frozenset[str]:
    """Give those held to be the same as these, by the last word on each pair."""
    last: dict[tuple[str, str], bool] = {}
    for left, right, same in _touched(snapshot, fresh):
        last[min(left, right), max(left, right)] = same
    return frozenset(name for pair, same in last.items() if same for name in pair)


def _of_rows(snapshot: Snapshot, names: frozenset[str]) -> frozenset[str]:
    """Give the identifiers of rows whose customer is one of these."""
    rows = snapshot.rows("identifier", "customer")
    found = rows.filter(rows.customer.isin(sorted(names)), rows.identifier.notnull()).select("identifier").distinct()
    return frozenset(snapshot.execute(found)["identifier"].to_pylist())


def _customer(snapshot: Snapshot, names: frozenset[str]) -> str:
    rows = snapshot.rows("identifier", "customer")
    found = rows.filter(rows.identifier.isin(sorted(names)), rows.customer.notnull()).select("customer").limit(1)
    customers = snapshot.execute(found)["customer"].to_pylist()
    return str(customers[0]) if customers else min(names)


def erase(lake: Lake, person: Person) -> Erased:
    """Erase somebody from the lake, from dropped rows and uploads, and see that they do not come back by mistake.

    Raises
    ------
    Unavailable, Forbidden
        `disk_full`, `no_permission`. Who erases again goes on where it stopped.
    """
    began = datetime.now(UTC)
    tombstones.bury(lake, person.names, began)

    def people(now: Lake) -> frozenset[str]:
        return person.names | everybody(now, person.names)

    done = erasing.erase(lake, people)
    matcher = person_files.Matcher(lake.key, people(lake), done.refs, kinds(lake.at()), normal)
    for place in person_files.PLACES:
        done.places[place] = person_files.without(lake.folder / place, matcher)
    return done


def clean_again(lake: Lake) -> frozenset[str]:
    """Erase, from a restored lake, those who were erased after its backup was made; give the identifiers concerned."""
    lines = tombstones.missed(lake)
    if not lines:
        return frozenset()
    names = tombstones.names_among(lake, frozenset(name for line in lines for name in line.names))
    if names:
        erasing.erase(lake, lambda _lake: names)
    tombstones.note_seen(lake, lines)
    return names
