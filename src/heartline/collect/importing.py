"""Import a recipe: from its files through the sandbox, identity and placement into one version of the lake."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa

from heartline.store import months, others
from heartline.store.engine import landing as engine
from heartline.store.engine.landing import Reading
from heartline.store.engine.sandbox import Limits, RecipeFailed, Sandbox, Source
from heartline.store.engine.select_check import checked
from heartline.store.lake import Lake
from heartline.store.snapshot import Snapshot
from heartline.store.steps import step
from heartline.store.writer import Writer

from . import defining, files, mapping, people, xes
from . import recipe as recipes
from .beside import Beside, Made, Overtaken, discard
from .buried import Buried
from .loading.ledger import never
from .placing import HASHED, Landing, Placer, parsed
from .quarantine import Quarantine, entry_file
from .recipe import Entry, Query, Recipe
from .retying import Said
from .seen import Lake as Names

Progress = Callable[[str, int, int, int], None]
SHOWN = 10
TRIES = 2
"""So often an import is made beside other writers; if what its rows are placed by was changed each time, then alone."""


@dataclass(frozen=True)
class Report:
    """What an import did.

    Parameters
    ----------
    version
        The lake version it made; None when nothing was new, or in a rehearsal.
    read, landed, there
        Rows that the queries gave, that are new in the lake, and that were in it already.
    dropped
        Rows dropped, by reason (`collect.reasons`).
    known
        Rows landed whose customer is known.
    places
        Of each touchpoint, or what a score without one judges (empty: neither): rows landed, and those whose customer
        is known.
    left
        Rows dropped, by the quarantine's file and by reason.
    refused
        Assertions that two identifiers are one person which were left out, since they would join two people.
    quarantine
        Folder with the dropped rows and a recipe that imports them once they are mended; None without any.
    sample
        The first rows as they land, at most ten; only in a rehearsal.
    """

    source: str
    version: int | None
    read: int
    landed: int
    there: int
    dropped: dict[str, int]
    known: int
    refused: int
    quarantine: Path | None
    sample: list[dict[str, Any]] = field(default_factory=list)
    rehearsed: bool = False
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    left: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def known_share(self) -> float | None:
        """Share of the landed rows whose customer is known; None when none landed."""
        return self.known / self.landed if self.landed else None


@dataclass(frozen=True)
class Prepared:
    """An entry whose query was checked and whose columns have found their use."""

    number: int
    entry: Entry
    sql: str
    field: str
    reading: Reading


def run(
    recipe: Path | str,
    data: Path | str,
    *,
    folder: Path | None = None,
    dry_run: bool = False,
    confined: bool = False,
    limits: Limits | None = None,
    progress: Progress | None = None,
    dropped: Path | None = None,
) -> Report:
    """Import a recipe into a data folder, which is made if it is not there.

    Parameters
    ----------
    folder
        Where the recipe's file paths begin; by default the recipe's own folder.
    dry_run
        Do everything but write; the report then shows rows.
    confined
        For uploaded recipes: files only inside the folder.
    progress
        Called with what is being read, the rows so far, and how many of how many entries are done.
    dropped
        Where a rehearsal keeps the rows that would be dropped; a real import keeps them in the data folder.

    Raises
    ------
    InvalidInput
        With the recipe's file and line as field: `no_recipe`, `bad_yaml`, `bad_recipe`, `no_file`, `unknown_kind`,
        `outside`, `bad_sql`, `not_one_select`, `unknown_table`, `refused_function`, `refused_column`, `wrong_type`,
        and those of `Sandbox.rows`.

    Privacy
    -------
    Identifiers reach the lake as keyed hashes only; contact columns do not reach it at all. Dropped rows are kept as
    they came, in the data folder's quarantine.
    """
    made = recipes.read(recipe)
    found = files.find(made, folder, confined=confined)
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="heartline-import-")))
        home = Path(data)
        if dry_run and not (home / "format").exists():
            home = scratch / "data"
        lake = Lake.create(home)
        if made.competitor:
            others.named(lake, made.their_unit, made.competitor)
        into = others.made(lake) if made.competitor else lake
        sources = files.sources(made, found, scratch)
        report = _typed(
            sources, limits, lambda sandbox: _attempt(_told(made), into, sandbox, dry_run, progress, dropped)
        )
        if into is not lake and not dry_run:
            others.note(lake)
        return report


def _typed(sources: dict[str, Source], limits: Limits | None, attempt: Callable[[Sandbox], Report]) -> Report:
    """Try with the types that the first rows show; where they were wrong, once more with those of all rows."""
    try:
        return attempt(Sandbox(sources, limits))
    except RecipeFailed as error:
        if not error.retyped:
            raise
    return attempt(Sandbox(sources, limits, whole_sample=True))


def _told(recipe: Recipe) -> Recipe:
    """Have every row of a competitor's carry whose it is, and say nothing of persons."""
    if not recipe.competitor:
        return recipe
    entries = tuple(
        replace(entry, constants={**entry.constants, "unit": recipe.their_unit}) for entry in recipe.interactions
    )
    return replace(recipe, interactions=entries, identities=())


