"""Doors: the address of the rows behind one number. Every number on a page is a link through one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from heartline.core.errors import InvalidInput

from . import filters

SELECTION = (*filters.MANY, *filters.ONE)


@dataclass(frozen=True)
class Door:
    """Which number: of which verb, asked with what; a figure, or a column of the row with these keys."""

    verb: str
    values: Mapping[str, Any]
    figure: str | None = None
    row: Mapping[str, Any] | None = None
    column: str | None = None

    @property
    def query(self) -> str:
        """The number as a query string: the selection as pages write it, the rest beside it."""
        chosen = {name: self.values[name] for name in SELECTION if self.values.get(name)}
        rest = {name: value for name, value in self.values.items() if name not in SELECTION and value is not None}
        pairs = {"of": self.verb}
        if rest:
            pairs["with"] = json.dumps(rest, separators=(",", ":"), ensure_ascii=False)
        if self.figure:
            pairs["figure"] = self.figure
        else:
            pairs["row"] = json.dumps(self.row, separators=(",", ":"), ensure_ascii=False, default=str)
            pairs["column"] = self.column or ""
        return "&".join(part for part in (filters.address(chosen), urlencode(pairs)) if part)

    @property
    def asked(self) -> dict[str, Any]:
        """What to ask `evidence`."""
        values = dict(self.values)
        asked: dict[str, Any] = {"of": self.verb, "as_of": values.pop("as_of", None), "spec": values}
        if self.figure:
            return {**asked, "figure": self.figure}
        return {**asked, "row": dict(self.row or {}), "column": self.column}


def door(
    verb: str,
    values: Mapping[str, Any],
    *,
    figure: str | None = None,
    row: Mapping[str, Any] | None = None,
    column: str | None = None,
) -> str:
    """Give the address of the rows behind a number.

    Parameters
    ----------
    values
        The selection, and what else the verb was asked with: journey, through, …
    figure
        Name of the figure; or
    row, column
        the key values of a row, and its column.
    """
    return f"{reverse('behind')}?{Door(verb, values, figure, row, column).query}"


def read(query: QueryDict) -> Door:
    """Read which number an address is about.

    Raises
    ------
    InvalidInput
        `bad_value` when it does not say.
    """
    values: dict[str, Any] = {**_object(query.get("with")), **filters.read(query)}
    figure, column = query.get("figure") or None, query.get("column") or None
    if not query.get("of") or (figure is None) == (column is None):
        raise InvalidInput("bad_value", "This address does not say which number it is about.", field="of")
    return Door(str(query["of"]), values, figure, _object(query.get("row")) if column else None, column)


def _object(text: str | None) -> dict[str, Any]:
    if not text:
        return {}
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise InvalidInput("bad_value", "This address does not say which number it is about.", field="row")
    return found
