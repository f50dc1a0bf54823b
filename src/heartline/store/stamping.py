"""Files that were written before it was known in which version they land: the number is written into them then.

Their column `landed` holds `months.LATER` in every row: in each row group a dictionary of that one value, neither
packed nor summed up in statistics. So the number stands in eight bytes a row group, at a place that the footer tells,
and to stamp a file of millions of rows takes milliseconds.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq

from .log import DataFile
from .months import LATER
from .table import Table

_BYTES = 8


def places(path: Path) -> list[int]:
    """Find where the version stands in a file: its byte in each row group.

    Raises
    ------
    ValueError
        When it does not stand there: the file was written otherwise.
    """
    found = []
    with pq.ParquetFile(path) as file:
        footer = file.metadata
        column = footer.schema.names.index("landed")
        for group in range(footer.num_row_groups):
            chunk = footer.row_group(group).column(column)
            found.append(int(chunk.data_page_offset) - _BYTES)  # the dictionary's page lies before the first of data
    with path.open("rb") as data:
        for place in found:
            data.seek(place)
            if data.read(_BYTES) != _written(LATER):
                raise ValueError(f"{path} holds no version that could be stamped.")
    return found


def stamp(table: Table, files: Sequence[DataFile], version: int) -> list[DataFile]:
    """Write a version into files that no log names yet; give them as the log is to have them. They are not flushed."""
    for file in files:
        path = table.folder / file.path
        where = places(path)
        handle = os.open(path, os.O_WRONLY)
        try:
            for place in where:
                os.pwrite(handle, _written(version), place)
        finally:
            os.close(handle)
    return [replace(file, landed=(version, version)) for file in files]


def _written(number: int) -> bytes:
    return number.to_bytes(_BYTES, "little", signed=True)
