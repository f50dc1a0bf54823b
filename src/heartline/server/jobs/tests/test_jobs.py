"""Jobs: started on time by one ticker, returned when their worker dies, harmless when run twice."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db.utils import OperationalError
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks.signals import task_finished
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from heartline.collect.inbox import Backlog
from heartline.collect.loading.loader import MOST_BYTES
from heartline.server.jobs import tasks, ticker, worker
from heartline.server.jobs.models import Heartbeat, Lease, Schedule
from heartline.server.shell import published
from heartline.server.shell.lanes import PAGES
from heartline.server.shell.models import Publication
from heartline.store.lake import Lake
from heartline.store.tests.world import events

pytestmark = pytest.mark.django_db(transaction=True)


def test_publishing_computes_the_pages_first_answers_once(lake: Lake) -> None:
    newest = lake.versions()[-1].version
    assert tasks.publish.call() == newest
    assert published.version() == newest
    assert tasks.publish.call() is None
    events(lake.folder, [("emil", "delivery", "2024-04-01 10:00", {"score": 3.0, "scale": "stars5"})])
    assert tasks.publish.call() == newest + 1
    assert list(Publication.objects.values_list("version", flat=True)) == [newest + 1]


def test_after_an_upgrade_the_same_version_is_published_once_more(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    newest = tasks.publish.call()
    assert not tasks.behind()
    monkeypatch.setattr(tasks, "code_version", lambda: "upgraded")
    asked: list[str] = []
    monkeypatch.setattr("heartline.workspace.Workspace.call", lambda self, name, values: asked.append(name))
    Publication.objects.update(at=timezone.now() - timedelta(hours=1))
    assert tasks.behind()
    assert tasks.publish.call() == newest
    assert "scores" in asked
    assert not tasks.behind()
    assert tasks.publish.call() is None
    assert list(Publication.objects.values_list("version", "code")) == [(newest, "upgraded")]


def test_after_a_folder_was_emptied_its_new_and_lower_version_is_published(lake: Lake) -> None:
    Publication.objects.create(version=40)
    newest = lake.versions()[-1].version
    assert tasks.publish.call() == newest
    assert published.version() == newest


def test_a_folder_without_rows_publishes_nothing_so_that_the_first_rows_are_seen_at_once(empty_lake: Lake) -> None:
    Publication.objects.create(version=3)
    assert tasks.publish.call() is None
    assert published.version() is None


def test_what_was_computed_of_a_folder_emptied_meanwhile_is_not_published(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "heartline.workspace.Workspace.call", lambda self, name, values: (lake.folder / "format").touch()
    )
    assert tasks.publish.call() is None
    assert published.version() is None


def test_every_question_of_a_page_is_asked_ahead(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr("heartline.workspace.Workspace.call", lambda self, name, values: asked.append((name, values)))
    tasks.publish.call()
    newest = lake.versions()[-1].version
    assert ("scores", {"as_of": newest}) in asked
    assert ("scores", {"every": "month", "as_of": newest}) in asked


def test_due_tasks_start_once_however_often_the_clock_ticks(lake: Lake) -> None:
    ticker.plan()
    due = sum(tasks.WANTED.get(one.module_path, lambda: True)() for one in tasks.SCHEDULES)
    assert tasks.behind()
    began = timezone.now()
    assert ticker.tick() == due
    assert Schedule.objects.filter(due_at__gt=began).count() >= due  # what began is due again later
    Schedule.objects.update(due_at=timezone.now())
    assert ticker.tick() == 0  # the first ones still wait
    worker.run(once=True)
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {TaskResultStatus.SUCCESSFUL}
    assert published.version() == lake.versions()[-1].version
    Schedule.objects.update(due_at=timezone.now() + timedelta(hours=1))  # work may have taken longer than their pause
    assert ticker.tick() == 0
    Schedule.objects.update(due_at=timezone.now())
    assert ticker.tick() == due - 1  # pages are not behind
    events(lake.folder, [("emil", "delivery", "2024-04-01 10:00")])
    Publication.objects.update(took_s=0)
    assert ticker.tick() == 1


def test_publishing_rests_half_as_long_as_it_took(lake: Lake) -> None:
    tasks.publish.call()
    assert Publication.objects.get().took_s > 0
    events(lake.folder, [("emil", "delivery", "2024-04-01 10:00")])
    Publication.objects.update(took_s=6000.0, at=timezone.now() - timedelta(seconds=2900))
    assert not tasks.behind()
    Publication.objects.update(at=timezone.now() - timedelta(seconds=3000))
    assert tasks.behind()


@pytest.mark.parametrize(("waits", "rests"), [(Backlog(bytes=MOST_BYTES), True), (Backlog(bytes=100), False)])
def test_while_much_waits_to_land_publishing_rests_longer(
    lake: Lake, monkeypatch: pytest.MonkeyPatch, waits: Backlog, rests: bool
) -> None:
    tasks.publish.call()
    events(lake.folder, [("emil", "delivery", "2024-04-01 10:00")])
    monkeypatch.setattr(tasks, "backlog", lambda: waits)
    Publication.objects.update(took_s=1.0, at=timezone.now() - timedelta(seconds=10))
    assert tasks.behind() is not rests
    Publication.objects.update(at=timezone.now() - timedelta(seconds=tasks.EVERY_S))
    assert tasks.behind()


def test_what_takes_its_time_does_not_start_while_what_was_received_is_late(
    empty_lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticker.plan()
    patient = [one for one in tasks.SCHEDULES if one.queue_name in ticker.PATIENT]
    monkeypatch.setattr(ticker, "WANTED", {})
    for late, started in ((True, 0), (False, len(patient))):
        monkeypatch.setattr(ticker, "late", lambda late=late: late)
        Schedule.objects.update(due_at=timezone.now())
        ticker.tick()
        assert DBTaskResult.objects.filter(queue_name__in=ticker.PATIENT).count() == started
    assert patient


def test_nothing_is_published_while_the_folder_is_being_emptied(lake: Lake) -> None:
    assert tasks.behind()
    (lake.folder / "format").unlink()
    assert not tasks.behind()


@contextmanager
def finishing(task: Any) -> Iterator[threading.Event]:
    """Hear that a task was run, without asking the database beside the threads that use it."""
    done = threading.Event()

    def hear(task_result: Any, **_: object) -> None:
        if task_result.task.module_path == task.module_path:
            done.set()

    task_finished.connect(hear)
    try:
        yield done
    finally:
        task_finished.disconnect(hear)


@pytest.fixture
def pages_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run one lane beside us: a database in memory refuses threads that come at once, instead of letting them wait."""
    monkeypatch.setattr(worker, "LANES", (PAGES,))


