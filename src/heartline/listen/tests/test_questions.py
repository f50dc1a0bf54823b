"""What people answered to each question: numbers by hand, intervals, evidence, and what anonymous surveys withhold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heartline.core.errors import HeartlineError
from heartline.core.registry import VERBS
from heartline.core.result import Result
from heartline.listen.intervals import nps_interval, wilson
from heartline.listen.surveys.tests.answered import each, facts, options, survey, world
from heartline.store.tests.world import Event
from heartline.workspace import Workspace
from tests.worlds.test_every_number import check

EVERYTHING = survey(
    {"key": "nps", "ask": "nps"},
    {"key": "ease", "ask": "ces7"},
    {"key": "way", "ask": "single", "options": options("web", "shop", "phone")},
    {"key": "used", "ask": "multiple", "options": options("card", "cash", "gift")},
    {"key": "parts", "ask": "matrix", "rows": options("price", "staff")},
    {"key": "order", "ask": "ranking", "options": options("fast", "cheap", "kind")},
    {"key": "care", "ask": "importance", "rows": options("speed")},
    {"key": "wish", "ask": "kano", "rows": options("pickup")},
    {"key": "age", "ask": "number"},
    {"key": "since", "ask": "date"},
    {"key": "why", "ask": "comment"},
)
ANSWERS: list[dict[str, Any]] = [
    {"nps": 10, "ease": 7, "way": "web", "used": ["card", "gift"], "parts": {"price": 5, "staff": 1},
     "order": ["fast", "cheap", "kind"], "care": {"speed": {"importance": 5, "satisfaction": 2}},
     "wish": {"pickup": {"with": 1, "without": 3}}, "age": 20, "since": "2020-05-01", "why": "Good"},
    {"nps": 9, "ease": 3, "way": "web", "used": ["cash"], "parts": {"price": 3}, "order": ["cheap", "fast"],
     "care": {"speed": {"importance": 4, "satisfaction": 4}}, "wish": {"pickup": {"with": 1, "without": 5}}, "age": 30},
    {"nps": 3, "way": "shop", "used": ["card"], "order": ["cheap"], "care": {"speed": {"importance": 3}},
     "wish": {"pickup": {"with": 3, "without": 5}}, "age": 70, "since": "2020-06-09"},
    {"nps": 7, "wish": {"pickup": {"with": 1, "without": 1}}},
]  # fmt: skip


@pytest.fixture
def poll(tmp_path: Path) -> Workspace:
    return world(tmp_path, EVERYTHING, each(EVERYTHING, ANSWERS))


def numbers(result: Result) -> dict[tuple[Any, ...], tuple[Any, int]]:
    """Give values and n, without those of empty options, by what they are of."""
    keys = ("question", "row", "measure", "option", "period", "group")
    return {
        tuple(row[key] for key in keys if row.get(key) is not None): (
            row["value"] if row["value"] is None else round(row["value"], 6), row["n"],
        )
        for row in result.rows if row["value"] != 0 or row["measure"] != "share"
    }  # fmt: skip


def test_every_kind_of_question_has_its_numbers(poll: Workspace) -> None:
    found = poll.questions("poll")
    third = round(1 / 3, 6)
    assert numbers(found) == {
        ("nps", "nps"): (25.0, 4), ("nps", "share", "10"): (0.25, 4), ("nps", "share", "9"): (0.25, 4),
        ("nps", "share", "3"): (0.25, 4), ("nps", "share", "7"): (0.25, 4),
        ("ease", "mean"): (5.0, 2), ("ease", "top"): (0.5, 2), ("ease", "share", "7"): (0.5, 2),
        ("ease", "share", "3"): (0.5, 2),
        ("way", "share", "web"): (0.666667, 3), ("way", "share", "shop"): (third, 3),
        ("used", "share", "card"): (0.666667, 3), ("used", "share", "cash"): (third, 3),
        ("used", "share", "gift"): (third, 3),
        ("parts", "price", "mean"): (4.0, 2), ("parts", "price", "top"): (0.5, 2),
        ("parts", "price", "share", "5"): (0.5, 2), ("parts", "price", "share", "3"): (0.5, 2),
        ("parts", "staff", "mean"): (1.0, 1), ("parts", "staff", "top"): (0.0, 1),
        ("parts", "staff", "share", "1"): (1.0, 1),
        ("order", "rank", "fast"): (1.5, 2), ("order", "first", "fast"): (third, 3),
        ("order", "rank", "cheap"): (1.333333, 3), ("order", "first", "cheap"): (0.666667, 3),
        ("order", "rank", "kind"): (3.0, 1), ("order", "first", "kind"): (0.0, 3),
        ("care", "speed", "importance"): (4.0, 3), ("care", "speed", "satisfaction"): (3.0, 2),
        ("care", "speed", "gap"): (37.5, 2),
        ("wish", "pickup", "better"): (0.666667, 3), ("wish", "pickup", "worse"): (-0.666667, 3),
        ("wish", "pickup", "share", "A"): (0.25, 4), ("wish", "pickup", "share", "O"): (0.25, 4),
        ("wish", "pickup", "share", "M"): (0.25, 4), ("wish", "pickup", "share", "Q"): (0.25, 4),
        ("age", "mean"): (40.0, 3), ("age", "p10"): (22.0, 3), ("age", "p25"): (25.0, 3), ("age", "median"): (30.0, 3),
        ("age", "p75"): (50.0, 3), ("age", "p90"): (62.0, 3),
        ("since", "share", "2020-05"): (0.5, 2), ("since", "share", "2020-06"): (0.5, 2),
        ("why", "texts"): (1.0, 1),
    }  # fmt: skip
    assert (found.figures["responses"].value, str(found.answer)) == (4, "4 responses gave 31 answers.")


def test_intervals_are_those_of_scores(poll: Workspace) -> None:
    rows = {(row["question"], row["measure"], row["option"]): row for row in poll.questions("poll").rows}
    nps, web = rows["nps", "nps", None], rows["way", "share", "web"]
    assert (nps["low"], nps["high"]) == pytest.approx(nps_interval(0.5, 0.25, 4))
    assert (web["low"], web["high"]) == pytest.approx(wilson(2 / 3, 3))
    scores = poll.scores(scale="nps").figures["nps"]
    assert (scores.value, scores.low, scores.high) == pytest.approx((nps["value"], nps["low"], nps["high"]))
    assert rows["age", "median", None]["low"] is None  # three are too few to tell


def test_several_answers_of_one_person_are_clustered_as_scores_does(tmp_path: Path) -> None:
    asked = survey({"key": "easy", "ask": "ces7"})
    points = [(1, "anna"), (2, "anna"), (7, "ben"), (6, "ben"), (4, "cleo"), (3, None), (5, None)]
    rows = [row for number, (point, who) in enumerate(points) for row in facts(asked, f"r{number}", {"easy": point},
                                                                               who=who)]  # fmt: skip
    poll = world(tmp_path, asked, rows)
    wanted = poll.scores(scale="ces7").figures
    for row in poll.questions("poll").rows:
        if row["measure"] in ("mean", "top"):
            figure = wanted[f"ces7_{row['measure']}"]
            assert (row["value"], row["low"], row["high"]) == pytest.approx((figure.value, figure.low, figure.high))


def test_quantiles_lie_between_two_answers(tmp_path: Path) -> None:
    asked = survey({"key": "age", "ask": "number"})
    poll = world(tmp_path, asked, each(asked, [{"age": number} for number in range(1, 101)]))
    median = next(row for row in poll.questions("poll").rows if row["measure"] == "median")
    assert (median["value"], median["low"], median["high"]) == (50.5, 40.0, 61.0)  # Conover 1999: order 40 and 61


def test_umux_lite_needs_both_statements(tmp_path: Path) -> None:
    asked = survey({"key": "meets", "ask": "agree7"}, {"key": "easy", "ask": "agree7"})
    answers: list[dict[str, Any]] = [{"meets": 7, "easy": 7}, {"meets": 4, "easy": 1}, {"meets": 1}]
    poll = world(tmp_path, asked, each(asked, answers))
    figure = poll.questions("poll").figures["umux_lite"]
    assert (figure.value, figure.n) == (62.5, 2)
    check(poll, VERBS["questions"], {"survey": "poll"})


def test_by_month_and_by_unit_only_what_leads_is_given(tmp_path: Path) -> None:
    asked = survey({"key": "nps", "ask": "nps"}, {"key": "way", "ask": "single", "options": options("web", "shop")})
    rows: list[Event] = []
    for number, (points, way, at, unit) in enumerate(
        [(10, "web", "2024-03-31T23:30", "berlin"), (0, "shop", "2024-04-02", "berlin"), (9, "web", "2024-04-03", None)]
    ):
        rows += facts(asked, f"r{number}", {"nps": points, "way": way}, at, who=f"p{number}", unit=unit,
                      hidden={"plan": "gold" if number else "free"})  # fmt: skip
    poll = world(tmp_path, asked, rows, unit={"berlin": {}}, settings={"company": {"timezone": "Europe/Berlin"}})
    by_month = numbers(poll.questions("poll", every="month"))
    assert by_month[("nps", "nps", "2024-04")] == (33.333333, 3)  # half past eleven in UTC is April in Berlin
    by_unit = numbers(poll.questions("poll", by="unit"))
    assert by_unit == {
        ("nps", "nps", "berlin"): (0.0, 2), ("nps", "nps"): (100.0, 1), ("way", "share", "web", "berlin"): (0.5, 2),
        ("way", "share", "shop", "berlin"): (0.5, 2), ("way", "share", "web"): (1.0, 1),
    }  # fmt: skip
    assert numbers(poll.questions("poll", by="hidden.plan", question="nps"))["nps", "nps", "gold"] == (0.0, 2)
    for spec in ({"every": "week"}, {"by": "unit"}, {"by": "hidden.plan", "every": "year"}, {"unit": "berlin"}):
        check(poll, VERBS["questions"], {"survey": "poll", **spec})


def test_every_number_opens_its_answers(poll: Workspace) -> None:
    assert check(poll, VERBS["questions"], {"survey": "poll"}) > 100


def test_a_change_is_told_against_the_period_before(tmp_path: Path) -> None:
    asked = survey({"key": "nps", "ask": "nps"})
    rows = [row for number, at in enumerate(["2024-02-10", "2024-03-10", "2024-03-11"])
            for row in facts(asked, f"r{number}", {"nps": number * 5}, at)]  # fmt: skip
    poll = world(tmp_path, asked, rows)
    (row,) = [one for one in poll.questions("poll", period="2024-03", compare="before").rows if one["measure"] == "nps"]
    assert (row["value"], row["n"], row["value_before"], row["n_before"]) == (0.0, 2, -100.0, 1)


def test_what_there_is_not_is_said(poll: Workspace) -> None:
    for values, code in (
        ({"survey": "pol"}, "unknown_survey"), ({"survey": "poll", "question": "np"}, "unknown_question"),
        ({"survey": "poll", "by": "colour"}, "unknown_column"),
    ):  # fmt: skip
        with pytest.raises(HeartlineError) as error:
            poll.call("questions", values)
        assert error.value.code == code


SECRET = survey(
    {"key": "enps", "ask": "enps"}, {"key": "way", "ask": "single", "options": options("web", "shop")},
    {"key": "why", "ask": "comment"}, anonymous=True,
)  # fmt: skip


def secret(folder: Path, number: int, units: str = "b") -> Workspace:
    """Answer an anonymous survey: in Berlin, or in Vienna where the letter says so."""
    names = {"b": "berlin", "v": "vienna"}
    rows = [row for place in range(number)
            for row in facts(SECRET, f"r{place:03}", {"enps": place % 11, "way": "web", "why": f"text {place}"},
                             unit=names[units[place % len(units)]])]  # fmt: skip
    return world(folder, SECRET, rows, unit={"berlin": {}, "vienna": {}})


@pytest.mark.parametrize(("given_", "shown"), [(4, None), (5, 5), (9, 5), (23, 20)])
def test_anonymous_answers_count_in_fives(tmp_path: Path, given_: int, shown: int | None) -> None:
    poll = secret(tmp_path, given_)
    assert {row["n"] for row in poll.questions("poll").rows} == ({shown} if shown else set())
    if shown:
        check(poll, VERBS["questions"], {"survey": "poll"})


def test_of_anonymous_answers_those_of_all_time_count(tmp_path: Path) -> None:
    secret(tmp_path, 4)
    late = facts(SECRET, "late", {"enps": 9, "way": "web"}, "2026-03-01")
    poll = world(tmp_path, SECRET, late)
    found = poll.questions("poll")
    assert (found.spec["period"], {row["n"] for row in found.rows}) == ("all", {5})


def test_parts_of_anonymous_answers_count_in_fives_and_leave_fives(tmp_path: Path) -> None:
    poll = secret(tmp_path, 27, "bbv")  # of 25 that count 17 are Berlin's and 8 Vienna's
    rows = poll.questions("poll", by="unit").rows
    assert {(row["measure"], row["group"]): row["n"] for row in rows} == {
        ("nps", "berlin"): 15, ("nps", "vienna"): 5, ("texts", "berlin"): 15, ("texts", "vienna"): 5,
    }  # fmt: skip
    assert {row["n"] for row in poll.questions("poll").rows} == {25}


def test_a_unit_of_an_anonymous_survey_is_a_part_of_what_counts(tmp_path: Path) -> None:
    """Else the whole, of which Vienna's first answer is one, told it beside five answers of Berlin."""
    poll = secret(tmp_path, 9, "vbbbbbvvv")
    assert {row["n"] for row in poll.questions("poll").rows} == {5}
    assert list(poll.questions("poll", unit="berlin").rows) == []
    more = secret(tmp_path / "more", 27, "bbv")
    for unit, number in (("berlin", 15), ("vienna", 5)):
        assert {row["n"] for row in more.questions("poll", unit=unit).rows} == {number}
    check(more, VERBS["questions"], {"survey": "poll", "unit": "berlin"})


