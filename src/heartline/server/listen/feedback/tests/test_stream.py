"""The stream: what came since, for whom it is, and when it ends."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pytest
from django.http import QueryDict
from django.test import Client

from heartline.server.accounts import commands
from heartline.server.accounts.models import User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.listen.feedback import asked as address
from heartline.server.listen.feedback.hearing import READER
from heartline.server.shell import filters
from heartline.store.lake import Lake
from heartline.store.schema import OVERRIDES
from heartline.store.snapshot import Snapshot
from heartline.store.tests.world import events
from heartline.workspace import Workspace

pytestmark = pytest.mark.django_db


def come(lake: Lake, who: str, unit: str, **more: Any) -> int:
    """Have somebody answer; give the version."""
    events(
        lake.folder, [(who, "delivery", "2024-03-06 10:00", {"score": 2.0, "scale": "stars5", "unit": unit, **more})]
    )
    return lake.at().version


def heard(client: Client, since: int, query: str = "", **headers: str) -> list[tuple[str, dict[str, Any]]]:
    """Ask the stream; give its events."""
    answer = client.get(f"/feedback/stream/?since={since}&{query}", headers=headers)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/event-stream")
    parts = answer.content.decode().split("\n\n")
    found = [dict(line.split(": ", 1) for line in part.splitlines()) for part in parts if part]
    assert all(one["id"] == answer["X-Hold"].split()[0] for one in found)
    return [(one["event"], json.loads(one["data"])) for one in found if "event" in one]


def texts(events_: list[tuple[str, dict[str, Any]]]) -> str:
    return " ".join(card["html"] for name, told in events_ if name == "said" for card in told["cards"])


def test_what_came_since_is_told_once(alice: User, lake: Lake) -> None:
    client, before = signed_in(alice), lake.at().version
    assert heard(client, before) == []
    version = come(lake, "emil", "berlin", text="<b>Late</b>")
    ((name, told),) = heard(client, before)
    assert (name, len(told["cards"]), told["more"]) == ("said", 1, "")
    assert "&lt;b&gt;Late&lt;/b&gt;" in told["cards"][0]["html"]
    assert "Stars: 2 of 5" in told["cards"][0]["html"]
    assert heard(client, version) == []
    assert heard(client, before, **{"Last-Event-ID": str(version)}) == []


def test_filters_hold_in_the_stream(alice: User, lake: Lake) -> None:
    client, before = signed_in(alice), lake.at().version
    come(lake, "emil", "berlin", text="Late")
    assert "Late" in texts(heard(client, before, "unit=germany&tone=bad&only=low"))
    for other in (
        "unit=wien",
        "tone=good",
        "touchpoint=support",
        "period=2024-02",
        "theme=waiting",
        "only=unread&scale=nps",
    ):
        assert texts(heard(client, before, other)) == "", other


FILTERS = (
    "", "unit=wien", "tone=good", "tone=bad", "tone=neutral", "tone=unknown", "only=texts", "only=low",
    "only=unread", "theme=waiting", "scale=stars5", "touchpoint=support", "channel=delivery", "period=2024-03",
    "period=2023", "stage=delivery", "segment=berliners", "tone=bad&unit=berlin&only=texts",
)  # fmt: skip


def test_the_stream_tells_what_the_lake_would(alice: User, lake: Lake) -> None:
    client, before = signed_in(alice), lake.at().version
    heard(client, before)
    events(lake.folder, [
        ("emil", "delivery", "2024-03-06 10:00", {"score": 2.0, "scale": "stars5", "unit": "berlin", "text": "Late",
                                                  "themes": ["waiting"]}),
        ("fay", "support", "2024-03-06 11:00", {"score": 3.0, "scale": "stars5", "unit": "wien"}),
        ("gus", "support", "2023-03-06 11:00", {"score": 10.0, "scale": "nps", "unit": "germany"}),
        (None, "delivery", "2024-04-06 11:00", {"text": "Hm", "channel": "delivery"}),
        ("hal", "delivery", "2024-03-07 11:00", {"text": "Bad", "feeling": -0.5, "themes": []}),
    ], segment={"berliners": {"any": [{"unit": "berlin"}]}})  # fmt: skip
    for query in FILTERS:
        values = filters.read(QueryDict(query))
        asked = {**address.read(QueryDict(query), values), "since": before}
        wanted = [row["id"] for row in Workspace(lake).call("feedback", asked).rows]
        told = [one for name, said in heard(client, before, query) if name == "said" for one in said["cards"]]
        assert [name for card in told for name in card["ids"]] == wanted, query


def test_nothing_is_lost_between_two_looks(alice: User, lake: Lake) -> None:
    client, before = signed_in(alice), lake.at().version
    heard(client, before)
    come(lake, "emil", "berlin", text="First")
    heard(client, lake.at().version)
    events(lake.folder, [("emil", "shop", "2024-03-06 10:00")])
    between = lake.at().version
    heard(client, between)
    come(lake, "emil", "berlin", text="Second")
    assert ("First" in texts(heard(client, before)), "Second" in texts(heard(client, before))) == (True, True)
    assert "First" not in texts(heard(client, between))
    assert "Second" in texts(heard(client, between))


def test_who_is_here_for_a_unit_hears_that_one(alice: User, bob: User, lake: Lake) -> None:
    before = lake.at().version
    come(lake, "emil", "wien", text="Of Vienna")
    come(lake, "emil", "berlin", text="Of Berlin")
    everything, own = texts(heard(signed_in(alice), before)), texts(heard(signed_in(bob), before))
    assert ("Of Vienna" in everything, "Of Berlin" in everything) == (True, True)
    assert ("Of Vienna" in own, "Of Berlin" in own) == (False, True)
    assert signed_in(bob).get(f"/feedback/stream/?since={before}&unit=wien").status_code == 403


def test_a_right_that_ends_ends_the_stream(bob: User, lake: Lake) -> None:
    client, before = signed_in(bob), lake.at().version
    assert heard(client, before) == []
    come(lake, "emil", "berlin", text="Of Berlin")
    bob.units = ["wien"]
    bob.save()
    assert "Of Berlin" not in texts(heard(client, before))
    bob.is_active = False
    bob.save()
    answer = client.get(f"/feedback/stream/?since={before}")
    assert answer.status_code == 302
    assert "X-Hold" not in answer
    assert Client().get("/feedback/stream/").status_code == 302
    assert Client().get("/feedback/cards/").status_code == 302


def test_nothing_is_asked_of_the_lake_where_nothing_landed(
    alice: User, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, before = signed_in(alice), lake.at().version
    version = come(lake, "emil", "berlin")
    heard(client, before)
    asked: list[Any] = []
    monkeypatch.setattr(Snapshot, "execute", lambda *_: asked.append(1))
    assert heard(client, version) == []
    assert heard(client, before) != []  # many who ask alike are told what the first was told
    assert asked == []


def test_what_is_no_feedback_leaves_the_mark_as_it_was(alice: User, lake: Lake) -> None:
    client = signed_in(alice)
    mark = client.get("/feedback/stream/")["X-Hold"].split()[1]
    events(lake.folder, [("emil", "shop", "2024-03-06 10:00")])
    place, same = client.get("/feedback/stream/")["X-Hold"].split()
    assert (int(place), same) == (lake.at().version, mark)
    come(lake, "emil", "berlin")
    assert client.get("/feedback/stream/")["X-Hold"].split()[1] != mark


def test_more_than_fits_is_counted(alice: User, lake: Lake) -> None:
    client, before = signed_in(alice), lake.at().version
    assert heard(client, before) == []
    many = [("emil", "delivery", f"2024-03-06 10:{n:02}", {"score": 3.0, "scale": "stars5"}) for n in range(34)]
    events(lake.folder, many)
    ((_, told),) = heard(client, before)
    assert len(told["cards"]) == 30
    assert told["more"].startswith("4 more came in")


def test_a_text_that_is_read_changes_where_it_stands(alice: User, lake: Lake) -> None:
    client = signed_in(alice)
    version = come(lake, "emil", "berlin", text="Waited for long")
    row = lake.at().rows("id", "text")
    (name,) = lake.at().execute(row.filter(row.text == "Waited for long"))["id"].to_pylist()
    READER.heard()
    cards = json.loads(client.get("/feedback/cards/", {"id": name}).content)["cards"]
    assert "being read" in cards[0]["html"]
    with lake.write("read themes") as writer:
        writer.add("overrides", pa.table({
            "id": pa.array([name]), "sets": pa.array([["themes"]], OVERRIDES.field("sets").type),
            "themes": pa.array([["waiting"]], OVERRIDES.field("themes").type),
            "was_themes": pa.array([None], OVERRIDES.field("themes").type), "rule": pa.array(["test"]),
        }))  # fmt: skip
    assert [name for name, _ in heard(client, version)] == ["reread"]
    cards = json.loads(client.get("/feedback/cards/", {"id": name, "period": "2024-03-05/2024-03-08"}).content)["cards"]
    assert "being read" not in cards[0]["html"]
    assert 'href="/themes/waiting/"' in cards[0]["html"]


def test_cards_of_another_unit_are_not_given(bob: User, lake: Lake) -> None:
    come(lake, "emil", "wien", text="Of Vienna")
    rows = lake.at().rows("id", "text")
    (name,) = lake.at().execute(rows.filter(rows.text == "Of Vienna"))["id"].to_pylist()
    assert json.loads(signed_in(bob).get("/feedback/cards/", {"id": name}).content) == {"cards": []}


@pytest.mark.parametrize("since", ["", "odd", "99999999999999999999", "-1", "999999"])
def test_a_place_that_cannot_be_is_now(alice: User, lake: Lake, since: str) -> None:
    answer = signed_in(alice).get("/feedback/stream/", headers={"Last-Event-ID": since})
    assert answer.status_code == 200
    assert b"event" not in answer.content


def test_somebody_without_rights_is_refused(lake: Lake, db: None) -> None:
    nobody = commands.create_user(email="s@example.org", role="store_manager", units=("berlin",), by="test")
    nobody.units = []
    nobody.save()
    assert signed_in(nobody).get("/feedback/stream/").status_code == 403


NASTY = ("9" * 5_000, "9223372036854775808", "<script>alert(1)</script>", "۳", "//evil.example/")


def test_nothing_that_is_typed_makes_it_fail(alice: User, lake: Lake) -> None:
    client = signed_in(alice)
    names = ("since", "id", "period", "tone", "only", "theme", "scale", "unit", "page", "touchpoint", "as_of")
    for number, name in enumerate(names):
        for place, path in enumerate(("/feedback/", "/feedback/stream/", "/feedback/cards/")):
            answer = client.get(path, {name: NASTY[(number + place) % len(NASTY)]})
            assert answer.status_code < 500, (path, name)
            assert b"<script>alert(1)" not in answer.content
