"""Runs clients, and reads what came of it."""

from __future__ import annotations

import json
import os
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

from heartline.collect.inbox import Received

from . import ground

PROGRAMS = Path(__file__).parent / "programs"
COMMANDS: dict[str, tuple[str, ...]] = {
    "segment_python": (str(ground.PYTHON), "segment_python.py"),
    "rudder_python": (str(ground.PYTHON), "rudder_python.py"),
    "segment_node": ("node", "segment_node.cjs"),
}
TRACKS = 250
KINDS = ("identify", "page", "screen", "group", "alias")
PATIENCE_S = 300.0


def start(client: str, url: str, key: str, packed: str = "plain") -> subprocess.Popen[str]:
    """Start a client as a program of its own."""
    runs, program = COMMANDS[client]
    runs = str(ground.node()) if runs == "node" else runs
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "NODE_PATH": str(ground.MODULES)}
    return subprocess.Popen(
        [runs, str(PROGRAMS / program), url, key, str(TRACKS), packed], env=environment, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def ended(process: subprocess.Popen[str]) -> None:
    """Wait until a client has sent everything and says that nothing went wrong."""
    said, _ = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, said
    assert "rror" not in said, said


def events(rows: list[Received]) -> list[dict[str, Any]]:
    """Take the events out of the requests."""
    found: list[dict[str, Any]] = []
    for row in rows:
        body = json.loads(row.body)
        found += body["batch"] if row.kind == "batch" else [body]
    assert len(found) == sum(row.events for row in rows)
    return found


def check_once(found: list[dict[str, Any]]) -> None:
    """Check that each thing that a client did came exactly once."""
    assert Counter(event["type"] for event in found) == {"track": TRACKS, **dict.fromkeys(KINDS, 1)}
    tracks = [event for event in found if event["type"] == "track"]
    assert sorted(event["event"] for event in tracks) == sorted(f"Order {number}" for number in range(TRACKS))
    assert len({event["messageId"] for event in found}) == len(found)
    assert {event["properties"]["note"] for event in tracks} == {"Grüße, 祝"}
