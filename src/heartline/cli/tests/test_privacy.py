"""What is written in a data folder is about people: others on the machine see nothing of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from heartline.store.lake import Lake

CODE = """
import sys
from heartline import cli
from heartline.cli import program
from heartline.store.tests.world import events
program.run = lambda: events(sys.argv[1], [("anna", "shop", "2024-03-01")])
cli.main()
"""


def test_others_on_the_machine_can_open_nothing(tmp_path: Path) -> None:
    data = tmp_path / "data"
    subprocess.run([sys.executable, "-c", CODE, str(data)], check=True, umask=0o022)
    assert Lake.open(data).at().version == 1
    found = [path for path in (data, *data.rglob("*")) if path.stat().st_mode & 0o007]
    assert found == []
