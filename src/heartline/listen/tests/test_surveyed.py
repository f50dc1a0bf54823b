"""How often surveys were answered: each response once, by source, and of an anonymous survey nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import heartline
from heartline.core.registry import VERBS
from heartline.listen.surveys import codebook
from heartline.listen.surveys.tests.answered import each, facts, survey
from heartline.store.tests.world import events
from tests.worlds.test_every_number import check

OPEN = survey({"key": "nps", "ask": "nps"}, {"key": "why", "ask": "comment"})
SECRET = survey({"key": "nps", "ask": "nps"}, {"key": "why", "ask": "comment"}, key="secret", anonymous=True)


def test_each_response_counts_once_by_its_source(tmp_path: Path) -> None:
    ours = each(OPEN, [{"nps": 9, "why": "Good"}, {"nps": 3, "why": "Late"}])
    others: Any = each(OPEN, [{"nps": 5}])
    theirs = [
        (who, place, at, {**more, "id": more["id"].replace("surveys", "typeform"), "source": "typeform"})
        for who, place, at, more in others
    ]
    sent = "p9", "survey", "2024-03-01", {"kind": "message", "properties": '{"survey":"poll","question":"nps"}'}
    hidden = facts(SECRET, "h1", {"nps": 1, "why": "Hush"})
    books = {one.key: codebook.body([one]) for one in (OPEN, SECRET)}
    events(tmp_path, [*ours, *theirs, sent, *hidden], survey=books)
    found = heartline.open(tmp_path)
    assert [tuple(row.values()) for row in found.surveyed().rows] == [
        ("poll", "surveys", 2), ("poll", "typeform", 1), ("secret", "surveys", 1)
    ]  # fmt: skip
    assert check(found, VERBS["surveyed"], {}) == 4
    behind = found.call("evidence", {"of": "surveyed", "row": {"survey": "secret", "source": "surveys"},
                                     "column": "responses"})  # fmt: skip
    assert {value for name, value in behind.rows[0].items() if name != "value"} <= {None}
    assert [row["survey"] for row in found.surveyed(channel="web").rows] == ["poll", "poll"]


def test_one_response_is_found_by_its_name_with_all_of_its_answers(tmp_path: Path) -> None:
    events(tmp_path, each(OPEN, [{"nps": 9, "why": "Good"}, {"nps": 3, "why": "Late"}]),
           survey={"poll": codebook.body([OPEN])})  # fmt: skip
    found = heartline.open(tmp_path)
    one = found.responses("poll", response="r0001")
    assert [(row["response"], row["nps"], row["why"]) for row in one.rows] == [("r0001", 3.0, "Late")]
    assert one.figures["responses"].n == 1
    check(found, VERBS["responses"], {"survey": "poll", "response": "r0001"})
    spec = {"survey": "poll", "response": "r0001"}
    behind = found.call("evidence", {"of": "responses", "spec": spec, "row": {"response": "r0001"},
                                     "column": "response"})  # fmt: skip
    assert {row["id"] for row in behind.rows} == {"surveys:r0001.nps", "surveys:r0001.why"}
    assert found.responses("poll", response="\"r'").rows == []
