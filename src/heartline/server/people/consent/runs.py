"""What machines repeat with every event, as runs: from when to when somebody was heard to say the same.

The last word is exact whatever the order of arrival. A run's beginning is the first time it was heard; where a word
that says otherwise comes late and falls into a run, the run is parted: what was heard in between is no longer known.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass
class Run:
    """The same said from `at` to `last_at`; `row` is where it is kept, `changed` whether that has to be written."""

    state: str
    at: datetime
    last_at: datetime
    row: int | None = None
    changed: bool = False


def told(runs: Iterable[Run], words: Iterable[tuple[datetime, str]]) -> list[Run]:
    """Enter words into runs of one name, purpose and source."""
    made = sorted(runs, key=_place)
    for at, state in sorted(words):
        _enter(made, at, state)
        made.sort(key=_place)
    return made


def _place(run: Run) -> tuple[datetime, datetime]:
    return run.at, run.last_at


def _enter(runs: list[Run], at: datetime, state: str) -> None:
    if any(run.state == state and run.at <= at <= run.last_at for run in runs):
        return
    for run in runs:
        if run.at < at < run.last_at:  # the run is parted by what was said in it
            runs.append(Run(run.state, run.last_at, run.last_at, changed=True))
            run.last_at, run.changed = run.at, True
            break
    before = max((run for run in runs if run.last_at <= at), key=lambda run: run.last_at, default=None)
    after = min((run for run in runs if run.at >= at), key=lambda run: run.at, default=None)
    if before is not None and before.state == state and _alone(runs, before.last_at, at, state):
        before.last_at, before.changed = at, True
    elif after is not None and after.state == state and _alone(runs, at, after.at, state):
        after.at, after.changed = at, True
    else:
        runs.append(Run(state, at, at, changed=True))


def _alone(runs: Iterable[Run], first: datetime, last: datetime, state: str) -> bool:
    """Tell whether nothing else was said in between."""
    return not any(run.state != state and run.at <= last and run.last_at >= first for run in runs)
