"""The accounts app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Accounts(AppConfig):
    """People, keys and the audit trail."""

    name = "heartline.server.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Tell the menu who may do what, and enter it."""
        from heartline.server.shell import navigation

        from . import access, asking  # models are there only now

        navigation.check_rights(asking.may)
        navigation.add(navigation.Entry("company", _("Shared links"), "share_links", order=70, right="share"))
        access.shareable("scores")
        access.shareable("behind", rows=True)
