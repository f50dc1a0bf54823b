"""Where the operational database holds something of customers, and how each place gives it out and lets go of it.

Every feature whose models know a customer registers them here when its app is ready. A model with a field that may name
somebody and that nobody registered fails a test (`people/privacy/tests/test_registry.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models

from heartline.collect.together import names_of
from heartline.store.erasing import Gone

from .opened import workspace

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Theirs:
    """Somebody, as models are asked about them.

    Parameters
    ----------
    names
        All their identifiers, `kind:hex`.
    names_in
        Tells whether a text in clear is one of their identifiers, or holds one in JSON.
    """

    names: frozenset[str]
    names_in: Callable[[str], bool]


@dataclass(frozen=True)
class Holding:
    """A place that holds something of customers.

    Parameters
    ----------
    place
        Its name, in files and on the sheet.
    models
        `app.Model`, as many as there are.
    export, erase
        Gives what it holds of somebody; removes it, and says how much of how much.
    """

    place: str
    models: tuple[str, ...]
    export: Callable[[Theirs], Rows]
    erase: Callable[[Theirs], Gone]


_holdings: dict[str, Holding] = {}
_free: dict[str, str] = {}
_objections: list[Callable[[], Iterable[str]]] = []


def hold(holding: Holding) -> None:
    """Register a place."""
    _holdings[holding.place] = holding


def free(model: str, why: str) -> None:
    """Say of a model that looks as if it knew customers why it does not."""
    _free[model] = why


def holdings() -> list[Holding]:
    """Give all places."""
    return list(_holdings.values())


def excused() -> dict[str, str]:
    """Give the models that know no customers though they look so, each with its reason."""
    return dict(_free)


def by_identifier(place: str, *labels: str, field: str = "identifier") -> None:
    """Register models whose rows belong to one identifier each, and go with it."""

    def some(label: str, who: Theirs) -> models.QuerySet[Any]:
        return _model(label)._default_manager.filter(**{f"{field}__in": sorted(who.names)})

    def export(who: Theirs) -> Rows:
        return [_plain(row) for label in labels for row in some(label, who).values()]

    def erase(who: Theirs) -> Gone:
        searched = sum(_model(label)._default_manager.count() for label in labels)
        return Gone(sum(some(label, who).delete()[0] for label in labels), searched)

    hold(Holding(place, labels, export, erase))


def _model(label: str) -> type[models.Model]:
    return apps.get_model(label)


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "id" and not isinstance(value, bytes | memoryview)}


def when_asked_who_objects(give: Callable[[], Iterable[str]]) -> None:
    """Have somebody asked who objected to profiling; they give identifiers, `kind:hex`."""
    if give not in _objections:
        _objections.append(give)


def objecting() -> frozenset[str]:
    """Give all identifiers of people who objected to profiling: they are in no prediction and no persona."""
    return frozenset(name for give in _objections for name in give())


def left_out(people: Iterable[str]) -> frozenset[str]:
    """Give those of some customers (`kind:hex`) who objected to profiling, under whichever of their identifiers.

    The door for everything that predicts or scores what single people are like, and for what is learned from them. A
    verb that does so says `profiles=True` (`core/registry.py`); then `accounts/access.ask` comes through here.
    """
    objected, asked = objecting(), list(people)
    if not objected or not asked:
        return frozenset()
    whose = names_of(workspace().lake.at(), asked)
    numbers = {whose[name] for name in objected & whose.keys()}
    return frozenset(person for person in asked if whose[person] in numbers)


def may_profile(customer: str) -> bool:
    """Tell whether a customer (`kind:hex`) may be in predictions and personas."""
    return not left_out([customer])


def scrub() -> bool:
    """Have the database write over what was deleted; False where that cannot be done now.

    SQLite is written anew, and its journal emptied. PostgreSQL removes dead rows from their tables.
    """
    if connection.in_atomic_block:
        return False
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return not cursor.fetchone()[0]  # where somebody still reads what was before, the journal stays for them
        for table in _tables(_holdings.values()):
            cursor.execute(f"VACUUM {connection.ops.quote_name(table)}")
    return True


def _tables(places: Iterable[Holding]) -> Sequence[str]:
    return sorted({_model(label)._meta.db_table for place in places for label in place.models})
