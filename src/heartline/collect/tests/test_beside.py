"""Imports beside live events: whatever lands while one is made, the lake is as if the import had come after it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from heartline.collect import catalogue, importing
from heartline.collect.beside import ROUNDS
from heartline.collect.inbox import Inbox, Received, named, opened
from heartline.collect.loading.loader import Loader
from heartline.collect.loading.taking import Take, Taken
from heartline.collect.loading.tests.test_loader import Book
from heartline.collect.loading.tests.wire import request, take
from heartline.collect.tests import importing_kills
from heartline.collect.tests.conftest import SMALL, World
from heartline.core.errors import Conflict
from heartline.store import steps
from heartline.store.compact import remove_old
from heartline.store.disk import locked
from heartline.store.keys import key_path
from heartline.store.lake import Lake
from heartline.store.stamping import places

HEAD = "recipe: 1\nsource: shop\nfiles: {rows: rows.csv}\n"
RECIPE = HEAD + (
    "interactions:\n  - touchpoint: till\n"
    "    sql: select nr as id, day as occurred_at, user as user_id, email, device as anonymous_id from rows\n"
)
COLUMNS = ("id", "occurred_at", "identifier", "customer", "source", "touchpoint", "stage", "channel", "landed")
Row = tuple[str, str, str, str]
Event = dict[str, Any]


def csv(rows: Sequence[Row]) -> str:
    lines = [f"{nr},2024-0{1 + place % 3}-05,{','.join(people)}" for place, (nr, *people) in enumerate(rows)]
    return "\n".join(["nr,day,user,email,device", *lines, ""])


class Beside:
    """A lake with a loader, and imports during which something else happens."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.lake = Lake.create(world.data)
        key_path(world.data).write_text("6b" * 32)  # so that two of them hash alike
        self.inbox: Inbox
        self.stack = opened(named(world.data))
        self.inbox = self.stack.__enter__()
        self.loader = Loader(self.lake, self.inbox, take, Book(), "test")

    def close(self) -> None:
        self.stack.__exit__(None, None, None)

    def lands(self, events: Sequence[Event]) -> None:
        """Land a batch of live events."""
        self.inbox.put([request(*events)])
        self.loader.turn()

    def imports(self, rows: Sequence[Row], **during: Callable[[], object]) -> importing.Report:
        """Import rows; at the named steps something happens, once each."""
        left = {name.replace("_", " "): work for name, work in during.items()}

        def listener(name: str) -> None:
            work = left.pop(name.removeprefix("import: "), None)
            if work is not None:
                work()

        path = self.world.write(RECIPE, rows_csv=csv(rows))
        steps.listener = listener
        try:
            report = importing.run(path, self.world.data, limits=SMALL)
        finally:
            steps.listener = None
        assert not left, f"these steps never came: {set(left)}"
        return report

    def seen(self, version: int | None = None) -> list[dict[str, Any]]:
        """Give all rows as of a version."""
        now = self.lake.at(version)
        rows = now.execute(now.rows(*COLUMNS)).to_pylist()
        return sorted(rows, key=lambda row: (str(row["id"]), int(row["landed"])))

    def everything(self) -> object:
        """Give what a version is, by all that can be asked of it."""
        now = Lake.open(self.world.data).at()
        ledger = now.table("identities").drop_columns(["landed"]).to_pylist()
        return (
            self.seen(),
            sorted(ledger, key=lambda row: (row["left"], row["right"], row["same"])),
            {kind: dict(now.definitions.all(kind)) for kind in ("touchpoint", "identifier_kind")},
        )


@pytest.fixture
def beside(world: World) -> Iterator[Beside]:
    made = Beside(world)
    yield made
    made.close()


def files(lake: Lake) -> list[Path]:
    return [path for path in lake.interactions.folder.rglob("*.parquet") if path.parent != lake.interactions.log]


def test_live_events_land_while_an_import_is_made_and_every_version_stays_what_it_was(beside: Beside) -> None:
    rows = [(f"i{number}", f"u{number % 7}", "", "") for number in range(40)]
    read: dict[int, list[dict[str, Any]]] = {}

    def lands() -> None:
        beside.lands([{"id": f"live{len(read)}", "user_id": "u1"}])
        version = beside.lake.at().version
        read[version] = beside.seen(version)
        assert not [row for row in read[version] if row["id"].startswith("shop:i")]

    def thrice() -> None:
        for _ in range(3):
            lands()

    report = beside.imports(rows, rows_written=thrice, settled=lands)
    lands_after = {"id": "last", "user_id": "u1"}
    beside.lands([lands_after])
    assert (report.landed, report.there, report.version) == (40, 0, 5)
    assert {version: beside.seen(version) for version in read} == read
    newest = beside.seen()
    assert {row["landed"] for row in newest if row["id"].startswith("shop:i")} == {5}
    assert len({row["customer"] for row in newest if row["identifier"] == newest[0]["identifier"]}) == 1
    assert len(newest) == 45


