"""The shell app."""

from django.apps import AppConfig


class Shell(AppConfig):
    """What every page stands on."""

    name = "heartline.server.shell"
    label = "shell"
