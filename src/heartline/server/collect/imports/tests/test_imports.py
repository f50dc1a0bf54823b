"""Files come in by the page: brought, checked, corrected, taken in, reported, mended, brought again."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest
import yaml
from django.db import connection
from django.test.utils import CaptureQueriesContext

import heartline
from heartline.server.accounts.models import AuditEntry, User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.collect.imports import tasks
from heartline.server.collect.imports.models import Import, State
from heartline.server.jobs import worker
from heartline.store.lake import Lake

from .browsing import ORDERS, REVIEWS, brought, correct, page, send, taken_in

pytestmark = pytest.mark.django_db(transaction=True)


def test_files_are_brought_checked_taken_in_and_reported(alice: User, empty_lake: Lake) -> None:
    client = signed_in(alice)
    one = brought(client, bestellungen_csv=ORDERS, reviews_csv=REVIEWS)
    assert one.state == State.READY
    checking = page(client, one)
    assert "<strong>6 lines</strong> in 2 files." in checking
    assert "They tell of <strong>Order placed</strong>, <strong>Delivery</strong>, <strong>Review</strong>." in checking
    assert "<strong>6 events</strong> will land. <strong>50 in 100</strong> have a known customer." in checking
    assert "1 line with a date that cannot be read" in checking
    assert "1 line without a date" in checking
    assert "bestellungen.csv and reviews.csv belong together by Bestellnr" in checking
    assert "“Came fast”" in checking
    assert "<script>alert" not in client.get(f"/import/{one.key}/").content.decode()
    report = taken_in(client, one)
    assert "<strong>6 events</strong> landed." in report
    assert f"/import/{one.key}/dropped/?why=no_time" in report
    rows = heartline.open(empty_lake.folder).touchpoints(period="all").rows
    assert {row["label"]: row["interactions"] for row in rows} == {"Order placed": 2, "Delivery": 2, "Review": 2}
    assert not one.folder.exists()  # removed after use
    trail = AuditEntry.objects.filter(subject=one.key).order_by("pk")
    assert list(trail.values_list("by", "action")) == [
        ("alice@example.org", "bring_files"), ("alice@example.org", "start_import"), ("alice@example.org", "import"),
    ]  # fmt: skip
    past = client.get("/import/").content.decode()
    assert "bestellungen.csv, reviews.csv" in past
    assert "6 events landed" in past
    assert all('<a href="/folders/">Do files of one kind come again and again?' in seen for seen in (report, past))


def test_what_was_found_can_be_corrected_and_the_recipe_follows(alice: User, empty_lake: Lake) -> None:
    client = signed_in(alice)
    one = brought(client, orders_csv=ORDERS)
    correct(client, one, what="column", table="orders", column="Status", use="only:fertig")
    correct(client, one, what="touch", touch="orders.Lieferdatum", label="Paket da", stage="use", channel="delivery",
            since="Bestelldatum", promised="", wanted="yes")  # fmt: skip
    correct(client, one, what="journey", label="Eine Bestellung", counted_as="Bestellungen", starts="order_placed",
            goal="paket_da", per="ref", within_days="14", wanted="yes")  # fmt: skip
    checking = correct(client, one, what="general", source="Web shop", timezone="Europe/Berlin", currency="chf")
    assert "<strong>4 events</strong> will land." in checking
    assert 'value="Paket da"' in checking
    made = yaml.safe_load(client.get(f"/import/{one.key}/recipe.yaml").content)
    assert (made["source"], made["timezone"], made["currency"]) == ("web_shop", "Europe/Berlin", "CHF")
    assert made["touchpoints"]["paket_da"] == {"label": "Paket da", "stage": "use", "channel": "delivery"}
    assert made["journeys"]["order"]["goal"] == "paket_da"
    taken_in(client, one)
    answer = heartline.open(empty_lake.folder).paths(journey="order", through="paket_da", period="all")
    assert answer.figures["through_trips"].value == 2
    report = page(client, one)
    assert "To the map" in report


WRONG = [
    {"what": "column", "table": "orders", "column": "Nothing", "use": "text"},
    {"what": "column", "table": "orders", "column": "Status", "use": "score:unheard"},
    {"what": "touch", "touch": "nowhere", "label": "x"},
    {"what": "general", "source": "!!!"},
    {"what": "general", "timezone": "Europe/Nowhere"},
    {"what": "general", "currency": "XXL"},
    {"what": "journey", "goal": "nowhere"},
    {"what": "journey", "within_days": "soon"},
]


def test_what_cannot_be_is_refused_in_a_sentence_and_changes_nothing(alice: User, empty_lake: Lake) -> None:
    client = signed_in(alice)
    one = brought(client, orders_csv=ORDERS)
    before = one.plan
    for values in WRONG:
        answer = client.post(f"/import/{one.key}/correct/", values)
        assert answer.status_code == 400, values
        assert "That cannot be." in answer.content.decode()
        one.refresh_from_db()
        assert (one.plan, one.revision) == (before, 0), values


def test_contact_data_cannot_be_kept_as_a_detail(alice: User, empty_lake: Lake) -> None:
    client = signed_in(alice)
    one = brought(
        client, orders_csv="Kundenname,E-Mail,Bestelldatum\nAnna A,anna@x.de,2026-01-01\nBen B,b@x.de,2026-01-02\n"
    )
    assert client.post(
        f"/import/{one.key}/correct/", {"what": "column", "table": "orders", "column": "Kundenname", "use": "keep"}
    ).status_code == 400  # fmt: skip
    taken_in(client, one)
    table = heartline.open(empty_lake.folder).lake.at()
    rows = table.execute(table.rows("properties", "identifier")).to_pylist()
    assert "Anna" not in str(rows)
    assert "anna@" not in str(rows)


def test_dropped_lines_are_listed_downloaded_mended_and_imported_again(alice: User, empty_lake: Lake) -> None:
    client = signed_in(alice)
    one = brought(client, orders_csv=ORDERS)
    listed = client.get(f"/import/{one.key}/dropped/?why=unreadable_time").content.decode()
    assert "gestern" in listed  # before anything was taken in
    taken_in(client, one)
    assert page(client, one).count('/dropped/entry_1.csv"') == 1
    answer = client.get(f"/import/{one.key}/dropped/entry_1.csv")
    content = answer.getvalue().decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(content)))
    assert {line["dropped_because"] for line in lines} == {"unreadable_time", "no_time"}
    assert "'=1+1" in content  # no spreadsheet runs it
    mended = list(
        csv.DictReader(io.StringIO(content.replace("gestern", "2026-01-01 10:00:00").replace("'=1+1", "5.00")))
    )
    made = io.StringIO()
    writer = csv.DictWriter(made, list(mended[0]), delimiter=";")
    writer.writeheader()
    writer.writerows({**line, "occurred_at": line["occurred_at"] or "2026-01-02 11:00"} for line in mended)
    answer = send(client, f"/import/{one.key}/mend/", {"orders-entry_1.csv": made.getvalue().encode("cp1252")})
    assert answer.status_code == 302
    worker.run(once=True)
    again = Import.objects.latest("pk")
    assert "<strong>2 events</strong> will land." in page(client, again)
    assert "<strong>2 events</strong> landed." in taken_in(client, again)
    rows = heartline.open(empty_lake.folder).touchpoints(period="all").rows
    assert {row["touchpoint"]: row["interactions"] for row in rows} == {"order_placed": 4, "delivery": 2}


def test_a_file_that_is_not_of_the_dropped_lines_is_said_to_be_none(alice: User, empty_lake: Lake) -> None:
    client = signed_in(alice)
    one = brought(client, orders_csv=ORDERS)
    taken_in(client, one)
    send(client, f"/import/{one.key}/mend/", {"entry_1.csv": "a,b\n1,2\n"})
    worker.run(once=True)
    assert "No file has the columns that this recipe needs." in page(client, Import.objects.latest("pk"))


def test_newer_files_take_the_corrections_along_and_add_only_what_is_new(alice: User, empty_lake: Lake) -> None:
    client = signed_in(alice)
    one = brought(client, orders_csv=ORDERS)
    correct(client, one, what="touch", touch="orders.Lieferdatum", label="Paket da", stage="use")
    taken_in(client, one)
    newer = ORDERS + "A5;K3;06.01.2026 10:00;07.01.2026 10:00;3,00 €;Wien;fertig\n"
    send(client, f"/import/{one.key}/again/", {"export_januar.csv": newer, "other.csv": "a,b\n1,2\n"})
    worker.run(once=True)
    again = Import.objects.latest("pk")
    checking = page(client, again)
    assert "<strong>2 events</strong> will land." in checking
    assert "4 events are here already and are not doubled." in checking
    assert "other.csv does not have the columns that this recipe needs" in checking
    assert 'value="Paket da"' in checking
    assert "<strong>2 events</strong> landed." in taken_in(client, again)


def test_files_that_tell_of_nothing_ask_for_the_one_thing_that_is_missing(alice: User, empty_lake: Lake) -> None:
    client = signed_in(alice)
    one = brought(client, things_csv="colour,size\nred,5\nblue,6\n")
    checking = page(client, one)
    assert "Choose below which column is the time, a score or a text." in checking
    assert "Take it in</button>" not in checking
    checking = correct(client, one, what="column", table="things", column="colour", use="text")
    assert "2 lines without a date" in checking  # and the page asks for the period
    checking = correct(client, one, what="touch", touch="things.row", first="2025-01-01", last="2025-12-31")
    assert "<strong>2 events</strong> will land." in checking


def test_three_hundred_columns_and_no_more_queries(alice: User, empty_lake: Lake) -> None:
    client = signed_in(alice)
    small = brought(client, small_csv="when,q0\n2025-01-01,1\n2025-01-02,2\n")
    names = ",".join(["when", *(f"q{number}" for number in range(300))])
    lines = "\n".join(",".join([f"2025-01-{day:02}", *("1" * 300)]) for day in range(1, 29))
    wide = brought(client, wide_csv=f"{names}\n{lines}\n")

    def queries(one: Import) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/import/{one.key}/").status_code == 200
        return len(captured)

    assert page(client, wide).count('name="column"') == 301
    queries(small)
    assert queries(wide) == queries(small)


def test_formulas_in_cells_stay_texts(alice: User, empty_lake: Lake) -> None:
    client = signed_in(alice)
    one = brought(
        client, notes_csv="Datum,Kommentar\n2025-01-01,=cmd|' /C calc'!A0 said the customer twice\n2025-01-02,+1 good\n"
    )
    taken_in(client, one)
    rows = heartline.open(empty_lake.folder).verbatims(period="all").rows
    assert {row["text"] for row in rows} == {"=cmd|' /C calc'!A0 said the customer twice", "+1 good"}


def test_tasks_that_run_twice_change_nothing(alice: User, empty_lake: Lake) -> None:
    client = signed_in(alice)
    one = brought(client, orders_csv=ORDERS)
    taken_in(client, one)
    before = Import.objects.values().get(pk=one.pk)
    tasks.read.call(one.key)
    tasks.check.call(one.key, one.revision)
    tasks.land.call(one.key)
    assert Import.objects.values().get(pk=one.pk) == before


def test_progress_is_shown_and_survives_a_reload(alice: User, empty_lake: Lake) -> None:
    client = signed_in(alice)
    one = brought(client, orders_csv=ORDERS)
    Import.objects.filter(pk=one.pk).update(
        state=State.LANDING, progress={"doing": "importing", "what": "delivery", "rows": 3, "done": 1, "of": 2}
    )
    for _ in range(2):
        shown = page(client, one)
        assert "3 lines so far." in shown
        assert 'value="50"' in shown
        assert 'hx-trigger="every 1s"' in shown
    assert "<html" not in client.get(f"/import/{one.key}/", headers={"HX-Request": "true"}).content.decode()
    assert client.post(f"/import/{one.key}/start/").status_code == 409


def test_touchpoints_that_are_here_keep_their_names(alice: User, lake: Lake) -> None:
    with lake.write("test") as writer:
        writer.define("touchpoint", "delivery", {"label": "Zustellung", "stage": "delivery", "department": "Logistik"})
    client = signed_in(alice)
    one = brought(client, orders_csv=ORDERS)
    assert 'value="Zustellung"' in page(client, one)
    taken_in(client, one)
    body = heartline.open(lake.folder).lake.at().definitions.get("touchpoint", "delivery")
    assert (body["label"], body["department"]) == ("Zustellung", "Logistik")


def test_everything_is_said_in_german_where_german_is_asked(alice: User, empty_lake: Lake) -> None:
    client = signed_in(alice)
    send(client, "/import/", {"orders.csv": ORDERS}, **{"Accept-Language": "de"})
    worker.run(once=True)
    one = Import.objects.get()
    answer = client.get(f"/import/{one.key}/", headers={"Accept-Language": "de"})
    shown = unescape(re.sub(r"\s+", " ", answer.content.decode()))
    assert "Stimmt das so?" in shown
    assert "Bestellung aufgegeben" in shown
    assert "werden übernommen" in shown
