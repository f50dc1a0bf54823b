"""The data folder is emptied while imports are under way: none is lost, none is counted for rows that are gone."""

from __future__ import annotations

from typing import Any

import pytest

import heartline
from heartline.server.accounts.models import AuditEntry, User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.collect.imports import beginning_again, taking
from heartline.server.collect.imports.models import Import, State
from heartline.server.jobs import worker
from heartline.server.shell import emptiness
from heartline.store.emptying import empty
from heartline.store.lake import Lake

from .browsing import ORDERS, REVIEWS, brought, page, taken_in

pytestmark = pytest.mark.django_db(transaction=True)


def emptied(lake: Lake) -> None:
    """Empty the folder, as the removal of the demo company does."""
    emptiness.emptying()
    empty(lake.folder)
    emptiness.emptied()


def counts(lake: Lake) -> dict[str, int]:
    rows = heartline.open(lake.folder).touchpoints(period="all").rows
    return {row["touchpoint"]: row["interactions"] for row in rows}


def test_past_imports_go_and_files_that_wait_stay_and_are_counted_anew(alice: User, empty_lake: Lake) -> None:
    client = signed_in(alice)
    past = brought(client, orders_csv=ORDERS)
    taken_in(client, past)
    waiting = brought(client, orders_csv=ORDERS)
    assert "4 events are here already and are not doubled." in page(client, waiting)
    emptied(empty_lake)
    assert client.get(f"/import/{past.key}/").status_code == 404
    worker.run(once=True)
    shown = page(client, waiting)
    assert "<strong>4 events</strong> will land." in shown
    assert "Your files are still here, and were counted anew." in shown
    assert "<strong>4 events</strong> landed." in taken_in(client, waiting)
    assert counts(empty_lake) == {"order_placed": 2, "delivery": 2}


def test_an_import_that_is_landing_stops_and_begins_again_in_the_emptied_folder(
    alice: User, empty_lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(alice)
    one = brought(client, orders_csv=ORDERS, reviews_csv=REVIEWS)
    monkeypatch.setattr(taking, "PATIENCE_S", 0.0)
    tried: list[int] = []
    note = taking._note

    def noted(import_: Import, progress: dict[str, Any]) -> None:
        if import_.state == State.LANDING and not tried:
            tried.append(progress["rows"])
            emptiness.emptying()
        note(import_, progress)

    def slept(_seconds: float) -> None:
        empty(empty_lake.folder)  # which has the lock: the import has let go of it
        emptiness.emptied()

    monkeypatch.setattr(taking, "_note", noted)
    monkeypatch.setattr("heartline.server.collect.imports.beginning_again.time.sleep", slept)
    report = taken_in(client, one)
    assert tried == [0]
    assert "it was started again, and all of it is here." in report
    assert "<strong>6 events</strong> landed." in report
    assert counts(empty_lake) == {"order_placed": 2, "delivery": 2, "review": 2}
    assert AuditEntry.objects.filter(subject=one.key, action="import").count() == 1
    assert not one.folder.exists()


def test_an_import_that_ends_as_the_folder_is_emptied_is_not_said_to_be_in(
    alice: User, empty_lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(alice)
    one = brought(client, orders_csv=ORDERS)
    take_in, times = taking.take_in, []

    def took(import_: Import) -> dict[str, Any]:
        report = take_in(import_)
        times.append(report["landed"])
        if len(times) == 1:
            emptied(empty_lake)
        return report

    monkeypatch.setattr(taking, "take_in", took)
    assert "<strong>4 events</strong> landed." in taken_in(client, one)
    assert times == [4, 4]
    assert counts(empty_lake) == {"order_placed": 2, "delivery": 2}


def test_files_that_are_being_read_are_rehearsed_in_the_emptied_folder(
    alice: User, empty_lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(alice)
    taken_in(client, brought(client, orders_csv=ORDERS))
    read = taking.read

    def reading(import_: Import) -> None:
        emptied(empty_lake)
        read(import_)

    monkeypatch.setattr(taking, "read", reading)
    one = brought(client, orders_csv=ORDERS)
    assert "<strong>4 events</strong> will land." in page(client, one)


def test_an_import_does_not_wait_for_ever(alice: User, empty_lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(alice)
    one = brought(client, orders_csv=ORDERS)
    emptiness.emptying()  # and whoever said so has died
    monkeypatch.setattr(beginning_again, "PATIENCE_S", 0.0)
    assert "<strong>4 events</strong> landed." in taken_in(client, one)
