"""Write the recipe of a known export for the files that somebody has."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from heartline.collect import recipe as recipes

from .known import export

FOLDER = Path(__file__).with_name("recipes")


def text(key: str) -> str:
    """Give the recipe as it is shipped."""
    return (FOLDER / f"{key}.yaml").read_text(encoding="utf-8")


def recipe(
    key: str,
    files: Sequence[str],
    *,
    source: str = "",
    timezone: str = "",
    currency: str = "",
    rows: int | None = None,
) -> str:
    """Write the recipe of an export.

    Parameters
    ----------
    files
        The files, all of this kind, as the recipe is to name them.
    source
        What the rows come from; by default as shipped.
    timezone, currency
        Of times and amounts that carry none; an export whose times are always in UTC keeps that.
    rows
        At most so many rows: to show what would land.
    """
    table, made = export(key).table, text(key)
    names = [table, *(f"{table}_{number}" for number in range(2, len(files) + 1))]
    listed = ", ".join(f"{name}: {_word(file)}" for name, file in zip(names, files, strict=True))
    top = {"source": source, "timezone": "" if re.search(r"^timezone:", made, re.M) else timezone, "currency": currency}
    for name, value in top.items():
        if value:
            made = re.sub(rf"^{name}:.*\n", "", made, flags=re.M)
    said = "".join(f"{name}: {_word(value)}\n" for name, value in top.items() if value)
    made = re.sub(r"^files:.*\n", lambda _: f"{said}files: {{{listed}}}\n", made, count=1, flags=re.M)
    made = re.sub(
        rf"^( *)(select .* from ){table}( as whole)?$",
        lambda line: (
            line[0]
            + "".join(f"\n{line[1]}union all by name\n{line[1]}{line[2]}{name}{line[3] or ''}" for name in names[1:])
        ),
        made,
        flags=re.M,
    )
    return made if rows is None else _few(made, rows)


def _word(value: str) -> str:
    """Write a text so that YAML takes it for one."""
    plain = re.fullmatch(r"[A-Za-z][A-Za-z0-9_./-]*", value)
    return value if plain else yaml.safe_dump(value, default_style='"', allow_unicode=True, width=10_000).strip()


def _few(made: str, rows: int) -> str:
    values = yaml.safe_load(made)
    for entry in values["interactions"]:
        entry["sql"] = f"select * from (\n{entry['sql']}\n) limit {rows}"
    return yaml.safe_dump(values, sort_keys=False, allow_unicode=True)


def touchpoints(key: str) -> Mapping[str, dict[str, Any]]:
    """Give the touchpoints that an export's recipe defines."""
    return recipes.parse(text(key), key).touchpoints


def source(key: str) -> str:
    """Give what the rows of an export come from, as shipped."""
    return recipes.parse(text(key), key).source
