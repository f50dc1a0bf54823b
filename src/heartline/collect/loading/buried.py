"""People who were erased, as the loader meets them: what happened before that stays out, what comes after lands."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from heartline.core.ids import identifier
from heartline.store.lake import Lake
from heartline.store.tombstones import Tombstones

from .taking import Taken

log = logging.getLogger("heartline.loader")
Flags = npt.NDArray[np.bool_]


class Buried:
    """The people who were erased from a lake."""

    def __init__(self, lake: Lake) -> None:
        self._list = Tombstones(lake)
        self._key = lake.key

    def grew(self) -> bool:
        """Tell whether somebody was put on the list since it was asked last."""
        return self._list.grew()

    def without(self, taken: Taken) -> Taken:
        """Give a batch without what such people did before they were erased."""
        if not self._list.known():
            return taken
        rows, people = self._kept(taken.rows, taken.kinds), self._kept(taken.people, taken.kinds)
        if not (rows.all() and people.all()):
            log.info("%d events of people who were erased since are left out.", int((~rows).sum() + (~people).sum()))
        return replace(
            taken,
            rows=taken.rows.filter(pa.array(rows)),
            people=taken.people.filter(pa.array(people)),
            order_rows=_some(taken.order_rows, rows),
            order_people=_some(taken.order_people, people),
            contacts=self._told(taken.contacts),
            consents=self._told(taken.consents),
        )

    def _kept(self, table: pa.Table, kinds: tuple[str, ...]) -> Flags:
        keep = np.ones(table.num_rows, bool)
        if "occurred_at" not in table.column_names:
            return keep
        moments = table["occurred_at"].cast(pa.int64()).to_numpy()
        for kind in kinds:
            if kind in table.column_names:
                keep &= moments >= self._erased(kind, table[kind])
        return keep

    def _erased(self, kind: str, values: pa.ChunkedArray) -> npt.NDArray[np.int64]:
        """Give, for values in clear, the microsecond of their erasure; each is hashed once."""
        coded = values.combine_chunks()
        coded = coded if pa.types.is_dictionary(coded.type) else coded.dictionary_encode()
        texts = coded.dictionary.to_pylist()
        names = [None if text is None else identifier(kind, str(text), self._key) for text in texts]
        moments = np.append(self._list.moments(pa.array(names, pa.string())), np.iinfo(np.int64).min)
        found: npt.NDArray[np.int64] = moments[coded.indices.fill_null(len(names)).to_numpy(zero_copy_only=False)]
        return found

    def _told(self, table: Any) -> Any:
        """Leave out contact data and consents of such people, told before."""
        if table is None or not table.num_rows:
            return table
        rows = table.select(["kind", "identifier", "at"]).to_pylist()
        keep = []
        for row in rows:
            at = self._list.erased_at(identifier(row["kind"], row["identifier"], self._key))
            keep.append(at is None or row["at"] >= at)
        return table.filter(pa.array(keep, pa.bool_()))


def _some(order: Any, keep: Flags) -> Any:
    return np.asarray(order)[keep] if len(order) else order
