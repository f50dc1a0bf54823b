"""The command `heartline`, for a run on PostgreSQL: each data folder has a database of its own on the run's server."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from pathlib import Path

from . import postgres

SERVER = "HEARTLINE_TEST_SERVER"
"""The URL of the server that a run on PostgreSQL started for itself."""
PLAIN = Path(sys.executable).with_name("heartline")


def program() -> Path:
    """Give the command as tests start it."""
    if not os.environ.get(SERVER):
        return PLAIN
    script = Path(tempfile.mkdtemp(prefix="heartline-on-postgres-")) / "heartline"
    root = Path(__file__).resolve().parent.parent
    script.write_text(
        f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(root)!r})\nfrom {__name__} import main\nmain()\n"
    )
    script.chmod(0o755)
    return script


def main() -> None:
    """Become the command, with the database of the data folder that it is given."""
    said = sys.argv[1:]
    folder = said[said.index("--data") + 1] if "--data" in said else said[1] if said[:1] == ["demo"] else "."
    os.environ |= of_its_own(folder)
    os.execv(PLAIN, [str(PLAIN), *said])


def of_its_own(folder: str) -> dict[str, str]:
    """Give what names the database of a data folder, made when it is not there."""
    name = f"data_{hashlib.sha256(str(Path(folder).absolute()).encode()).hexdigest()[:24]}"
    url = postgres.made(os.environ[SERVER], name)
    return {"DATABASE_URL": url, "HEARTLINE_INBOX": url}
