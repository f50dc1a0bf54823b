"""Who is whom, at ten million identifiers: reading the ledger anew, its memory, and settling what comes in."""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks import frame
from benchmarks.frame import Line
from heartline.collect.loading.ledger import Ledger
from heartline.collect.seen import to_hex
from heartline.store.lake import Lake

REBUILD_S = 60.0
MEMORY_MB = 2048.0
SLICE = 500_000
EVENTS = 50_000


def main(argv: list[str]) -> int:
    """Measure, print, and give 1 when a limit was passed."""
    options = argparse.ArgumentParser(prog="./bench people", description=__doc__)
    options.add_argument("--identifiers", type=int, default=10_000_000)
    options.add_argument("--on", default=None, help="folder on whose disk the ledger is")
    chosen = options.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="heartline-bench-", dir=chosen.on) as scratch:
        os.environ["HEARTLINE_KEYS"] = scratch
        data = str(Path(scratch) / "data")
        made = frame.in_child("benchmarks.people:written", data, chosen.identifiers)
        child = frame.in_child("benchmarks.people:read", data)
        bare = frame.in_child("benchmarks.people:nothing")
    said = child.answer
    lines = [
        Line("identifiers", said["identifiers"], unit=""),
        Line("assertions in the ledger", made.answer, unit=""),
        Line("ledger read anew", said["read_s"], REBUILD_S, "s", 1.0, peer_name="allowed"),
        Line("memory, all that is kept and its peak", child.peak_mb, MEMORY_MB, "MB", 1.0, peer_name="allowed"),
        Line("of which the program itself", bare.peak_mb, unit="MB"),
        Line(f"settling {EVENTS:,} events of known people", said["known_s"]),
        Line(f"settling {EVENTS:,} events that join new devices to people", said["fresh_s"]),
    ]
    return 0 if frame.table(f"Identity; {frame.load()}", lines) else 1


def names(kind: str, first: int, count: int) -> pa.Array:
    """Give identifiers that follow from their number."""
    dice = np.random.Generator(np.random.PCG64(first * 7 + len(kind)))
    lo, hi = dice.integers(0, 1 << 63, (2, count), dtype=np.uint64)
    digits = to_hex(lo, hi).view("S32").ravel().astype("U32")
    return pa.array(np.char.add(f"{kind}:", digits), pa.string())


def written(data: str, identifiers: int) -> int:
    """Write a ledger: everybody has a user id, an address and three devices; each tie is an assertion."""
    lake, rows = Lake.create(Path(data)), 0
    people = identifiers // 5
    for first in range(0, people, SLICE):
        count = min(SLICE, people - first)
        user = names("user_id", first, count)
        with lake.write("people") as writer:
            for number, kind in enumerate(("user_id", "email", "anonymous_id", "device", "anonymous_id")):
                own = user if not number else names(kind, first + number * 100_000_000, count)
                for left in (own,) if not number else (own, user):
                    table = {"left": left, "right": own, "same": pa.array([True] * count),
                             "source": pa.array(["shop"] * count)}  # fmt: skip
                    rows += writer.add("identities", pa.table(table))
    return rows


def read(data: str) -> dict[str, Any]:
    """Read the ledger and settle some events."""
    ledger = Ledger(Lake.open(Path(data)))
    began = time.perf_counter()
    ledger.catch_up()
    read_s = time.perf_counter() - began
    persons, dice = ledger.persons, np.random.default_rng(3)
    users = np.flatnonzero(persons.of["kind"][: len(persons)] == persons.kinds.index("user_id"))
    some = dice.choice(users, EVENTS)
    began = time.perf_counter()
    persons.begin()
    others = persons.of["next"][some].astype(np.int64)
    persons.join(some, others)
    persons.customers(some)
    known_s = time.perf_counter() - began
    persons.undo()
    began = time.perf_counter()
    persons.begin()
    lo, hi = dice.integers(0, 1 << 63, (2, EVENTS), dtype=np.uint64)
    fresh = persons.meet(persons.kind_number("device"), lo, hi, 1 << 20)
    held, _ = persons.join(some, fresh)
    assert len(held) == EVENTS
    fresh_s = time.perf_counter() - began
    return {"identifiers": len(persons), "read_s": read_s, "known_s": known_s, "fresh_s": fresh_s}


def nothing() -> None:
    """Do nothing but load the program."""
