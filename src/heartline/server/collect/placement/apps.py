"""The app of where events belong."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from heartline.server.shell import navigation


class Placement(AppConfig):
    """Events that were seen, and the rules by which they are placed."""

    name = "heartline.server.collect.placement"
    label = "placement"

    def ready(self) -> None:
        """Enter the menu, learn of what arrives, tell Today what has no place, and go when everything goes."""
        from heartline.server.shell import arriving, emptiness, notices

        from . import commands, held, share  # models are there only now

        navigation.add(navigation.Entry("collect", _("Events and rules"), "events", order=28, right="define"))
        arriving.when_received(commands.learn)
        emptiness.when_emptied(commands.forget_all)
        notices.add(share.notice)
        held.register()
