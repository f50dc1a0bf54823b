"""One person's timeline: all channels, all identifiers, and no sum that mixes currencies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from heartline.core import ids
from heartline.core.errors import HeartlineError
from heartline.core.result import Result
from heartline.core.selection import build
from heartline.store.lake import Lake
from heartline.store.schema import IDENTITIES
from heartline.store.tests.world import events
from heartline.understand.customer import CustomerSpec, customer


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return events(
        tmp_path,
        [
            ("alice", "shop", "2024-03-31 22:30", {"channel": "store", "amount": 20, "currency": "EUR", "ref": "o1"}),
            (
                "alice",
                "call",
                "2024-04-02",
                {"channel": "phone", "text": "where is it?", "feeling": -0.5, "wait_s": 60},
            ),
            ("alice", "survey", "2024-04-05", {"score": 10, "scale": "nps"}),
            ("alice", "shop", "2024-04-06", {"amount": -7.5, "currency": "EUR"}),
            ("alice", "shop", "2024-04-07", {"amount": 9, "currency": "CHF", "cost": 3}),
            ("bob", "shop", "2024-04-08", {"amount": 99, "currency": "EUR"}),
        ],
        settings={"company": {"timezone": "Europe/Berlin"}},
    )


def ask(lake: Lake, **values: Any) -> Result:
    return customer(lake, build(CustomerSpec, values))


def test_a_timeline_spans_all_channels_newest_first(lake: Lake) -> None:
    result = ask(lake, customer="user_id:alice")
    assert [row["id"] for row in result.rows] == [f"world:{number}" for number in (5, 4, 3, 2, 1)]
    assert [row["channel"] for row in result.rows[-2:]] == ["phone", "store"]
    assert (result.rows[3]["text"], result.rows[3]["wait_s"]) == ("where is it?", 60.0)
    assert result.spec == {"customer": "user_id:alice", "period": "all"}


def test_currencies_are_never_added(lake: Lake) -> None:
    result = ask(lake, customer="user_id:alice")
    figures = {name: figure.value for name, figure in result.figures.items()}
    assert figures == {
        "interactions": 5,
        "first": "2024-04-01",  # half past midnight in Berlin
        "last": "2024-04-07",
        "feeling": 0.25,
        "amount_CHF": 9.0,
        "amount_EUR": 12.5,
        "cost_CHF": 3.0,
    }
    assert result.figures["amount_EUR"].measured_in == "EUR"
    assert [str(note) for note in result.notes] == ["Money in CHF, EUR is not added together."]
    assert str(result.answer) == "5 interactions from 2024-04-01 to 2024-04-07, at a feeling of 0.25."


def test_a_period_and_a_page_narrow_it(lake: Lake) -> None:
    result = ask(lake, customer="user_id:alice", period="2024-04-02/2024-04-07", limit=1, offset=1)
    assert [row["id"] for row in result.rows] == ["world:3"]
    assert result.figures["interactions"].value == 3


def test_an_identifier_in_clear_finds_its_person_by_the_ledger(tmp_path: Path) -> None:
    """Alice's mail address was never the strongest identifier of a row: the ledger ties it to her."""
    lake = Lake.create(tmp_path)
    mail = ids.identifier("email", "alice@example.org", lake.key)
    card = ids.identifier("card", "4711", lake.key)
    lake = events(tmp_path, [(card, "shop", "2024-03-01"), ("bob", "shop", "2024-03-02")])
    tie = [{"left": card, "right": mail, "same": True, "source": "code", "landed": 0}]
    with lake.write("tie") as writer:
        writer.add("identities", pa.Table.from_pylist(tie, schema=IDENTITIES))
    found = ask(lake, identifier=" email: Alice@Example.org ")
    assert [row["id"] for row in found.rows] == ["world:1"]
    assert "identifier" not in found.spec
    assert found.spec["customer"] == card
    assert "alice" not in found.to_json().decode().lower()
    for clear in ("ALICE@example.org ", "4711"):  # whatever kind it is of
        assert ask(lake, identifier=clear).spec == {"customer": card, "period": "all"}
    undone = [tie[0] | {"same": False}]
    with lake.write("undo") as writer:
        writer.add("identities", pa.Table.from_pylist(undone, schema=IDENTITIES))
    with pytest.raises(HeartlineError) as error:
        ask(lake, identifier="email:alice@example.org")
    assert (error.value.code, error.value.field) == ("unknown_customer", "identifier")
    assert ask(lake, identifier="email:alice@example.org", as_of=2).spec["customer"] == card


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({}, "bad_value"),
        ({"customer": "user_id:alice", "identifier": "email:a@b.org"}, "bad_value"),
        ({"identifier": "email:"}, "bad_value"),
        ({"identifier": "  "}, "bad_value"),
        ({"identifier": "nobody"}, "unknown_customer"),
        ({"customer": "user_id:zoe"}, "unknown_customer"),
    ],
)
def test_who_cannot_be_found_is_said(lake: Lake, values: dict[str, Any], code: str) -> None:
    with pytest.raises(HeartlineError) as error:
        ask(lake, **values)
    assert error.value.code == code
