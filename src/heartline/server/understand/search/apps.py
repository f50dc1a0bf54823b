"""The app of the search."""

from django.apps import AppConfig


class Search(AppConfig):
    """One search over everything."""

    name = "heartline.server.understand.search"
    label = "search"
