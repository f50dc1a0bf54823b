"""The app of the page of waits."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from heartline.server.shell import navigation


class Waits(AppConfig):
    """Where people wait, and how long they bear it."""

    name = "heartline.server.understand.waits"
    label = "waits"

    def ready(self) -> None:
        """Enter the menu, and have the first answers made ahead."""
        from heartline.server.accounts import access  # models are there only now
        from heartline.server.shell import published

        navigation.add(navigation.Entry("understand", _("Waits"), "waits", order=40))
        access.shareable("waits", "waits_months")
        published.ask_ahead("journeys")
        published.ask_ahead("waits")
        published.ask_ahead("waits", every="month")
        published.ask_ahead_of_each_journey("waits")
