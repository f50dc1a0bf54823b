"""The app that tells other systems what happens here."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from heartline.server.shell import navigation


class Outbound(AppConfig):
    """Other systems hear what happens here, the moment it does."""

    name = "heartline.server.act.outbound"
    label = "outbound"

    def ready(self) -> None:
        """Hear what happens, say when a system hears nothing, and go along when the data folder is emptied."""
        from heartline.server.shell import arriving, emptiness, happenings, notices

        from . import fanning, hearing, held, shown  # models are there only now

        held.register()
        arriving.when_received(hearing.refused)
        happenings.when_something_happens(hearing.happened)
        emptiness.when_emptied(fanning.begin_again)
        notices.add(shown.notice)
        navigation.add(navigation.Entry("company", _("Other systems"), "outbound", order=62, right="administer"))
