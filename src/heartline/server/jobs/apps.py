"""The jobs app."""

from django.apps import AppConfig


class Jobs(AppConfig):
    """Schedules and heartbeats."""

    name = "heartline.server.jobs"
    label = "jobs"
