"""What a recipe may say of a source, when it is asked again, and where its secret comes from."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from heartline.collect import recipe as recipes
from heartline.collect.connecting import rest, running, secrets
from heartline.collect.connecting.schedule import Schedule, due, parse_schedule
from heartline.core.errors import InvalidInput

from .conftest import RECIPE, ROOT

GOOD = RECIPE.format(url="postgresql://me@db.example.com:5433/shop")


@pytest.mark.parametrize("path", sorted((ROOT / "recipes" / "connect").glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_recipes_say_what_is_asked(path: object) -> None:
    recipe = recipes.read(str(path))
    assert running.connection(recipe).schedule
    assert recipe.interactions
    assert set(recipe.files) == {table.name for table in running.connection(recipe).tables}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("kind: sql", "kind: ftp", "sql, rest, feed, files"),
        ("postgresql://me@", "postgresql://me:pw@", "secret: NAME"),
        ("postgresql://", "mysql://", "postgresql://"),
        ("secret: SHOP_PASSWORD", "secret: hunter2", "in capitals"),
        ("every: 15 minutes", "every: now and then", "15 minutes"),
        ("{table: orders, cursor: updated_at}", "{cursor: updated_at}", "either `table"),
        ("{table: customers}", "{table: customers, glob: x}", "table, query"),
        ("  every:", "  overlap: long\n  every:", "10m"),
        ("connect:", "files: {a: a.csv}\nconnect:", "no `files`"),
    ],
)
def test_what_is_misspelt_is_refused_with_its_line(old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(InvalidInput) as error:
        recipes.parse(GOOD.replace(old, new))
    assert error.value.code == "bad_recipe"
    assert said in str(error.value.remedy)
    assert str(error.value.field).startswith("recipe.yaml:")
    assert "hunter2" not in str(error.value)


def test_a_source_is_asked_again_in_time() -> None:
    last = datetime(2026, 3, 28, 10, tzinfo=UTC)
    now = last + timedelta(days=1)
    assert due(Schedule(), last, now) is None
    assert due(parse_schedule("15 minutes"), None, now) == now
    assert due(parse_schedule("90 minutes"), last, now) == last + timedelta(minutes=90)
    nightly = parse_schedule("daily at 03:30")
    assert due(nightly, last, now, "Europe/Berlin") == datetime(2026, 3, 29, 1, 30, tzinfo=UTC), "summer time begins"
    assert due(nightly, datetime(2026, 3, 28, 2, 30, tzinfo=UTC), now, "Europe/Berlin") != last


@pytest.mark.parametrize("text", ["0 minutes", "daily at 24:00", "daily", "15", "99999 days", ""])
def test_what_is_no_schedule(text: str) -> None:
    with pytest.raises(InvalidInput) as error:
        parse_schedule(text)
    assert error.value.code == "bad_schedule"


def test_only_what_was_put_there_for_this_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEARTLINE_SECRET_SHOP", "let me in")
    monkeypatch.setenv("DATABASE_URL", "postgres://ours")
    assert secrets.from_environment("SHOP") == "let me in"
    assert secrets.from_environment("") == ""
    with pytest.raises(InvalidInput) as error:
        secrets.from_environment("DATABASE_URL")
    assert error.value.code == "no_secret"


def test_times_are_compared_as_times_and_all_else_as_text() -> None:
    assert rest.later("2026-03-01T10:00:00+02:00", "2026-03-01T09:00:00Z") == "2026-03-01T09:00:00Z"
    assert rest.later("a9", "a10") == "a9"
    assert rest.later(None, "x") == "x"
    assert rest.later("x", None) == "x"
    assert rest.before("2026-03-01T10:00:00+02:00", 60) == "2026-03-01T09:59:00+02:00"
    assert rest.before("2026-03-01", 60) == "2026-02-28"
    assert rest.before("1772359200000", 300) == "1772358900000"
    assert rest.WRITTEN["unix"]("2026-03-01T10:00:00Z") == "1772359200"
    assert rest.WRITTEN["date"]("2026-03-01T23:00:00-05:00") == "2026-03-02"