def _attempt(
    recipe: Recipe, lake: Lake, sandbox: Sandbox, dry_run: bool, progress: Progress | None, dropped: Path | None
) -> Report:
    if dry_run:
        with sandbox:
            return Import(recipe, lake, sandbox, progress, dropped).run()
    why = f"import {recipe.source}"
    with lake.preparing(), sandbox:
        for _ in range(TRIES):
            with suppress(Overtaken):
                return Import(recipe, lake, sandbox, progress, lake.folder / "quarantine").land(why)
        with lake.write(why) as writer:
            return Import(recipe, lake, sandbox, progress, lake.folder / "quarantine").land(why, writer)


class Import:
    """One import under way."""

    def __init__(
        self, recipe: Recipe, lake: Lake, sandbox: Sandbox, progress: Progress | None, dropped: Path | None
    ) -> None:
        self.recipe = recipe
        self.lake = lake
        self.sandbox = sandbox
        self.progress = progress or (lambda _what, _rows, _done, _of: None)
        self.snapshot = lake.at()
        self.now = datetime.now(UTC)
        self.quarantine = Quarantine(dropped, recipe, self.now)

    def run(self) -> Report:
        """Rehearse it: do everything but write."""
        sample: list[dict[str, Any]] = []
        for batch in self._rows():
            sample.extend(batch.slice(0, SHOWN - len(sample)).to_pylist())
        return replace(self._report(self.ties), sample=sample, rehearsed=True)

    def land(self, why: str, writer: Writer | None = None) -> Report:
        """Do it, beside other writers; with one that is held already, nobody else writes meanwhile.

        Raises
        ------
        Overtaken
            When it has to be done again.
        """
        made = None
        try:
            made = self._made()
            beside = Beside(self.lake, made)
            version = beside.commit(why, writer)
        except BaseException:
            self.quarantine.forget()
            raise
        finally:
            if made is not None:
                discard(self.lake, made.files)
        return replace(self._report(beside.settled.ties), version=version)

    def _made(self) -> Made:
        """Write the rows as they land; no log names them yet."""
        made = Made(self.snapshot, self.recipe)
        made.files = months.write(self._rows(), self.lake.interactions, months.LATER)
        try:
            made.bodies = tuple(defining.brought(self.recipe, self._rows_of))
            self.lake.interactions.flush_files(made.files)
            step("import: rows written")
        except BaseException:
            discard(self.lake, made.files)
            raise
        fresh = people.first_seen(self.ledger, self.buried.seen())
        names = pa.array(self.landing.hashes.names, pa.string())
        made.said = Said(self.ledger, self.pairs, names, fresh, self._powers(), self.ties)
        made.landing = self.landing
        made.vain = self.buried.without(self.landing.hashes.vain(), self.ledger)
        return made

    def _rows(self) -> Iterator[pa.RecordBatch]:
        """Settle people, and give the rows as they land."""
        entries = [self._prepared(number, entry) for number, entry in enumerate(self.recipe.interactions)]
        definitions = self.snapshot.definitions
        hashes = people.Hashes(self.lake.key, never(self.lake))
        self.ledger = self.snapshot.table("identities")
        self.buried = Buried(self.lake, hashes)
        self.pairs = self.buried.without(self._assertions(entries, hashes), self.ledger)
        self.ties = people.tie(self.ledger, self.pairs, self._powers(), self.snapshot.version + 1)
        self.landing = Landing(
            source=self.recipe.source,
            zone=self.recipe.timezone,
            currency=self.recipe.currency or definitions.settings["currency"],
            now=self.now,
            hashes=hashes,
            buried=self.buried,
            names_in_lake=partial(names_in_lake, self.snapshot, self.recipe.source),
            touchpoints=defining.touchpoints(self.snapshot, self.recipe),
            merged=defining.merged(definitions),
            moves=defining.taken(definitions),
            customer_of=self.ties.customer_of,
        )
        return self._placed(entries, self.landing)

    def _report(self, ties: people.Ties) -> Report:
        landing = self.landing
        return Report(
            source=self.recipe.source,
            version=None,
            read=landing.read,
            landed=landing.landed,
            there=landing.there,
            dropped=dict(landing.dropped),
            known=landing.known,
            refused=ties.refused.num_rows,
            quarantine=self.quarantine.close(),
            places={key: (landed, known) for key, (landed, known) in landing.places.items() if landed},
            left={entry_file(number): dict(counts) for number, counts in sorted(landing.left.items())},
        )

    def _powers(self) -> dict[str, str]:
        defined = {key: str(body["power"]) for key, body in self.snapshot.definitions.all("identifier_kind").items()}
        return {**recipes.IDENTIFIERS, **defined, **self.recipe.identifiers}

    def _prepared(self, number: int, entry: Entry) -> Prepared:
        if entry.log:
            sql, field_ = xes.query(entry.log.file, entry.log.lifecycle), str(entry.place)
        else:
            assert entry.query
            sql, field_ = entry.query.sql, str(entry.query.place)
        sql = checked(sql, self.sandbox.sources, field=field_).rstrip().rstrip(";")
        types = self._described(sql, field_)
        if entry.log and entry.log.customer is None:
            types = {name: kind for name, kind in types.items() if name != "customer_id"}
        reading = mapping.reading(self.recipe, entry, types, self.snapshot.definitions.scales, self.now)
        return Prepared(number, entry, sql, field_, reading)

    def _assertions(self, entries: list[Prepared], hashes: people.Hashes) -> pa.Table:
        """Gather who is said to be one person, by identities and by rows with several identifiers."""
        found = [people.pair([], hashes)]
        for query in self.recipe.identities:
            sql, types = self._query(query)
            ids = {name.lower(): name for name in types}
            odd = [name for name in ids if name not in self.recipe.kinds]
            if odd:
                known = ", ".join(self.recipe.kinds)
                raise query.place.wrong(f"“{odd[0]}” is no kind of identifier.", f"Expected some of: {known}.")
            reading = mapping.identities(self.recipe, types, ids, self.now)
            found.append(self._paired(engine.identities(sql, reading), reading, str(query.place), hashes))
        found.extend(
            self._paired(engine.people(one.sql, one.reading), one.reading, one.field, hashes)
            for one in entries
            if len(one.reading.identifiers) > 1
        )
        return pa.concat_tables(found)

    def _paired(self, sql: str, reading: Reading, field_: str, hashes: people.Hashes) -> pa.Table:
        def pairs() -> Iterator[pa.Table]:
            yield people.pair([], hashes)
            for batch in self.sandbox.rows(sql, field=field_):
                yield people.pair([hashes.codes(kind, batch[f"id_{kind}"]) for kind in reading.identifiers], hashes)

        return pa.concat_tables(pairs())

    def _placed(self, entries: list[Prepared], landing: Landing) -> Iterator[pa.RecordBatch]:
        for one in entries:
            zoned, precision = engine.constants(one.reading)
            kinds = tuple(one.reading.identifiers)
            placer = Placer(landing, one.number, kinds, one.entry.constants, zoned, precision)
            what = one.entry.constants.get("touchpoint") or f"entry {one.number + 1}"
            self.progress(what, landing.read, one.number, len(entries))
            for batch in self.sandbox.rows(engine.statement(one.sql, one.reading), field=one.field):
                rows = placer.place(batch)
                self.quarantine.keep(one.number, one.reading, placer.dropped)
                placer.dropped.clear()
                self.progress(what, landing.read, one.number, len(entries))
                if rows.num_rows:
                    yield rows

    def _rows_of(self, query: Query, columns: tuple[str, ...]) -> list[dict[str, Any]]:
        """Run a query for definitions."""
        sql, types = self._query(query)
        odd = [name for name in types if name not in columns]
        if odd:
            raise query.place.wrong(f"“{odd[0]}” is not known here.", f"Expected some of: {', '.join(columns)}.")
        if "key" not in types:
            raise query.place.wrong("There is no column “key”.", "Expected `… as key`.")
        batches = list(self.sandbox.rows(sql, field=str(query.place)))
        return [row for batch in batches for row in batch.to_pylist()]

    def _query(self, query: Query) -> tuple[str, dict[str, str]]:
        field_ = str(query.place)
        sql = checked(query.sql, self.sandbox.sources, field=field_).rstrip().rstrip(";")
        return sql, self._described(sql, field_)

    def _described(self, sql: str, field_: str) -> dict[str, str]:
        """Give the columns of a query; where it asks for one that is not there, say which there are."""
        try:
            return self.sandbox.describe(sql, field=field_)
        except RecipeFailed as error:
            if error.code == "wrong_column":
                there = [
                    f"{name} ({', '.join(self.sandbox.describe(f'FROM {name}'))})"
                    for name in self.sandbox.sources
                    if re.search(rf"\b{name}\b", sql, re.IGNORECASE)
                ]
                error.remedy = f"The files have: {'; '.join(there)}."
            raise


def names_in_lake(snapshot: Snapshot, source: str) -> Names:
    """Give the 128-bit names of a source's rows in the lake."""
    rows = snapshot.rows("id", "source")
    mine = rows.filter(rows.source == source)
    local = mine.id.substr(len(source) + 1)
    name = ibis.ifelse(local.re_search(HASHED), local.substr(0, 32), local.hexdigest("md5"))
    found = snapshot.execute(mine.select(name=name))["name"].combine_chunks()
    return Names(*parsed(found))
