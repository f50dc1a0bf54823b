"""The app of what people talk about."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from heartline.server.shell import navigation


class Themes(AppConfig):
    """What people talk about."""

    name = "heartline.server.listen.themes"
    label = "themes"

    def ready(self) -> None:
        """Enter the menu, have the first answers made ahead, and go along when the data folder is emptied."""
        from heartline.server.accounts import access
        from heartline.server.shell import emptiness, published  # models are there only now

        from . import commands
        from .views import SORTS

        navigation.add(navigation.Entry("listen", _("Themes"), "themes", order=30))
        access.shareable("themes")
        emptiness.when_emptied(commands.forget_all)
        for sort in SORTS:
            published.ask_ahead("themes", **sort.asked)
