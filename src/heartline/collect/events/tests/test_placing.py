"""What events become without any rule."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from .sent import NOW, batch, codes, inside, only, page, put, request, rows, track


@pytest.mark.parametrize(
    ("name", "touchpoint", "stage"),
    [
        ("Products Searched", "search", "consideration"),
        ("Product List Viewed", "product_list", "consideration"),
        ("Product Viewed", "product_page", "consideration"),
        ("productViewed", "product_page", "consideration"),
        ("product_added", "basket", "purchase"),
        ("Cart Viewed", "basket", "purchase"),
        ("Checkout Started", "checkout", "purchase"),
        ("Checkout Step Completed", "checkout", "purchase"),
        ("Payment Info Entered", "checkout", "purchase"),
        ("Coupon Denied", "checkout", "purchase"),
        ("Order Updated", "order_changed", "purchase"),
        ("Order Cancelled", "order_cancelled", "support"),
        ("Product Shared", "recommendation", "advocacy"),
        ("Email Opened", "email", "loyalty"),
        ("Email Link Clicked", "email_click", "loyalty"),
        ("Push Notification Tapped", "push", "loyalty"),
        ("Application Opened", "app", "use"),
        ("Live Chat Message Sent", "chat", "support"),
        ("Ticket Solved", "ticket_solved", "support"),
        ("Call Abandoned", "call", "support"),
    ],
)
def test_common_events_have_a_place(name: str, touchpoint: str, stage: str) -> None:
    """An event of a common tool is at a touchpoint, in its stage, and the touchpoint is told with its names."""
    found = put(batch(track(name)))
    row = only(found)
    assert (row["touchpoint"], row["stage"], row["event"]) == (touchpoint, stage, name)
    assert found.found[touchpoint]["labels"].keys() == {"de", "es"}


def test_an_order_brings_money_and_a_refund_takes_it_back() -> None:
    """Amounts count where money moves, and nowhere else."""
    found = rows(
        put(
            batch(
                track("Order Completed", {"order_id": "o1", "total": "30.50", "currency": "eur"}),
                track("Order Refunded", {"order_id": "o1", "total": 10}),
                track("Product Viewed", {"price": 5, "value": 5}),
                track("Order Cancelled", {"order_id": "o1", "total": 30.5}),
            ),
            settings={"company": {"currency": "USD"}},
        )
    )
    assert [(row.get("ref"), row.get("amount"), row.get("currency")) for row in found] == [
        ("o1", Decimal("30.5000"), "EUR"), ("o1", Decimal("-10.0000"), "USD"), (None, None, None), ("o1", None, None),
    ]  # fmt: skip


def test_an_order_of_one_product_is_of_that_product() -> None:
    """Of several products none is named."""
    one = only(put(batch(track("Order Completed", {"products": [{"product_id": 7}]}))))
    two = only(put(batch(track("Order Completed", {"products": [{"product_id": 7}, {"product_id": 8}]}))))
    assert one["product"] == "7"
    assert "product" not in two


def test_a_review_is_feedback_with_score_text_and_feeling() -> None:
    """A rating from one to five is stars, what was written is the text and no property."""
    row = only(put(batch(track("Product Reviewed", {"product_id": "p", "rating": 4, "review_body": "Lovely."}))))
    assert (row["kind"], row["score"], row["scale"], row["feeling"]) == ("feedback", 4.0, "stars5", 0.5)
    assert (row["text"], row["about"]) == ("Lovely.", "review")
    assert "review_body" not in inside(row)


def test_a_score_beyond_its_scale_is_none_and_is_told() -> None:
    """The event stays, its score does not."""
    found = put(batch(track("NPS Submitted", {"score": 12}), track("NPS Submitted", {"score": 9})))
    assert [row.get("score") for row in rows(found)] == [None, 9.0]
    (sight,) = found.seen.events.values()
    assert sight.doubts["score_out_of_range"] == 1


@pytest.mark.parametrize(
    ("path", "template", "touchpoint"),
    [
        ("/product/123", "/product/:id", "product_page"),
        ("/de/produkte/Rotes-Kleid?farbe=rot", "/:lang/produkte/:slug", "product_page"),
        ("https://x.de/warenkorb/", "/warenkorb", "basket"),
        ("/checkout/thank-you", "/checkout/thank-you", "order_confirmed"),
        ("/blog/2026-11-20/how-to-fold-a-shirt-well", "/blog/:date/:slug", "content_page"),
        ("/hilfe/rueckgabe", "/hilfe/rueckgabe", "returns_page"),
        ("/", "/", "website"),
        ("/x/y/z/one/two/three/four", "/x/y/z/one/two/three/…", "website"),
        ("/u/bob@example.com", "/u/:id", "website"),
    ],
)
def test_pages_go_by_their_template(path: str, template: str, touchpoint: str) -> None:
    """What names one thing or person is no part of a page's name."""
    row = only(put(batch(page(path))))
    assert (row["event"], row["touchpoint"]) == (template, touchpoint)
    assert "bob" not in str(row)


