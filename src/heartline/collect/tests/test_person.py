"""One person of many: found by anything they go by, handed out whole, and gone from everywhere."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from heartline.collect import person, person_export, person_files
from heartline.core.errors import NotFound
from heartline.core.ids import identifier
from heartline.store import backup, tombstones
from heartline.store.lake import Lake
from heartline.store.tests.test_erasing import bytes_of
from heartline.store.tests.world import Event, events


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lake:
    """Anna goes by an address and a number; Ben by a number."""
    monkeypatch.setenv("HEARTLINE_KEYS", str(tmp_path / "keys"))
    folder = tmp_path / "data"
    made = Lake.create(folder)
    mail, anna, ben = (
        hashed(made, *one) for one in (("email", "anna@example.org"), ("user_id", "A1"), ("user_id", "B2"))
    )
    rows: list[Event] = [
        (mail, "shop", "2024-03-01 10:00", {"ref": "o-anna", "text": "=1+1", "identifier": mail, "customer": anna}),
        (anna, "shop", "2024-03-02 10:00", {"amount": 12.5, "currency": "EUR"}),
        (ben, "shop", "2024-03-03 10:00", {"ref": "o-ben"}),
    ]
    events(folder, rows, touchpoint={"shop": {"label": "The shop"}})
    with made.write("ledger") as writer:
        left, right = [anna, mail, ben, mail], [anna, mail, ben, anna]
        writer.add("identities", pa.table({"left": left, "right": right, "same": [True] * 4}))
    return made


def hashed(lake: Lake, kind: str, value: str) -> str:
    return identifier(kind, value, lake.key)


def ids(lake: Lake) -> set[str]:
    snapshot = lake.at()
    return set(snapshot.execute(snapshot.rows("id"))["id"].to_pylist())


@pytest.mark.parametrize("who", ["email:Anna@Example.org ", "anna@example.org", "user_id:A1", "A1"])
def test_a_person_is_found_by_anything_in_clear(lake: Lake, who: str) -> None:
    found = person.find(lake, who)
    assert found.names == {hashed(lake, "email", "anna@example.org"), hashed(lake, "user_id", "A1")}
    assert found.customer == hashed(lake, "user_id", "A1")
    assert person.find(lake, found.customer) == found


def test_nobody_is_found_by_what_nobody_goes_by(lake: Lake) -> None:
    with pytest.raises(NotFound):
        person.find(lake, "email:zoe@example.org")


def test_two_who_were_parted_are_two(lake: Lake) -> None:
    mail, anna = hashed(lake, "email", "anna@example.org"), hashed(lake, "user_id", "A1")
    with lake.write("part") as writer:
        writer.add("identities", pa.table({"left": [mail], "right": [anna], "same": [False]}))
        writer.add("customers", pa.table({"identifier": [mail], "customer": [mail], "was": [anna]}))
    assert person.find(lake, "A1").names == {anna}


def test_what_is_handed_out_is_whole_and_theirs_alone(lake: Lake) -> None:
    held = {"contacts": [{"kind": "email", "value": "anna@example.org"}]}
    zipped = zipfile.ZipFile(io.BytesIO(person_export.bundle(lake, person.find(lake, "A1"), held)))
    assert set(zipped.namelist()) == {"person.json", "interactions.csv", "contacts.csv", "read me.html"}
    made = json.loads(zipped.read("person.json"))
    assert [row["id"] for row in made["interactions"]] == ["world:1", "world:2"]
    assert made["interactions"][0]["touchpoint_name"] == "The shop"
    assert made["interactions"][1]["amount"] == "12.5000"
    assert made["held"] == held
    assert "'=1+1" in zipped.read("interactions.csv").decode()
    page = zipped.read("read me.html").decode()
    assert "The shop" in page
    assert "anna@example.org" in page
    assert "o-ben" not in zipped.read("person.json").decode() + page


def test_dropped_rows_and_uploads_lose_their_lines_and_no_others(lake: Lake) -> None:
    home = lake.folder / "quarantine" / "shop-1"
    home.mkdir(parents=True)
    lines = [
        "dropped_because,email,ref,properties",
        "no_time, ANNA@example.org,,",
        'no_time,ben@example.org,,"{""k"": ""A1""}"',
        "no_time,,o-anna,",
        "no_time,ben@example.org,o-ben,",
    ]
    (home / "entry_1.text.csv").write_text("\n".join(lines) + "\n")
    (home / "recipe.yaml").write_text("recipe: 1\n")
    upload = lake.folder / "uploads" / "1"
    upload.mkdir(parents=True)
    (upload / "crm.csv").write_text("mail;x\nanna@example.org;1\nben@example.org;2\n")
    (upload / "book.xlsx").write_bytes(b"PK of somebody")
    (upload / "answers.json").write_text('[{"mail": "anna@example.org"}]')
    drop = lake.folder / "drop" / "answers"
    drop.mkdir(parents=True)
    (drop / ".seen.json").write_text("[]")
    done = person.erase(lake, person.find(lake, "A1"))
    assert (home / "entry_1.text.csv").read_text() == f"{lines[0]}\n{lines[4]}\n"
    assert (home / "recipe.yaml").exists()
    assert (upload / "crm.csv").read_text() == "mail;x\nben@example.org;2\n"
    assert not (upload / "book.xlsx").exists()
    assert not (upload / "answers.json").exists()
    assert (drop / ".seen.json").exists()
    assert done.places["quarantine"].removed == 3
    assert ids(lake) == {"world:3"}
    names = [hashed(lake, "email", "anna@example.org"), hashed(lake, "user_id", "A1")]
    for value in (*names, "o-anna", "anna@example.org"):
        assert not [name for name, content in bytes_of(lake.folder).items() if value.encode() in content]


def test_a_restored_backup_is_clean_again(lake: Lake, tmp_path: Path) -> None:
    backup.backup(lake, tmp_path / "before.tar")
    person.erase(lake, person.find(lake, "A1"))
    backup.restore(tmp_path / "before.tar", tmp_path / "again")
    again = Lake.open(tmp_path / "again")
    assert len(ids(again)) == 3
    assert len(person.clean_again(again)) == 2
    assert ids(again) == {"world:3"}
    assert person.clean_again(again) == frozenset()


def test_a_backup_made_after_it_needs_no_cleaning(lake: Lake, tmp_path: Path) -> None:
    person.erase(lake, person.find(lake, "A1"))
    backup.backup(lake, tmp_path / "after.tar")
    backup.restore(tmp_path / "after.tar", tmp_path / "again")
    assert tombstones.missed(Lake.open(tmp_path / "again")) == []


def test_the_list_tells_nobody_and_is_for_its_owner_only(lake: Lake) -> None:
    names = person.find(lake, "A1").names
    began = datetime.now(UTC)
    person.erase(lake, person.find(lake, "A1"))
    for path in (tombstones.lake_list(lake), tombstones.key_list(lake)):
        assert path.stat().st_mode & 0o77 == 0
        assert not any(name.partition(":")[2] in path.read_text() for name in names)
    listed = tombstones.Tombstones(lake)
    at = listed.erased_at(hashed(lake, "user_id", "A1"))
    assert at is not None
    assert at >= began
    assert listed.erased_at(hashed(lake, "user_id", "B2")) is None
    found = listed.moments(pa.array([hashed(lake, "user_id", "B2"), None, hashed(lake, "user_id", "A1")]))
    assert [value > 0 for value in found.tolist()] == [False, False, True]


def test_a_line_that_a_crash_cut_short_is_written_over(lake: Lake) -> None:
    tombstones.lake_list(lake).write_text('{"at": "2024')
    tombstones.bury(lake, ["user_id:x"], datetime(2024, 1, 1, tzinfo=UTC))
    assert tombstones.Tombstones(lake).erased_at("user_id:x") == datetime(2024, 1, 1, tzinfo=UTC)


def test_long_texts_are_no_identifiers(lake: Lake) -> None:
    names = person.find(lake, "A1").names
    matcher = person_files.Matcher(lake.key, names, {"o1"}, ["email", "user_id"], person.normal)
    assert matcher.cell('{"deep": ["x", {"y": "a1", "z": "A1"}]}')
    assert matcher.cell(" o1 ")
    assert not matcher.cell("A1 " * 300)
    assert not matcher.cell("{broken")
