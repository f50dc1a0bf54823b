"""One response a row: each answer in its column, and none of an anonymous survey."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from heartline.core.errors import HeartlineError
from heartline.core.registry import VERBS
from heartline.listen.surveys.tests.answered import each, facts, world
from heartline.listen.tests.test_questions import ANSWERS, EVERYTHING, secret
from tests.worlds.test_every_number import check


def test_every_answer_stands_in_its_column(tmp_path: Path) -> None:
    poll = world(tmp_path, EVERYTHING, each(EVERYTHING, ANSWERS))
    found = poll.responses("poll")
    rows: dict[str, dict[str, Any]] = {row["response"]: row for row in found.rows}
    assert [row["response"] for row in found.rows] == ["r0003", "r0002", "r0001", "r0000"]
    assert {name: value for name, value in rows["r0000"].items() if value is not None} == {
        "response": "r0000", "customer": "user_id:p0", "occurred_at": rows["r0000"]["occurred_at"], "channel": "web",
        "edition": "1", "nps": 10.0, "ease": 7.0, "way": "web", "used.card": 1.0, "used.cash": 0.0, "used.gift": 1.0,
        "parts.price": 5.0, "parts.staff": 1.0, "order.fast": 1.0, "order.cheap": 2.0, "order.kind": 3.0,
        "care.speed.importance": 5.0, "care.speed.satisfaction": 2.0, "wish.pickup.with": 1.0,
        "wish.pickup.without": 3.0, "age": 20.0, "since": "2020-05-01", "why": "Good",
    }  # fmt: skip
    assert rows["r0003"]["used.card"] is None  # not asked, or not answered: nothing is known
    assert [row["response"] for row in poll.responses("poll", limit=1, offset=1).rows] == ["r0002"]
    check(poll, VERBS["responses"], {"survey": "poll"})
    assert [row["response"] for row in poll.responses("poll", answered="since").rows] == ["r0002", "r0000"]


def test_a_response_that_landed_in_pieces_is_one_row(tmp_path: Path) -> None:
    first = facts(EVERYTHING, "a", {"nps": 3}, "2024-03-01", who="anna")
    poll = world(tmp_path, EVERYTHING, [*first, *facts(EVERYTHING, "a", {"why": "Late"}, "2024-03-02", who="anna")])
    (row,) = poll.responses("poll").rows
    assert (row["nps"], row["why"], row["occurred_at"].day) == (3.0, "Late", 2)


def test_anonymous_responses_are_never_listed(tmp_path: Path) -> None:
    with pytest.raises(HeartlineError) as error:
        secret(tmp_path, 50).responses("poll")
    assert error.value.code == "anonymous"
