"""Exports of tools that teams use already: known by their columns, each with a recipe that was written for it."""

from .known import shared
from .writing import recipe, source, touchpoints

__all__ = ["recipe", "shared", "source", "touchpoints"]