def test_an_anonymous_survey_cannot_be_narrowed_to_few(tmp_path: Path) -> None:
    poll = secret(tmp_path, 25)
    narrow: list[dict[str, Any]] = [
        {"period": "2024-03-01"}, {"compare": "before"}, {"channel": "web"}, {"touchpoint": "survey"},
        {"every": "month", "by": "unit"},
    ]  # fmt: skip
    for values in narrow:
        with pytest.raises(HeartlineError) as error:
            poll.call("questions", {"survey": "poll", **values})
        assert (error.value.code, error.value.status) == ("anonymous", 403)
    split = poll.questions("poll", by="unit")
    row = {key: split.rows[0].get(key) for key in VERBS["questions"].key}
    with pytest.raises(HeartlineError) as error:
        poll.evidence("questions", spec=split.spec, row=row, column="value")
    assert error.value.code == "anonymous"


def test_behind_anonymous_answers_stands_nothing_else_of_theirs(tmp_path: Path) -> None:
    poll = secret(tmp_path, 11)
    key = {"question": "why", "measure": "texts"}
    found = poll.evidence("questions", spec={"survey": "poll"}, row=key, column="n", limit=None)
    assert [column.name for column in found.columns] == ["text", "value"]
    assert sorted(row["text"] for row in found.rows) == sorted(f"text {number}" for number in range(10))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    answers=st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "way": st.sampled_from(["web", "shop", "phone"]), "nps": st.integers(0, 10),
                "wish": st.fixed_dictionaries({"pickup": st.fixed_dictionaries(
                    {"with": st.integers(1, 5), "without": st.integers(1, 5)})}),
                "order": st.permutations(["fast", "cheap", "kind"]),
            },
        ),
        min_size=1, max_size=12,
    )
)  # fmt: skip
def test_shares_add_up_and_places_balance(tmp_path_factory: pytest.TempPathFactory, answers: list[Any]) -> None:
    poll = world(tmp_path_factory.mktemp("poll"), EVERYTHING, each(EVERYTHING, answers))
    rows = poll.questions("poll").rows
    for question in ("way", "nps", "wish"):
        shares = [row["value"] for row in rows if (row["question"], row["measure"]) == (question, "share")]
        assert not shares or sum(shares) == pytest.approx(1)
    ranks = [row["value"] for row in rows if row["measure"] == "rank"]
    assert not ranks or sum(ranks) == pytest.approx(6)
    for row in rows:
        assert row["low"] is None or row["low"] <= row["value"] + 1e-9 <= row["high"] + 2e-9
