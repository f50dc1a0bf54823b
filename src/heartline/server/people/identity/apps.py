"""The app of who is one person."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from heartline.server.shell import emptiness, navigation, panels


class Identity(AppConfig):
    """Why identifiers are one person, and people joined and parted by a word."""

    name = "heartline.server.people.identity"
    label = "identity"

    def ready(self) -> None:
        """Enter the menu and the customer page, and say what is held here."""
        from . import held, views  # models are there only now

        held.register()
        emptiness.when_emptied(held.forget_all)
        navigation.add(navigation.Entry("company", _("Same person?"), "identity_likely", order=36, right="join_people"))
        panels.add("customer", views.panel)
