"""The app of eligibility."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from heartline.server.shell import arriving, eligible, emptiness, navigation, panels, showing


class Eligibility(AppConfig):
    """Who may be asked, and how often."""

    name = "heartline.server.people.eligibility"
    label = "eligibility"

    def ready(self) -> None:
        """Keep the desk where everybody reserves, and show on the customer page what came of it."""
        from . import desk, held, learning, views, visiting  # models are there only now

        eligible.keeps(desk.OurDesk())
        showing.decided_by(visiting.decided)
        held.register()
        arriving.when_received(learning.learn)
        emptiness.when_emptied(held.forget_all)
        panels.add("customer", views.panel)
        navigation.add(navigation.Entry("company", _("How often we ask"), "contact_rules", order=35, right="define"))
