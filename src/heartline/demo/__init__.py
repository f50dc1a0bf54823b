"""The demo company: a world of customers with planted truths, whose data come in through the same door as anybody's."""

from .making import CUSTOMERS, SEED, Made, Progress, is_demo, make

__all__ = ["CUSTOMERS", "SEED", "Made", "Progress", "is_demo", "make"]
