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
        from heartline.server.accounts import access
        from heartline.server.shell import published  # models are there only now

        from . import beside, correcting, emotion_views, outside_commands, serving

        correcting.register()
        beside.register()
        emptiness.when_emptied(correcting.forget_all)
        emptiness.when_emptied(outside_commands.forget_all)
        serving.register()
        access.shareable("emotions", "emotion")
        published.ask_ahead("emotions", **emotion_views.QUOTED)
        for by in (emotion_views.BY_MONTH, emotion_views.BY_PLACE):
            published.ask_ahead("emotions", **by)
        navigation.add(navigation.Entry("listen", _("Emotions"), "emotions", order=35, under="themes"))
        navigation.add(navigation.Entry("company", _("How texts are read"), "reading", order=40, right="define"))
