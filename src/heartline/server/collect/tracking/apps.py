"""The app of the script for the company's own pages."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from heartline.server.shell import navigation


class Tracking(AppConfig):
    """The script, the line that puts it into pages, and what came in last."""

    name = "heartline.server.collect.tracking"
    label = "tracking"

    def ready(self) -> None:
        """Learn what comes in, enter the menu, and go along when the data folder is emptied."""
        from heartline.server.shell import arriving, emptiness

        from . import commands  # models are there only now

        arriving.when_received(commands.learn)
        emptiness.when_emptied(commands.forget_all)
        navigation.add(navigation.Entry("collect", _("Your website"), "tracking", order=24, right="import"))
