"""What `./test` does, stage by stage: `./test` runs them, `./test unit docs` some, what follows `--` goes to pytest."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from io import StringIO
from pathlib import Path
from threading import Lock
from typing import TextIO

from tests.order import Order

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
ON_CI = os.environ.get("CI", "").lower() in ("1", "true")

PACKAGES = {
    "chromium": "chromium",
    "xgettext": "gettext",
    "java": "openjdk-17-jre-headless",
    "pg_ctl": "postgresql",
    "strace": "strace",
}
"""What tests use beside Python: a program, and the Debian package that brings it."""

TESTS = {
    "unit": ("src",),
    "engines": ("tests/engines",),
    "doors": ("tests/doors",),
    "worlds": ("tests/worlds",),
    "clients": ("tests/clients",),
    "kills": ("tests/kills",),
    "browser": ("tests/e2e",),
    "docs": ("tests/docs",),
    "house": ("tests/house",),
}
"""Parts that pytest runs. A test in `tests/house` sees to it that every test belongs to one."""

SAID = {
    "format": "how code is laid out: ruff format",
    "lint": "what code must not do: ruff check",
    "types": "mypy --strict",
    "imports": "which room may import which",
    "unit": "tests beside the code",
    "engines": "DuckDB and Spark give the same answers",
    "doors": "Python, command line, HTTP and pages give the same answers",
    "worlds": "laws, and numbers of real and of made-up companies",
    "clients": "programs of others that send to us",
    "kills": "processes killed and power cut at every step",
    "browser": "pages as people use them, in Chromium",
    "docs": "what documents show is what happens",
    "house": "the rules of this house",
    "postgres": "what a database can change again, after unit and only once, on PostgreSQL",
}
"""What each stage looks at."""
NAMED = ("postgres",)
"""Stages that run by themselves only on CI, elsewhere when they are named: what they find is seldom new."""

POSTGRES = ("src", "tests/e2e/test_hl_server.py", "tests/e2e/test_inviting.py")
"""What runs on PostgreSQL too: tests beside the code that touch a database (`tests/databases.py` finds them, and
`tests/statements.py` leaves out what only repeats others), and stories whose processes write and read one database.

Of other stories the statements are made beside the code as well, and `test_a_database_server_serves_as_well` starts and
ends a server on PostgreSQL among the rest of them. What figures and rights come to is asked of every door once: they
are made of rows and roles, on any database alike.
"""

SPREAD = ("--numprocesses=logical", "--maxprocesses=4", "--dist=worksteal")
"""One process for each core; neighbours, who share what was prepared for them, stay together until one runs dry."""
GROUPED = ("--dist=loadgroup", "--no-loadscope-reorder")
"""Where what is prepared is dear: groups of tests, in the order that they came in; see `tests/grouping.py`."""

AT_ONCE = 2
"""Stages that run beside each other: a browser, a database and a cluster let their tests wait for much of the time."""
LONGEST_FIRST = ("postgres", "unit", "engines", "browser", "doors", "kills", "worlds", "types", "clients", "docs")
"""So that none is left to run alone at the end; whatever is not named comes last."""
AFTER = {"postgres": "unit"}
"""A stage that begins when another one is over, where both run: it chooses by what that one noted."""
OUT: ContextVar[TextIO | None] = ContextVar("OUT", default=None)
"""Where a stage writes that runs beside others: into a text that is shown when it is over."""
ONE = Lock()

MEMORY = Path("/dev/shm")
ROOM = 6 << 30
"""Bytes that have to be free in memory before tests write their data folders there."""


@dataclass
class Count:
    """Tests by outcome."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def add(self, line: str) -> None:
        """Add what pytest says in its last line."""
        for number, word in re.findall(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed)", line):
            name = {"error": "failed", "errors": "failed", "xfailed": "passed", "xpassed": "failed"}.get(word, word)
            setattr(self, name, getattr(self, name) + int(number))


@dataclass
class Stage:
    """A stage, and once it ran its seconds and whether it held."""

    name: str
    run: Callable[[], bool]
    seconds: float = 0.0
    held: bool = False


