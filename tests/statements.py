"""What each test says to a database, and the fewest tests that say all of it: those run again on PostgreSQL.

A second run of every test repeats what others have said already: the same statement from the same line. So the stage
`unit` notes what its tests say on SQLite, and the stage `postgres` of the same `./test` runs a cover: tests that
together say everything that any said. A key of what is said: the line of ours that says it, the statement without what
its values are, whether it was refused and how, whether in a transaction of ours and whether after a refusal, and what
of its values databases treat otherwise.

What stands in no key runs again as a whole: a test that is new, failed or was skipped, and one that spoke from threads
or that started processes, whose order and locks are its point. That a test may empty the database behind it
(`transaction=True`) is no reason: it is said in the statements if it matters.
"""

from __future__ import annotations

import functools
import heapq
import json
import multiprocessing.process
import os
import re
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

FOLDER = "HEARTLINE_TEST_STATEMENTS"
"""Names the folder of what the tests of this `./test` said: written by the stage `unit`, read by `postgres`."""
NOTED, CHOSEN = "noted.", "repeating.json"
ROOT = Path(__file__).resolve().parent.parent
OURS = f"{ROOT}/src/heartline/"
ELSEWHERE = f"{ROOT}/.venv/"
POINT = "SAVEPOINT "
LONG = 255
STEP = 1e-3
"""Seconds that a test costs at least, so that none is free."""


@dataclass
class Said:
    """What a test said, and what it cost."""

    keys: frozenset[str] = frozenset()
    seconds: float = 0.0
    """Of processor, of the processes that it started too."""
    beside: bool = False
    """Whether threads or processes of the test spoke."""


# Which tests say it all.


def cover(said: Mapping[str, Said]) -> list[str]:
    """Give tests that together say whatever any of them says, for few seconds.

    Those that speak from threads or processes are among them in any case; of the others none is superfluous.
    """
    always = [name for name in sorted(said) if said[name].beside]
    missing = set[str]().union(*(each.keys for each in said.values())).difference(*(said[name].keys for name in always))
    worth = {name: len(each.keys & missing) / max(each.seconds, STEP) for name, each in said.items()}
    best = [(-worth[name], name) for name in said if worth[name]]
    heapq.heapify(best)
    greedy = []
    while missing:
        name = best[0][1]
        now = len(said[name].keys & missing) / max(said[name].seconds, STEP)
        if now < -best[0][0]:  # what it would add has become less: others may be better
            heapq.heapreplace(best, (-now, name))
            continue
        heapq.heappop(best)
        greedy.append(name)
        missing -= said[name].keys
    return sorted([*always, *_needed(always, greedy, said)])


def _needed(always: list[str], greedy: list[str], said: Mapping[str, Said]) -> list[str]:
    """Leave out, the dearest first, what others make superfluous."""
    times = Counter(key for name in (*always, *greedy) for key in said[name].keys)
    needed = []
    for name in sorted(greedy, key=lambda name: (-said[name].seconds, name)):
        if all(times[key] > 1 for key in said[name].keys):
            times.subtract(said[name].keys)
        else:
            needed.append(name)
    return needed


def choose(folder: Path) -> tuple[int, int]:
    """Write down which tests only repeat what others say; tell how many do, and how many were noted."""
    said = _read(folder)
    repeating = sorted(set(said) - set(cover(said)))
    (folder / CHOSEN).write_text(json.dumps(repeating))
    return len(repeating), len(said)


def repeating() -> frozenset[str]:
    """Give the names of tests that need not run again in this run; of whatever was not noted nothing is known."""
    folder = os.environ.get(FOLDER)
    return frozenset(json.loads((Path(folder) / CHOSEN).read_text())) if folder else frozenset()


def _read(folder: Path) -> dict[str, Said]:
    """Read what all processes of a run noted."""
    found: dict[str, Said] = {}
    for path in sorted(folder.glob(f"{NOTED}*")):
        noted = json.loads(path.read_text())
        keys = noted["keys"]
        for name, (numbers, seconds, beside) in noted["tests"].items():
            found[name] = Said(frozenset(keys[number] for number in numbers), seconds, beside)
    return found


