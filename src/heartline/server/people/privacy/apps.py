"""The app of privacy."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from heartline.server.shell import emptiness, navigation, panels, personal


class Privacy(AppConfig):
    """What people ask about their data, and how long we keep them."""

    name = "heartline.server.people.privacy"
    label = "privacy"

    def ready(self) -> None:
        """Enter the menu and the customer page, and say what is held here and in accounts."""
        from . import commands, held, views  # models are there only now

        held.register()
        personal.when_asked_who_objects(commands.objecting)
        emptiness.when_emptied(commands.forget_all)
        panels.add("customer", views.panel)
        navigation.add(navigation.Entry("company", _("Privacy"), "privacy", order=35, right="privacy"))
