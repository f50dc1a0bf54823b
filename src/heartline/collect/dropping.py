"""Drop folders: files that are put beside a recipe are imported by it, once, and moved to `done` or `failed`.

A folder holds its recipe as `recipe.yaml`. A recipe of one file takes every file of its kind, whatever it is called; a
recipe of several takes one for each, whose name begins like the recipe's, as soon as all are there. What is still being
written is left alone: files that change, or are named as programs name them until they are whole.

Wherever a sweep is cut short, the next one does that file again, which changes nothing twice.
"""

from __future__ import annotations

import hashlib
import logging
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from heartline.core.errors import Conflict, HeartlineError, InvalidInput
from heartline.store.disk import locked

from . import recipe as recipes
from .guessing import loose
from .recipe import Recipe

log = logging.getLogger("heartline.dropping")
RECIPE = "recipe.yaml"
DONE, FAILED, WORK, SEEN, JOURNAL = "done", "failed", ".work", ".seen.json", ".journal.json"
KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
"""What a folder may be called."""
QUIET_S = 10.0
"""A file that did not change for so long is whole."""
UNFINISHED = re.compile(r"(^[.~])|(\.(part|partial|tmp|temp|filepart|crdownload|download|uploading|lock)$)", re.I)
"""Names of files that are still being written, or are nobody's data."""
KEPT, KNOWN = 200, 10_000
"""Lines that a folder's journal keeps, and files whose bytes are known again."""
Take = Callable[[Path, Path], Mapping[str, Any]]


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of a file: when, and its import's report, or what was wrong; `again`: its bytes came before."""

    at: float
    file: str
    report: dict[str, Any] | None = None
    error: dict[str, str] | None = None
    again: bool = False


@dataclass(frozen=True)
class Folder:
    """A drop folder as it is.

    Parameters
    ----------
    source
        The source of its recipe's rows; empty where there is no recipe, or none that can be read (`error`).
    takes
        The names of the files that its recipe names.
    waiting
        Files that lie there.
    lines
        What became of the last files, newest first.
    """

    path: Path
    source: str = ""
    error: HeartlineError | None = None
    takes: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()

    @property
    def key(self) -> str:
        """Its name."""
        return self.path.name


def look(home: Path, lines: int = 10) -> list[Folder]:
    """Give the folders there are, with the last lines of each."""
    found = []
    for path in sorted(home.iterdir()) if home.is_dir() else ():
        if path.is_dir() and KEY.fullmatch(path.name):
            waiting = tuple(one.name for one in _lying(path))
            last = tuple(reversed(journal(path)))[:lines]
            try:
                recipe = recipes.read(path / RECIPE) if (path / RECIPE).exists() else None
            except HeartlineError as error:
                found.append(Folder(path, error=error, waiting=waiting, lines=last))
                continue
            takes = tuple(text for text, _ in recipe.files.values()) if recipe else ()
            found.append(Folder(path, recipe.source if recipe else "", None, takes, waiting, last))
    return found


def journal(folder: Path) -> list[Line]:
    """Give what became of a folder's files, oldest first."""
    path = folder / JOURNAL
    return msgspec.json.decode(path.read_bytes(), type=list[Line]) if path.exists() else []


def bind(home: Path, key: str, recipe: str) -> Path:
    """Make a folder that takes files for a recipe, or give one another recipe; give its path.

    Raises
    ------
    InvalidInput
        `bad_value` for what cannot be the name of a folder; those of `recipe.parse`.
    """
    if not KEY.fullmatch(key):
        raise InvalidInput(
            "bad_value", "This cannot be the name of a folder.", field="key",
            remedy="Use small letters, digits and hyphens.",
        )  # fmt: skip
    recipes.parse(recipe)
    folder = home / key
    for path in (folder, folder / DONE, folder / FAILED):
        path.mkdir(parents=True, exist_ok=True)
    fresh = folder / ".recipe.new"
    fresh.write_text(recipe, encoding="utf-8")
    fresh.replace(folder / RECIPE)
    return folder


