"""The accounts app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Accounts(AppConfig):
    """People, keys and the audit trail."""

    name = "heartline.server.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Tell the menu who may do what, enter it, and begin to write down who signs in."""
        from heartline.server.shell import navigation

        from . import access, asking, second_step, trail  # models are there only now

        navigation.check_rights(asking.may)
        trail.listen()
        second_step.listen()
        for label, url, order, right in (
            (_("Shared links"), "share_links", 70, "share"),
            (_("People"), "people_here", 75, "administer"),
            (_("API keys"), "api_keys", 80, "administer"),
            (_("What was done"), "audit", 85, "administer"),
            (_("My account"), "own_account", 90, "read"),
        ):
            navigation.add(navigation.Entry("company", label, url, order=order, right=right))
        access.shareable("scores")
        access.shareable("behind", rows=True)
