"""Runs kernels on Spark: rows are sorted and folded where they lie, and only answers travel to the driver.

Rows are parted by owner, so that a task holds whole owners; it sorts them, reads them in stretches that end at an
owner's border, and merges its stretches' answers. Spark spills what a task cannot hold; one stretch, or one owner if
that is more, must fit into the memory of a Python worker.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import reduce
from typing import TYPE_CHECKING, TypeVar

import ibis
from pyspark.sql import functions

from heartline.core.chosen import CHOSEN
from heartline.core.selection import Selection
from heartline.store.kernel import CODED, PER, Kernel
from heartline.store.selecting import accepted, segment

from .spark_task import ANSWER, NUMBER, Reader, folding, in_order, merging

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from heartline.store.snapshot import Snapshot

    from .spark import SparkEngine

P = TypeVar("P")

TASK_ROWS = 1_000_000
"""Rows for which one task more is made."""
FEW = 16
"""As many answers as the driver merges by itself; more are merged in tasks before."""


def fold(engine: SparkEngine, snapshot: Snapshot, kernel: Kernel[P], per: str, selection: Selection | None) -> P:
    """Answer a kernel over a snapshot's rows; see `Kernel` and `Columns`."""
    frame, reader = prepare(engine, snapshot, kernel, per, selection)
    number = sum(file.rows for file in snapshot.files("interactions"))
    answers: list[P] = in_order(answering(frame, kernel, reader, math.ceil(number / TASK_ROWS)).toArrow())
    if not answers:
        return kernel.partial(reader.read(frame.limit(0).select(*reader.needs).toArrow()))
    return reduce(kernel.merge, answers)


def prepare(
    engine: SparkEngine, snapshot: Snapshot, kernel: Kernel[P], per: str, selection: Selection | None
) -> tuple[DataFrame, Reader]:
    """Plan the rows that a kernel reads, and find out how to read them."""
    picks = tuple(_picks(snapshot, kernel, selection))
    table = _rows(snapshot, kernel, per, selection, [column for column, _ in picks])
    frame = _numbered(engine.connection.frame(table))
    names = _names(engine, snapshot, frame, kernel, per)
    return frame, Reader(kernel.columns, names, picks, "owner" if per == "customer" else "customer")


def answering(frame: DataFrame, kernel: Kernel[P], reader: Reader, tasks: int) -> DataFrame:
    """Plan the answers: one per task, then merged in tasks of their own until they are FEW."""
    tasks = max(tasks, frame.sparkSession.sparkContext.defaultParallelism)
    # Names of owners begin alike, and Spark first compares eight bytes: a hash parts them at once.
    order = (functions.xxhash64("owner"), "owner", "time", functions.asc_nulls_last("seq"), "id")
    rows = frame.repartition(tasks, "owner").sortWithinPartitions(*order).select(*reader.needs)
    answers = rows.mapInArrow(folding(kernel, reader), ANSWER)
    while tasks > FEW:
        tasks = math.ceil(tasks / FEW)
        answers = answers.repartition(tasks, "task").mapInArrow(merging(kernel), ANSWER)
    return answers


def _rows(
    snapshot: Snapshot, kernel: Kernel[P], per: str, selection: Selection | None, picked: list[str]
) -> ibis.Table:
    """Give the rows that have an owner and are a step of a path or judge one, with only what the kernel reads."""
    asked = [name for name in kernel.columns if name not in ("picked", "member", "id")] + picked
    person = ["customer"] if "member" in kernel.columns else []
    always = ("occurred_at", "seq", "id", "touchpoint", "kind", "about")
    table = snapshot.rows(*dict.fromkeys((PER[per], *always, *asked, *person)))
    step = table.touchpoint.notnull() & (table.kind.isnull() | (table.kind != "assignment"))
    table = table.mutate(touchpoint=ibis.ifelse(step, table.touchpoint, ibis.null("string")), owner=table[PER[per]])
    table = table.filter(table.owner.notnull() & (table.touchpoint.notnull() | table.about.notnull()))
    table = table.filter(table.kind.isnull() | table.kind.notin(CHOSEN))
    if "member" in kernel.columns:
        table = _with_members(snapshot, table, selection)
        asked.append("member")
    return table.select("owner", "seq", "id", *dict.fromkeys(asked), time=table.occurred_at)


def _with_members(snapshot: Snapshot, table: ibis.Table, selection: Selection | None) -> ibis.Table:
    """Mark the rows whose customer is in the selection's segment; without a segment, all."""
    if selection is None or selection.segment is None:
        return table.mutate(member=ibis.literal(True))
    people = segment(snapshot, selection.segment).select(person_in="customer")
    joined = table.left_join(people, table.customer == people.person_in)
    return joined.mutate(member=joined.person_in.notnull()).drop("person_in")


def _picks(snapshot: Snapshot, kernel: Kernel[P], selection: Selection | None) -> Iterator[tuple[str, list[str]]]:
    """Give the columns that `picked` looks at, each with the keys that it accepts."""
    if selection is not None and "picked" in kernel.columns:
        for name, keys in selection.row_filters.items():
            yield accepted(snapshot, name, keys)


def _numbered(frame: DataFrame) -> DataFrame:
    """Number customers by a hash of 63 bits, the same in every task; who nobody knows has none."""
    if "customer" not in frame.columns:
        return frame
    number = functions.xxhash64("customer").bitwiseAND(functions.lit((1 << 63) - 1))
    return frame.withColumn(NUMBER, functions.when(functions.col("customer").isNotNull(), number))


def _names(
    engine: SparkEngine, snapshot: Snapshot, frame: DataFrame, kernel: Kernel[P], per: str
) -> dict[str, list[str]]:
    """Give the names of every coded column, by alphabet: the codes are the same in all tasks."""
    state = (str(snapshot.lake.folder), str(snapshot.newest), snapshot.version, str(snapshot.units), per)
    keys = {name: (*state, name) for name in kernel.columns if name in CODED}
    known = {name: engine.names[key] for name, key in keys.items() if key in engine.names}
    missing = [name for name in keys if name not in known]
    if missing:
        found = frame.agg(*(functions.collect_set(name).alias(name) for name in missing)).toArrow()
        known |= {name: sorted(found[name][0].as_py()) for name in missing}
        engine.remember({keys[name]: known[name] for name in missing})
    return known
