"""The guided import's app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from heartline.server.shell import navigation


class Imports(AppConfig):
    """Files come in."""

    name = "heartline.server.collect.imports"
    label = "imports"

    def ready(self) -> None:
        """Enter the menu."""
        navigation.add(navigation.Entry("company", _("Bring data in"), "import", order=20, right="import"))
