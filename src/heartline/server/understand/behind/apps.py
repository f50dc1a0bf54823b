"""The app of the page behind every number."""

from django.apps import AppConfig


class Behind(AppConfig):
    """What stands behind a number."""

    name = "heartline.server.understand.behind"
    label = "behind"
