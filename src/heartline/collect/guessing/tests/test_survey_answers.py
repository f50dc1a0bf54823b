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


def test_recommending_and_rating_are_known_in_the_words_of_each_language(tmp_path: Path) -> None:
    asked = {
        "¿Qué probabilidad hay de que nos recomiende?": "nps",
        "Quelle est la probabilité que vous nous recommandiez ?": "nps",
        "Bewerten Sie bitte unser Tempo": "stars5",
        "Valore por favor [Amabilidad]": "stars5",
        "Notez [Amabilité]": "stars5",
    }
    lines = (
        f"{n},2026-05-02 {n:02}:00:00,2,es,{n - 1},{n % 11},{n % 5 + 1},{n % 5 + 1},{n % 5 + 1}" for n in range(1, 12)
    )
    plan = planned(tmp_path, answers=table(f"id,submitdate,lastpage,startlanguage,{','.join(asked)}", *lines))
    assert {one.name: one.detail for one in plan.tables[0].columns if one.use == "score"} == asked
