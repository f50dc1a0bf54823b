"""The app of contact data."""

from django.apps import AppConfig


class Contacts(AppConfig):
    """Names and addresses of people."""

    name = "heartline.server.people.contacts"
    label = "contacts"

    def ready(self) -> None:
        """Learn contact data from what arrives, and forget it when the data folder is emptied."""
        from heartline.server.shell import arriving, consenting, emptiness, reaching, told

        from . import commands, personal  # models are there only now

        personal.register()
        told.give(commands.everything)
        reaching.reads(commands.of)
        arriving.when_received(commands.learn)
        consenting.when_told(commands.take)
        emptiness.when_emptied(commands.forget_all)
