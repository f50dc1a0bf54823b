"""Files dropped into the guided import are known by their columns, and read by the shipped recipe."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from heartline.collect import recipe as recipes
from heartline.collect.exports import known, recipe, shared
from heartline.collect.guessing import guess, writing
from heartline.collect.importing import run

from .conftest import SHIPPED, SMALL
from .test_calls import ASTERISK, CALLS
from .test_ga4 import lines, parquet
from .test_mailchimp import ACTIVITY, AUDIENCE
from .test_reviews import GOOGLE, TRUSTPILOT
from .test_shopify import ORDERS, TRANSACTIONS
from .test_zendesk import PAGE, TICKETS

FILES: list[tuple[str, str, str | bytes, int]] = [
    ("zendesk_tickets", "export-2024.csv", TICKETS, 12),
    ("zendesk_json", "incremental.json", json.dumps(PAGE), 5),
    ("shopify_orders", "orders_export_1.csv", ORDERS, 9),
    ("shopify_transactions", "transactions_export_1.csv", TRANSACTIONS, 2),
    ("google_reviews", "reviews.json", json.dumps(GOOGLE), 3),
    ("trustpilot_reviews", "trustpilot.csv", TRUSTPILOT, 3),
    ("call_log", "cdr.csv", CALLS, 3),
    ("call_log", "Master.csv", ASTERISK, 2),
    ("mailchimp_audience", "subscribed_members_export.csv", AUDIENCE, 5),
    ("mailchimp_activity", "activity.csv", ACTIVITY, 4),
    ("ga4_events", "events.ndjson", lines(), 7),
    ("ga4_events", "events.parquet", parquet(), 7),
]


@pytest.mark.parametrize(("key", "title", "content", "landing"), FILES, ids=[file[1] for file in FILES])
def test_a_file_is_known_and_read_by_its_recipe(
    key: str, title: str, content: str | bytes, landing: int, tmp_path: Path
) -> None:
    path = tmp_path / title
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    plan = guess.plan([guess.bring(path, title, tmp_path)], known=guess.Known(currency="EUR"))
    assert (plan.known, plan.source) == (key, recipes.read(SHIPPED / f"{key}.yaml").source)
    (tmp_path / "recipe.yaml").write_text(writing.recipe(plan), encoding="utf-8")
    report = run(tmp_path / "recipe.yaml", tmp_path / "data", confined=True, dry_run=True, limits=SMALL)
    assert (report.landed, report.dropped) == (landing, {})
    plan.as_export = False
    assert "with given as" not in writing.recipe(plan)


def test_several_files_of_a_kind_are_read_together(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(TICKETS)
    (tmp_path / "b.csv").write_text("Id,Subject,Requester,Requested,Status\n7,Lamp,Fay,2024-06-01 08:00,Open\n")
    text = recipe("zendesk_tickets", ["a.csv", "b.csv"], source="desk", timezone="Europe/Berlin", rows=None)
    (tmp_path / "recipe.yaml").write_text(text)
    assert (recipes.parse(text).source, recipes.parse(text).timezone) == ("desk", "Europe/Berlin")
    assert run(tmp_path / "recipe.yaml", tmp_path / "data", dry_run=True, limits=SMALL).landed == 13


def test_what_is_no_export_or_of_two_kinds_is_read_column_by_column() -> None:
    orders = dict.fromkeys(ORDERS.split("\n")[0].split(","), "VARCHAR")
    calls = dict.fromkeys(CALLS.split("\n")[0].split(","), "VARCHAR")
    assert shared([orders]) == "shopify_orders"
    assert shared([orders, calls]) == ""
    assert shared([{"id": "VARCHAR", "subject": "VARCHAR", "created_at": "TIMESTAMP"}]) == ""
    assert shared([]) == ""


@pytest.mark.parametrize("one", known.EXPORTS, ids=lambda one: one.key)
def test_every_export_has_its_recipe_among_the_shipped_ones(one: known.Export) -> None:
    made = recipes.read(SHIPPED / f"{one.key}.yaml")
    assert list(made.files) == [one.table]
    assert made.touchpoints
    assert {path.stem for path in SHIPPED.glob("*.yaml")} == {each.key for each in known.EXPORTS}
