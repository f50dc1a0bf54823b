"""The app of drop folders."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from heartline.server.shell import emptiness, navigation


class Folders(AppConfig):
    """Files that other systems put down, again and again."""

    name = "heartline.server.collect.folders"
    label = "folders"

    def ready(self) -> None:
        """Enter the menu, and go along when the data folder is emptied."""
        from . import commands

        emptiness.when_emptied(commands.forget_all)
        navigation.add(navigation.Entry("collect", _("Drop folders"), "drop_folders", order=22, right="import"))
