"""Two surveys of the company: how what was bought compares with what was expected, and whether visitors found it.

What people write in the first shows an emotion that is planted; that it is one of them is drawn by how they feel.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np

from heartline.listen.surveys import codebook
from heartline.listen.surveys.gallery import example
from heartline.listen.surveys.values import Survey
from heartline.listen.text.seeds import EMOTIONS

from .book import Planted, Words
from .calendar import DAY, DAYS, Floats, Ints
from .company import COUNTRIES, NOUNS
from .people import Rng
from .shopping import Homes
from .visits import Visits
from .voices import MODELS_AT, Voices

Texts = np.typing.NDArray[np.object_]

EXPECTED, FOUND = "unpacked", "found_it"
EXAMPLES = {EXPECTED: "expectation", FOUND: "found"}
ASKED, VISITORS = 0.11, 0.02
"""Of what came home, and of visits without a purchase: how many answer."""
WRITES = 0.8
FOUND_BY = {"de": 0.76, "uk": 0.72, "es": 0.58}
"""Chance that a visitor found what they needed, by country: planted."""
SHOWN = {
    True: {"joy": 0.36, "trust": 0.24, "surprise": 0.16, "calm": 0.24},
    False: {"anger": 0.42, "sadness": 0.24, "fear": 0.14, "disgust": 0.12, "surprise": 0.08},
}
"""Chance of each emotion, by whether somebody is contented: planted."""
END_S = DAYS * DAY
PARTS = ("product", "packaging", "delivery", "help")


@cache
def surveys() -> tuple[Survey, ...]:
    """Give the surveys as they are asked."""
    return tuple(example(name).model_copy(update={"key": key}) for key, name in EXAMPLES.items())


def codebooks() -> Iterator[tuple[str, dict[str, Any]]]:
    """Give what the lake has to know to read their answers."""
    for one in surveys():
        yield one.key, codebook.body([one])


def expected(rng: Rng, voices: Voices, home: Homes, arrived: Floats, rows: Ints) -> Planted:
    """Ask some weeks after a product came home; give what was planted.

    Parameters
    ----------
    rows
        Of what came home, what was kept.
    """
    ledger = voices.ledger
    rows = rows[rng.random(len(rows)) < ASKED]
    of, feeling = home.of[rows], home.answers.feeling[rows]
    at = arrived[rows] + rng.uniform(15, 45, len(rows)) * DAY
    shared = {
        "customer": ledger.person(of), "product": ledger.product(of), "unit": ledger.web_shop(of), "survey": EXPECTED,
        "response": responses(ledger.book.block, EXPECTED, len(rows)), "channel": "email",
    }  # fmt: skip
    country = ledger.country(of)
    for place, part in enumerate(PARTS):
        felt = feeling if place == 0 else 0.4 * feeling + rng.normal(0, 0.4, len(rows))
        points = np.clip(np.round(3.2 + 1.8 * felt + rng.normal(0, 0.4, len(rows))), 1, 5)
        ledger.book.add(
            "surveyed", country, at, question="expected", row=part, score=points, scale="csat5",
            chosen=points.astype(np.int64), about="delivery" if part == "delivery" else None, **shared,
        )  # fmt: skip
    writes = np.flatnonzero(rng.random(len(rows)) < WRITES)
    shown = [_drawn(rng, bool(good)) for good in (feeling[writes] + rng.normal(0, 0.15, len(writes)) > 0.1)]
    said = _said(voices, of[writes], [f"emotion.{emotion}" for emotion in shown])
    some = {name: value[writes] if isinstance(value, Words) else _at(value, writes) for name, value in shared.items()}
    ledger.book.add("surveyed", country[writes], at[writes] + 40, question="surprise", text=said, **some)
    come = at[writes] + 40 < END_S
    planted = Planted()
    for place, emotion, here in zip(country[writes].tolist(), shown, come.tolist(), strict=True):
        if here:
            planted["emotion", COUNTRIES[place].key, emotion] += 1
    planted["responses", EXPECTED] = int((at < END_S).sum())
    return planted


def found(rng: Rng, voices: Voices, seen: Visits) -> Planted:
    """Ask visitors who leave without the checkout whether they found it; nobody asks for a name."""
    book = voices.ledger.book
    rows = np.flatnonzero((seen.buy < 0) & (rng.random(len(seen)) < VISITORS))
    country = seen.country[rows]
    chance = np.array([FOUND_BY[one.key] for one in COUNTRIES])[country]
    yes = rng.random(len(rows)) < chance
    at = seen.at[rows] + 80 + 30 * seen.pages[rows]
    units = [f"{one.key}_online" for one in COUNTRIES]
    shared = {"survey": FOUND, "channel": "web", "about": "search"}
    names = responses(book.block, FOUND, len(rows))
    book.add(
        "surveyed", country, at, question="found", score=yes.astype(float), scale="yesno", unit=Words(country, units),
        response=names, **shared,
    )  # fmt: skip
    no = np.flatnonzero(~yes & (rng.random(len(rows)) < WRITES))
    products = [voices.ledger.company.products[place] for place in seen.product[rows[no]]]
    said = _objects([
        voices.speaker.tell(COUNTRIES[place].language, "found.no",
                            {"noun": NOUNS[one.noun], "model": one.name.split()[MODELS_AT]})
        for place, one in zip(country[no].tolist(), products, strict=True)
    ])  # fmt: skip
    book.add(
        "surveyed", country[no], at[no] + 20, question="looking_for", text=said, unit=Words(country[no], units),
        response=_at(names, no), **shared,
    )  # fmt: skip
    planted = Planted()
    come = at < END_S
    for place, one in enumerate(COUNTRIES):
        here = come & (country == place)
        planted["found", one.key, "yes"] = int((here & yes).sum())
        planted["found", one.key, "asked"] = int(here.sum())
    planted["responses", FOUND] = int(come.sum())
    return planted


def responses(block: int, key: str, count: int) -> Texts:
    """Name responses."""
    return _objects([f"{key}-{block}-{number}" for number in range(count)])


def _objects(texts: Sequence[str]) -> Texts:
    made = np.empty(len(texts), object)
    made[:] = texts
    return made


def _at(value: Any, places: Ints) -> Any:
    return value[places] if isinstance(value, np.ndarray) else value


def _drawn(rng: Rng, good: bool) -> str:
    chances = SHOWN[good]
    return str(rng.choice(list(chances), p=list(chances.values())))


def _said(voices: Voices, of: Ints, topics: list[str]) -> Texts:
    ledger = voices.ledger
    country, product = ledger.country(of).tolist(), ledger.buys.product[of].tolist()
    made = []
    for place, number, topic in zip(country, product, topics, strict=True):
        one = ledger.company.products[number]
        slots = {"noun": NOUNS[one.noun], "model": one.name.split()[MODELS_AT]}
        made.append(voices.speaker.tell(COUNTRIES[place].language, topic, slots))
    return _objects(made)


def document(planted: Planted) -> dict[str, Any]:
    """Give what was planted, as `truth.json` holds it."""
    by = {one.key: {name: planted["emotion", one.key, name] for name in EMOTIONS} for one in COUNTRIES}
    return {
        "emotions": {name: sum(some[name] for some in by.values()) for name in EMOTIONS},
        "emotions_by_country": by,
        "found": {
            one.key: {"asked": planted["found", one.key, "asked"], "yes": planted["found", one.key, "yes"]}
            for one in COUNTRIES
        },
        "responses": {key: planted["responses", key] for key in EXAMPLES},
    }  # fmt: skip
