"""Texts by what they are about: how many speak of each theme, how that feels, how many more than before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import ibis
import numpy as np

from heartline.core.errors import unknown
from heartline.store.snapshot import Snapshot

from .answers import Answers, judging, sampled, scales
from .clusters import clustered, sums
from .intervals import Sums, apart, mean_interval, wilson
from .text.rising import Rise, rising, scatter
from .text.themes.values import known
from .told import only

SLICES = 8
"""What is of late is held against so many times of equal length before."""
NOWHERE = "¤"
"""Stands for an unknown value while groups are joined."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Window:
    """What is “of late”: up to the last text, and the same length several times before; without texts nothing is."""

    last: datetime | None
    days: int

    def slice(self, rows: ibis.Table) -> ibis.Value:
        """Number the time that a text was said in: 0 is of late, 1 the one before, …"""
        if self.last is None:
            return ibis.literal(SLICES + 1)
        width = timedelta(days=self.days)
        edges = [(rows.occurred_at > ibis.literal(self.last - (n + 1) * width), n) for n in range(SLICES + 1)]
        return ibis.cases(*edges, else_=SLICES + 1)

    def is_recent(self, rows: ibis.Table) -> ibis.Value:
        """Tell which texts are of late."""
        return self.slice(rows) == 0

    def is_before(self, rows: ibis.Table) -> ibis.Value:
        """Tell which texts are of the times before."""
        return self.slice(rows).between(1, SLICES)


def texts(snapshot: Snapshot, spec: Answers, *columns: str) -> ibis.Table:
    """Give the texts that were read for themes, with these columns, `occurred_at` and `themes`."""
    rows = _said(snapshot, spec, *columns, "themes")
    return rows.filter(rows.themes.notnull())


@dataclass(frozen=True)
class Overview:
    """How many texts there are, how many were read for themes, how many speak of any; the time of the last one."""

    every: int
    read: int
    about_any: int
    last: datetime | None


def overview(snapshot: Snapshot, spec: Answers, keys: Sequence[str]) -> Overview:
    """Count the texts of a selection."""
    rows = _said(snapshot, spec, "themes")
    read = rows.themes.notnull()
    found = snapshot.execute(
        rows.aggregate(
            every=rows.count(),
            read=read.cast("int64").sum(),
            about_any=(read & with_theme(rows, keys)).cast("int64").sum(),
            last=ibis.ifelse(read, rows.occurred_at, ibis.null("timestamp('UTC', 6)")).max(),
        )
    ).to_pylist()[0]
    return Overview(int(found["every"] or 0), int(found["read"] or 0), int(found["about_any"] or 0), found["last"])


def _said(snapshot: Snapshot, spec: Answers, *columns: str) -> ibis.Table:
    by = split_of(spec)
    needed = ["text", "occurred_at", "kind", *columns, *(["scale"] if spec.scale else [])]
    needed += [by] if by else []
    needed += ["about", "touchpoint"] if spec.about or by == "about" else []
    rows = snapshot.selected(spec, *dict.fromkeys(needed))
    rows = sampled(rows.filter(rows.text.notnull(), rows.text != ""))
    rows = only(rows, getattr(spec, "told_by", None))
    if spec.scale:
        rows = rows.filter(rows.scale.isin(list(scales(snapshot, spec.scale))))
    return judging(snapshot, rows, spec.about)


def with_theme(rows: ibis.Table, keys: Sequence[str]) -> ibis.Value:
    """Tell which texts are about any of these themes."""
    found = ibis.literal(False)
    for key in keys:
        found = found | rows.themes.contains(key)
    return found


def checked(snapshot: Snapshot, keys: Sequence[str]) -> list[str]:
    """Give the keys of themes that there are.

    Raises
    ------
    NotFound
        `unknown_theme`.
    """
    there = known(snapshot.definitions)
    for key in keys:
        if key not in there:
            raise unknown("theme", key, list(there), field="theme")
    return list(keys)


