"""Help texts come from the docstrings of specs."""

from __future__ import annotations

from heartline.core import described
from heartline.core.selection import Selection, spec


@spec
class NarrowSpec(Selection):
    """Ask less.

    Parameters
    ----------
    journey
        Key of the
        journey.

    Raises
    ------
    InvalidInput
        Never.
    """

    journey: str


def test_fields_of_the_class_and_its_bases_are_described() -> None:
    found = described.fields(NarrowSpec)
    assert found["journey"] == "Key of the journey."
    assert found["segment"] == "Key of a segment: only its customers."
    assert found["unit"] == found["category"]
    assert "InvalidInput" not in found
