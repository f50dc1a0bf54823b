"""What people talk about: counted once a text, with intervals, by group, and what is said more than before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import heartline
from heartline.core.errors import HeartlineError
from heartline.listen.intervals import wilson
from heartline.store.tests.world import Event, events
from heartline.workspace import Workspace

LAST = datetime(2026, 3, 29, 12, tzinfo=UTC)


def said(text: str, themes: list[str] | None, at: datetime, **more: Any) -> Event:
    """Make a text by somebody of their own."""
    return more.pop("who", None), "shop", at.isoformat(), {"text": text, "themes": themes, **more}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    rows = [
        said("The parcel came late", ["delivery", "waiting"], LAST, feeling=-0.5, unit="berlin"),
        said("The courier was kind", ["delivery"], LAST - timedelta(days=1), feeling=0.5, about="delivery"),
        said("Too dear", ["price"], LAST - timedelta(days=2), feeling=-1.0, unit="berlin"),
        said("Fine", [], LAST - timedelta(days=3), feeling=1.0),
        said("Not read yet", None, LAST - timedelta(days=3)),
        said("I could not find my size", ["need_unmet"], LAST - timedelta(days=4)),
        (None, "shop", LAST.isoformat(), {}),
    ]
    events(tmp_path, rows)
    return heartline.open(tmp_path)


def test_each_theme_with_its_share_of_the_texts_that_were_read(workspace: Workspace) -> None:
    found = workspace.themes(period="2026")
    assert [(row["theme"], row["label"], row["texts"], row["share"]) for row in found.rows] == [
        ("delivery", "Delivery", 2, 0.4), ("price", "Price and value", 1, 0.2), ("waiting", "Waiting", 1, 0.2),
    ]  # fmt: skip
    delivery = found.rows[0]
    assert (delivery["low"], delivery["high"]) == pytest.approx(wilson(0.4, 5))
    assert (delivery["feeling"], delivery["feeling_n"], delivery["unhappy"]) == (0, 2, 0.5)
    assert (found.figures["texts"].value, found.figures["about_any"].value) == (5, 0.6)
    assert str(found.answer).startswith("“Delivery” is spoken of most: by 40 in 100 texts")
    assert str(found.notes[0]) == "1 of 6 texts were not read for themes yet."


def test_needs_stand_apart_and_single_themes_can_be_asked_for(workspace: Workspace) -> None:
    assert [row["theme"] for row in workspace.themes(period="2026", sort="need").rows] == ["need_unmet"]
    assert [row["theme"] for row in workspace.themes(period="2026", theme="price").rows] == ["price"]
    for values, code in (({"theme": "colour"}, "unknown_theme"), ({"by": "customer"}, "unknown_column")):
        with pytest.raises(HeartlineError) as error:
            workspace.call("themes", values)
        assert error.value.code == code


def test_by_the_touchpoint_that_is_judged(workspace: Workspace) -> None:
    found = workspace.themes(period="2026", by="about")
    assert [(row["theme"], row["about"], row["texts"]) for row in found.rows if row["theme"] == "delivery"] == [
        ("delivery", "delivery", 1), ("delivery", "shop", 1)]  # fmt: skip
    by_unit = workspace.themes(period="2026", by="unit").rows
    assert {(row["theme"], row["unit"]): row["share"] for row in by_unit}["price", "berlin"] == 0.5
    assert {row["unit"] for row in by_unit} == {"berlin", None}


def test_who_writes_often_makes_nothing_more_certain(tmp_path: Path) -> None:
    often = [said(f"Late {n}", ["waiting"], LAST, who="alice") for n in range(20)]
    others = [said(f"Kind {n}", [], LAST - timedelta(hours=n), who=f"bob{n}") for n in range(20)]
    events(tmp_path, [*often, *others])
    (row,) = heartline.open(tmp_path).themes(period="2026").rows
    low, high = wilson(0.5, 40)
    assert row["share"] == 0.5
    assert low is not None and high is not None  # noqa: PT018  (for the type checker)
    assert row["low"] < low and high < row["high"]  # noqa: PT018  (both or none)


def test_what_is_said_more_of_late_is_rising(tmp_path: Path) -> None:
    rows = []
    for day in range(252):
        at = LAST - timedelta(days=day)
        rows += [said(f"kind {day} {n}", ["friendliness"], at) for n in range(3)]
        if day % 4 == 0:
            rows.append(said(f"dear {day}", ["price"], at))
        if day < 10:
            rows.append(said(f"gone {day}", ["availability"], at))
        if day % 6 == 0 or day < 20:
            rows.append(said(f"late {day}", ["delivery"], at))
    events(tmp_path, rows)
    workspace = heartline.open(tmp_path)
    found = {row["theme"]: row for row in workspace.themes(period="all").rows}
    assert {theme for theme, row in found.items() if row["rising"]} == {"availability", "delivery"}
    assert {theme for theme, row in found.items() if row["new"]} == {"availability"}
    assert (found["delivery"]["recent"], found["price"]["recent"]) == (21, 7)
    assert found["delivery"]["change_low"] > 0 > found["friendliness"]["change"]
    asked = workspace.themes(period="all")
    assert "Rising: Delivery, Availability." in str(asked.answer)
    assert str(asked.notes[-1]) == "Said more than before: late."
    opened = workspace.evidence("themes", spec={"period": "all"}, row={"theme": "delivery"}, column="recent")
    assert opened.figures["n"].value == 21


def test_quotes_stand_for_all_texts_and_differ(tmp_path: Path) -> None:
    texts = [f"The parcel was left in the rain by the courier, number {n}" for n in range(6)]
    texts += [f"Delivery took two weeks longer than promised, order {n}" for n in range(5)]
    texts += ["Somebody sang a song while ringing my bell at midnight"]
    rows = [said(text, ["delivery"], LAST - timedelta(hours=n), who="alice") for n, text in enumerate(texts)]
    events(tmp_path, rows)
    workspace = heartline.open(tmp_path)
    (row,) = workspace.themes(period="2026", quotes=2).rows
    first, second = (quote["text"] for quote in row["quotes"])
    assert {first[:10], second[:10]} == {"The parcel", "Delivery t"}
    assert "customer" not in row["quotes"][0]
    assert workspace.themes(period="2026", quotes=2).rows[0]["quotes"] == row["quotes"]


def test_nothing_read_is_said(tmp_path: Path) -> None:
    events(tmp_path, [said("Hello", None, LAST)])
    found = heartline.open(tmp_path).themes(period="2026")
    assert (str(found.answer), found.rows) == ("No text has been read for what it is about yet.", [])
    assert found.figures["about_any"].value is None


def test_verbatims_of_a_theme(workspace: Workspace) -> None:
    assert [row["text"] for row in workspace.verbatims(period="2026", theme=["price", "waiting"]).rows] == [
        "The parcel came late", "Too dear",
    ]  # fmt: skip
    with pytest.raises(HeartlineError):
        workspace.verbatims(theme="colour")


def test_what_employees_tell_is_counted_apart(tmp_path: Path) -> None:
    note = said("Many ask why it comes so late", ["delivery"], LAST, kind="note", about="delivery")
    own = said("The parcel came late", ["delivery"], LAST), said("Too dear", ["price"], LAST)
    events(tmp_path, [note, *own])
    workspace = heartline.open(tmp_path)
    for who, read, told in ((None, 3, 2), ("customers", 2, 1), ("employees", 1, 1)):
        asked: dict[str, Any] = {"period": "2026", "told_by": who}
        found = workspace.call("themes", asked)
        assert (found.figures["texts"].value, found.rows[0]["theme"], found.rows[0]["texts"]) == (
            read,
            "delivery",
            told,
        )
        doors: list[dict[str, Any]] = [{"figure": "texts"}, {"row": {"theme": "delivery"}, "column": "texts"}]
        for which in doors:
            opened = workspace.evidence("themes", spec=asked, **which)
            assert opened.figures["n"].value == (read if "figure" in which else told)
    assert [len(workspace.themes(period="2026", told_by="employees", quotes=3).rows[0]["quotes"])] == [1]
    with pytest.raises(HeartlineError):
        workspace.call("themes", {"told_by": "strangers"})
