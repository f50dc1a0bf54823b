"""Making the path index: read the owners' rows once, sort them, write aligned columns.

Columns that nobody asked for at first are added later in the same order: by the position in which the rows are read,
where that is always the same, else by the rows' ids.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from heartline.store.disk import flush
from heartline.store.kernel import CODED, MEASURED, Array

from .index_rows import TEXT, Coded, How, Number, Rows, hashed


def build(rows: Rows, folder: Path) -> None:
    """Write owner, time, touchpoint, the owners' first rows and names, and how to align further columns."""
    salt, owners = _owners(rows)
    coded = Coded(rows.names("touchpoint"))
    read = _read(rows, salt, coded)
    owner = _ranks(read["owner"])
    ids = read.get("id")

    def spelt(some: Array) -> pa.Array:
        return (rows.texts("id") if ids is None else pa.array(ids)).take(pa.array(some))

    order = ordered(owner, read["time"], lambda some: read["seq"][some], spelt)
    owner = owner[order]
    arrays = {"owner": owner, "time": read["time"][order], "touchpoint": read["touchpoint"][order]}
    arrays["bounds"] = starts(owner)
    if ids is None:
        arrays["order"] = order
    else:
        write_texts(folder / "id.arrow", pa.array(ids[order], TEXT))
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    write_texts(folder / "owner.arrow", owners)
    write_texts(folder / "touchpoint.arrow", coded.names)
    flush(folder.iterdir())


def add(rows: Rows, folder: Path, name: str) -> None:
    """Write one more column, aligned with those of the folder; each file appears as a whole."""
    if name == "id":
        ids = rows.texts("id").take(pa.array(np.load(folder / "order.npy", mmap_mode="r")))
        appear(folder / "id.arrow", lambda path: write_texts(path, ids))
        return
    how = _how(rows, name)
    in_file_order = (folder / "order.npy").exists() and rows.in_file_order(name)
    values, found = rows.values(name, how, ids=not in_file_order)
    if in_file_order:
        values = values[np.load(folder / "order.npy", mmap_mode="r")]
    else:
        if not (folder / "id.arrow").exists():
            add(rows, folder, "id")
        values = values[pc.index_in(read_texts(folder / "id.arrow"), value_set=found).to_numpy()]
    if isinstance(how, Coded):
        appear(folder / f"{name}.arrow", lambda path: write_texts(path, how.names))
    appear(folder / f"{name}.npy", lambda path: np.save(path, values))


def _how(rows: Rows, name: str) -> How:
    if name in CODED or name == "customer":
        return Coded(rows.names(name))
    if name in MEASURED:
        return Number(np.float64, "'nan'")
    if name == "seq":
        return Number(np.int64, "0")
    return Number(np.int8, "-1") if name == "succeeded" else Number(np.int64, "-1")


def write_texts(path: Path, texts: pa.Array) -> None:
    """Write texts so that they can be mapped into memory."""
    table = pa.table({"text": texts})
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def read_texts(path: Path) -> pa.Array:
    """Map texts into memory."""
    column = pa.ipc.open_file(pa.memory_map(str(path))).read_all()["text"]
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _owners(rows: Rows) -> tuple[str, pa.Array]:
    """Give the owners in the order of their hashes, and the salt under which no two hashes are alike."""
    salt = ""
    while True:
        found = rows.owners(salt)
        hashes = found["hash"].to_numpy()
        if not (hashes[1:] == hashes[:-1]).any():
            return salt, found["owner"].combine_chunks().cast(TEXT)
        salt += "+"


def _read(rows: Rows, salt: str, coded: Coded) -> dict[str, Array]:
    """Read the owner's hash, touchpoint, time and seq of every row in one go; and ids, where positions will not do."""
    chosen = {
        "owner": hashed(salt),
        "touchpoint": coded.sql("touchpoint"),
        "time": "epoch_us(occurred_at)",
        "seq": "coalesce(seq, 0)",
    }
    columns = ["touchpoint", "occurred_at", "seq"]
    if not rows.in_file_order(*columns):
        chosen["id"] = "id"
        columns.append("id")
    parts: dict[str, list[Array]] = {name: [] for name in chosen}
    for batch in rows.read(f"SELECT {', '.join(chosen.values())} FROM {rows.sql(*columns)}"):
        for name, values in zip(chosen, batch.columns, strict=True):
            parts[name].append(coded.of(values) if name == "touchpoint" else values.to_numpy(zero_copy_only=False))
    kinds = {"owner": np.uint64, "touchpoint": coded.kind, "time": np.int64, "seq": np.int64, "id": object}
    return {name: np.concatenate([np.empty(0, kinds[name]), *parts.pop(name)]) for name in chosen}


def _ranks(hashes: Array) -> Array:
    """Give each row the rank of its hash among all hashes that there are."""
    order = np.argsort(hashes)
    found = hashes[order]
    ranks = np.empty(len(hashes), np.int32)
    ranks[order] = np.cumsum(np.concatenate(([False], found[1:] != found[:-1]))[: len(found)])
    return ranks


def ordered(owner: Array, time: Array, seq: Callable[[Array], Array], ids: Callable[[Array], pa.Array]) -> Array:
    """Give the rows' order by (owner, time, seq, id).

    Two sorts of packed integers beat one by several keys; ties in time, which are few, are put right afterwards.

    Parameters
    ----------
    seq, ids
        Give these of some rows; asked only of rows that tie in what comes before.
    """
    n = len(owner)
    order = np.arange(n) if (time[1:] >= time[:-1]).all() else np.argsort(time)
    bits = n.bit_length()
    key = (owner[order].astype(np.int64) << bits) | np.arange(n)
    key.sort()
    key &= (1 << bits) - 1
    order = order[key]
    del key
    tied = (owner[order[1:]] == owner[order[:-1]]) & (time[order[1:]] == time[order[:-1]])
    if tied.any():
        _untie(order, tied, seq, ids)
    small: Array = order.astype(np.int32 if n < 1 << 31 else np.int64)
    return small


def starts(owner: Array) -> Array:
    """Give the first row of every owner, and after the last one the number of rows."""
    if not len(owner):
        return np.zeros(1, np.int64)
    return np.concatenate(([0], np.flatnonzero(owner[1:] != owner[:-1]) + 1, [len(owner)]))


def _untie(order: Array, tied: Array, seq: Callable[[Array], Array], ids: Callable[[Array], pa.Array]) -> None:
    """Sort runs of rows of one owner and time by seq, then id; `tied` says which rows belong with the one before."""
    within = np.concatenate((tied, [False])) | np.concatenate(([False], tied))
    places = np.flatnonzero(within)
    run = np.cumsum(np.concatenate(([True], ~tied)))[places]
    rows = order[places]
    seqs = seq(rows)
    sorting = np.lexsort((seqs, run))
    rows, run, seqs = rows[sorting], run[sorting], seqs[sorting]
    if ((run[1:] == run[:-1]) & (seqs[1:] == seqs[:-1])).any():
        keys = pa.table({"run": run, "seq": seqs, "id": ids(rows)})
        by = [(name, "ascending") for name in ("run", "seq", "id")]
        rows = rows[pc.sort_indices(keys, sort_keys=by).to_numpy()]
    order[places] = rows


def appear(path: Path, write: Callable[[Path], None]) -> None:
    """Let a file appear all at once, and only when it is on the disk."""
    draft = path.with_name(f".{uuid.uuid4().hex}{path.suffix}")
    write(draft)
    flush([draft])
    draft.replace(path)
