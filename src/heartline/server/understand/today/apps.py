"""The app of the first page."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from heartline.server.shell import navigation


class Today(AppConfig):
    """What changed, and where it hurts."""

    name = "heartline.server.understand.today"
    label = "today"

    def ready(self) -> None:
        """Enter the menu, and have the first answers made ahead."""
        from heartline.server.accounts import access
        from heartline.server.shell import published  # models are there only now

        navigation.add(navigation.Entry("today", _("Today"), "today", order=1))
        access.shareable("today", "home")
        published.ask_ahead("scores", compare="before")
        published.ask_ahead("scores", every="month")
        published.ask_ahead("touchpoints")
        published.ask_ahead("verbatims", limit=6)
        published.ask_ahead("freshness")
