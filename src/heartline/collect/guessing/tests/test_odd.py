"""Files as people have them: what hurt once is written down here."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

from .test_guess import landed, planned, rows
from .workbook import workbook

TICKETS = "".join(
    f"T{number:04}\tKD{number % 7:03}\t2025-06-{number + 1:02} 08:{number:02}:00\t{('email', 'phone')[number % 2]}\n"
    for number in range(20)
)


def test_the_first_line_of_a_file_without_names_is_data(tmp_path: Path) -> None:
    (tmp_path / "tickets.tsv").write_text(TICKETS)
    plan = planned(tmp_path, tickets=tmp_path / "tickets.tsv")
    (table,) = plan.tables
    assert (table.told.headed, table.rows) == (False, 20)
    assert [(column.name, column.use) for column in table.columns][2:] == [
        ("column_3", "time"),
        ("column_4", "channel"),
    ]


def test_names_that_look_like_values_stay_names(tmp_path: Path) -> None:
    lines = "".join(f"{number},K{number},a,b,{number * 3},{number * 5}\n" for number in range(20))
    (table,) = planned(tmp_path, years=f"nr,kunde,ort,ware,2024,umsatz_2025\n{lines}").tables
    assert (table.told.headed, table.rows) == (True, 20)
    (numbers,) = planned(tmp_path, one=f"Q1,Q2,Q3,Q4,Q5,Q6\n{lines}").tables
    assert numbers.told.headed


def test_a_german_export_with_its_money_in_the_name_of_the_column(tmp_path: Path) -> None:
    text = "Auftragsnr;Kundennr;Bestelldatum;Betrag (EUR);Größe\r\nA1;K1;01.05.2025;1.012,50;groß\r\n" * 1
    (tmp_path / "Bestellungen Köln.csv").write_bytes((text + "A2;K2;02.05.2025;7,00;groß\r\n").encode("cp1252"))
    plan = planned(tmp_path, orders=tmp_path / "Bestellungen Köln.csv")
    assert plan.currency == "EUR"
    _, workspace = landed(tmp_path, plan)
    assert [(str(row["amount"]), row["currency"]) for row in rows(workspace)] == [
        ("1012.5000", "EUR"),
        ("7.0000", "EUR"),
    ]
    assert rows(workspace)[0]["properties"] == '{"grosse":"groß"}'


def test_a_survey_of_a_workbook_with_titles_and_questions(tmp_path: Path) -> None:
    head = ["Nr.", "Bestellung", "Datum", "Zeit", "Wie zufrieden waren Sie? (1-10)", "Würden Sie uns weiterempfehlen?",
            "Was möchten Sie uns sagen?"]  # fmt: skip
    said = ["Alles gut", "Das Paket kam zu spät", "Danke sehr", ""]
    lines = [[n + 1, f"AB-{n}", date(2025, 7, 1 + n), time(9, n), 1 + n % 10, n % 11, said[n % 4]] for n in range(22)]
    (tmp_path / "Umfrage.xlsx").write_bytes(workbook([["Kundenzufriedenheit 2025"], ["Stand: Juli"], head, *lines]))
    plan = planned(tmp_path, survey=tmp_path / "Umfrage.xlsx")
    uses = {column.name: (column.use, column.detail) for column in plan.tables[0].columns}
    assert [uses[name] for name in head[2:]] == [
        ("time", "iso"), ("clock", "Datum"), ("score", "rating10"), ("score", "nps"), ("text", ""),
    ]  # fmt: skip
    assert [(touch.label, touch.score) for touch in plan.touches] == [
        ("Survey", head[5]),
        ("Wie zufrieden waren Sie", head[4]),
    ]
    report, workspace = landed(tmp_path, plan)
    assert (report.landed, report.dropped) == (44, {})
    assert {row["scale"]: row["n"] for row in workspace.scores(period="all").rows} == {"nps": 22, "rating10": 22}
