"""Columns of few values as dictionaries, and texts of one length, made without a Python object for each row."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

WORD = pa.dictionary(pa.int32(), pa.string())


def constant(text: str | None, count: int) -> pa.DictionaryArray:
    """Give a column that holds one text in every row, or nothing."""
    if text is None:
        return nothing(count)
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, np.int32)), pa.array([text]))


def nothing(count: int) -> pa.DictionaryArray:
    """Give a column without a value."""
    return pa.nulls(count, WORD)


def filled(column: pa.DictionaryArray, other: pa.DictionaryArray) -> pa.DictionaryArray:
    """Give a column with its gaps filled from another."""
    gaps = column.null_count
    if gaps == len(column):
        return other
    if not gaps or other.null_count == len(other):
        return column
    return pc.coalesce(column.cast(pa.string()), other.cast(pa.string())).dictionary_encode()


def coded(indices: pa.Array, values: list[str | None]) -> pa.DictionaryArray:
    """Make a dictionary column of indices into values; what has no value is null by its index, as Parquet wants it."""
    if None not in values:
        return pa.DictionaryArray.from_arrays(indices, pa.array(values, pa.string()))
    known = [value for value in values if value is not None]
    codes = np.cumsum([value is not None for value in values]) - 1
    codes[[value is None for value in values]] = -1
    found = np.append(codes, -1)[indices.fill_null(len(values)).to_numpy(zero_copy_only=False)]
    index = pa.array(found.astype(np.int32), mask=found < 0)
    return pa.DictionaryArray.from_arrays(index, pa.array(known, pa.string()))


def any_valid(batch: pa.RecordBatch, *names: str) -> Any:
    """Tell for each row whether one of the columns holds something; None when the batch has none of them."""
    found = [batch[name].is_valid() for name in names if name in batch.schema.names]
    if not found:
        return None
    return found[0] if len(found) == 1 else pc.or_(*found)


def fixed(prefix: str, digits: npt.NDArray[np.uint8], suffix: str) -> pa.Array:
    """Write prefix + 32 digits + suffix for every row, without a Python string for each."""
    count, before, after = len(digits), prefix.encode(), suffix.encode()
    width = len(before) + 32 + len(after)
    text = np.empty((count, width), np.uint8)
    text[:, : len(before)] = np.frombuffer(before, np.uint8)
    text[:, len(before) : len(before) + 32] = digits
    text[:, len(before) + 32 :] = np.frombuffer(after, np.uint8)
    ends = np.arange(count + 1, dtype=np.int64) * width
    if ends[-1] >= 1 << 31:
        raise ValueError("a batch is too large")
    return pa.StringArray.from_buffers(count, pa.py_buffer(ends.astype(np.int32)), pa.py_buffer(text))
