"""What is taken out of a text before it goes to somebody else: whoever and whatever it names.

What cannot be told for sure is taken out: the service learns what a text is about, and that needs no digits.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from heartline.collect.events.personal import EMAIL, IBAN, IPV4, IPV6

LONGEST = 2_000
"""Characters of a text that are sent."""
TITLES = (
    "mr", "mrs", "ms", "miss", "mister", "dr", "prof", "sir", "madam", "herr", "herrn", "frau", "señor", "señora", "sr",
    "sra", "srta", "don", "doña", "senhor", "senhora", "monsieur", "madame", "mme",
)  # fmt: skip
CALLED = (
    "my name is", "i am called", "this is", "ich heiße", "ich heisse", "mein name ist", "ich bin", "me llamo",
    "mi nombre es", "soy", "meu nome é", "me chamo", "je m'appelle", "mon nom est",
)  # fmt: skip
SIGNED = (
    "best regards", "kind regards", "regards", "best wishes", "yours sincerely", "sincerely", "thanks", "cheers",
    "mit freundlichen grüßen", "freundliche grüße", "viele grüße", "liebe grüße", "beste grüße", "mfg", "lg",
    "un saludo", "saludos", "saludos cordiales", "atentamente", "atenciosamente", "cordialement",
)  # fmt: skip
_NAME = r"[A-ZÀ-ÖØ-Þ][\w'’-]+"
_OF = r"(?:(?:von|van|de|del|da|dos|der|la)\s+){0,2}"
_SEVERAL = rf"{_OF}(?:{_NAME}|[A-Z]\.)(?:\s+{_OF}(?:{_NAME}|[A-Z]\.)){{0,3}}"
_AFTER_TITLE = re.compile(rf"\b(?P<before>(?:(?i:{'|'.join(TITLES)})\.?\s+)+)(?P<name>{_SEVERAL})")
_INTRODUCED = re.compile(rf"\b(?P<before>(?i:{'|'.join(CALLED)})\s+)(?P<name>{_SEVERAL})")
_BELOW = re.compile(rf"(?P<before>(?i:\b(?:{'|'.join(SIGNED)}))\s*[,.!]?\s*[\r\n]*\s*)(?P<name>{_SEVERAL})\s*[.!]?\s*$")
_WEB = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
_AT = re.compile(r"(?<!\w)@\w{2,}")
_NUMBER = re.compile(r"(?<!\w)[#+(]{0,2}(?:[A-Za-z]{1,4}[-/]?)?\d(?:[-./() ]{0,2}[\dA-Za-z]?\d){4,}[A-Za-z]{0,2}(?!\w)")
_MIXED = re.compile(r"(?<!\w)(?=[\w-]*\d[\w-]*\d[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z0-9][\w-]{4,}(?!\w)")
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
SHORTEST = 3
"""Letters of a known name that is looked for by itself."""


def masked(text: str, names: Collection[str] = frozenset()) -> str:
    """Give a text without e-mail addresses, telephones, accounts, cards, order numbers, links and names.

    Parameters
    ----------
    names
        Names of people that are known, each word of them, in small letters.
    """
    said = text[:LONGEST]
    said = EMAIL.sub("[email]", said)
    said = _WEB.sub("[link]", said)
    said = IBAN.sub("[account]", said)
    said = IPV4.sub("[address]", IPV6.sub(_address, said))
    said = _MIXED.sub("[number]", _NUMBER.sub("[number]", said))
    said = _AT.sub("[name]", said)
    for pattern in (_AFTER_TITLE, _INTRODUCED, _BELOW):
        said = pattern.sub(lambda hit: f"{hit['before']}[name]", said)
    return _known(said, names) if names else said


def _address(hit: re.Match[str]) -> str:
    """Tell an address from a time of day."""
    return "[address]" if hit[0].count(":") > 2 or "::" in hit[0] else hit[0]


def _known(text: str, names: Collection[str]) -> str:
    def hide(hit: re.Match[str]) -> str:
        word = hit[0]
        plain = re.sub(r"['’]s?$", "", word).casefold()
        capital = word[:1].isupper()
        return "[name]" if capital and len(plain) >= SHORTEST and plain in names else word

    return re.sub(r"\[name\](?:[ ]\[name\])+", "[name]", _WORD.sub(hide, text))
