"""The scores page's app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from heartline.server.shell import navigation


class Scores(AppConfig):
    """How customers rate us."""

    name = "heartline.server.listen.scores"
    label = "scores"

    def ready(self) -> None:
        """Enter the menu, and have the first answers made ahead."""
        from heartline.server.accounts import access
        from heartline.server.shell import published  # models are there only now

        from .beside import ASKED

        navigation.add(navigation.Entry("listen", _("Ratings"), "scores"))
        access.shareable("scores", "scores_everybody")
        published.ask_ahead("scores")
        published.ask_ahead("scores", every="month")
        published.ask_ahead("scores", by=("about",))
        published.ask_ahead("scores", **ASKED)
