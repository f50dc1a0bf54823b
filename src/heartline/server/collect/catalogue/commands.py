"""Writes to the catalogue: each becomes a version of the data, is audited, and published at once."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from heartline.collect import catalogue, placement
from heartline.collect.catalogue import Change
from heartline.collect.placement import Correction
from heartline.core.errors import Conflict
from heartline.server.accounts import access, audit
from heartline.server.accounts.access import Principal
from heartline.server.shell import published
from heartline.server.shell.opened import free, workspace


def define(
    *, changes: Sequence[Change], by: Principal, source: str = "page", seen: int | None = None
) -> tuple[int, tuple[Change, ...]]:
    """Write changed definitions; give the version and what changed.

    The lake comes first: what it refuses is in no trail, and what the trail cannot take was at least written with its
    time and source.

    Parameters
    ----------
    seen
        The version at which the one changed definition was last written when somebody began to change it.

    Raises
    ------
    Conflict
        `changed_meanwhile` when it was written again since.
    BadDefinition
        Whatever cannot be.
    """
    access.require(by, "define")
    lake = free()
    if seen is not None:
        (only,) = changes
        now = latest(only.kind, only.key)
        if now != seen:
            raise Conflict("changed_meanwhile", f"Somebody else changed {only.key} meanwhile.", remedy="Load it again.")
    version, done = catalogue.written(lake, changes, source=source)
    with transaction.atomic():
        for change in done:
            audit.record(
                by=by, action="remove_definition" if change.body is None else "define",
                subject=f"{change.kind} {change.key}"[:254], version=version, source=source,
            )  # fmt: skip
    published.soon()
    return version, done


def latest(kind: str, key: str) -> int:
    """Give the version at which a definition was last written; 0 where it never was."""
    found = catalogue.history(workspace().lake.at(), kind, key)
    return found[0].version if found else 0


def correct(*, correction: Correction, by: Principal) -> tuple[int, int]:
    """Place rows at another touchpoint; give the version and how many rows it concerns."""
    access.require(by, "define")
    version, rows = placement.correct(free(), correction)
    with transaction.atomic():
        audit.record(
            by=by, action="correct_placement", subject=f"touchpoint {correction.touchpoint}"[:254], version=version,
            to=correction.to, where={name: list(values) for name, values in correction.where}, rows=rows,
            later=correction.later or not correction.where,
        )  # fmt: skip
    published.soon()
    return version, rows


def end_rule(*, touchpoint: str, number: int, by: Principal) -> int:
    """End a rule by which a touchpoint takes rows that land later; give the version.

    Raises
    ------
    NotFound
        `unknown_rule`.
    """
    access.require(by, "define")
    version, _done = define(changes=placement.without_rule(free().at().definitions, touchpoint, number), by=by)
    return version


def take_back(*, version: int, touchpoint: str, by: Principal) -> tuple[int, int]:
    """Undo a correction; give the version that this made and how many rows went back.

    Raises
    ------
    NotFound
        `unknown_correction`.
    """
    access.require(by, "define")
    made, rows = placement.take_back(free(), version)
    with transaction.atomic():
        audit.record(
            by=by, action="take_back_placement", subject=f"touchpoint {touchpoint}"[:254], version=made, of=version,
            rows=rows,
        )  # fmt: skip
    published.soon()
    return made, rows