def test_a_row_that_came_live_meanwhile_is_not_doubled(beside: Beside) -> None:
    rows = [("1", "anna", "", ""), ("2", "anna", "", ""), ("3", "", "", "")]
    report = beside.imports(rows, rows_written=lambda: beside.lands([{"id": "2", "user_id": "anna"}]))
    assert (report.landed, report.there, report.known, report.places) == (2, 1, 1, {"till": (2, 1)})
    assert [row["id"] for row in beside.seen()] == ["shop:1", "shop:2", "shop:3"]
    assert len(files(beside.lake)) == len(beside.lake.at().files("interactions"))


def test_nothing_is_left_of_an_import_all_of_which_came_meanwhile(beside: Beside) -> None:
    report = beside.imports([("1", "", "", "")], settled=lambda: beside.lands([{"id": "1"}]))
    assert (report.landed, report.there) == (0, 1)
    assert [row["landed"] for row in beside.seen()] == [1]


def test_people_whom_live_events_tied_meanwhile_are_one_in_the_rows_of_the_import_too(beside: Beside) -> None:
    rows = [("1", "anna", "", ""), ("2", "", "a@b.de", ""), ("3", "", "", "x")]

    def tied() -> None:
        beside.lands([{"only": 1, "email": "a@b.de", "anonymous_id": "x"}])
        beside.lands([{"only": 1, "user_id": "anna", "email": "a@b.de"}])

    beside.imports(rows, rows_written=tied)
    found = beside.seen()
    assert len({row["customer"] for row in found}) == 1
    assert found[0]["customer"].startswith("email:")  # the oldest: the ledger knew it first
    beside.lands([{"id": "4", "user_id": "anna"}])
    assert len({row["customer"] for row in beside.seen()}) == 1
    assert beside.lake.compact(force=True).folded
    assert len({row["customer"] for row in beside.seen()}) == 1


def test_what_the_import_says_is_refused_where_live_events_made_it_wrong(beside: Beside) -> None:
    rows = [("1", "anna", "a@b.de", "")]
    report = beside.imports(rows, settled=lambda: beside.lands([{"only": 1, "user_id": "ben", "email": "a@b.de"}]))
    assert report.refused == 1
    held = [row for row in beside.lake.at().table("identities").to_pylist() if row["left"] != row["right"]]
    assert len(held) == 1
    beside.lands([{"id": "2", "email": "a@b.de"}])
    customers = {row["id"]: row["customer"] for row in beside.seen()}
    assert customers["shop:1"] != customers["shop:2"]


def test_an_import_is_made_again_when_its_rows_belong_elsewhere_now(beside: Beside) -> None:
    def define(**values: Any) -> None:
        change = catalogue.of_values("touchpoint", "till", {"label": "Till", **values})
        catalogue.written(beside.lake, [change], source="page")

    def moves() -> None:
        define(stage="purchase")

    define()
    report = beside.imports([("1", "", "", "")], rows_written=moves, settled=lambda: None)
    assert report.landed == report.read == 1
    assert [row["stage"] for row in beside.seen()] == ["purchase"]
    assert len(files(beside.lake)) == 1


