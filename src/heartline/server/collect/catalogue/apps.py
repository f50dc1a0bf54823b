"""The catalogue's app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from heartline.server.shell import navigation


class Catalogue(AppConfig):
    """What the company is made of."""

    name = "heartline.server.collect.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        """Enter the menu."""
        navigation.add(navigation.Entry("company", _("What we define"), "catalogue_home", order=40, right="define"))
