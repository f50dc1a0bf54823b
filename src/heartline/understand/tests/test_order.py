"""Paths, funnel, graph, journeys and whereabouts: told by hand, held against brute force, and reconciled."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import heartline
from heartline.core.errors import InvalidInput, NotFound
from heartline.store.engine import fold
from heartline.store.tests.world import Event, events
from heartline.understand import path_set
from heartline.understand.trips import Journey, journey
from heartline.workspace import Workspace

from .slow_trips import Trip, slow_cut

DAY = 86400
ORDER = {
    "label": "An order", "counted_as": "orders", "starts": ["visit"], "goal": "order", "within_s": DAY,
    "designed": ["visit", "page", "order"],
}  # fmt: skip
STORY: list[Event] = [
    ("alice", "visit", "2024-03-01 10:00"),
    ("alice", "page", "2024-03-01 10:05"),
    ("alice", "order", "2024-03-01 10:10"),
    ("bob", "visit", "2024-03-01 10:00"),
    ("bob", "page", "2024-03-01 11:00"),
    ("bob", "page", "2024-03-01 11:05"),
    ("bob", "order", "2024-03-01 11:10", {"channel": "store"}),
    ("carl", "visit", "2024-03-02 10:00", {"channel": "store"}),
    ("carl", "visit", "2024-03-02 10:10"),
    ("carl", "call", "2024-03-02 10:11"),
    ("dora", "page", "2024-04-03 09:00"),
    ("dora", "visit", "2024-04-03 10:00"),
    ("dora", "order", "2024-04-03 10:30"),
]


@pytest.fixture
def shop(tmp_path: Path) -> Workspace:
    """Four customers, five orders or attempts."""
    events(tmp_path, STORY, journey={"order": ORDER})
    return heartline.open(tmp_path)


def values(result: Any, *names: str) -> list[Any]:
    """Give the values of some figures."""
    return [result.figures[name].value for name in names]


def test_paths_through_a_touchpoint_to_the_goal(shop: Workspace) -> None:
    """Two paths lead through a page, and both to the order; a direct one does not come by."""
    found = shop.paths("order", through="page")
    assert [(row["path"], row["trips"], row["reached_goal"], row["median_s"]) for row in found.rows] == [
        (["visit"], 1, False, 0.0),
        (["visit", "call"], 1, False, 60.0),
        (["visit", "order"], 1, True, 1800.0),
        (["visit", "page", "order"], 1, True, 600.0),
        (["visit", "page", "page", "order"], 1, True, 4200.0),
    ]
    assert values(found, "trips", "customers", "paths") == [5, 4, 5]
    assert values(found, "through_trips", "through_customers", "through_paths") == [2, 2, 2]
    assert values(found, "through_goal_trips", "through_goal_paths", "goal_share") == [2, 2, 0.6]
    assert values(found, "median_goal_steps", "median_goal_s") == [3, 1800]
    assert values(found, "outside_share") == [1 / 13]
    assert str(found.answer) == (
        "2 paths lead through page to order, taken by 2 of the 2 orders that came by; "
        "in all, 5 orders took 5 different paths."
    )
    assert str(found.notes[0]) == "1 of the period's 13 interactions belong to none of them."


def test_repeats_can_be_collapsed_and_it_is_said(shop: Workspace) -> None:
    """Bob looked at two pages, one after the other."""
    found = shop.paths("order", collapse=True)
    assert found.rows[0] == {
        "path": ["visit", "page", "order"], "trips": 2, "customers": 2, "open_trips": 0, "share": 0.4,
        "reached_goal": True, "median_s": 2400.0,
    }  # fmt: skip
    assert "A step that repeats the one before it is counted once." in [str(note) for note in found.notes]
    assert {(row["from"], row["to"]) for row in shop.graph("order", collapse=True).rows} == {
        ("visit", "page"), ("page", "order"), ("visit", "order"), ("visit", "call"),
    }  # fmt: skip


def test_the_tail_is_counted_and_never_cut(shop: Workspace) -> None:
    """Two rows of five paths; figures tell of all, and of what lies beyond."""
    found = shop.paths("order", limit=2)
    assert len(found.rows) == 2
    assert values(found, "trips", "paths", "tail_paths", "tail_trips") == [5, 5, 3, 3]
    assert str(found.notes[0]) == "2 of 5 paths are listed; the other 3 carry 3 trips, 60 in 100 of all."
    beyond = shop.paths("order", limit=9, offset=2)
    assert [row["path"] for row in found.rows + beyond.rows] == [row["path"] for row in shop.paths("order").rows]


def test_paths_are_searched_by_parts_of_steps(shop: Workspace) -> None:
    """`>` stands between steps that follow each other."""

    def search(text: str) -> list[str]:
        return [" ".join(row["path"]) for row in shop.paths("order", search=text).rows]

    assert search("pag > ord") == ["visit page order", "visit page page order"]
    assert search("visit > order") == ["visit order"]
    assert search("CALL") == ["visit call"]
    assert search("order > visit") == []
    assert search("^visit > order$") == ["visit order"]
    assert search("^page") == []
    assert search("call | =order$") == ["visit call", "visit order", "visit page order", "visit page page order"]
    assert search("=pag") == []
    assert search("^visit$") == ["visit"]
    assert search("^") == search("$") == [" ".join(row["path"]) for row in shop.paths("order").rows]


def test_what_a_search_finds_is_counted_beyond_the_rows(shop: Workspace) -> None:
    """Four of five paths end at an order or a call; one is listed."""
    found = shop.paths("order", search="=call|order$", limit=1)
    assert len(found.rows) == 1
    assert values(found, "paths", "found_paths", "found_trips") == [5, 4, 4]
    assert values(shop.paths("order"), "found_paths", "found_trips") == [None, None]


def test_another_goal_may_be_asked_for(shop: Workspace) -> None:
    """Who called? One of five."""
    assert values(shop.paths("order", goal="call"), "goal_share") == [0.2]


def test_the_graph_says_how_often_and_how_long(shop: Workspace) -> None:
    """Ordered by how often, then by alphabet; nine in ten is between the two times that there are."""
    found = shop.graph("order")
    assert found.rows == [
        {"from": "page", "to": "order", "count": 2, "median_s": 300.0, "p90_s": 300.0},
        {"from": "visit", "to": "page", "count": 2, "median_s": 1950.0, "p90_s": 3270.0},
        {"from": "page", "to": "page", "count": 1, "median_s": 300.0, "p90_s": 300.0},
        {"from": "visit", "to": "call", "count": 1, "median_s": 60.0, "p90_s": 60.0},
        {"from": "visit", "to": "order", "count": 1, "median_s": 1800.0, "p90_s": 1800.0},
    ]
    assert values(found, "transitions", "edges", "trips") == [7, 5, 5]
    assert str(found.answer) == "Most often page is followed by order: 2 times in 5 orders, after 5 minutes (median)."


def test_the_funnel_follows_the_designed_steps(shop: Workspace) -> None:
    """A page seen before the visit is no step of it, and an order without a page is none of the third step."""
    found = shop.funnel("order")
    names = ("step", "customers", "trips", "share", "lost", "median_s", "position")
    assert [tuple(row[name] for name in names) for row in found.rows] == [
        ("visit", 4, 5, 1.0, None, None, 1),
        ("page", 2, 2, 0.4, 0.6, 1950.0, 2),
        ("order", 2, 2, 0.4, 0.0, 450.0, 3),
    ]
    assert str(found.answer) == (
        "40 in 100 of the orders that are over go all the way to order (between 12 in 100 and 77 in 100); most are lost"
        " between visit and page: 60 in 100 of those that came so far (between 23 in 100 and 88 in 100)."
    )


def test_shares_of_the_funnel_have_wilson_intervals(shop: Workspace) -> None:
    """2 of 5, 3 of 5, 0 of 2 and 5 of 5 as printed in tables of Wilson's interval."""
    ends = [
        [round(row[f"{name}_{end}"], 4) if row[f"{name}_{end}"] is not None else None for end in ("low", "high")]
        for row in shop.funnel("order").rows
        for name in ("share", "lost")
    ]
    assert ends == [
        [0.5655, 1.0], [None, None],
        [0.1176, 0.7693], [0.2307, 0.8824],
        [0.1176, 0.7693], [0.0, 0.6576],
    ]  # fmt: skip
    assert [(row["share_n"], row["lost_n"]) for row in shop.funnel("order").rows] == [(5, 0), (5, 5), (5, 2)]


