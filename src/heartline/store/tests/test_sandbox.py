"""A recipe's SQL is one SELECT over its own files, and cannot get at anything else: attacked from every side."""

from __future__ import annotations

import gzip
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from heartline.core.errors import InvalidInput
from heartline.store.engine.sandbox import Limits, RecipeFailed, Sandbox, Source
from heartline.store.engine.select_check import checked

SECRET = "the-key-of-the-lake"
pytestmark = pytest.mark.usefixtures("sandboxes_anew")


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """Give a sandbox with one file, in a process that has a secret in its environment and beside the file."""
    monkeypatch.setenv("HEARTLINE_SECRET", SECRET)
    (tmp_path / "rows.csv").write_text("a,b,t\n1,x,2020-01-01 10:00:00\n2,,2020-01-02 10:00:00\n")
    (tmp_path / "secret.csv").write_text(f"a\n{SECRET}\n")
    with Sandbox({"rows": Source("rows", tmp_path / "rows.csv", "csv")}, Limits(seconds=30, threads=1)) as sandbox:
        yield sandbox


def answer(box: Sandbox, sql: str) -> list[dict[str, object]]:
    return [row for batch in box.rows(sql) for row in batch.to_pylist()]


def test_a_query_gives_its_rows_in_order(box: Sandbox) -> None:
    assert answer(box, "select a, b from rows") == [{"a": 1, "b": "x"}, {"a": 2, "b": None}]
    assert box.describe("select a, t, b is null as gone from rows") == {
        "a": "BIGINT",
        "t": "TIMESTAMP",
        "gone": "BOOLEAN",
    }


NOT_ONE_SELECT = [
    "",
    "select 1; select 2",
    "select 1; copy rows to 'x'",
    "copy rows to '/tmp/stolen.csv'",
    "copy (select 1) to '/tmp/stolen.csv'",
    "attach '/tmp/other.db'",
    "install httpfs",
    "load httpfs",
    "set enable_external_access = true",
    "reset lock_configuration",
    "pragma database_list",
    "pragma enable_profiling",
    "call pragma_version()",
    "create table t as select 1",
    "insert into rows values (1)",
    "update rows set a = 1",
    "delete from rows",
    "drop view rows",
    "export database '/tmp/stolen'",
    "import database '/tmp/stolen'",
    "explain analyze select 1",
    "describe rows",
    "show tables",
    "summarize rows",
    "checkpoint",
    "begin",
    "prepare p as select 1",
    "execute p",
    "vacuum",
    "use memory",
    "pivot rows on b using count(*)",
    "select * from (describe rows)",
    "select * from (show tables)",
    "create secret s (type s3)",
]


