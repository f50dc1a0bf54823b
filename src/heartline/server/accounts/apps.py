"""The accounts app."""

from django.apps import AppConfig


class Accounts(AppConfig):
    """People, keys and the audit trail."""

    name = "heartline.server.accounts"
    label = "accounts"
