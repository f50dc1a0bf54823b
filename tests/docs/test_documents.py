"""What the documents say is so: links lead somewhere, examples run and print what is printed."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .documents import ROOT, Block, anchors, blocks, documents, links

FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", documents(), ids=name)
def test_links_lead_somewhere(path: Path) -> None:
    dead = []
    for link in links(path):
        if re.match(r"[a-z]+:", link):
            continue  # no test touches the network
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(link)
    assert dead == []


RUN = [path for path in documents() if any("run" in block.words for block in blocks(path))]


@pytest.mark.parametrize("path", RUN, ids=name)
def test_examples_run_and_print_what_is_printed(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for shared in ("docs", "recipes"):
        (tmp_path / shared).symlink_to(ROOT / shared)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "__main__"}
    for block in blocks(path):
        if block.file:
            (tmp_path / block.file).write_text(block.text, encoding="utf-8")
        if "run" in block.words:
            with capsys.disabled():
                run(block, f"{name(path)}:{block.line}", names)


def run(block: Block, where: str, names: dict[str, Any]) -> None:
    """Run a block; a document's Python blocks share their names."""
    if block.language == "console":
        for command, expected in commands(block.text):
            check_printed(where, command, expected, shell(where, command))
    elif block.language == "pycon":
        test = doctest.DocTestParser().get_doctest(block.text, names, where, where, 0)
        said: list[str] = []
        doctest.DocTestRunner(optionflags=FLAGS).run(test, out=said.append, clear_globs=False)
        names.update(test.globs)
        assert said == [], "".join(said)
    elif block.language == "python":
        exec(compile(block.text, where, "exec"), names)
    else:
        pytest.fail(f"{where}: {block.language} cannot be run")


def commands(text: str) -> list[tuple[str, str]]:
    """Split a console's text into commands and what they print."""
    parts = re.split(r"^\$ ", text, flags=re.MULTILINE)
    assert not parts[0].strip(), f"a console block begins with a command, not with: {parts[0]}"
    found = []
    for part in parts[1:]:
        lines = part.split("\n")
        end = next(number for number, line in enumerate(lines) if not line.endswith("\\"))
        found.append(("\n".join(lines[: end + 1]), "\n".join(lines[end + 1 :]).strip("\n")))
    return found


def shell(where: str, command: str) -> str:
    """Run a command as a person with the environment's programs on the path would."""
    programs = Path(sys.executable).parent
    wide = {"PATH": f"{programs}:{os.environ['PATH']}", "COLUMNS": "120", "TERM": "dumb", "NO_COLOR": "1"}
    done = subprocess.run(
        command, shell=True, check=False, env={**os.environ, **wide}, stdin=subprocess.DEVNULL, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=400,
    )  # fmt: skip
    assert done.returncode == 0, f"{where}: {command}\n{done.stdout}"
    return done.stdout


def check_printed(where: str, command: str, expected: str, printed: str) -> None:
    """Compare what was printed with what the document shows, blanks aside."""
    if expected.strip():
        same = doctest.OutputChecker().check_output(expected + "\n", printed, FLAGS)
        assert same, f"{where}: {command}\nshown:\n{expected}\nprinted:\n{printed}"


def test_every_decision_is_in_the_list() -> None:
    folder = ROOT / "docs" / "adr"
    assert sorted(links(folder / "README.md")) == sorted(path.name for path in folder.glob("[0-9]*.md"))


def test_every_document_is_reached_from_the_list() -> None:
    folder = ROOT / "docs"
    listed = {(folder / link.partition("#")[0]).resolve() for link in links(folder / "README.md")}
    told = {path for path in documents() if folder in path.parents and "adr" not in path.parts}
    assert told - listed - {folder / "README.md"} == set()


def test_a_wrong_example_is_noticed() -> None:
    with pytest.raises(AssertionError):
        check_printed("here", "echo", "two paths", "three paths\n")
    with pytest.raises(AssertionError):
        shell("here", "false")
    with pytest.raises(AssertionError):
        run(Block("pycon", ("run",), ">>> 6 * 7\n43\n", 1), "here", {})
