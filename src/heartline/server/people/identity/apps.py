"""The app of who is one person."""

from django.apps import AppConfig

from heartline.server.shell import panels


class Identity(AppConfig):
    """Why identifiers are one person, and people joined and parted by a word."""

    name = "heartline.server.people.identity"
    label = "identity"

    def ready(self) -> None:
        """Enter the customer page."""
        from . import views  # models are there only now

        panels.add("customer", views.panel)
