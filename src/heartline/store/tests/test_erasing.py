"""Somebody goes, all of them; everybody else stays as they were, as of every version."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from heartline.core.result import Result
from heartline.store import erasing, steps
from heartline.store.cache import ResultCache
from heartline.store.lake import Lake
from heartline.store.schema import INTERACTIONS
from heartline.store.tests import erasing_kills
from heartline.store.tests.world import Event, events, interactions
from heartline.store.withdrawing import withdraw
from heartline.workspace import Workspace

ROWS = [
    ("alice", "shop", "2024-03-01 10:00", {"ref": "o1"}),
    (None, "delivery", "2024-03-03 10:00", {"ref": "o1"}),
    ("bob", "shop", "2024-03-04 10:00", {"ref": "o2"}),
    (None, "delivery", "2024-03-05 10:00", {"ref": "o2"}),
    ("alice", "shop", "2024-04-01 10:00", {"ref": "shared"}),
    ("bob", "shop", "2024-04-01 10:00", {"ref": "shared"}),
    (None, "delivery", "2024-04-02 10:00", {"ref": "shared"}),
]


def only(*names: str) -> erasing.People:
    return lambda _lake: [f"user_id:{name}" for name in names]


def ids(lake: Lake, as_of: int | None = None) -> list[str]:
    snapshot = lake.at(as_of)
    return sorted(snapshot.execute(snapshot.rows("id"))["id"].to_pylist())


def test_rows_under_a_ref_that_is_nobody_elses_go_too(tmp_path: Path) -> None:
    lake = events(tmp_path, ROWS)
    done = erasing.erase(lake, only("alice"))
    assert ids(lake) == ["world:3", "world:4", "world:6", "world:7"]
    assert done.places["lake: interactions"] == erasing.Gone(3, 7)
    assert done.refs == {"o1"}
    assert lake.at().version == done.version == 2
    assert lake.manifest.newest().erased == 3


def test_versions_before_show_everybody_else_as_they_did(tmp_path: Path) -> None:
    lake = events(tmp_path, ROWS[:4])
    events(tmp_path, ROWS[4:])
    erasing.erase(lake, only("alice"))
    assert ids(lake, 1) == ["world:3", "world:4"]
    assert ids(lake, 2) == ids(lake) == ["world:3", "world:4", "world:6", "world:7"]
    assert ids(Lake.open(tmp_path), 1) == ["world:3", "world:4"]


def test_nobody_to_erase_makes_no_version(tmp_path: Path) -> None:
    lake = events(tmp_path, ROWS)
    done = erasing.erase(lake, only("zoe"))
    assert done.version is None
    assert lake.at().version == 1


def test_only_one_person_ever_leaves_an_empty_lake_that_goes_on(tmp_path: Path) -> None:
    lake = events(tmp_path, ROWS[:1])
    erasing.erase(lake, only("alice"))
    assert ids(lake) == ids(Lake.open(tmp_path)) == []
    events(tmp_path, [("carol", "shop", "2024-05-01 10:00", {"id": "c"})])
    assert ids(lake) == ["c"]


def test_who_had_the_lake_open_writes_on_and_compacts(tmp_path: Path) -> None:
    lake, other = events(tmp_path, ROWS[:3]), Lake.open(tmp_path)
    for number in range(3):
        events(tmp_path, [("bob", "shop", "2024-05-01 10:00", {"id": f"b{number}"})])
    assert len(ids(other)) == 6
    with other.write("own") as writer:
        writer.define("touchpoint", "x", {"label": "X"})
        writer.add("identities", pa.table({"left": ["user_id:bob"], "right": ["user_id:bob"], "same": [True]}))
    erasing.erase(lake, only("alice"))
    with other.write("own") as writer:
        writer.add("identities", pa.table({"left": ["user_id:eve"], "right": ["user_id:eve"], "same": [True]}))
        writer.append(events_table("eve"))
    assert ids(other) == ids(lake) == ids(Lake.open(tmp_path)) == ["b0", "b1", "b2", "eve", "world:3"]
    other.compact(force=True)
    assert ids(lake) == ["b0", "b1", "b2", "eve", "world:3"]


def events_table(name: str) -> pa.Table:
    return interactions([(name, "shop", "2024-06-01 10:00", {"id": name})])


def test_somebody_once_held_to_be_the_same_keeps_all_but_the_name(tmp_path: Path) -> None:
    """Bob's rows said he was alice, until the two were parted."""
    lake = events(
        tmp_path, [("alice", "shop", "2024-03-01"), ("bob", "shop", "2024-03-02", {"customer": "user_id:alice"})]
    )
    with lake.write("parted") as writer:
        rows = {"identifier": ["user_id:bob"], "customer": ["user_id:bob"], "was": ["user_id:alice"]}
        writer.add("customers", pa.table(rows))
    erasing.erase(lake, only("alice"))
    then, now = lake.at(1), lake.at()
    assert now.execute(now.rows("id", "customer"))["customer"].to_pylist() == ["user_id:bob"]
    before = then.execute(then.rows("id", "customer"))["customer"].to_pylist()
    assert [name.partition(":")[0] for name in before] == ["erased"]