def test_the_company_s_own_touchpoints_are_used() -> None:
    """An order is where the company has its orders; a till in a shop is no checkout on the web."""
    found = put(
        batch(track("Order Completed"), track("Checkout Started")),
        touchpoint={
            "online_order": {"stage": "purchase", "channel": "web"},
            "checkout": {"stage": "purchase", "channel": "store"},
        },
    )
    assert [row["touchpoint"] for row in rows(found)] == ["online_order", "web_checkout"]
    assert set(found.found) == {"web_checkout"}


def test_what_nobody_knows_is_not_placed() -> None:
    """An event of the company's own has no touchpoint until somebody gives it one."""
    found = put(batch(track("Wheel Spun")))
    assert "touchpoint" not in only(found)
    (sight,) = found.seen.events.values()
    assert (sight.count, sight.unplaced) == (1, 1)


def test_the_channel_is_the_client_s_on_the_web_and_the_touchpoint_s_elsewhere() -> None:
    """A product page in the app is mobile; a phone call is a phone call whoever reports it."""
    app = {"library": {"name": "analytics-ios"}}
    found = rows(put(batch(track("Product Viewed", context=app), track("Call Started", context=app))))
    assert [row["channel"] for row in found] == ["mobile", "phone"]


def test_who_somebody_is_makes_no_row() -> None:
    """Identify, alias and group tie identifiers and bring contact data."""
    found = put(
        batch(
            {"type": "identify", "userId": "ann", "anonymousId": "a1",
             "traits": {"email": "Ann@Example.com ", "firstName": "Ann", "plan": "gold",
                        "address": {"city": "Bonn"}}},
            {"type": "alias", "userId": "ann", "previousId": "a0"},
            {"type": "group", "userId": "ann", "groupId": "g", "traits": {"name": "Bakers"}},
        )
    )  # fmt: skip
    assert found.rows.num_rows == 0
    assert found.people.select(["user_id", "anonymous_id", "email"]).to_pylist() == [
        {"user_id": "ann", "anonymous_id": "a1", "email": "ann@example.com"},
        {"user_id": "ann", "anonymous_id": "a0", "email": None},
        {"user_id": "ann", "anonymous_id": None, "email": None},
    ]
    assert {(row["name"], row["value"]) for row in found.contacts.to_pylist()} == {
        ("email", "Ann@Example.com"), ("first_name", "Ann"), ("traits.plan", "gold"), ("address.city", "Bonn"),
        ("company", "Bakers"),
    }  # fmt: skip
    assert set(found.contacts["identifier"].to_pylist()) == {"ann"}


def test_a_wrong_clock_is_set_right() -> None:
    """What counts is how long before its sending something happened."""
    row = only(put(batch(track("X", timestamp="2020-01-01T00:00:00Z"), sentAt="2020-01-01T00:00:30.000Z")))
    assert row["occurred_at"] == datetime(2026, 11, 22, 6, 59, 30, tzinfo=UTC)
    assert row["received_at"] == datetime(2026, 11, 22, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("timestamp", "moment"),
    [
        ("2024-02-03T04:05:06Z", datetime(2024, 2, 3, 4, 5, 6, tzinfo=UTC)),
        ("2024-02-03 04:05:06+02:00", datetime(2024, 2, 3, 2, 5, 6, tzinfo=UTC)),
        ("2024-02-03", datetime(2024, 2, 3, tzinfo=UTC)),
        (1_700_000_000, datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
        (1_700_000_000_000, datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
        (None, datetime(2026, 11, 22, 7, 0, tzinfo=UTC)),
        ("2026-11-22T08:00:00Z", datetime(2026, 11, 22, 7, 0, tzinfo=UTC)),
    ],
)
def test_times_of_the_past_stay(timestamp: str | int | None, moment: datetime) -> None:
    """History comes with its own times, in any way of writing; a clock a little ahead is held back."""
    assert only(put(batch(track("X", timestamp=timestamp))))["occurred_at"] == moment


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (track("X", timestamp="yesterday"), ("unreadable_time", "timestamp")),
        (track("X", timestamp="1820-01-01T00:00:00Z"), ("unreadable_time", "timestamp")),
        (track("X", timestamp=1e300), ("unreadable_time", "timestamp")),
        (track("X", timestamp="2031-01-01T00:00:00Z"), ("future_time", "timestamp")),
        (track(""), ("no_name", "event")),
        (track("X" * 501), ("long_name", "event")),
        ({"type": "track"}, ("no_name", "event")),
        ({"type": "dance", "userId": "a"}, ("unknown_type", "type")),
        ({"type": "identify", "traits": {"a": 1}}, ("no_person", "userId")),
        ({"type": "track", "event": "X", "properties": [1]}, ("wrong_type", "properties")),
        ({"type": "track", "event": 7}, ("wrong_type", "event")),
        ({"type": "track", "event": "X", "userId": {"a": 1}}, ("wrong_type", "userId")),
        (track("X", {"a": "x" * 33_000}), ("too_large", "")),
    ],
)
def test_what_cannot_be_used_has_a_reason(event: dict[str, object], code: tuple[str, str]) -> None:
    """The event is refused with what is wrong; its neighbours are not."""
    found = put(batch(track("Before"), event, track("After")))
    assert codes(found) == [code]
    assert [row["event"] for row in rows(found)] == ["Before", "After"]
    assert found.refused[0].number == 1


