"""Rows come in the order of their file; where files are joined or grouped, alike each time.

With two threads neither is so: a log of 21,348 events, read as moments and hashed, came with its second part first
(`collect/guessing/tests/test_logs.py` compares its order).
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from heartline.store.engine.sandbox import Limits, Sandbox, Source

ROWS = 60_000
KEPT = {
    "as they are": "select i from a",
    "a moment with its zone": "select i, try_cast(moment as timestamptz) as moment, md5_number(text) as name from a",
    "some of them": "select i, moment::timestamptz as moment from a where i % 7 != 3",
    "one file after the other": "select i, moment::timestamptz from a union all select i + 100000, moment::date from b",
    "several of one": "select i, unnest([1, 2]) as part from a",
    "numbered": "select i, row_number() over () as number from a",
    "written as Parquet": "select i, moment::timestamptz from packed where i % 5 != 2",
}
LOST = {
    "joined": "select i, k from a join names using (c)",
    "joined and sorted by little": "select i, k from a left join names using (c) order by k % 3",
    "grouped": "select c, max(i) as i from a group by c",
    "of each the first": "select i from a qualify row_number() over (partition by c order by text) = 1",
    "one of each": "select distinct c, i % 5 as i from a",
    "with a number that restarts": "select i, lag(i) over (partition by c order by text) as before from a",
}


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Source]:
    """Give two files of many rows, one of them as Parquet too, and one of names; wide lines make many pieces."""
    import pyarrow as pa
    import pyarrow.csv as csv
    import pyarrow.parquet as pq

    folder = tmp_path_factory.mktemp("order")
    table = pa.table(
        {
            "i": range(ROWS),
            "c": [f"c{row * 7919 % 1000}" for row in range(ROWS)],
            "moment": ["2024-01-01 10:00:00+02:00"] * ROWS,
            "text": ["x" * (row * 7919 % 300) for row in range(ROWS)],
        }
    )
    for name in ("a", "b"):
        csv.write_csv(table, folder / f"{name}.csv")
    pq.write_table(table, folder / "packed.parquet", row_group_size=2048)
    names = pa.table({"c": [f"c{row}" for row in range(1000)], "k": range(1000)})
    csv.write_csv(names, folder / "names.csv")
    kinds = {"a": "csv", "b": "csv", "names": "csv", "packed": "parquet"}
    return {name: Source(name, folder / f"{name}.{kind}", kind) for name, kind in kinds.items()}


@pytest.fixture(scope="module")
def box(sources: dict[str, Source]) -> Iterator[Sandbox]:
    """Give a sandbox as an import has it."""
    with Sandbox(sources, Limits(seconds=120)) as sandbox:
        yield sandbox


def numbers(box: Sandbox, sql: str) -> list[int]:
    return [number for batch in box.rows(sql, batch=4096) for number in batch["i"].to_pylist()]


@pytest.mark.parametrize("what", KEPT)
def test_rows_of_one_file_stay_in_its_order(box: Sandbox, what: str) -> None:
    found = numbers(box, KEPT[what])
    assert found == sorted(found)


@pytest.mark.parametrize("what", LOST)
def test_joined_and_grouped_rows_come_alike_each_time(box: Sandbox, what: str) -> None:
    assert numbers(box, LOST[what]) == numbers(box, LOST[what])
