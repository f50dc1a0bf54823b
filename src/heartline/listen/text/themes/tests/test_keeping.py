"""Themes and the lake: texts are read once, read anew when themes change, and never beyond what was there."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from heartline.listen.text.themes import changing, keeping
from heartline.listen.text.themes.values import KIND, known
from heartline.store.lake import Lake
from heartline.store.tests.world import events

from .bag import BAG
from .worlds import SUBJECTS, spoken

DAY = date(2026, 3, 2)
FIRST = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    rows = [
        (None, "shop", (FIRST + timedelta(hours=7 * n)).isoformat(), {"text": text, "id": f"{subject}:{n}"})
        for n, (subject, text) in enumerate(spoken(160))
    ]
    return events(tmp_path, [*rows, (None, "shop", "2026-02-01", {})])


def themes(lake: Lake) -> dict[str, list[str] | None]:
    snapshot = lake.at()
    rows = snapshot.rows("id", "text", "themes")
    return {row["id"]: row["themes"] for row in snapshot.execute(rows.filter(rows.text.notnull())).to_pylist()}


def by_subject(lake: Lake, subject: str, key: str) -> float:
    """Give the share of a subject's texts that were read as about a theme."""
    found = [key in (read or ()) for name, read in themes(lake).items() if name.startswith(subject)]
    return sum(found) / len(found)


def test_found_defined_read_and_kept(lake: Lake) -> None:
    made = keeping.look(lake, BAG, DAY)
    assert set(made) <= set(lake.at().definitions.all(KIND))
    assert len(made) >= 4
    reader = keeping.reader(lake.at(), BAG)
    while waiting := keeping.unread(lake.at(), 70):
        keeping.read(lake, reader, waiting)
    assert all(read is not None for read in themes(lake).values())
    for subject in SUBJECTS:
        assert max(by_subject(lake, subject, key) for key in made) >= 0.6
    assert keeping.look(lake, BAG, DAY) == {}
    version = lake.at().version
    again = keeping.before(lake.at(), None, 1000)
    assert len(again) == 160
    assert len(keeping.read(lake, reader, again)) == 160
    assert lake.at().version == version
    lake.compact(force=True)
    assert len(keeping.before(lake.at(), again[99].place, 1000)) == 60
    assert keeping.unread(lake.at(), 10) == []


def test_a_merge_is_read_and_old_versions_stay(lake: Lake) -> None:
    keeping.look(lake, BAG, DAY)
    reader = keeping.reader(lake.at(), BAG)
    keeping.read(lake, reader, keeping.unread(lake.at(), 1000))
    before, version = themes(lake), lake.at().version
    all_of_them = known(lake.at().definitions)
    cake = max(all_of_them, key=lambda key: by_subject(lake, "cake", key))
    pool = max(all_of_them, key=lambda key: by_subject(lake, "pool", key))
    with lake.write("merge") as writer:
        for key, theme in changing.merged(all_of_them, cake, pool).items():
            writer.define(KIND, key, theme.body())
    after = keeping.reader(lake.at(), BAG)
    assert after.signature != reader.signature
    keeping.read(lake, after, keeping.before(lake.at(), None, 1000))
    assert by_subject(lake, "cake", cake) == 0
    assert by_subject(lake, "cake", pool) >= 0.6
    rows = lake.at(version).rows("id", "themes")
    old = {row["id"]: row["themes"] for row in lake.at(version).execute(rows).to_pylist()}
    assert {name: old[name] for name in before} == before


def test_corrections_teach_by_the_words_of_their_texts(lake: Lake) -> None:
    mine = changing.begun({}, "cakes", "Cakes", ["chocolate cake dessert"])
    name = next(one for one in themes(lake) if one.startswith("wifi"))
    mine |= changing.corrected(mine, "cakes", name, True)
    with lake.write("begin") as writer:
        writer.define(KIND, "cakes", mine["cakes"].body())
    snapshot = lake.at()
    taught = keeping.examples(snapshot, known(snapshot.definitions).values())["cakes"]
    assert list(taught[0]) == [one.text for one in keeping.before(snapshot, None, 200) if one.id == name]
    reader = keeping.reader(snapshot, BAG)
    assert reader.read(taught[0])[0].themes[0] == "cakes"


def test_reading_stops_when_its_time_is_over(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "AT_ONCE", 50)
    reader = keeping.reader(lake.at(), BAG)
    clock = iter([1.0, 3.0, 9.0])
    done = keeping.read(lake, reader, keeping.unread(lake.at(), 1000), until=2.0, clock=lambda: next(clock))
    assert len(done) == 100
    assert len(keeping.unread(lake.at(), 1000)) == 60


def test_few_texts_are_not_looked_through(tmp_path: Path) -> None:
    lake = events(tmp_path, [(None, "shop", "2026-01-01", {"text": "chocolate cake"})])
    assert keeping.look(lake, BAG, DAY) == {}