def _nested(depth: int) -> bytes:
    return b'{"type":"track","event":"X","userId":"a","properties":' + b'{"a":' * depth + b"1" + b"}" * depth + b"}"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "bad_json"),
        (b"{", "bad_json"),
        (b"\x00", "bad_json"),
        (b'{"event":"\xff"}', "bad_utf8"),
        (b"[]", "not_an_object"),
        (b'"x"', "not_an_object"),
        (_nested(30), "too_deep"),
        (_nested(3_000), "too_deep"),
    ],
)
def test_what_is_no_event_has_a_reason(body: bytes, code: str) -> None:
    """Neither single events nor what is in a batch can stop the rest."""
    assert codes(put(request(body, "track"))) == [(code, "")]


def test_a_batch_without_events_has_a_reason() -> None:
    """A broken batch is one refused thing, kept whole."""
    found = put(request(b'{"batch":7}'), request(b"nonsense"), batch(track("X")))
    assert [one.code for one in found.refused] == ["not_a_batch", "bad_json"]
    assert found.refused[1].raw == b"nonsense"
    assert only(found)["event"] == "X"


def test_odd_parts_are_left_out_and_told() -> None:
    """A context of another shape costs its part, not the event; NULs go."""
    found = put(batch(track("A\0B", {"x": "y\0z"}, context={"page": "home", "locale": "de"}, messageId=12)))
    row = only(found)
    assert (row["id"], row["event"]) == ("shop:12", "AB")
    assert inside(row) == {"x": "yz", "context": {"type": "track", "locale": "de"}}
    assert any(sight.doubts["left_out:context.page"] == 1 for sight in found.seen.events.values())


def test_events_without_a_name_of_their_own_are_named_by_their_content() -> None:
    """The same event sent again is the same; another one is another."""
    one, again, other = (
        only(put(batch(track("X", {"n": n}, timestamp="2026-11-22T06:00:00Z"), sentAt=sent)))["id"]
        for n, sent in ((1, "2026-11-22T06:59:00Z"), (1, "2026-11-22T06:59:30Z"), (2, "2026-11-22T06:59:00Z"))
    )
    assert one == again != other


def test_single_events_and_batches_are_the_same() -> None:
    """A request of its own says what the event is."""
    alone = put(request({"event": "Order Completed", "userId": "ann", "timestamp": NOW // 1000}, "track"))
    among = put(batch({"type": "track", "event": "Order Completed", "userId": "ann", "timestamp": NOW // 1000}))
    assert only(alone)["touchpoint"] == only(among)["touchpoint"] == "order_placed"
    assert only(alone)["occurred_at"] == only(among)["occurred_at"]


def test_what_is_said_about_a_page_is_at_the_touchpoint_of_that_page() -> None:
    """How long a page took is a wait at what the page is: by its own word, by a rule for its views, by its path."""
    library = {"name": "hl.js"}

    def said(name: str, path: str, **properties: object) -> dict[str, object]:
        return track(name, {"wait_s": 0.3, **properties}, context={"page": {"path": path}, "library": library})

    found = rows(
        put(
            batch(
                said("Page Loaded", "/products/7"),
                said("Page Answered", "/cart"),
                said("Page Reacted", "/de/kasse", touchpoint="Till"),
                said("Page Loaded", "/wheel/7"),
                said("Page Loaded", ""),
            ),
            rule={"wheel": {"when": {"type": ["page"], "path": ["/wheel/*"]}, "touchpoint": "wheel"}},
            touchpoint={"wheel": {"label": "Wheel", "stage": "loyalty", "channel": "web"}},
        )
    )
    assert [(row["touchpoint"], row.get("stage"), row["channel"]) for row in found] == [
        ("product_page", "consideration", "web"), ("basket", "purchase", "web"), ("till", None, "web"),
        ("wheel", "loyalty", "web"), ("website", "awareness", "web"),
    ]  # fmt: skip
    assert {row["wait_s"] for row in found} == {0.3}
