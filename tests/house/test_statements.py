"""The tests that run again on PostgreSQL say all that any test says to a database, and no more than needed."""

from __future__ import annotations

import copy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as some

from heartline.server.accounts import commands
from heartline.server.accounts.models import ApiKey
from tests import databases, statements
from tests.statements import Listener, Recorder, Said, cover, shape, traits

SAID = some.dictionaries(
    some.text("abcdef", min_size=1, max_size=3),
    some.builds(Said, some.frozensets(some.sampled_from("123456789")), some.floats(0, 9), some.booleans()),
)


@given(SAID)
def test_what_is_chosen_says_all_of_it_and_nothing_of_it_is_superfluous(said: dict[str, Said]) -> None:
    names = cover(said)
    keys = [said[name].keys for name in names]
    assert set[str]().union(*keys) == set[str]().union(*(each.keys for each in said.values()))
    assert {name for name, each in said.items() if each.beside} <= set(names)
    for name in names:
        others = set[str]().union(*(said[other].keys for other in names if other != name))
        assert said[name].beside or said[name].keys - others
    assert names == sorted(names) == cover(dict(reversed(said.items())))


def test_the_cheaper_of_two_that_say_the_same_is_chosen() -> None:
    said = {"dear": Said(frozenset("ab"), 9.0), "cheap": Said(frozenset("ab"), 1.0), "silent": Said(seconds=0.1)}
    assert cover(said) == ["cheap"]


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ('SELECT "id" FROM "a" WHERE "id" IN (%s, %s, %s) LIMIT 21', 'SELECT "id" FROM "a" WHERE "id" IN (%s) LIMIT 0'),
        ('INSERT INTO "a" ("x", "y") VALUES (%s, %s), (%s, %s)', 'INSERT INTO "a" ("x", "y") VALUES (%s)'),
        ('RELEASE SAVEPOINT "s140_x17"', "RELEASE SAVEPOINT"),
        ('ROLLBACK TO SAVEPOINT "s140_x17"', "ROLLBACK TO SAVEPOINT"),
        ("CASE WHEN (id = %s) THEN %s WHEN (id = %s) THEN %s END", "CASE WHEN (id = %s) THEN %s END"),
    ],
)
def test_statements_that_differ_in_their_values_only_have_one_shape(statement: str, expected: str) -> None:
    assert shape(statement) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Anna", set()),
        (("Anna", None, True, b"\0", 1.5, 2**31 - 1), set()),
        ("Änne", {"not ASCII"}),
        ("a\0b", {"NUL"}),
        ('{"a": "\\u0000"}', {"escaped"}),
        ("a" * 256, {"long"}),
        ("\ud800", {"not ASCII", "surrogate"}),
        ((2**31, -(2**63) - 1), {"32 bits", "64 bits"}),
        ([float("nan"), {"a": float("inf")}], {"not finite"}),
        (Said(frozenset(), float("-inf")), {"not finite"}),
    ],
)
def test_what_databases_treat_otherwise_is_named(value: Any, expected: set[str]) -> None:
    assert traits(value) == expected


@pytest.fixture
def noted(request: pytest.FixtureRequest, db: None) -> Callable[[Callable[[], object]], frozenset[Any]]:
    """Give a function that calls another one, and tells what that said to the database."""

    def noted(call: Callable[[], object]) -> frozenset[Any]:
        recorder = Recorder(Path(), lambda _: True)
        noting = recorder.pytest_runtest_protocol(request.node)
        next(noting)
        with connection.execute_wrapper(Listener(recorder)):
            call()
        (heard,) = recorder._tests.values()
        return frozenset(map(statements._written, heard.keys))

    return noted


Listen = Callable[[Callable[[], object]], frozenset[Any]]


def test_the_same_said_again_is_the_same_and_with_other_values_more(noted: Listen) -> None:
    plain = noted(lambda: commands.create_key(name="till", by="alice"))
    assert plain
    assert noted(lambda: commands.create_key(name="kiosk", by="bob")) == plain
    assert noted(lambda: commands.create_key(name="Käse", by="bob")) > plain


def test_what_only_a_test_asks_is_nothing_unless_it_is_refused(noted: Listen) -> None:
    def refused() -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            ApiKey.objects.bulk_create([ApiKey(name="a", digest="a"), ApiKey(name="a", digest="b")])

    assert noted(lambda: list(ApiKey.objects.all())) == frozenset()
    assert len(noted(refused)) == 1


def test_what_is_said_after_a_refusal_is_something_else(noted: Listen) -> None:
    plain = noted(lambda: commands.create_key(name="till", by="alice"))

    def after() -> None:
        with pytest.raises(IntegrityError), connection.cursor() as cursor:
            cursor.execute("insert into accounts_apikey (name) values (null)")
        commands.create_key(name="kiosk", by="alice")

    assert len(noted(after) - plain) == 2  # the refused one, and the first after it


def test_who_starts_processes_runs_again_in_any_case(request: pytest.FixtureRequest) -> None:
    recorder = Recorder(Path(), lambda _: True)
    noting = recorder.pytest_runtest_protocol(request.node)
    next(noting)
    (heard,) = recorder._tests.values()
    starting = recorder._starting(lambda *command: subprocess.run(command, check=True))
    assert not heard.beside
    starting(sys.executable, "-c", "")
    assert heard.beside


TWO = """
import pytest

@pytest.mark.django_db
@pytest.mark.parametrize("number", range(3))
def test_a_key_is_made(number):
    from heartline.server.accounts import commands

    commands.create_key(name="till", by="alice")

@pytest.mark.django_db
def test_one_that_fails():
    from heartline.server.accounts import commands

    commands.create_key(name="till", by="alice")
    assert False
"""


def test_of_a_run_on_sqlite_one_test_is_left_for_each_thing_said(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "test_two.py").write_text(TWO)
    noted = tmp_path / "noted"
    monkeypatch.setenv(statements.FOLDER, str(noted))
    command = [sys.executable, "-m", "pytest", "-q", "-n0", "-c", str(statements.ROOT / "pyproject.toml")]
    said = subprocess.run(
        [*command, "--rootdir", str(tmp_path), "-p", "conftest", str(tmp_path / "test_two.py")], cwd=statements.ROOT,
        capture_output=True, text=True, check=False,
    ).stdout  # fmt: skip
    assert "3 passed" in said
    assert "1 failed" in said
    assert statements.choose(noted) == (2, 3)
    repeating = statements.repeating()
    assert len(repeating) == 2
    item: pytest.Item = copy.copy(request.node)
    item.own_markers = [pytest.mark.django_db.mark]
    assert databases.kept([item]) == [item]  # nobody noted it
    item._id = type(item._id).parse(min(repeating))
    assert databases.kept([item]) == []
