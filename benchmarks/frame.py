"""What benchmarks share: timing in pairs, memory of a child, and the one table that they print.

Ours and the peer's run alternately (A B A B …), so that a machine that grows slower hurts both; medians are compared,
never single runs. Peak memory is measured in a child of its own, because a process never gives memory back.
"""

from __future__ import annotations

import gc
import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Line:
    """One comparison: `target` bounds ours ÷ peer's, from above (`≤`) or from below (`≥`); None states figures only."""

    what: str
    ours: float
    peer: float | None = None
    unit: str = "s"
    target: float | None = None
    at_least: bool = False
    peer_name: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours ÷ the peer's; None without a peer."""
        return None if self.peer is None else self.ours / self.peer

    @property
    def held(self) -> bool | None:
        """Whether the ratio keeps its target; None where there is none to keep."""
        if self.target is None or self.ratio is None:
            return None
        return self.ratio >= self.target if self.at_least else self.ratio <= self.target


def seconds(function: Callable[[], Any]) -> float:
    """Time one call in seconds of wall time, rubbish collected beforehand."""
    gc.collect()
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def in_pairs(ours: Callable[[], Any], peer: Callable[[], Any], *, runs: int = 5, warm: int = 1) -> tuple[float, float]:
    """Give the median seconds of both, run alternately; `warm` pairs before are not counted."""
    times: list[tuple[float, float]] = []
    for turn in range(warm + runs):
        pair = (seconds(ours), seconds(peer))
        if turn >= warm:
            times.append(pair)
    return statistics.median(pair[0] for pair in times), statistics.median(pair[1] for pair in times)


def median_s(function: Callable[[], Any], *, runs: int = 5, warm: int = 1) -> float:
    """Give the median seconds of one function alone."""
    for _ in range(warm):
        function()
    return statistics.median(seconds(function) for _ in range(runs))


@dataclass(frozen=True)
class Child:
    """What a child process did: its answer (the JSON that it printed last), seconds and peak memory."""

    answer: Any
    seconds: float
    peak_mb: float


def in_child(function: str, *arguments: Any) -> Child:
    """Run `module:function` with JSON arguments in a fresh process and measure it.

    The memory is the peak resident set of that process alone, without its children. Linux tells it (`VmHWM`) for the
    program; `getrusage` would count the parent's memory too, from before the program began.
    """
    code = "import benchmarks.frame as frame, sys; frame.serve_child(sys.argv[1], sys.argv[2])"
    command = [sys.executable, "-c", code, function, json.dumps(arguments)]
    start = time.perf_counter()
    run = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT, env=dict(os.environ))
    took = time.perf_counter() - start
    if run.returncode:
        raise RuntimeError(f"{function} failed:\n{run.stderr}")
    said = json.loads(run.stdout.splitlines()[-1])
    return Child(said["answer"], took, said["peak_kib"] / 1024)


def serve_child(function: str, arguments: str) -> None:
    """Be the child of `in_child`."""
    import importlib

    module, name = function.split(":")
    answer = getattr(importlib.import_module(module), name)(*json.loads(arguments))
    print(json.dumps({"answer": answer, "peak_kib": peak_kib()}))


def peak_kib() -> int:
    """Give this process's peak resident set so far."""
    return int(re.findall(r"^VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)[0])


def table(title: str, lines: Sequence[Line]) -> bool:
    """Print the lines as one table; tell whether every target was held."""
    from rich.console import Console
    from rich.table import Table

    shown = Table(title=title, title_justify="left")
    for name in ("what", "ours", "peer", "ratio", "target", "held?"):
        shown.add_column(name, justify="left" if name == "what" else "right")
    for line in lines:
        bound = "" if line.target is None else f"{'≥' if line.at_least else '≤'} {line.target:g}"
        peer = "" if line.peer is None else f"{_figure(line.peer)} {line.unit} {line.peer_name}".rstrip()
        ratio = "" if line.ratio is None else f"{line.ratio:.3g}"
        held = {None: "", True: "yes", False: "NO"}[line.held]
        shown.add_row(line.what, f"{_figure(line.ours)} {line.unit}", peer, ratio, bound, held)
    Console(width=None if sys.stdout.isatty() else 140).print(shown)
    return all(line.held is not False for line in lines)


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def load() -> str:
    """Describe the machine at this moment: cores and the load that others put on it."""
    one, _, _ = os.getloadavg()
    return f"{os.cpu_count()} cores, load {one:.1f}"