def split_of(spec: Answers) -> str | None:
    """Give the column that texts are split by; None without one."""
    return next(iter(getattr(spec, "by", ())), None)


def split(rows: ibis.Table, by: str) -> ibis.Value:
    """Give the column that texts are split by; what they judge is by default their own touchpoint."""
    return rows.about.coalesce(rows.touchpoint) if by == "about" else rows[by]


def window(snapshot: Snapshot, spec: Answers, days: int) -> Window:
    """Give what is of late among the texts of a selection."""
    rows = texts(snapshot, spec)
    last = snapshot.execute(rows.aggregate(last=rows.occurred_at.max())).to_pylist()[0]["last"]
    return Window(last, days)


@dataclass(frozen=True)
class Counts:
    """What was counted of texts: by theme and group, and by group alone."""

    about: list[Row]
    all: dict[str, Row]
    felt: dict[tuple[str, str], Row]
    slices: dict[tuple[str, str], dict[int, int]]
    all_slices: dict[str, dict[int, int]]


def counted(snapshot: Snapshot, spec: Answers, keys: Sequence[str], late: Window) -> Counts:
    """Count the texts of a selection by theme; by group, too, where it is split."""
    by = split_of(spec)
    rows = texts(snapshot, spec, "customer", "feeling")
    group = split(rows, by).fill_null(NOWHERE) if by else ibis.literal(NOWHERE)
    rows = rows.mutate(group=group, slice=late.slice(rows)).select("customer", "feeling", "themes", "group", "slice")
    people = clustered(rows, ["group"], ())
    told = rows.mutate(theme=rows.themes.unnest()).drop("themes")
    told = told.filter(told.theme.isin(list(keys)))
    felt = told.filter(told.feeling.notnull())
    felt = felt.mutate(unhappy=(felt.feeling < 0).cast("float64"))
    places = ["theme", "group"]
    by_slice = told.group_by([*places, "slice"]).aggregate(n=told.count())
    all_slices = rows.group_by(["group", "slice"]).aggregate(n=rows.count())
    return Counts(
        snapshot.execute(_hits(rows, told)).to_pylist(),
        {row["group"]: row for row in snapshot.execute(people).to_pylist()},
        {
            (row["theme"], row["group"]): row
            for row in snapshot.execute(clustered(felt, places, ("feeling", "unhappy"))).to_pylist()
        },
        _nested((row["theme"], row["group"], row["slice"], row["n"]) for row in snapshot.execute(by_slice).to_pylist()),
        {
            group[0]: numbers
            for group, numbers in _nested(
                (row["group"], row["slice"], row["n"]) for row in snapshot.execute(all_slices).to_pylist()
            ).items()
        },
    )


def _nested(rows: Any) -> dict[Any, dict[int, int]]:
    found: dict[Any, dict[int, int]] = {}
    for *place, number, n in rows:
        found.setdefault(tuple(place), {})[int(number)] = int(n)
    return found


def _hits(rows: ibis.Table, told: ibis.Table) -> ibis.Table:
    """Sum up, with customers as clusters, which of their texts speak of each theme: `n ss sn` by theme and group."""
    total = rows.group_by(["group", "customer"]).aggregate(every=rows.count().cast("float64"))
    total = total.filter(total.customer.notnull()).rename(of="group", who="customer")
    one = told.group_by(["theme", "group", "customer"]).aggregate(h=told.count().cast("float64"))
    both = one.left_join(total, [one.group == total.of, one.customer == total.who])
    known = both.customer.notnull()
    return both.group_by(["theme", "group"]).aggregate(
        n=both.h.sum(),
        ss=ibis.ifelse(known, both.h * both.h, both.h).sum(),
        sn=ibis.ifelse(known, both.h * both.every, both.h).sum(),
    )


