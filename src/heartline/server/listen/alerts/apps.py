"""The app that tells people what is out of the ordinary."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from heartline.server.shell import navigation


class Alerts(AppConfig):
    """People are told what they asked to be told."""

    name = "heartline.server.listen.alerts"
    label = "alerts"

    def ready(self) -> None:
        """Enter the menu and the first page, say what is held of people, go along when the folder is emptied."""
        from heartline.server.shell import emptiness, notices, published  # models are there only now

        from . import commands, held, shown

        held.register()
        notices.add(shown.notice)
        published.ask_ahead("limits")
        emptiness.when_emptied(commands.forget_all)
        navigation.add(navigation.Entry("listen", _("Alerts"), "alerts", order=10))
