"""Makes a demo data folder: the world's files go through the import door, then definitions that no recipe carries."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from heartline.collect import importing
from heartline.core.errors import Conflict, InvalidInput
from heartline.listen.surveys import codebook
from heartline.listen.text import embedding, seeds, showing
from heartline.listen.text.reader import company
from heartline.listen.text.refining import hear, refine
from heartline.listen.text.themes import keeping
from heartline.store.definitions import Definitions
from heartline.store.disk import flush
from heartline.store.lake import Lake

from . import surveys
from .book import Planted
from .calendar import DAYS, Calendar
from .company import CURRENCY, NAME, RATES, ZONE, Company
from .segments import segments, unit_labels
from .truth import Truth
from .world import Lives, World

CUSTOMERS, SEED = 5_000, 7
MOST = 5_000_000
MARK = "demo"
"""The field of the company's settings that tells demo data."""
OURS = ("lake", "cache", "heartline.db", "inbox.db")
"""What a data folder may hold before it has a format; databases also with what SQLite puts beside them."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Made:
    """What was made: where, customers, interactions, the days, and the lake's version."""

    folder: Path
    customers: int
    interactions: int
    first: date
    until: date
    version: int


def make(
    folder: Path | str,
    customers: int = CUSTOMERS,
    seed: int = SEED,
    until: date | None = None,
    *,
    files: Path | None = None,
    progress: Progress | None = None,
    read: int = 0,
) -> Made:
    """Fill an empty data folder with the demo company. Safe beside a server that has the folder open.

    Parameters
    ----------
    folder
        Not there yet, or without an interaction.
    customers
        How many; files are written and imported two hundred thousand customers at a time.
    seed
        The same seed and the same last day make the same files, byte by byte.
    until
        The last day; by default yesterday.
    files
        Keep the files that are imported here; with more than two hundred thousand customers the last ones.
    progress
        Called with what is done, the customers done, and how many there are.
    read
        So many of the newest texts are read here and now, so that pages about them are filled from the beginning; the
        others are read by a server, in the background.

    Raises
    ------
    Conflict
        `not_empty` when the folder holds other data.
    InvalidInput
        `bad_customers`, `future_day`.
    """
    home = Path(folder).absolute()
    yesterday = datetime.now(ZoneInfo(ZONE)).date() - timedelta(days=1)
    last = until or yesterday
    _check(home, customers, last, yesterday)
    world = World(customers, seed, Calendar(last), Company())
    lake = Lake.create(home)
    mark(lake, world)
    say = progress or (lambda _what, _done, _of: None)
    truth, landed = _bring_in(world, home, files, say)
    name_units(lake, world.company)
    if read and embedding.wanted():
        say("reading", customers, customers)
        read_newest(lake, read)
    _write(home / "truth.json", truth.document())
    return Made(home, customers, landed, world.calendar.first, last, lake.at().version)


def _bring_in(world: World, home: Path, files: Path | None, say: Progress) -> tuple[Truth, int]:
    """Let the company live, and import what each stretch of customers left behind: the truth of it, and rows landed."""
    truth, landed, of = Truth(world), 0, world.customers

    def told(lives: Lives, rows: Mapping[str, int], planted: Planted) -> None:
        truth.add(lives, rows, planted)
        say("living", truth.customers, of)

    with tempfile.TemporaryDirectory(prefix="heartline-demo-") as scratch:
        for _, recipe in world.write(files or Path(scratch), told):
            say("importing", truth.customers, of)
            landed += importing.run(recipe, home).landed
    return truth, landed


def read_newest(lake: Lake, count: int) -> None:
    """Read the newest texts for feeling, emotions and themes, as the background does; all are heard."""
    by = company(lake.at().definitions, lake.folder)
    refine(lake, by, limit=count)
    hear(lake, by)
    showing.ready(lake.at())
    keeping.read(lake, keeping.reader(lake.at(), by.embedder), keeping.unread(lake.at(), count))


def is_demo(where: Lake | Definitions) -> bool:
    """Tell whether a lake holds the demo company; anybody who reads settings can: `definitions.settings["demo"]`."""
    found = where.at().definitions if isinstance(where, Lake) else where
    return found.settings.get(MARK) is True


def mark(lake: Lake, world: World) -> None:
    """Write settings, events and groups of people: before the data, so that what is half made says what it is.

    Texts are compared by the encoder that every installation has: whoever starts Heartline waits for them.
    """
    calendar = world.calendar
    days = {
        "first": calendar.first,
        "middle": calendar.first + timedelta(days=DAYS // 2),
        "late": calendar.first + timedelta(days=DAYS * 3 // 4),
    }
    company = {
        "name": NAME,
        "timezone": ZONE,
        "currency": CURRENCY,
        "week_start": "monday",
        "rates": [{"date": str(days[when]), "currency": "GBP", "rate": rate} for when, rate in RATES],
        MARK: True,
    }
    with lake.write("demo") as writer:
        writer.define("settings", "company", company, source="demo")
        writer.define("settings", seeds.KEY, {"encoder": embedding.Portable.name}, source="demo")
        for event in calendar.events:
            writer.define("event", event.key, event.body(), source="demo")
        for key, body in segments(calendar):
            writer.define("segment", key, body, source="demo")
        for key, body in surveys.codebooks():
            writer.define(codebook.KIND, key, body, source="demo")


def name_units(lake: Lake, company: Company) -> None:
    """Give units their names in other languages, which the import's tables do not have."""
    there = lake.at().definitions.all("unit")
    with lake.write("demo") as writer:
        for key, labels in unit_labels(company).items():
            writer.define("unit", key, {**there[key], "labels": labels}, source="demo")


def _check(home: Path, customers: int, last: date, yesterday: date) -> None:
    if not 1 <= customers <= MOST:
        raise InvalidInput(
            "bad_customers", f"A demo company has from 1 to {MOST:,} customers.", field="customers",
            remedy="Name a number between them.",
        )  # fmt: skip
    if last > yesterday:
        raise InvalidInput(
            "future_day", f"The demo company cannot have lived until {last} yet.", field="until",
            remedy=f"Name a day up to {yesterday}.",
        )  # fmt: skip
    ours = (home / "format").exists()
    other = [path for path in home.iterdir() if not _belongs(path.name)] if home.is_dir() and not ours else []
    holds_rows = ours and bool(Lake.open(home).at().files("interactions"))
    if other or holds_rows or (home.exists() and not home.is_dir()):
        raise Conflict(
            "not_empty", f"{home} holds other data.", field="data",
            remedy="Name a folder that is empty or not there yet.",
        )  # fmt: skip


def _belongs(name: str) -> bool:
    return any(name == one or name.startswith(f"{one}-") for one in OURS)


def _write(path: Path, document: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    flush([path])
