"""What shipped recipes make of real files, to compare what is guessed with."""

from heartline.collect.tests.conftest import shipped

__all__ = ["shipped"]
