"""We and they, row by row: the numbers of both sides, and what of their differences can be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ibis

from ..answers import scales
from ..clusters import clustered, sums
from ..intervals import Sums, mean_interval, wilson
from ..spoken import with_theme
from ..text.themes.values import called, counted
from . import comparing
from .alike import Pair, Side
from .comparing import Apart
from .quoting import quotes
from .shape import KINDS, SIDES, columns

Row = dict[str, Any]
NOTHING = Sums(0, 0, 0, 0, 0, 0, 0)


def read(rows: ibis.Table) -> ibis.Table:
    """Keep the texts that were read for themes."""
    return rows.filter(rows.text.notnull(), rows.text != "", rows.themes.notnull())


def _name(one: Pair) -> str:
    return str(one.theirs.snapshot.definitions.all("unit")[one.competitor].get("name") or one.competitor)


def _begun(one: Pair, by: str) -> Row:
    """Begin a row: every column, in its order, with nothing known yet."""
    sources = None if one.months is None else sorted({source for source, _ in one.months})
    months = None if one.months is None else len({month for _, month in one.months})
    known = {"competitor": one.competitor, "name": _name(one), "sources": sources, "months": months}
    return {column.name: known.get(column.name) for column in columns(by)}


def by_theme(one: Pair, wanted: Sequence[str], number: int) -> list[Row]:
    """Hold both sides against each other, theme by theme.

    Parameters
    ----------
    wanted
        Keys of themes; none: all that texts are about.
    number
        So many quotes of each side and theme.
    """
    there = counted(one.ours.snapshot.definitions)
    keys = [key for key, theme in there.items() if (key in wanted if wanted else theme.sort == "theme")]
    told = [_sums(side, keys) for side in (one.ours, one.theirs)]
    said = [quotes(side, keys, number) for side in (one.ours, one.theirs)]
    rows = []
    for key in keys:
        hits, felt = zip(*(side[key] for side in told), strict=True)
        if not any(hit.s for hit in hits):
            continue
        row = _begun(one, "theme") | {"theme": key, "label": called(there[key])}
        for whose, hit, feeling, quoted in zip(SIDES, hits, felt, said, strict=True):
            row |= {f"{whose}_texts": int(hit.s), f"{whose}_quotes": quoted.get(key, [])}
            row |= _ends(f"{whose}_share", hit, wilson(hit.mean, hit.effective) if hit.n else (None, None))
            row |= _ends(f"{whose}_feeling", feeling, mean_interval(feeling) if feeling.n else (None, None))
        row |= _apart("share_apart", comparing.shares(*hits)) | _apart("feeling_apart", comparing.means(*felt))
        rows.append(row)
    return rows


def _sums(side: Side, keys: Sequence[str]) -> dict[str, tuple[Sums, Sums]]:
    """Sum up, for each theme, the texts about it among all that were read, and their feeling."""
    rows = read(side.rows)
    names = [f"theme_{place}" for place in range(len(keys))]  # whatever keys are called, columns are not
    about = {name: with_theme(rows, [key]).cast("float64") for name, key in zip(names, keys, strict=True)}
    every = clustered(rows.select("customer", **about), (), names)
    whole = side.snapshot.execute(every).to_pylist()[0] if keys else {}
    told = rows.mutate(theme=rows.themes.unnest()).filter(rows.feeling.notnull()).select("customer", "theme", "feeling")
    felt = {row["theme"]: row for row in side.snapshot.execute(clustered(told, ("theme",), ("feeling",))).to_pylist()}
    return {
        key: (sums(whole, name), sums(felt[key], "feeling") if key in felt else NOTHING)
        for name, key in zip(names, keys, strict=True)
    }


def by_scale(one: Pair, wanted: Sequence[str]) -> list[Row]:
    """Hold the ratings of both sides against each other, scale by scale; without keys, on all there are."""
    known = scales(one.ours.snapshot, wanted)
    told = []
    for side in (one.ours, one.theirs):
        rated = side.rows.filter(side.rows.score.notnull(), side.rows.scale.isin(list(known)))
        found = side.snapshot.execute(clustered(rated, ("scale",), ("score",))).to_pylist()
        told.append({row["scale"]: sums(row, "score") for row in found})
    rows = []
    for key in sorted(set(told[0]) | set(told[1])):
        row = _begun(one, "scale") | {"scale": key}
        both = [side.get(key, NOTHING) for side in told]
        for whose, rated in zip(SIDES, both, strict=True):
            row |= _ends(f"{whose}_rating", rated, mean_interval(rated) if rated.n else (None, None))
        rows.append(row | _apart("rating_apart", comparing.means(*both)))
    return rows


def _ends(name: str, told: Sums, ends: tuple[float | None, float | None]) -> Row:
    value = told.mean if told.n else None
    return {name: value, f"{name}_low": ends[0], f"{name}_high": ends[1], f"{name}_n": told.n}


def _apart(name: str, apart: Apart) -> Row:
    return {name: apart.difference, f"{name}_low": apart.low, f"{name}_high": apart.high, f"{name}_p": apart.p}


def settle(rows: list[Row], by: str) -> None:
    """Correct the chances of each kind of number for how many there are, and order by what can be told."""
    for kind in (f"{one}_apart" for one in KINDS[by]):
        for row, p in zip(rows, comparing.corrected([row[f"{kind}_p"] for row in rows]), strict=True):
            apart = Apart(row[kind], row[f"{kind}_low"], row[f"{kind}_high"])
            row[f"{kind}_p"], row[f"{kind}_tells"] = p, comparing.tells(apart, p)
    rows.sort(key=_order)


def _order(row: Mapping[str, Any]) -> tuple[Any, ...]:
    far = abs(row.get("share_apart") or 0.0)
    return (row["competitor"], not is_sure(row), -far, str(row.get("theme")), str(row.get("scale")))


def is_sure(row: Mapping[str, Any]) -> bool:
    """Tell whether any of a row's differences can be told."""
    return any(row[name] for name in row if name.endswith("_apart_tells"))
