"""The app of what customers write and say."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from heartline.server.shell import navigation


class Voices(AppConfig):
    """What customers write and say."""

    name = "heartline.server.listen.voices"
    label = "voices"

    def ready(self) -> None:
        """Enter the menu, and have the first answer made ahead."""
        from heartline.server.accounts import access
        from heartline.server.shell import emptiness, published  # models are there only now

        from . import commands, held
        from .views import PAGE

        emptiness.when_emptied(commands.forget_visits)
        held.register()
        navigation.add(navigation.Entry("listen", _("Voices"), "voices", order=40))
        access.shareable("voices")
        published.ask_ahead("verbatims", limit=PAGE)
