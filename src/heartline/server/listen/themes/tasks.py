"""Texts are read for themes in the background, and themes looked for once a day. Every task may run twice."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django_tasks import task

from heartline.core.errors import HeartlineError
from heartline.listen.text import embedding
from heartline.listen.text.aspects import keeping as about
from heartline.listen.text.embedder import Embedder
from heartline.listen.text.reader import company
from heartline.listen.text.sentences import sentences
from heartline.listen.text.themes import changing, keeping
from heartline.listen.text.themes.reading import Reader
from heartline.listen.text.themes.space import space
from heartline.server.accounts.models import User
from heartline.server.shell import published
from heartline.server.shell.giving_way import backlog
from heartline.server.shell.lanes import READING
from heartline.server.shell.opened import workspace
from heartline.store.lake import Lake

from . import commands
from .models import Progress, progress

TURN_S = 20.0
"""How long one turn reads, and then writes a version."""
AT_MOST = 4_000
"""Texts of one turn."""
JUDGED_AT_ONCE = 1_000
LOOK_EVERY = timedelta(days=1)
LITTLE = 1_000
"""Events that wait to land when little comes in."""
LOOK_LATER_S = 3_600.0
"""How long looking for themes waits for such a moment: it takes a whole core for a minute."""
MOST_OF_A_THEME = 2_000
"""Texts of a theme among which its parts are looked for."""

_patient: dict[str, float] = {}
"""Since when looking for themes waits."""
_readers: dict[tuple[str, int], Reader] = {}
"""The last reader that was made, by the data folder and the version of its definitions."""


@task(queue_name=READING)
def read() -> int:
    """Look for themes when it is time; read the texts that nobody has read, then those read by other themes."""
    lake, state = workspace().lake, progress()
    if not lake.at().files("interactions"):
        return 0
    start = lake.manifest.newest().version
    if _time_to_look(state):
        keeping.look(lake, encoder(lake), timezone.localdate())
        Progress.objects.filter(pk=state.pk).update(looked_at=timezone.now())
    by = _reader(lake)
    until = time.monotonic() + TURN_S
    waiting = keeping.unread(lake.at(), AT_MOST)
    if waiting:
        if not state.signature:  # the first reading ever: nothing is to be read anew after it
            Progress.objects.filter(pk=state.pk).update(signature=by.signature)
        done = len(keeping.read(lake, by, waiting, until=until))
    else:
        done = _again(lake, by, state, until)
    if not done:
        Progress.objects.filter(pk=state.pk).update(version=start)
    return done


def encoder(lake: Lake) -> Embedder:
    """Give what makes vectors of this company's texts: the same for themes as for feeling."""
    return company(lake.at().definitions, lake.folder).embedder


def _time_to_look(state: Progress) -> bool:
    """Tell whether to look for themes now: once a day, at a moment when little comes in."""
    if state.looked_at is not None and timezone.now() - state.looked_at < LOOK_EVERY:
        return False
    if backlog().events <= LITTLE:
        _patient.clear()
        return True
    since = _patient.setdefault("since", time.monotonic())
    return time.monotonic() - since >= LOOK_LATER_S


def _again(lake: Lake, by: Reader, state: Progress, until: float) -> int:
    """Read texts anew that other themes were read in, the newest first; give how many."""
    if state.signature == by.signature:
        return 0
    if state.toward != by.signature:
        state.toward, state.at, state.last_id = by.signature, None, ""
    place = None if state.at is None else (state.at, state.last_id)
    done = keeping.read(lake, by, keeping.before(lake.at(), place, AT_MOST), until=until)
    if done:
        state.at, state.last_id = done[-1].place
    else:
        state.signature, state.toward, state.at, state.last_id = by.signature, "", None, ""
    state.save(update_fields=["signature", "toward", "at", "last_id"])
    return len(done)


def _reader(lake: Lake) -> Reader:
    """Give what reads by the themes as they are now; made anew when any definition changed."""
    snapshot = lake.at()
    key = (str(lake.folder), snapshot.newest.tables.get("definitions", 0))
    if key not in _readers:
        _readers.clear()
        _readers[key] = keeping.reader(snapshot, encoder(lake))
    return _readers[key]


def behind() -> bool:
    """Tell whether anything landed since nothing was left to read, or it is time to look for themes."""
    if not embedding.wanted():
        return False
    try:
        newest = workspace().lake.manifest.newest().version
    except HeartlineError:  # being emptied
        return False
    state = progress()
    due = state.looked_at is None or timezone.now() - state.looked_at >= LOOK_EVERY
    return newest > 0 and (due or state.version != newest)


@task(queue_name=READING)
def split(theme: str, who: int) -> None:
    """Make several themes of one, for somebody who asked for it."""
    user = User.objects.filter(pk=who, is_active=True).first()
    if user is None:
        return
    lake = workspace().lake
    by = _reader(lake)
    texts = [one.text for one in keeping.of_theme(lake.at(), theme, MOST_OF_A_THEME)]
    own = [part for text in dict.fromkeys(texts) for part in by.about(sentences(text), theme)]
    commands.split(
        theme=theme, by=user,
        make=lambda there: changing.split(there, theme, space(encoder(lake)), own, timezone.localdate()),
    )  # fmt: skip
    published.soon()


@task(queue_name=READING)
def judge() -> int:
    """Propose which touchpoint texts speak of, of which nobody said so; give for how many that was clear."""
    lake, state = workspace().lake, progress()
    snapshot = lake.at()
    texts = about.open_texts(snapshot, state.judged_to, JUDGED_AT_ONCE)
    if not texts or not snapshot.definitions.all("touchpoint"):
        return 0
    made = about.propose(lake, about.reader(snapshot, encoder(lake)), texts)
    Progress.objects.filter(pk=state.pk).update(judged_to=texts[-1].occurred_at)
    return made


def unjudged() -> bool:
    """Tell whether texts came of which nobody said what they judge."""
    if not embedding.wanted():
        return False
    try:
        return bool(about.open_texts(workspace().lake.at(), progress().judged_to, 1))
    except HeartlineError:  # being emptied
        return False


SCHEDULES: dict[Any, float] = {read: 10.0, judge: 60.0}
"""Tasks that run again and again, with their seconds between."""
WANTED = {read.module_path: behind, judge.module_path: unjudged}
"""Tasks that start only when this holds."""
