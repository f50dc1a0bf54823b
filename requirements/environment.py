"""Makes the environment in `.venv` from the locked requirements. Standard library only: nothing is installed yet.

An environment consists of parts: `default`, and those that were added to it (`spark`, `dev`); each part has a lock of
the same name, and all locks agree on their versions. A part that was once added stays until `.venv` is removed, so that
starting Heartline never takes the test tools away.
"""

from __future__ import annotations

import ast
import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
TOOLS = ROOT / ".uv"
LOCKS = ROOT / "requirements"
STAMP = VENV / "made.json"
PYTHON = VENV / "bin" / "python"
SPACE_MB = {"default": 1400, "connect": 1500, "text": 1600, "spark": 2000, "dev": 3300}  # to install; less stays

REASONS = (  # what an installer's output means, most telling first
    (r"No space left|os error 28|Disk quota", "The disk is full.", "Free about {space} MB, then start again."),
    (
        r"Permission denied|os error 13|Read-only file system|os error 30",
        "A file may not be written.",
        "Make sure that you own {root}, or make a checkout of your own.",
    ),
    (
        r"THESE PACKAGES DO NOT MATCH|[Hh]ash mismatch",
        "A package is not the one that was locked.",
        "The package index or a proxy serves altered files; try another index, and do not switch the check off.",
    ),
    (
        r"UnknownIssuer|CERTIFICATE_VERIFY_FAILED|invalid peer certificate",
        "The package index could not prove who it is.",
        "If your network has its own certificate authority, name it: pip config set global.cert FILE",
    ),
    (
        (
            r"dns error|name resolution|lookup address|[Cc]onnection (refused|reset|error|broken)|unreachable"
            r"|timed out|error sending request|from versions: none|[Cc]ould not connect|Failed to fetch|ProxyError"
            r"|actively disabled"
        ),
        "The package index could not be reached.",
        "Check the network. A proxy, or an index of your own, is taken from pip: pip config set global.proxy URL",
    ),
)  # fmt: skip


class Trouble(Exception):
    """Why the environment cannot be made, and what to do about it."""


def make(*wanted: str) -> None:
    """Make sure that `.venv` holds these parts as they are locked; quick when it does already.

    Raises
    ------
    Trouble
        When it cannot be made, with the reason and the remedy.
    """
    stamp = _stamp()
    if stamp and set(wanted) <= set(stamp["parts"]) and _current(stamp):
        return
    with _told(), _alone():
        stamp = _stamp()  # another start may have made it while we waited
        if stamp and set(wanted) <= set(stamp["parts"]) and _current(stamp):
            return
        parts = sorted({"default", *wanted, *(stamp["parts"] if stamp else ())})
        check_space(parts)
        tell(f"Installing what Heartline needs into {VENV} ({', '.join(parts)}); the next start is quick.")
        options, settings = pip_settings()
        uv = fetch_uv(settings)
        if not stamp or not whole(stamp):
            if VENV.is_file():
                VENV.unlink()
            _run([uv, "venv", "--quiet", "--clear", "--python", _base_python(), str(VENV)], settings, parts)
        STAMP.unlink(missing_ok=True)
        locks = [str(LOCKS / f"{part}.lock") for part in parts]
        target = ["--python", str(PYTHON), *options]
        _run([uv, "pip", "sync", "--require-hashes", "--no-progress", *target, *locks], settings, parts)
        _run([uv, "pip", "install", "--quiet", "--no-deps", *target, "--editable", str(ROOT)], settings, parts)
        STAMP.write_text(json.dumps({"parts": parts, "digest": digest(parts), "packages": _packages()}))


def tell(sentence: str) -> None:
    """Say something on the way; answers go to standard output, this does not."""
    print(sentence, file=sys.stderr, flush=True)


