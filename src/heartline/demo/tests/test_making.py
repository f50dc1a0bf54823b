"""Making a demo folder: only where there is nothing else, marked as what it is, also beside a server."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from heartline.cli.program import app
from heartline.core.errors import Conflict, InvalidInput
from heartline.demo import is_demo, make
from heartline.demo import world as worlds
from heartline.server.listen.surveys.models import Survey
from heartline.store.lake import Lake
from heartline.store.tests.world import events

UNTIL = date(2026, 1, 31)


def test_a_folder_with_anything_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "mine").mkdir()
    (tmp_path / "photos" / "cat.jpg").touch()
    events(tmp_path / "mine", [("alice", "shop", "2024-03-01 10:00")])
    for folder in (tmp_path / "photos", tmp_path / "mine", tmp_path / "photos" / "cat.jpg"):
        with pytest.raises(Conflict) as refused:
            make(folder, 20, until=UNTIL)
        assert refused.value.code == "not_empty"
    assert sorted(path.name for path in (tmp_path / "photos").iterdir()) == ["cat.jpg"]
    assert not is_demo(Lake.open(tmp_path / "mine"))


def test_a_folder_that_a_server_has_open_is_filled_and_says_what_it_is(tmp_path: Path) -> None:
    reader = Lake.create(tmp_path)
    for name in ("heartline.db", "heartline.db-wal", "whatever-a-page-keeps"):
        (tmp_path / name).touch()
    told: list[tuple[str, int, int]] = []
    made = make(tmp_path, 60, 3, UNTIL, progress=lambda *step: told.append(step))
    assert told[-1] == ("importing", 60, 60)
    assert is_demo(reader)
    assert is_demo(reader.at().definitions)
    assert reader.at().definitions.settings["currency"] == "EUR"
    assert made.version == reader.at().version == 3
    truth = json.loads((tmp_path / "truth.json").read_text())
    assert (truth["customers"], truth["interactions"]) == (60, made.interactions)
    with pytest.raises(Conflict):
        make(tmp_path, 60, 3, UNTIL)


def test_what_is_half_made_says_already_that_it_is_demo_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("heartline.collect.importing.run", broken)
    with pytest.raises(KeyboardInterrupt):
        make(tmp_path / "data", 20, until=UNTIL)
    assert is_demo(Lake.open(tmp_path / "data"))
    monkeypatch.undo()
    assert make(tmp_path / "data", 20, until=UNTIL).interactions > 0


def test_many_customers_come_in_several_imports_and_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worlds, "BLOCK", 12)
    monkeypatch.setattr(worlds, "FILE", 2)
    made = make(tmp_path, 60, 7, UNTIL)
    lake = Lake.open(tmp_path)
    whys = [entry.why for entry in lake.versions() if entry.why.startswith("import")]
    assert whys[0] == "import demo"
    assert {"import demo_2", "import demo_3"} <= set(whys)
    snapshot = lake.at()
    rows = snapshot.rows("id", "customer")
    found = snapshot.execute(rows.aggregate(n=rows.count(), ids=rows.id.nunique()))
    assert found["n"][0].as_py() == made.interactions
    assert found["ids"][0].as_py() == made.interactions
    assert json.loads((tmp_path / "truth.json").read_text())["interactions"] == made.interactions


def test_nobody_lives_in_the_future_and_nothing_is_dropped(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as refused:
        make(tmp_path / "late", 20, until=date(2999, 1, 1))
    assert refused.value.code == "future_day"
    with pytest.raises(InvalidInput) as refused:
        make(tmp_path / "none", 0, until=UNTIL)
    assert refused.value.code == "bad_customers"
    began = datetime.now(ZoneInfo("Europe/Berlin")).date()
    made = make(tmp_path / "now", 60)
    ended = datetime.now(ZoneInfo("Europe/Berlin")).date()
    assert began - timedelta(days=1) <= made.until <= ended - timedelta(days=1)  # the same day but at midnight
    assert not (tmp_path / "now" / "quarantine").exists()
    assert made.interactions == json.loads((tmp_path / "now" / "truth.json").read_text())["interactions"]


@pytest.mark.django_db
def test_the_command_says_what_it_made_and_what_comes_next(tmp_path: Path) -> None:
    home, files = tmp_path / "data", tmp_path / "files"
    asked = ["demo", str(home), "--customers", "30", "--until", "2026-01-31", "--files", str(files)]
    done = CliRunner().invoke(app, asked)
    assert done.exit_code == 0, done.output
    assert "of 30 customers, from 2024-02-02 to 2026-01-31." in done.stdout
    assert f"heartline serve --data {home}" in done.stdout
    assert {"recipe.yaml", "orders.parquet"} <= {path.name for path in files.iterdir()}
    told = CliRunner().invoke(app, ["demo", str(tmp_path / "two"), "--customers", "4", "--json"])
    assert set(Survey.objects.values_list("key", "state", "edition")) == {
        ("unpacked", "open", 1), ("found_it", "open", 1)}  # fmt: skip
    lines = [json.loads(line) for line in told.stdout.splitlines()]
    assert lines[0] == {"what": "living", "done": 4, "of": 4}
    assert lines[-1]["customers"] == 4