@dataclass
class Run:
    """One `./test`: its pytest options and what was counted."""

    options: Sequence[str] = ()
    count: Count = field(default_factory=Count)
    noted: Path | None = None
    """Where `unit` notes what its tests say to a database, for `postgres` to choose by."""

    def stages(self) -> dict[str, Stage]:
        """Give all stages in their order."""
        checks: dict[str, tuple[str, ...]] = {
            "format": ("ruff", "format", "--check", "."),
            "lint": ("ruff", "check", "."),
            "types": ("mypy",),
            "imports": ("lint-imports", "--no-cache"),
        }
        found = {name: Stage(name, partial(self._check, *command)) for name, command in checks.items()}
        for name, paths in TESTS.items():
            found[name] = Stage(name, partial(self._pytest, *paths))
        found["unit"] = Stage("unit", self._unit)
        found["postgres"] = Stage("postgres", self._postgres)
        return found

    def _check(self, program: str, *arguments: str) -> bool:
        return _stream([str(BIN / program), *arguments]) == 0

    def _unit(self) -> bool:
        """Run the tests beside the code."""
        from tests import statements

        noting = {statements.FOLDER: str(self.noted)} if self.noted else {}
        return self._pytest(*TESTS["unit"], **noting)

    def _postgres(self) -> bool:
        """Run what touches a database again, on a server of this run's own."""
        from tests import postgres, statements

        if postgres.programs() is None:
            say("PostgreSQL is not installed here, so nothing ran on it: apt install postgresql.")
            return not ON_CI
        more = {}
        if self.noted:
            repeating, noted = statements.choose(self.noted)
            more[statements.FOLDER] = str(self.noted)
            say(f"{repeating} of {noted} tests of unit say to a database only what others say as well: left out.")
        with postgres.server() as url:
            return self._pytest(*POSTGRES, DATABASE_URL=url, HEARTLINE_TEST_SERVER=url, **more)

    def _pytest(self, *paths: str, **environment: str) -> bool:
        here = [path for path in paths if (ROOT / path.partition("::")[0]).exists()]
        if not here:
            say(f"no tests: {', '.join(paths)} is not there")
            return False
        colour = "--color=yes" if sys.stdout.isatty() else "--color=no"
        spread = (*SPREAD, *(GROUPED if paths in (TESTS["browser"], TESTS["clients"], POSTGRES) else ()))
        command = [str(BIN / "pytest"), colour, "--durations=5", "--durations-min=5", *spread, *here, *self.options]
        with _scratch() as folder:
            return _stream(command, last=self.count.add, folder=folder, more=environment) == 0


@contextmanager
def _noted() -> Iterator[Path]:
    """Give a folder for what tests say in this `./test`: what those of another one said may be said no more."""
    kept = ROOT / ".uv"
    kept.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="said-", dir=kept) as folder:
        yield Path(folder)


