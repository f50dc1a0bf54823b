"""Likely personal data in what events carry: found, named, and masked; addresses of computers cut short."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import phonenumbers
import pyarrow as pa
import pyarrow.compute as pc

SUSPECT = r"@|[0-9][0-9 ./()-]{5,}[0-9]|[A-Z]{2}[0-9]{2} ?[A-Z0-9]{4}|[0-9a-fA-F]*:[0-9a-fA-F]*:[0-9a-fA-F]"
"""What a text has that may hold personal data: looked for in all of them at once."""
EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[\w-]{1,63}\.){1,8}[a-zA-Z][\w-]{1,23}")
CARD = re.compile(r"(?<![\w.])\d(?:[ -]?\d){12,18}(?![\w.])")
IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}(?!\w)")
IPV4 = re.compile(r"(?<![\w.])(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}(?![\w.])")
IPV6 = re.compile(r"(?<![\w:.])(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4}(?![\w:.])")
PHONE = re.compile(r"(?<![\w.])(?:\+|00)\d(?:[ ./()-]{0,2}\d){6,14}(?![\w])")
KINDS = ("email", "phone", "card", "iban")
LONGEST = 20_000
"""Letters of a text that are looked at; a longer one is cut there."""


def suspects(texts: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Tell which texts may hold personal data."""
    found: npt.NDArray[np.bool_] = pc.match_substring_regex(pa.array(texts, pa.string()), SUSPECT).to_numpy(
        zero_copy_only=False
    )
    return found


_harmless: set[str] = set()
HARMLESS = 1 << 17
SHORT = 80
"""Texts that were looked at and hold nothing, so many at most and no longer ones: what properties say comes again."""


def suspicious(texts: Collection[str]) -> list[str]:
    """Give the texts that may hold personal data, or are too long."""
    new = [text for text in texts if text not in _harmless]
    if not new:
        return []
    flags = suspects(new).tolist()
    found = [text for text, flag in zip(new, flags, strict=True) if flag or len(text) > LONGEST]
    if len(_harmless) + len(new) > HARMLESS:
        _harmless.clear()
    _harmless.update(text for text, flag in zip(new, flags, strict=True) if not flag and len(text) <= SHORT)
    return found


@lru_cache(maxsize=65_536)
def masked(text: str, region: str | None = None) -> tuple[str, frozenset[str]]:
    """Give a text with what is personal in it masked, and what that was.

    Parameters
    ----------
    text
        Anything.
    region
        The country whose phone numbers people write without its code; None: only numbers with their country count.
    """
    found: set[str] = set()
    text = text[:LONGEST]

    def hide(kind: str, holds: bool) -> str | None:
        if holds:
            found.add(kind)
            return f"[{kind}]"
        return None

    text = EMAIL.sub(lambda one: hide("email", True) or one[0], text)
    text = IBAN.sub(lambda one: hide("iban", is_iban(one[0])) or one[0], text)
    text = CARD.sub(lambda one: hide("card", is_card(one[0])) or one[0], text)
    if region is None:
        text = PHONE.sub(lambda one: hide("phone", is_phone(one[0])) or one[0], text)
    else:
        text = _without_phones(text, region, found)
    text = IPV4.sub(_cut4, text)
    text = IPV6.sub(_cut6, text)
    return text, frozenset(found)


def _without_phones(text: str, region: str, found: set[str]) -> str:
    """Mask phone numbers as people of a country write them."""
    for one in reversed(list(phonenumbers.PhoneNumberMatcher(text, region))):
        text = f"{text[: one.start]}[phone]{text[one.end :]}"
        found.add("phone")
    return text


def is_card(text: str) -> bool:
    """Tell whether digits are those of a payment card, by their check digit (Luhn, ISO/IEC 7812-1)."""
    digits = [int(char) for char in text if char.isdecimal()]
    if not 13 <= len(digits) <= 19 or len(set(digits)) == 1 or digits[0] not in (2, 3, 4, 5, 6):
        return False
    doubled = [2 * digit - 9 if digit > 4 else 2 * digit for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def is_iban(text: str) -> bool:
    """Tell whether a text is a bank account, by its check digits (ISO 13616)."""
    plain = text.replace(" ", "")
    if not 15 <= len(plain) <= 34 or not plain.isascii():
        return False
    return int("".join(str(int(char, 36)) for char in plain[4:] + plain[:4])) % 97 == 1


def is_phone(text: str) -> bool:
    """Tell whether a number with its country's code can be called."""
    return e164(f"+{text[2:]}" if text.startswith("00") else text) is not None


@lru_cache(maxsize=65_536)
def e164(text: str, region: str | None = None) -> str | None:
    """Write a phone number in the one form that all agree on (E.164); None where it is none."""
    try:
        number = phonenumbers.parse(text[:60], region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def address(text: str) -> str | None:
    """Cut the address of a computer short, so that it names nobody; None where it is none."""
    try:
        found = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    width = 24 if found.version == 4 else 48
    return str(ipaddress.ip_network((int(found), width), strict=False).network_address) if width else None


def _cut4(one: re.Match[str]) -> str:
    return f"{one[1]}.0" if address(one[0]) else one[0]


def _cut6(one: re.Match[str]) -> str:
    return address(one[0]) or one[0]