# What a statement is.


def shape(sql: str) -> str:
    """Give a statement without names of savepoints, numbers, and how many values a list has."""
    before, point, _ = sql.partition(POINT)
    return before + point.strip() if point else _without_numbers(sql)


@functools.lru_cache(maxsize=20_000)
def _without_numbers(sql: str) -> str:
    text = re.sub(r"\b\d+\b", "0", sql)
    for item in (r"%s", r"\(%s\)", r"WHEN \([^()]*\) THEN \S+"):
        text = re.sub(rf"({item})(?:,? {item})+", r"\1", text)
    return text


def traits(values: Any) -> set[str]:
    """Name what of some values databases treat otherwise."""
    if isinstance(values, str):
        plain = len(values) <= LONG and values.isascii() and "\0" not in values and "\\u" not in values
        return set() if plain else set(_of_text(values))
    if isinstance(values, bool | bytes) or values is None:
        return set()
    if isinstance(values, int):
        return (
            {"64 bits"} if not -(2**63) <= values < 2**63 else {"32 bits"} if not -(2**31) <= values < 2**31 else set()
        )
    if isinstance(values, float):
        return set() if values - values == 0 else {"not finite"}
    if isinstance(values, dict):
        return traits(list(values.values()))
    if isinstance(values, list | tuple):
        return set().union(*map(traits, values)) if values else set()
    return traits(list(vars(values).values())) if hasattr(values, "__dataclass_fields__") else set()


def _of_text(text: str) -> Iterator[str]:
    if len(text) > LONG:
        yield "long"
    if "\0" in text:
        yield "NUL"
    if "\\u0000" in text or "\\ud" in text:  # in JSON, which PostgreSQL looks into
        yield "escaped"
    if not text.isascii():
        yield "not ASCII"
        if any("\ud800" <= letter <= "\udfff" for letter in text):
            yield "surrogate"


@functools.cache
def _ours(path: str) -> bool | None:
    """Tell whether code of that file is ours (and no test's), a test's, or somebody else's (None)."""
    if not path.startswith(f"{ROOT}/") or path.startswith(ELSEWHERE):
        return None
    return path.startswith(OURS) and "/tests/" not in path


def _site(frame: FrameType | None) -> tuple[str, str, int, bool] | None:
    """Give the nearest line of ours or of a test, and whether it is ours."""
    while frame is not None:
        code = frame.f_code
        ours = _ours(code.co_filename)
        if ours is not None:
            return code.co_filename, code.co_qualname, frame.f_lineno, ours
        frame = frame.f_back
    return None


# What notes it.


Key = tuple[str, str, int, str, str, str]


@dataclass
class Noted:
    """What a test said so far; keys are made of it when all is over."""

    keys: set[Key] = field(default_factory=set)
    began: float = 0.0
    seconds: float = 0.0
    beside: bool = False
    held: bool = True


