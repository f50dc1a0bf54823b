"""Kernels on Spark: owners stay whole, tasks answer, and the driver never sees an interaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heartline.core.selection import Selection
from heartline.store.engine import spark_fold, spark_task
from heartline.store.engine.spark import SparkEngine
from heartline.store.kernel import Columns, Kernel
from heartline.store.lake import Lake

from .follows import FOLLOWS, add, by_hand

COLUMNS = ("id", "customer", "ref", "touchpoint", "kind", "occurred_at", "seq")


def _all_rows(lake: Lake, as_of: int | None) -> list[dict[str, Any]]:
    snapshot = lake.at(as_of)
    rows: list[dict[str, Any]] = snapshot.execute(snapshot.rows(*COLUMNS)).to_pylist()
    return rows


def _spark(lake: Lake) -> SparkEngine:
    assert isinstance(lake.engine, SparkEngine)
    return lake.engine


@pytest.mark.parametrize("per", ["customer", "ref"])
@pytest.mark.parametrize("as_of", [1, 3, None])
def test_what_follows_what_is_counted_as_by_hand(on_duckdb: Lake, on_spark: Lake, per: str, as_of: int | None) -> None:
    expected = by_hand(_all_rows(on_duckdb, as_of), per)
    assert sum(expected.values()) > 50
    assert on_spark.at(as_of).fold(FOLLOWS, per=per) == expected


def test_order_runs_in_tasks_over_rows_parted_by_owner(on_spark: Lake, capsys: pytest.CaptureFixture[str]) -> None:
    frame, reader = spark_fold.prepare(_spark(on_spark), on_spark.at(), FOLLOWS, "customer", None)
    spark_fold.answering(frame, FOLLOWS, reader, 1).explain()
    plan = capsys.readouterr().out
    named = ("MapInArrow", "Sort [xxhash64(owner", "hashpartitioning(owner", "FileScan parquet")
    steps = [plan.index(step) for step in named]
    assert steps == sorted(steps)
    read = plan[plan.index("ReadSchema") :]
    assert "touchpoint" in read
    assert not any(name in read for name in ("text", "properties", "score", "amount"))


def test_the_driver_never_collects_interactions(on_spark: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    from pyspark.sql.classic.dataframe import DataFrame

    collected: list[int] = []
    for name in ("collect", "_collect_as_arrow", "toPandas", "toLocalIterator"):
        whole = getattr(DataFrame, name)

        def counted(self: DataFrame, *rest: Any, _whole: Any = whole, **more: Any) -> Any:
            found = list(_whole(self, *rest, **more))
            collected.append(sum(part.num_rows if isinstance(part, pa.RecordBatch) else 1 for part in found))
            return found

        monkeypatch.setattr(DataFrame, name, counted)
    pairs = on_spark.at().fold(FOLLOWS, per="customer")
    assert sum(pairs.values()) > 50
    assert collected  # the guard saw the names and the answers …
    assert max(collected) <= 2  # … which are one row of names, and one row for each of two tasks


def test_many_answers_are_merged_in_tasks(on_spark: Lake, capsys: pytest.CaptureFixture[str]) -> None:
    frame, reader = spark_fold.prepare(_spark(on_spark), on_spark.at(), FOLLOWS, "ref", None)
    plan = spark_fold.answering(frame, FOLLOWS, reader, 2 * spark_fold.FEW)
    plan.explain()
    assert capsys.readouterr().out.count("MapInArrow") == 2
    answers = spark_task.in_order(plan.toArrow())
    assert len(answers) == 2
    assert sum(answers, Counter()) == on_spark.at().fold(FOLLOWS, per="ref")


def _everything(columns: Columns) -> list[tuple[Any, ...]]:
    """Give every column of every row, spelt out."""
    coded = [
        [None if code < 0 else columns.names(name)[code] for code in columns.arrays[name].tolist()]
        for name in ("touchpoint", "channel", "stage", "about", "unit", "product", "kind")
    ]
    measured = [
        [None if np.isnan(value) else value for value in columns.arrays[name].tolist()]
        for name in ("score", "feeling", "wait_s")
    ]
    ids = columns.ids(np.arange(len(columns)))
    people = columns.customers(columns.customer)
    flags = [columns.arrays[name].tolist() for name in ("succeeded", "picked", "member")]
    owners = columns.owners(columns.owner)
    return list(zip(ids, owners, people, columns.time.tolist(), *coded, *measured, *flags, strict=True))


def _extend(one: list[Any], other: list[Any]) -> list[Any]:
    return one + other


EVERYTHING: Kernel[list[Any]] = Kernel(
    (
        *("touchpoint", "channel", "stage", "about", "unit", "product", "kind", "score", "feeling", "wait_s"),
        *("succeeded", "picked", "member", "customer", "id"),
    ),
    _everything,
    _extend,
)


@pytest.mark.parametrize("per", ["customer", "ref"])
@pytest.mark.parametrize(
    "selection",
    [
        Selection(),
        Selection(segment="calm"),
        Selection(unit=("de",), category=("light",), product=("lamp", "chair")),
        Selection(stage=("purchase", "support"), segment="berliners"),
    ],
    ids=["all", "segment", "filters", "both"],
)
def test_a_kernel_reads_the_same_columns_on_both_engines(
    on_duckdb: Lake, on_spark: Lake, per: str, selection: Selection
) -> None:
    theirs = on_spark.at().fold(EVERYTHING, per=per, selection=selection)
    ours = on_duckdb.at().fold(EVERYTHING, per=per, selection=selection)
    assert len(ours) > 100
    assert sorted(theirs, key=_owner) == sorted(ours, key=_owner)  # owners in any order, their rows in one


def _owner(row: tuple[Any, ...]) -> str:
    return str(row[1])


@given(
    st.lists(st.integers(1, 5), max_size=12), st.lists(st.integers(1, 4), min_size=40, max_size=40), st.integers(1, 9)
)
def test_stretches_lose_nothing_and_never_cut_an_owner(sizes: list[int], cuts: list[int], at_least: int) -> None:
    owners = [f"o{number}" for number, size in enumerate(sizes) for _ in range(size)]
    rows = pa.table({"owner": pa.array(owners, pa.string()), "place": range(len(owners))})

    def batches() -> Iterator[pa.RecordBatch]:
        at = 0
        for cut in cuts:
            if at < len(owners):
                yield rows.slice(at, cut).combine_chunks().to_batches()[0]
            at += cut

    found = list(spark_task.stretches(batches(), at_least))
    assert [place for part in found for place in part["place"].to_pylist()] == list(range(len(owners)))
    seen = [set(part["owner"].to_pylist()) for part in found]
    assert sum(map(len, seen)) == len(sizes)
    assert all(len(part) for part in found)


def test_nobody_s_order_is_an_empty_answer(on_spark: Lake) -> None:
    assert on_spark.at(0).fold(FOLLOWS, per="customer") == add(Counter(), Counter())
