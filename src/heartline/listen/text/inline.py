"""Texts read as they land: language and a first feeling, by what is fast; the better reading follows as an override.

The loader is given `reader` of this module instead of its own, which it wraps. What goes wrong here stops no event.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from heartline.collect.inbox import Received
from heartline.collect.loading import reading
from heartline.collect.loading.taking import Take, Taken
from heartline.store.definitions import Definitions
from heartline.store.lake import Lake

from ..told import NOTE
from .reader import company, scored
from .unasked import asking

log = logging.getLogger("heartline.reading")


def reader(lake: Lake) -> Take:
    """Give what reads requests by the newest definitions, and the texts in them."""
    take, definitions, folder = reading.reader(lake), lake.at().definitions, lake.folder

    def read(some: Sequence[Received]) -> Taken:
        taken = take(some)
        taken.rows = with_readings(taken.rows, definitions, folder)
        return taken

    return read


def with_readings(rows: pa.Table, definitions: Definitions, folder: Path) -> pa.Table:
    """Give rows with the language of their texts, and with feelings where no score says one."""
    if rows["text"].null_count == rows.num_rows:
        return rows
    try:
        return _read(rows, definitions, folder)
    except Exception:
        log.exception("Texts could not be read as they came; they are read later.")
        return rows


def _read(rows: pa.Table, definitions: Definitions, folder: Path) -> pa.Table:
    texts = rows["text"].to_pylist()
    some = [place for place, text in enumerate(texts) if text and text.strip()]
    if not some:
        return rows
    given, felt, kinds = (rows[name].to_pylist() for name in ("language", "feeling", "kind"))
    answered = scored(rows["score"].to_pylist(), rows["scale"].to_pylist(), definitions.scales)
    some_texts, some_kinds = [texts[place] for place in some], [kinds[place] for place in some]
    # Whoever tells what a customer said does not tell what they felt themselves.
    known = [bool(answered[place]) or felt[place] is not None or kinds[place] == NOTE for place in some]
    found = company(definitions, folder).read_fast(
        some_texts, [given[place] for place in some], np.array(known, np.bool_) | asking(some_texts, some_kinds)
    )
    for place, language, feeling in zip(some, found.languages, found.feelings.tolist(), strict=True):
        given[place] = language
        if not np.isnan(feeling):
            felt[place] = feeling
    for name, values in (("language", given), ("feeling", felt)):
        at = rows.column_names.index(name)
        rows = rows.set_column(at, name, pa.array(values, rows.schema.field(name).type))
    return rows
