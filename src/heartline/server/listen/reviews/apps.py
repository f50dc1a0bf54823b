"""The app of what is said of the company elsewhere."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from heartline.server.shell import navigation


class Reviews(AppConfig):
    """Reviews, posts and competitors."""

    name = "heartline.server.listen.reviews"
    label = "reviews"

    def ready(self) -> None:
        """Enter the menu, and have the first answers made ahead."""
        from heartline.server.accounts import access
        from heartline.server.shell import published  # models are there only now

        from .views import LISTED

        navigation.add(navigation.Entry("listen", _("Reviews"), "reviews", order=45))
        navigation.add(navigation.Entry("listen", _("We and they"), "reviews_beside", order=46, under="reviews"))
        access.shareable("reviews", "reviews_beside")
        published.ask_ahead("reviews")
        published.ask_ahead("unanswered", limit=LISTED)
