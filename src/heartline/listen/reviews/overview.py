"""The verb `reviews`: how the company is rated on each platform, and how it answers."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, sqrt
from typing import Any

import ibis
import numpy as np
import numpy.typing as npt

from heartline.core import say
from heartline.core.errors import InvalidInput, unknown
from heartline.core.period import Period
from heartline.core.registry import Evidence, Which, no_evidence, verb
from heartline.core.result import AsOf, Column, Figure, Result
from heartline.core.selection import build, spec, to_dict
from heartline.core.sentence import Sentence
from heartline.store.lake import Lake
from heartline.store.listing import Listed
from heartline.store.selecting import selected
from heartline.store.snapshot import Snapshot

from ..answers import Answers
from ..clusters import clustered, sums
from ..intervals import Sums, Z, mean_interval, welch, wilson
from .rows import POST
from .rows import reviews as reviews_of

Floats = npt.NDArray[np.float64]
KEYS = ("source", "scale")
COLUMNS = ("id", "customer", "source", "score", "scale", "feeling", "text")
FIGURES = ("reviews", "posts", "answered", "reply_s", "open")


@spec
class ReviewsSpec(Answers):
    """Which reviews.

    Parameters
    ----------
    scale
        Only reviews rated on these scales.
    about
        Only reviews that judge these touchpoints.
    """


def reviews_evidence(lake: Lake, spec: ReviewsSpec, which: Which) -> Evidence:
    """List the reviews behind a number."""
    snapshot = lake.at(spec.as_of)
    name = which.figure or which.column or ""
    if which.figure is not None and name not in FIGURES:
        raise unknown("figure", name, list(FIGURES), field="figure")
    if name == "posts":
        rows = _posts(snapshot, spec)
        return Evidence("interactions", "count", Listed(snapshot, rows.mutate(value=rows.feeling)))
    rows = reviews_of(snapshot, spec, *COLUMNS)
    for key in KEYS if which.figure is None else ():
        value = which.row.get(key)
        column = rows[key]
        rows = rows.filter(column.isnull() if value is None else column == value)
    made = _behind(rows, name)
    if made is None:
        raise no_evidence(which)
    measure, rows = made
    return Evidence("interactions", measure, Listed(snapshot, rows))


def _behind(rows: ibis.Table, name: str) -> tuple[str, ibis.Table] | None:
    """Give the measure and the rows behind a number of this name."""
    if name in ("reviews", "answered"):
        is_answered = rows.answered_at.notnull().cast("float64")
        return ("count" if name == "reviews" else "share"), rows.mutate(value=is_answered)
    if name == "open":
        low = rows.filter(_low(rows), rows.answered_at.isnull())
        return "count", low.mutate(value=low.feeling)
    if name in ("reply_s", "reply_s_n"):
        given = rows.filter(rows.reply_s.notnull())
        return ("median" if name == "reply_s" else "count"), given.mutate(value=given.reply_s)
    if name in ("rating", "rating_n"):
        rated = rows.filter(rows.score.notnull())
        return ("mean" if name == "rating" else "count"), rated.mutate(value=rated.score)
    return None


@verb(ReviewsSpec, key=KEYS, evidence=reviews_evidence)
def reviews(lake: Lake, spec: ReviewsSpec) -> Result:
    """Say how the company is rated on each platform, and how it answers.

    Shape
    -----
    One row per platform and scale: `source` str; `scale` str, null for reviews without stars; `reviews` int;
    `rating` float, the mean on that scale, with `rating_low`, `rating_high` and `rating_n`; `change` float, rating
    minus that of the period of equal length before, with `change_low`, `change_high`, null where either is unknown;
    `answered` float, share of reviews that somebody answered, with `answered_low`, `answered_high`; `reply_s` float,
    median seconds until then, with `reply_s_low`, `reply_s_high` and `reply_s_n`; `open` int, reviews of a bad
    feeling that nobody answered. The platform with the most reviews first.

    Units
    -----
    Ratings in points of their scale, shares 0–1, times in seconds.

    Uncertainty
    -----------
    Ratings: ∓ 1.96 standard errors, clustered by customer. Shares: Wilson. Medians: order statistics (David &
    Nagaraja 2003, section 7.1). Change: Welch. Whoever reviews is no sample of all customers: the intervals say how
    far chance alone moves the reviews, not how far reviewers differ from others.

    Raises
    ------
    NotFound
        `unknown_about`, `unknown_unit`, …
    """
    snapshot = lake.at(spec.as_of)
    rows = _rows(snapshot, spec)
    figures = _figures(snapshot, spec, rows)
    return Result(
        verb="reviews",
        spec=to_dict(spec) | {"period": str(snapshot.period(spec))},
        as_of=AsOf(snapshot.version, snapshot.time),
        answer=_answer(figures),
        figures=figures,
        columns=RESULT,
        rows=rows,
        notes=_notes(figures),
    )


def _low(rows: ibis.Table) -> ibis.Value:
    return (rows.feeling < 0).fill_null(False)


def _posts(snapshot: Snapshot, spec: ReviewsSpec) -> ibis.Table:
    rows = selected(snapshot, spec, "id", "occurred_at", "event", "source", "text", "feeling", "scale", "score")
    rows = rows.filter(rows.event == POST)
    if spec.scale or spec.about:  # nobody rates in a post, and none judges a touchpoint by itself
        rows = rows.filter(ibis.literal(False))
    return rows.drop("event", "scale", "score")


def _rows(snapshot: Snapshot, spec: ReviewsSpec) -> list[dict[str, Any]]:
    found = reviews_of(snapshot, spec, *COLUMNS)
    found = found.mutate(answered=found.answered_at.notnull(), low=_low(found))
    counted = found.group_by(list(KEYS)).aggregate(
        reviews=found.count(),
        answered=found.answered.cast("int64").sum(),
        open=(found.low & ~found.answered).cast("int64").sum(),
    )
    now, before = _rated(snapshot, spec), _rated_before(snapshot, spec)
    times = _times(snapshot, found)
    made = [_row(group, now, before, times) for group in snapshot.execute(counted).to_pylist()]
    return sorted(made, key=lambda row: (-row["reviews"], str(row["source"]), str(row["scale"])))


def _row(
    group: dict[str, Any], now: dict[Any, Sums], before: dict[Any, Sums], times: dict[Any, Floats]
) -> dict[str, Any]:
    place = (group["source"], group["scale"])
    rated, past = now.get(place), before.get(place)
    low, high = mean_interval(rated) if rated else (None, None)
    change = welch(rated, past) if rated and past else (None, None, None)
    n, answered = int(group["reviews"]), int(group["answered"])
    a_low, a_high = wilson(answered / n, n)
    middle, m_low, m_high = median(times.get(place, np.array([])))
    return {
        "source": group["source"], "scale": group["scale"], "reviews": n,
        "rating": rated.mean if rated else None, "rating_low": low, "rating_high": high,
        "rating_n": rated.n if rated else 0,
        "change": change[0], "change_low": change[1], "change_high": change[2],
        "answered": answered / n, "answered_low": a_low, "answered_high": a_high,
        "reply_s": middle, "reply_s_low": m_low, "reply_s_high": m_high, "reply_s_n": len(times.get(place, ())),
        "open": int(group["open"]),
    }  # fmt: skip


def _rated(snapshot: Snapshot, spec: ReviewsSpec) -> dict[Any, Sums]:
    rows = reviews_of(snapshot, spec, "customer", "source", "scale", "score")
    rated = rows.filter(rows.score.notnull())
    found = snapshot.execute(clustered(rated, KEYS, ("score",))).to_pylist()
    return {(row["source"], row["scale"]): sums(row, "score") for row in found}


def _rated_before(snapshot: Snapshot, spec: ReviewsSpec) -> dict[Any, Sums]:
    days: Period = snapshot.period(spec)
    try:
        past = days.before()
    except InvalidInput:  # all of time has no before
        return {}
    return _rated(snapshot, build(ReviewsSpec, to_dict(spec) | {"period": str(past)}))


def _times(snapshot: Snapshot, found: ibis.Table) -> dict[Any, Floats]:
    """Give how long each answer of a platform took."""
    given = found.filter(found.reply_s.notnull()).select(*KEYS, "reply_s")
    times: dict[Any, list[float]] = {}
    for row in snapshot.execute(given).to_pylist():
        times.setdefault((row["source"], row["scale"]), []).append(row["reply_s"])
    return {place: np.array(values) for place, values in times.items()}


def median(values: Floats) -> tuple[float | None, float | None, float | None]:
    """Give the median with the interval that its neighbours in order make; no interval below six values."""
    n = len(values)
    if not n:
        return None, None, None
    middle = float(np.median(values))
    if n < 6:
        return middle, None, None
    inside = max(0, floor(n / 2 - Z * sqrt(n) / 2))
    ordered = np.sort(values)
    return middle, float(ordered[inside]), float(ordered[n - 1 - inside])


def _figures(snapshot: Snapshot, spec: ReviewsSpec, rows: Sequence[dict[str, Any]]) -> dict[str, Figure]:
    n = sum(row["reviews"] for row in rows)
    answered = sum(round(row["answered"] * row["reviews"]) for row in rows)
    found = reviews_of(snapshot, spec, *COLUMNS)
    given = snapshot.execute(found.filter(found.reply_s.notnull()).select("reply_s"))["reply_s"]
    middle, low, high = median(given.to_numpy().astype(np.float64))
    least, most = wilson(answered / n, n) if n else (None, None)
    posts = int(snapshot.execute(_posts(snapshot, spec).count().name("n").as_table())["n"][0].as_py())
    waiting = sum(row["open"] for row in rows)
    return {
        "reviews": Figure(n, n=n, method="reviews of this selection"),
        "posts": Figure(posts, n=posts, method="posts of this selection"),
        "answered": Figure(
            answered / n if n else None, least, most, n, "share", "share of reviews that were answered; Wilson interval"
        ),
        "reply_s": Figure(middle, low, high, len(given), "s", "median time until an answer; order statistics"),
        "open": Figure(waiting, n=waiting, method="reviews with a feeling below 0 that nobody answered"),
    }


def _answer(figures: dict[str, Figure]) -> Sentence:
    n = figures["reviews"].n or 0
    if not n:
        return Sentence("No review has come in here.")
    answered, waiting = _number(figures["answered"]), _number(figures["open"])
    values = {"n": say.count(n), "answered": say.share(answered), "open": say.count(waiting)}
    return Sentence("{n} reviews: {answered} answered, {open} bad ones wait for an answer.", values)


def _number(figure: Figure) -> float | None:
    return None if figure.value is None else float(figure.value)


def _notes(figures: dict[str, Figure]) -> tuple[Sentence, ...]:
    if not figures["reviews"].n:
        return ()
    return (Sentence("People who review of their own accord are no sample of all customers."),)


RESULT = (
    Column("source", "str", "key", "the platform"),
    Column("scale", "str", "key", "what it is rated on; null without stars"),
    Column("reviews", "int", "count", "reviews there"),
    Column("rating", "float", "scale", "mean rating; null where nobody rated"),
    Column("rating_low", "float", "scale", "lower end of its 95 % interval"),
    Column("rating_high", "float", "scale", "upper end of it"),
    Column("rating_n", "int", "count", "reviews with a rating"),
    Column("change", "float", "scale", "rating minus that of the period before; null where one is unknown"),
    Column("change_low", "float", "scale", "lower end of its 95 % interval"),
    Column("change_high", "float", "scale", "upper end of it"),
    Column("answered", "float", "share", "of all reviews, those that somebody answered"),
    Column("answered_low", "float", "share", "lower end of its 95 % interval"),
    Column("answered_high", "float", "share", "upper end of it"),
    Column("reply_s", "float", "s", "median time until the answer; null without any"),
    Column("reply_s_low", "float", "s", "lower end of its 95 % interval"),
    Column("reply_s_high", "float", "s", "upper end of it"),
    Column("reply_s_n", "int", "count", "reviews that were answered"),
    Column("open", "int", "count", "reviews with a feeling below 0 that nobody answered"),
)
