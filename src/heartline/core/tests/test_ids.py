"""Names: slugs that people can read, pseudonyms that nobody can turn back without the key."""

import hashlib
import hmac
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heartline.core.ids import identifier, pseudonyms, slug


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("A_SUBMITTED", "a_submitted"),
        ("Paid Search", "paid_search"),
        ("Café  au lait!", "cafe_au_lait"),
        ("  Click & Collect ", "click_collect"),
        ("配送 完了", "配送_完了"),
        ("***", ""),
    ],
)
def test_slugs(text: str, key: str) -> None:
    assert slug(text) == key


@given(st.text())
def test_a_slug_of_a_slug_is_itself(text: str) -> None:
    assert slug(slug(text)) == slug(text)


def test_an_identifier_is_an_hmac_of_its_kind_and_value() -> None:
    made = identifier("email", "alice@example.org", b"secret")
    kind, digest = made.split(":")
    assert kind == "email"
    assert re.fullmatch("[0-9a-f]{32}", digest)
    assert digest == hmac.new(b"secret", b"email\0alice@example.org", hashlib.sha256).hexdigest()[:32]
    assert identifier("user_id", "alice@example.org", b"secret") != made
    assert identifier("email", "alice@example.org", b"other") != made


TEXTS = st.text(st.characters(codec="utf-8"), max_size=9)


@given(TEXTS, st.lists(TEXTS), st.binary(max_size=100))
def test_many_identifiers_are_hashed_as_one_is(kind: str, values: list[str], key: bytes) -> None:
    raw = pseudonyms(kind, values, key)
    made = [f"{kind}:{raw[start : start + 16].hex()}" for start in range(0, len(raw), 16)]
    assert made == [identifier(kind, value, key) for value in values]
