"""What is known of others: reviews of named competitors, in a lake of their own beside the company's.

`DIR/others` is a data folder like any: what lands in it is read by the same code, and no question about the company can
meet it, since no verb opens it but the one that compares. The company's lake says which version of it belongs to each
of its own, so that an answer as of a version stays the same. See docs/adr/0047.
"""

from __future__ import annotations

import shutil
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from heartline.core.errors import InvalidInput
from heartline.core.ids import slug

from .definitions import Definitions
from .disk import flush
from .lake import Lake
from .snapshot import Snapshot

if TYPE_CHECKING:
    from .compact import Compacted

FOLDER = "others"
KIND, KEY = "others", "lake"
"""The definition in the company's lake that says which version of theirs belongs to it."""
THEIR_OWN = ("unit", "product", "rating")
"""Definitions that are theirs: who they are, what they sell, how they are rated as a whole. All others are ours."""


class OthersSnapshot(Snapshot):
    """Others as of one version of the company's lake, in the company's words: its zone, scales and themes."""

    ours: Definitions | None = None

    @cached_property
    def definitions(self) -> Definitions:
        """The company's definitions, with their units, products and ratings in place of ours."""
        theirs = Snapshot(self.lake, self.version, self.time, self.newest).definitions
        if self.ours is None:
            return theirs
        return Definitions({**self.ours.by_kind, **{kind: theirs.all(kind) for kind in THEIR_OWN}})


def made(lake: Lake) -> Lake:
    """Open the lake of others to write into it, making it beside the company's where there is none."""
    folder = lake.folder / FOLDER
    if not (folder / "format").exists():
        (folder / "lake").mkdir(parents=True, exist_ok=True)
        name = folder / "lake" / "id"
        shutil.copyfile(lake.folder / "lake" / "id", name)  # one key for both: there is one to lose
        flush([name])
    return Lake.create(folder)


def named(lake: Lake, key: str, name: str) -> None:
    """Refuse a name for somebody else by which they would be taken for us, or for a third.

    Raises
    ------
    InvalidInput
        `own_name` for the company's own; `another_name` for one that reads like that of a competitor who is here.
    """
    if key == slug(str(lake.at().definitions.settings.get("name") or "")):
        raise InvalidInput(
            "own_name", f"“{name}” is your own company: its reviews are not those of a competitor.",
            field="competitor", remedy="Leave the name away, or write that of the other company.",
        )  # fmt: skip
    theirs = there(lake)
    before = str((theirs.at().definitions.all("unit").get(key, {}) if theirs else {}).get("name") or name)
    if before.casefold() != name.casefold():
        raise InvalidInput(
            "another_name", f"“{name}” reads like “{before}”, who is here already.", field="competitor",
            remedy="Write the name as it stands there if they are meant, else one that tells them apart.",
        )  # fmt: skip


def there(lake: Lake) -> Lake | None:
    """Open the lake of others; None where nothing is known of anybody."""
    try:
        mark = (lake.folder / FOLDER / "format").stat()
    except FileNotFoundError:
        return None
    return _opened(lake.folder / FOLDER, mark.st_ino, mark.st_mtime_ns)


@lru_cache(maxsize=4)
def _opened(folder: Path, _inode: int, _changed: int) -> Lake:
    return Lake.open(folder)


def note(lake: Lake) -> bool:
    """Have the company's lake know the newest version of the others'; give whether it did not."""
    theirs = there(lake)
    if theirs is None:
        return False
    version = theirs.manifest.newest().version
    if noted(lake.at()) == version:
        return False
    with lake.write("what is known of others") as writer:
        writer.define(KIND, KEY, {"version": version})
    return True


def compact(lake: Lake, *, force: bool = False) -> Compacted | None:
    """Rewrite the small files of the others' lake as few, and have ours know its version; None without any others."""
    theirs = there(lake)
    if theirs is None:
        return None
    done = theirs.compact(force=force)
    note(lake)
    return done


def noted(snapshot: Snapshot) -> int:
    """Give the version of the others' lake that belongs to a version of the company's; 0 where nothing landed."""
    return int(snapshot.definitions.all(KIND).get(KEY, {}).get("version", 0))


def beside(snapshot: Snapshot) -> OthersSnapshot | None:
    """Give the others as of a version of the company's lake; None where nothing was known of anybody then."""
    version, theirs = noted(snapshot), there(snapshot.lake)
    if not version or theirs is None:
        return None
    found = theirs.at(version)
    made = OthersSnapshot(theirs, found.version, found.time, found.newest)
    made.ours = snapshot.definitions
    return made