@pytest.mark.usefixtures("pages_alone")
def test_what_people_wait_for_and_what_pages_need_go_past_a_long_task(lake: Lake) -> None:
    """Nobody runs the main lane here: it is as busy as can be."""
    long, quick = tasks.compact.enqueue(), tasks.publish.enqueue()
    with finishing(tasks.publish) as done, worker.side_lanes("lanes"):
        assert done.wait(60)
    assert published.version() == lake.versions()[-1].version
    states = dict(DBTaskResult.objects.values_list("id", "status"))
    assert states[uuid.UUID(long.id)] == TaskResultStatus.READY
    assert states[uuid.UUID(quick.id)] == TaskResultStatus.SUCCESSFUL


@pytest.mark.usefixtures("pages_alone")
def test_a_lane_outlives_a_database_that_is_away(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = Worker.run, []

    def run(self: Worker) -> None:
        calls.append(self.queue_names)
        if len(calls) <= 2:
            raise OperationalError("gone")
        real(self)

    monkeypatch.setattr(Worker, "run", run)
    tasks.publish.enqueue()
    with finishing(tasks.publish) as done, worker.side_lanes("lanes"):
        assert done.wait(60)
    assert published.version() == lake.versions()[-1].version


def test_a_schedule_that_is_no_more_is_forgotten() -> None:
    Schedule.objects.create(task="heartline.gone", every_s=1)
    ticker.plan()
    assert not Schedule.objects.filter(task="heartline.gone").exists()


def test_one_process_holds_a_duty_until_its_lease_ends() -> None:
    assert ticker.take("ticker", "first")
    assert not ticker.take("ticker", "second")
    assert ticker.take("ticker", "first")
    Lease.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert ticker.take("ticker", "second")
    assert not ticker.take("ticker", "first")


def claimed(name: str, ago_s: float) -> DBTaskResult[..., int]:
    """Make a task that a worker took and never finished."""
    result = DBTaskResult.objects.get(pk=tasks.tidy.enqueue().id)
    result.claim(name)
    DBTaskResult.objects.update(started_at=timezone.now() - timedelta(seconds=ago_s))
    return result


def test_the_tasks_of_a_killed_worker_return_and_run(lake: Lake) -> None:
    result = claimed("dead", ago_s=60)
    ticker.beat("dead")
    Heartbeat.objects.update(at=timezone.now() - timedelta(seconds=60))
    assert ticker.reclaim() == 1
    worker.run(once=True)
    result.refresh_from_db()
    assert result.status == TaskResultStatus.SUCCESSFUL


def test_the_tasks_of_a_living_worker_stay_however_long_they_take() -> None:
    result = claimed("slow", ago_s=3600)
    ticker.beat("slow")
    assert ticker.reclaim() == 0
    result.refresh_from_db()
    assert result.status == TaskResultStatus.RUNNING


def test_old_results_are_forgotten() -> None:
    for ago in (timedelta(days=2), timedelta(hours=1)):
        kept = tasks.tidy.enqueue()
        DBTaskResult.objects.filter(pk=kept.id).update(
            status=TaskResultStatus.SUCCESSFUL, finished_at=timezone.now() - ago
        )
    assert tasks.tidy.call() == 1
