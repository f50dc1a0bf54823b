"""95 % intervals of scores: adjusted Wald for NPS, Wilson for shares, standard errors for means.

Where a person gave several answers they are no independent evidence: variances are clustered by customer, and the
intervals of NPS and shares use the effective number of answers that follows from them.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from math import nan, sqrt
from statistics import NormalDist

Z = NormalDist().inv_cdf(0.975)
Ends = tuple[float, float]


@dataclass(frozen=True)
class Sums:
    """What a mean's interval needs of its answers, summed: all of it comes from one grouped query.

    Parameters
    ----------
    n
        Answers.
    s, q
        Sum of the answers' values, and of their squares.
    people
        Clusters: customers, and each answer of nobody known by itself.
    ss, sn, nn
        Over the clusters: sum of (sum of values)², of (sum of values)·(answers), of (answers)².
    """

    n: int
    s: float
    q: float
    people: int
    ss: float
    sn: float
    nn: float

    def __add__(self, other: Sums) -> Sums:
        """Put the answers of other people beside these."""
        return Sums(*(getattr(self, part.name) + getattr(other, part.name) for part in fields(Sums)))

    @property
    def mean(self) -> float:
        """Mean of the answers."""
        return self.s / self.n if self.n else nan

    @property
    def error(self) -> float | None:
        """Standard error of the mean, clustered by customer; None for fewer than two customers.

        Linearised variance of a ratio with G/(G−1), as Cochran (1977), Sampling Techniques, section 9A; it equals
        s/√n where nobody answered twice.
        """
        if self.people < 2:
            return None
        spread = self.ss - 2 * self.mean * self.sn + self.mean**2 * self.nn
        return sqrt(max(spread, 0.0) * self.people / (self.people - 1)) / self.n

    @property
    def effective(self) -> float:
        """How many independent answers would tell as much: n, or less where people answered several times.

        Kish (1965): n divided by the design effect; the number of people where all answers are alike.
        """
        if self.people == self.n or not self.n:
            return self.n
        alone = self.q / self.n - self.mean**2
        error = self.error
        if error is None or alone <= 1e-12 or error == 0:
            return self.people
        return min(self.n, alone / error**2)


def mean_interval(sums: Sums) -> tuple[float, float] | tuple[None, None]:
    """Give mean ∓ 1.96 standard errors; nothing for fewer than two customers."""
    error = sums.error
    return (None, None) if error is None else (sums.mean - Z * error, sums.mean + Z * error)


def wilson(share: float, n: float) -> tuple[float, float] | tuple[None, None]:
    """Give the interval of a share of n (Wilson 1927, JASA 22; formula 3 of Brown, Cai & DasGupta 2001)."""
    if n <= 0:
        return None, None
    weight = Z * Z / n
    centre = (share + weight / 2) / (1 + weight)
    half = Z / (1 + weight) * sqrt(max(share * (1 - share) / n + weight / (4 * n), 0.0))
    low, high = max(0.0, centre - half), min(1.0, centre + half)
    return min(low, share), max(high, share)


def nps_interval(promoters: float, detractors: float, n: float) -> tuple[float, float] | tuple[None, None]:
    """Give the interval of NPS in points, from the shares of promoters and detractors among n answers.

    Adjusted Wald (Rocks 2016, Quality and Reliability Engineering International 32): ¾ promoter, ¾ detractor and
    1½ passives are added. 50 promoters and 30 detractors of 100 give 2.7 … 36.2. Where all answers are alike the
    interval is widened to hold their NPS.
    """
    if n <= 0:
        return None, None
    more = n + 3
    p, d = (promoters * n + 0.75) / more, (detractors * n + 0.75) / more
    half = Z * sqrt((p + d - (p - d) ** 2) / more)
    value = promoters - detractors
    return 100 * max(-1.0, min(p - d - half, value)), 100 * min(1.0, max(p - d + half, value))


def welch(a: Sums, b: Sums) -> tuple[float | None, float | None, float | None]:
    """Give mean a − mean b with its interval, from both standard errors (Welch 1947); None where nothing is known."""
    if not a.n or not b.n:
        return None, None, None
    change = a.mean - b.mean
    if a.error is None or b.error is None:
        return change, None, None
    half = Z * sqrt(a.error**2 + b.error**2)
    return change, change - half, change + half


def apart(a: float, a_ends: Ends, b: float, b_ends: Ends) -> tuple[float, float, float]:
    """Give a − b with the interval that both sides' own intervals make; these need not lie around their middle.

    Newcombe (1998), Statistics in Medicine 17, method 10, for shares; Zou & Donner (2008), Statistics in Medicine 27,
    for whatever has limits.
    """
    (a_low, a_high), (b_low, b_high) = a_ends, b_ends
    difference = a - b
    low = difference - sqrt((a - a_low) ** 2 + (b_high - b) ** 2)
    return difference, low, difference + sqrt((a_high - a) ** 2 + (b - b_low) ** 2)


def independent(n: int, s: float, q: float) -> Sums:
    """Give the sums of n answers that each come from another person, from their sum and that of their squares."""
    return Sums(n, s, q, n, q, s, n)


def alone(values: list[float]) -> Sums:
    """Give the sums of answers that each come from another person."""
    return independent(len(values), sum(values), sum(value * value for value in values))
