"""Do two things that people said hang together? Tests of a table of counts, and which of its cells stand out.

Pearson's chi-square where enough answers are expected in every cell (Cochran 1954), else Fisher's exact test of four
cells, else as many random tables with the same totals as a fixed seed makes. How strongly: Cramér's V (1946), with the
interval of the noncentral chi-square (Smithson 2003). Cells: adjusted residuals (Haberman 1973), or Fisher's test of
the cell against the rest where few are expected; their chances are corrected for how many are looked at (Holm 1979).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]
EXPECTED = 5.0
FEWEST_IN_ALL = 20
"""People below whom nothing is told of a table."""
TABLES, SEED = 9_999, 20_071
SURE = 0.05
NORMAL = NormalDist()


@dataclass(frozen=True)
class Test:
    """What a table says.

    Parameters
    ----------
    how
        `chi_square`, `fisher` or `monte_carlo`; empty where nothing can be told.
    v, low, high
        Cramér's V and its interval; None where nothing can be told.
    p
        How often chance alone does that much.
    expected, residual, p_cell
        For each cell; `p_cell` after Holm's correction.
    """

    how: str
    p: float | None
    v: float | None
    low: float | None
    high: float | None
    expected: Numbers
    residual: Numbers
    p_cell: Numbers

    @property
    def tells(self) -> bool:
        """Tell whether there were enough answers to tell anything."""
        return bool(self.how)


def cross(counts: Counts) -> Test:
    """Test a table: a line for each answer, a column for each group."""
    filled = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    expected = expected_of(counts)
    unknown = np.full(counts.shape, np.nan)
    if min(filled.shape) < 2 or counts.sum() < FEWEST_IN_ALL:
        return Test("", None, None, None, None, expected, unknown, unknown)
    statistic, degrees = pearson(filled), (filled.shape[0] - 1) * (filled.shape[1] - 1)
    how, p = _chance(filled, statistic, degrees)
    size = int(counts.sum()) * (min(filled.shape) - 1)
    low, high = (sqrt(min(1.0, edge / size)) for edge in _noncentral(statistic, degrees))
    v = sqrt(statistic / size)
    residual = _residuals(counts, expected)
    return Test(how, p, v, min(low, v), max(high, v), expected, residual, holm(_cells(counts, residual)))


def expected_of(counts: Counts) -> Numbers:
    """Give what each cell would hold if nothing hung together."""
    total = counts.sum()
    made: Numbers = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / total if total else np.zeros(counts.shape)
    return made


def pearson(counts: Counts) -> float:
    """Give Pearson's chi-square of a table without empty lines."""
    expected = expected_of(counts)
    return float(((counts - expected) ** 2 / expected).sum())


def _chance(counts: Counts, statistic: float, degrees: int) -> tuple[str, float]:
    from scipy.stats import chi2, fisher_exact, random_table  # a second that no start of a process waits for

    expected = expected_of(counts)
    if (expected >= 1).all() and (expected >= EXPECTED).mean() >= 0.8:
        return "chi_square", float(chi2.sf(statistic, degrees))
    if counts.shape == (2, 2):
        return "fisher", float(fisher_exact(counts).pvalue)
    drawn = random_table(counts.sum(axis=1), counts.sum(axis=0), seed=SEED).rvs(TABLES)
    found = ((drawn - expected) ** 2 / expected).sum(axis=(1, 2))
    return "monte_carlo", float((1 + (found >= statistic - 1e-9).sum()) / (1 + TABLES))


def _noncentral(statistic: float, degrees: int) -> tuple[float, float]:
    """Give the ends of the interval of a chi-square's noncentrality."""
    from scipy.optimize import brentq
    from scipy.stats import ncx2

    def end(share: float) -> float:
        if ncx2.cdf(statistic, degrees, 0) < share:
            return 0.0
        top = statistic + 10 * sqrt(statistic + degrees) + 50
        return float(brentq(lambda moved: ncx2.cdf(statistic, degrees, moved) - share, 0, top))

    return end(0.975), end(0.025)


def _residuals(counts: Counts, expected: Numbers) -> Numbers:
    total = counts.sum()
    rows, columns = 1 - counts.sum(axis=1) / total, 1 - counts.sum(axis=0) / total
    spread = np.sqrt(expected * np.outer(rows, columns))
    made: Numbers = np.divide(counts - expected, spread, out=np.full(counts.shape, np.nan), where=spread > 0)
    return made


def _cells(counts: Counts, residual: Numbers) -> Numbers:
    """Give each cell's chance against the rest of the table."""
    from scipy.stats import fisher_exact

    found = np.full(counts.shape, np.nan)
    for place in zip(*np.nonzero(~np.isnan(residual)), strict=True):
        rest = folded(counts, *place)
        if expected_of(rest).min() >= EXPECTED:
            found[place] = 2 * NORMAL.cdf(-abs(float(residual[place])))
        else:
            found[place] = fisher_exact(rest).pvalue
    return found


def folded(counts: Counts, row: int, column: int) -> Counts:
    """Fold a table to four cells: this one, and the rest of its line, of its column, and of the table."""
    here, line, group = counts[row, column], counts[row].sum(), counts[:, column].sum()
    rest = counts.sum() - line - group + here
    return np.array([[here, line - here], [group - here, rest]], np.int64)


def holm(chances: Numbers) -> Numbers:
    """Correct chances for how many there are (Holm 1979); unknown ones are left alone."""
    found = np.full(chances.shape, np.nan)
    known = np.flatnonzero(~np.isnan(chances))
    worst = 0.0
    for rank, place in enumerate(known[np.argsort(chances.flat[known], kind="stable")]):
        worst = max(worst, min(1.0, float(chances.flat[place]) * (len(known) - rank)))
        found.flat[place] = worst
    return found
