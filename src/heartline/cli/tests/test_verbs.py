"""The commands that are made from the registry."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typer
from rich.console import Console

from heartline.cli import printing, program, verbs
from heartline.core.errors import HeartlineError, NotFound
from heartline.core.registry import VERBS, Verb
from heartline.core.result import AsOf, Column, Figure, Result
from heartline.core.selection import Selection, spec
from heartline.core.sentence import Sentence


@spec
class CountSpec(Selection):
    """How to count.

    Parameters
    ----------
    collapsed
        Count direct repeats once.
    limit
        How many rows.
    row
        Key values of a row.
    """

    collapsed: bool = False
    limit: int = 10
    row: dict[str, Any] | None = None


def count(lake: object, spec: Selection) -> Result:
    """Count something."""
    raise AssertionError("not asked here")


COUNT = Verb("count", CountSpec, count, "Count something.", ("scale",), None)


def test_every_verb_of_the_registry_is_a_command_with_the_same_summary() -> None:
    import heartline.workspace  # noqa: F401  (registers)

    assert verbs.known() == {name: verb.summary for name, verb in sorted(VERBS.items())}


def test_lists_are_split_at_commas_and_objects_read_as_json() -> None:
    options = {
        "unit": ["berlin,hamburg", "wien"], "channel": [], "period": None, "collapsed": True, "limit": "5",
        "row": '{"scale": "nps"}',
    }  # fmt: skip
    assert verbs.values(COUNT, options) == {
        "unit": ("berlin", "hamburg", "wien"), "collapsed": True, "limit": "5", "row": {"scale": "nps"},
    }  # fmt: skip


@pytest.mark.parametrize("text", ["[1]", "{", "nps"])
def test_what_is_no_object_is_a_coded_error(text: str) -> None:
    with pytest.raises(HeartlineError) as caught:
        verbs.values(COUNT, {"row": text})
    assert (caught.value.code, caught.value.field) == ("bad_value", "row")


def test_the_command_calls_the_verb_with_what_was_typed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[tuple[str, dict[str, Any], Path, bool]] = []
    monkeypatch.setattr(
        verbs, "answer", lambda name, values, data, *, as_json: asked.append((name, values, data, as_json))
    )
    app = typer.Typer(add_completion=False)
    app.command("count")(verbs._function(COUNT))
    line = ["--unit", "a,b", "--no-collapsed", "--data", str(tmp_path), "--json"]
    typer.main.get_command(app)(line, standalone_mode=False)
    assert asked == [("count", {"unit": ("a", "b"), "collapsed": False}, tmp_path, True)]


def test_an_error_is_one_sentence_and_exit_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    error = NotFound("unknown_journey", "There is no journey called “x”.", field="journey", remedy="Known: order.")
    monkeypatch.setattr(sys, "argv", ["heartline", "paths"])
    with pytest.raises(SystemExit, match="2"):
        program.fail(error)
    assert capsys.readouterr().err == "journey: There is no journey called “x”. Known: order.\n"
    monkeypatch.setattr(sys, "argv", ["heartline", "paths", "--json"])
    with pytest.raises(SystemExit, match="2"):
        program.fail(error)
    assert json.loads(capsys.readouterr().out) == error.problem()


def test_a_missing_permission_and_a_full_disk_are_explained() -> None:
    refused = program.from_system(PermissionError(13, "Permission denied", "/data/lake"))
    full = program.from_system(OSError(28, "No space left on device", "/data/lake"))
    assert refused is not None
    assert full is not None
    assert refused.reason == "There is no permission to use /data/lake."
    assert (full.code, full.reason) == ("disk_full", "The disk is full at /data/lake.")
    assert program.from_system(OSError(2, "No such file")) is None


def test_a_result_is_printed_for_people() -> None:
    result = Result(
        "count", {}, AsOf(3, datetime(2026, 3, 1, 9, 40, tzinfo=UTC)), Sentence("{n} in 100 arrive.", {"n": 97}),
        {"share_arrived": Figure(0.97, 0.9, 0.99, 1234, "share")},
        (Column("path", "list", "", ""), Column("trips", "int", "count", ""), Column("wait", "float", "s", "")),
        [{"path": ["a", "b"], "trips": 1200, "wait": 8100.0}], (Sentence("Two rows lack a time."),),
    )  # fmt: skip
    console = Console(width=80, record=True, force_terminal=False)
    printing.show(result, console)
    lines = [line.strip() for line in console.export_text().splitlines()]
    assert lines[0] == "97 in 100 arrive."
    assert lines[2].split() == ["share", "arrived", "97.0", "%", "90.0", "%", "and", "99.0", "%", "1,234"]
    assert lines[4].split() == ["a", "→", "b", "1,200", "2.2", "h"]
    assert lines[5:] == ["· Two rows lack a time.", "As of 2026-03-01 09:40 UTC."]


def table(width: int) -> list[str]:
    """Print a row with an interval on a screen of a width, and give its lines."""
    names = ("touchpoint", "share", "share_low", "share_high", "share_n", "text")
    columns = tuple(Column(name, "str", "share" if "share" in name else "", "") for name in names)
    row = {"touchpoint": "delivery", "share": 0.08, "share_low": 0.07, "share_high": 0.09, "share_n": 9, "text": None}
    result = Result("count", {}, AsOf(1, datetime(2026, 3, 1, tzinfo=UTC)), Sentence("Yes."), {}, columns, [row])
    console = Console(width=width, record=True, force_terminal=False)
    printing.show(result, console)
    return [" ".join(line.split()) for line in console.export_text().splitlines()]


def test_an_interval_is_written_beside_its_value() -> None:
    assert table(80)[1:3] == ["touchpoint share text", "delivery 8.0 % (7.0 % to 9.0 %) –"]


def test_rows_too_wide_for_the_screen_become_lines() -> None:
    assert table(40)[1:3] == ["touchpoint delivery", "share 8.0 % (7.0 % to 9.0 %)"]
