"""The app of webhooks that come in."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from heartline.server.shell import navigation


class Hooks(AppConfig):
    """Other systems tell what happens, the moment it does."""

    name = "heartline.server.collect.hooks"
    label = "hooks"

    def ready(self) -> None:
        """Learn what comes, enter the menu, and go along when the data folder is emptied."""
        from heartline.server.shell import arriving, emptiness

        from . import commands, personal  # models are there only now

        personal.register()
        arriving.when_received(commands.learn)
        emptiness.when_emptied(commands.forget_all)
        navigation.add(navigation.Entry("collect", _("Webhooks"), "hooks", order=26, right="import"))
