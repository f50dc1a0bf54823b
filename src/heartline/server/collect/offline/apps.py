"""The app of contacts that no machine records."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from heartline.server.shell import navigation


class Offline(AppConfig):
    """Contacts in shops, on the telephone and in the field."""

    name = "heartline.server.collect.offline"
    label = "offline"

    def ready(self) -> None:
        """Enter the menu, and go along when the data folder is emptied."""
        from heartline.server.shell import emptiness

        from . import commands  # models are there only now

        emptiness.when_emptied(commands.forget_all)
        navigation.add(navigation.Entry("today", _("Note a contact"), "log", order=90, right=commands.RIGHT))
