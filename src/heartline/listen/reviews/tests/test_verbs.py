"""Reviews of the company, those that wait for an answer, and how they stand beside those of a competitor."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from heartline.core.errors import InvalidInput, NotFound
from heartline.core.registry import VERBS
from heartline.listen.reviews.overview import median
from heartline.listen.reviews.rows import safe_link
from heartline.store import writer
from heartline.store.tests.world import Event, events
from heartline.workspace import Workspace
from tests.doors.test_python import NEEDED
from tests.worlds.questions import DEFINITIONS, PLANTED, QUESTIONS
from tests.worlds.test_every_number import OPENED, check

from .world import OURS, THEIRS, beside, company, review

MAY = {"period": "2024-05"}


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace(company(tmp_path_factory.mktemp("reviews") / "data"))


def test_the_median_lies_between_its_neighbours_in_order() -> None:
    """Half of a hundred less 0.98 · √100 are certainly below it."""
    assert median(np.arange(100.0)[::-1]) == (49.5, 40.0, 59.0)
    assert median(np.arange(5.0)) == (2.0, None, None)


def test_each_platform_has_its_rating_and_how_it_is_answered(opened: Workspace) -> None:
    result = opened.call("reviews", MAY)
    google, trust = result.rows
    assert (google["source"], google["scale"], google["reviews"], google["rating_n"]) == (
        "google_reviews",
        "stars5",
        3,
        3,
    )
    assert google["rating"] == pytest.approx(8 / 3)
    assert google["change"] == pytest.approx(8 / 3 - 5)
    assert google["answered"] == pytest.approx(1 / 3)
    assert (google["reply_s"], google["reply_s_n"], google["open"]) == (12 * 3600, 1, 1)
    assert (trust["source"], trust["reviews"], trust["rating"], trust["open"]) == ("trustpilot", 1, 4.0, 0)
    assert {name: figure.value for name, figure in result.figures.items()} == {
        "reviews": 4, "posts": 1, "answered": 0.25, "reply_s": 43_200.0, "open": 1,
    }  # fmt: skip
    assert str(result.answer) == "4 reviews: 25 in 100 answered, 1 bad ones wait for an answer."


def test_what_waits_for_an_answer_has_its_link(tmp_path: Path, opened: Workspace) -> None:
    assert [row["id"] for row in opened.call("unanswered", MAY).rows] == ["google_reviews:review-3"]
    rows = [one for one in OURS if one[1] != "review_answer"]
    both = Workspace(events(tmp_path / "data", rows)).call("unanswered", MAY).rows
    assert [(row["id"], row["link"], row["title"], row["location"]) for row in both] == [
        ("google_reviews:review-3", None, None, None),
        ("google_reviews:review-2", "https://maps.example/r/2", "Late", "Kiel"),
    ]
    assert len(opened.call("unanswered", MAY | {"every": True}).rows) == 3


def test_a_note_answers_a_review_until_it_is_taken_back(tmp_path: Path) -> None:
    notes = [
        (None, None, "2024-05-08 09:00", {"event": "answered", "ref": "google_reviews:review-3", "kind": "message"})
    ]
    lake = events(tmp_path / "data", [*OURS, *notes])
    assert Workspace(lake).call("unanswered", MAY).rows == []
    assert Workspace(lake).call("reviews", MAY).figures["answered"].value == 0.5
    events(tmp_path / "data", [(None, None, "2024-05-09 09:00", {**notes[0][3], "event": "unanswered"})])
    assert len(Workspace(lake).call("unanswered", MAY).rows) == 1


def test_we_and_they_on_the_same_platforms_in_the_same_months(opened: Workspace) -> None:
    result = opened.call("benchmark", {"period": "2024", "quotes": 1})
    assert {name: figure.value for name, figure in result.figures.items()} == {"ours": 3, "theirs": 2}
    rows = {row["theme"]: row for row in result.rows}
    assert set(rows) == {"delivery", "waiting"}
    late = rows["delivery"]
    assert (late["our_texts"], late["our_share_n"], late["their_texts"], late["their_share_n"]) == (2, 3, 1, 2)
    assert late["share_apart"] == pytest.approx(2 / 3 - 1 / 2)
    assert late["our_feeling"] == 0
    assert late["their_feeling"] == -0.5
    assert (late["share_apart_tells"], late["share_apart_p"]) == ("", None)  # far too few
    assert (late["sources"], late["months"], late["name"]) == (["google_reviews"], 1, "Rival & Co.")
    assert late["their_quotes"][0]["text"] == "their late parcel"
    ratings = opened.call("benchmark", {"period": "2024", "by": "scale"}).rows
    assert [(row["scale"], row["our_rating"], row["their_rating"], row["their_rating_n"]) for row in ratings] == [
        ("stars5", pytest.approx(8 / 3), 3.5, 2)
    ]


def test_all_can_be_taken_together(opened: Workspace) -> None:
    figures = opened.call("benchmark", {"period": "2024", "alike": False}).figures
    assert (figures["ours"].value, figures["theirs"].value) == (6, 4)


def test_a_difference_that_is_there_is_told_and_chance_is_not(tmp_path: Path) -> None:
    def many(unit: str | None, late: int) -> list[Event]:
        more = {"unit": unit} if unit else {}
        return [
            review(n, f"2024-05-{1 + n % 28:02} 10:00", 1 if n < late else 5, text=f"text {n}",
                   themes=["waiting"] if n < late else (["price"] if n % 2 else []), **more)
            for n in range(100)
        ]  # fmt: skip

    lake = company(tmp_path / "data", many(None, 60), many("rival", 20))
    rows = {row["theme"]: row for row in Workspace(lake).call("benchmark", MAY).rows}
    assert rows["waiting"]["share_apart_tells"] == "ours"
    assert rows["waiting"]["share_apart"] == pytest.approx(0.4)
    assert rows["waiting"]["share_apart_p"] < 1e-6
    rated = Workspace(lake).call("benchmark", MAY | {"by": "scale"}).rows[0]
    assert (rated["rating_apart_tells"], rated["rating_apart"]) == ("theirs", pytest.approx(-1.6))
    same = company(tmp_path / "same", many(None, 60), many("rival", 58))
    assert {row["share_apart_tells"] for row in Workspace(same).call("benchmark", MAY).rows} == {""}


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("reviews", {}), ("unanswered", {}), ("benchmark", {}), ("benchmark", {"by": "scale"}),
        ("benchmark", {"alike": False, "against": "rival", "theme": "delivery"}),
    ],
)  # fmt: skip
def test_every_number_opens_its_rows(opened: Workspace, name: str, more: dict[str, object]) -> None:
    assert check(opened, VERBS[name], {"period": "2024", **more}) > 0


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Workspace]:
    """Give the same company alone, and beside a competitor."""
    folder = tmp_path_factory.mktemp("worlds")
    with pytest.MonkeyPatch.context() as patch:
        # what is open since when depends on the time of a version: here all have the same
        patch.setattr(writer, "datetime", SimpleNamespace(now=lambda _zone: datetime(2026, 1, 1, tzinfo=UTC)))
        alone, near = (events(folder / where, PLANTED + OURS, **DEFINITIONS) for where in ("alone", "beside"))
        before = near.at().version
        beside(near, THEIRS)
    assert near.at().version == before + 1
    return Workspace(alone), Workspace(near)


@pytest.mark.parametrize("name", OPENED)
def test_rows_of_competitors_change_no_number_of_ours(worlds: tuple[Workspace, Workspace], name: str) -> None:
    for spec in QUESTIONS.get(name, [NEEDED.get(name, {})]):
        here, there = (_rounded(one.call(name, spec).to_dict()) for one in worlds)
        if name == "benchmark":
            assert there["figures"]["theirs"]["value"] >= 0
            continue
        for one in (here, there):
            one.pop("as_of")
        assert there == here


def _rounded(value: Any) -> Any:
    """Round numbers: sums of the same rows differ in their last digits with the order in which they are added."""
    if isinstance(value, dict):
        return {name: _rounded(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(one) for one in value]
    return round(value, 9) if isinstance(value, float) else value


def test_nothing_is_known_of_others_before_they_came(tmp_path: Path) -> None:
    lake = events(tmp_path / "data", OURS)
    result = Workspace(lake).call("benchmark", {})
    assert (str(result.answer), result.rows) == ("Nothing is known of any competitor yet.", [])
    version = lake.at().version
    beside(lake, THEIRS)
    assert Workspace(lake).call("benchmark", {"as_of": version}).rows == []
    assert Workspace(lake).call("benchmark", {"period": "2024"}).rows
    with pytest.raises(NotFound) as unknown:
        Workspace(lake).call("benchmark", {"against": "nobody"})
    assert (unknown.value.code, unknown.value.field) == ("unknown_competitor", "against")
    with pytest.raises(InvalidInput) as both:
        Workspace(lake).call("benchmark", {"by": ["theme", "scale"]})
    assert both.value.code == "unknown_column"


@pytest.mark.parametrize(
    ("link", "safe"),
    [
        ("https://maps.example/r/2?x=1", True), ("http://a.example", True), ("javascript:alert(1)", False),
        ("https://user:pass@a.example/", False), ("//a.example/x", False), ("https://a.example/\n<b>", False),
        ("data:text/html,x", False), ("", False), (None, False), ("https:///x", False), ("https://[x", False),
    ],
)  # fmt: skip
def test_only_safe_links_are_followed(link: str | None, safe: bool) -> None:
    assert (safe_link(link) == link) is safe or not link
    assert (safe_link(link) is not None) is safe
