"""What is known of others is kept apart: no question of the company meets it, and versions belong together."""

from __future__ import annotations

from pathlib import Path

import pytest

from heartline.collect.importing import run
from heartline.core.errors import InvalidInput
from heartline.store import others
from heartline.store.backup import backup, restore
from heartline.store.emptying import empty
from heartline.store.lake import Lake
from heartline.store.tests.world import events

RECIPE = """
recipe: 1
source: google_reviews
competitor: Nord & Söhne
timezone: UTC
files: {reviews: reviews.csv}
touchpoints:
  google_review: {label: Review on Google, stage: advocacy, channel: social}
ratings:
  - sql: select 'all' as key, 4.2 as value, 812 as count, 5 as best, 1 as worst, date '2024-05-01' as at
interactions:
  - touchpoint: google_review
    sql: |
      select n as id, day as occurred_at, stars as score, 'stars5' as scale, said as text, mail as email,
             place as unit, 'review' as event from reviews
"""
FILE = "n,day,stars,said,mail,place\n1,2024-05-02,2,Too slow,ada@shop.example,Kiel\n2,2024-05-03,5,Lovely,,Bonn\n"


def brought(folder: Path) -> Lake:
    """Make a company with one review of its own, and two of a competitor's."""
    lake = events(folder / "data", [(None, "google_review", "2024-05-01", {"score": 4, "scale": "stars5"})])
    (folder / "reviews.csv").write_text(FILE)
    (folder / "recipe.yaml").write_text(RECIPE)
    report = run(folder / "recipe.yaml", folder / "data")
    assert (report.landed, report.known, report.dropped) == (2, 0, {})
    return lake


def test_others_land_beside_and_carry_whose_they_are(tmp_path: Path) -> None:
    lake = brought(tmp_path)
    ours = lake.at()
    assert ours.execute(ours.rows("id")).num_rows == 1
    assert "unit" not in ours.definitions.by_kind
    theirs = others.beside(ours)
    assert theirs is not None
    rows = theirs.execute(theirs.rows("id", "unit", "identifier", "customer", "properties", "text")).to_pylist()
    assert {row["unit"] for row in rows} == {"nord_sohne"}
    assert {row["identifier"] for row in rows} == {row["customer"] for row in rows} == {None}
    assert sorted(row["properties"] for row in rows) == ['{"unit":"Bonn"}', '{"unit":"Kiel"}']
    assert theirs.definitions.all("unit") == {"nord_sohne": {"name": "Nord & Söhne", "kind": "competitor"}}
    assert theirs.definitions.all("rating")["all"] == {
        "value": 4.2, "count": 812, "best": 5, "worst": 1, "at": "2024-05-01", "source": "google_reviews",
        "unit": "nord_sohne",
    }  # fmt: skip
    kept = b"".join(path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file())
    assert b"ada@shop.example" not in kept


def test_a_version_of_ours_says_which_of_theirs_belongs_to_it(tmp_path: Path) -> None:
    lake = brought(tmp_path)
    before = lake.at().version
    assert others.beside(lake.at(before - 1)) is None
    (tmp_path / "reviews.csv").write_text(FILE + "3,2024-05-04,1,Never again,,Kiel\n")
    assert run(tmp_path / "recipe.yaml", tmp_path / "data").landed == 1
    for version, count in ((before, 2), (None, 3)):
        theirs = others.beside(lake.at(version))
        assert theirs is not None
        assert theirs.execute(theirs.rows("id")).num_rows == count
    assert not others.note(lake)


def test_a_rehearsal_notes_nothing(tmp_path: Path) -> None:
    lake = events(tmp_path / "data", [(None, "shop", "2024-05-01")])
    (tmp_path / "reviews.csv").write_text(FILE)
    (tmp_path / "recipe.yaml").write_text(RECIPE)
    assert run(tmp_path / "recipe.yaml", tmp_path / "data", dry_run=True).landed == 2
    assert others.beside(lake.at()) is None


def test_others_are_in_the_backup_and_go_when_the_folder_is_emptied(tmp_path: Path) -> None:
    lake = brought(tmp_path)
    backup(lake, tmp_path / "all.tar.gz")
    restore(tmp_path / "all.tar.gz", tmp_path / "again")
    theirs = others.beside(Lake.open(tmp_path / "again").at())
    assert theirs is not None
    assert theirs.execute(theirs.rows("id")).num_rows == 2
    fresh = empty(tmp_path / "data")
    assert others.there(fresh) is None
    assert others.beside(fresh.at()) is None


def test_a_competitor_is_neither_we_nor_a_third(tmp_path: Path) -> None:
    lake = brought(tmp_path)
    events(lake.folder, [], settings={"company": {"timezone": "UTC", "name": "Südhaus GmbH"}})

    def again(name: str) -> str:
        (tmp_path / "recipe.yaml").write_text(RECIPE.replace("Nord & Söhne", name))
        with pytest.raises(InvalidInput) as error:
            run(tmp_path / "recipe.yaml", lake.folder)
        return error.value.code

    assert (again("SÜDHAUS, GmbH"), again("Nord-Söhne")) == ("own_name", "another_name")
    assert others.noted(Lake.open(lake.folder).at()) == 1, "nothing landed"
    (tmp_path / "recipe.yaml").write_text(RECIPE.replace("Nord & Söhne", "NORD & SÖHNE"))
    assert run(tmp_path / "recipe.yaml", lake.folder).landed == 0, "the same company; its reviews are here"