def test_what_is_still_open_is_lost_nowhere(tmp_path: Path) -> None:
    """Two trips begin; the one that may still go on is in no share."""
    now = datetime.now(UTC)
    rows: list[Event] = [
        ("alice", "visit", (now - timedelta(days=3)).isoformat()),
        ("bob", "visit", (now - timedelta(minutes=3)).isoformat()),
        ("carl", "order", (now - timedelta(days=2)).isoformat()),  # came without a visit: no trip at all
    ]
    events(tmp_path, rows, journey={"order": ORDER})
    first, last = heartline.open(tmp_path).funnel("order", steps=["visit", "order"], period="all").rows
    assert [(row["trips"], row["share_n"], row["lost_n"]) for row in (first, last)] == [(2, 1, 0), (0, 1, 1)]
    assert (last["lost"], last["share"]) == (1.0, 0.0)


def test_a_step_that_is_asked_for_twice_must_be_taken_twice(shop: Workspace) -> None:
    """Only Bob looked at a second page."""
    assert [row["trips"] for row in shop.funnel("order", steps=["page", "page", "order"]).rows] == [2, 1, 1]


def test_a_funnel_without_steps_is_refused(tmp_path: Path) -> None:
    """Neither designed steps nor starts nor a goal."""
    events(tmp_path, STORY, journey={"any": {"starts": "any", "within_s": DAY}})
    with pytest.raises(InvalidInput, match="no designed steps"):
        heartline.open(tmp_path).funnel("any")


