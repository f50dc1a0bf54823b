"""The accounts app."""

from django.apps import AppConfig


class Accounts(AppConfig):
    """People, keys and the audit trail."""

    name = "heartline.server.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Tell the menu who may do what."""
        from heartline.server.shell import navigation

        from . import asking  # models are there only now

        navigation.check_rights(asking.may)
