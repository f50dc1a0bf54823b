"""The app of consent."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from heartline.server.shell import arriving, consenting, emptiness, navigation, notices, panels, reaching


class Consent(AppConfig):
    """Who may be contacted for what, and how that is known."""

    name = "heartline.server.people.consent"
    label = "consent"

    def ready(self) -> None:
        """Answer what is allowed, and learn of it from events and files."""
        from . import commands, held, learning, ledger, links, views  # models are there only now

        held.register()
        consenting.answers(ledger.standing)
        reaching.leaves_by(links.headers)
        consenting.when_told(commands.take)
        consenting.when_objecting(commands.object_)
        arriving.when_received(learning.learn)
        emptiness.when_emptied(held.forget_all)
        panels.add("customer", views.panel)
        panels.add("privacy_person", views.panel)
        notices.add(views.notice)
        navigation.add(navigation.Entry("company", _("What we ask for"), "purposes", order=34, right="define"))
