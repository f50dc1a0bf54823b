"""The sandbox: a recipe's SQL runs in a child process that sees the recipe's own files and nothing else.

The child has no secret and no network in DuckDB, a memory limit of the operating system, and is killed at its
deadline. What it answers comes back as an Arrow stream over a pipe.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec
import pyarrow as pa

from heartline.core.errors import InvalidInput

from .ahead import ahead
from .select_check import first_line

CHILD = Path(__file__).with_name("sandbox_child.py")
AHEAD = 16
"""Batches read before they are asked for, so that the child need not wait for us at its pipe."""


@dataclass(frozen=True)
class Limits:
    """What a recipe may use.

    Parameters
    ----------
    seconds
        Time for one query, from asking to its last row; then the child is killed.
    memory
        Address space of the child in bytes, held by the operating system (RLIMIT_AS).
    engine
        Memory that DuckDB gives itself before it spills to disk; less than `memory`, for a readable error.
    disk
        Bytes that may be spilled.
    output
        Bytes of Arrow data that one query may answer with.
    threads
        Threads of the child's DuckDB. With more than one, rows come out of the order of their file now and then, even
        where nothing is joined; `seq` is a row's place in what its query gives, and is to be the same each time.
    """

    seconds: float = 3600
    memory: int = 6 << 30
    engine: int = 2 << 30
    disk: int = 32 << 30
    output: int = 256 << 30
    threads: int = 1


@dataclass(frozen=True)
class Source:
    """A file that the child may read: `kind` is csv, tsv, text (a csv of texts), json, ndjson, parquet or xlsx."""

    name: str
    path: Path
    kind: str


class RecipeFailed(InvalidInput):
    """A query that did not go through."""

    @property
    def retyped(self) -> bool:
        """Whether the file's column types, guessed from its beginning, did not hold to its end."""
        return self.code == "wrong_value"


CODES = {
    "Binder": "wrong_column",
    "Catalog": "wrong_name",
    "Parser": "bad_sql",
    "Syntax": "bad_sql",
    "Permission": "refused_file",
    "Out of Memory": "too_much_memory",
    "Conversion": "wrong_value",
    "Out of Range": "wrong_value",
    "Invalid Input": "wrong_value",
}
"""How DuckDB's message begins, before "Error:", and our code for it; its class is lost where Arrow passes it on."""