def locked(path: Path) -> str:
    """Give the digest of a lock."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def digest(parts: list[str]) -> str:
    files = [*(LOCKS / f"{part}.lock" for part in parts), ROOT / "pyproject.toml"]
    return hashlib.sha256("".join([str(ROOT), *map(locked, files)]).encode()).hexdigest()


def _stamp() -> dict[str, Any] | None:
    try:
        stamp = json.loads(STAMP.read_text())
        return dict(stamp) if {"parts", "digest", "packages"} <= set(stamp) else None
    except (OSError, ValueError, TypeError):
        return None


def _current(stamp: dict[str, Any]) -> bool:
    return stamp["digest"] == digest(stamp["parts"]) and whole(stamp)


def whole(stamp: dict[str, Any]) -> bool:
    """Tell whether the environment still has every package that was put into it, and a Python that runs."""
    if not (VENV / "bin" / "heartline").exists() or set(stamp["packages"]) - set(_packages()):
        return False
    try:
        return subprocess.run([PYTHON, "-c", ""], check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def _packages() -> list[str]:
    return sorted(path.name for path in VENV.glob("lib/python3*/site-packages/*") if path.name != "__pycache__")


def _base_python() -> str:
    """Give the Python that runs this, also when `.venv` itself is active."""
    inside = Path(sys.prefix).resolve() == VENV.resolve()
    return getattr(sys, "_base_executable", sys.executable) if inside else sys.executable


def check_space(parts: list[str]) -> None:
    free = shutil.disk_usage(ROOT).free // 1_000_000
    need = max(SPACE_MB.get(part, 0) for part in parts)
    if free < need and not STAMP.exists():
        raise Trouble(f"The disk is full: installing needs about {need} MB, {free} MB are free.")


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Turn what the file system refuses into a sentence."""
    try:
        yield
    except OSError as error:
        raise Trouble(explained(str(error), ["default"])) from error


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Let one start at a time change the environment."""
    TOOLS.mkdir(exist_ok=True)
    with (TOOLS / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell("Another start is making the environment; waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# What pip is told (index, mirrors, proxy, certificates) holds for uv too, which does not read pip's configuration.


def pip_settings() -> tuple[list[str], dict[str, str]]:
    """Give the user's pip configuration as uv's options and environment."""
    run = subprocess.run([*_pip(), "config", "list"], check=False, capture_output=True, text=True, cwd=ROOT)
    return translated(run.stdout, dict(os.environ))


def translated(listing: str, environment: dict[str, str]) -> tuple[list[str], dict[str, str]]:
    """Translate `pip config list` into uv's options and environment; env beats [install] beats [global]."""
    found: dict[str, list[str]] = {}
    for section in ("global", "install", ":env:"):
        for name, value in re.findall(rf"^{section}\.([\w-]+)=(.*)$", listing, re.MULTILINE):
            with contextlib.suppress(ValueError, SyntaxError):
                found[name] = str(ast.literal_eval(value)).split()
    flags = {
        "index-url": "--default-index",
        "extra-index-url": "--index",
        "find-links": "--find-links",
        "trusted-host": "--allow-insecure-host",
    }
    options = [item for name, flag in flags.items() for value in found.get(name, []) for item in (flag, value)]
    if found.get("no-index", ["0"])[0].lower() in ("1", "true", "yes", "on"):
        options.append("--no-index")
    # pip sees all indexes as one; the hashes of the lock keep that safe here
    options += ["--index-strategy", "unsafe-best-match"]
    names = {
        "cert": ("SSL_CERT_FILE",),
        "client-cert": ("SSL_CLIENT_CERT",),
        "proxy": ("HTTP_PROXY", "HTTPS_PROXY"),
        "timeout": ("UV_HTTP_TIMEOUT",),
        "default-timeout": ("UV_HTTP_TIMEOUT",),
    }
    settings = dict(environment)
    settings.update({name: found[key][0] for key, targets in names.items() for name in targets if found.get(key)})
    settings["UV_PYTHON_DOWNLOADS"] = "never"
    settings.pop("VIRTUAL_ENV", None)
    if "UV_CACHE_DIR" not in settings and not _writable(_cache(settings)):
        settings["UV_CACHE_DIR"] = str(TOOLS / "cache")
    return options, settings


def _cache(settings: dict[str, str]) -> Path:
    home = settings.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")  # noqa: PTH111, PTH118  (Path.home() raises without one)
    return Path(home) / "uv"


def _writable(folder: Path) -> bool:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return os.access(folder, os.W_OK | os.X_OK)


def _pip() -> list[str]:
    """Give the command of a pip: this Python's own, else one made in the checkout's tool folder."""
    own = [sys.executable, "-m", "pip"]
    if subprocess.run([*own, "--version"], check=False, capture_output=True, cwd=ROOT).returncode == 0:
        return own
    base = [_base_python(), "-m", "pip"]
    if base[0] != own[0] and subprocess.run([*base, "--version"], check=False, capture_output=True).returncode == 0:
        return base
    made = TOOLS / "pip"
    if not (made / "bin" / "pip").exists():
        run = subprocess.run([_base_python(), "-m", "venv", "--clear", made], check=False, capture_output=True)
        if run.returncode:
            raise Trouble(
                f"This Python ({_base_python()}) has no pip. "
                "Install it, on Debian or Ubuntu: apt install python3-pip python3-venv"
            )
    return [str(made / "bin" / "python"), "-m", "pip"]


def fetch_uv(settings: dict[str, str]) -> str:
    """Give the pinned uv, fetched by pip into a folder of its own: the machine's Python stays as it is."""
    uv, lock = TOOLS / "bin" / "uv", LOCKS / "uv.lock"
    mark = TOOLS / "uv.sha256"
    if uv.exists() and mark.exists() and mark.read_text() == locked(lock):
        return str(uv)
    for old in ("bin", *(path.name for path in TOOLS.glob("uv*"))):
        target = TOOLS / old
        shutil.rmtree(target) if target.is_dir() else target.unlink(missing_ok=True)
    plain = {**settings, "PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    fetch = ["install", "--quiet", "--no-deps", "--only-binary", ":all:", "--require-hashes", "--target", str(TOOLS)]
    _run([*_pip(), *fetch, "-r", str(lock)], plain, ["default"])
    mark.write_text(locked(lock))
    return str(uv)


def _run(command: list[str], environment: dict[str, str], parts: list[str]) -> None:
    """Run an installer; when it fails, say why in a sentence and add its own last words."""
    run = subprocess.run(command, check=False, env=environment, cwd=ROOT, capture_output=True, text=True)
    if run.returncode:
        said = (run.stderr or run.stdout).strip()
        lines = [line for line in said.splitlines() if not line.startswith("WARNING: Retrying")]
        last = "\n".join(f"  {line}" for line in lines[-12:])
        raise Trouble(f"{explained(said, parts)}\n{Path(command[0]).name} said:\n{last}")


def explained(said: str, parts: list[str]) -> str:
    for pattern, reason, remedy in REASONS:
        if re.search(pattern, said):
            space = max(SPACE_MB.get(part, 0) for part in parts)
            return f"{reason} {remedy.format(space=space, root=ROOT)}"
    return "The environment could not be made."
