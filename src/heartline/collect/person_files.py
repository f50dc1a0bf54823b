"""A person in files that wait in the data folder: dropped rows and uploads, looked through cell by cell."""

from __future__ import annotations

import csv
import hmac
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from heartline.store.disk import flush
from heartline.store.erasing import Gone

PLACES = ("quarantine", "uploads", "drop")
_TABLES = (".csv", ".tsv", ".txt")
_OURS = (".yaml", ".seen.json", ".journal.json")
"""How files end that we write there ourselves, beside what people handed in."""
_LONGEST = 400
"""No identifier is longer; longer cells are texts."""
csv.field_size_limit(1 << 28)


class Matcher:
    """Tells whether a cell names somebody: hashed under every kind of identifier, or the ref of an order of theirs."""

    def __init__(
        self,
        key: bytes,
        names: Iterable[str],
        refs: Iterable[str],
        kinds: Iterable[str],
        normal: Callable[[str, str], str],
    ) -> None:
        self._key = key
        self._names = frozenset(names)
        self._refs = frozenset(refs)
        here = {name.partition(":")[0] for name in self._names}
        self._kinds = [kind for kind in kinds if kind in here]
        self._normal = normal
        self._known: dict[str, bool] = {}

    def cell(self, value: str) -> bool:
        """Tell whether a cell is an identifier or a ref of theirs, or holds one in JSON."""
        value = value.strip()
        if value[:1] in ("{", "["):
            return any(self.plain(leaf) for leaf in _leaves(value))
        return self.plain(value)

    def plain(self, value: str) -> bool:
        """Tell whether a value is an identifier or a ref of theirs."""
        if not value or len(value) > _LONGEST:
            return False
        if value not in self._known:
            if len(self._known) > 1_000_000:
                self._known.clear()
            self._known[value] = (
                value in self._refs or value in self._names or any(self._is(kind, value) for kind in self._kinds)
            )
        return self._known[value]

    def _is(self, kind: str, value: str) -> bool:
        digest = hmac.digest(self._key, f"{kind}\0{self._normal(kind, value)}".encode(), "sha256")
        return f"{kind}:{digest.hex()[:32]}" in self._names


def without(folder: Path, matcher: Matcher) -> Gone:
    """Take somebody out of the files of a folder.

    Lines of tables go one by one. A file of another form that cannot be looked through is removed whole: what it
    brought is in the lake already, or can be brought again.
    """
    removed = searched = 0
    for path in sorted(folder.rglob("*")) if folder.exists() else ():
        if not path.is_file() or path.name.endswith(_OURS):
            continue
        if path.suffix in _TABLES:
            gone, lines = _lines(path, matcher)
            removed, searched = removed + gone, searched + lines
        else:
            path.unlink()
            flush([path.parent])
            removed, searched = removed + 1, searched + 1
    return Gone(removed, searched, "lines")


def _lines(path: Path, matcher: Matcher) -> tuple[int, int]:
    """Write a table anew without the lines that name somebody; the file stays as it is when there is none."""
    with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
        sample = file.read(65_536)
        file.seek(0)
        dialect = _dialect(sample)
        rows = list(_marked(csv.reader(file, dialect), matcher))
    gone = sum(theirs for _, theirs in rows)
    if gone:
        fresh = path.with_name(f".{path.name}.new")
        with fresh.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            fresh.chmod(0o600)
            csv.writer(file, dialect).writerows(row for row, theirs in rows if not theirs)
        flush([fresh])
        fresh.replace(path)
        flush([path])
    return gone, max(0, len(rows) - 1)


def _marked(rows: Iterable[list[str]], matcher: Matcher) -> Iterator[tuple[list[str], bool]]:
    for row in rows:
        yield row, any(matcher.cell(value) for value in row)


def _dialect(sample: str) -> type[csv.Dialect]:
    """Tell how a table is written; by commas, where nothing else can be told."""
    first = sample.partition("\n")[0]
    mark = max((",", ";", "\t", "|"), key=first.count)

    class Written(csv.excel):
        delimiter = mark
        lineterminator = "\r\n" if "\r\n" in sample else "\n"

    return Written


def _leaves(text: str) -> Iterator[str]:
    try:
        yield from _texts(msgspec.json.decode(text))
    except msgspec.DecodeError:
        return


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif value is not None:
        yield str(value)
