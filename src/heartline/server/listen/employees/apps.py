"""The app of employees."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from heartline.server.shell import navigation


class Employees(AppConfig):
    """How employees feel, what they tell, what they learn, and who thanks them."""

    name = "heartline.server.listen.employees"
    label = "employees"

    def ready(self) -> None:
        """Enter the menu, show notes at touchpoints, and go along when the data folder is emptied."""
        from heartline.server.shell import emptiness, notices, panels

        from . import held  # models are there only now
        from .compliments import views as compliments
        from .notes import views as notes
        from .training import commands as training

        held.register()
        emptiness.when_emptied(held.forget_all)
        panels.add("touchpoint", notes.panel)
        notices.add(compliments.notice)
        navigation.add(navigation.Entry("today", _("Compliments"), "compliments", order=92))
        navigation.add(navigation.Entry("act", _("Training"), "training", order=60, right=training.RIGHT))
        navigation.add(navigation.Entry("listen", _("Employees"), "employees", order=60))
        navigation.add(navigation.Entry("today", _("What customers say"), "tell", order=91))
