"""`./shots DIR`: picture every page on the demo company, on Olist and on an empty folder; fail where one is wrong."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import django
from playwright.sync_api import sync_playwright

from tests.e2e.conftest import FLAGS
from tests.e2e.servers import HEARTLINE, running

from . import sheet
from .looking import Look, Seen, look, signed_in

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"
DATA = ("demo", "olist", "empty")


def made(name: str, folder: Path) -> str:
    """Make a data folder; give why that is not possible, if so."""
    if name == "empty":
        return ""
    if name == "olist":
        if not (SHARED / "olist").is_dir():
            return f"{SHARED / 'olist'} is not there"
        command = [
            "import",
            str(ROOT / "recipes" / "olist.yaml"),
            "--files",
            str(SHARED / "olist"),
            "--data",
            str(folder),
        ]
    else:
        command = ["demo", str(folder), "--customers", "1500", "--seed", "7"]
    done = subprocess.run([HEARTLINE, *command], capture_output=True, text=True, check=False)
    return done.stderr.strip() if done.returncode else ""


def pictured(name: str, data: Path, into: Path, how: Look, only: str) -> Seen:
    """Start a server over a data folder and picture its pages."""
    from .language import data_words

    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        raise SystemExit("There is no Chromium here: apt install chromium.")
    with running(data) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        state = signed_in(browser, server.link)
        seen = look(browser, server.url, state, into, name, data_words(data), how=how, only=only)
        browser.close()
    return seen


def main(argv: Sequence[str]) -> int:
    """Picture, write the contact sheet, and say what is wrong."""
    parser = argparse.ArgumentParser(prog="./shots", description=__doc__)
    parser.add_argument("folder", metavar="DIR", type=Path, help="where pictures and index.html go")
    parser.add_argument("--on", choices=DATA, nargs="+", default=list(DATA), help="which data")
    parser.add_argument("--only", default="", help="only pages whose address contains this")
    parser.add_argument("--quick", action="store_true", help="one width and light colours only")
    asked = parser.parse_args(argv)
    asked.folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heartline.server.settings")
    django.setup()
    how = Look(sizes=(1440,), schemes=("light",)) if asked.quick else Look()
    all_seen = []
    with tempfile.TemporaryDirectory(prefix="heartline-shots-") as work:
        os.environ["HEARTLINE_KEYS"] = str(Path(work) / "keys")
        for name in asked.on:
            start = time.monotonic()
            if reason := made(name, Path(work) / name):
                say(f"{name}: left out: {reason}")
                continue
            seen = pictured(name, Path(work) / name, asked.folder, how, asked.only)
            all_seen.append(seen)
            say(f"{name}: {len(seen.pictures)} pages in {time.monotonic() - start:.0f} s, {len(seen.wrong)} wrong")
            for line in seen.wrong:
                say(f"  {line}")
    say(f"See {sheet.write(asked.folder, all_seen)}")
    return 1 if any(seen.wrong for seen in all_seen) or not all_seen else 0


def say(text: str) -> None:
    """Print a line of our own."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
