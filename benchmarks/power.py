"""Cut the power at every moment of receiving and landing, and count what was lost: the long form of the test."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile

from tests.kills import cutting


def main(argv: list[str]) -> int:
    """Run; fail when anything acknowledged is lost or doubled."""
    options = argparse.ArgumentParser(prog="./bench power", description=__doc__)
    options.add_argument("--seed", type=int, default=1, help="decides what is left of what was not flushed")
    chosen = options.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="heartline-bench-") as folder:
        command = [sys.executable, "-m", cutting.__name__, folder, "0", str(chosen.seed)]
        environment = {**os.environ, "HEARTLINE_KEYS": f"{folder}/keys"}
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, env=environment)
    if done.returncode:
        print("failed: see above")
        return 1
    report = json.loads(done.stdout)
    print(f"{report['cuts']} cuts at {report['moments']} moments of {report['calls']:,} calls")
    print(f"{report['acknowledged']} requests acknowledged; 0 lost, 0 doubled; {report['seconds']:.0f} s")
    return 0
