"""One seed, one world: the same files byte by byte, and people who speak three languages."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from heartline.demo.calendar import Calendar
from heartline.demo.company import Company
from heartline.demo.sentences import LANGUAGES, grammar
from heartline.demo.world import World

UNTIL = date(2026, 1, 31)


def written(folder: Path, customers: int, seed: int = 7) -> dict[str, int]:
    rows: Counter[str] = Counter()
    for _ in World(customers, seed, Calendar(UNTIL), Company()).write(
        folder, lambda _lives, more, _planted: rows.update(more)
    ):
        pass
    return dict(rows)


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    """Give the files of the world that `heartline demo` makes by default, but for its last day."""
    folder = tmp_path_factory.mktemp("usual")
    return folder, written(folder, 5_000)


def test_the_same_seed_and_last_day_make_the_same_files(tmp_path: Path) -> None:
    for name, seed in (("one", 7), ("two", 7), ("other", 8)):
        written(tmp_path / name, 300, seed)
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert {"recipe.yaml", "units.csv", "products.csv", "orders.parquet", "web.parquet"} <= set(names)
    same = {name: (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes() for name in names}
    assert same == dict.fromkeys(names, True)
    assert (tmp_path / "one" / "orders.parquet").read_bytes() != (tmp_path / "other" / "orders.parquet").read_bytes()


def test_more_customers_do_not_change_the_first_ones(tmp_path: Path) -> None:
    written(tmp_path / "few", 5_000)
    written(tmp_path / "more", 5_400)
    few = pq.read_table(tmp_path / "few" / "orders.parquet")
    assert pq.read_table(tmp_path / "more" / "orders.parquet").slice(0, few.num_rows) == few


def test_a_customer_has_forty_interactions_and_more(usual: tuple[Path, dict[str, int]]) -> None:
    folder, rows = usual
    web = pq.read_table(folder / "web.parquet", columns=["customer", "device"])
    people = pq.read_table(folder / "orders.parquet", columns=["customer", "device"])
    known = set(people["device"].to_pylist()) - {None}
    theirs = sum(
        person is not None or device in known
        for person, device in zip(web["customer"].to_pylist(), web["device"].to_pylist(), strict=True)
    )
    others = sum(count for name, count in rows.items() if name not in ("customers", "web", "till"))
    assert (theirs + others) / 5_000 >= 40
    assert sum(rows.values()) >= 200_000


@pytest.mark.parametrize(("language", "country"), [("de", "de"), ("es", "es"), ("en", "uk")])
def test_people_write_two_thousand_different_sentences(
    usual: tuple[Path, dict[str, int]], language: str, country: str
) -> None:
    folder, _ = usual
    found: set[str] = set()
    for name in ("answers", "service", "members"):
        table = pq.read_table(folder / f"{name}.parquet", columns=["unit", "text"])
        for unit, text in zip(table["unit"].to_pylist(), table["text"].to_pylist(), strict=True):
            if text and unit.startswith(country):
                found |= {part.strip().lower() for part in re.split(r"(?<=[.!?])\s", text)}
    assert language in LANGUAGES
    assert len(found) >= 2_000
    assert not [said for said in found if "{" in said or "}" in said]


def test_every_language_can_say_the_same_things() -> None:
    english = grammar("en")
    for language in LANGUAGES:
        other = grammar(language)
        assert list(other.topics) == list(english.topics)
        assert {key: body["tone"] for key, body in other.topics.items()} == {
            key: body["tone"] for key, body in english.topics.items()
        }
        assert list(other.nouns) == list(english.nouns)
        assert set(other.openings) | {"aloud"} == set(other.endings)
        assert len(set(other.sentences())) > 350


@pytest.mark.parametrize("last", [date(2025, 3, 2), date(2025, 12, 20), date(2026, 2, 28), date(2026, 11, 20)])
def test_whatever_the_last_day_the_year_before_has_its_events(last: date) -> None:
    calendar = Calendar(last)
    for span in (calendar.relaunch, calendar.strike, calendar.price_rise):
        assert calendar.first < span.first <= span.last <= last
        assert (span.first.month, span.first.day) <= (11, 12)
    assert all(span.first.weekday() == 4 and span.first.month == 11 for span in calendar.black_fridays)
    assert len(calendar.black_fridays) == 2
    assert calendar.relaunch.first < calendar.strike.first < calendar.price_rise.first
