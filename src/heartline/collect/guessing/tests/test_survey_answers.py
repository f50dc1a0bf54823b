"""What survey tools' exports hold of answers: choices, words on a scale, nothing said, names; whatever the language."""

from __future__ import annotations

from pathlib import Path

from heartline.collect.guessing.tests.test_guess import planned
from heartline.collect.guessing.tests.test_survey_tools import brought, scores, texts


def table(head: str, *lines: str) -> str:
    return "\n".join((head, *lines)) + "\n"


def typeform(question: str, answers: list[str]) -> str:
    """Write an export of one question, one answer an hour."""
    lines = (f"a{n},{answer},2026-05-02 {n % 24:02}:00:00,n{n}" for n, answer in enumerate(answers))
    return table(f"#,{question},Submit Date (UTC),Network ID", *lines)


def test_what_people_chose_of_a_list_is_no_text_that_they_wrote(tmp_path: Path) -> None:
    shops = ["Shop at the market", "Shop by the river", "Shop at the station"]
    plan = planned(tmp_path, answers=typeform("Which of our shops did you visit?", shops * 6))
    assert [column.use for column in plan.tables[0].columns] == ["id", "keep", "time", "leave"]
    plan = planned(tmp_path, answers=typeform("What should we change?", shops))  # as often as not, so it was written
    assert plan.tables[0].column("What should we change?").use == "text"
