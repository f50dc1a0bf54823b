"""An import that was made beside other writers, held against what landed meanwhile, and committed under the lock.

Whatever it did was done as of one version. What landed since may hold rows of its own source, speak of people whom it
knows, or change what its rows were placed by. The first two are settled for what they concern; after the last it has
to be made again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from heartline.store import months
from heartline.store.lake import Lake
from heartline.store.log import DataFile
from heartline.store.snapshot import Snapshot
from heartline.store.stamping import stamp
from heartline.store.steps import step
from heartline.store.writer import Writer

from . import defining, people, refusing
from .placing import HASHED, Landing, parsed
from .recipe import Recipe
from .retying import Retying, Said, Settled

ROUNDS = 5
"""So often an import is settled beside writers; if something that concerns it has landed again, then under the lock."""
NAME = re.compile(HASHED)


class Overtaken(Exception):
    """What rows were placed by was changed meanwhile: the import has to be made again."""


@dataclass
class Made:
    """What an import has made.

    Parameters
    ----------
    snapshot
        The version that was newest when it began.
    files
        Its rows, not stamped yet.
    bodies
        Definitions that its recipe brings.
    vain
        Who came with values that name nobody, as refusals.
    """

    snapshot: Snapshot
    recipe: Recipe
    landing: Landing = field(init=False)
    said: Said = field(init=False)
    vain: pa.Table = field(init=False)
    bodies: Sequence[defining.Body] = ()
    files: list[DataFile] = field(default_factory=list)


@dataclass(frozen=True)
class News:
    """What landed since that concerns an import: rows of the ledger, and ids of its own that are in the lake."""

    version: int
    said: pa.Table | None = None
    ids: pa.Array | None = None

    def __bool__(self) -> bool:
        return self.said is not None or self.ids is not None


class Beside:
    """One import, made and not committed."""

    def __init__(self, lake: Lake, made: Made) -> None:
        self.lake = lake
        self.made = made
        self.version = made.snapshot.version
        self.settled = Settled(made.said.ties, made.said.fresh)
        self._retying: Retying | None = None
        self._defined = made.snapshot.newest.tables.get("definitions")
        self._placed_by = placed_by(made.snapshot, made)

    def commit(self, why: str, writer: Writer | None = None) -> int | None:
        """Settle what landed meanwhile and publish; give the version, None where there was nothing to publish.

        Parameters
        ----------
        writer
            One that is held already: then nothing lands meanwhile.

        Raises
        ------
        Overtaken
            When the import has to be made again.
        """
        for left in reversed(range(ROUNDS)):
            self._settle(self._news(self.lake.at()))
            step("import: settled")
            held: AbstractContextManager[Writer] = self.lake.write(why) if writer is None else nullcontext(writer)
            with held as mine:
                news = self._news(self.lake.at())
                if not news or not left:
                    self._settle(news)
                    self._write(mine)
                    mine.commit()
                    break
        return mine.version if mine.published else None

    def _write(self, writer: Writer) -> None:
        made, snapshot = self.made, self.lake.at()
        writer.append_files(stamp(self.lake.interactions, made.files, writer.version))
        made.files = []  # they are the writer's now
        step("import: stamped")
        ties, source = self.settled.ties, made.recipe.source
        writer.add("identities", people.additions(ties, self.settled.fresh, source))
        refused = pa.concat_tables([ties.refused.select(made.vain.column_names), made.vain])
        writer.add("refusals", refusing.kept(snapshot.table("refusals"), refused, source))
        if ties.changed is not None:
            writer.add("customers", ties.changed)
        defining.define(writer, snapshot, made.recipe, made.landing.found, made.bodies)

    def _news(self, snapshot: Snapshot) -> News:
        """Find what landed since and concerns this import."""
        if snapshot.version == self.version:
            return News(self.version)
        defined = snapshot.newest.tables.get("definitions")
        if defined != self._defined:
            if placed_by(snapshot, self.made) != self._placed_by:
                raise Overtaken
            self._defined = defined
        said = landed(snapshot, "identities", self.version, ("left", "right", "same", "source", "landed"))
        ids = self._mine(landed(snapshot, "interactions", self.version, ("id", "source", "landed")))
        return News(snapshot.version, said if said.num_rows and self._people.concerns(said) else None, ids)

    @property
    def _people(self) -> Retying:
        if self._retying is None:
            self._retying = Retying(self.made.said)
        return self._retying

    def _mine(self, rows: pa.Table) -> pa.Array | None:
        """Give the ids of rows of this import's source that bear a name which it has met."""
        source = self.made.recipe.source
        ids = rows.filter(pc.equal(rows["source"], source))["id"].combine_chunks()
        if not len(ids):
            return None
        lo, _ = parsed(pa.array([name_of(one[len(source) + 1 :]) for one in ids.to_pylist()], pa.string()))
        mine = ids.filter(pa.array(self.made.landing.occurrences.met(lo)))
        return mine if len(mine) else None

    def _settle(self, news: News) -> None:
        if news.said is not None:
            self.settled = self._people.hear(news.said, news.version + 1)
        if news.ids is not None:
            self.made.files = [
                left for file in self.made.files for left in without(self.lake, file, news.ids, self.made.landing)
            ]
            step("import: rows taken out")
        self.version = news.version


