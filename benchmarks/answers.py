"""Finished survey answers a minute: sent by programs, and given by the form of a page, until landed and read.

`./bench answers` starts a server as `heartline serve` does, all on the same machine. First it sends answers with a
text, every second one with a score, at a steady rate, as another system hands them over (`/v1/batch`), and waits until
the last one stands in the lake with its language and feeling. Then it answers a survey of one page by its form, as
browsers without a script do, as fast as the pages take it, and counts what lands.
"""

from __future__ import annotations

import argparse
import base64
import http.client
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec

from benchmarks import frame
from benchmarks.end_to_end import cpu, drain, served
from benchmarks.frame import Line
from tests.e2e.servers import HEARTLINE

WANTED = 100_000
"""Answers a minute."""
PATIENCE_S = 60.0
BATCH = 50
LANES = 4
FORMS = 4
"""Connections that answer by form: as many as the pages have threads."""
PARTS = {
    "en": (
        "the box came late", "one shoe is too small", "the help was kind", "nobody called me back",
        "the queue was far too long", "it was all fine", "I will buy here again", "the colour is not what I saw",
    ),
    "de": (
        "leider kam nichts an", "die Beratung war freundlich", "niemand hat geantwortet", "alles war sofort da",
        "der Schuh ist zu klein", "die Schlange war viel zu lang", "ich kaufe gern wieder hier", "die Farbe ist falsch",
    ),
    "es": (
        "el pedido llegó roto", "nadie contesta al teléfono", "muy buena atención", "volveré a comprar aquí",
        "el zapato es demasiado pequeño", "la cola era muy larga", "todo llegó enseguida", "el color no es el mismo",
    ),
}  # fmt: skip
"""What people write, each in one language: where two are mixed, none is told."""
OPEN = """
import django; django.setup()
from heartline.server.accounts import commands as accounts
from heartline.server.listen.surveys import commands
by = accounts.create_user(email="bench@example.org", role="admin", by="bench")
commands.begin(by=by, key="short", example_key="csat")
commands.open_(by=by, key="short")
"""


def main(argv: list[str]) -> int:
    """Measure, print, and give 1 when a limit was passed."""
    options = argparse.ArgumentParser(prog="./bench answers", description=__doc__)
    options.add_argument("--seconds", type=int, default=60, help="of each way")
    options.add_argument("--rate", type=int, default=WANTED, help="answers a minute that programs send")
    chosen = options.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="heartline-bench-") as scratch:
        os.environ["HEARTLINE_KEYS"] = str(Path(scratch) / "keys")
        with served(Path(scratch)) as (data, port, pid):
            by_program = programs(data, port, pid, chosen)
            by_form = forms(data, port, pid, chosen.seconds)
    held = frame.table(f"Answers by programs, {chosen.seconds} s; {frame.load()}", by_program)
    frame.table(f"Answers by the form of a page, {chosen.seconds} s, as fast as it goes; {frame.load()}", by_form)
    return 0 if held else 1


def programs(data: Path, port: int, pid: int, chosen: Any) -> list[Line]:
    """Have another system send answers at a steady rate."""
    made = subprocess.run(
        [HEARTLINE, "keys", "create", "desk", "--kind", "write", "--data", data], check=True, capture_output=True,
        text=True,
    ).stdout.split()[-1]  # fmt: skip
    found = ran(data, pid, ["send", str(port), made, str(chosen.rate), str(chosen.seconds)])
    read = reading(data, "desk")
    later_s = until_read(data, "desk")
    rows = read.rows
    if rows != found.said["acknowledged"]:
        raise RuntimeError(f"{found.said['acknowledged']} answers were acknowledged, {rows} are in the lake")
    whole = found.said["seconds"] + found.drained
    return [
        Line("acknowledged", 60 * rows / found.said["seconds"], unit="answers/min"),
        Line("landed, to the last", 60 * rows / whole, chosen.rate, "answers/min", 1 - 8 / chosen.seconds,
             at_least=True, peer_name="wanted"),
        Line("read when the last had landed: feeling", read.felt / rows, unit="of them"),
        Line("read when the last had landed: language", read.told / rows, unit="of them"),
        Line("all read, after the last had landed", later_s, PATIENCE_S, "s", 1.0, peer_name="allowed"),
        Line("after the last was sent", found.drained, unit="s"),
        *processors(found, rows),
    ]  # fmt: skip


