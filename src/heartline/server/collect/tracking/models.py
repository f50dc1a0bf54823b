"""What came in last, for people who want to see that it does."""

from __future__ import annotations

from django.db import models


class Lately(models.Model):
    """The last events of a batch: what happened where, never to whom."""

    batch = models.BigIntegerField(unique=True)
    events = models.JSONField(default=list)

    class Meta:
        """Newest first."""

        ordering = ("-batch",)

    def __str__(self) -> str:
        return f"last events of batch {self.batch}"
