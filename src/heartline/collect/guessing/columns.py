"""Decide what each column of a table is for, by its name and by its values; the two must not contradict each other."""

from __future__ import annotations

import re
from collections.abc import Sequence

from heartline.core.ids import slug
from heartline.core.scales import SCALES

from . import clocks, names, verbal
from .plan import OTHER, Column
from .values import Profile

IDENTIFIERS = {"email": "email", "phone": "phone", "card": "card", "anonymous": "anonymous_id", "user": "user_id"}
NESTED = re.compile(r"STRUCT|MAP|\[|JSON|UNION|BLOB")
MONEY = 0.7
"""Share of numbers from which a column that is called an amount is believed: what is none is told, line by line."""
SCALE_WORDS = (
    ("nps", names.RECOMMEND.pattern),
    ("ces7", r"(^|_)ces(_|$)|effort|aufwand|esfuerzo"),
    ("csat", r"csat|satisf|zufried"),
    ("smiley", r"smiley"),
    ("yesno", r"thumb|daumen|pulgar|helpful|hilfreich"),
    ("stars5", r"star|stern|estrella|review|rating|bewert|resena|puntuac|calific|valorac|score|note"),
)
RANGES = {key: (scale.low, scale.high) for key, scale in SCALES.items()}

OTHERS = re.compile(r"credit|bonit|risk|risik|lead|fraud|betrug|churn|propens|health|model|match|relevan")
"""Names of scores that a program gave, not a person."""


MORE_WORDS, MORE = 2.0, 0.2
"""Words of an answer from which a question was an open one, and the share of numbers up to which it was."""
FEW = 15
"""Distinct values up to which one far beyond the others stands for “no answer”."""


def decide(columns: Sequence[Column]) -> None:
    """Set the use of every column."""
    for column in columns:
        column.use, column.detail = _use(column)
        found = names.uses(column.name)
        addressed = bool(found & {"email", "phone"}) or column.profile.emails > 0.5
        column.contact = "contact" in found or addressed
        if column.contact and not addressed:
            column.use, column.detail = "leave", ""
    _settle(columns)
    clocks.give(columns)


def _use(column: Column) -> tuple[str, str]:
    found, seen = names.uses(column.name), column.profile
    if NESTED.search(column.type) or not seen.filled:
        return "leave", ""
    if seen.emails > 0.8:
        return "person", "email"
    by_name = _by_name(column, found, seen)
    if by_name:
        return by_name
    if seen.time and (seen.time_share >= 0.9) and not seen.numbers > 0.9:
        return ("promised" if "promised" in found else "time"), seen.time
    if seen.phones > 0.9 and not seen.sure_number:
        return "person", "phone"
    if seen.currencies > 0.95 and seen.distinct <= 30:
        return "currency", ""
    if seen.channels > 0.95 and seen.distinct <= FEW and not seen.yes:
        return "channel", ""
    if seen.said:
        return "keep", ""
    if seen.words >= 6 and seen.unlike > 0.5:
        return "text", ""
    if column.name.rstrip().endswith("?") and seen.words >= MORE_WORDS and not seen.yes and not seen.numbers > MORE:
        return ("keep" if seen.chosen else "text"), ""
    return "keep", ""


def _by_name(column: Column, found: set[str], seen: Profile) -> tuple[str, str] | None:
    """Give the use that the name speaks for and the values allow."""
    if found & {"time", "promised"} and seen.time and seen.time_share >= 0.5:
        return ("promised" if "promised" in found else "time"), seen.time
    for use, kind in IDENTIFIERS.items():
        if use in found and "contact" not in found - {use}:
            return "person", kind
    if "email" in found or ("phone" in found and seen.phones > 0.3):
        return "person", "email" if "email" in found else "phone"
    if "customer" in found and not seen.time:
        return "person", "customer_id"
    checks = {
        "ref": seen.words < 4 and not seen.yes,
        "id": True,
        "touchpoint": seen.distinct <= 500 and seen.words < 8 and not seen.sure_number,
        "currency": seen.currencies > 0.8,
        "channel": seen.words < 5 and seen.distinct <= 200 and not seen.sure_number,
        "succeeded": seen.yes,
        "score": (seen.yes or seen.spoken().sure_number) and bool(scale(column)),
        "unit_price": seen.sure_number,
        "quantity": seen.sure_number,
        "wait": seen.sure_number,
        "amount": seen.numbers >= MONEY,
        "product_category": seen.distinct <= 5_000 and not seen.sure_number,
        "product_name": not seen.sure_number and seen.unlike < 0.5,
        "product": seen.words < 6 or seen.unlike < 0.5,
        "unit": seen.distinct <= 20_000 and seen.words < 6,
        "text": not seen.numbers > 0.5 and not seen.time and not seen.yes and seen.words >= 1.2 and not seen.said,
        "about": seen.distinct <= 500,
    }
    for use, fits in checks.items():
        if use in found and fits:
            return use, _detail(use, column)
    return None


def _detail(use: str, column: Column) -> str:
    if use == "score":
        return scale(column)
    if use == "wait":
        folded = names.plain(column.name)
        units = (("min", r"min"), ("h", r"hour|stund|hora|(^|_)h$"), ("d", r"day|tage|dias|(^|_)d$"))
        return next((unit for unit, words in units if re.search(words, folded)), "s")
    return ""


