"""The Spark engine by itself: exactly the files it is given, types as they are, nothing left behind."""

from __future__ import annotations

import gc
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from py4j.protocol import Py4JNetworkError
from pyspark.sql.classic.dataframe import DataFrame

from heartline.core.errors import Conflict, Unavailable
from heartline.store.engine.spark import SparkEngine
from heartline.store.engine.spark_session import session
from heartline.store.lake import Lake

ROWS = pa.table(
    {
        "id": ["a", "b", None],
        "at": pa.array([datetime(2024, 3, 31, 1, 0, 0, 999999, UTC)] * 2 + [None], pa.timestamp("us", tz="UTC")),
        "number": pa.array([1, None, 2**62], pa.int64()),
        "share": pa.array([0.1, float("nan"), None], pa.float64()),
        "money": pa.array([Decimal("12.3456"), Decimal("-0.0001"), None], pa.decimal128(18, 4)),
        "good": pa.array([True, None, False]),
        "words": pa.array([["x", None], [], None], pa.list_(pa.string())),
    }
)


@pytest.fixture(scope="module")
def engine(on_spark: Lake) -> SparkEngine:
    assert isinstance(on_spark.engine, SparkEngine)
    return on_spark.engine


def _alike(found: pa.Table) -> bool:
    return bool(
        found.sort_by("number").drop(["share"]).to_pylist() == ROWS.sort_by("number").drop(["share"]).to_pylist()
    )


def test_types_survive_files_and_memory(engine: SparkEngine, tmp_path: Path) -> None:
    folder = tmp_path / "month=2024-03 [1] {a} 50%"
    folder.mkdir()
    pq.write_table(ROWS, folder / "one.parquet")
    (folder / "two.parquet").write_bytes(b"not on the list, never read")
    from_files = engine.execute(engine.files("types", [str(folder / "one.parquet")], ROWS.schema))
    from_memory = engine.execute(engine.memory(ROWS))
    for found in (from_files, from_memory):
        assert found.schema.names == ROWS.schema.names
        assert [str(field.type) for field in found.schema][:6] == [str(field.type) for field in ROWS.schema][:6]
        assert _alike(found)


def test_nan_is_a_number_and_nothing_counts_as_zero(engine: SparkEngine) -> None:
    table = engine.memory(ROWS)
    none = table.filter(table.id == "nobody")
    counted = none.aggregate(n=none.count(), some=none.count(where=none.number > 0), good=none.good.sum())
    assert engine.execute(counted).to_pylist() == [{"n": 0, "some": 0, "good": None}]
    assert engine.execute(table.filter(table.share.isnull()).count()).as_py() == 1


def test_pages_of_rows_follow_the_order(engine: SparkEngine) -> None:
    table = engine.memory(pa.table({"place": list(range(40))[::-1]}))
    page = table.order_by("place").limit(3, offset=20)
    assert engine.execute(page)["place"].to_pylist() == [20, 21, 22]


def test_what_nobody_needs_any_more_is_dropped(engine: SparkEngine) -> None:
    table = engine.memory(ROWS.select(["id"]))
    name = table.op().name
    assert engine.execute(table.count()).as_py() == 3
    assert name in engine.connection.list_tables()
    del table
    gc.collect()
    engine.execute(engine.memory(ROWS.select(["number"])).count())
    assert name not in engine.connection.list_tables()


def test_a_lost_spark_is_told_in_words(engine: SparkEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(_: DataFrame) -> None:
        raise Py4JNetworkError("Answer from Java side is empty")

    monkeypatch.setattr(DataFrame, "toArrow", lost)
    with pytest.raises(Unavailable) as caught:
        engine.execute(engine.memory(ROWS).count())
    assert (caught.value.code, caught.value.status) == ("spark_failed", 503)


def test_another_master_in_the_same_process_is_refused(engine: SparkEngine) -> None:
    with pytest.raises(Conflict) as caught:
        session("local[1]")
    assert caught.value.code == "other_spark"


def test_engines_of_one_process_do_not_see_each_other_s_tables(engine: SparkEngine, tmp_path: Path) -> None:
    other = SparkEngine(engine.master)
    for one, text in ((engine, "ours"), (other, "theirs")):
        pq.write_table(pa.table({"text": [text]}), tmp_path / f"{text}.parquet")
        one.files("same_name", [str(tmp_path / f"{text}.parquet")], pa.schema({"text": pa.string()}))
    for one, text in ((engine, "ours"), (other, "theirs")):
        table = one.files("same_name", [], pa.schema({"text": pa.string()}))
        assert one.execute(table)["text"].to_pylist() == [text]
