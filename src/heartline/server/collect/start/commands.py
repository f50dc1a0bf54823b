"""Writes of the start: begin the demo company, remove it, make a first map; each audited."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from django.db import transaction

from heartline.collect import catalogue, starting
from heartline.core.errors import Conflict
from heartline.server.accounts import access, audit
from heartline.server.accounts.access import Principal
from heartline.server.shell import emptiness, published
from heartline.server.shell.models import Publication
from heartline.server.shell.opened import workspace
from heartline.store.emptying import empty

from . import tasks
from .models import DemoRun

log = logging.getLogger("heartline.start")
TRUTH = "truth.json"
"""What the demo company leaves in the data folder beside the lake."""


def begin_demo(*, by: Principal) -> DemoRun:
    """Have the demo company made in the background.

    Raises
    ------
    Conflict
        `not_empty` when something is here already, `under_way` when it is being made.
    """
    access.require(by, "administer")
    with transaction.atomic():
        newest = DemoRun.objects.select_for_update().first()
        if newest is not None and newest.under_way:
            raise Conflict("under_way", "The demo company is being made already.")
        if not emptiness.nothing_here():
            raise Conflict("not_empty", "There are data here already.", remedy="Remove them first.")
        run = DemoRun.objects.create(by=str(by))
        audit.record(by=by, action="begin_demo", subject="demo company")
        transaction.on_commit(lambda: tasks.make_demo.enqueue(run.pk))
    return run


def remove_demo(*, by: Principal) -> None:
    """Remove the demo company: the data folder is as one just made; people who sign in and the audit trail stay.

    Raises
    ------
    Conflict
        `no_demo` when what is here is not the demo company; `under_way` while it is being made.
    """
    access.require(by, "administer")
    newest = DemoRun.objects.first()
    if newest is not None and newest.under_way:
        raise Conflict("under_way", "The demo company is being made.", remedy="Wait until it is there.")
    if not emptiness.demo_here():
        raise Conflict("no_demo", "What is here is not the demo company.", remedy="Nothing was removed.")
    folder = workspace().lake.folder
    emptiness.emptying()
    empty(folder)
    (folder / TRUTH).unlink(missing_ok=True)
    with transaction.atomic():
        Publication.objects.all().delete()
        DemoRun.objects.all().delete()
        audit.record(by=by, action="remove_demo", subject="demo company")
    emptiness.emptied()


def begin_own(
    *, trade: str, language: str, countries: Sequence[str], currency: str, shops: str, name: str,
    names: dict[str, str], by: Principal,
) -> int:  # fmt: skip
    """Make a company's first map; give the version. What is defined already stays as it is.

    Raises
    ------
    InvalidInput
        Whatever the answers cannot be.
    Conflict
        `under_way` while the demo company is being made, `demo_here` while it is there.
    """
    access.require(by, "administer")
    newest = DemoRun.objects.first()
    if newest is not None and newest.under_way:
        raise Conflict("under_way", "The demo company is being made.", remedy="Wait until it is there.")
    if emptiness.demo_here():
        raise Conflict("demo_here", "The demo company is here.", remedy="Remove it first.")
    lake = workspace().lake
    wanted = starting.company(trade, language, countries, currency, shops, names=names, name=name)
    version, done = catalogue.written(lake, starting.new(lake.at().definitions, wanted), source="start", why="start")
    with transaction.atomic():
        audit.record(
            by=by, action="begin_company", subject=trade, version=version, countries=list(countries),
            currency=currency, definitions=len(done),
        )  # fmt: skip
    published.soon()
    return version
