"""How much is known is said of every touchpoint, and lines that cannot land are seen and downloaded by touchpoint."""

from __future__ import annotations

import csv
import io

import pytest

from heartline.server.accounts.models import User
from heartline.server.accounts.tests.cast import signed_in
from heartline.store.lake import Lake

from .browsing import brought, page, taken_in

pytestmark = pytest.mark.django_db(transaction=True)

SALES = "sale_id,customer_id,order_date,branch\n" + "".join(
    f"S{number},{f'K{number}' if number < 82 else ''},{'2025-03-01' if number else ''},Mitte\n" for number in range(101)
)
CALLS = "call_id,phone_number,call_date,comment\n" + "".join(
    f"C{number},{'+49 30 1234567' if number < 3 else ''},2025-04-0{number + 1} 10:00,Nobody answered call {number}\n"
    for number in range(4)
)


def test_known_customers_are_said_touchpoint_by_touchpoint(alice: User, empty_lake: Lake) -> None:
    client = signed_in(alice)
    one = brought(client, sales_csv=SALES, reviews_csv=CALLS)
    checking = page(client, one)
    assert "<strong>104 events</strong> will land." in checking
    assert "<strong>81 in 100</strong> of “Order placed” have a known customer." in checking
    assert "<strong>75 in 100</strong> of “Review” have a known customer." in checking
    assert "Order placed: 1 line without a date" in checking
    report = taken_in(client, one)
    for said in ("<strong>81 in 100</strong> of “Order placed”", "<strong>75 in 100</strong> of “Review”"):
        assert said in report
    assert one.report is not None
    assert one.report["places"] == {"order_placed": [100, 81], "review": [4, 3]}
    assert one.report["left"] == {"entry_1": {"no_time": 1}}


def test_lines_without_a_date_are_seen_and_downloaded_by_touchpoint(alice: User, empty_lake: Lake) -> None:
    client = signed_in(alice)
    more = SALES.replace("S5,K5,2025-03-01", "S5,K5,soon")
    one = brought(client, sales_csv=more, reviews_csv=CALLS.replace("2025-04-01 10:00", ""))
    checking = page(client, one)
    assert f'href="/import/{one.key}/dropped/?why=no_time&entry=entry_1"' in checking
    listed = client.get(f"/import/{one.key}/dropped/?why=no_time&entry=entry_2").content.decode()
    assert "Review: Lines without a date." in listed
    assert "Nobody answered call 0" in listed
    assert "S0" not in listed.partition("<main")[2]  # before it are random letters
    for why, ids in (("", {"K0", "K5"}), ("no_time", {"K0"})):
        answer = client.get(f"/import/{one.key}/dropped/entry_1.csv?why={why}")
        lines = csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig")))
        assert {line["customer_id"] for line in lines} == ids
    assert answer["Content-Disposition"] == 'attachment; filename="sales-entry_1-no_time.csv"'
    assert client.get(f"/import/{one.key}/dropped/entry_9.csv").status_code == 404


def test_hints_say_what_may_be_corrected(alice: User, empty_lake: Lake) -> None:
    client = signed_in(alice)
    lines = "".join(f"2025-03-{n:02},{n % 24:02}:30,{n % 10 + 1},{n % 11},{n * 5}\n" for n in range(1, 21))
    one = brought(client, survey_csv=f"Datum,Uhrzeit,Bewertung,Zufriedenheit,Punkte_Bewertung\n{lines}")
    shown = page(client, one)
    assert "Numbers from 1 to 10, read as a rating." in shown
    assert "Numbers from 0 to 100, read as points that people gave." in shown
    assert "The time of day comes from “Uhrzeit”." in shown
    assert '<option value="clock:Datum" selected>Time of day, with the date in “Datum”</option>' in shown
    taken_in(client, one)
    assert one.report is not None
    assert (one.report["dropped"], one.report["landed"]) == ({}, 60)
