"""Before a text goes to somebody else, nobody can be told from it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heartline.listen.text.encoders.masking import masked

NAMES = frozenset({"anna", "schmidt", "müller", "garcía"})


@pytest.mark.parametrize(
    ("said", "sent"),
    [
        ("Write to anna.b@example.org, please", "Write to [email], please"),
        ("Call me: +49 30 901820 or 0171/2345678", "Call me: [number] or [number]"),
        ("call (030) 90 18 20", "call [number]"),
        ("My IBAN is DE89 3704 0044 0532 0130 00.", "My IBAN is [account]."),
        ("Card 4111 1111 1111 1111 was charged twice", "Card [number] was charged twice"),
        ("Order 100-4567-89 and #123456 never came", "Order [number] and [number] never came"),
        ("Bestellung AB-12345X, Ticket T0001234", "Bestellung [number], Ticket [number]"),
        ("Ref 7f3a9c21 is mine", "Ref [number] is mine"),
        ("See https://shop.example/o?id=1 now", "See [link] now"),
        ("@anna_b said so", "[name] said so"),
        ("I spoke with Mr. John Smith on Monday", "I spoke with Mr. [name] on Monday"),
        ("Herr Dr. von Berg war sehr nett", "Herr Dr. [name] war sehr nett"),
        ("Frau Yılmaz half mir", "Frau [name] half mir"),
        ("My name is Peter and I waited", "My name is [name] and I waited"),
        ("Es kam nie. Mit freundlichen Grüßen\nKarl Heinz Krause", "Es kam nie. Mit freundlichen Grüßen\n[name]"),
        ("Nunca llegó. Saludos, Lucía Pérez.", "Nunca llegó. Saludos, [name]"),
        ("Anna Schmidt was kind; schmidt's too", "[name] was kind; schmidt's too"),
        ("Die Lieferung an Frau Müller kam", "Die Lieferung an Frau [name] kam"),
        ("It took 12 days, 3 calls and 4.50 EUR", "It took 12 days, 3 calls and 4.50 EUR"),
        ("Opened at 10:30 on 3 May", "Opened at 10:30 on 3 May"),
        ("From 192.168.7.31", "From [address]"),
    ],
)
def test_what_names_somebody_is_taken_out(said: str, sent: str) -> None:
    assert masked(said, NAMES) == sent


@given(st.text(max_size=80), st.text(max_size=80), st.sampled_from([
    "bea.long@example.org", "+44 20 7946 0958", "DE89370400440532013000", "4111111111111111", "Order 5551234567",
]))  # fmt: skip
def test_wherever_it_stands(before: str, after: str, secret: str) -> None:
    digits = "".join(sign for sign in secret if sign.isascii() and sign.isdigit())
    found = masked(f"{before} {secret} {after}", NAMES)
    assert secret not in found
    assert (
        len(digits) < 8 or digits not in "".join(sign for sign in found if sign.isdigit()) or digits in before + after
    )