def scale(column: Column) -> str:
    """Give the scale that a column's name and values speak of; empty where none fits."""
    folded, seen = names.plain(column.name), column.profile.spoken()
    if seen.speaks == verbal.SATISFIED:
        return "csat5"
    if seen.yes and not seen.sure_number:
        judged = r"recommend|empfehl|recom(i?end|mand)|thumb|daumen|pulgar|helpful|hilfreich"
        return "yesno" if re.search(judged, folded) else ""
    if seen.low is None or seen.high is None or not seen.halves or OTHERS.search(folded):
        return ""
    likely = next((key for key, words in SCALE_WORDS if re.search(words, folded)), "")
    if likely in ("stars5", "csat", "") and seen.high > 7:
        return _longer(seen, asked="nps" if likely != "csat" else "points10")
    if likely == "csat":
        likely = "csat7" if 5 < seen.high <= 7 else "csat5"
    if likely == "smiley":
        likely = "smiley3" if seen.high <= 3 else "smiley5"
    if likely == "nps" and seen.within(0, 1):
        return "yesno"
    if likely == "stars5" and 5 < seen.high <= 7:
        return "csat7"
    if likely and _mostly(seen, *RANGES[likely]):
        return likely
    return ""


def _longer(seen: Profile, *, asked: str) -> str:
    """Give the scale of answers beyond seven: from 1 or from 0 to 10, or to 100; empty where none holds them."""
    if seen.within(1, 10):
        return "rating10"
    if seen.within(0, 10):
        return asked
    if seen.within(0, 100) and seen.distinct > FEW:
        return "points100"
    answers = [value for text, _count in seen.top if (value := _number(text)) is not None and 0 <= value <= 10]
    if not answers or not _mostly(seen, 0, 10):
        return ""
    return "stars5" if max(answers) <= 5 and min(answers) >= 1 else "rating10" if min(answers) >= 1 else asked


def _mostly(seen: Profile, low: float, high: float) -> bool:
    """Tell whether a scale holds the values; a value or two beyond it stand for “no answer”."""
    if seen.within(low, high):
        return True
    inside = sum(count for text, count in seen.top if _number(text) is not None and low <= float(text) <= high)
    everything = sum(count for _text, count in seen.top)
    return bool(everything) and inside >= 0.5 * everything and seen.distinct <= 15 and seen.high is not None


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _settle(columns: Sequence[Column]) -> None:
    """Let one column have what only one may have, and kinds of persons differ."""
    for use in ("ref", "id", "currency", "channel", "touchpoint", "product", "product_name", "product_category", "unit",
                "wait", "succeeded", "quantity", "unit_price"):  # fmt: skip
        alike = [column for column in columns if column.use == use]
        best = max(alike, key=lambda one: (bool(names.plain(one.name).endswith(("id", "nr", "no", "code"))),
                                           one.profile.filled), default=None)  # fmt: skip
        for column in alike:
            if column is not best:
                column.use, column.detail = "keep", ""
    _persons(columns)
    _money(columns)
    _words(columns)
    _transitions(columns)


def _transitions(columns: Sequence[Column]) -> None:
    """Of a log that tells of each activity when it was begun and when it was done, take what was done."""
    for column in columns:
        if column.name.lower() == "lifecycle:transition":
            seen = {text.lower(): text for text, _count in column.profile.top}
            if "complete" in seen and len(seen) > 1 and seen.keys() & {"start", "schedule", "assign"}:
                column.use, column.detail = "only", seen["complete"]


def _persons(columns: Sequence[Column]) -> None:
    seen: set[str] = set()
    for column in columns:
        if column.use == "person" and column.detail in seen:
            column.detail = OTHER
        if column.use == "person":
            seen.add(column.detail)
            if column.detail == "customer_id" and "unique" in names.plain(column.name):
                column.detail = OTHER


def _money(columns: Sequence[Column]) -> None:
    """Several amounts of one row are parts only where none is the total: a price and its freight add up."""
    amounts = [column for column in columns if column.use == "amount"]
    totals = [one for one in amounts if re.search(r"total|summe|gesamt|umsatz|revenue|sales|importe", one.name.lower())]
    for column in amounts:
        if totals and column is not totals[0]:
            column.use = "keep"
    if not totals and len(amounts) > 1:
        freight = re.compile(r"freight|shipping|versand|porto|envio|fracht")
        first = next((one for one in amounts if not freight.search(one.name.lower())), amounts[0])
        for column in amounts:
            if column is not first and not freight.search(column.name.lower()):
                column.use = "keep"
    pieces = [column for column in columns if column.use in ("quantity", "unit_price")]
    prices = [column for column in columns if column.use == "unit_price"]
    if not prices or any(column.use == "amount" for column in columns):
        for column in pieces:
            column.use = "keep"


def _words(columns: Sequence[Column]) -> None:
    """A title alone is no text that somebody wrote; a product's description neither."""
    texts = [column for column in columns if column.use == "text"]
    if texts and all(re.search(r"title|titel|titulo|subject|betreff|asunto", one.name.lower()) for one in texts):
        long = [one for one in texts if one.profile.words >= 4]
        for column in texts:
            if column not in long:
                column.use = "keep"
    if not any(column.use in ("product", "ref") for column in columns):
        for column in columns:
            if column.use == "product_name":
                column.use = "text" if column.profile.words >= 6 and column.profile.unlike > 0.5 else "keep"


def kind_of(column: Column) -> str:
    """Give the identifier kind of a person's column, as the recipe names it."""
    return slug(column.name) if column.detail == OTHER else column.detail


def power_of(column: Column) -> str:
    """Give the power of a kind of identifier that the recipe brings."""
    return "unique" if re.search(r"unique|eindeutig|unic", names.plain(column.name)) else "strong"
