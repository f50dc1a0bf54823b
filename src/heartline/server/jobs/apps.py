"""The jobs app."""

from django.apps import AppConfig


class Jobs(AppConfig):
    """Schedules and heartbeats."""

    name = "heartline.server.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Say how publishing is started."""
        from heartline.server.shell import published  # models are there only now

        from .tasks import publish

        published.publish_with(publish.enqueue)