@pytest.mark.parametrize("sql", NOT_ONE_SELECT)
def test_anything_but_one_select_is_refused_before_it_runs(sql: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        checked(sql, ["rows"], field="r.yaml:3")
    assert caught.value.code in ("not_one_select", "bad_sql")
    assert caught.value.field == "r.yaml:3"


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("select * from '/etc/passwd'", "unknown_table"),
        ("select * from 'secret.csv'", "unknown_table"),
        ("select * from other.rows", "unknown_table"),
        ("select * from information_schema.tables", "unknown_table"),
        ("select * from duckdb_settings", "unknown_table"),
        ("select * from sqlite_master", "unknown_table"),
        ("select (select max(a) from hidden)", "unknown_table"),
        ("with w as (select * from hidden) select * from w", "unknown_table"),
        ("select * from read_csv('/etc/passwd')", "refused_function"),
        ("select * from read_text('/etc/passwd')", "refused_function"),
        ("select * from read_blob('/etc/shadow')", "refused_function"),
        ("select * from read_parquet('s3://bucket/x')", "refused_function"),
        ("select * from glob('/**')", "refused_function"),
        ("select * from query('select 1')", "refused_function"),
        ("select * from query_table('rows')", "refused_function"),
        ("select * from duckdb_secrets()", "refused_function"),
        ("select * from duckdb_settings()", "refused_function"),
        ("select * from sniff_csv('/etc/passwd')", "refused_function"),
        ("select * from parquet_metadata('/etc/passwd')", "refused_function"),
        ("select * from rows where a in (select 1 from read_text('/etc/passwd'))", "refused_function"),
        ("select * from rows, lateral (select * from read_text(b))", "refused_function"),
    ],
)
def test_from_names_the_recipes_files_only(sql: str, code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        checked(sql, ["rows"])
    assert caught.value.code == code


@pytest.mark.parametrize(
    "sql",
    [
        "select 1",
        "select 1;",
        "SELECT a FROM Rows -- the rows",
        "from rows",
        "with w as (select * from rows) select * from w join rows using (a)",
        "with recursive n as (select 1 as i union all select i + 1 from n where i < 3) select * from n",
        "select * from rows, unnest([1, 2]) as u(x)",
        "select * from range(3)",
        "values (1), (2)",
        "select * from (values (1)) as v(a) union all select a from rows",
        "select * from (pivot rows on b in ('x') using count(*))",
    ],
)
def test_an_honest_select_passes(sql: str) -> None:
    assert checked(sql, ["rows"]) == sql


def test_the_lock_holds_even_where_the_check_is_left_out(box: Sandbox, tmp_path: Path) -> None:
    """What the check refuses would be refused by the child as well."""
    tries = [
        "select * from read_text('/etc/passwd')",
        "select * from read_text('/proc/self/environ')",
        f"select * from read_csv('{tmp_path}/secret.csv')",
        f"select * from '{tmp_path}/secret.csv'",
        "select * from glob('/etc/*')",
        "select * from read_csv('https://example.com/x.csv')",
        "select * from read_parquet('s3://bucket/x.parquet')",
        f"copy rows to '{tmp_path}/stolen.csv'",
        f"attach '{tmp_path}/other.db'",
        "install httpfs",
        "load httpfs",
        "set threads = 64",
        "set memory_limit = '1TB'",
        "set enable_external_access = true",
        "reset lock_configuration",
        "pragma temp_directory='/tmp'",
        "select getenv('HEARTLINE_SECRET')",
        "select * from python_object",
    ]
    for sql in tries:
        with pytest.raises(RecipeFailed):
            answer(box, sql)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rows.csv", "secret.csv"]
    assert len(answer(box, "select * from rows")) == 2  # and the child still answers


def test_the_child_has_no_secret(box: Sandbox) -> None:
    environment = Path(f"/proc/{box._child.pid}/environ").read_bytes()
    assert SECRET.encode() not in environment
    assert {part.partition(b"=")[0] for part in environment.split(b"\0") if part} == {b"PATH", b"LANG", b"HOME"}


def test_what_is_wrong_with_a_query_comes_back_coded(box: Sandbox) -> None:
    for sql, code, said in (
        ("select wrong from rows", "wrong_column", '"wrong" not found'),
        ("select lenght(b) from rows", "wrong_name", "lenght"),
        ("select b::integer from rows", "wrong_value", "Could not convert string 'x'"),
    ):
        with pytest.raises(RecipeFailed, match=said) as caught:
            list(box.rows(sql, field="r.yaml:7"))
        assert (caught.value.code, caught.value.field) == (code, "r.yaml:7")


def test_an_endless_query_is_killed_at_its_deadline(tmp_path: Path) -> None:
    endless = "with recursive t as (select 1 as i union all select i + 1 from t) select max(i) from t"
    start = time.monotonic()
    with Sandbox({}, Limits(seconds=2, threads=1)) as box, pytest.raises(RecipeFailed) as caught:
        answer(box, endless)
    assert caught.value.code == "too_slow"
    assert time.monotonic() - start < 120


def test_an_endless_stream_is_killed_at_its_deadline() -> None:
    with Sandbox({}, Limits(seconds=2, threads=1)) as box, pytest.raises(RecipeFailed) as caught:
        for _ in box.rows("select * from range(1000000000000)"):
            pass
    assert caught.value.code == "too_slow"


def test_a_huge_answer_is_cut_off() -> None:
    with Sandbox({}, Limits(seconds=60, threads=1, output=10_000_000)) as box, pytest.raises(RecipeFailed) as caught:
        for _ in box.rows("select repeat('x', 1000) as x from range(1000000)"):
            pass
    assert caught.value.code == "too_much_output"


def test_a_memory_hog_meets_the_engines_limit() -> None:
    limits = Limits(seconds=60, engine=200 << 20, disk=10 << 20, threads=1)
    with Sandbox({}, limits) as box, pytest.raises(RecipeFailed) as caught:
        answer(box, "select list(repeat('x', 1000)) from range(10000000)")
    assert caught.value.code == "too_much_memory"


def test_a_memory_hog_meets_the_limit_of_the_operating_system() -> None:
    """DuckDB's own limit set far too high, as if it did not hold."""
    limits = Limits(seconds=60, memory=2 << 30, engine=1 << 40, threads=1)
    with Sandbox({}, limits) as box:
        peak = Path(f"/proc/{box._child.pid}/limits").read_text()
        assert f"Max address space         {2 << 30}" in peak
        with pytest.raises(RecipeFailed) as caught:
            answer(box, "select list(repeat('x', 1000) || range) from range(100000000)")
    assert caught.value.code == "too_much_memory"


def test_the_child_is_gone_when_the_block_ends(box: Sandbox) -> None:
    rows = box.rows("select * from range(100000000)")
    next(rows)
    child = box._child.pid
    scratch = Path(box._scratch.name)
    box.close()
    assert not Path(f"/proc/{child}").exists()
    assert not scratch.exists()


def test_the_child_is_gone_when_the_parent_is_killed(tmp_path: Path) -> None:
    import signal
    import subprocess
    import sys

    code = (
        "import sys, time; from heartline.store.engine.sandbox import Sandbox\n"
        "with Sandbox({}) as box: print(box._child.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert parent.stdout
    child = int(parent.stdout.readline())
    assert Path(f"/proc/{child}").exists()
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    for _ in range(600):
        if not Path(f"/proc/{child}").exists():
            break
        time.sleep(0.1)
    assert not Path(f"/proc/{child}").exists()


KINDS = {
    "rows.csv": b"a,b\n1,x\n2,\n",
    "rows.tsv": b"a\tb\n1\tx\n2\t\n",
    "rows.json": b'[{"a": 1, "b": "x"}, {"a": 2, "b": null}]',
    "rows.ndjson": b'{"a": 1, "b": "x"}\n{"a": 2, "b": null}\n',
}


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_file_is_read(name: str, packed: bool, tmp_path: Path) -> None:
    path = tmp_path / (f"{name}.gz" if packed else name)
    path.write_bytes(gzip.compress(KINDS[name]) if packed else KINDS[name])
    with Sandbox({"rows": Source("rows", path, name.rpartition(".")[2])}, Limits(threads=1)) as box:
        assert answer(box, "select a, b from rows order by a") == [{"a": 1, "b": "x"}, {"a": 2, "b": None}]


@pytest.mark.parametrize("kind", ["csv", "json", "parquet", "xlsx"])
def test_a_file_that_is_not_what_it_says_is_refused(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"rows.{kind}"
    path.write_bytes(os.urandom(2000))
    with pytest.raises(RecipeFailed) as caught, Sandbox({"rows": Source("rows", path, kind)}, Limits(threads=1)) as box:
        answer(box, "select * from rows")
    assert caught.value.code in ("unreadable_file", "wrong_value", "query_failed")