def rows_of(counts: Counts, keys: Sequence[str]) -> list[Row]:
    """Give a row per theme and group that texts speak of, with intervals and what rises."""
    about = [row for row in counts.about if row["theme"] in set(keys)]
    rises = _rises(counts, about)
    made = []
    for row in about:
        place = (row["theme"], row["group"])
        everyone = counts.all[row["group"]]
        hit = Sums(
            int(everyone["n"]), row["n"], row["n"], int(everyone["people"]), row["ss"], row["sn"], everyone["nn"]
        )
        low, high = wilson(hit.mean, hit.effective)
        rise = rises[place]
        change = _change(rise, counts.all_slices[row["group"]])
        new = rise.rising and rise.before == 0
        made.append(
            {"theme": row["theme"], "group": None if row["group"] == NOWHERE else row["group"], "texts": int(row["n"]),
             "share": hit.mean, "low": low, "high": high, **_felt(counts.felt.get(place)), "recent": rise.late,
             "before": rise.before, "change": change[0], "change_low": change[1], "change_high": change[2],
             "z": None if change[0] is None else rise.z, "rising": rise.rising, "new": new,
             "line": _line(counts.slices.get(place, {}), counts.all_slices[row["group"]])}
        )  # fmt: skip
    return sorted(made, key=lambda one: (-one["texts"], one["theme"], str(one["group"])))


def _line(said: Mapping[int, int], every: Mapping[int, int]) -> list[float | None]:
    """Give the share of texts in each time before and of late, the oldest first; None where nobody said anything."""
    return [said.get(n, 0) / every[n] if every.get(n) else None for n in range(SLICES, -1, -1)]


def _felt(row: Mapping[str, Any] | None) -> Row:
    """Give the mean feeling and the share of the unhappy, with intervals."""
    names = ("feeling", "feeling_low", "feeling_high", "feeling_n", "unhappy", "unhappy_low", "unhappy_high")
    if row is None:
        return dict.fromkeys(names) | {"feeling_n": 0}
    feeling, unhappy = sums(row, "feeling"), sums(row, "unhappy")
    ends = (*mean_interval(feeling), feeling.n, unhappy.mean, *wilson(unhappy.mean, unhappy.effective))
    return dict(zip(names, (feeling.mean, *ends), strict=True))


def _rises(counts: Counts, about: Sequence[Row]) -> dict[tuple[str, str], Rise]:
    """Hold what is said of late against before, within each group, with one limit for all."""
    places = [(row["theme"], row["group"]) for row in about]
    found: dict[tuple[str, str], Rise] = {}
    for group in dict.fromkeys(group for _, group in places):
        here = [place for place in places if place[1] == group]
        weekly = np.array([[counts.slices.get(one, {}).get(n, 0) for n in range(SLICES + 1)] for one in here], float)
        all_texts = np.array([counts.all_slices[group].get(n, 0) for n in range(SLICES + 1)], float)
        how = scatter(weekly[:, 1:], all_texts[1:])
        rises = rising(
            [theme for theme, _ in here], weekly[:, 0], weekly[:, 1:].sum(axis=1), all_texts[0], all_texts[1:].sum(),
            scattered=how, among=len(places),
        )  # fmt: skip
        found |= dict(zip(here, rises, strict=True))
    return found


def _change(rise: Rise, every: Mapping[int, int]) -> tuple[float | None, float | None, float | None]:
    """Give the share of late minus that before (Newcombe 1998, method 10); nothing where there is no before."""
    now, past = every.get(0, 0), sum(n for slice_, n in every.items() if 1 <= slice_ <= SLICES)
    if not now or not past:
        return None, None, None
    a, b = rise.late / now, rise.before / past
    (a_low, a_high), (b_low, b_high) = wilson(a, now), wilson(b, past)
    if a_low is None or a_high is None or b_low is None or b_high is None:
        return None, None, None
    return apart(a, (a_low, a_high), b, (b_low, b_high))
