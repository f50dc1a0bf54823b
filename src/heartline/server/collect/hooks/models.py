"""Webhooks, and the last bodies that came by them, to try a mapping on."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Hook(models.Model):
    """A webhook; its secret is kept encrypted."""

    name = models.CharField(max_length=60, unique=True)
    style = models.CharField(max_length=20)
    header = models.CharField(max_length=100, blank=True)
    secret = models.BinaryField()
    fields = models.JSONField(default=dict)
    """Field of an event -> where the body has it."""
    made_by = models.CharField(max_length=254)
    made_at = models.DateTimeField(default=timezone.now)
    taken = models.PositiveBigIntegerField(default=0)
    refused = models.PositiveBigIntegerField(default=0)
    last_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)

    class Meta:
        """By name."""

        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Sample(models.Model):
    """A body that came in last, encrypted."""

    hook = models.ForeignKey(Hook, models.CASCADE, related_name="samples")
    number = models.BigIntegerField(unique=True)
    """Its number in the inbox."""
    at = models.DateTimeField()
    delivery = models.CharField(max_length=200)
    body = models.BinaryField()

    class Meta:
        """Newest first."""

        ordering = ("-number",)

    def __str__(self) -> str:
        return f"{self.hook} {self.number}"
