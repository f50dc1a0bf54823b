"""Texts read in the background, and what is learnt from them at night. Twice changes nothing the second time."""

from __future__ import annotations

import logging
import time

from django.utils import timezone
from django_tasks import task

from heartline.core.errors import HeartlineError
from heartline.listen.text import embedding, showing, studying
from heartline.listen.text.reader import Reader, company
from heartline.listen.text.refining import Progress, hear, mark, refine
from heartline.server.shell.giving_way import give_way
from heartline.server.shell.lanes import TEXTS
from heartline.server.shell.opened import workspace
from heartline.store.lake import Lake

from . import correcting, serving
from .models import Turn

log = logging.getLogger("heartline.reading")
EVERY_S = 1.0
"""How often the progress is written down."""


def reader(lake: Lake) -> Reader:
    """Give the company's reader as it is now."""
    return company(lake.at().definitions, lake.folder)


@task(queue_name=TEXTS)
def read_texts() -> int:
    """Read what came, and everything when the models are others than before; give how many texts."""
    told = 0.0

    def tell(done: int, of: int) -> None:
        nonlocal told
        if time.monotonic() - told >= EVERY_S or done == of:
            told = time.monotonic()
            Turn.objects.update_or_create(
                pk=1,
                defaults={"done": done, "of": of, "under_way": done < of, "failed": False, "heard_at": timezone.now()},
            )
        give_way()

    try:
        return _read(workspace().lake, tell)
    except HeartlineError as error:
        log.warning("Texts are read later: %s", error)
    except Exception:
        log.exception("Texts could not be read.")
        Turn.objects.update_or_create(pk=1, defaults={"failed": True, "under_way": False, "heard_at": timezone.now()})
        raise
    return 0


def _read(lake: Lake, tell: Progress) -> int:
    """Hear everybody at once, by what was learnt: at first, and after an erasure took it, that is learnt before."""
    corrected = correcting.corrected()
    now = reader(lake)
    hear(lake, now, corrected, progress=tell)
    if now.kept is None and studying.due(lake, now):
        last = mark(lake.folder)
        before = last is not None and " prior" not in last.reader  # what was learnt went with somebody who was erased
        studying.study(lake, now, correcting.feelings(), studying.NEWEST if before else studying.SOON)
        now = reader(lake)
        hear(lake, now, corrected, progress=tell)
    read = refine(lake, now, corrected, tell, stop=lambda: now.kept is None and studying.due(lake, now)).texts
    if read:
        showing.ready(lake.at())  # so that no page has to load what encodes
    return read


def behind() -> bool:
    """Tell whether anything landed since texts were read."""
    if not embedding.wanted() or serving.resting():
        return False
    try:
        lake = workspace().lake
        last = mark(lake.folder)
        return lake.manifest.newest().version > (last.version if last else 0)
    except HeartlineError:  # being emptied
        return False


@task(queue_name=TEXTS)
def learn() -> int:
    """Learn from the company's texts and ratings; give how many ratings there were."""
    lake = workspace().lake
    card = studying.study(lake, reader(lake), correcting.feelings())
    showing.put_right(lake.folder, reader(lake), correcting.emotions())
    read_texts.enqueue()
    return card.ratings


def due() -> bool:
    """Tell whether it is time to learn."""
    if not embedding.wanted():
        return False
    try:
        lake = workspace().lake
        return mark(lake.folder) is not None and studying.due(lake, reader(lake))
    except HeartlineError:
        return False


SCHEDULES = {read_texts: 2.0, learn: 300.0}
WANTED = {read_texts.module_path: behind, learn.module_path: due}
