"""What answers would be: as after writing, and without writing."""

from __future__ import annotations

from pathlib import Path

import pytest

from heartline.core.errors import Conflict
from heartline.core.scales import Scale
from heartline.store.definitions import Definitions
from heartline.store.lake import Lake
from heartline.store.supposing import Move, Supposition
from heartline.workspace import Workspace

from .world import events

TOUCHPOINTS = {"call": {"label": "Call", "stage": "use"}, "complaint": {"label": "Complaint", "stage": "support"}}


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Two calls by phone, one by chat; two of them are complaints, and somebody judges calls."""
    return events(
        tmp_path,
        [
            ("anna", "call", "2024-03-01 10:00", {"channel": "phone", "succeeded": True}),
            ("ben", "call", "2024-03-01 11:00", {"channel": "phone", "succeeded": False}),
            ("cleo", "call", "2024-03-01 12:00", {"channel": "chat", "succeeded": True}),
            ("cleo", "survey", "2024-03-02 12:00", {"score": 2.0, "scale": "stars5", "about": "call"}),
            (None, "call", "2024-03-03 12:00", {"channel": "chat", "succeeded": True}),
        ],
        touchpoint=TOUCHPOINTS,
        journey={"help": {"label": "Help", "starts": ["call"], "goal": "complaint", "within_s": 864_000}},
    )


def reached(lake: Lake) -> dict[str, tuple[int, int, float | None]]:
    rows = Workspace(lake).touchpoints(period="all").rows
    return {row["touchpoint"]: (row["interactions"], row["people"], row["share_bad"]) for row in rows}


def test_a_move_is_seen_by_rows_and_by_paths_and_written_nowhere(lake: Lake) -> None:
    assert reached(lake) == {"call": (4, 3, pytest.approx(0.5)), "survey": (1, 1, None)}
    other = lake.supposing(Supposition(lake.at().definitions, (Move("call", to="complaint", stage="support"),)))
    assert reached(other) == {"complaint": (4, 3, pytest.approx(0.5)), "survey": (1, 1, None)}
    rows = other.at().rows("touchpoint", "stage", "about")
    assert other.at().execute(rows.filter(rows.stage == "support")).num_rows == 4
    assert reached(lake)["call"][0] == 4
    assert lake.versions()[-1].version == 1


def test_a_move_may_concern_some_rows_only(lake: Lake) -> None:
    move = Move("call", to="complaint", where=(("channel", ("chat", "nothing")),))
    other = lake.supposing(Supposition(lake.at().definitions, (move,)))
    assert {key: found[:2] for key, found in reached(other).items()} == {
        "call": (2, 3),  # anna and ben were there, cleo judged it
        "complaint": (2, 1),
        "survey": (1, 1),
    }


def test_other_definitions_are_asked_and_never_kept(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEARTLINE_RESULT_CACHE", "on")
    true = lake.at().definitions
    body = {**true.all("journey")["help"], "goal": "survey"}
    other = lake.supposing(Supposition(Definitions({**true.by_kind, "journey": {"help": body}})))
    for opened, share in ((lake, 0.0), (other, 1 / 3), (lake, 0.0), (other, 1 / 3)):
        (row,) = Workspace(opened).journeys(period="all").rows
        assert (row["trips"], row["goal_share"]) == (3, pytest.approx(share))


def test_answers_on_another_scale_feel_otherwise(lake: Lake) -> None:
    scale = Scale("stars5", 1, 3, "mean")
    other = lake.supposing(Supposition(lake.at().definitions, (), (scale,)))

    def feeling(opened: Lake) -> float:
        (row,) = (row for row in Workspace(opened).touchpoints(period="all").rows if row["touchpoint"] == "call")
        return float(row["feeling"])

    assert (feeling(lake), feeling(other)) == (-0.5, 0.0)
    rows = other.at().rows("feeling")
    assert other.at().execute(rows.filter(rows.feeling.notnull()))["feeling"].to_pylist() == [0.0]


def test_what_is_supposed_cannot_be_written(lake: Lake) -> None:
    other = lake.supposing(Supposition(lake.at().definitions))
    with pytest.raises(Conflict, match="only supposed"), other.write("nothing"):
        pass
