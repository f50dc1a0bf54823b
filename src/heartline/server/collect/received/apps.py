"""The app of what was received."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from heartline.server.shell import navigation


class ReceivedApp(AppConfig):
    """How events land, and what became of those that could not be used."""

    name = "heartline.server.collect.received"
    label = "received"

    def ready(self) -> None:
        """Enter the menu, and go along when the data folder is emptied."""
        from heartline.server.shell import emptiness, notices

        from . import noticing, personal
        from .commands import forget_all  # models are there only now

        personal.register()
        emptiness.when_emptied(forget_all)
        notices.add(noticing.late)
        navigation.add(navigation.Entry("collect", _("What comes in"), "received", order=25, right="import"))