def test_unknown_names_are_refused_with_their_field(shop: Workspace) -> None:
    """An empty answer to a misspelt question helps nobody."""
    for name, spec, field in (
        ("paths", {"journey": "order", "through": "pgae"}, "through"),
        ("paths", {"journey": "order", "goal": "pgae"}, "goal"),
        ("funnel", {"journey": "order", "steps": "pgae"}, "steps"),
        ("graph", {"journey": "odrer"}, "journey"),
        ("graph", {"journey": "order", "channel": "stroe"}, "channel"),
    ):
        with pytest.raises(NotFound) as error:
            shop.call(name, spec)
        assert error.value.field == field


def test_a_period_picks_trips_by_their_start_in_company_time(tmp_path: Path) -> None:
    """Begun on the last evening of March in Berlin, which is still March in UTC, and in February by no clock."""
    events(
        tmp_path,
        [
            ("alice", "visit", "2024-03-31 21:59"),
            ("bob", "visit", "2024-03-31 22:00"),
            ("bob", "order", "2024-04-01 09:00"),
        ],
        journey={"order": ORDER},
        settings={"company": {"timezone": "Europe/Berlin"}},
    )
    shop = heartline.open(tmp_path)
    assert [row["path"] for row in shop.paths("order", period="2024-03").rows] == [["visit"]]
    assert [row["path"] for row in shop.paths("order", period="2024-04").rows] == [["visit", "order"]]


def test_other_filters_keep_whole_trips_that_contain_such_an_interaction(shop: Workspace) -> None:
    """Bob ordered in the store; his pages on the web stay in his path. So do the steps of Carl's first visit."""
    found = shop.paths("order", channel="store", segment=None)
    assert [row["path"] for row in found.rows] == [["visit"], ["visit", "page", "page", "order"]]
    assert values(shop.paths("order", touchpoint=["call", "page"]), "trips") == [3]


def test_a_segment_picks_its_customers_trips(shop: Workspace) -> None:
    """Carl called, so both his trips count."""
    with shop.lake.write("test") as writer:
        writer.define("segment", "callers", {"any": [{"touchpoint": "call"}]})
    assert [row["path"] for row in shop.paths("order", segment="callers").rows] == [["visit"], ["visit", "call"]]