def forms(data: Path, port: int, pid: int, seconds: int) -> list[Line]:
    """Have people answer by the form of a page, each on their own connection, one after the other."""
    settings = {"DJANGO_SETTINGS_MODULE": "heartline.server.settings", "HEARTLINE_DATA": str(data)}
    subprocess.run([sys.executable, "-c", OPEN], check=True, env={**os.environ, **settings})
    found = ran(data, pid, ["answer", str(port), str(seconds)])
    finished = int(found.said["acknowledged"])
    rows = reading(data, "surveys").rows
    if rows != 2 * finished:
        raise RuntimeError(f"{finished} people answered two questions each, {rows} answers are in the lake")
    whole = found.said["seconds"] + found.drained
    return [
        Line("people who finished", 60 * finished / found.said["seconds"], unit="people/min"),
        Line("their answers, landed to the last", 60 * rows / whole, unit="answers/min"),
        Line("a page that is sent, median", found.said["median_ms"], unit="ms"),
        Line("a page that is sent, 99 in 100 below", found.said["p99_ms"], unit="ms"),
        *processors(found, finished),
    ]


class Ran(msgspec.Struct):
    """What a sender said, how long the last took to land, and the processor seconds of each process."""

    said: dict[str, float]
    drained: float
    cpu_s: dict[str, float]


def ran(data: Path, pid: int, arguments: list[str]) -> Ran:
    """Run a sender, and wait until what it sent has landed."""
    before = cpu(pid)
    sender = subprocess.run(
        [sys.executable, "-m", "benchmarks.answers", *arguments], check=True, capture_output=True, text=True,
        cwd=frame.ROOT,
    )  # fmt: skip
    drained = drain(data)
    spent = {name: seconds - before.get(name, 0.0) for name, seconds in cpu(pid).items()}
    return Ran(msgspec.json.decode(sender.stdout), drained, spent)


def processors(found: Ran, number: float) -> list[Line]:
    """Say what each process spent."""
    by_cost = sorted(found.cpu_s.items(), key=lambda item: -item[1])
    lines = [Line(f"processor, {name}", seconds * 1e6 / number, unit="µs each") for name, seconds in by_cost]
    return [*lines, Line("processor, who sends", found.said["processor_s"] * 1e6 / number, unit="µs each")]


class Read(msgspec.Struct):
    """Answers in the lake, and how many of them were read; those without a text count as read."""

    rows: int
    felt: int
    told: int
    unread: int


def reading(data: Path, source: str) -> Read:
    """Count the answers of a source: a text is read when it has a feeling, and a language where one can be told."""
    import heartline
    from heartline.listen.text.reader import company

    now = heartline.open(data).lake.at()
    rows = now.rows("id", "source", "text", "language", "feeling")
    rows = rows.filter(rows.source == source)
    felt, told = (rows.text.isnull() | column.notnull() for column in (rows.feeling, rows.language))
    counts = {"rows": rows.count(), "felt": felt.cast("int64").sum(), "told": told.cast("int64").sum()}
    found = now.execute(rows.aggregate(**counts)).to_pylist()[0]
    open_ = now.execute(rows.filter(~(felt & told)).select("text", felt=rows.feeling.notnull()))
    clear = company(now.definitions, data).detector.detect(open_["text"].to_pylist())
    unread = sum(not felt or one is not None for felt, one in zip(open_["felt"].to_pylist(), clear, strict=True))
    return Read(**{name: int(number or 0) for name, number in found.items()}, unread=unread)


