"""The app of connections."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from heartline.server.shell import navigation


class Connections(AppConfig):
    """Other systems are asked for what is new."""

    name = "heartline.server.collect.connections"
    label = "connections"

    def ready(self) -> None:
        """Enter the menu, tell on the first page what needs somebody, and go along when the data folder is emptied."""
        from heartline.server.shell import emptiness, notices

        from . import commands, noticing, personal  # models are there only now

        personal.register()
        notices.add(noticing.failing)
        emptiness.when_emptying(commands.hold)
        emptiness.when_emptied(commands.forget_all)
        navigation.add(navigation.Entry("collect", _("Connections"), "connections", order=22, right="import"))
