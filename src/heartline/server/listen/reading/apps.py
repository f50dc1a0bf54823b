"""The app of how texts are read."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from heartline.server.shell import emptiness, navigation


class Reading(AppConfig):
    """How well texts are read, by which sentences, and what people put right."""

    name = "heartline.server.listen.reading"
    label = "reading"

    def ready(self) -> None:
        """Enter the menu, say what is held of people, and go along when the data folder is emptied."""
        from . import correcting  # models are there only now

        correcting.register()
        emptiness.when_emptied(correcting.forget_all)
        navigation.add(navigation.Entry("company", _("How texts are read"), "reading", order=40, right="define"))