class Recorder:
    """A plugin of pytest that notes what tests say, and writes it into a folder when they are over."""

    def __init__(self, folder: Path, noting: Callable[[pytest.Item], bool]) -> None:
        self._folder = folder
        self._noting = noting
        self._tests: dict[str, Noted] = {}
        self._now: Noted | None = None
        self._patch = pytest.MonkeyPatch()

    def pytest_sessionstart(self) -> None:
        """Listen to every connection from now on, to the inbox, and to what starts processes."""
        from django.db.backends.signals import connection_created

        from heartline.collect.inbox.contract import Inbox
        from heartline.collect.inbox.sqlite import SqliteInbox

        connection_created.connect(self._listen, weak=False, dispatch_uid="what tests say")
        for name in sorted(Inbox.__abstractmethods__):
            self._patch.setattr(SqliteInbox, name, self._heard(name, getattr(SqliteInbox, name)))
        self._patch.setattr(subprocess.Popen, "__init__", self._starting(subprocess.Popen.__init__))
        process: Any = multiprocessing.process.BaseProcess
        self._patch.setattr(process, "start", self._starting(process.start))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Note what is said from the first fixture of a test to its last."""
        if not self._noting(item):
            return (yield)
        self._now = self._tests[item.nodeid] = Noted(began=_seconds())
        try:
            return (yield)
        finally:
            self._now.seconds = _seconds() - self._now.began
            self._now = None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Forget tests that did not say all that they would."""
        if not report.passed and report.nodeid in self._tests:
            self._tests[report.nodeid].held = False

    def pytest_sessionfinish(self) -> None:
        """Write it down."""
        from django.db.backends.signals import connection_created

        connection_created.disconnect(dispatch_uid="what tests say")
        self._patch.undo()
        numbers: dict[Key, int] = {}
        tests = {
            name: ([numbers.setdefault(key, len(numbers)) for key in noted.keys], noted.seconds, noted.beside)
            for name, noted in self._tests.items() if noted.held
        }  # fmt: skip
        worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
        self._folder.mkdir(parents=True, exist_ok=True)
        part = self._folder / f"part.{worker}"
        part.write_text(json.dumps({"keys": [_written(key) for key in numbers], "tests": tests}))
        part.replace(self._folder / f"{NOTED}{worker}")  # whole, or not at all

    def _listen(self, connection: Any, **_more: Any) -> None:
        if not any(isinstance(each, Listener) for each in connection.execute_wrappers):
            connection.execute_wrappers.insert(0, Listener(self))  # what a test adds it takes from the end

    def note(self, said: str, how: tuple[str, ...], values: Any, frame: FrameType | None) -> None:
        """Note that something was said, if it is ours who said it or if it was refused."""
        if (now := self._now) is None or (site := _site(frame)) is None:
            return
        path, function, line, ours = site
        if ours or how[0]:
            now.keys.add((path, function, line, said, " ".join(how), ""))
            for trait in traits(values) if values else ():
                now.keys.add((path, function, line, said, how[0], trait))
        if ours and threading.current_thread() is not threading.main_thread():
            now.beside = True

    def _heard(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def heard(inbox: Any, *values: Any, **more: Any) -> Any:
            refused = ""
            try:
                return method(inbox, *values, **more)
            except Exception as error:
                refused = f"refused: {getattr(error, 'code', type(error).__name__)}"
                raise
            finally:
                self.note(f"inbox {name}", (refused,), [*values, more], sys._getframe(1))

        return heard

    def _starting(self, begin: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(begin)
        def starting(*values: Any, **more: Any) -> Any:
            site = _site(sys._getframe(1))
            if self._now is not None and site and not site[3]:  # ours speak with us only
                self._now.beside = True
            return begin(*values, **more)

        return starting


class Listener:
    """What hears every statement of one connection."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._refused = False

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        """Make a statement, and note it."""
        after = "after a refusal" if self._refused else ""
        refused = ""
        try:
            return execute(sql, params, many, context)
        except Exception as error:
            refused = f"refused: {type(error).__name__}"
            raise
        finally:
            said = shape(str(sql))
            self._refused = bool(refused) or (self._refused and said == "SAVEPOINT")  # which undoes nothing
            blocks = context["connection"].atomic_blocks
            held = "in a transaction" if any(not block._from_testcase for block in blocks) else ""
            self._recorder.note(said, (refused, after, held), params, sys._getframe(1))


def _seconds() -> float:
    """Give seconds of processor of this process and of those that it waited for."""
    return sum(os.times()[:4])


def _written(key: Key) -> str:
    """Give a key as every process writes it."""
    text = "\0".join(map(str, key)).removeprefix(f"{ROOT}/")
    return blake2b(text.encode(errors="surrogatepass"), digest_size=9).hexdigest()
