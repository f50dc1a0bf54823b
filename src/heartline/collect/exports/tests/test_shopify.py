"""Shopify: several lines an order, money that went back, what was sent and returned."""

from __future__ import annotations

import json
from decimal import Decimal

from .conftest import Land

ORDERS = """\
Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Billing Name,Phone,Cancelled at,Payment Method,Refunded Amount,Vendor,Source,Id
#1001,ada@shop.example,paid,2024-05-02 09:00:05 +0200,fulfilled,2024-05-04 09:00:00 +0200,yes,EUR,60.00,5.00,0.00,65.00,,0.00,Standard,2024-05-02 09:00:00 +0200,2,Mug,10.00,MUG,Ada Sample,,,card,0.00,Claywork,web,1
#1001,ada@shop.example,,,,,,,,,,,,,,2024-05-02 09:00:00 +0200,1,Lamp,40.00,LAMP,,,,,,Lights,,
#1002,ben@shop.example,partially_refunded,2024-05-03 10:00:00 +0200,fulfilled,2024-05-05 10:00:00 +0200,no,EUR,40.00,0.00,0.00,40.00,,0.00,Standard,2024-05-03 10:00:00 +0200,1,Lamp,40.00,LAMP,Ben Muster,,,card,40.00,Lights,web,2
#1003,cleo@shop.example,refunded,2024-05-06 10:00:00 +0200,unfulfilled,,no,EUR,10.00,0.00,0.00,10.00,,0.00,Standard,2024-05-06 10:00:00 +0200,1,Mug,10.00,MUG,Cleo Beispiel,,2024-05-06 12:30:00 +0200,card,10.00,Claywork,web,3
#1004,dario@shop.example,paid,2024-05-07 10:00:00 +0200,fulfilled,2024-05-07 10:00:00 +0200,no,EUR,10.00,0.00,0.00,10.00,,0.00,,2024-05-07 10:00:00 +0200,1,Mug,10.00,MUG,Dario Prueba,,,cash,0.00,Claywork,pos,4
"""  # noqa: E501  (a line of the export)


def test_orders_with_their_lines_what_was_sent_cancelled_returned_and_paid_back(land: Land) -> None:
    report, rows = land("shopify_orders", "orders.csv", ORDERS)
    assert (report.landed, report.dropped, report.known_share) == (9, {}, 1.0)
    assert {name: (row["touchpoint"], row["amount"], row["product"]) for name, row in rows.items()} == {
        "order-#1001": ("order_placed", Decimal("65"), "LAMP"),
        "order-#1002": ("order_placed", Decimal("40"), "LAMP"),
        "order-#1003": ("order_placed", Decimal("10"), "MUG"),
        "order-#1004": ("store_purchase", Decimal("10"), "MUG"),
        "shipped-#1001": ("shipped", None, "LAMP"),
        "shipped-#1002": ("shipped", None, "LAMP"),
        "cancelled-#1003": ("order_cancelled", None, "MUG"),
        "back-#1002": ("return", Decimal("-40"), "LAMP"),
        "back-#1003": ("refund", Decimal("-10"), "MUG"),
    }
    order, shipped = rows["order-#1001"], rows["shipped-#1001"]
    assert order["occurred_at"].isoformat() == "2024-05-02T07:00:00+00:00"
    assert (order["currency"], order["channel"], rows["order-#1004"]["channel"]) == ("EUR", "web", "store")
    assert shipped["wait_s"] == 172_800
    lines = json.loads(order["properties"])["lines"]
    assert lines == [
        {"product": "MUG", "quantity": 2, "price": 10.0},
        {"product": "LAMP", "quantity": 1, "price": 40.0},
    ]
    assert rows["cancelled-#1003"]["succeeded"] is False
    assert [rows[f"back-#{one}"]["occurred_precision"] for one in (1002, 1003)] == ["month", "second"]
    assert "Sample" not in str(rows)
