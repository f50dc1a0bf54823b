"""The shipped recipes on the real files they are for: exact numbers, through the lake."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis
import pytest

from heartline.collect import recipe
from heartline.collect.importing import run
from heartline.collect.tests.conftest import RECIPES, Shipped
from heartline.store.lake import Lake


def counts(lake: Lake, by: str) -> dict[Any, int]:
    snapshot = lake.at()
    rows = snapshot.rows(by).group_by(by).aggregate(n=ibis._.count())
    return {row[by]: row["n"] for row in snapshot.execute(rows).to_pylist()}


def one(lake: Lake, columns: tuple[str, ...], **what: Any) -> dict[str, Any]:
    snapshot = lake.at()
    (found,) = snapshot.execute(snapshot.rows(*columns).aggregate(**what)).to_pylist()
    return dict(found)


@pytest.mark.parametrize("path", sorted(RECIPES.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_recipe_reads(path: Path) -> None:
    assert recipe.read(path).interactions


def test_olist_lands_its_complete_core(shipped: Shipped) -> None:
    lake, report = shipped("olist", "olist")
    assert (report.landed, report.dropped, report.refused, report.known_share) == (45_866, {}, 0, 1.0)
    assert counts(lake, "touchpoint") == {
        "order_placed": 9_794,
        "payment_approved": 9_793,
        "handed_to_carrier": 8_788,
        "delivery": 7_608,
        "review": 9_883,
    }
    found = one(lake, ("ref", "customer", "unit", "product", "amount"), orders=ibis._.ref.nunique(),
                customers=ibis._.customer.nunique(), amount=ibis._.amount.sum())  # fmt: skip
    assert (found["orders"], found["customers"], str(found["amount"])) == (9_794, 9_689, "1667832.9500")


def test_olist_orders_on_time_are_felt_better_than_late_and_lost_ones(shipped: Shipped) -> None:
    lake, _ = shipped("olist", "olist")
    snapshot = lake.at()
    rows = snapshot.rows("ref", "touchpoint", "succeeded", "score", "occurred_at")
    delivered = rows.filter(rows.touchpoint == "delivery").select("ref", "succeeded")
    reviews = rows.filter(rows.touchpoint == "review").group_by("ref").aggregate(score=ibis._.score.mean())
    orders = rows.filter(rows.touchpoint == "order_placed").select("ref")
    joined = orders.left_join(delivered, "ref").drop("ref_right").inner_join(reviews, "ref")
    by = joined.group_by("succeeded").aggregate(orders=ibis._.count(), stars=ibis._.score.mean())
    found = {row["succeeded"]: (row["orders"], round(row["stars"], 2)) for row in snapshot.execute(by).to_pylist()}
    assert found == {True: (7_107, 4.27), False: (501, 2.14), None: (2_186, 1.76)}


def test_olist_defines_its_journey_touchpoints_sellers_and_products(shipped: Shipped) -> None:
    defined = shipped("olist", "olist")[0].at().definitions
    assert defined.all("journey")["order"] == {
        "label": "An order", "counted_as": "orders", "per": "ref", "starts": ["order_placed"], "goal": "delivery",
        "ends": "limit", "within_s": 180 * 86_400.0,
        "designed": ["order_placed", "payment_approved", "handed_to_carrier", "delivery"],
    }  # fmt: skip
    assert defined.stages == ("purchase", "delivery", "advocacy")
    assert (defined.settings["timezone"], defined.settings["currency"]) == ("America/Sao_Paulo", "BRL")
    assert "expected_wait_s" not in defined.all("touchpoint")["delivery"]
    sao_paulo = defined.units_below(["SP"])
    assert len(sao_paulo) > 100
    assert defined.units_below(["brazil"]) > sao_paulo
    assert len(defined.products_in(["health_beauty"])) > 100


def test_olist_again_changes_nothing(shipped: Shipped, shared_data: Path) -> None:
    lake, _ = shipped("olist", "olist")
    again = run(RECIPES / "olist.yaml", lake.folder, folder=shared_data / "olist")
    assert (again.read, again.landed, again.there, again.version) == (45_866, 0, 45_866, None)


def test_uci_lands_every_line(shipped: Shipped) -> None:
    lake, report = shipped("uci_online_retail", "uci_online_retail")
    assert (report.read, report.landed, report.landed - report.known) == (541_909, 541_909, 135_080)
    found = one(lake, ("id", "customer", "amount", "currency", "ref"), ids=ibis._.id.nunique(),
                people=ibis._.customer.nunique(), refs=ibis._.ref.nunique(), amount=ibis._.amount.sum(),
                nobody=ibis._.customer.isnull().sum(), currencies=ibis._.currency.nunique())  # fmt: skip
    assert found == {
        "ids": 541_909, "people": 4_372, "refs": 25_900, "amount": Decimal("9747747.9340"),
        "nobody": 135_080, "currencies": 1,
    }  # fmt: skip


def test_uci_returns_are_negative(shipped: Shipped) -> None:
    lake, _ = shipped("uci_online_retail", "uci_online_retail")
    snapshot = lake.at()
    rows = snapshot.rows("touchpoint", "amount")
    by = rows.group_by("touchpoint").aggregate(n=ibis._.count(), most=ibis._.amount.max(), least=ibis._.amount.min())
    found = {row.pop("touchpoint"): row for row in snapshot.execute(by).to_pylist()}
    assert found["return"]["n"] == 9_288
    assert found["return"]["most"] < 0
    assert found["purchase"]["least"] >= 0
    assert found["bad_debt"] == {"n": 2, "most": Decimal("-11062.06"), "least": Decimal("-11062.06")}
    assert sum(row["n"] for row in found.values()) == 541_909


def test_sfo_surveys_of_eight_years_rate_the_same_touchpoints(shipped: Shipped) -> None:
    lake, report = shipped("sfo_airport", "sfo_airport_survey")
    assert report.dropped == {}
    assert report.known_share == 1.0
    snapshot = lake.at()
    rows = snapshot.rows("occurred_at", "touchpoint", "score", "scale", "ref")
    nps = rows.filter(rows.scale == "nps")
    found = nps.aggregate(
        n=ibis._.count(), up=(ibis._.score >= 9).sum(), down=(ibis._.score <= 6).sum(),
        years=ibis._.occurred_at.year().nunique(), year=ibis._.occurred_at.year().max(),
    )  # fmt: skip
    (told,) = snapshot.execute(found).to_pylist()
    assert (told["n"], told["years"], told["year"]) == (2_746, 1, 2017)
    assert round(100 * (told["up"] - told["down"]) / told["n"], 2) == 39.84
    csat = rows.filter(rows.scale == "csat5")
    (ends,) = snapshot.execute(csat.aggregate(low=ibis._.score.min(), high=ibis._.score.max())).to_pylist()
    assert ends == {"low": 1, "high": 5}
    whole = csat.filter(csat.touchpoint == "restrooms").group_by(year=ibis._.occurred_at.year())
    by_year = {row["year"]: row["n"] for row in snapshot.execute(whole.aggregate(n=ibis._.count())).to_pylist()}
    assert by_year == {2010: 2924, 2011: 3510, 2012: 3205, 2013: 3263, 2014: 2607, 2015: 2780, 2016: 2882, 2017: 2653}


def test_helpdesk_lands_from_xes(shipped: Shipped) -> None:
    lake, report = shipped("helpdesk", "helpdesk_log")
    assert (report.landed, report.dropped, report.known_share) == (21_348, {}, 1.0)
    found = one(lake, ("ref", "customer"), refs=ibis._.ref.nunique(), people=ibis._.customer.nunique())
    assert found == {"refs": 4_580, "people": 397}
    touchpoints = counts(lake, "touchpoint")
    assert len(touchpoints) == 14
    assert (touchpoints["take_in_charge_ticket"], touchpoints["closed"], touchpoints["duplicate"]) == (5_060, 4_574, 1)
    assert lake.at().definitions.all("journey")["ticket"]["starts"] == "any"


def test_incidents_land_from_xes_in_the_order_of_the_log(shipped: Shipped, shared_data: Path) -> None:
    lake, report = shipped("bpic2013_incidents", "bpic2013_incidents")
    assert (report.landed, report.known) == (65_533, 0)
    assert one(lake, ("ref",), refs=ibis._.ref.nunique()) == {"refs": 7_554}
    assert counts(lake, "touchpoint").keys() == {"accepted", "queued", "completed", "unmatched"}
    snapshot = lake.at()
    first = snapshot.execute(snapshot.rows("seq", "ref", "event", "properties").order_by("seq").limit(1)).to_pylist()[0]
    assert (first["seq"], first["ref"], first["event"]) == (0, "1-364285768", "Accepted")
    assert json.loads(first["properties"])["lifecycle:transition"] == "In Progress"


def test_clothing_reviews_land_without_person_and_time(shipped: Shipped) -> None:
    lake, report = shipped("womens_clothing", "womens_clothing_reviews")
    assert (report.landed, report.known, report.dropped) == (23_486, 0, {})
    assert counts(lake, "occurred_precision") == {"period": 23_486}
    assert counts(lake, "about") == {"clothing": 23_486}
    assert counts(lake, "score") == {1.0: 842, 2.0: 1_565, 3.0: 2_871, 4.0: 5_077, 5.0: 13_131}
    found = one(lake, ("customer", "text", "id"), known=ibis._.customer.count(), ids=ibis._.id.nunique())
    assert found == {"known": 0, "ids": 23_486}