def test_a_crash_at_any_step_is_finished_by_who_comes_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, name in enumerate(erasing_kills.STEPS):
        folder = tmp_path / str(number)
        lake = events(folder, ROWS)

        def crash(now: str, at: str = name) -> None:
            if now == at:
                raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(steps, "listener", crash)
            with pytest.raises(KeyboardInterrupt):
                erasing.erase(lake, only("alice"))
        fresh = Lake.open(folder)
        assert len(ids(fresh)) in (4, 7)
        erasing.finish(fresh)
        erasing.erase(fresh, only("alice"))
        assert ids(fresh) == ["world:3", "world:4", "world:6", "world:7"]
        assert not erasing.unfinished(fresh)
        assert [entry.erased for entry in fresh.versions()][-1] == 3


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Everything in a folder: the files' own bytes, what Parquet files hold once unpacked, and their statistics."""
    found: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = str(path.relative_to(folder))
            found[name] = path.read_bytes()
            if path.suffix == ".parquet":
                found[f"{name} unpacked"] = repr(pq.read_table(path, partitioning=None).to_pydict()).encode()
                found[f"{name} statistics"] = repr(pq.read_metadata(path).to_dict()).encode()
    return found


def holding(folder: Path, planted: Iterable[str]) -> set[tuple[str, str]]:
    """Where planted values still are: (value, file)."""
    files = bytes_of(folder)
    return {(value, name) for value in planted for name, content in files.items() if value.encode() in content}


def population(seed: int, people: int) -> tuple[list[Event], dict[str, str], dict[str, str]]:
    """Rows of many people; the words that only one of them left behind; and somebody else's."""
    dice = random.Random(seed)
    rows: list[Event] = []
    words: dict[str, dict[str, str]] = {}
    for _person in range(people):
        name = f"{dice.getrandbits(128):032x}"
        mine = {key: f"{key}{dice.getrandbits(96):024x}" for key in ("text", "ref", "id", "event", "inside", "theme")}
        words[name] = {"name": name, **mine}
        for number in range(dice.randint(1, 4)):
            at = f"2024-{dice.randint(1, 3):02d}-{dice.randint(1, 28):02d} {dice.randint(0, 23):02d}:00"
            more = {
                "id": f"world:{mine['id']}{number}", "text": mine["text"], "ref": mine["ref"], "event": mine["event"],
                "properties": f'{{"k": "{mine["inside"]}"}}', "themes": [mine["theme"]], "score": 9.0, "scale": "nps",
            }  # fmt: skip
            rows.append((name, "shop", at, more))
    dice.shuffle(rows)
    one, other = list(words)[:2]
    return rows, words[one], words[other]


