"""A date in one column and its time of day in another are one moment."""

from __future__ import annotations

from datetime import date, time, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from heartline.collect.guessing import clocks, correcting, names, values, writing
from heartline.collect.guessing.plan import Column
from heartline.core.errors import InvalidInput

from .test_guess import landed, planned, rows
from .workbook import workbook

CALLS = """Ticket;Kunde;Datum;Uhrzeit;Kommentar
T1;K1;01.05.2024;14:30;Das war gut
T2;K2;02.05.2024;9:05;Na ja, es geht so
T3;K2;03.05.2024;;Ohne Zeit war es
T4;K3;04.05.2024;25:99;Wann das wohl war
T5;K3;;10:00;An welchem Tag denn
"""


@pytest.mark.parametrize(
    ("texts", "way"),
    [
        (["14:30", "9:05:10"], clocks.PLAIN), (["2:30 PM", "11:05 am"], "%I:%M %p"), (["14.30 Uhr"], "%H.%M Uhr"),
        (["14:30 h"], "%H:%M h"), (["1899-12-31 14:30:00"], "%Y-%m-%d %H:%M:%S"),
        (["12/31/1899 09:30:00 AM"], "%m/%d/%Y %I:%M:%S %p"), (["0.5", "0.604166667"], clocks.PART),
        (["1430", "905"], clocks.BARE), (["14:75"], ""), (["5", "7"], ""), (["2024-05-01 14:30:00"], ""), ([], ""),
    ],
)  # fmt: skip
def test_times_of_day_as_files_write_them(texts: list[str], way: str) -> None:
    assert clocks.recognise(texts) == way


def given(table: dict[str, list[str]], **uses: str) -> dict[str, tuple[str, str]]:
    """Give which date each time of day was given to."""
    made = [Column(name, use=uses.get(name, "keep"), profile=values.profile(texts)) for name, texts in table.items()]
    clocks.give(made)
    return {column.name: (column.use, column.detail) for column in made if column.use == "clock"}


def test_a_time_of_day_goes_to_the_date_of_its_name_to_the_only_one_or_to_the_one_before_it() -> None:
    days, hours = ["2024-05-01", "2024-05-02"], ["14:30", "09:00"]
    two = {"Bestelldatum": days, "Lieferdatum": days, "Lieferzeit": hours, "Bestellzeit": hours}
    assert given(two, Bestelldatum="time", Lieferdatum="time") == {
        "Lieferzeit": ("clock", "Lieferdatum"), "Bestellzeit": ("clock", "Bestelldatum"),
    }  # fmt: skip
    assert given({"Uhrzeit": hours, "when": days}, when="time") == {"Uhrzeit": ("clock", "when")}
    assert given({"sent": days, "a": hours, "read": days, "b": hours}, sent="time", read="time") == {
        "a": ("clock", "sent"), "b": ("clock", "read"),
    }  # fmt: skip


def test_a_duration_a_plain_number_and_a_second_time_of_day_stay_details() -> None:
    days, hours = ["2024-05-01", "2024-05-02"], ["00:05", "00:10"]
    assert given({"when": days, "Wartezeit": hours}, when="time") == {}
    assert given({"when": days, "pieces": ["1430", "905"]}, when="time") == {}
    assert given({"when": ["2024-05-01 10:00", "2024-05-02 11:00"], "time": hours}, when="time") == {}
    assert given({"when": days, "time": hours, "time_2": hours}, when="time") == {"time": ("clock", "when")}
    assert "clock" in names.uses("Uhrzeit")


def test_date_and_time_of_day_become_one_moment_and_what_is_odd_is_told(tmp_path: Path) -> None:
    plan = planned(tmp_path, calls=CALLS)
    plan.timezone = "Europe/Berlin"
    report, workspace = landed(tmp_path, plan)
    assert (report.landed, report.dropped) == (3, {"no_time": 1, "unreadable_time": 1})
    assert [(row["occurred_at"].isoformat(), row["occurred_precision"]) for row in rows(workspace)] == [
        ("2024-05-01T12:30:00+00:00", "second"), ("2024-05-02T07:05:00+00:00", "second"),
        ("2024-05-02T22:00:00+00:00", "day"),
    ]  # fmt: skip
    assert all(row["properties"] is None for row in rows(workspace))  # the time of day is no detail beside
    assert 'try_cast(trim("Uhrzeit") as time)' in (tmp_path / "recipe.yaml").read_text()


def test_waits_are_measured_between_joined_moments_and_promises_kept_by_the_day(tmp_path: Path) -> None:
    plan = planned(
        tmp_path,
        orders="order_id,order_date,order_time,delivery_date,delivery_time,promised_date\n"
        "A1,2024-05-01,2:30 PM,2024-05-02,9:00 AM,2024-05-02\nA2,2024-05-01,2:30 AM,2024-05-04,,2024-05-03\n",
    )
    _, workspace = landed(tmp_path, plan)
    delivered = {row["ref"]: row for row in rows(workspace) if row["touchpoint"] == "delivery"}
    assert (delivered["A1"]["wait_s"], delivered["A1"]["succeeded"]) == (66_600.0, True)
    assert (delivered["A2"]["wait_s"], delivered["A2"]["succeeded"]) == (None, False)


def test_cells_of_a_workbook_that_hold_a_time(tmp_path: Path) -> None:
    start = date(2024, 5, 1)
    lines = [["B1", start, time(14, 30), 5], ["B2", start + timedelta(days=1), time(9, 5, 7), 6]]
    (tmp_path / "kasse.xlsx").write_bytes(workbook([["Beleg", "Datum", "Uhrzeit", "Betrag"], *lines]))
    _, workspace = landed(tmp_path, planned(tmp_path, kasse=tmp_path / "kasse.xlsx"))
    assert [row["occurred_at"].isoformat() for row in rows(workspace)] == [
        "2024-05-01T14:30:00+00:00", "2024-05-02T09:05:07+00:00",
    ]  # fmt: skip


def test_typed_columns_of_a_parquet_file(tmp_path: Path) -> None:
    table = {"order_id": ["A1", "A2"], "day": [date(2024, 5, 1), date(2024, 5, 2)], "time": [time(14, 30), None]}
    pq.write_table(pa.table(table), tmp_path / "orders.parquet")
    _, workspace = landed(tmp_path, planned(tmp_path, orders=tmp_path / "orders.parquet"))
    assert [(row["occurred_at"].isoformat(), row["occurred_precision"]) for row in rows(workspace)] == [
        ("2024-05-01T14:30:00+00:00", "second"), ("2024-05-02T00:00:00+00:00", "day"),
    ]  # fmt: skip


def test_it_can_be_corrected_and_only_to_a_date(tmp_path: Path) -> None:
    plan = planned(tmp_path, calls=CALLS)
    (table,) = plan.tables
    correcting.column(plan, {"table": "calls", "column": "Uhrzeit", "use": "keep"}, {})
    assert [column.clock for column in table.columns if column.clock] == []
    assert "as time)" not in writing.recipe(plan)
    correcting.column(plan, {"table": "calls", "column": "Uhrzeit", "use": "clock:Datum"}, {})
    (joined,) = [column for column in table.columns if column.clock]
    assert joined.name == "Datum"
    for use in ("clock:Kommentar", "clock:", "clock:Uhrzeit"):
        with pytest.raises(InvalidInput, match="no such date"):
            correcting.column(plan, {"table": "calls", "column": "Uhrzeit", "use": use}, {})
    correcting.column(plan, {"table": "calls", "column": "Datum", "use": "keep"}, {})
    assert [column.use for column in table.columns if column.name == "Uhrzeit"] == ["keep"]