def test_an_import_that_is_overtaken_again_and_again_lands_all_the_same(
    beside: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn = [0]

    def always(name: str) -> None:
        if name in ("import: rows written", "import: settled"):
            try:
                with locked(beside.lake.folder / "lake" / "write.lock", wait=False):
                    pass
            except Conflict:
                return  # the import has the lock by now
            turn[0] += 1
            beside.lands([{"id": str(turn[0]), "user_id": "anna"}])

    monkeypatch.setattr(steps, "listener", always)
    path = beside.world.write(RECIPE, rows_csv=csv([(str(number), "anna", "", "") for number in range(1, 20)]))
    report = importing.run(path, beside.world.data, limits=SMALL)
    assert turn[0] == ROUNDS + 1
    assert report.there == turn[0]
    assert len(beside.seen()) == 19
    stages = iter(("use", "support", "loyalty", "advocacy"))

    def moving(name: str) -> None:
        if name == "import: rows written" and turn[0] > 0:
            turn[0] = turn[0] - ROUNDS
            change = catalogue.of_values("touchpoint", "till", {"label": "Till", "stage": next(stages)})
            catalogue.written(beside.lake, [change], source="page")

    turn[0] = 2 * ROUNDS
    monkeypatch.setattr(steps, "listener", moving)
    path = beside.world.write(RECIPE, rows_csv=csv([("a", "anna", "", ""), ("b", "", "", "")]))
    assert importing.run(path, beside.world.data, limits=SMALL).landed == 2
    assert {row["stage"] for row in beside.seen() if row["id"] in ("shop:a", "shop:b")} == {"support"}


def test_what_an_import_defines_while_a_batch_is_read_stays(beside: Beside) -> None:
    def reads(lake: Lake) -> Take:
        def taken(some: Sequence[Received]) -> Taken:
            beside.imports([("1", "", "", "")])
            return replace(take(lake)(some), touchpoints={"till": {"label": "Till", "stage": "use"}, "web": {}})

        return taken

    beside.loader = Loader(beside.lake, beside.inbox, reads, Book(), "test")
    beside.lands([{"id": "2"}])
    known = beside.lake.at().definitions.all("touchpoint")
    assert known["till"] == {"label": "till"}
    assert "web" in known


def test_files_that_no_log_names_yet_are_not_tidied_away(beside: Beside) -> None:
    def tidy() -> None:
        assert files(beside.lake)
        assert remove_old(beside.lake, kept_s=-1) == 0

    assert beside.imports([("1", "", "", "")], rows_written=tidy).landed == 1
    assert len(beside.seen()) == 1


def test_an_import_that_fails_leaves_no_file(beside: Beside) -> None:
    def stumble() -> None:
        raise ZeroDivisionError

    for name in ("rows_written", "settled", "stamped"):
        with pytest.raises(ZeroDivisionError):
            beside.imports([("1", "", "", ""), ("2", "", "", "")], **{name: stumble})
        assert not files(beside.lake)
    assert beside.lake.at().version == 0


def test_a_file_whose_version_stands_elsewhere_is_not_stamped(tmp_path: Path, beside: Beside) -> None:
    beside.imports([("1", "", "", "")])
    with pytest.raises(ValueError, match="no version that could be stamped"):
        places(files(beside.lake)[0])


PEOPLE = st.sampled_from(["", "p", "q"])
EVENTS = st.builds(
    lambda id_, only, user, email, device: {
        **({"only": 1} if only else {"id": id_, "at": 1_700_000_000_000_000}),
        **{kind: value for kind, value in (("user_id", user), ("email", email), ("anonymous_id", device)) if value},
    },
    st.sampled_from("123456"), st.booleans(), PEOPLE, PEOPLE, PEOPLE,
)  # fmt: skip
BATCHES = st.lists(st.lists(EVENTS, min_size=1, max_size=4), min_size=1, max_size=2)
ROWS = st.lists(st.tuples(st.sampled_from("1234"), PEOPLE, PEOPLE, PEOPLE), min_size=1, max_size=5)


@settings(
    max_examples=int(os.environ.get("HEARTLINE_BESIDE_EXAMPLES", "6")), deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(ROWS, BATCHES, BATCHES, BATCHES, st.sampled_from(["rows_written", "settled"]))
def test_whatever_lands_meanwhile_it_is_as_if_the_import_came_after_it(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[Row],
    before: list[list[Event]],
    during: list[list[Event]],
    after: list[list[Event]],
    when: str,
) -> None:
    made = []
    for beside_ in (True, False):
        world = Beside(World(tmp_path_factory.mktemp("world")))
        for batch in before:
            world.lands(batch)
        if beside_:
            report = world.imports(rows, **{when: partial(_each, world, during)})
        else:
            for batch in during:
                world.lands(batch)
            report = world.imports(rows)
        for batch in after:
            world.lands(batch)
        counted = (report.read, report.landed, report.there, report.known, report.refused, report.dropped)
        made.append((world.everything(), counted, report.version, report.places))
        world.close()
    assert made[0] == made[1]


def _each(world: Beside, batches: list[list[Event]]) -> None:
    for batch in batches:
        world.lands(batch)


def test_killed_at_any_step_and_made_again_an_import_lands_once() -> None:
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None) as folder:
        done = subprocess.run(
            [sys.executable, "-m", importing_kills.__name__, folder],
            capture_output=True, text=True, timeout=900, check=False,
            env={**os.environ, "HEARTLINE_KEYS": folder, "TOKIO_WORKER_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    report = json.loads(done.stdout)
    assert set(report["killed"]) == set(importing_kills.STEPS)


def test_every_step_of_an_import_is_one_at_which_it_is_killed() -> None:
    root = Path(importing.__file__).parent
    said = {name for path in root.glob("*.py") for name in re.findall(r'\bstep\("(import: [^"]+)"\)', path.read_text())}
    assert said <= set(importing_kills.STEPS)
    assert len(said) == 4
