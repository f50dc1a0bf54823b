"""The world: blocks of customers are drawn, live two years, and leave their traces in files. One seed, one world."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np
import pyarrow as pa

from . import aftermath, mailings, mishaps, people, purchases, shopping, surveys, visits
from .aftermath import Contacts, Leaving, Returns
from .book import Book, Planted, Shelf, Words, numbered
from .calendar import Calendar, Floats
from .commerce import Ledger
from .company import COUNTRIES, Company, Product, Unit
from .mishaps import Mishaps
from .people import APP, COLLECT, WEB, Flags, People
from .purchases import Purchases
from .sentences import Speaker
from .shopping import Checkouts, Homes, Orders, Parcels, Pickups, Tills
from .voices import Voices

BLOCK = 5_000
"""Customers who are drawn together; what bounds the memory."""
FILE = 40
"""Blocks in the files of one import."""
FIRST_NAMES = {
    "de": ("Anna", "Jonas", "Lea", "Felix", "Marie", "Paul", "Clara", "Lukas", "Ida", "Ben"),
    "es": ("Lucía", "Mateo", "Carmen", "Pablo", "Elena", "Javier", "Marta", "Álvaro", "Nuria", "Diego"),
    "en": ("Olivia", "Jack", "Grace", "Harry", "Emily", "George", "Ruby", "Oscar", "Alice", "Tom"),
}
LAST_NAMES = {
    "de": ("Brandt", "Keller", "Vogel", "Hartmann", "Seidel", "Lorenz", "Busch", "Arnold", "Winter", "Sommer"),
    "es": ("Ortega", "Navarro", "Vidal", "Serrano", "Molina", "Rubio", "Castro", "Iglesias", "Prieto", "Campos"),
    "en": ("Carter", "Hughes", "Bennett", "Walsh", "Palmer", "Fletcher", "Reid", "Barker", "Lowe", "Marsh"),
}


@dataclass(frozen=True)
class Lives:
    """What one block's customers lived; `kept` tells which purchases were begun before their customer left."""

    people: People
    buys: Purchases
    checked: Checkouts
    ordered: Orders
    sent: Parcels
    got: Pickups
    sold: Tills
    home: Homes
    arrived: Floats
    back: Returns
    asked: Contacts
    leaves: Leaving
    kept: Flags
    missed: Mishaps


