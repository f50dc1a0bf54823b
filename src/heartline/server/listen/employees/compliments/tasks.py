"""What is done in the background for compliments. Every task may run twice."""

from __future__ import annotations

from django_tasks import task

from heartline.server.shell.lanes import OUTGOING, TEXTS

from . import finding, telling


@task(queue_name=TEXTS)
def find_compliments() -> int:
    """Look for the names of employees in what came; give how many compliments were found."""
    return finding.look()


@task(queue_name=OUTGOING)
def tell_compliments() -> int:
    """Tell whoever was praised; give how many mails went."""
    return telling.tell()


SCHEDULES = {find_compliments: 60.0, tell_compliments: 60.0}
"""Tasks that run again and again, with their seconds between."""
WANTED = {find_compliments.module_path: finding.behind, tell_compliments.module_path: telling.due}