@given(seed=st.integers(0, 2**32), people=st.integers(2, 40), cuts=st.integers(1, 4), compacted=st.booleans())
@settings(max_examples=5, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
def test_no_byte_of_one_person_is_left_and_every_value_of_the_others_is(
    seed: int, people: int, cuts: int, compacted: bool
) -> None:
    rows, theirs, others = population(seed, people)
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / "data"
        for cut in range(cuts):
            events(folder, rows[cut::cuts], journey={"order": {"per": "ref", "starts": ["shop"], "goal": "shop"}})
        lake = Lake.open(folder)
        know_more(lake, theirs["name"], others["name"])
        if compacted:
            lake.compact(force=True)
        ask_much(lake)
        assert {value for value, _ in holding(folder, theirs.values())} == set(theirs.values())
        before = [kept(lake, version, theirs["name"]) for version in range(lake.at().version + 1)]
        done = erasing.erase(lake, only(theirs["name"]))
        assert holding(folder, theirs.values()) == set()
        assert {value for value, _ in holding(folder, others.values())} == set(others.values())
        after = [kept(lake, version, theirs["name"]) for version in range(len(before))]
        assert after == before
        assert done.places["lake: interactions"].removed == sum(row[0] == theirs["name"] for row in rows)
        assert lake.at().version == len(before)


def know_more(lake: Lake, name: str, other: str) -> None:
    """Learn something of both later on: what the ledger holds, stages, merges with others."""
    with lake.write("later") as writer:
        names = [f"user_id:{name}", f"user_id:{other}"]
        writer.add("identities", pa.table({"left": names, "right": names, "same": [True, True]}))
        snapshot = lake.at()
        found = snapshot.execute(snapshot.rows("id", "identifier"))
        mine = found.filter(pc.is_in(found["identifier"], value_set=pa.array(names)))
        changes = [{"id": id_, "sets": ["stage"], "stage": "use"} for id_ in mine["id"].to_pylist()]
        writer.add("overrides", pa.Table.from_pylist(changes))
        merge = {"identifier": [names[0]], "customer": ["user_id:zero"], "was": [names[0]]}
        writer.add("customers", pa.table(merge))


def ask_much(lake: Lake) -> None:
    """Leave traces in the caches: answers with rows of everybody, a path index."""
    asked = Workspace(lake)
    asked.verbatims(period="all", limit=500)
    asked.paths("order", period="all")
    assert list((lake.folder / "cache" / "index").rglob("*.npy"))


def kept(lake: Lake, version: int, name: str) -> list[dict[str, Any]]:
    """Everything that a version holds of everybody else."""
    snapshot = lake.at(version)
    found = snapshot.execute(snapshot.rows(*INTERACTIONS.names)).to_pylist()
    rows = [row for row in found if row["identifier"] != f"user_id:{name}"]
    return sorted(rows, key=lambda row: str(row["id"]))


def test_an_answer_that_was_on_its_way_meanwhile_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HEARTLINE_RESULT_CACHE", raising=False)
    lake = events(tmp_path, [("alice", "shop", "2024-03-01", {"text": "it was me"}), ("bob", "shop", "2024-03-02")])
    whole = Workspace(lake).verbatims(period="all")

    def slow() -> Result:
        erasing.erase(Lake.open(tmp_path), only("alice"))
        return whole

    assert lake.cached("verbatims", {"as_of": 1}, slow) == whole
    assert not list((tmp_path / "cache" / "results").iterdir())


def test_what_was_written_a_moment_ago_is_withdrawn_without_the_answers_of_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HEARTLINE_RESULT_CACHE", raising=False)
    lake = events(tmp_path, ROWS)
    before = Workspace(lake).touchpoints(period="all", as_of=1)
    noted = lake.at().time + timedelta(microseconds=1)
    lake = events(tmp_path, [("bob", "shop", "2024-03-04", {"id": "slip", "text": "Never said", "source": "log"})])
    asked = Workspace(lake)
    assert asked.touchpoints(period="all", as_of=2).figures["interactions"].value == len(ROWS) + 1
    asked.verbatims(period="all", as_of=2)
    kept = tmp_path / "cache" / "results"
    assert len(list(kept.iterdir())) == 3
    (name,) = [one for one in ids(lake) if one.endswith("slip")]
    assert withdraw(lake, "log", [name], since=noted) == 1
    (left,) = kept.iterdir()
    assert "Never said" not in left.read_bytes().decode(errors="replace")
    assert ResultCache(kept).get(left.stem) == before
    assert name not in ids(lake)


def test_an_answer_as_of_before_says_how_many_rows_were_erased(tmp_path: Path) -> None:
    asked = Workspace(events(tmp_path, ROWS))

    def said(as_of: int | None) -> list[str]:
        return [str(note) for note in asked.touchpoints(period="all", as_of=as_of).notes if "erased" in str(note)]

    assert said(1) == []
    erasing.erase(asked.lake, only("alice"))
    events(tmp_path, [("carol", "shop", "2024-05-01", {"id": "c"})])
    assert said(1) == ["Since this version 3 rows were erased from all versions (at version 2)."]
    assert asked.touchpoints(period="all", as_of=1).figures["interactions"].value == 4
    assert said(None) == []