def test_journeys_are_listed_with_their_share(shop: Workspace) -> None:
    """Three of five; Wilson says how sure that is."""
    with shop.lake.write("test") as writer:
        writer.define("journey", "day", {"starts": "any", "within_s": DAY, "counted_as": "days"})
    first, second = shop.journeys().rows
    assert [first[name] for name in ("journey", "trips", "customers", "goal_share", "open_trips", "median_s")] == [
        "order", 5, 4, 0.6, 0, 1800.0,
    ]  # fmt: skip
    assert (first["low"], first["high"]) == (pytest.approx(0.2307, abs=1e-4), pytest.approx(0.8824, abs=1e-4))
    assert [second[name] for name in ("journey", "trips", "goal_share", "low", "goal")] == ["day", 4, None, None, None]
    assert str(shop.journeys().answer) == (
        "2 journeys; most trips are in “An order”: 5 orders, of which 60 in 100 that are over reached order."
    )


def test_whereabouts_says_who_stands_where_and_who_waits_too_long(tmp_path: Path) -> None:
    """Three wait after their order; of those who went on, nine in ten did so within 190 minutes."""
    now = datetime.now(UTC).replace(microsecond=0)

    def ago(hours: float) -> str:
        return (now - timedelta(hours=hours)).isoformat()

    rows: list[Event] = []
    for name, hours in (("ann", 1), ("ben", 2), ("cem", 3), ("dan", 3.25)):
        rows += [(name, "order", ago(99)), (name, "delivery", ago(99 - hours))]
    rows += [(name, "order", ago(hours)) for name, hours in (("eve", 1), ("fay", 4), ("gil", 10))]
    rows += [("hal", "order", ago(5)), ("hal", "call", ago(2))]
    rows += [("old", "order", ago(999))]
    parcel = {"starts": ["order"], "goal": "delivery", "within_s": 200 * 3600, "counted_as": "parcels"}
    events(tmp_path, rows, journey={"parcel": parcel})
    found = heartline.open(tmp_path).whereabouts("parcel")
    waiting, calling = found.rows
    assert [waiting[name] for name in ("touchpoint", "trips", "customers", "past_usual")] == ["order", 3, 3, 2]
    assert waiting["usual_s"] == pytest.approx((3 + 0.25 * 0.6) * 3600)
    assert waiting["median_s"] == pytest.approx(4 * 3600, abs=60)
    assert waiting["longest_s"] == pytest.approx(10 * 3600, abs=60)
    assert [calling[name] for name in ("touchpoint", "trips", "past_usual", "usual_s")] == ["call", 1, None, None]
    assert values(found, "trips", "customers", "past_usual") == [4, 4, 2]
    assert str(found.answer) == (
        "4 parcels are on the way; most stand at order: 3, for 4 hours (median). "
        "2 of all have waited longer than is usual."
    )
    assert str(found.notes[1]) == "1 stand where nobody has gone on from yet: nothing is usual there."


def test_open_trips_are_counted_and_in_no_share(tmp_path: Path) -> None:
    """One reached the goal, one failed, one is under way."""
    now = datetime.now(UTC)
    rows = [
        ("alice", "visit", (now - timedelta(days=3)).isoformat()),
        ("alice", "order", (now - timedelta(days=3) + timedelta(hours=1)).isoformat()),
        ("bob", "visit", (now - timedelta(days=3)).isoformat()),
        ("carl", "visit", (now - timedelta(hours=3)).isoformat()),
    ]
    events(tmp_path, rows, journey={"order": ORDER})
    shop = heartline.open(tmp_path)
    found = shop.paths("order", period="all")
    assert values(found, "trips", "open_trips", "goal_share") == [3, 1, 0.5]
    assert [(row["path"], row["trips"], row["open_trips"], row["share"]) for row in found.rows] == [
        (["visit"], 2, 1, 0.5),
        (["visit", "order"], 1, 0, 0.5),
    ]
    assert [(row["trips"], row["share"]) for row in shop.funnel("order", steps=["visit", "order"]).rows] == [
        (3, 1.0),
        (1, 0.5),
    ]


