"""The app of what customers say right now."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from heartline.server.shell import navigation


class Feedback(AppConfig):
    """What customers say, the moment they do."""

    name = "heartline.server.listen.feedback"
    label = "feedback"

    def ready(self) -> None:
        """Enter the menu, and have the first answers made ahead."""
        from heartline.server.shell import published  # models are there only now

        from . import beside
        from .views import PAGE

        navigation.add(navigation.Entry("listen", _("Live feedback"), "feedback", order=5))
        published.ask_ahead("feedback", limit=PAGE)
        for verb, values in beside.ASKED:
            published.ask_ahead(verb, **values)
