"""Making the demo company, in a process of its own: what it needs in memory is gone with it."""

from __future__ import annotations

import logging
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from django.conf import settings
from django.utils import timezone
from django_tasks import task

from heartline.server.shell import published
from heartline.server.shell.opened import workspace

from .models import DemoRun, State

log = logging.getLogger("heartline.start")
COMMAND = (sys.executable, "-c", "from heartline.cli import main; main()", "demo")
"""Ourselves, as `heartline demo`."""
EVERY_S = 0.4
"""How often the progress is written down."""


@task()
def make_demo(number: int) -> None:
    """Make the demo company. A second time, after a worker fell silent, finishes what the first one did not."""
    run = DemoRun.objects.filter(pk=number, state__in=(State.WAITING, State.RUNNING)).first()
    if run is None:
        return
    if _made():
        _finish(run, State.DONE)
        return
    DemoRun.objects.filter(pk=number).update(state=State.RUNNING, heard_at=timezone.now())
    with tempfile.TemporaryFile("w+") as said:
        command = [*COMMAND, str(settings.DATA), "--json"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, text=True) as child:  # noqa: S603  (ours)
            assert child.stdout is not None
            for step in _steps(child.stdout):
                DemoRun.objects.filter(pk=number).update(**step, heard_at=timezone.now())
        said.seek(0)
        trouble = said.read().strip()
    if _made():
        _finish(run, State.DONE)
    else:
        log.error("The demo company was not made: %s", trouble[-2000:])
        _finish(run, State.FAILED, trouble.splitlines()[-1] if trouble else "")
    published.soon()


def _made() -> bool:
    """Tell whether the demo company is there, with its rows."""
    snapshot = workspace().lake.at()
    return snapshot.definitions.settings.get("demo") is True and bool(snapshot.files("interactions"))


def _finish(run: DemoRun, state: State, reason: str = "") -> None:
    DemoRun.objects.filter(pk=run.pk).update(state=state, reason=reason[:400], heard_at=timezone.now())


def _steps(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Read the steps that the program tells, and pass on what a page can follow."""
    last = 0.0
    what = None
    for line in lines:
        try:
            step = msgspec.json.decode(line)
        except msgspec.DecodeError:
            continue
        if not isinstance(step, dict) or "what" not in step:
            continue
        now = time.monotonic()
        if step["what"] != what or now - last >= EVERY_S:
            last, what = now, step["what"]
            yield {"what": str(what)[:40], "done": int(step.get("done", 0)), "of": int(step.get("of", 0))}
