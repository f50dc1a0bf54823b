"""What is said of others is read as what is said of us: the same reader of feeling, the same themes, in their lake.

Nothing is learnt from them: neither feeling, which is learnt from what our own customers rated, nor themes, which are
found in what they write.
"""

from __future__ import annotations

import time
from pathlib import Path

import msgspec

from heartline.store import others
from heartline.store.lake import Lake

from ..text import embedding
from ..text.reader import company
from ..text.refining import Progress, refine
from ..text.themes import keeping
from ..text.themes.reading import Reader

AT_MOST = 2_000
"""Texts of one turn."""


class Mark(msgspec.Struct, frozen=True):
    """How far theirs were read: by which definitions of ours, and up to which version of theirs.

    Parameters
    ----------
    signature
        What all their texts were read for themes by.
    definitions, version
        States at which nothing was left to read.
    """

    signature: str = ""
    definitions: int = -1
    version: int = -1


def behind(lake: Lake) -> bool:
    """Tell whether anything of theirs is to be read, or read anew since themes are others than then."""
    theirs = others.there(lake)
    if theirs is None or not theirs.manifest.newest().version:
        return False
    last = mark(theirs.folder)
    return (last.definitions, last.version) != _state(lake, theirs)


def read(lake: Lake, *, seconds: float = 20.0, progress: Progress = lambda _done, _of: None) -> int:
    """Read texts of others; give how many. Called again until `behind` says no.

    Parameters
    ----------
    seconds
        How long one turn reads for themes.
    """
    theirs = others.there(lake)
    if theirs is None:
        return 0
    ours, last = lake.at(), mark(theirs.folder)
    felt = refine(theirs, company(ours.definitions, lake.folder), (), progress).texts
    by = keeping.reader(ours, embedding.default())
    until = time.monotonic() + seconds
    if last.signature and last.signature != by.signature:
        done = _read_anew(theirs, by)
    else:
        done = len(keeping.read(theirs, by, keeping.unread(theirs.at(), AT_MOST), until=until))
    if felt or done:
        others.note(lake)
    _keep(theirs.folder, Mark(by.signature) if done else Mark(by.signature, *_state(lake, theirs)))
    return felt + done


def _read_anew(theirs: Lake, by: Reader) -> int:
    """Read every text again, the newest first: there are few of them."""
    done, place = 0, None
    while some := keeping.before(theirs.at(), place, AT_MOST):
        keeping.read(theirs, by, some)
        done, place = done + len(some), some[-1].place
    return done


def _state(lake: Lake, theirs: Lake) -> tuple[int, int]:
    return lake.manifest.newest().tables.get("definitions", 0), theirs.manifest.newest().version


def mark(folder: Path) -> Mark:
    """Say how far the texts of others were read."""
    try:
        return msgspec.json.decode((folder / "cache" / "others.json").read_bytes(), type=Mark)
    except (FileNotFoundError, msgspec.DecodeError):
        return Mark()


def _keep(folder: Path, made: Mark) -> None:
    path = folder / "cache" / "others.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    beside.write_bytes(msgspec.json.encode(made))
    beside.replace(path)
