"""The app of surveys."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from heartline.server.shell import navigation


class Surveys(AppConfig):
    """Asking customers and employees."""

    name = "heartline.server.listen.surveys"
    label = "surveys"

    def ready(self) -> None:
        """Enter the menu, and go along when the data folder is emptied."""
        from heartline.server.shell import eligible, emptiness, published

        from . import commands, held  # models are there only now
        from .inviting import opening, returning

        emptiness.when_emptied(commands.forget_all)
        held.register()
        eligible.calls("survey", opening.called)
        eligible.when_failed(returning.told)
        published.ask_ahead("surveyed", period="all")
        navigation.add(navigation.Entry("listen", _("Surveys"), "surveys", order=20, right=commands.RIGHT))
