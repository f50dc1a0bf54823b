"""Personal data: contact data go where they belong, what looks personal is masked, nothing of it stays behind."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heartline.collect.events import personal

from .sent import batch, inside, only, put, track


@pytest.mark.parametrize(
    ("text", "masked", "kinds"),
    [
        ("Write to bob.smith+x@mail.example.co.uk!", "Write to [email]!", {"email"}),
        ("Card 4111 1111 1111 1111 please", "Card [card] please", {"card"}),
        ("Card 4111 1111 1111 1112 please", "Card 4111 1111 1111 1112 please", set()),
        ("DE89 3704 0044 0532 0130 00 is mine", "[iban] is mine", {"iban"}),
        ("DE88 3704 0044 0532 0130 00 is not", "DE88 3704 0044 0532 0130 00 is not", set()),
        ("Call +49 228 123456 or 0049 228 123456", "Call [phone] or [phone]", {"phone"}),
        ("Order 2026-11-22-0001 of 12:30", "Order 2026-11-22-0001 of 12:30", set()),
        ("from 192.168.17.4 today", "from 192.168.17.0 today", set()),
        ("from 2001:db8:85a3::8a2e:370:7334", "from 2001:db8:85a3::", set()),
        ("version 1.2.3", "version 1.2.3", set()),
    ],
)
def test_what_looks_personal_is_masked(text: str, masked: str, kinds: set[str]) -> None:
    """Cards and accounts by their check digits, phones by what can be called; addresses lose their last part."""
    assert personal.masked(text) == (masked, frozenset(kinds))


def test_a_company_s_country_tells_its_phone_numbers() -> None:
    """In what people write, as they write it there."""
    assert personal.masked("Ruf an: 0228 12345678", "DE")[0] == "Ruf an: [phone]"


@given(st.text(max_size=30), st.from_regex(r"[a-z]{1,8}@[a-z]{1,8}\.(de|com)", fullmatch=True), st.text(max_size=30))
def test_an_address_is_found_wherever_it_stands(before: str, address: str, after: str) -> None:
    """With anything around it that cannot be part of it."""
    text, kinds = personal.masked(f"{before} {address} {after}")
    assert address not in text.split(" ")
    assert "email" in kinds


@given(st.text())
def test_masking_again_changes_nothing(text: str) -> None:
    """What is masked is masked."""
    once = personal.masked(text)[0]
    assert personal.masked(once)[0] == once


def test_properties_lose_contact_data_however_deep() -> None:
    """By their names, in any way of writing, and by what they hold."""
    found = put(
        batch(
            track(
                "Form Submitted",
                {
                    "firstName": "Bob",
                    "fields": [{"Email": "b@x.de", "topic": "b@x.de?"}],
                    "name": "Contact",
                    "url": "https://x.de/a?token=s3cret#t",
                    "search": "?q=x",
                    "card": 4111111111111111,
                    "b@x.de": 1,
                },
            )
        )
    )
    row = only(found)
    held = inside(row)
    held.pop("context")
    assert held == {
        "fields": [{"topic": "[email]?"}], "name": "Contact", "url": "https://x.de/a", "card": "[card]", "[email]": 1,
    }  # fmt: skip
    assert "s3cret" not in row["properties"]
    assert "b@x.de" not in row["properties"]
    (sight,) = found.seen.events.values()
    assert sight.doubts["contact:firstName"] == 1
    assert "b@x.de" not in sight.example


def test_contact_data_of_an_order_are_the_customer_s() -> None:
    """Its address is an identifier and goes to the contacts; that of a friend who is invited is neither."""
    sent = {"order_id": "o1", "email": "Ann@X.de", "shipping_address": {"city": "Bonn"}}
    order = put(batch(track("Order Completed", sent)))
    assert (only(order)["email"], set(inside(only(order)))) == ("ann@x.de", {"order_id", "context"})
    assert {(one["name"], one["value"]) for one in order.contacts.to_pylist()} == {
        ("email", "Ann@X.de"), ("address.city", "Bonn"),
    }  # fmt: skip
    invite = put(batch(track("Invite Sent", {"email": "friend@x.de"})))
    assert "email" not in only(invite)
    assert invite.contacts.num_rows == 0
    assert "friend" not in only(invite)["properties"]


def test_phones_of_traits_are_written_in_one_form() -> None:
    """By the company's country, where they come without a code; consents by purpose."""
    sent = {
        "type": "identify", "userId": "ann", "traits": {"phone": "0228 12345678"},
        "context": {"consent": {"categoryPreferences": {"Advertising": False}}},
    }  # fmt: skip
    found = put(batch(sent), settings={"company": {"countries": ["DE"]}})
    assert found.people["phone"].to_pylist() == ["+4922812345678"]
    (consent,) = found.consents.to_pylist()
    assert (consent["identifier"], consent["purpose"], consent["granted"]) == ("ann", "advertising", False)
