"""What survey tools' exports hold of answers: choices, words on a scale, nothing said, names; whatever the language."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from heartline.collect.guessing import guess
from heartline.collect.guessing.tests.test_guess import landed, planned, rows
from heartline.collect.guessing.tests.test_survey_tools import Answered
from heartline.collect.guessing.tests.workbook import workbook


def table(head: str, *lines: str) -> str:
    return "\n".join((head, *lines)) + "\n"


def came(folder: Path, path: Path) -> Answered:
    """Bring a file as it is, nothing corrected; give the plan and the rows that landed."""
    plan = guess.plan([guess.bring(path, path.name, folder)])
    _report, workspace = landed(folder, plan)
    return plan, rows(workspace)


def typeform(question: str, answers: list[str]) -> str:
    """Write an export of one question, one answer an hour."""
    lines = (f"a{n},{answer},2026-05-02 {n % 24:02}:00:00,n{n}" for n, answer in enumerate(answers))
    return table(f"#,{question},Submit Date (UTC),Network ID", *lines)


def test_what_people_chose_of_a_list_is_no_text_that_they_wrote(tmp_path: Path) -> None:
    shops = ["Shop at the market", "Shop by the river", "Shop at the station"]
    plan = planned(tmp_path, answers=typeform("Which of our shops did you visit?", shops * 6))
    assert [column.use for column in plan.tables[0].columns] == ["id", "keep", "time", "leave"]
    plan = planned(tmp_path, answers=typeform("What should we change?", shops))  # as often as not, so it was written
    assert [column.use for column in plan.tables[0].columns] == ["id", "text", "time", "leave"]


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


MICROSOFT = {
    "en": ["Id", "Start time", "Completion time", "Email", "Name", "Language", "Last modified time"],
    "de": ["ID", "Startzeit", "Fertigstellungszeit", "E-Mail", "Name", "Sprache", "Uhrzeit der letzten Änderung"],
    "es": ["Id", "Hora de inicio", "Hora de finalización", "Correo electrónico", "Nombre", "Idioma",
           "Hora de la última modificación"],
    "fr": ["ID", "Heure de début", "Heure de fin", "Adresse de messagerie", "Nom", "Langue",
           "Heure de la dernière modification"],
}  # fmt: skip


@pytest.mark.parametrize("language", MICROSOFT)
def test_microsoft_forms_counts_when_somebody_was_done_and_knows_who_gave_a_name(tmp_path: Path, language: str) -> None:
    said = ["Friendly people everywhere", "Nobody called me back", "More colours please"]
    people = [("ada@shop.example", "Ada Sample"), ("anonymous", ""), ("anonymous", "")]
    began = datetime(2026, 4, 30, 8, 55)  # noqa: DTZ001  (workbooks know no zones)
    head = [*MICROSOFT[language], "NPS", "Please tell us more", "Which do you use?"]
    answers = [
        [n, began + timedelta(days=n), began + timedelta(days=n, minutes=5), *people[n - 1], "English", None,
         str(7 + n), said[n - 1], "Shoes;Coats;"] for n in (1, 2, 3)
    ]  # fmt: skip
    path = tmp_path / "Feedback(1-3).xlsx"
    path.write_bytes(workbook([head, *answers]))
    plan, found = came(tmp_path, path)
    assert plan.tables[0].told.tool == "microsoft_forms"
    assert [(row["occurred_at"].isoformat(), row["score"], row["text"], bool(row["customer"])) for row in found] == [
        ("2026-05-01T09:00:00+00:00", 8.0, said[0], True),
        ("2026-05-02T09:00:00+00:00", 9.0, said[1], False),
        ("2026-05-03T09:00:00+00:00", 10.0, said[2], False),
    ]
    assert not any(word in json.dumps(found, default=str) for word in ("Sample", "ada@", "anonymous"))


def test_what_people_are_called_is_left_out_also_where_a_question_asks_for_it(tmp_path: Path) -> None:
    for question in ("Hi, what is your first name?", "What’s your name?", "Wie ist Ihr Vorname?", "billing_last_name"):
        plan = planned(tmp_path, answers=typeform(f'"{question}"', ["Ada Sample", "Ben", "Zoe Zeta"]))
        column = plan.tables[0].column(question)
        assert column is not None
        assert (question, column.use, column.contact) == (question, "leave", True)
    plan = planned(tmp_path, answers=typeform("What is the name of the shop?", ["Berlin", "Bonn", "Bern"]))
    assert [column.use for column in plan.tables[0].columns][1] == "keep"


def test_an_answer_that_stands_twice_in_a_file_lands_once_and_again_with_more_doubles_nothing(tmp_path: Path) -> None:
    head = "id,submitdate,lastpage,startlanguage,nps,why"
    one, two = (f"{n},2026-05-0{n} 09:00:00,2,en,{n + 7},Because of the people" for n in (1, 2))
    plan = planned(tmp_path, answers=table(head, one, two, one))
    report, _workspace = landed(tmp_path, plan)
    assert (report.landed, report.dropped) == (2, {"duplicate_id": 1})
    newer = tmp_path / "newer.csv"
    newer.write_text(table(head, one, two, "3,2026-05-03 09:00:00,2,en,10,Because it was quick"))
    brought = [guess.bring(newer, newer.name, tmp_path)]
    again, _odd = guess.again(plan.stored(), brought)
    guess.renew(again, tmp_path, guess.Known())
    report, workspace = landed(tmp_path, again)
    assert (report.landed, report.there) == (1, 2)
    assert [row["score"] for row in rows(workspace)] == [8.0, 9.0, 10.0]


OWN = ["Respondent ID", "Collector ID", "Start Date", "End Date"]


@pytest.mark.parametrize("numbers", [False, True], ids=["texts", "numbers"])
def test_surveymonkey_expanded_has_a_column_for_each_answer_of_a_scale(tmp_path: Path, numbers: bool) -> None:
    nps = ["Not at all likely - 0", *map(str, range(1, 10)), "Extremely likely - 10"]
    csat = ["Very satisfied", "Satisfied", "Neither satisfied nor dissatisfied", "Dissatisfied", "Very dissatisfied"]
    used = ["Till", "App", "Phone"]

    def ticked(labels: list[str], *chosen: int) -> list[str]:
        return [(str(at + 1) if numbers else one) if at in chosen else "" for at, one in enumerate(labels)]

    asked = [*OWN, "Would you recommend us?", *[""] * 10, "How satisfied are you?", *[""] * 4]
    answers = [
        ["118", "4", "05/20/2026 08:58:00 AM", "05/20/2026 09:00:00 AM", *ticked(nps, 10), *ticked(csat, 0),
         *ticked(used, 0, 2), "Kind people at the till"],
        ["119", "4", "05/21/2026 08:58:00 AM", "05/21/2026 09:00:00 AM", *ticked(nps, 0), *ticked(csat, 3),
         *ticked(used, 1), "Nobody called me back"],
        ["120", "4", "05/22/2026 08:58:00 AM", "05/22/2026 09:00:00 AM", *ticked(nps), *ticked(csat, 2),
         *ticked(used), "More colours please"],
    ]  # fmt: skip
    lines = [
        [*asked, "What did you use?", "", "", "Any comments?"],
        [*[""] * 4, *nps, *csat, *used, "Open-Ended Response"],
        *answers,
    ]
    path = tmp_path / "Survey.csv"
    path.write_text("".join(",".join(line) + "\n" for line in lines))
    plan, found = came(tmp_path, path)
    assert [column.name for column in plan.tables[0].columns][4:] == [
        "Would you recommend us?", "How satisfied are you?", "What did you use? - Till", "What did you use? - App",
        "What did you use? - Phone", "Any comments?",
    ]  # fmt: skip
    assert [(row["scale"], row["score"]) for row in found if row["text"]] == [("nps", 10.0), ("nps", 0.0), (None, None)]
    assert sorted(row["score"] for row in found if row["scale"] == "csat5") == [2.0, 3.0, 5.0]


def test_not_applicable_beside_answers_is_no_answer_and_its_line_stays(tmp_path: Path) -> None:
    content = table(
        "Date,NPS,CSAT,Overall satisfaction,Comment",
        "2026-05-01 09:00,9,N/A,Very satisfied,Kind people at the till",
        "2026-05-02 09:00,n/a,4,Not applicable,Nobody called me back at all",
        "2026-05-03 09:00,3,5,Very dissatisfied,",
        "2026-05-04 09:00,,N/A,Satisfied,More colours in the shop please",
    )
    plan = planned(tmp_path, survey=content)
    report, workspace = landed(tmp_path, plan)
    assert report.dropped == {}
    found = [(str(row["about"]), row["scale"], row["score"]) for row in rows(workspace)]
    assert [score for about, _scale, score in found if about == "survey"] == [9.0, None, 3.0, None]
    assert sorted(score for about, scale, score in found if scale == "csat5" and about == "csat") == [4.0, 5.0]
    assert sorted(score for about, _scale, score in found if about.startswith("overall")) == [1.0, 4.0, 5.0]
    assert sum(row["text"] is not None for row in rows(workspace)) == 3


def test_days_that_a_spreadsheet_counts_are_dates_where_the_column_is_called_one(tmp_path: Path) -> None:
    lines: list[list[object]] = [["Date", "NPS"], [46_023.375, 9], [46_054.999988425923, 3], [46_055, 7]]
    path = tmp_path / "answers.xlsx"
    path.write_bytes(workbook(lines))
    _plan, found = came(tmp_path, path)
    assert [row["occurred_at"].isoformat() for row in found] == [
        "2026-01-01T09:00:00+00:00", "2026-02-01T23:59:59+00:00", "2026-02-02T00:00:00+00:00",
    ]  # fmt: skip
    days = planned(tmp_path / "days", answers="Bestelldatum,created_by\n46023,40001\n46054,40002\n")
    assert [(column.use, column.detail) for column in days.tables[0].columns] == [("time", "serial"), ("keep", "")]
    _report, workspace = landed(tmp_path / "days", days)
    assert [(row["occurred_at"].date().isoformat(), row["occurred_precision"]) for row in rows(workspace)] == [
        ("2026-01-01", "day"), ("2026-02-01", "day"),
    ]  # fmt: skip
