"""Event logs (XES) as tables: one line for every event, with the attributes of its case beside its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from heartline.core.errors import InvalidInput

from .loose_text import MOST_COLUMNS, OVER, Loose, Told

_LOG = re.compile(rb"\s*(<\?xml[^>]*>|<!--.*?-->|\s)*<log[\s>]", re.DOTALL)
OF_CASE = "case:"
"""Begins the names of what is known of a case; `concept:name` is its number."""


def is_one(head: bytes) -> bool:
    """Tell by a file's beginning whether it is an event log."""
    return bool(_LOG.match(head.removeprefix(b"\xef\xbb\xbf")))


def records(path: Path, told: Told) -> Iterator[list[str]]:
    """Give the column names, then every event in the log's order. The log is read twice, as a stream both times.

    Raises
    ------
    Loose
        `no_log`, `too_many_columns`.
    """
    from heartline.collect import xes  # it loads Arrow, which takes longer than most tables that are no logs

    names: dict[str, None] = {}
    try:
        for trace, event in xes.events(path):
            for name in _named(trace, event):
                names.setdefault(name)
            if len(names) > MOST_COLUMNS:
                raise Loose("too_many_columns", most=MOST_COLUMNS, columns=len(names))
        if not names:
            raise Loose("no_log")
        told.columns = sorted(names, key=lambda name: not name.startswith(OF_CASE))
        yield [*told.columns, OVER]
        for trace, event in xes.events(path):
            told.rows += 1
            found = _named(trace, event)
            yield [*(_text(found.get(name)) for name in told.columns), ""]
    except InvalidInput:
        raise Loose("no_log") from None


def _named(trace: dict[str, Any], event: dict[str, Any]) -> dict[str, Any]:
    return {**{f"{OF_CASE}{key}": value for key, value in trace.items()}, **event}


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return msgspec.json.encode(value).decode() if isinstance(value, dict | list) else str(value).replace("\0", "")
