"""The run on PostgreSQL finds by itself which tests belong to it, and nobody's data folder shares a database."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import psycopg
import pytest

from tests import apart, databases


@pytest.mark.parametrize(
    ("module", "does"),
    [
        ("heartline.collect.loading.tests.test_loader", True),
        ("heartline.collect.loading.tests.wire", True),
        ("heartline.server.front.tests.asking", True),
        ("tests.e2e.conftest", True),
        ("tests.e2e.test_server", True),
        ("tests.e2e.test_hl", False),
        ("tests.e2e.test_hl_queue", False),
        ("heartline.core.tests.test_period", False),
        ("heartline.collect.tests.test_recipe", False),
    ],
)
def test_modules_that_reach_a_database_are_told_from_others(module: str, does: bool) -> None:
    assert databases.reaches(import_module(module), set()) is does


def test_each_data_folder_has_a_database_of_its_own_on_the_server(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(apart.SERVER, postgres_url)
    shown = tmp_path / "shown"
    shown.write_text(
        f"#!{sys.executable}\nimport os\nprint(os.environ['DATABASE_URL'], os.environ['HEARTLINE_INBOX'])\n"
    )
    shown.chmod(0o755)
    monkeypatch.setattr(apart, "PLAIN", shown)
    program = apart.program()
    pretend = f"from tests import apart; apart.PLAIN = {str(shown)!r}; main()"
    program.write_text(program.read_text().replace("\nmain()", f"\n{pretend}"))
    said = []
    here = ["--data", str(tmp_path / "a")]
    for arguments in (["serve", *here], ["signin", *here], ["demo", str(tmp_path / "b")]):
        done = subprocess.run([program, *arguments], capture_output=True, text=True, check=True, env={**os.environ})
        said.append(done.stdout.split())
    assert said[0] == said[1] != said[2]
    for url, inbox in said:
        assert url == inbox
        psycopg.connect(url).close()
