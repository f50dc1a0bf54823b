"""The worker process: runs tasks; beside them a thread gives signs of life and keeps the schedules."""

from __future__ import annotations

import logging
import os
import threading
import uuid

from django.db import close_old_connections
from django.db.utils import OperationalError
from django_tasks_db.management.commands.db_worker import Worker

from . import ticker

log = logging.getLogger("heartline.jobs")
BEAT_S = 2.0


def run(*, once: bool = False) -> None:
    """Run tasks until we are stopped; with `once`, until none is left."""
    name = f"{os.getpid()}-{uuid.uuid4().hex[:8]}"
    ticker.plan()
    ticker.beat(name)
    stop = threading.Event()
    thread = threading.Thread(target=_keep, args=(name, stop), daemon=True, name="ticker")
    if not once:
        thread.start()
    worker = Worker(
        queue_names=["*"], interval=0.5, batch=once, backend_name="default", startup_delay=False, max_tasks=None,
        worker_id=name, excluded_queue_names=[],
    )  # fmt: skip
    if not once:
        worker.configure_signals()
    try:
        worker.run()
    finally:
        stop.set()


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
