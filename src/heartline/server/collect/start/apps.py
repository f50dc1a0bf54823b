"""The start's app."""

from django.apps import AppConfig


class Start(AppConfig):
    """How a company begins."""

    name = "heartline.server.collect.start"
    label = "start"
