"""Plans and recipes of whole files: small ones written here, and real ones as their tools wrote them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import heartline
from heartline.collect import importing
from heartline.collect.guessing import guess, writing
from heartline.collect.guessing.plan import Plan, restored
from heartline.collect.tests.conftest import Shipped
from heartline.store.schema import INTERACTIONS
from heartline.workspace import Workspace

ORDERS = """Bestellnr;Kunde;E-Mail;Bestelldatum;Lieferdatum;Zugesagt am;Betrag;Filiale;Status
A1;K1;anna@x.de;31.12.2025 14:05;02.01.2026 09:00;03.01.2026;1.012,50 €;Berlin;fertig
A2;K2;ben@x.de;31.12.2025 15:00;05.01.2026 09:00;03.01.2026;7,00 €;Wien;fertig
A3;K1;anna@x.de;01.01.2026 08:00;;04.01.2026;12,00 €;Berlin;offen
"""
REVIEWS = """Nr,Order,Date,Rating,Comment,Page
1,A1,2026-01-04 10:00,5,Came fast,x
2,A2,2026-01-06 10:00,1,Much too late for me,y
"""


def planned(folder: Path, **files: str | Path) -> Plan:
    """Bring files and guess."""
    folder.mkdir(exist_ok=True)
    brought = []
    for name, content in files.items():
        path = content if isinstance(content, Path) else folder / f"{name}.csv"
        if not isinstance(content, Path):
            path.write_text(content, encoding="utf-8")
        brought.append(guess.bring(path, path.name, folder))
    return guess.plan(brought)


def landed(folder: Path, plan: Plan) -> tuple[importing.Report, Workspace]:
    """Write the recipe and import it."""
    (folder / "recipe.yaml").write_text(writing.recipe(plan), encoding="utf-8")
    report = importing.run(folder / "recipe.yaml", folder / "data", folder=folder, confined=True)
    return report, heartline.open(folder / "data")


def rows(workspace: Workspace) -> list[dict[str, Any]]:
    """Give what landed, in order of time."""
    snapshot = workspace.lake.at()
    table = snapshot.execute(snapshot.rows(*INTERACTIONS.names).order_by(["occurred_at", "id"]))
    return list(table.to_pylist())


def test_german_orders_and_english_reviews_become_one_journey(tmp_path: Path) -> None:
    plan = planned(tmp_path, bestellungen=ORDERS, reviews=REVIEWS)
    assert [(touch.table, touch.key, touch.time) for touch in plan.touches] == [
        ("bestellungen", "order_placed", "Bestelldatum"), ("bestellungen", "delivery", "Lieferdatum"),
        ("reviews", "review", "Date"),
    ]  # fmt: skip
    assert [(join.left_column, join.right_column, join.share) for join in plan.joins] == [("Bestellnr", "Order", 1.0)]
    assert plan.currency == "EUR"
    journey = plan.journey
    assert journey is not None
    assert (journey.per, journey.starts, journey.goal, journey.designed) == (
        "ref", "order_placed", "delivery", ["order_placed", "delivery"],
    )  # fmt: skip
    plan.timezone = "Europe/Berlin"
    report, workspace = landed(tmp_path, plan)
    assert (report.read, report.landed, report.dropped, report.known) == (7, 7, {}, 7)
    first, _, _, delivered, review, late, complaint = rows(workspace)
    assert (first["occurred_at"].isoformat(), str(first["amount"]), first["currency"], first["unit"]) == (
        "2025-12-31T13:05:00+00:00", "1012.5000", "EUR", "Berlin",
    )  # fmt: skip
    assert (delivered["touchpoint"], delivered["wait_s"], delivered["succeeded"]) == ("delivery", 154_500.0, True)
    assert (late["touchpoint"], late["succeeded"]) == ("delivery", False)
    assert (review["ref"], review["score"], review["scale"], review["text"]) == ("A1", 5.0, "stars5", "Came fast")
    assert review["customer"] == first["customer"]  # known by the order's number, from the other file
    assert (complaint["feeling"], complaint["unit"]) == (-1.0, "Wien")
    assert workspace.paths(journey="order", through="delivery").figures["trips"].n == 3


def test_importing_again_changes_nothing_and_a_finished_order_adds_its_delivery(tmp_path: Path) -> None:
    plan = planned(tmp_path, orders=ORDERS)
    landed(tmp_path, plan)
    again, _ = landed(tmp_path, plan)
    assert (again.landed, again.there) == (0, 5)
    newer = tmp_path / "newer"
    newer.mkdir()
    (newer / "export.csv").write_text(
        ORDERS.replace("A3;K1;anna@x.de;01.01.2026 08:00;;", "A3;K1;anna@x.de;01.01.2026 08:00;06.01.2026 10:00;")
    )
    made, odd = guess.again(plan.stored(), [guess.bring(newer / "export.csv", "export.csv", newer)])
    assert odd == []
    (newer / "recipe.yaml").write_text(writing.recipe(made))
    report = importing.run(newer / "recipe.yaml", tmp_path / "data", folder=newer, confined=True)
    assert (report.landed, report.there) == (1, 5)


def test_a_newer_file_without_a_column_is_said_not_to_fit(tmp_path: Path) -> None:
    plan = planned(tmp_path, orders=ORDERS)
    other = tmp_path / "other"
    other.mkdir()
    (other / "things.csv").write_text("a,b\n1,2\n")
    made, odd = guess.again(plan.stored(), [guess.bring(other / "things.csv", "things.csv", other)])
    assert odd == ["things.csv"]
    assert made.tables == []


def test_a_plan_is_stored_and_restored_whole(tmp_path: Path) -> None:
    plan = planned(tmp_path, orders=ORDERS, reviews=REVIEWS)
    assert writing.recipe(restored(plan.stored())) == writing.recipe(plan)


def test_lines_that_cannot_land_are_kept_with_their_reason_in_a_rehearsal_too(tmp_path: Path) -> None:
    broken = ORDERS.replace("31.12.2025 15:00", "yesterday").replace("01.01.2026 08:00", "")
    plan = planned(tmp_path, orders=broken)
    (tmp_path / "recipe.yaml").write_text(writing.recipe(plan), encoding="utf-8")
    report = importing.run(
        tmp_path / "recipe.yaml", tmp_path / "data", folder=tmp_path, dry_run=True, dropped=tmp_path / "dropped"
    )
    assert report.dropped == {"no_time": 1, "unreadable_time": 1}
    assert report.quarantine is not None
    (kept,) = report.quarantine.glob("*.text.csv")
    assert "yesterday" in kept.read_text()
    assert not (tmp_path / "data").exists()


def test_a_recipe_runs_from_the_files_as_they_came(tmp_path: Path) -> None:
    plan = planned(tmp_path, orders=ORDERS)
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "orders.csv").write_text(ORDERS, encoding="utf-16")
    (tmp_path / "recipe.yaml").write_text(writing.recipe(plan), encoding="utf-8")
    assert importing.run(tmp_path / "recipe.yaml", tmp_path / "data", folder=raw).landed == 5


@pytest.mark.parametrize("kind", ["json", "ndjson", "parquet"])
def test_files_with_types_of_their_own(tmp_path: Path, kind: str) -> None:
    import json
    from datetime import datetime

    import pyarrow as pa
    import pyarrow.parquet as pq

    listed = [
        {"order_id": number, "user_id": f"u{number % 3}", "ordered_at": f"2025-03-0{number % 9 + 1} 10:00:00",
         "total": 9.5, "items": [1, 2]} for number in range(1, 30)
    ]  # fmt: skip
    path = tmp_path / f"orders.{kind}"
    if kind == "parquet":
        table = [{**row, "ordered_at": datetime.fromisoformat(str(row["ordered_at"]))} for row in listed]
        pq.write_table(pa.Table.from_pylist(table), path)
    else:
        path.write_text(json.dumps(listed) if kind == "json" else "\n".join(map(json.dumps, listed)))
    plan = guess.plan([guess.bring(path, path.name, tmp_path)])
    report, workspace = landed(tmp_path, plan)
    assert (report.landed, report.dropped, report.known) == (29, {}, 29)
    assert {str(row["amount"]) for row in rows(workspace)} == {"9.5000"}


def test_columns_that_are_kept_never_become_something_else(tmp_path: Path) -> None:
    plan = planned(
        tmp_path, notes="when,user_id,language,card,seq,select\n2025-01-01,u1,de,visa,5,x\n2025-01-02,u2,en,amex,6,y\n"
    )
    for name in ("language", "card", "seq", "select"):
        column = plan.tables[0].column(name)
        assert column is not None
        column.use, column.detail, column.contact = "keep", "", False
    _, workspace = landed(tmp_path, plan)
    first = rows(workspace)[0]
    assert first["properties"] == '{"language_given":"de","card_given":"visa","seq_given":"5","select":"x"}'


def test_the_nine_files_of_a_marketplace_as_they_come(shared_data: Path, tmp_path: Path, shipped: Shipped) -> None:
    plan = planned(tmp_path, **{path.name: path for path in sorted((shared_data / "olist").glob("*.csv.gz"))})
    plan.timezone, plan.currency = "America/Sao_Paulo", "BRL"
    complete = plan.table("coverage").column("complete")
    assert complete is not None
    complete.use, complete.detail = "only", "1"  # the one correction: only orders that are in all files
    _, workspace = landed(tmp_path, plan)
    found = {row["touchpoint"]: row["interactions"] for row in workspace.touchpoints(period="all").rows}
    assert found["order_placed"] == 9_794
    assert found["delivery"] == 7_608
    figures = {row["measure"]: row for row in workspace.scores(period="all").rows}
    theirs = heartline.open(shipped("olist", "olist")[0].folder)
    assert found == {row["touchpoint"]: row["interactions"] for row in theirs.touchpoints(period="all").rows}
    for row in theirs.scores(period="all").rows:
        assert (figures[row["measure"]]["value"], figures[row["measure"]]["n"]) == (row["value"], row["n"])
    mine, other = (one.paths(journey="order", through="delivery", period="all") for one in (workspace, theirs))
    for name in ("trips", "customers", "paths", "through_trips", "through_paths"):
        assert mine.figures[name].value == other.figures[name].value, name


@pytest.mark.parametrize(
    ("name", "landing", "known"),
    [
        ("uci_online_retail/online_retail.csv.gz", 541_909, 406_829),
        ("helpdesk_log/helpdesk.csv.gz", 21_348, 21_348),
        ("touchpoint_sessions/touchpoint_sessions.csv.gz", 13_159, 13_159),
        ("nps_bank_synthetic/nps_bank_synthetic.csv.gz", 5_000, 0),
    ],
)
def test_real_files_land_whole_without_a_correction(
    shared_data: Path, tmp_path: Path, name: str, landing: int, known: int
) -> None:
    report, _ = landed(tmp_path, planned(tmp_path, file=shared_data / name))
    without_time = {"no_time": report.read - landing} if report.read > landing else {}
    assert (report.landed, report.dropped, report.known) == (landing, without_time, known)


def test_reviews_without_a_time_land_once_their_years_are_said(shared_data: Path, tmp_path: Path) -> None:
    plan = planned(tmp_path, file=shared_data / "womens_clothing_reviews/womens_clothing_reviews.csv.gz")
    plan.touches[0].first, plan.touches[0].last = "2016-01-01", "2017-12-31"
    report, workspace = landed(tmp_path, plan)
    assert (report.landed, report.dropped) == (23_486, {})
    (stars,) = [
        row for row in workspace.scores(period="all").rows if row["scale"] == "stars5" and row["measure"] == "mean"
    ]
    assert stars["n"] == 23_486


def test_a_survey_of_an_airport_gives_its_nps(shared_data: Path, tmp_path: Path) -> None:
    plan = planned(tmp_path, file=shared_data / "sfo_airport_survey/sfo_survey_2017.csv.gz")
    assert (plan.touches[0].first, plan.touches[0].last) == ("2017-01-01", "2017-12-31")
    report, workspace = landed(tmp_path, plan)
    assert report.dropped == {"score_out_of_range": 84}  # 11 stands for no answer; one field is empty
    (nps,) = [row for row in workspace.scores(period="all").rows if row["measure"] == "nps"]
    assert (round(nps["value"], 2), nps["n"]) == (39.84, 2_746)
