"""Laws of asking: no order of asks breaks a cap or a cooldown, every rule that is loosened asks nobody less."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heartline.core import eligibility
from heartline.core.consent import REASONS as CONSENT
from heartline.core.eligibility import DAY_US, REASONS, Cap, Facts, Past, Quiet, Rules, awake, decide, draws, shares

HOUR_US = DAY_US // 24
NOW = int(datetime(2026, 3, 4, 12, tzinfo=UTC).timestamp()) * 1_000_000
CAPS = st.lists(st.builds(Cap, st.integers(0, 3), st.integers(1, 40), st.sampled_from(["", "email", "messaging"])),
                max_size=3).map(tuple)  # fmt: skip
RULES = st.builds(
    Rules, cooldown_us=st.integers(0, 20).map(lambda days: days * DAY_US), caps=CAPS,
    again_us=st.sampled_from([None, 0, 30 * DAY_US]), shares=st.floats(0, 1).map(lambda share: (share,)),
    quiet=st.none() | st.builds(Quiet, st.integers(0, 1439), st.integers(0, 1439)),
    zones=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"]).map(lambda zone: (zone,)),
)  # fmt: skip


def people(number: int = 1, past: Past | None = None, **more: Any) -> Facts:
    """Give people of whom nothing speaks against asking them."""
    none = np.zeros(0, np.int64)
    base: dict[str, Any] = {
        "person": np.arange(number), "consent": np.zeros(number, np.int64), "meant": np.ones(number, bool),
        "reachable": np.ones(number, bool), "failing": np.zeros(number, bool), "unit": np.full(number, -1),
        "draw": np.linspace(0, 1, number, endpoint=False), "past": past or Past(none, none),
    }  # fmt: skip
    return Facts(**base | {name: np.array(value) for name, value in more.items()})


def before(*contacts: tuple[float, str], same: bool = False) -> Past:
    """Give contacts of person 0, so many days ago over a channel."""
    at = [NOW - int(days * DAY_US) for days, _ in contacts]
    return Past(np.zeros(len(at), np.int64), np.array(at, np.int64), [one for _, one in contacts],
                np.full(len(at), same))  # fmt: skip


def why(facts: Facts, rules: Rules = Rules()) -> list[str]:  # noqa: B008  (frozen)
    return [REASONS[place] for place in decide(facts, rules, NOW).reason]


def test_each_reason_is_told_by_itself_and_the_first_of_several() -> None:
    said = [CONSENT.index(one) for one in ("allowed", "nothing_said", "withdrawn", "suppressed", "unconfirmed")]
    assert why(people(5, consent=said)) == ["asked", "nothing_said", "withdrawn", "suppressed", "unconfirmed"]
    assert why(people(2, meant=[True, False], reachable=[False, False])) == ["no_address", "not_meant"]
    assert why(people(failing=[True])) == ["address_fails"]
    week = Rules(cooldown_us=7 * DAY_US)
    assert why(people(past=before((6.9, "email"))), week) == ["asked_lately"]
    assert why(people(past=before((7, "email"))), week) == ["asked"]
    assert why(people(past=before((90, "email"), same=True)), Rules(again_us=None)) == ["asked_before"]
    assert why(people(past=before((90, "email"), same=True)), Rules(again_us=90 * DAY_US)) == ["asked"]
    assert why(people(past=before((90, "email"))), Rules(again_us=None)) == ["asked"]
    two = Rules(caps=(Cap(2, 30, "email"),))
    assert why(people(past=before((1, "email"), (20, "email"))), two) == ["enough"]
    assert why(people(past=before((1, "email"), (20, "messaging"), (31, "email"))), two) == ["asked"]
    assert why(people(past=before((1, "email"), (20, "messaging"))), Rules(caps=(Cap(2, 30),))) == ["enough"]
    assert why(people(2), Rules(shares=(0.5,))) == ["asked", "not_drawn"]
    assert why(people(), Rules(shares=(0.0,))) == ["target_met"]


def test_a_person_who_stands_there_twice_is_asked_once() -> None:
    assert why(people(3, person=[4, 4, 5])) == ["asked", "asked_lately", "asked"]
    assert why(people(3, person=[4, 4, 5], reachable=[False, True, True])) == ["no_address", "asked", "asked"]


def test_counts_are_by_reason_without_empty_ones() -> None:
    found = decide(people(4, reachable=[True, False, False, True]), Rules(), NOW)
    assert found.counts() == {"asked": 2, "no_address": 2}


OVER = st.sampled_from(["email", "messaging"])


@given(rules=RULES, asks=st.lists(st.tuples(st.integers(-60, 60), st.integers(0, 2), OVER), max_size=25))
def test_no_order_of_asks_breaks_a_cap_or_a_cooldown(rules: Rules, asks: list[tuple[int, int, str]]) -> None:
    """Asks come in any order of time: what was decided may lie ahead of what is decided next."""
    kept: list[tuple[int, int, str]] = []
    for days, person, channel in asks:
        whose, at, over = (list(part) for part in zip(*kept, strict=True)) if kept else ([], [], [])
        past = Past(np.array(whose, np.int64), np.array(at, np.int64), over, np.zeros(len(kept), bool))
        caps = tuple(cap for cap in rules.caps if cap.channel in ("", channel))
        found = decide(people(person=[person], draw=[0.0], past=past), replace(rules, caps=caps), NOW + days * DAY_US)
        if found.asked[0]:
            kept.append((person, int(found.at_us[0]), channel))
    for person in range(3):
        moments = sorted(at for whose, at, _ in kept if whose == person)
        assert all(b - a >= rules.cooldown_us for a, b in pairwise(moments))
        for cap in rules.caps:
            some = sorted(at for whose, at, over in kept if whose == person and cap.channel in ("", over))
            for first in some:
                assert sum(first <= at < first + cap.days * DAY_US for at in some) <= cap.most


@given(rules=RULES, draw=st.lists(st.floats(0, 1, exclude_max=True), min_size=5, max_size=5),
       past=st.lists(st.tuples(st.integers(0, 4), st.integers(-50, 50), st.sampled_from(["email", "messaging"])),
                     max_size=12))  # fmt: skip
def test_who_is_asked_is_still_asked_when_a_rule_is_loosened(
    rules: Rules, draw: list[float], past: list[tuple[int, int, str]]
) -> None:
    at = np.array([NOW + days * DAY_US for _, days, _ in past], np.int64)
    there = Past(np.array([who for who, _, _ in past], np.int64), at, [over for _, _, over in past],
                 np.zeros(len(past), bool))  # fmt: skip
    facts = people(5, draw=draw, past=there)
    asked = decide(facts, rules, NOW).asked
    looser = (
        replace(rules, cooldown_us=rules.cooldown_us // 2),
        replace(rules, caps=tuple(replace(cap, most=cap.most + 1) for cap in rules.caps)),
        replace(rules, caps=rules.caps[1:]),
        replace(rules, shares=(min(1.0, rules.shares[0] + 0.2),)),
        replace(rules, again_us=0),
    )
    for one in looser:
        assert not (asked & ~decide(facts, one, NOW).asked).any()
    fewer = Past(there.person[1:], there.at_us[1:], there.channel[1:], there.same[1:])
    assert not (asked & ~decide(replace(facts, past=fewer), rules, NOW).asked).any()


@given(st.builds(Quiet, st.integers(0, 1439), st.integers(0, 1439)), st.integers(0, 400 * 24),
       st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]))  # fmt: skip
def test_nobody_is_contacted_in_quiet_hours(quiet: Quiet, hours: int, zone: str) -> None:
    now = NOW + hours * HOUR_US + 17 * 60_000_000
    at = awake(now, quiet, zone)
    local = datetime.fromtimestamp(at / 1e6, ZoneInfo(zone))
    assert now <= at <= now + 27 * HOUR_US
    assert quiet.start == quiet.end or not quiet.holds(local.hour * 60 + local.minute)
    assert awake(at, quiet, zone) == at


def test_quiet_hours_are_those_of_the_unit() -> None:
    rules = Rules(quiet=Quiet(21 * 60, 8 * 60), zones=("Asia/Tokyo", "Europe/Berlin"), shares=(1.0, 1.0))
    found = decide(people(3, unit=[0, 1, -1]), rules, NOW)  # 12:00 UTC: 21:00 in Tokyo, 13:00 in Berlin
    tokyo = datetime(2026, 3, 5, 8, tzinfo=ZoneInfo("Asia/Tokyo"))
    assert found.at_us.tolist() == [int(tokyo.timestamp()) * 1_000_000, NOW, NOW]


def test_a_draw_is_even_the_same_again_and_another_for_another_ask() -> None:
    names = [f"user_id:{number}" for number in range(20_000)]
    drawn = draws("nps 1", names)
    assert (drawn == draws("nps 1", names)).all()
    assert abs(float((drawn < 0.3).mean()) - 0.3) < 4 * (0.3 * 0.7 / len(names)) ** 0.5
    assert abs(float(np.corrcoef(drawn, draws("nps 2", names))[0, 1])) < 4 / len(names) ** 0.5
    assert drawn.min() >= 0
    assert drawn.max() < 1


def test_so_many_are_asked_that_about_so_many_answer() -> None:
    asked, answered = np.array([0, 990, 990, 990]), np.array([0, 199, 199, 199])
    found = shares(50, asked, answered, np.array([0.0, 0.0, 40.0, 50.0]), np.array([100.0, 1_000.0, 1_000.0, 10.0]))
    assert found.tolist() == pytest.approx([1.0, 0.25, 0.05, 0.0])  # one in ten answers first, then one in five


def test_a_month_of_adaptive_asking_comes_close_to_its_target() -> None:
    """A day's candidates, a third of whom answer: asked day by day, with the rate that is lived until then."""
    draw = np.random.default_rng(5)
    asked = answered = 0
    for day in range(30):
        share = shares(60, np.array([asked]), np.array([answered]), np.array([float(answered)]),
                       np.array([40.0 * (30 - day)]))[0]  # fmt: skip
        some = draw.binomial(40, share)
        asked, answered = asked + some, answered + draw.binomial(some, 1 / 3)
    assert 50 <= answered <= 70


def test_a_hundred_thousand_people_are_decided_at_once() -> None:
    number, at = 100_000, np.random.default_rng(3)
    past = Past(at.integers(0, number, 300_000), NOW - at.integers(0, 90 * DAY_US, 300_000), ["email"] * 300_000,
                np.zeros(300_000, bool))  # fmt: skip
    facts = people(number, past=past, draw=at.random(number))
    rules = Rules(cooldown_us=14 * DAY_US, caps=(Cap(2, 30, "email"), Cap(4, 90)), shares=(0.4,), again_us=None)
    start = time.process_time()
    found = decide(facts, rules, NOW)
    assert time.process_time() - start < 2.0
    assert sum(found.counts().values()) == number
    assert set(found.counts()) == {"asked", "asked_lately", "enough", "not_drawn"}


def test_every_reason_of_consent_has_its_own() -> None:
    assert len(set(REASONS)) == len(REASONS)
    assert set(CONSENT) - {"allowed"} <= set(REASONS)
    assert eligibility.REASONS[0] == "asked"