@contextmanager
def _scratch() -> Iterator[Path]:
    """Give a folder for all that the tests of a stage write, in memory where there is room: flushing costs nothing."""
    roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    with tempfile.TemporaryDirectory(prefix="hl-", dir=MEMORY if roomy else None, ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # some tests look at it as another user
        yield Path(folder)


def _stream(
    command: list[str], *, last: Callable[[str], None] | None = None, folder: Path | None = None,
    more: Mapping[str, str] | None = None,
) -> int:  # fmt: skip
    """Run a command, show what it prints as it comes, and hand over its last line."""
    line, out = "", OUT.get() or sys.stdout
    with subprocess.Popen(
        command, cwd=ROOT, env=_environment(folder) | dict(more or {}), text=True, errors="replace",
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as child:  # fmt: skip
        assert child.stdout is not None
        for line in child.stdout:
            out.write(line)
            out.flush()
    if last:
        with ONE:
            last(line)
    return child.returncode


def _environment(folder: Path | None) -> dict[str, str]:
    """Give the environment of a stage.

    Tests start hundreds of processes, and each would compile all it imports where Python was told to write no bytecode
    into folders of sources. So bytecode is written elsewhere.
    """
    more = {"PATH": f"{BIN}:{os.environ.get('PATH', '')}", "PYTHONPYCACHEPREFIX": str(ROOT / ".uv" / "bytecode")}
    if folder:
        more["TMPDIR"] = str(folder)
    return {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | more


def say(text: str) -> None:
    """Print a line of our own."""
    out = OUT.get() or sys.stdout
    out.write(f"{text}\n")
    out.flush()


def install_programs() -> None:
    """Install what is missing beside Python where that is allowed; elsewhere the tests that need it skip and say so."""
    missing = [package for program, package in PACKAGES.items() if not _there(program)]
    if not missing:
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        say(f"Not installed here: {', '.join(missing)}. Tests that need them are skipped; as root they are installed.")
        return
    say(f"Installing {', '.join(missing)}")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}  # start no database server
    for arguments in (["update"], ["install", "--yes", "--no-install-recommends", *missing]):
        with (ROOT / ".uv" / "apt.log").open("w") as log:
            run = subprocess.run(
                ["apt-get", "-qq", *arguments], check=False, env=quiet, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        if run.returncode:
            say(f"apt-get {arguments[0]} failed; its words are in {ROOT / '.uv' / 'apt.log'}")
            return


def install_clients() -> None:
    """Install the clients that send to us, where the network allows; elsewhere their tests are skipped and say so."""
    from requirements import environment
    from tests.clients import ground

    try:
        ground.make()
    except environment.Trouble as trouble:
        say(f"The clients could not be installed. {trouble}")


def _there(program: str) -> bool:
    if program == "pg_ctl":
        return any(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl")) or shutil.which(program) is not None
    return shutil.which(program) is not None


def main(argv: list[str]) -> int:
    """Run the stages that were named, or all."""
    names, options = (argv[: argv.index("--")], argv[argv.index("--") + 1 :]) if "--" in argv else (argv, [])
    run = Run(options)
    stages = run.stages()
    if {"-h", "--help", "list"} & set(names):
        say(listed())
        return 0
    if unknown := [name for name in names if name not in stages]:
        say(f"There is no part {', '.join(unknown)}. Parts: {' '.join(stages)}. Options of pytest follow after --.")
        return 2
    chosen = [stages[name] for name in names or usual()]
    with _noted() if {"unit", "postgres"} <= {stage.name for stage in chosen} else nullcontext() as run.noted:
        return _run(chosen, run)


def _run(chosen: list[Stage], run: Run) -> int:
    if any(stage.name in (*TESTS, "postgres") and stage.name not in ("docs", "house") for stage in chosen):
        install_programs()
    if any(stage.name == "clients" for stage in chosen):
        install_clients()
    start = time.monotonic()
    if len(chosen) == 1:
        _timed(chosen[0])
    else:
        _beside(chosen)
    return _summary(chosen, run.count, time.monotonic() - start)


def usual() -> list[str]:
    """Give the stages that run when none is named."""
    return [name for name in Run().stages() if ON_CI or name not in NAMED]


def listed() -> str:
    """List the stages, for `./test --help`."""
    apart = dict.fromkeys(NAMED, "; runs when it is named, and on CI")
    lines = [f"  {name:10} {what}{apart.get(name, '')}" for name, what in SAID.items()]
    first = "./test runs all parts, ./test unit docs some; what follows -- goes to pytest: ./test unit -- -k funnel"
    return "\n".join([first, "", *lines])


def _timed(stage: Stage) -> None:
    say(f"\n── {stage.name} ──")
    start = time.monotonic()
    stage.held = bool(stage.run())
    stage.seconds = time.monotonic() - start
    say(f"{stage.name}: {'ok' if stage.held else 'FAILED'} in {stage.seconds:.0f} s")


def _beside(stages: Sequence[Stage]) -> None:
    """Run stages beside each other, and show what each wrote when it is over."""

    def place(stage: Stage) -> int:
        return LONGEST_FIRST.index(stage.name) if stage.name in LONGEST_FIRST else len(LONGEST_FIRST)

    named = {stage.name: stage for stage in stages}
    order, shown = Order([stage.name for stage in sorted(stages, key=place)], AFTER), Lock()

    def work() -> None:
        while name := order.next():
            written = StringIO()
            OUT.set(written)
            try:
                _timed(named[name])
            finally:
                order.over(name)
                with shown:
                    sys.stdout.write(f"{written.getvalue().rstrip()}\n")
                    sys.stdout.flush()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for slot in [pool.submit(work) for _ in range(AT_ONCE)]:
            slot.result()


def _summary(stages: list[Stage], count: Count, seconds: float) -> int:
    say("\n── summary ──")
    for stage in stages:
        say(f"{stage.name:10} {'ok' if stage.held else 'FAILED':8} {stage.seconds:6.0f} s")
    failed = [stage.name for stage in stages if not stage.held]
    say(f"{'all':10} {'FAILED' if failed else 'ok':8} {seconds:6.0f} s")
    say(f"{count.passed} passed, {count.failed} failed, {count.skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