@dataclass(frozen=True)
class World:
    """The demo company's two years.

    Parameters
    ----------
    customers
        How many.
    seed, until
        The same two make the same files, byte by byte.
    """

    customers: int
    seed: int
    calendar: Calendar
    company: Company

    @property
    def blocks(self) -> int:
        """How many blocks of customers there are."""
        return -(-self.customers // BLOCK)

    def write(
        self, folder: Path, told: Callable[[Lives, Mapping[str, int], Planted], None]
    ) -> Iterator[tuple[int, Path]]:
        """Write the files of one import after the other into a folder; give its number and recipe when they are there.

        Parameters
        ----------
        told
            Is told of every block: what was lived, the rows by file, and what surveys were planted with.
        """
        for place, first in enumerate(range(0, self.blocks, FILE)):
            with Shelf(folder) as shelf:
                for block in range(first, min(first + FILE, self.blocks)):
                    lives, book = self.lived(block)
                    told(lives, shelf.add(book), book.planted)
            self._tables(folder)
            yield place, self._recipe(folder, place)

    def lived(self, block: int) -> tuple[Lives, Book]:
        """Let a block's customers live, and write down what the company's systems know of it."""
        first = block * BLOCK
        rng = np.random.default_rng([self.seed, block])
        crowd = people.draw(rng, first, min(BLOCK, self.customers - first))
        lives = self._lives(rng, crowd)
        return lives, self._told(rng, block, lives)

    def _lives(self, rng: np.random.Generator, crowd: People) -> Lives:
        calendar, company = self.calendar, self.company
        buys = purchases.draw(rng, crowd, calendar, company)
        checked = shopping.checkouts(rng, crowd, buys, calendar)
        ordered = shopping.orders(rng, crowd, buys, checked)
        missed = mishaps.draw(rng, crowd, buys, ordered.of)
        bought = np.setdiff1d(ordered.of, missed.of, assume_unique=True)
        way = buys.way[bought]
        sent = shopping.parcels(rng, crowd, buys, bought[(way == WEB) | (way == APP)], calendar, company)
        got = shopping.pickups(rng, crowd, buys, bought[way == COLLECT], calendar, company)
        sold = shopping.tills(rng, crowd, buys)
        at_home = np.concatenate((sent.of, got.of))
        arrived = np.concatenate((buys.at[sent.of] + sent.wait, buys.at[got.of] + got.fetched))
        home = shopping.homes(rng, crowd, buys, at_home, company)
        back = aftermath.returns(rng, crowd, buys, at_home, arrived, company)
        asked = aftermath.contacts(rng, crowd, buys, calendar, checked, sent, got, missed)
        leaves = aftermath.leaving(rng, crowd, buys, calendar, checked, sent, home, back, asked, missed)
        kept = buys.at < leaves.at[buys.customer]
        return Lives(crowd, buys, checked, ordered, sent, got, sold, home, arrived, back, asked, leaves, kept, missed)

    def _told(self, rng: np.random.Generator, block: int, lives: Lives) -> Book:
        book = Book(self.calendar, block)
        names = self._names(book, lives.people)
        ledger = Ledger(book, lives.people, lives.buys, names, self.company)
        voices = Voices(ledger, Speaker(int(rng.integers(1 << 62))), rng)
        kept, checked = lives.kept, lives.checked
        seen = visits.draw(rng, lives.people, lives.buys, checked, lives.leaves.at, self.company)
        visits.tell(rng, book, seen, checked, names, self.company)
        ledger.orders(rng, checked.of[checked.bought & kept[checked.of]])
        ledger.parcels(lives.sent, np.flatnonzero(kept[lives.sent.of]))
        ledger.collections(lives.got, np.flatnonzero(kept[lives.got.of]))
        ledger.mishaps(lives.missed, kept)
        ledger.tills(lives.sold, np.flatnonzero(kept[lives.sold.of]))
        ledger.returns(lives.back, np.flatnonzero(kept[lives.back.of]))
        ledger.dropped(lives.back, kept[lives.back.dropped])
        tickets = voices.contacts(lives.asked, np.flatnonzero(kept[lives.asked.of]))
        voices.of_checkouts(checked, seen, kept[checked.of])
        voices.of_pages(seen)
        voices.of_orders(lives.ordered, kept[lives.ordered.of])
        voices.of_parcels(lives.sent, kept[lives.sent.of])
        voices.of_lost(lives.missed, kept[lives.missed.lost])
        voices.of_pickups(lives.got, kept[lives.got.of])
        voices.of_tills(lives.sold, kept[lives.sold.of])
        voices.of_homes(lives.home, lives.arrived, kept[lives.home.of])
        voices.of_returns(lives.back, kept[lives.back.of])
        voices.of_contacts(lives.asked, tickets, kept[lives.asked.of])
        voices.members(lives.leaves)
        mailings.letters(rng, ledger, lives.leaves.at, self.calendar)
        mailings.notices(rng, ledger, lives.leaves.at)
        mailings.recommend(rng, voices, lives.leaves.at, sore(lives), self.calendar)
        book.planted += surveys.expected(rng, voices, lives.home, lives.arrived, np.flatnonzero(kept[lives.home.of]))
        book.planted += surveys.found(rng, voices, seen)
        return book

    def _names(self, book: Book, crowd: People) -> dict[str, Words]:
        """Give everybody's identifiers; devices are two for each person, then those of strangers."""
        everybody = np.arange(len(crowd))
        ids = numbered("C", crowd.number + 1)
        language = [COUNTRIES[place].language for place in crowd.country]
        numbers = crowd.number.tolist()
        full = [
            f"{FIRST_NAMES[tongue][number * 7 % 10]} {LAST_NAMES[tongue][number // 10 % 10]}"
            for tongue, number in zip(language, numbers, strict=True)
        ]
        email = [f"{ascii_name(name)}.{number}@example.org" for name, number in zip(full, numbers, strict=True)]
        prefix = [COUNTRIES[place].phone for place in crowd.country]
        phone = [f"{start}{number:07d}" for start, number in zip(prefix, numbers, strict=True)]
        card = numbered("HC", crowd.number)
        strangers = round(len(crowd) * visits.STRANGERS) + 1
        device = numbered("d", np.arange(2 * len(crowd) + strangers) + book.block * 10_000_000)
        made = {"customer": ids, "email": pa.array(email), "phone": pa.array(phone), "card": card}
        whole = pa.table({**made, "name": pa.array(full)})
        book.parts["customers"] = [whole]
        return {name: Words(everybody, words) for name, words in {**made, "device": device}.items()}

    def _tables(self, folder: Path) -> None:
        """Write units and catalogue."""
        for name, kind, rows, left_out in (
            ("units", Unit, self.company.units, ()),
            ("products", Product, self.company.products, ("noun",)),
        ):
            columns = [one.name for one in fields(kind) if one.name not in left_out]
            with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
                writer.writeheader()
                writer.writerows(asdict(row) for row in rows)

    def _recipe(self, folder: Path, place: int) -> Path:
        """Write the recipe of an import; each is a source of its own, so that none need look through all others."""
        text = Path(__file__).with_name("recipe.yaml").read_text(encoding="utf-8")
        if place:
            text = text.replace("source: demo\n", f"source: demo_{place + 1}\n", 1)
        path = folder / "recipe.yaml"
        path.write_text(text, encoding="utf-8")
        return path


def sore(lives: Lives) -> Floats:
    """Give how much each customer was hurt on the whole: by parcels, refunds and unsettled questions."""
    hurt = np.zeros(len(lives.people))
    for of, feeling in (
        (lives.sent.of, lives.sent.answers.feeling),
        (lives.missed.lost, lives.missed.answers.feeling),
        (lives.back.of, lives.back.answers.feeling),
        (lives.asked.of, lives.asked.answers.feeling),
    ):
        bad = lives.kept[of] & (feeling < 0)
        np.add.at(hurt, lives.buys.customer[of[bad]], -0.3 * feeling[bad])
    return np.minimum(hurt, 0.8)


def ascii_name(name: str) -> str:
    """Write a name as it stands in an address."""
    plain = str.maketrans("áéíóúÁñ", "aeiouAn")
    return name.translate(plain).lower().replace(" ", ".")
