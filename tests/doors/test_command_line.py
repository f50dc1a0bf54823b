"""Every verb at the command line answers with the JSON of Python."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from heartline.cli import main
from heartline.core.registry import VERBS

from .test_python import NEEDED
from .test_python import workspace as workspace

HEARTLINE = Path(sys.executable).with_name("heartline")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the program; warnings of libraries would be on its standard error."""
    return subprocess.run([HEARTLINE, *arguments], capture_output=True, text=True, check=False, timeout=400)


def options(values: dict[str, Any]) -> list[str]:
    """Write a spec as options."""
    return [part for name, value in values.items() for part in (f"--{name.replace('_', '-')}", str(value))]


@pytest.mark.parametrize("name", sorted(VERBS))
def test_every_verb_prints_what_python_answers(
    name: str, workspace: Any, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """All that the program does, in this process: to start one for each verb would take longest of all."""
    values = NEEDED.get(name, {})
    arguments = ["heartline", name, *options(values), "--data", str(workspace.lake.folder), "--json"]
    monkeypatch.setattr(sys, "argv", arguments)
    with pytest.raises(SystemExit) as ended:
        main()
    said, wrong = capfd.readouterr()
    assert (ended.value.code, wrong) == (0, "")
    assert json.loads(said) == json.loads(workspace.call(name, values).to_json())


def test_a_program_of_its_own_prints_it_and_nothing_else(workspace: Any) -> None:
    done = run("scores", "--period", "all", "--data", str(workspace.lake.folder), "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == json.loads(workspace.call("scores", {"period": "all"}).to_json())


def test_without_json_the_answer_is_for_people(workspace: Any) -> None:
    done = run("scores", "--data", str(workspace.lake.folder))
    assert done.returncode == 0
    assert done.stdout.startswith(str(workspace.call("scores", {}).answer))


@pytest.mark.parametrize("as_json", [False, True])
def test_what_cannot_be_asked_ends_in_one_sentence(workspace: Any, as_json: bool) -> None:
    folder = str(workspace.lake.folder)
    done = run("scores", "--period", "soon", "--data", folder, *(["--json"] if as_json else []))
    assert done.returncode == 2
    assert "Traceback" not in done.stdout + done.stderr
    if as_json:
        assert json.loads(done.stdout)["code"] == "bad_period"
    else:
        assert re.fullmatch(r"period: “soon” is not a period\. .*\n", done.stderr)


def test_a_folder_that_is_not_there_and_one_of_a_newer_format_are_explained(tmp_path: Path) -> None:
    missing = run("scores", "--data", str(tmp_path / "nowhere"))
    assert (missing.returncode, missing.stderr.count("\n")) == (2, 1)
    assert "There is no Heartline data" in missing.stderr
    (tmp_path / "format").write_text("99\n")
    newer = run("scores", "--data", str(tmp_path))
    assert newer.returncode == 2
    assert "newer Heartline" in newer.stderr


def test_help_comes_without_loading_an_engine() -> None:
    code = (
        "import sys; sys.argv = ['heartline', '--help']\n"
        "from heartline.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print([name for name in ('django', 'duckdb', 'ibis', 'pyarrow', 'pydantic') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ})
    assert done.stdout.endswith("[]\n")
    for name in VERBS:
        assert name in done.stdout


def test_a_server_starts_without_loading_what_few_pages_need() -> None:
    """Each of its processes would load them again, and so does every command: half a second, and memory for nothing."""
    code = (
        "import sys, heartline.workspace, heartline.server.shell.pages, heartline.server.collect.received.loading\n"
        "print([name for name in ('pandas', 'pyspark', 'scipy', 'sklearn') if name in sys.modules])"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "heartline.server.settings"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout == "[]\n"
