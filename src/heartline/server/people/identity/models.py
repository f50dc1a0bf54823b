"""What people said of suggestions: who is not the same person, and whom to look at later."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Answer(models.Model):
    """A word on two customers who look alike; the last one holds. A yes joins them and stands in the lake's ledger."""

    left = models.CharField(max_length=200)
    right = models.CharField(max_length=200)
    later = models.BooleanField()
    by = models.CharField(max_length=254)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        """One word on two."""

        constraints = (models.UniqueConstraint(fields=("left", "right"), name="one_word_on_two"),)

    def __str__(self) -> str:
        return f"{self.left} and {self.right}: {'later' if self.later else 'no'}"