def placed_by(snapshot: Snapshot, made: Made) -> object:
    """Give what of the definitions decides how an import's rows are read and placed; alike where nothing changed."""
    known = snapshot.definitions
    bodies: Mapping[str, Mapping[str, Any]] = defining.touchpoints(snapshot, made.recipe)
    return (
        known.scales,
        known.settings["currency"],
        known.all("identifier_kind"),
        defining.merged(known),
        defining.taken(known),
        {key: [bodies.get(key, {}).get(name) for name in ("stage", "channel")] for key in made.landing.found},
    )


def landed(snapshot: Snapshot, name: str, after: int, columns: Sequence[str]) -> pa.Table:
    """Give columns of the rows of a table that landed after a version."""
    table = snapshot.lake.tables[name]
    found = []
    for file in snapshot.files(name):
        if file.landed[1] > after:
            rows = pq.read_table(table.folder / file.path, columns=list(columns), partitioning=None)
            found.append(rows.filter(pc.greater(rows["landed"], after)))
    schema = pa.schema([table.rows_schema.field(one) for one in columns])
    return pa.concat_tables([rows.cast(schema) for rows in found]) if found else schema.empty_table()


def name_of(local: str) -> str:
    """Give the 32 digits by which a row is known: those of its content, else those of its id."""
    return local[:32] if NAME.fullmatch(local) else hashlib.md5(local.encode(), usedforsecurity=False).hexdigest()


def without(lake: Lake, file: DataFile, ids: pa.Array, landing: Landing) -> Iterable[DataFile]:
    """Take rows out of a file that is not stamped yet, and out of what was counted; give the file without them."""
    table = lake.interactions
    path = table.folder / file.path
    names = pq.read_table(path, columns=["id"], partitioning=None)["id"]
    gone = pc.is_in(names, value_set=ids)
    if not pc.any(gone).as_py():
        return [file]
    rows = pq.read_table(path, partitioning=None)
    _uncount(rows.filter(gone), landing)
    batches = rows.filter(pc.invert(gone)).select(table.rows_schema.names).cast(table.rows_schema).to_batches()
    made = months.write(batches, table, months.LATER)
    table.flush_files(made)
    path.unlink()
    return made


def _uncount(gone: pa.Table, landing: Landing) -> None:
    """Count rows as there already that were counted as landed."""
    landing.landed -= gone.num_rows
    landing.there += gone.num_rows
    places = pc.coalesce(gone["touchpoint"].cast(pa.string()), gone["about"].cast(pa.string()), "").to_pylist()
    for place, known in zip(places, gone["customer"].is_valid().to_pylist(), strict=True):
        landing.known -= known
        landing.places[place][0] -= 1
        landing.places[place][1] -= known


def discard(lake: Lake, files: Iterable[DataFile]) -> None:
    """Remove files that no log names."""
    for file in files:
        (lake.interactions.folder / file.path).unlink(missing_ok=True)
