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

        from . import commands, two_views
        from .views import SORTS

        navigation.add(navigation.Entry("listen", _("Themes"), "themes", order=30))
        navigation.add(
            navigation.Entry("listen", _("What people wanted to get done"), "needs", order=31, under="themes")
        )
        navigation.add(
            navigation.Entry("listen", _("Why people buy, and why they leave"), "reasons", order=32, under="themes")
        )
        access.shareable("themes", "needs", "reasons")
        emptiness.when_emptied(commands.forget_all)
        for sort in SORTS:
            published.ask_ahead("themes", **sort.asked)
        for name in ("need", "reason"):
            published.ask_ahead("themes", sort=name, quotes=two_views.QUOTES)
            published.ask_ahead("themes", sort=name, by=("about",))
