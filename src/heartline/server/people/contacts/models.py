"""Contact data by identifier."""

from __future__ import annotations

from django.db import models


class Contact(models.Model):
    """One thing known about how to reach somebody, or what they are called; the newest of each name.

    `identifier` is `kind:hex` as in the lake, `value` is encrypted.
    """

    identifier = models.CharField(max_length=200)
    name = models.CharField(max_length=120)
    value = models.BinaryField()
    at = models.DateTimeField()
    source = models.CharField(max_length=120)

    class Meta:
        """One value each."""

        constraints = (models.UniqueConstraint(fields=("identifier", "name"), name="one_value"),)

    def __str__(self) -> str:
        return f"{self.name} of {self.identifier}"
