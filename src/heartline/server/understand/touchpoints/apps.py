"""The app of touchpoints."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from heartline.server.shell import navigation


class Touchpoints(AppConfig):
    """Where it hurts, and how a touchpoint is."""

    name = "heartline.server.understand.touchpoints"
    label = "touchpoints"

    def ready(self) -> None:
        """Enter the menu, and have the first answers made ahead."""
        from heartline.server.accounts import access  # models are there only now
        from heartline.server.shell import published

        navigation.add(navigation.Entry("understand", _("Touchpoints"), "touchpoints", order=20))
        access.shareable("touchpoints", "touchpoints_months", "touchpoint")
        published.ask_ahead("waits")
        published.ask_ahead("touchpoints")
        published.ask_ahead("touchpoints", every="month")
        for verb in ("touchpoints", "steps", "waits", "whereabouts"):
            published.ask_ahead_of_each_journey(verb)
        published.ask_ahead_of_each_journey("touchpoints", every="month")
        for split in ("unit", "channel"):
            published.ask_ahead_of_each_journey("touchpoints", by=split)
