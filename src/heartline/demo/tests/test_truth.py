"""What was planted is found again by the product's own answers, and the product never looks it up."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from datetime import date
from pathlib import Path
from shutil import rmtree
from typing import Any

import pyarrow.parquet as pq
import pytest

from heartline.demo import make
from heartline.listen.text import showing
from heartline.workspace import Workspace
from heartline.workspace import open as open_data

ROOT = Path(__file__).resolve().parents[4]
CUSTOMERS, UNTIL = 5_000, date(2026, 1, 31)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, dict[str, Any], Path]:
    """Give the demo company, its planted truths, and the files that it was imported from."""
    folder, files = tmp_path_factory.mktemp("demo"), tmp_path_factory.mktemp("files")
    make(folder / "data", CUSTOMERS, 7, UNTIL, files=files)
    return open_data(folder / "data"), json.loads((folder / "data" / "truth.json").read_text()), files


def planted(truth: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(one["journey"], one["touchpoint"]): one for one in truth["touchpoints"]}


def test_every_row_landed_and_nobody_was_mixed_up(made: tuple[Workspace, dict[str, Any], Path]) -> None:
    workspace, truth, files = made
    snapshot = workspace.lake.at()
    rows = snapshot.rows("id", "customer", "touchpoint", "source")
    found = snapshot.execute(rows.aggregate(n=rows.count(), people=rows.customer.nunique()))
    assert found["n"][0].as_py() == truth["interactions"] == sum(truth["rows"].values()) - CUSTOMERS
    strangers = pq.read_table(files / "web.parquet", columns=["device", "customer"])
    unknown = set(strangers["device"].to_pylist()) - {None}
    known = set(pq.read_table(files / "orders.parquet", columns=["device"])["device"].to_pylist())
    signed_in = {
        device
        for device, person in zip(strangers["device"].to_pylist(), strangers["customer"].to_pylist(), strict=True)
        if person is not None
    }
    alone = unknown - known - signed_in
    assert CUSTOMERS < found["people"][0].as_py() <= CUSTOMERS + len(alone)


def test_the_share_that_had_it_bad_is_found(made: tuple[Workspace, dict[str, Any], Path]) -> None:
    workspace, truth, _ = made
    for (journey, touchpoint), one in planted(truth).items():
        found = {row["touchpoint"]: row for row in workspace.touchpoints(journey=journey, period="all").rows}
        row = found[touchpoint]
        assert row["share_bad_low"] <= one["share_bad"] <= row["share_bad_high"], (journey, touchpoint)


def test_how_much_it_hurts_is_found_within_its_interval(made: tuple[Workspace, dict[str, Any], Path]) -> None:
    workspace, truth, _ = made
    within = {}
    for (journey, touchpoint), one in planted(truth).items():
        found = {row["touchpoint"]: row for row in workspace.touchpoints(journey=journey, period="all").rows}
        row = found[touchpoint]
        within[touchpoint] = row["contrast_low"] <= one["contrast"] <= row["contrast_high"]
    assert len(within) == 8
    assert sum(within.values()) >= 7, within  # of eight intervals at 95 %, one may miss
    assert within["delivery"]
    assert within["refund"]


def test_whom_it_hurts_is_found(made: tuple[Workspace, dict[str, Any], Path]) -> None:
    workspace, truth, _ = made
    by_country = planted(truth)["order", "delivery"]["by_country"]
    bad = {}
    for country, one in by_country.items():
        rows = workspace.touchpoints(journey="order", unit=country, period="all").rows
        row = next(row for row in rows if row["touchpoint"] == "delivery")
        bad[country] = row["share_bad"]
        assert row["share_bad_low"] <= one["share_bad"] <= row["share_bad_high"]
    assert max(bad, key=lambda country: bad[country]) == "es"


def test_families_wait_longest_for_the_phone(made: tuple[Workspace, dict[str, Any], Path]) -> None:
    """They are a group of people that is defined, and its share is theirs exactly."""
    workspace, truth, _ = made
    by_family = planted(truth)["support", "call"]["by_family"]
    rows = workspace.touchpoints(journey="support", segment="families", period="all").rows
    row = next(row for row in rows if row["touchpoint"] == "call")
    assert row["share_bad_low"] <= by_family["yes"]["share_bad"] <= row["share_bad_high"]
    assert row["share_bad_low"] > by_family["no"]["share_bad"] + 0.02


def test_every_group_of_people_is_somebody(made: tuple[Workspace, dict[str, Any], Path]) -> None:
    workspace, _, _ = made
    groups = workspace.lake.at().definitions.all("segment")
    assert len(groups) == 6
    for group, body in groups.items():
        people = float(workspace.touchpoints(segment=group, period="all").figures["people"].value or 0)
        assert 0.04 * CUSTOMERS < people < 0.8 * CUSTOMERS, group
        assert set(body["labels"]) == {"de", "es"}


@pytest.mark.parametrize(
    ("what", "after", "of", "worst"),
    [
        ("parcels lost", "parcel_lost", "handed_to_carrier", "es"),
        ("orders cancelled", "order_cancelled", "order_placed", None),
        ("orders never fetched", "not_collected", "collect_ordered", None),
    ],
)
def test_what_never_arrives_is_found(
    made: tuple[Workspace, dict[str, Any], Path], what: str, after: str, of: str, worst: str | None
) -> None:
    workspace, truth, _ = made
    one = truth["never_came_about"][what]
    journey = "click_and_collect" if after == "not_collected" else "order"
    rows = {row["touchpoint"]: row for row in workspace.touchpoints(journey=journey, period="all").rows}
    some = rows[after]["interactions"] if after in rows else 0
    assert some == pytest.approx(one["orders"], rel=0.1)  # some of the last weeks are still to come
    assert some / rows[of]["interactions"] == pytest.approx(one["share"], abs=0.006)
    if worst:
        shares = one["share_by_country"]
        assert max(shares, key=lambda country: shares[country]) == worst


def test_payments_are_declined_where_it_was_planted(made: tuple[Workspace, dict[str, Any], Path]) -> None:
    workspace, truth, _ = made
    planted_shares = truth["never_came_about"]["payments declined"]["share_by_country"]
    for country, share in planted_shares.items():
        rows = workspace.touchpoints(journey="shopping", unit=country, period="all").rows
        row = next(row for row in rows if row["touchpoint"] == "payment")
        assert row["share_bad_low"] <= share <= row["share_bad_high"]
    assert max(planted_shares, key=lambda country: planted_shares[country]) == "es"


def test_journeys_go_wrong_in_lifelike_shares(made: tuple[Workspace, dict[str, Any], Path]) -> None:
    """Not every order arrives, not every basket is paid for, not every return is sent."""
    workspace, _, _ = made
    goals = {row["journey"]: row["goal_share"] for row in workspace.journeys(period="all").rows}
    assert 0.93 < goals["order"] < 0.97
    assert 0.93 < goals["click_and_collect"] < 0.98
    assert 0.85 < goals["return"] < 0.97
    steps = {
        row["step"]: row for row in workspace.funnel("shopping", steps=("basket", "order_confirmed"), period="all").rows
    }
    assert 0.3 < steps["order_confirmed"]["lost"] < 0.75


def test_the_strike_is_seen_where_it_was(made: tuple[Workspace, dict[str, Any], Path]) -> None:
    workspace, truth, _ = made
    strike = next(event for event in truth["events"] if event["key"] == "strike")
    during = f"{strike['first']}/{strike['last']}"

    def late(unit: str, period: str) -> float:
        rows = workspace.waits(touchpoint="delivery", unit=unit, period=period).rows
        return float(rows[0]["over"])

    assert late("de", during) > max(0.5, 2.5 * late("de", "all"))
    assert late("uk", during) < 0.4


def test_how_long_people_bear_a_delivery_is_found(made: tuple[Workspace, dict[str, Any], Path]) -> None:
    workspace, truth, _ = made
    rows = workspace.waits(journey="order", period="all").rows
    row = next(row for row in rows if row["touchpoint"] == "delivery")
    assert row["knee_s_low"] <= truth["waits"]["delivery"]["people_bear_s"] <= row["knee_s_high"]
    assert row["expected_s"] == truth["waits"]["delivery"]["promised_s"]


def test_who_left_is_never_seen_to_buy_again(made: tuple[Workspace, dict[str, Any], Path]) -> None:
    workspace, truth, _ = made
    leaving = truth["leaving"]
    assert leaving["customers"] == sum(one["customers"] for one in leaving["reasons"].values())
    buying = {"order_placed", "collect_ordered", "store_purchase", "checkout"}
    for one in leaving["some_who_left"][:10]:
        seen = workspace.customer(identifier=f"customer_id:{one['customer']}", limit=1_000).rows
        bought = [str(row["occurred_at"])[:10] for row in seen if row["touchpoint"] in buying]
        assert all(day <= one["day"] for day in bought), one


def test_whoever_waited_too_long_is_less_likely_to_come_back(made: tuple[Workspace, dict[str, Any], Path]) -> None:
    workspace, truth, files = made
    parcels = pq.read_table(files / "parcels.parquet").to_pylist()
    late = {one["customer"] for one in parcels if one["event"] == "delivery" and one["wait_s"] > 5 * 86_400}
    gone = {one["customer"] for one in truth["leaving"]["some_who_left"]}
    everybody = {one["customer"] for one in parcels}
    assert len(late & gone) / len(late) > 1.3 * len(gone & everybody - late) / len(everybody - late)
    reasons = truth["leaving"]["reasons"]
    assert max(reasons, key=lambda reason: reasons[reason]["customers"]) == "late delivery"
    closed = workspace.touchpoints(period="all").rows
    assert next(row for row in closed if row["touchpoint"] == "account_closed")["people"] > 0


def test_about_a_tenth_of_the_sales_is_of_nobody_known(made: tuple[Workspace, dict[str, Any], Path]) -> None:
    workspace, truth, _ = made
    snapshot = workspace.lake.at()
    rows = snapshot.rows("touchpoint", "customer", "amount")
    sales = rows.filter(rows.touchpoint.isin(["order_placed", "collect_ordered", "store_purchase"]))
    found = snapshot.execute(sales.aggregate(n=sales.count(), known=sales.customer.count()))
    unknown = 1 - found["known"][0].as_py() / found["n"][0].as_py()
    assert found["n"][0].as_py() == truth["money"]["sales"]
    assert unknown == pytest.approx(truth["money"]["sales_of_nobody_known"], abs=5e-5)
    assert 0.07 < unknown < 0.13


def test_feedback_is_rare_and_those_who_answer_are_not_like_all(
    made: tuple[Workspace, dict[str, Any], Path],
) -> None:
    _, truth, _ = made
    for one in truth["touchpoints"]:
        if one["touchpoint"] == "payment":  # nobody is asked about it
            assert one["answered"] == 0
            continue
        assert 0.02 < one["answered"] / one["trips"] < 0.35
    hurt = planted(truth)["return", "refund"]
    assert hurt["feeling_of_all"] != pytest.approx(hurt["feeling_of_those_who_answer"], abs=0.01)


def test_nobody_is_named_in_the_lake(made: tuple[Workspace, dict[str, Any], Path]) -> None:
    workspace, _, files = made
    people = pq.read_table(files / "customers.parquet").slice(0, 100).to_pylist()
    wanted = {one[name] for one in people for name in ("email", "phone", "card", "name", "customer")}
    wanted |= set(pq.read_table(files / "orders.parquet", columns=["device"])["device"].slice(0, 100).to_pylist())
    lake = workspace.lake.folder / "lake"
    seen: set[str] = set()
    for path in lake.rglob("*.parquet"):
        for column in pq.read_table(path, partitioning=None).itercolumns():
            if str(column.type) == "string" or "dictionary" in str(column.type):
                seen.update(text for text in column.unique().to_pylist() if text)
    assert len(seen) > 10_000
    said = re.sub("[0-9a-f]{32}", "", "\n".join(sorted(seen)))  # among so many digits any short name comes up by chance
    assert [name for name in wanted if name is not None and name in said and " " not in name] == []
    assert not wanted & seen


def test_the_product_never_looks_at_what_was_planted() -> None:
    listing = subprocess.run(["git", "ls-files", "src"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    product = [
        path
        for name in listing.splitlines()
        if (path := ROOT / name).suffix in (".py", ".html", ".js", ".yaml")
        and path.is_file()
        and not name.startswith("src/heartline/demo/")
        and name != "src/heartline/cli/demo.py"  # says where it is
        and "tests" not in path.parts
    ]
    assert len(product) > 100
    named = {path: path.read_text(encoding="utf-8") for path in product}
    knowing = {path: text for path, text in named.items() if "truth.json" in text}
    for path, text in knowing.items():  # who removes the demo company removes it, and does nothing else with it
        uses = [line.strip() for line in text.splitlines() if re.search(r"truth\.json|\bTRUTH\b", line)]
        odd = [line for line in uses if "unlink" not in line and line != 'TRUTH = "truth.json"']
        assert odd == [], path


def test_answers_stay_the_same_without_what_was_planted(tmp_path: Path) -> None:
    make(tmp_path, 60, 7, UNTIL)
    before = open_data(tmp_path).touchpoints(period="all", journey="order").rows
    (tmp_path / "truth.json").unlink()
    rmtree(tmp_path / "cache")
    assert open_data(tmp_path).touchpoints(period="all", journey="order").rows == before


def test_what_surveys_were_planted_with_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers to the last one; shares who found it; emotions as they were written, in three languages."""
    monkeypatch.setenv("HEARTLINE_ENCODER", "use")
    make(tmp_path, 500, 7, UNTIL, read=20_000)
    workspace = open_data(tmp_path)
    truth = json.loads((tmp_path / "truth.json").read_text())["surveys"]
    for key, count in truth["responses"].items():
        found = workspace.call("questions", {"survey": key, "period": "all"})
        assert found.figures["responses"].value == count
    rows = workspace.call("questions", {"survey": "found_it", "period": "all", "by": "unit"}).rows
    told = {row["group"]: row for row in rows if (row["measure"], row["question"]) == ("top", "found")}
    for country, one in truth["found"].items():
        assert told[f"{country}_online"]["n"] == one["asked"]
        assert told[f"{country}_online"]["value"] == pytest.approx(one["yes"] / one["asked"])
    snapshot = workspace.lake.at()
    texts = snapshot.rows("id", "text", "properties")
    texts = texts.filter(texts.text.notnull(), texts.properties.contains('"unpacked"'))
    found_texts = snapshot.execute(texts.select("id", "text"))
    shown = Counter(showing.emotions_of(snapshot, found_texts["id"].to_pylist(), found_texts["text"].to_pylist()))
    planted = truth["emotions"]
    assert sum(planted.values()) == found_texts.num_rows
    for emotion, count in planted.items():
        assert 0.5 * count - 1 <= shown[emotion] <= 1.3 * count + 3, (emotion, count, shown)
    assert max(planted, key=lambda name: planted[name]) == "joy"
    assert next(name for name, _ in shown.most_common() if name != "none") in ("joy", "trust")
    themes = workspace.themes(period="all").rows
    assert {row["theme"] for row in themes[:6]} & {"delivery", "product", "waiting"}
    assert {row["theme"] for row in workspace.themes(period="all", sort="need").rows} >= {"need_unmet"}
    assert not [note for note in workspace.themes(period="all").notes if "unread" in note.values]
