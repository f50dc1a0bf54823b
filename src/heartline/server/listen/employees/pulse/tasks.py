"""What is done in the background to ask employees. Every task may run twice."""

from __future__ import annotations

from django_tasks import task

from heartline.server.shell.lanes import OUTGOING

from . import posting


@task(queue_name=OUTGOING)
def ask_employees() -> int:
    """Send what is due; give how many mails went."""
    return posting.post()


SCHEDULES = {ask_employees: 60.0}
"""Tasks that run again and again, with their seconds between."""