class Sandbox:
    """A child process with a recipe's files loaded. One query at a time; to be used in a `with` block."""

    def __init__(self, sources: Mapping[str, Source], limits: Limits | None = None, *, whole_sample: bool = False):
        self.sources = sources
        self.limits = limits or Limits()
        self.sample = -1 if whole_sample else 20_480
        self._killed = ""

    def __enter__(self) -> Sandbox:
        self._scratch = tempfile.TemporaryDirectory(prefix="heartline-recipe-")
        self._child = subprocess.Popen(  # noqa: S603  (our own program; the recipe reaches it as data)
            [sys.executable, "-I", "-W", "ignore", str(CHILD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._scratch.name,
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": self._scratch.name},
            start_new_session=True,
        )
        self._widen()
        try:
            with self._deadline():
                self._ask(self._start())
                self._answer(None)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _widen(self) -> None:
        """Let the child run a little ahead of us, where the system allows."""
        if hasattr(fcntl, "F_SETPIPE_SZ") and self._child.stdout:
            with suppress(OSError):
                fcntl.fcntl(self._child.stdout, fcntl.F_SETPIPE_SZ, 1 << 20)

    def close(self) -> None:
        """End the child and remove what it spilled."""
        self._kill("closed")
        self._child.wait()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe:
                with suppress(BrokenPipeError):
                    pipe.close()
        self._scratch.cleanup()

    def describe(self, sql: str, *, field: str | None = None) -> dict[str, str]:
        """Give the columns of a checked query and their DuckDB types, in order."""
        with self._deadline():
            self._ask({"do": "describe", "sql": sql})
            found = self._answer(field)
        columns = [(str(name), str(kind)) for name, kind in found["columns"]]
        return dict(columns)

    def rows(self, sql: str, *, batch: int = 32_768, field: str | None = None) -> Iterator[pa.RecordBatch]:
        """Run a checked query and give its rows as they come; giving them up before their end ends the child.

        Raises
        ------
        RecipeFailed
            `wrong_column`, `wrong_name`, `wrong_value`, `bad_sql`, `refused_file`, `too_much_memory`, `too_slow`,
            `too_much_output`, `unreadable_file`, `query_failed`.
        """
        return ahead(self._rows(sql, batch, field), AHEAD, lambda: self._kill("closed"))

    def _rows(self, sql: str, batch: int, field: str | None) -> Iterator[pa.RecordBatch]:
        seen = 0
        with self._deadline():
            self._ask({"do": "rows", "sql": sql, "batch": batch})
            self._answer(field)
            try:
                with pa.ipc.open_stream(pa.PythonFile(self._child.stdout, mode="r")) as reader:
                    for item in reader:
                        seen += item.nbytes
                        if seen > self.limits.output:
                            self._kill("output")
                        if self._killed:
                            raise self._dead(field)
                        yield item
            except (pa.ArrowInvalid, OSError):
                raise self._dead(field) from None
            self._answer(field)

    def _start(self) -> dict[str, Any]:
        limits = self.limits
        return {
            "files": [
                {"name": source.name, "path": str(source.path), "kind": source.kind, "sample": self.sample}
                for source in self.sources.values()
            ],
            "scratch": self._scratch.name,
            "limits": {
                "memory": limits.memory,
                "engine": limits.engine,
                "disk": limits.disk,
                "threads": limits.threads,
                "cpu_s": int(limits.seconds * limits.threads) + 60,
            },
        }

    def _deadline(self) -> _Deadline:
        return _Deadline(self.limits.seconds, lambda: self._kill("deadline"))

    def _kill(self, why: str) -> None:
        if self._child.poll() is None:
            self._killed = self._killed or why
            os.killpg(self._child.pid, signal.SIGKILL)

    def _ask(self, request: dict[str, Any]) -> None:
        assert self._child.stdin
        try:
            self._child.stdin.write(msgspec.json.encode(request) + b"\n")
            self._child.stdin.flush()
        except BrokenPipeError:
            raise self._dead(None) from None

    def _answer(self, field: str | None) -> dict[str, Any]:
        assert self._child.stdout
        line = self._child.stdout.readline()
        if not line.endswith(b"\n"):
            raise self._dead(field)
        found: dict[str, Any] = msgspec.json.decode(line)
        if not found["ok"]:
            raise self._failed(found, field)
        return found

    def _failed(self, found: dict[str, Any], field: str | None) -> RecipeFailed:
        said = first_line(found["said"])
        code = CODES.get(said.partition(" Error:")[0], "query_failed")
        if "Memory" in found["kind"]:
            code = "too_much_memory"
        if found["kind"] == "Unreadable":
            code = "unreadable_file"
            said = f"The file “{found['name']}” cannot be read: {said}"
        return RecipeFailed(code, said, field=field, remedy=REMEDIES.get(code, "Mend the query."))

    def _dead(self, field: str | None) -> RecipeFailed:
        self._child.wait()
        code, said = {
            "deadline": ("too_slow", f"The query took longer than {self.limits.seconds:g} s and was stopped."),
            "output": ("too_much_output", f"The query answered with more than {self.limits.output:,} bytes."),
        }.get(
            self._killed,
            ("too_much_memory", "The query's process ended; it most likely asked for more memory than it may have."),
        )
        return RecipeFailed(code, said, field=field, remedy=REMEDIES[code])


REMEDIES = {
    "too_slow": "Ask for less, or split the recipe.",
    "too_much_output": "Ask for less, or split the recipe.",
    "too_much_memory": "Ask for less at a time, or join on fewer rows.",
    "refused_file": "A recipe sees the files it names under `files:`, by their names.",
    "unreadable_file": "Expected a file of the kind that its ending says.",
    "wrong_column": "Expected a column that the files have.",
    "wrong_value": "Use try_cast where a value may not fit.",
}


class _Deadline:
    """Calls a function unless the block has ended in time."""

    def __init__(self, seconds: float, late: Any) -> None:
        self._timer = threading.Timer(seconds, late)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
