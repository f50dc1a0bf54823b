"""The worker process: runs tasks, each lane in a thread; another thread gives signs of life and keeps the schedules."""

from __future__ import annotations

import logging
import os
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import close_old_connections, connections
from django.db.utils import OperationalError
from django_tasks_db.management.commands.db_worker import Worker

from heartline.listen.text import embedder
from heartline.server.shell.giving_way import give_way
from heartline.server.shell.lanes import LANES

from . import ticker

log = logging.getLogger("heartline.jobs")
BEAT_S = 2.0
GRACE_S = 5.0
"""How long a lane may go on with its task when the worker is stopped; a task cut short is run again by the next."""


def run(*, once: bool = False) -> None:
    """Run tasks until we are stopped; with `once`, until none is left."""
    name = f"{os.getpid()}-{uuid.uuid4().hex[:8]}"
    ticker.plan()
    ticker.beat(name)
    if once:
        _worker(name, ["*"], batch=True).run()
        return
    embedder.pausing(give_way)
    stop = threading.Event()
    threading.Thread(target=_keep, args=(name, stop), daemon=True, name="ticker").start()
    main = _worker(name, ["*"], without=LANES)
    main.configure_signals()
    with side_lanes(name):
        try:
            main.run()
        finally:
            stop.set()


@contextmanager
def side_lanes(name: str) -> Iterator[None]:
    """Run the lanes beside the main thread until the block ends."""
    stop = threading.Event()
    workers = {lane: _worker(name, [lane]) for lane in LANES}
    threads = [
        threading.Thread(target=_lane, args=(lane, worker, stop), daemon=True, name=lane)
        for lane, worker in workers.items()
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for worker in workers.values():
            worker.running = False
        for thread in threads:
            thread.join(GRACE_S)


def _worker(name: str, queues: list[str], without: tuple[str, ...] = (), *, batch: bool = False) -> Worker:
    return Worker(
        queue_names=queues, interval=0.5, batch=batch, backend_name="default", startup_delay=False, max_tasks=None,
        worker_id=name, excluded_queue_names=list(without),
    )  # fmt: skip


def _lane(lane: str, worker: Worker, stop: threading.Event) -> None:
    """Run a lane's tasks; a database that is away comes back, and so does the lane."""
    while not stop.is_set():
        try:
            worker.run()
        except Exception:
            log.exception("The lane %s stumbled and goes on.", lane)
            stop.wait(1.0)
    connections.close_all()


def _keep(name: str, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            close_old_connections()
            ticker.beat(name)
            if ticker.take("ticker", name):
                ticker.reclaim()
                ticker.tick()
        except OperationalError as error:  # a busy or restarting database: the next beat comes soon
            log.warning("The ticker missed a beat: %s", error)
        stop.wait(BEAT_S)
