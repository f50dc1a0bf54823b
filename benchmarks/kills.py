"""Kill writers and compactors a thousand times, and count what was lost: the long form of the test."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from heartline.store.tests import killing


def main(argv: list[str]) -> int:
    """Run the loop on a disk or in memory; fail when anything acknowledged is lost, doubled or barred."""
    parser = argparse.ArgumentParser(prog="./bench kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--on", default="/dev/shm", help="folder to write into; one on a disk is flushed for real")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(dir=options.on) as folder:
        command = [sys.executable, "-m", killing.__name__, str(Path(folder) / "data")]
        few = dict.fromkeys(("TOKIO_WORKER_THREADS", "OPENBLAS_NUM_THREADS"), "1")
        environment = {**os.environ, **few, "HEARTLINE_KEYS": folder}
        done = subprocess.run(
            [*command, str(options.kills), str(options.seed)],
            stdout=subprocess.PIPE,
            text=True,
            check=False,
            env=environment,
        )
    if done.returncode:
        print("failed: see above")
        return 1
    report = json.loads(done.stdout)
    reads = report["checks"] + report["reads_beside"]
    print(f"{report['kills']:,} kills in {report['seconds']:.0f} s, {report['at_random']:,} of them at random moments")
    print(f"{report['acknowledged']:,} batches acknowledged; 0 lost, 0 doubled; {reads:,} reads, 0 barred")
    for name, times in sorted(report["at_step"].items()):
        if times:
            print(f"  {times:5}  {name}")
    return 0
