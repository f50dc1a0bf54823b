"""The app of interviews."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Interviews(AppConfig):
    """Interviews and their quotes."""

    name = "heartline.server.listen.interviews"
    label = "interviews"

    def ready(self) -> None:
        """Enter the menu, the search and the pages that quotes concern; say what is held of people."""
        from heartline.server.shell import emptiness, navigation

        from . import beside, commands, finding, held  # models are there only now

        beside.register()
        finding.register()
        held.register()
        emptiness.when_emptied(commands.forget_all)
        navigation.add(navigation.Entry("listen", _("Interviews"), "interviews", order=50, right=commands.READ))
