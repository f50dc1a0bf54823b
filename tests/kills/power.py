"""What a disk holds after a power cut: made of every system call that a process wrote with, and of what was flushed.

A trace of a process is read as a list of calls. A disk plays them: what is written waits in memory until its file is
flushed, what is named waits until its folder is. At any moment the disk can be cut: then files hold what was flushed
and, by the dice, some sectors of what was not; folders hold what was flushed and the first few of the names after it.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

TRACED = (
    "open,openat,creat,write,pwrite64,writev,pwritev,pwritev2,ftruncate,truncate,fallocate,lseek,read,fsync,fdatasync,"
    "sync_file_range,rename,renameat,renameat2,link,linkat,unlink,unlinkat,mkdir,mkdirat,rmdir,symlink,symlinkat,"
    "copy_file_range,sendfile,dup,dup2,dup3,fcntl"
)
SECTOR = 512
LINE = re.compile(r"^(\d+)\s+(.*)$", re.DOTALL)
CALL = re.compile(r"^(\w+)\((.*)\)\s+=\s+(-?\d+)(<[^>]*>)?", re.DOTALL)
RESUMED = re.compile(r"^<\.\.\. (\w+) resumed>(.*)$", re.DOTALL)
TOKEN = re.compile(r'"((?:\\x[0-9a-f]{2})*)"|(-?\d+|AT_FDCWD)<((?:\\x[0-9a-f]{2}|[^<>\\])*)>|([^,\s]+)')


class Call(NamedTuple):
    """A call that succeeded: when it began and ended, in lines of the trace, its name, arguments and result."""

    began: int
    ended: int
    name: str
    arguments: list[bytes]
    result: int


def unhexed(text: str) -> bytes:
    """Undo what strace does to strings."""
    return bytes.fromhex(text.replace("\\x", "")) if "\\x" in text else text.encode()


def calls(trace: Path) -> Iterator[Call]:
    """Read the calls of a trace in the order in which they ended."""
    begun: dict[str, tuple[int, str]] = {}
    with trace.open() as lines:
        for number, line in enumerate(lines):
            found = LINE.match(line.rstrip("\n"))
            if found is None:
                continue
            who, text = found.groups()
            if text.endswith("<unfinished ...>"):
                begun[who] = (number, text.removesuffix("<unfinished ...>"))
                continue
            began = number
            if resumed := RESUMED.match(text):
                began, first = begun.pop(who)
                text = first + resumed[2]
            call = CALL.match(text)
            if call and int(call[3]) >= 0:
                yield Call(began, number, call[1], list(arguments(call[2])), int(call[3]))


def arguments(text: str) -> Iterator[bytes]:
    """Take the arguments of a call apart: strings as they are, descriptors as the path that they stand for."""
    for token in TOKEN.finditer(text):
        said, number, path, other = token.groups()
        if said is not None:
            yield unhexed(said)
        elif number is not None:
            yield number.encode() + b"<" + unhexed(path)
        else:
            yield other.encode()


def descriptor(argument: bytes) -> tuple[bytes, str]:
    """Take a descriptor apart: its number, and the path behind it."""
    number, _, path = argument.partition(b"<")
    return number, os.fsdecode(path.removesuffix(b" (deleted)"))


@dataclass
class File:
    """A file: what is on the disk, and what is on its way there: (when, where, bytes), or a length for None."""

    flushed: bytearray = field(default_factory=bytearray)
    waiting: list[tuple[int, int, bytes | None]] = field(default_factory=list)

    def seen(self) -> int:
        """Give the length that processes see."""
        size = len(self.flushed)
        for _, at, piece in self.waiting:
            size = at if piece is None else max(size, at + len(piece))
        return size

    def flush(self, before: int) -> None:
        """Bring what was written before a moment onto the disk."""
        for _, at, piece in [one for one in self.waiting if one[0] < before]:
            put(self.flushed, at, piece)
        self.waiting = [one for one in self.waiting if one[0] >= before]

    def cut(self, dice: random.Random | None) -> bytes:
        """Give what is on the disk after a cut; without dice nothing that waited."""
        found = bytearray(self.flushed)
        for _, at, piece in self.waiting if dice else ():
            assert dice is not None
            if piece is None:
                if dice.random() < 0.5:
                    put(found, at, None)
                continue
            for start in range(0, len(piece), SECTOR):
                if dice.random() < 0.5:
                    put(found, at + start, piece[start : start + SECTOR])
        return bytes(found)


def put(found: bytearray, at: int, piece: bytes | None) -> None:
    """Write a piece into a file, or make it as long as that."""
    if piece is None:
        del found[at:]
        found.extend(bytes(max(0, at - len(found))))
        return
    found.extend(bytes(max(0, at - len(found))))
    found[at : at + len(piece)] = piece


Name = tuple[int, str, File | None]
"""When a path was named, which, and what for; nothing when the name was taken away."""


class Disk:
    """A disk below one folder, with what was there before."""

    def __init__(self, folder: Path, deaf: str = "") -> None:
        self.folder = folder
        self.deaf = deaf
        """Part of a path that is never flushed, whoever asks: to see that it is missed."""
        self.flushed: dict[str, File] = {}
        self.named: dict[str, File] = {}
        self.folders = {str(folder), *(str(path) for path in folder.rglob("*") if path.is_dir())}
        self.waiting: list[Name] = []
        self._at: dict[bytes, int] = {}
        for path in folder.rglob("*"):
            if path.is_file():
                self.flushed[str(path)] = File(bytearray(path.read_bytes()))
        self.named |= self.flushed

    def play(self, call: Call) -> None:
        """Do what a call did."""
        does = getattr(self, f"_{NAMES[call.name]}", None)
        if does:
            does(call.ended, call)

    def cut(self, into: Path, dice: random.Random | None = None) -> None:
        """Write down what is on the disk after a cut."""
        names = dict(self.flushed)
        for _, path, file in self.waiting[: dice.randint(0, len(self.waiting)) if dice else 0]:
            rename(names, path, file)
        for path in self.folders:  # an empty folder more harms nobody, and none of ours is ever taken away
            (into / Path(path).relative_to(self.folder)).mkdir(parents=True, exist_ok=True)
        for path, file in names.items():
            target = into / Path(path).relative_to(self.folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.cut(dice))

    def ours(self, path: str) -> bool:
        """Tell whether a path is below the folder."""
        return path.startswith(f"{self.folder}/")

    def _name(self, now: int, path: str, file: File | None) -> None:
        rename(self.named, path, file)
        self.waiting.append((now, path, file))

    def _open(self, now: int, call: Call) -> None:
        path = next((os.fsdecode(said) for said in call.arguments if said.startswith(b"/")), "")
        flags = next((said for said in call.arguments if b"O_" in said), b"")
        number = str(call.result).encode()
        self._at[number] = 0
        if not self.ours(path) or b"O_DIRECTORY" in flags:
            return
        if b"O_CREAT" in flags and path not in self.named:
            self._name(now, path, File())
        if b"O_TRUNC" in flags:
            self.named[path].waiting.append((now, 0, None))

    def _moved(self, _now: int, call: Call) -> None:
        number = descriptor(call.arguments[0])[0]
        self._at[number] = call.result if call.name == "lseek" else self._at.get(number, 0) + call.result

    def _twinned(self, _now: int, call: Call) -> None:
        if any(b"F_DUPFD" in said for said in call.arguments):
            self._at[str(call.result).encode()] = self._at.get(descriptor(call.arguments[0])[0], 0)

    def _written(self, now: int, call: Call) -> None:
        number, path = descriptor(call.arguments[0])
        file = self.named.get(path)
        if file is None:
            return
        if call.name == "write":
            at = self._at.get(number, 0)
            self._at[number] = at + call.result
        else:
            at = int(call.arguments[3])
        file.waiting.append((now, at, call.arguments[1][: call.result]))

    def _lengthened(self, now: int, call: Call) -> None:
        file = self.named.get(descriptor(call.arguments[0])[1])
        if file is not None:
            file.waiting.append((now, int(call.arguments[1]), None))

    def _renamed(self, now: int, call: Call) -> None:
        old, new = (os.fsdecode(said) for said in call.arguments if said.startswith(b"/"))
        if self.ours(new):
            self._name(now, new, self.named[old])
            self._name(now, old, None)

    def _linked(self, now: int, call: Call) -> None:
        old, new = (os.fsdecode(said) for said in call.arguments if said.startswith(b"/"))
        if self.ours(new):
            self._name(now, new, self.named[old])

    def _unlinked(self, now: int, call: Call) -> None:
        path = next((os.fsdecode(said) for said in call.arguments if said.startswith(b"/")), "")
        if path in self.named:
            self._name(now, path, None)

    def _foldered(self, _now: int, call: Call) -> None:
        path = next((os.fsdecode(said) for said in call.arguments if said.startswith(b"/")), "")
        if self.ours(path):
            self.folders.add(path)

    def _synced(self, _now: int, call: Call) -> None:
        path = descriptor(call.arguments[0])[1]
        if not (self.ours(path) or path == str(self.folder)) or (self.deaf and self.deaf in path):
            return
        if path in self.folders:
            done = [one for one in self.waiting if one[0] < call.began and str(Path(one[1]).parent) == path]
            for _, name, file in done:
                rename(self.flushed, name, file)
            gone = {id(one) for one in done}
            self.waiting = [one for one in self.waiting if id(one) not in gone]
        elif path in self.named:
            self.named[path].flush(call.began)

    def _unknown(self, _now: int, call: Call) -> None:
        if any(self.ours(descriptor(said)[1]) for said in call.arguments if b"<" in said):
            raise AssertionError(f"{call.name} writes in a way that is not played")


NAMES = {
    "open": "open", "openat": "open", "creat": "open", "lseek": "moved", "read": "moved", "write": "written",
    "pwrite64": "written", "ftruncate": "lengthened", "rename": "renamed", "renameat": "renamed",
    "renameat2": "renamed", "link": "linked", "linkat": "linked", "unlink": "unlinked", "unlinkat": "unlinked",
    "mkdir": "foldered", "mkdirat": "foldered", "fsync": "synced", "fdatasync": "synced", "writev": "unknown",
    "pwritev": "unknown", "pwritev2": "unknown", "truncate": "unknown", "fallocate": "unknown",
    "copy_file_range": "unknown", "sendfile": "unknown", "symlink": "unknown", "symlinkat": "unknown",
    "dup": "unknown", "dup2": "unknown", "dup3": "unknown", "fcntl": "twinned", "sync_file_range": "heard",
    "rmdir": "heard",
}  # fmt: skip
"""What plays which call; the others say nothing about what is on a disk."""


def rename(names: dict[str, File], path: str, file: File | None) -> None:
    """Name a file, or take its name away."""
    if file is None:
        names.pop(path, None)
    else:
        names[path] = file