def release(home: Path, key: str) -> None:
    """Take no more files from a folder; what lies there stays."""
    if KEY.fullmatch(key):
        (home / key / RECIPE).unlink(missing_ok=True)


def forget(home: Path) -> None:
    """Forget which files came: the data folder was emptied, so they may come again."""
    for folder in home.iterdir() if home.is_dir() else ():
        for name in (SEEN, JOURNAL):
            (folder / name).unlink(missing_ok=True)


def sweep(home: Path, now: float, take: Take) -> int:
    """Import what lies whole in the folders below, and give how many files that were.

    Parameters
    ----------
    home
        Holds the folders.
    now
        Seconds since 1970.
    take
        Imports: gets the recipe, and the folder in which its files lie under the names that it gives them; gives the
        report.
    """
    try:
        with locked(home.with_name("drop.lock"), wait=False):
            return sum(_swept(folder.parent, now, take) for folder in sorted(home.glob(f"*/{RECIPE}")))
    except Conflict as error:
        if error.code != "busy":
            raise
        return 0


def _swept(folder: Path, now: float, take: Take) -> int:
    try:
        recipe = recipes.read(folder / RECIPE)
    except HeartlineError as error:  # it is shown beside the folder; files wait until it is mended
        log.warning("%s cannot be read: %s", folder / RECIPE, error)
        return 0
    done = 0
    for files in _sets(recipe, [path for path in _lying(folder) if _whole(path, now)]):
        done += _Drop(folder, now, files).run(take)
    return done


def _lying(folder: Path) -> list[Path]:
    """Give the files that lie in a folder to be imported; never what a link leads to."""
    return [
        path
        for path in sorted(folder.iterdir())
        if path.name != RECIPE and not UNFINISHED.search(path.name) and path.is_file() and not path.is_symlink()
    ]


def _whole(path: Path, now: float) -> bool:
    """Tell whether a file is no longer being written; who copies may set its time back, but not when it changed."""
    seen = path.stat()
    return now - max(seen.st_mtime, seen.st_ctime) >= QUIET_S


def _sets(recipe: Recipe, lying: Sequence[Path]) -> Iterator[dict[str, Path]]:
    """Put files together that are imported at once: the name that the recipe gives each, and where it lies."""
    names = [text for text, _ in recipe.files.values()]
    if len(names) == 1:
        for path in lying:
            yield {names[0]: path}
        return
    left = list(lying)
    while True:
        found = {name: next((path for path in left if _named(path.name, name)), None) for name in names}
        made = {name: path for name, path in found.items() if path is not None}
        if len(made) < len(names):
            return
        left = [path for path in left if path not in made.values()]
        yield made


def _named(file: str, name: str) -> bool:
    """Tell whether a file is called like one of the recipe's: orders.csv, orders-2026-11.csv, orders 3.csv."""
    stem = _stem(Path(name).name)
    return re.match(rf"{re.escape(stem)}(?![^\W_])", file, re.I) is not None


def _stem(name: str) -> str:
    return name.removesuffix(loose.STRICT) if name.endswith(loose.STRICT) else name.partition(".")[0]


def placed(name: str, path: Path) -> str:
    """Give the name under which a file is put for a recipe that calls it so.

    Raises
    ------
    InvalidInput
        `unknown_kind` when it is of another kind than the recipe reads.
    """
    ending = "".join(re.findall(r"\.[a-z0-9]+", path.name.lower())[-2:])
    ending = ending if ending.endswith(".gz") else Path(ending).suffix or ending
    if name.endswith(loose.STRICT):
        expected: tuple[str, ...] = loose.LOOSE
        fits = ending.removesuffix(".gz").lstrip(".") in expected
        made = name.removesuffix(loose.STRICT) + ending
    else:
        own = "".join(Path(name).suffixes[-2:]) if name.endswith(".gz") else Path(name).suffix
        expected, fits, made = (own.lstrip("."),), ending == own.lower(), name
    if not fits:
        listed = ", ".join(f".{one}" for one in expected)
        raise InvalidInput("unknown_kind", f"This folder takes files that end in {listed}.", remedy="Save it as such.")
    return made


