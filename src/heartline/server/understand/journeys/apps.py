"""The app of journey maps."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from heartline.server.shell import navigation


class Journeys(AppConfig):
    """The journeys that customers live, and how they feel on the way."""

    name = "heartline.server.understand.journeys"
    label = "journeys"

    def ready(self) -> None:
        """Enter the menu, and have the first answers of every journey made ahead."""
        from heartline.server.accounts import access  # models are there only now
        from heartline.server.shell import published

        navigation.add(navigation.Entry("understand", _("Journey maps"), "journeys", order=10))
        access.shareable("journeys", "journey")
        published.ask_ahead("journeys")
        published.ask_ahead("verbatims", typical=1, limit=400)
        for verb in ("touchpoints", "steps", "waits", "whereabouts"):
            published.ask_ahead_of_each_journey(verb)
