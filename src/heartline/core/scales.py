"""Answer scales: their range, direction, boxes and measure (DEFINITIONS, "Scales")."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """How people could answer.

    Parameters
    ----------
    low, high
        Ends of the scale; an answer outside is no answer on it.
    measure
        `nps`, `top` (share of answers from `top_from` up) or `mean`.
    top_from
        Lowest answer that counts into the top boxes; None where the measure has none.
    low_is_good
        True for scales that run the other way (CES 1).
    """

    key: str
    low: float
    high: float
    measure: str
    top_from: float | None = None
    low_is_good: bool = False

    def holds(self, score: float) -> bool:
        """Tell whether an answer lies on the scale."""
        return self.low <= score <= self.high

    def feeling(self, score: float) -> float:
        """Map an answer linearly from the scale's ends to −1…+1."""
        value = 2 * (score - self.low) / (self.high - self.low) - 1
        return -value if self.low_is_good else value


SCALES: dict[str, Scale] = {
    scale.key: scale
    for scale in (
        Scale("nps", 0, 10, "nps"),
        Scale("enps", 0, 10, "nps"),
        Scale("csat5", 1, 5, "top", 4),
        Scale("csat7", 1, 7, "top", 6),
        Scale("ces7", 1, 7, "mean", 5),
        Scale("stars5", 1, 5, "mean", 4),
        Scale("smiley3", 1, 3, "top", 3),
        Scale("smiley5", 1, 5, "top", 4),
        Scale("yesno", 0, 1, "top", 1),
        Scale("rating10", 1, 10, "mean", 8),
        Scale("points10", 0, 10, "mean", 8),
        Scale("points100", 0, 100, "mean", 80),
    )
}