@dataclass
class _Drop:
    """Files that are imported at once, by the names that the recipe gives them."""

    folder: Path
    now: float
    files: Mapping[str, Path]
    hashed: dict[str, str] = field(default_factory=dict)

    def run(self, take: Take) -> int:
        """Import them; give how many files that were, 0 where they stay."""
        self.hashed = {name: _hash(path) for name, path in self.files.items()}
        mark = hashlib.sha256("".join(sorted(self.hashed.values())).encode()).hexdigest()
        if mark in _seen(self.folder):
            return self._end(DONE, "These very bytes were imported before; nothing was done.", again=True)
        try:
            report = dict(take(self.folder / RECIPE, self._work()))
        except InvalidInput as error:
            return self._end(FAILED, f"{error.reason} {error.remedy}".strip(), error=_told(error))
        except HeartlineError as error:  # no room, or no right to write: it passes, and the file is good
            log.warning("%s waits: %s", self.folder, error)
            return 0
        except Exception:
            log.exception("%s: an import stumbled.", self.folder)
            said = "Something went wrong on our side; whoever runs this finds it in the log."
            return self._end(FAILED, said, error={"code": "internal", "reason": said, "remedy": ""})
        finally:
            shutil.rmtree(self.folder / WORK, ignore_errors=True)
        _write(self.folder / SEEN, [*_seen(self.folder), mark][-KNOWN:])
        return self._end(DONE, said_of(report), report=report)

    def _work(self) -> Path:
        """Put the files where the recipe finds them, and nothing else."""
        work = self.folder / WORK
        shutil.rmtree(work, ignore_errors=True)
        for name, path in self.files.items():
            target = work / placed(name, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                target.hardlink_to(path)
            except OSError:  # not every file system has such links
                shutil.copyfile(path, target)
        return work

    def _end(self, where: str, said: str, **more: Any) -> int:
        """Move the files away, with a word beside each, and write it down."""
        for name, path in self.files.items():
            there = self.folder / where
            there.mkdir(exist_ok=True)
            moved = path.name if not (there / path.name).exists() else f"{self.hashed[name][:12]}-{path.name}"
            (there / f"{moved}.txt").write_text(f"{said}\n", encoding="utf-8")
            path.replace(there / moved)
            _note(self.folder, Line(self.now, path.name, **more))
        return len(self.files)


def said_of(report: Mapping[str, Any]) -> str:
    """Say what an import did, for whoever opens the file beside the one that was imported."""
    dropped: Mapping[str, int] = report["dropped"]
    why = ", ".join(f"{count} {reason}" for reason, count in sorted(dropped.items()))
    lost = f"{sum(dropped.values())} could not be used{f' ({why})' if why else ''}"
    lines = [
        f"{report['landed']} rows landed, {report['there']} were there already, {lost}.",
        f"Of {report['known']} the customer is known.",
    ]
    if said := report.get("consents"):
        lines.append(
            f"{said['new']} words about consent are new, {said['there']} were there already, "
            f"{said['unusable']} say nothing."
        )
    if report.get("quarantine"):
        lines.append(f"What could not be used is in {report['quarantine']}, with a recipe that imports it once mended.")
    return "\n".join(lines)


def _told(error: HeartlineError) -> dict[str, str]:
    return {"code": error.code, "reason": error.reason, "remedy": error.remedy or ""}


def _note(folder: Path, line: Line) -> None:
    _write(folder / JOURNAL, [*journal(folder), line][-KEPT:])


def _seen(folder: Path) -> list[str]:
    path = folder / SEEN
    return msgspec.json.decode(path.read_bytes(), type=list[str]) if path.exists() else []


def _write(path: Path, value: object) -> None:
    """Write a file so that it is there whole or as it was."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_bytes(msgspec.json.encode(value))
    fresh.replace(path)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
