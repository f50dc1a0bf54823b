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
        {"product": "MUG", "quantity": 2, "price": 10.0, "discount": None, "sent": None},
        {"product": "LAMP", "quantity": 1, "price": 40.0, "discount": None, "sent": None},
    ]
    assert rows["cancelled-#1003"]["succeeded"] is False
    assert [rows[f"back-#{one}"]["occurred_precision"] for one in (1002, 1003)] == ["month", "second"]
    assert "Sample" not in str(rows)


LATER = """\
Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem compare at price,Lineitem sku,Lineitem requires shipping,Lineitem taxable,Lineitem fulfillment status,Cancelled at,Payment Method,Refunded Amount,Vendor,Outstanding Balance,Id,Source,Lineitem discount
#2001,ada@shop.example,partially_refunded,2024-06-01 09:00:00 +0200,partial,2024-06-03 09:00:00 +0200,no,EUR,60.00,5.00,0.00,65.00,,0.00,Standard,2024-06-01 09:00:00 +0200,2,Mug,10.00,,MUG,true,true,fulfilled,,card,10.00,Claywork,0.00,1,web,0.00
#2001,ada@shop.example,,,,,,,,,,,,,,2024-06-01 09:00:00 +0200,1,Lamp,40.00,,LAMP,true,true,pending,,,,Lights,,,,4.00
#2002,ben@shop.example,voided,,unfulfilled,,no,EUR,40.00,0.00,0.00,40.00,,0.00,Standard,2024-06-02 09:00:00 +0200,1,Lamp,40.00,,LAMP,true,true,pending,2024-06-02 10:00:00 +0200,card,0.00,Lights,0.00,2,web,0.00
#2003,cleo@shop.example,pending,,unfulfilled,,no,EUR,10.00,0.00,0.00,10.00,,0.00,Standard,2024-06-03 09:00:00 +0200,1,Mug,10.00,,MUG,true,true,pending,2024-06-04 09:00:00 +0200,bank,0.00,Claywork,10.00,3,web,0.00
#2004,dora@shop.example,pending,,unfulfilled,,no,EUR,10.00,0.00,0.00,10.00,,0.00,Standard,2024-06-03 09:00:00 +0200,1,Mug,10.00,,MUG,true,true,pending,,bank,0.00,Claywork,10.00,4,web,0.00
"""  # noqa: E501  (a line of the export)
TRANSACTIONS = """\
Order,Name,Kind,Gateway,Created At,Amount,Currency,Card Type,Status
1,#2001,sale,card,2024-06-01 09:00:00 +0200,65.00,EUR,Visa,success
1,#2001,refund,card,2024-06-10 09:00:00 +0200,4.00,EUR,Visa,success
1,#2001,refund,card,2024-06-20 09:00:00 +0200,6.00,EUR,Visa,success
1,#2001,refund,card,2024-06-21 09:00:00 +0200,99.00,EUR,Visa,failure
2,#2002,authorization,card,2024-06-02 09:00:00 +0200,40.00,EUR,Visa,success
2,#2002,void,card,2024-06-02 10:00:00 +0200,40.00,EUR,Visa,success
"""


def test_what_was_never_paid_is_no_money_and_a_part_that_went_back_is_a_part(land: Land) -> None:
    report, rows = land("shopify_orders", "orders.csv", LATER)
    assert (report.landed, report.dropped) == (8, {})
    amounts = {name: (row["touchpoint"], row["amount"], row["currency"], row["product"]) for name, row in rows.items()}
    assert amounts == {
        "order-#2001": ("order_placed", Decimal("65"), "EUR", "LAMP"),
        "shipped-#2001": ("shipped", None, None, "LAMP"),
        "back-#2001": ("return", Decimal("-10"), "EUR", None),
        "order-#2002": ("order_placed", None, None, "LAMP"),
        "cancelled-#2002": ("order_cancelled", None, None, "LAMP"),
        "order-#2003": ("order_placed", None, None, "MUG"),
        "cancelled-#2003": ("order_cancelled", None, None, "MUG"),
        "order-#2004": ("order_placed", Decimal("10"), "EUR", "MUG"),
    }
    part = json.loads(rows["order-#2001"]["properties"])
    assert (part["fulfillment_status"], json.loads(rows["back-#2001"]["properties"])["whole_order"]) == (
        "partial",
        False,
    )
    assert [(line["sent"], line["discount"]) for line in part["lines"]] == [(True, None), (False, 4.0)]


def test_transactions_say_on_which_days_money_went_back_and_it_counts_once(land: Land) -> None:
    report, rows = land("shopify_transactions", "transactions.csv", TRANSACTIONS)
    assert (report.landed, report.dropped) == (2, {})
    back = {name: (row["touchpoint"], row["amount"], row["ref"], row["occurred_at"].day) for name, row in rows.items()}
    assert back == {
        "back-#2001": ("refund", Decimal("-4"), "#2001", 10), "back-#2001-2": ("refund", Decimal("-6"), "#2001", 20),
    }  # fmt: skip
    report, rows = land("shopify_orders", "orders.csv", LATER)
    assert (report.landed, report.there) == (7, 1)
    assert sum(row["amount"] for name, row in rows.items() if name.startswith("back")) == Decimal("-10")
