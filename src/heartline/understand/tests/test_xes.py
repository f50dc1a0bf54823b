"""Trips go out as XES, and come back the same: through pm4py, and through our own importer."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner

import heartline
from heartline.cli.program import app
from heartline.collect.importing import run
from heartline.core.errors import NotFound
from heartline.core.ids import slug
from heartline.core.selection import Selection
from heartline.store.tests.world import events
from heartline.understand.xes import export
from heartline.workspace import Workspace

from .test_order import ORDER, STORY
from .test_pm4py import read_log

ODD = 'Book & "read" <now>'


@pytest.fixture
def shop(tmp_path: Path) -> Workspace:
    """Orders, one touchpoint with a label that XML must not swallow."""
    events(
        tmp_path / "data",
        [*STORY, ('user_id:"eve" & <co>', "visit", "2024-04-05 09:00:00.123456")],
        journey={"order": ORDER},
        touchpoint={"visit": {"label": ODD}, "page": {"label": "Twice"}, "call": {"label": "Twice"}},
    )
    return heartline.open(tmp_path / "data")


@pytest.mark.parametrize("name", ["log.xes", "log.xes.gz"])
def test_pm4py_reads_the_trips_that_there_are(shop: Workspace, tmp_path: Path, name: str) -> None:
    """Six traces, and the paths of the answer; labels where they are one touchpoint's own, else keys."""
    import pm4py

    assert export(shop.lake.at(), Selection(period="all"), "order", tmp_path / name) == (6, 13)
    log = read_log(tmp_path / name)
    spelt = {"visit": ODD, "page": "page", "call": "call", "order": "order"}
    rows = shop.paths("order", period="all").rows
    assert pm4py.get_variants(log) == {tuple(spelt[step] for step in row["path"]): row["trips"] for row in rows}
    last = log[log["case:concept:name"].str.contains("eve")].iloc[0]
    assert last["case:concept:name"] == 'user_id:"eve" & <co> 2024-04-05T09:00:00.123456+00:00'
    assert last["time:timestamp"].isoformat() == "2024-04-05T09:00:00.123456+00:00"
    assert last["lifecycle:transition"] == "complete"
    assert last["heartline:touchpoint"] == "visit"
    assert Counter(log.groupby("case:concept:name").first()["case:heartline:reached_goal"]) == {True: 3, False: 3}
    assert set(log["heartline:channel"]) == {"web", "store"}


def test_our_importer_reads_what_we_wrote(shop: Workspace, tmp_path: Path) -> None:
    """There and back: the same paths under other names."""
    export(shop.lake.at(), Selection(period="all"), "order", tmp_path / "log.xes.gz")
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(
        "recipe: 1\nsource: back\nfiles: {log: log.xes.gz}\n"
        "journeys: {all: {label: All, counted_as: orders, per: ref, starts: any, goal: order, ends: limit,\n"
        "  within: 9000d}}\n"
        "interactions: [{xes: log, case: ref, activity: touchpoint, lifecycle: complete}]\n"
    )
    run(recipe, tmp_path / "back")
    there = {
        tuple(slug(ODD) if step == "visit" else step for step in row["path"]): row["trips"]
        for row in shop.paths("order", period="all").rows
    }
    back = heartline.open(tmp_path / "back").paths("all", period="all").rows
    assert {tuple(row["path"]): row["trips"] for row in back} == there


def test_the_command_says_what_it_wrote(shop: Workspace, tmp_path: Path) -> None:
    """April has two trips."""
    file = tmp_path / "log.xes"
    data = str(shop.lake.folder)
    told = CliRunner().invoke(
        app, ["export-xes", str(file), "--data", data, "--journey", "order", "--period", "2024-04"]
    )
    assert told.output == f"2 trips with 3 events are in {file}.\n"
    assert file.read_text().count("<trace>") == 2


def test_a_failed_export_leaves_nothing_behind(shop: Workspace, tmp_path: Path) -> None:
    """No half a log under the name that was asked for, and no draft."""
    with pytest.raises(NotFound):
        export(shop.lake.at(), Selection(period="all"), "odrer", tmp_path / "log.xes")
    with pytest.raises(FileNotFoundError):
        export(shop.lake.at(), Selection(period="all"), "order", tmp_path / "nowhere" / "log.xes")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data"]


def test_a_journey_that_nobody_made_is_an_empty_log(tmp_path: Path) -> None:
    """Still a log."""
    lake = events(tmp_path / "data", [], journey={"order": ORDER})
    assert export(lake.at(), Selection(), "order", tmp_path / "log.xes") == (0, 0)
    assert "<trace>" not in (tmp_path / "log.xes").read_text()
