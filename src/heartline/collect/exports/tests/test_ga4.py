"""GA4's export to BigQuery, as JSON lines and as Parquet."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from heartline.collect.events import pages

from .conftest import Land


def event(name: str, second: int, user: str | None = None, **said: Any) -> dict[str, Any]:
    items = said.pop("items", [])
    params = [
        {"key": key, "value": {"string_value": value if isinstance(value, str) else None,
                               "int_value": value if isinstance(value, int) else None,
                               "double_value": value if isinstance(value, float) else None}}
        for key, value in said.items()
    ]  # fmt: skip
    return {
        "event_date": "20240502", "event_timestamp": 1_714_640_400_000_000 + second * 1_000_000, "event_name": name,
        "event_params": params, "user_id": user, "user_pseudo_id": "1.2", "platform": "WEB",
        "device": {"category": "mobile"}, "items": [{"item_id": one, "item_name": one.title()} for one in items],
        "ecommerce": {"transaction_id": said.get("transaction_id"), "refund_value": None},
    }  # fmt: skip


SHOP = "https://shop.example"
EVENTS = [
    event("session_start", 0, ga_session_id=5),
    event("page_view", 1, page_location=f"{SHOP}/en/warenkorb?x=1", ga_session_id=5),
    event("page_view", 2, page_location=f"{SHOP}/", ga_session_id=5),
    event("view_item", 3, items=["lamp"], ga_session_id=5),
    event("add_to_cart", 4, items=["lamp"], ga_session_id=5),
    event("purchase", 5, "C-1", items=["lamp", "mug"], value=49.5, currency="EUR", transaction_id="1001"),
    event("refund", 90, "C-1", items=["lamp"], value=40.0, currency="EUR", transaction_id="1001"),
    event("newsletter_popup", 91, "C-1"),
]


def parquet() -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(EVENTS), file)
    return file.getvalue()


def lines() -> bytes:
    return "\n".join(json.dumps(one) for one in EVENTS).encode()


def check(rows: dict[str, dict[str, Any]]) -> None:
    told = sorted((row["occurred_at"].isoformat()[14:19], row["touchpoint"], row["product"], row["amount"], row["ref"])
                  for row in rows.values())  # fmt: skip
    assert told == [
        ("00:01", "basket", None, None, "5"),
        ("00:02", "website", None, None, "5"),
        ("00:03", "product_page", "lamp", None, "5"),
        ("00:04", "basket", "lamp", None, "5"),
        ("00:05", "order_placed", "lamp", Decimal("49.5"), "1001"),
        ("01:30", "refund", "lamp", Decimal("-40"), "1001"),
        ("01:31", "website", None, None, None),
    ]
    assert len({row["customer"] for row in rows.values()}) == 1  # the purchase says who the browser is
    assert {row["currency"] for row in rows.values()} == {None, "EUR"}


def test_pages_shopping_and_who_it_was(land: Land) -> None:
    report, rows = land("ga4_events", "events.ndjson", lines())
    assert (report.landed, report.dropped, report.known_share) == (7, {}, 1.0)
    check(rows)


def test_parquet_tells_the_same(land: Land, tmp_path: Any) -> None:
    from heartline.collect.exports import recipe
    from heartline.collect.importing import run
    from heartline.store.lake import Lake

    from .conftest import ROWS, SMALL

    (tmp_path / "day.parquet").write_bytes(parquet())
    (tmp_path / "r.yaml").write_text(recipe("ga4_events", ["day.parquet"]), encoding="utf-8")
    assert run(tmp_path / "r.yaml", tmp_path / "data", limits=SMALL).landed == 7
    snapshot = Lake.open(tmp_path / "data").at()
    check({row["id"]: row for row in snapshot.execute(snapshot.rows(*ROWS)).to_pylist()})


@pytest.mark.parametrize(
    "path", ["/en/warenkorb", "/", "/kasse/schritt", "/produkt/lamp.html", "/hilfe/faq", "/blog/a"]
)
def test_a_page_is_what_it_is_when_it_comes_over_the_wire(path: str, land: Land) -> None:
    one = event("page_view", 1, page_location=SHOP + path)
    _, rows = land("ga4_events", "events.ndjson", json.dumps(one))
    assert [row["touchpoint"] for row in rows.values()] == [pages.touchpoint(pages.template(path))]
