"""A front, whichever database holds its inbox."""

from .fronts import front

__all__ = ["front"]