def test_nothing_at_all_is_an_answer_too(tmp_path: Path) -> None:
    """Of every verb."""
    events(tmp_path, [], journey={"order": ORDER})
    shop = heartline.open(tmp_path)
    assert str(shop.paths("order").answer) == "No orders in this period."
    assert [row["trips"] for row in shop.funnel("order", steps=()).rows] == [0, 0, 0]
    assert shop.graph("order").rows == []
    assert str(shop.whereabouts("order").answer) == "Nobody is on the way now."
    assert shop.journeys().rows[0]["goal_share"] is None


# Brute force.


def worlds() -> st.SearchStrategy[list[Event]]:
    """Some people and orders, few touchpoints, moments close enough to tie and far enough to pass limits."""
    begin = datetime(2024, 3, 1, tzinfo=UTC)
    event = st.builds(
        lambda who, where, hours, ref, channel: (
            who, where, (begin + timedelta(hours=hours)).isoformat(), {"ref": ref, "channel": channel},
        ),
        st.sampled_from(["alice", "bob", "carl", None]),
        st.sampled_from(["visit", "page", "order", "call", None]),
        st.integers(0, 60),
        st.sampled_from(["o1", "o2", "o3", None]),
        st.sampled_from(["web", "store"]),
    )  # fmt: skip
    return st.lists(event, max_size=40)


JOURNEYS: dict[str, dict[str, Any]] = {
    "order": ORDER,
    "long": ORDER | {"ends": "limit"},
    "any": {"starts": "any", "goal": "order", "within_s": DAY, "designed": ["page", "order"]},
    "ref": {"per": "ref", "starts": ["visit", "order"], "goal": "order", "within_s": DAY / 2, "ends": "limit"},
    "aimless": {"starts": ["visit", "page"], "within_s": DAY, "designed": ["visit", "call"]},
}
Walk = tuple[str, str | None, list[tuple[float, str, str]], Trip]
"""Owner, customer, steps (moment in s, touchpoint, channel), and the trip itself."""


def walk(rows: list[Event], found: Journey, as_of: datetime) -> list[Walk]:
    """Cut every owner's trips the slow way."""
    owned = defaultdict(list)
    for number, (who, where, when, more) in enumerate(rows):  # type: ignore[misc]  # all of them have four parts
        owner = who if found.per == "customer" else more["ref"]
        if owner is not None and where is not None:
            owned[owner].append((datetime.fromisoformat(when), number, where, who, more["channel"]))
    walks: list[Walk] = []
    for owner, mine in owned.items():
        mine.sort(key=lambda row: row[:2])
        us = [(round(row[0].timestamp() * 1e6), row[2]) for row in mine]
        for trip in slow_cut(us, found, round(as_of.timestamp() * 1e6)):
            steps = [(us[place][0] / 1e6, mine[place][2], mine[place][4]) for place in trip.rows]
            customer = next((mine[place][3] for place in trip.rows if mine[place][3]), None)
            walks.append((owner, customer, steps, trip))
    return walks


def median(numbers: list[float]) -> float | None:
    """Give the exact median."""
    return float(np.median(numbers)) if numbers else None


def people(walks: list[Walk]) -> int:
    """Count different known customers."""
    return len({customer for _, customer, _, _ in walks if customer})


def slow_funnel(walks: list[Walk], steps: list[str]) -> list[tuple[int, int, float | None]]:
    """Climb one trip after the other: trips, customers, median time since the step before."""
    levels: list[list[tuple[Walk, float]]] = [[] for _ in steps]
    for one in walks:
        place, before = -1, 0.0
        for level, step in enumerate(steps):
            later = [other for other in range(place + 1, len(one[2])) if one[2][other][1] == step]
            if not later:
                break
            place = later[0]
            levels[level].append((one, one[2][place][0] - before))
            before = one[2][place][0]
    return [
        (len(level), people([one for one, _ in level]), None if number == 0 else median([gap for _, gap in level]))
        for number, level in enumerate(levels)
    ]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds(), st.sampled_from(sorted(JOURNEYS)), st.sampled_from([(), ("store",)]), st.integers(1, 9))
