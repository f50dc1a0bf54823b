"""The guided import's app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from heartline.server.shell import emptiness, navigation, recipes


class Imports(AppConfig):
    """Files come in."""

    name = "heartline.server.collect.imports"
    label = "imports"

    def ready(self) -> None:
        """Enter the menu, and go along when the data folder is emptied."""
        from . import beginning_again, offering, personal  # models are there only now

        personal.register()
        recipes.offer(offering.recipes)
        emptiness.when_emptying(beginning_again.hold)
        emptiness.when_emptied(beginning_again.release)
        navigation.add(navigation.Entry("collect", _("Bring data in"), "import", order=20, right="import"))
