"""The secret of a data folder, under which identifiers are hashed. It lives outside the folder, so that a copy of the
data alone tells nobody who the people are."""

from __future__ import annotations

import os
import secrets
import uuid
from pathlib import Path

from heartline.core.errors import Unavailable

from .disk import flush


def key_path(folder: Path) -> Path:
    """Say where the key of a data folder is kept: HEARTLINE_KEYS, else ~/.config/heartline/keys."""
    home = os.environ.get("HEARTLINE_KEYS") or Path.home() / ".config" / "heartline" / "keys"
    return Path(home) / f"{(folder / 'lake' / 'id').read_text().strip()}.key"


def make_key(folder: Path) -> None:
    """Give a new data folder its name and its key, both flushed."""
    name = folder / "lake" / "id"
    if not name.exists() or not name.read_text().strip():
        name.write_text(uuid.uuid4().hex)
        flush([name])
    path = key_path(folder)
    if path.exists() and path.stat().st_size:
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_hex(32))
    flush([path])


def read_key(folder: Path) -> bytes:
    """Read the key of a data folder.

    Raises
    ------
    Unavailable
        `no_key` when it is not where keys are kept.
    """
    path = key_path(folder)
    try:
        return bytes.fromhex(path.read_text())
    except (FileNotFoundError, ValueError):
        raise Unavailable(
            "no_key",
            f"The key of this data folder is not at {path}.",
            field="data",
            remedy="Copy it there from where the folder was made; without it people cannot be recognised.",
        ) from None
