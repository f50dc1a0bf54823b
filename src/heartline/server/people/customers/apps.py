"""The app of customers."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from heartline.server.shell import navigation


class Customers(AppConfig):
    """Finding customers, and what one lived."""

    name = "heartline.server.people.customers"
    label = "customers"

    def ready(self) -> None:
        """Enter the menu, and have the first answer made ahead."""
        from heartline.server.shell import published  # models are there only now

        from .views import PEOPLE

        navigation.add(navigation.Entry("understand", _("Customers"), "customers", order=40, right="read_people"))
        published.ask_ahead("customers", limit=PEOPLE)
