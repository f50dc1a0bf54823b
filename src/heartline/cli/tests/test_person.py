"""The commands about one person, in a process of their own, as people run them."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from heartline.collect.exports.tests.conftest import SHIPPED
from heartline.collect.exports.tests.test_mailchimp import AUDIENCE
from heartline.core.ids import identifier
from heartline.store import backup
from heartline.store.lake import Lake
from heartline.store.tests.test_erasing import holding
from heartline.store.tests.world import events

from .conftest import Program


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lake:
    monkeypatch.setenv("HEARTLINE_KEYS", str(tmp_path / "keys"))
    made = Lake.create(tmp_path / "data")
    names = [identifier("email", f"{name}@example.org", made.key) for name in ("anna", "ben")]
    return events(tmp_path / "data", [(name, "shop", "2024-03-01", {"text": f"by {name}"}) for name in names])


Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(program: Program) -> Run:
    return lambda lake, *words, asked="": program(*words, "--data", str(lake.folder), asked=asked)


@pytest.mark.about_files
def test_export_then_erase_then_restore(lake: Lake, run: Run, tmp_path: Path) -> None:
    code, said = run(lake, "person", "export", "email:anna@example.org", "--to", str(tmp_path / "anna.zip"))
    assert code == 0, said
    made = json.loads(zipfile.ZipFile(tmp_path / "anna.zip").read("person.json"))
    assert len(made["interactions"]) == 1
    backup.backup(lake, tmp_path / "before.tar")
    code, said = run(lake, "person", "erase", "email:anna@example.org", asked="n\n")
    assert code != 0
    assert lake.at().version == 1
    code, said = run(lake, "person", "erase", "email:anna@example.org", "--yes", "--json")
    assert code == 0, said
    sheet = json.loads(said)
    assert {"place": "lake: interactions", "removed": 1, "searched": 2, "counts": "rows"} in sheet["places"]
    assert sheet["database_written_over"]
    anna = identifier("email", "anna@example.org", lake.key)
    assert holding(lake.folder, [anna, anna.partition(":")[2], "anna@example.org"]) == set()
    again = Lake(tmp_path / "again")
    code, said = run(again, "restore", str(tmp_path / "before.tar"))
    assert code == 0, said
    assert "1 identifiers of people who were removed since" in said
    assert holding(again.folder, [anna]) == set()
    code, said = run(lake, "person", "export", "email:anna@example.org", "--to", str(tmp_path / "no.zip"))
    assert code == 2
    assert "Nothing is known" in said


@pytest.mark.about_files
def test_what_a_file_says_about_consent_is_imported_once_and_handed_out(lake: Lake, run: Run, tmp_path: Path) -> None:
    (tmp_path / "audience.csv").write_text(AUDIENCE.replace("ada@shop.example", "anna@example.org"))
    recipe = str(SHIPPED / "mailchimp_audience.yaml")
    for new in (5, 0):
        code, said = run(lake, "import", recipe, "--files", str(tmp_path), "--json")
        assert code == 0, said
        assert json.loads(said)["agreed"] == {"new": new, "there": 5 - new, "unusable": 0}
    run(lake, "person", "export", "email:anna@example.org", "--to", str(tmp_path / "anna.zip"))
    (word,) = json.loads(zipfile.ZipFile(tmp_path / "anna.zip").read("person.json"))["held"]["consents"]
    assert (word["purpose"], word["channel"], word["state"], word["source"]) == (
        "newsletter", "email", "given", "Mailchimp",
    )  # fmt: skip
