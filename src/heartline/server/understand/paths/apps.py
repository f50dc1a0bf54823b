"""The app of the page of paths."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from heartline.server.shell import navigation


class Paths(AppConfig):
    """Which paths people take, and which of them lead to the goal."""

    name = "heartline.server.understand.paths"
    label = "paths"

    def ready(self) -> None:
        """Enter the menu, and have the first answers made ahead."""
        from heartline.server.accounts import access  # models are there only now
        from heartline.server.shell import published

        navigation.add(navigation.Entry("understand", _("Paths"), "paths", order=30))
        access.shareable("paths")
        published.ask_ahead("journeys")
        for verb in ("graph", "funnel"):
            published.ask_ahead_of_each_journey(verb)
