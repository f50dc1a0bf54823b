"""What follows for rows when definitions change: stages from touchpoints, feelings from the ends of scales.

Rows carry inline what their definitions said when they landed. When these change, or rows turn out to belong to
another touchpoint, overrides are written: with the rule that made them, and with what stood there before, so that they
can be taken back.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from heartline.core.scales import Scale
from heartline.store.definitions import Definitions
from heartline.store.kernel import Array
from heartline.store.schema import OVERRIDES
from heartline.store.snapshot import Snapshot
from heartline.store.supposing import Move, Supposition, moved, rescaled
from heartline.store.writer import Writer

PLACED = ("touchpoint", "about", "stage")


def supposition(before: Definitions, after: Definitions, more: Iterable[Move] = ()) -> Supposition:
    """Give what would be if definitions were others: they, and what follows from them for rows."""
    return Supposition(after, (*more, *stages(before, after)), scales(before, after))


def stages(before: Definitions, after: Definitions) -> tuple[Move, ...]:
    """Give the rows' new stages: those that had their touchpoint's old stage get its new one."""
    found = []
    for key, body in after.all("touchpoint").items():
        old, new = before.all("touchpoint").get(key, {}).get("stage"), body.get("stage")
        if old != new:
            found.append(Move(key, stage=new or "", from_stage=old or ""))
    return tuple(found)


def scales(before: Definitions, after: Definitions) -> tuple[Scale, ...]:
    """Give the scales whose answers mean another feeling now."""
    old = before.scales
    return tuple(
        scale
        for key, scale in after.scales.items()
        if key not in old
        or (scale.low, scale.high, scale.low_is_good) != (old[key].low, old[key].high, old[key].low_is_good)
    )


def write(
    writer: Writer, snapshot: Snapshot, before: Definitions, after: Definitions, more: Iterable[Move] = (),
    *, rule: str = "definitions",
) -> int:  # fmt: skip
    """Write the overrides that follow from changed definitions and from moves; give how many rows they change.

    Parameters
    ----------
    snapshot
        The newest version.
    rule
        What made them; the version is added to it.
    """
    then = supposition(before, after, more)
    name = f"{rule} {writer.version}"
    changed = 0
    if then.moves:
        changed += _placed(writer, snapshot, then.moves, name)
    if then.scales:
        changed += _felt(writer, snapshot, then.scales, name)
    return changed


def _placed(writer: Writer, snapshot: Snapshot, moves: Iterable[Move], rule: str) -> int:
    narrowing = [name for move in moves for name, _ in move.where]
    rows = snapshot.rows("id", *dict.fromkeys((*PLACED, *narrowing)))
    table = rows.mutate(**{f"was_{name}": rows[name] for name in PLACED})
    for move in moves:
        table = moved(table, move)
    differs = [~table[name].identical_to(table[f"was_{name}"]) for name in PLACED]
    table = table.filter(differs[0] | differs[1] | differs[2])
    found = snapshot.execute(table.select("id", *PLACED, *(f"was_{name}" for name in PLACED)))
    return overridden(writer, found, PLACED, rule)


def _felt(writer: Writer, snapshot: Snapshot, scales: Iterable[Scale], rule: str) -> int:
    rows = snapshot.rows("id", "scale", "score", "feeling")
    table = rows.mutate(was_feeling=rows.feeling)
    for scale in scales:
        table = rescaled(table, scale)
    table = table.filter(~table.feeling.identical_to(table.was_feeling))
    found = snapshot.execute(table.select("id", "feeling", "was_feeling"))
    return overridden(writer, found, ("feeling",), rule)


def overridden(writer: Writer, found: pa.Table, columns: tuple[str, ...], rule: str) -> int:
    """Write the rows as overrides, each with the columns that it changes."""
    differs = [_differ(found[name], found[f"was_{name}"]) for name in columns]
    which = sum((mark.astype(np.int64) << place for place, mark in enumerate(differs)), np.zeros(found.num_rows, int))
    for number in np.unique(which[which > 0]).tolist():
        sets = [name for place, name in enumerate(columns) if number >> place & 1]
        part = found.filter(pa.array(which == number))
        names = pa.array([sets] * part.num_rows, OVERRIDES.field("sets").type)
        given = {"id": part["id"], "sets": names, "rule": pa.array([rule] * part.num_rows)}
        for name in sets:
            given |= {name: part[name], f"was_{name}": part[f"was_{name}"]}
        writer.add("overrides", pa.table(given))
    return int((which > 0).sum())


def _differ(one: pa.ChunkedArray, other: pa.ChunkedArray) -> Array:
    """Tell where two columns differ; two unknowns do not."""
    unlike = pc.fill_null(pc.not_equal(one, other), True).to_numpy()
    unknown = one.is_null().to_numpy() & other.is_null().to_numpy()
    found: Array = unlike.astype(np.bool_) & ~unknown.astype(np.bool_)
    return found


def taken_back(writer: Writer, snapshot: Snapshot, rule: str) -> int:
    """Write overrides that undo those of a rule, where nothing has changed the rows since; give how many rows.

    Parameters
    ----------
    rule
        The whole name, with its version.
    """
    table = snapshot.table("overrides")
    table = table.filter(pc.equal(table["rule"], rule))
    every = [tuple(names) for names in table["sets"].to_pylist()]
    undone = 0
    for sets in dict.fromkeys(every):
        part = table.filter(pa.array([one == sets for one in every], pa.bool_()))
        ours = snapshot.lake.engine.memory(pa.table({"id": part["id"]}))
        now = snapshot.execute(snapshot.rows("id", *sets).semi_join(ours, "id"))
        part = part.select(["id", *sets, *(f"was_{name}" for name in sets)])
        both = part.join(now.rename_columns(["id", *(f"now_{name}" for name in sets)]), "id", join_type="inner")
        since = np.zeros(both.num_rows, np.bool_)
        for name in sets:
            since |= _differ(both[name], both[f"now_{name}"])
        both = both.filter(pa.array(~since))
        back = {"id": both["id"]}
        for name in sets:
            back |= {name: both[f"was_{name}"], f"was_{name}": both[f"now_{name}"]}
        undone += overridden(writer, pa.table(back), sets, f"undo {rule}, {writer.version}")
    return undone
