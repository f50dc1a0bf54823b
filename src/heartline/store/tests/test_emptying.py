"""Everything out: nothing is left to ask for or to find on the disk, and what comes next starts afresh."""

from __future__ import annotations

from pathlib import Path

import pytest

from heartline.store.emptying import empty
from heartline.store.lake import Lake
from heartline.store.tests.world import events
from heartline.workspace import Workspace

ROWS = [
    ("alice", "shop", "2024-03-01 10:00", {"ref": "o1"}),
    ("alice", "delivery", "2024-03-03 10:00", {"ref": "o1"}),
    ("bob", "shop", "2024-04-01 10:00", {"ref": "o2"}),
]
JOURNEY = {"order": {"per": "ref", "starts": ["shop"], "goal": "delivery"}}


def rows(lake: Lake) -> int:
    snapshot = lake.at()
    return int(snapshot.execute(snapshot.rows("id")).num_rows)


def test_nothing_is_left_but_the_name_and_the_key(tmp_path: Path) -> None:
    lake = events(tmp_path, ROWS, journey=JOURNEY)
    name, key = (tmp_path / "lake" / "id").read_text(), lake.key
    for seen in (empty(tmp_path), Lake.open(tmp_path)):
        assert rows(seen) == 0
        assert seen.at().definitions.by_kind == {}
        assert seen.at().table("identities").num_rows == 0
        assert ((tmp_path / "lake" / "id").read_text(), seen.key) == (name, key)
    assert not list((tmp_path / "lake" / "interactions").rglob("part-*.parquet"))


def test_what_was_dropped_goes_too(tmp_path: Path) -> None:
    events(tmp_path, ROWS)
    (tmp_path / "quarantine" / "shop").mkdir(parents=True)
    (tmp_path / "quarantine" / "shop" / "rows.csv").write_text("mail\nana@example.org\n")
    empty(tmp_path)
    assert not (tmp_path / "quarantine").exists()


def test_an_answer_that_was_kept_before_is_not_given_after(tmp_path: Path) -> None:
    events(tmp_path, ROWS, journey=JOURNEY)
    before = Workspace(Lake.open(tmp_path))
    assert before.touchpoints(period="all").figures["interactions"].value == 3
    assert before.paths("order", period="all").figures["trips"].value == 2
    asked = Workspace(empty(tmp_path))
    assert asked.touchpoints(period="all").figures["interactions"].value == 0
    events(tmp_path, [("carol", "shop", "2024-05-01 10:00", {"ref": "o9"})], journey=JOURNEY)
    assert asked.touchpoints(period="all").figures["interactions"].value == 1
    assert asked.paths("order", period="all").figures["trips"].value == 1


def test_a_crash_in_between_is_finished_by_whoever_opens_it_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events(tmp_path, ROWS, journey=JOURNEY)

    def crash(_folder: Path) -> Lake:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Lake, "create", crash)
        with pytest.raises(KeyboardInterrupt):
            empty(tmp_path)
    lake = Lake.create(tmp_path)
    assert (rows(lake), lake.at().definitions.by_kind, lake.at().version) == (0, {}, 0)