def test_every_answer_is_what_brute_force_gives_and_all_reconcile(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Event], key: str, channel: tuple[str, ...], piece: int
) -> None:
    """Paths, graph and funnel against a loop over trips, and against each other."""
    folder = tmp_path_factory.mktemp("lake")
    lake = events(
        folder,
        rows,
        journey=JOURNEYS,
        touchpoint={"page": {}, "visit": {}, "order": {}, "call": {}},
        channel={"store": {}},
    )
    shop = heartline.open(folder)
    found = journey(lake.at(), key)
    walks = [
        one for one in walk(rows, found, lake.at().time) if not channel or any(step[2] in channel for step in one[2])
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fold, "_LARGEST", piece)
        patch.setattr(fold, "_SMALLEST", piece)
        shared: dict[str, Any] = {"period": "all", "channel": channel}
        paths = shop.paths(key, through="page", **shared)
        graph = shop.graph(key, **shared)
        steps = ["visit", "page", "page", "order"]
        funnel = shop.funnel(key, steps=steps, **shared)

    taken = Counter(tuple(step[1] for step in one[2]) for one in walks)
    assert {tuple(row["path"]): row["trips"] for row in paths.rows} == taken
    for row in paths.rows:
        mine = [one for one in walks if [step[1] for step in one[2]] == row["path"]]
        assert row["customers"] == people(mine)
        assert row["reached_goal"] == (mine[0][3].goal is not None)
        assert row["median_s"] == pytest.approx(median([one[2][-1][0] - one[2][0][0] for one in mine]))
    through = [one for one in walks if "page" in [step[1] for step in one[2]]]
    to_goal = [one for one in through if one[3].goal is not None]
    assert values(paths, "through_trips", "through_customers", "through_goal_trips") == [
        len(through), people(through), len(to_goal),
    ]  # fmt: skip
    assert values(paths, "through_paths", "through_goal_paths") == [
        len({tuple(step[1] for step in one[2]) for one in some}) for some in (through, to_goal)
    ]
    assert values(paths, "customers", "open_trips") == [people(walks), sum(one[3].open for one in walks)]

    gaps = defaultdict(list)
    for _, _, walked, _ in walks:
        for one, other in pairwise(walked):
            gaps[one[1], other[1]].append(other[0] - one[0])
    assert {(row["from"], row["to"]): row["count"] for row in graph.rows} == {
        pair: len(some) for pair, some in gaps.items()
    }
    for row in graph.rows:
        some = gaps[row["from"], row["to"]]
        assert [row["median_s"], row["p90_s"]] == pytest.approx([np.median(some), np.quantile(some, 0.9)])
    assert [(row["trips"], row["customers"], row["median_s"]) for row in funnel.rows] == slow_funnel(walks, steps)

    # Reconciled: shares add up, a path of n steps gives n − 1 transitions, the funnel never rises.
    if paths.rows and paths.rows[0]["share"] is not None:
        assert sum(row["share"] for row in paths.rows) == pytest.approx(1)
    assert sum(row["trips"] for row in paths.rows) == paths.figures["trips"].value == graph.figures["trips"].value
    assert sum((len(row["path"]) - 1) * row["trips"] for row in paths.rows) == graph.figures["transitions"].value
    counts = [row["trips"] for row in funnel.rows]
    assert counts == sorted(counts, reverse=True)
    assert sum(row["trips"] for row in paths.rows if row["reached_goal"]) == sum(
        one[3].goal is not None for one in walks
    )
    assert counts[0] == sum(row["trips"] for row in paths.rows if "visit" in row["path"])


def test_paths_whose_hashes_collide_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a hash that is always the same at first, the check step by step finds out, and another hash is tried."""
    steps = [[1, 2], [1], [1, 2], [2, 1], [1, 2, 1]]
    paths = path_set.Paths(np.concatenate(steps), np.cumsum([0, *map(len, steps)]))
    real = path_set._hashes
    salts = []

    def colliding(paths: path_set.Paths, salt: int) -> Any:
        salts.append(salt)
        return np.zeros(len(paths), np.uint64) if salt == 0 else real(paths, salt)

    monkeypatch.setattr(path_set, "_hashes", colliding)
    kept, sort = path_set.distinct(paths)
    assert salts == [0, 1]
    assert len(kept) == 4
    assert [paths.steps[paths.first[place] : paths.first[place + 1]].tolist() for place in kept[sort]] == steps
