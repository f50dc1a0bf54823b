"""When a message is sent again, how it is signed, and what the lake tells since a place in it."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from heartline.act import delivering, envelopes, telling
from heartline.act.delivering import Verdict
from heartline.act.telling import Place, Wanted
from heartline.collect import hooking
from heartline.store.lake import Lake
from heartline.store.tests.world import events

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@given(st.integers(1, 12), st.floats(0, 1), st.one_of(st.none(), st.floats(0, 1e9)))
def test_waits_grow_and_end(tried: int, chance: float, asked: float | None) -> None:
    wait = delivering.wait_s(tried, chance, asked)
    if tried > len(delivering.SCHEDULE_S):
        assert wait is None
        return
    assert wait is not None
    usual = delivering.SCHEDULE_S[tried - 1]
    assert 0.8 * usual <= wait <= max(1.2 * usual, delivering.MOST_WAIT_S)
    if asked is not None:
        assert wait >= min(asked, delivering.MOST_WAIT_S)


@given(st.integers(0, 10_000), st.floats(0, 1))
def test_an_endpoint_that_fails_rests_for_minutes_at_most(failures: int, chance: float) -> None:
    rest = delivering.rest_s(failures, chance)
    assert (rest == 0) == (failures < delivering.ROW)
    assert rest <= 360


@pytest.mark.parametrize(
    ("header", "seconds"),
    [(None, None), ("", None), ("soon", None), ("-5", None), ("120", 120.0), ("Fri, 02 Jan 2026 03:05:05 GMT", 60.0),
     ("Fri, 02 Jan 2026 03:00:00 GMT", 0.0), ("٣", None), ("9" * 50, float("9" * 12))],
)  # fmt: skip
def test_what_a_receiver_asks_for_is_read(header: str | None, seconds: float | None) -> None:
    assert delivering.asked_s(header, NOW) == seconds


def test_what_a_status_means() -> None:
    said = {status: delivering.verdict(status) for status in (200, 202, 204, 299, 301, 307, 400, 404, 410, 429, 500)}
    assert [status for status, what in said.items() if what == Verdict.TAKEN] == [200, 202, 204, 299]
    assert [status for status, what in said.items() if what == Verdict.GONE] == [410]


@given(st.text(max_size=20), st.binary(max_size=100))
def test_what_we_sign_our_own_door_takes(name: str, body: bytes) -> None:
    name = name.encode("latin-1", "ignore").decode("latin-1").replace(" ", "")
    secret = envelopes.fresh("v1")
    headers = envelopes.headers(name, NOW.timestamp(), body, [secret])
    hooking.check(hooking.Hook("x", "standard", secret), headers, body, "", NOW.timestamp())
    with pytest.raises(hooking.BadSignature):
        hooking.check(hooking.Hook("x", "standard", envelopes.fresh("v1")), headers, body, "", NOW.timestamp())


def test_a_public_key_checks_what_the_private_one_signed() -> None:
    secret = envelopes.fresh("v1a")
    public = envelopes.shown(secret)
    assert public.startswith("whpk_")
    assert secret.startswith("whsk_")
    said = envelopes.headers("msg_1", NOW.timestamp(), b"{}", [secret])["webhook-signature"]
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public.removeprefix("whpk_")))
    key.verify(base64.b64decode(said.removeprefix("v1a,")), f"msg_1.{int(NOW.timestamp())}.".encode() + b"{}")
    with pytest.raises(ValueError, match="private key"):
        envelopes.signature("whsk_§", "msg_1", "1", b"{}")


LATER = {"received_at": datetime(2024, 3, 20, tzinfo=UTC)}


def _told(lake: Lake, since: Place, wanted: Wanted = Wanted(), most: int = 2) -> tuple[list[str], Place]:  # noqa: B008
    found: list[str] = []
    for _ in range(20):
        rows, since = telling.rows(lake.at(), since, wanted, most)
        found += [row["id"] for row in rows]
        if len(rows) < most:
            return found, since
    raise AssertionError("no end")


@pytest.mark.parametrize("most", [1, 2, 3, 100])
def test_everything_is_told_once_whatever_is_told_at_a_time(tmp_path: Path, most: int) -> None:
    rows: list[Any] = [("anna", "shop", f"2024-03-0{day} 10:00") for day in range(1, 6)]
    lake = events(tmp_path, rows)
    first, place = _told(lake, Place(0), Wanted(history=True), most)
    assert sorted(first) == [f"world:{number}" for number in range(1, 6)]
    assert place == Place(1)
    events(tmp_path, rows[:3])
    lake.compact(force=True)
    then, place = _told(Lake.open(tmp_path), place, Wanted(history=True), most)
    assert sorted(then) == ["world:6", "world:7", "world:8"]
    assert _told(Lake.open(tmp_path), place, Wanted(history=True), most) == ([], place)


def test_only_what_is_wanted_is_told(tmp_path: Path) -> None:
    lake = events(
        tmp_path,
        [
            ("anna", "shop", "2024-03-01 10:00", {"score": 2.0, "scale": "stars5", "unit": "north"}),
            ("anna", "desk", "2024-03-19 10:00", {**LATER, "score": 4.0, "scale": "stars5", "unit": "south"}),
            ("ben", "desk", "2024-03-01 10:00", LATER),
            (None, "shop", "2024-03-18 10:00", {**LATER, "score": 9.0, "scale": "nps"}),
            ("ben", "shop", "2024-03-18 10:00", {**LATER, "kind": "assignment"}),
        ],
    )

    def asked(**wanted: Any) -> list[int]:
        return sorted(int(name.partition(":")[2]) for name in _told(lake, Place(0), Wanted(**wanted))[0])

    assert asked(history=True) == [1, 2, 3, 4]
    assert asked() == [1, 2, 4]
    assert asked(touchpoints=("desk",), history=True) == [2, 3]
    assert asked(units=("south", "west")) == [2]
    assert asked(scored=True, high=4) == [1, 2]
    assert asked(scored=True, scale="nps") == [4]
    assert asked(scored=True, low=3, high=5) == [2]
    counts = telling.summed(lake.at(), Place(0), Wanted(), 10)
    assert {(one["touchpoint"], one["scale"]): (one["interactions"], one["mean_score"]) for one in counts} == {
        ("shop", "stars5"): (1, 2.0), ("desk", "stars5"): (1, 4.0), ("shop", "nps"): (1, 9.0)
    }  # fmt: skip
