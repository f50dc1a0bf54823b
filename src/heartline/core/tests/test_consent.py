"""Laws of consent: the order of arrival does not matter, repeats change nothing, un-merging gives back what was."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heartline.core import consent
from heartline.core.consent import BASES, REASONS, STATES, Terms, columns, standing

Row = tuple[str, int, str, bool, tuple[str, ...]]
NAMES = ("email:a", "email:b", "user_id:c", "user_id:d")
ROWS = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.integers(0, 9),
        st.sampled_from(STATES),
        st.booleans(),
        st.lists(st.sampled_from(NAMES), max_size=2).map(tuple),
    ),
    max_size=12,
)
TERMS = st.builds(
    Terms, basis=st.sampled_from(BASES), double_opt_in=st.booleans(), holds_us=st.none() | st.integers(1, 9)
)
PEOPLE = st.lists(st.integers(0, 3), min_size=4, max_size=4)
NOW = 10


def answer(rows: list[Row], whose: dict[str, int], terms: Terms, people: int = 4) -> list[str]:
    return [REASONS[place] for place in standing(columns(rows, whose), people, terms, NOW).reason]


def told(rows: list[Row], names: tuple[str, ...], terms: Terms) -> str:
    """Say it of one person the slow way, word by word."""
    words = [row for row in rows if row[0] in names]

    def last(some: list[Row]) -> Row | None:
        return max(some, key=lambda row: (row[1], STATES.index(row[2]), row[3]), default=None)

    bars = [last([row for row in words if row[0] == name and row[2] in ("released", "suppressed")]) for name in names]
    if any(bar and bar[2] == "suppressed" for bar in bars):
        return "suppressed"
    latest = {}
    for name in names:
        own = [row for row in words if row[0] == name and row[2] in ("given", "withdrawn")]
        if own:
            at = max(row[1] for row in own)
            state = max((row for row in own if row[1] == at), key=lambda row: STATES.index(row[2]))[2]
            latest[name] = (at, state, own)
    return _decided(latest, terms)


def _decided(latest: dict[str, tuple[int, str, list[Row]]], terms: Terms) -> str:
    why = "nothing_said" if terms.basis == "consent" else "allowed"
    found = []
    for _at, state, own in latest.values():
        if state == "withdrawn":
            found.append("withdrawn")
            continue
        no = max((row[1] for row in own if row[2] == "withdrawn"), default=-1)
        sure = [row for row in own if row[2] == "given" and row[3] and row[1] > no]
        rests = max((row[1] for row in sure), default=None) if terms.double_opt_in else _at
        if rests is None:
            found.append("unconfirmed")
        elif terms.holds_us is not None and rests + terms.holds_us <= NOW:
            found.append("expired")
        else:
            found.append("allowed")
    if "withdrawn" in found and terms.basis != "contract":
        return "withdrawn"
    if terms.basis != "consent":
        return why
    yes = [one for one in found if one != "withdrawn"]
    return "allowed" if "allowed" in yes else why if not yes else "either"


@given(ROWS, PEOPLE, TERMS, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter_and_repeats_change_nothing(rows, people, terms, random) -> None:  # type: ignore[no-untyped-def]
    whose = dict(zip(NAMES, people, strict=True))
    again = [*rows, *rows[: len(rows) // 2]]
    random.shuffle(again)
    first, second = answer(rows, whose, terms), answer(again, whose, terms)
    assert [one == "allowed" for one in first] == [one == "allowed" for one in second]
    assert [one for one in first if one in ("suppressed", "withdrawn")] == [
        one for one in second if one in ("suppressed", "withdrawn")
    ]


@given(ROWS, TERMS)
def test_it_is_what_reading_word_by_word_gives(rows: list[Row], terms: Terms) -> None:
    plain = [(*row[:4], ()) for row in rows]
    for people in ([0, 1, 2, 3], [0, 0, 0, 0], [0, 0, 1, 1]):
        whose = dict(zip(NAMES, people, strict=True))
        found = answer(plain, whose, terms)
        for person in set(people):
            names = tuple(name for name, of in whose.items() if of == person)
            wanted = told(plain, names, terms)
            assert found[person] == wanted or (wanted == "either" and found[person] in ("unconfirmed", "expired"))


@given(ROWS, TERMS)
def test_un_merging_gives_back_the_exact_state(rows: list[Row], terms: Terms) -> None:
    apart = {name: place for place, name in enumerate(NAMES)}
    before = answer(rows, apart, terms)
    one = dict.fromkeys(NAMES, 0)
    merged = answer(rows, one, terms)[0]
    assert answer(rows, apart, terms) == before
    plain = [(*row[:4], ()) for row in rows]
    alone, together = answer(plain, apart, terms), answer(plain, one, terms)[0]
    if "suppressed" in alone:
        assert merged == together == "suppressed"
    elif "withdrawn" in alone:
        assert together == "withdrawn"


@given(ROWS, TERMS, st.sampled_from(NAMES))
def test_suppression_beats_all_until_it_is_released(rows: list[Row], terms: Terms, name: str) -> None:
    whose = dict.fromkeys(NAMES, 0)
    barred = [*rows, (name, NOW, "suppressed", False, ())]
    assert answer([*barred, (name, NOW, "given", True, ())], whose, terms)[0] == "suppressed"
    freed = [(one, NOW + 1, "released", False, ()) for one in NAMES]
    assert answer([*barred, *freed], whose, terms)[0] != "suppressed"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "nothing_said"),
        ([("email:a", 1, "given", True, ())], "allowed"),
        ([("email:a", 1, "given", False, ())], "unconfirmed"),
        ([("email:a", 1, "given", True, ()), ("email:a", 3, "given", False, ())], "allowed"),
        ([("email:a", 1, "given", True, ()), ("email:a", 2, "withdrawn", False, ()),
          ("email:a", 3, "given", False, ())], "unconfirmed"),
        ([("user_id:c", 1, "withdrawn", False, ()), ("email:a", 3, "given", True, ())], "withdrawn"),
        ([("user_id:c", 1, "withdrawn", False, ()), ("email:a", 3, "given", True, ("user_id:c",))], "allowed"),
        ([("user_id:c", 4, "withdrawn", False, ()), ("email:a", 3, "given", True, ("user_id:c",))], "withdrawn"),
    ],
)  # fmt: skip
def test_double_opt_in(rows: list[Row], said: str) -> None:
    whose = dict.fromkeys(NAMES, 0)
    assert answer(rows, whose, Terms(double_opt_in=True))[0] == said


def test_a_word_that_covers_somebody_else_now_answers_nothing() -> None:
    rows: list[Row] = [("user_id:c", 1, "withdrawn", False, ()), ("email:a", 3, "given", True, ("user_id:c",))]
    assert answer(rows, {"email:a": 0, "user_id:c": 1}, Terms())[:2] == ["allowed", "withdrawn"]


def test_a_yes_runs_out() -> None:
    rows: list[Row] = [("email:a", 1, "given", True, ())]
    assert answer(rows, {"email:a": 0}, Terms(holds_us=9), 1) == ["expired"]
    assert answer(rows, {"email:a": 0}, Terms(holds_us=10), 1) == ["allowed"]


def test_who_may_be_contacted_is_said_by_name() -> None:
    rows: list[Row] = [("email:a", 1, "given", True, ()), ("email:b", 1, "given", False, ())]
    found = standing(columns(rows, {"email:a": 0, "email:b": 0}), 1, Terms(double_opt_in=True), NOW)
    assert found.allowed.tolist() == [True]
    assert np.flatnonzero(found.yes).tolist() == [0]
    assert consent.REASONS[found.reason[0]] == "allowed"
