"""Real files, by the recipes that are shipped: the answers that are known of them come out exact."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest

import heartline
from heartline.collect.importing import run
from heartline.core.result import Result
from heartline.core.scales import SCALES
from heartline.workspace import Workspace

RECIPES = Path(__file__).resolve().parents[2] / "recipes"


def stars(feeling: float) -> float:
    """Turn a feeling back into stars: it is linear from 1 to 5."""
    scale = SCALES["stars5"]
    return scale.low + (feeling + 1) / 2 * (scale.high - scale.low)


@pytest.fixture(scope="module")
def olist(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("olist")
    run(RECIPES / "olist.yaml", folder, folder=shared_data / "olist")
    return heartline.open(folder)


def test_orders_delivered_late_end_two_stars_lower(olist: Workspace) -> None:
    """9,794 orders: 7,107 delivered on time with 4.27 stars, 501 late with 2.14, 2,186 not delivered with 1.76."""
    result = olist.touchpoints(journey="order", period="all")
    assert result.figures["trips"].value == 9794
    delivery = next(row for row in result.rows if row["touchpoint"] == "delivery")
    assert (delivery["interactions"], delivery["share_bad_n"]) == (7608, 7608)
    assert [delivery[f"after_{how}_n"] for how in ("good", "bad", "none")] == [7107, 501, 2186]
    assert [round(stars(delivery[f"after_{how}"]), 2) for how in ("good", "bad", "none")] == [4.27, 2.14, 1.76]
    assert delivery["contrast"] == pytest.approx((4.2736 - 2.1417) / 2, abs=1e-3)
    assert 0.99 < delivery["contrast_low"] < delivery["contrast"] < delivery["contrast_high"] < 1.14
    assert str(result.answer).startswith("Delivery hurts most: 7 in 100 of 7,608 had it bad")


def test_the_rows_behind_late_deliveries_are_those_orders(olist: Workspace) -> None:
    spec = {"journey": "order", "period": "all"}
    row = {"touchpoint": "delivery"}
    found = olist.evidence("touchpoints", spec=spec, row=row, column="after_bad", limit=None)
    assert found.figures["n"].value == len(found.rows) == 501
    assert len({one["owner"] for one in found.rows}) == 501
    assert {one["group"] for one in found.rows} == {"bad"}


def test_reviews_of_the_complete_core(olist: Workspace) -> None:
    figures = olist.scores(period="all").figures
    assert figures["stars5_mean"].n == 9883
    assert figures["stars5_mean"].value == pytest.approx(3.61, abs=0.005)


def test_sfo_passengers_of_2017_give_an_nps_of_39_84(
    shared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("sfo")
    run(RECIPES / "sfo_airport.yaml", folder, folder=shared_data / "sfo_airport_survey")
    airport = heartline.open(folder)
    result = airport.scores(scale="nps", period="2017", weighted=True)
    assert (round(float(result.figures["nps"].value or 0), 2), result.figures["nps"].n) == (39.84, 2746)
    _by_their_weights(result, shared_data / "sfo_airport_survey" / "sfo_survey_2017.csv.gz")
    _in_one_trend(airport)


def _by_their_weights(result: Result, file: Path) -> None:
    """The weighted NPS is what plain arithmetic over the file gives, and Kish tells what the answers are worth."""
    with gzip.open(file, "rt", encoding="utf-8") as text:
        rows = [(int(row["NETPRO"]), float(row["WEIGHT"])) for row in csv.DictReader(text) if row["NETPRO"].strip()]
    rows = [(score, weight) for score, weight in rows if 0 <= score <= 10]
    total = sum(weight for _, weight in rows)
    nps = 100 * sum(weight * ((score >= 9) - (score <= 6)) for score, weight in rows) / total
    figure = result.figures["nps_weighted"]
    assert figure.value == pytest.approx(nps)
    assert figure.n == 2746
    effective = result.figures["nps_weighted_effective"].value
    assert effective == pytest.approx(total**2 / sum(weight**2 for _, weight in rows))
    assert figure.low is not None
    assert figure.low < nps < (figure.high or 0)


def _in_one_trend(airport: Workspace) -> None:
    """What passengers think runs over all eight years; where what was asked changed, the lake says so."""
    whole = airport.scores(scale="csat5", about="airport", every="year", period="all", weighted=True)
    years = {row["period"]: row for row in whole.rows if row["measure"] == "top"}
    assert list(years) == [str(year) for year in range(2010, 2018)]
    assert all(row["weighted_n"] == row["n"] > 5_000 and 0.8 < row["value"] < 0.95 for row in years.values())
    assert {year for year, row in years.items() if row["weighted"] == pytest.approx(row["value"])} == {"2011", "2012"}
    marked = airport.lake.at().definitions.all("event")
    assert [(body["first"], body["kind"]) for body in marked.values()] == [
        (f"{year}-01-01", "survey changed") for year in (2011, 2012, 2013, 2014, 2017)
    ]