def until_read(data: Path, source: str) -> float:
    """Wait until every answer of a source is read, at once or in the background; give how long that took."""
    began = time.monotonic()
    while left := reading(data, source).unread:
        if time.monotonic() - began > PATIENCE_S:
            print(f"{left:,} are not read after {PATIENCE_S:g} s")
            return float("inf")
        time.sleep(1.0)
    return time.monotonic() - began


def send(port: int, key: str, rate: int, seconds: int) -> None:
    """Send answers at a steady rate, as another system does."""
    auth = {"Authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode()}

    def turn(line: http.client.HTTPConnection, dice: random.Random, number: int) -> int:
        body = msgspec.json.encode({"batch": [answer(dice, f"{number}-{place}") for place in range(BATCH)]})
        line.request("POST", "/v1/batch", body, {**auth, "Content-Type": "application/json"})
        response = line.getresponse()
        response.read()
        return BATCH if response.status == 200 else 0

    said(port, seconds, LANES, turn, step_s=60 * BATCH * LANES / rate)


def answer(dice: random.Random, name: str) -> dict[str, Any]:
    """Make one answer: what somebody wrote, every second time beside a score, which says what they felt."""
    properties: dict[str, Any] = {"survey": "visit", "text": words(dice)}
    if dice.random() < 0.5:
        properties |= {"score": dice.randrange(11), "scale": "nps"}
    return {"type": "track", "event": "Survey Answered", "messageId": name, "userId": f"u{dice.randrange(200_000)}",
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "properties": properties}  # fmt: skip


def words(dice: random.Random) -> str:
    """Write what nobody wrote before: reading the same text twice would cost nothing."""
    return f"{', '.join(dice.sample(PARTS[dice.choice(tuple(PARTS))], 3))} ({dice.randrange(1 << 20)})"


def fill(port: int, seconds: int) -> None:
    """Answer a survey of one page by its form, as fast as it is taken."""

    def turn(line: http.client.HTTPConnection, dice: random.Random, _number: int) -> int:
        asked = [
            ("asked", "csat"),
            ("asked", "why"),
            ("q-csat", str(dice.randint(1, 5))),
            ("q-why", words(dice)),
        ]
        body = urlencode([("block", "main"), ("lang", "en"), ("go", "next"), *asked])
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        line.request("POST", f"/s/short/{dice.getrandbits(128):032x}/", body, form)
        response = line.getresponse()
        response.read()
        return int(response.status == 302)

    said(port, seconds, FORMS, turn)


def said(
    port: int, seconds: int, lanes: int, turn: Callable[[http.client.HTTPConnection, random.Random, int], int],
    step_s: float = 0.0,
) -> None:  # fmt: skip
    """Take turns on several connections, and print what was acknowledged."""
    took: list[float] = []
    counts = [0] * lanes
    began = time.monotonic()

    def lane(which: int) -> None:
        line, dice = http.client.HTTPConnection("127.0.0.1", port, timeout=60), random.Random(which)
        number, due = which, began + step_s * which / lanes
        while (now := time.monotonic()) < began + seconds:
            if due > now:
                time.sleep(due - now)
            start = time.monotonic()
            counts[which] += turn(line, dice, number)
            took.append(time.monotonic() - start)
            number, due = number + lanes, due + step_s

    threads = [threading.Thread(target=lane, args=(which,)) for which in range(lanes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took.sort()
    print(msgspec.json.encode({
        "acknowledged": sum(counts), "seconds": time.monotonic() - began, "processor_s": time.process_time(),
        "median_ms": 1000 * took[len(took) // 2], "p99_ms": 1000 * took[int(0.99 * len(took))],
    }).decode())  # fmt: skip


if __name__ == "__main__":
    given = [int(one) if one.isdigit() else one for one in sys.argv[2:]]
    {"send": send, "answer": fill}[sys.argv[1]](*given)  # type: ignore[operator]  # one of two that are known
