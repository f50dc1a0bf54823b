"""House rules that no tool brings: where tests live, what files are called, how long they are, what they may say."""

from __future__ import annotations

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

from tests.stages import TESTS

ROOT = Path(__file__).resolve().parents[2]
LONGEST_MODULE = 400
LONGEST_FUNCTION = 60
LONGEST_TEST = 100  # a story may be longer than a step
LARGEST_FILE = 1_500_000
LARGEST_CHECKOUT = 30_000_000


@cache
def tracked() -> tuple[Path, ...]:
    """Give every committed file."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return tuple(path for name in listing.split("\0") if name and (path := ROOT / name).is_file())


def of_ours(*suffixes: str) -> list[Path]:
    """Give committed files with these suffixes that we wrote ourselves."""
    return [path for path in tracked() if path.suffix in suffixes and "vendor" not in path.parts]


def texts() -> list[tuple[Path, str]]:
    """Give every committed text of ours; locks name what registries hold, and this file what it looks for."""
    found = []
    for path in tracked():
        if path == Path(__file__).resolve() or path.name == "LICENSE" or "vendor" in path.parts:
            continue
        try:
            found.append((path, path.read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue
    return found


def shown(path: Path, number: int) -> str:
    return f"{path.relative_to(ROOT)}:{number}"


def test_every_test_belongs_to_a_part_of_the_whole() -> None:
    homes = {path for paths in TESTS.values() for path in paths}
    tests = [path.relative_to(ROOT) for path in of_ours(".py") if path.name.startswith("test_")]
    lost = [str(path) for path in tests if not any(path.is_relative_to(home) for home in homes)]
    assert lost == []


def test_no_drawer_takes_whatever_has_no_name() -> None:
    drawers = {"utils", "util", "common", "helpers", "helper", "misc"}
    named = {path.relative_to(ROOT): {path.stem, *path.relative_to(ROOT).parts} for path in of_ours(".py")}
    assert [str(path) for path, names in named.items() if names & drawers] == []


def test_modules_stay_readable() -> None:
    code = [path for path in of_ours(".py") if "tests" not in path.parts and "migrations" not in path.parts]
    long = {
        str(path.relative_to(ROOT)): lines
        for path in code
        if (lines := path.read_text(encoding="utf-8").count("\n")) > LONGEST_MODULE
    }
    assert long == {}


def test_functions_stay_readable() -> None:
    long = {}
    for path in of_ours(".py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body  # a full docstring is no fault
                lines = (node.end_lineno or 0) - body[0].lineno + 1 if body else 0
                if lines > (LONGEST_TEST if node.name.startswith("test_") else LONGEST_FUNCTION):
                    long[f"{shown(path, node.lineno)} {node.name}"] = lines
    assert long == {}


FOREIGN = {
    "a path of somebody's machine": r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+|opt/pypi\w*)/",
    "a package host": (
        r"\b(?:files\.pythonhosted|pypi|registry\.npmjs|registry\.yarnpkg|deb\.debian|security\.debian)\.org\b"
    ),
    "how the work is organised": (
        r"(?i)\b(?:claude|anthropic|chatgpt|copilot|language model|co-authored-by|sub-?agents?|as an ai)\b"
        r"|\bissue #?\d+\b|\b[Rr]oom [A-H]\b|\bthe lead\b"
    ),
}


@pytest.mark.parametrize("what", FOREIGN)
def test_the_project_speaks_of_itself_only(what: str) -> None:
    pattern = re.compile(FOREIGN[what])
    found = [
        f"{shown(path, number)}: {match.group()}"
        for path, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if (match := pattern.search(line))
    ]
    assert found == []


def test_committed_files_are_small() -> None:
    sizes = {str(path.relative_to(ROOT)): path.stat().st_size for path in tracked()}
    assert {name: size for name, size in sizes.items() if size > LARGEST_FILE} == {}
    assert sum(sizes.values()) < LARGEST_CHECKOUT


def test_nobody_elses_data_is_committed(shared_data: Path) -> None:
    data = {
        path.stat().st_size: path for path in shared_data.rglob("*") if path.is_file() and path.stat().st_size > 500
    }
    twins = [path for path in tracked() if path.stat().st_size in data]
    assert [path.name for path in twins if path.read_bytes() == data[path.stat().st_size].read_bytes()] == []


SLOW = re.compile(r"^(?:from|import) (scipy|sklearn|dlt)\b", re.MULTILINE)


def test_what_takes_long_to_load_is_loaded_when_it_is_used() -> None:
    """Four processes of a server and every command would wait a second for it otherwise."""
    ours = [path for path in of_ours(".py") if "tests" not in path.parts and path.is_relative_to(ROOT / "src")]
    assert {str(path): found for path in ours if (found := SLOW.findall(path.read_text()))} == {}


CHECK = re.compile(r"\bassert\b|raises\(|fail\(|expect\(|validate_response\(|wait_until\(|until_shown\(")


def test_no_test_is_without_a_check() -> None:
    empty = []
    for path in of_ours(".py"):
        if not path.name.startswith("test_"):
            continue
        source = path.read_text(encoding="utf-8")
        bodies = {
            node.name: ast.get_source_segment(source, node) or ""
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
        }
        checking = {name for name, body in bodies.items() if CHECK.search(body)}
        calls = re.compile(rf"\b(?:{'|'.join(map(re.escape, checking))}|check\w*|same\w*)\(") if checking else CHECK
        for name, body in bodies.items():
            inner = body.split("\n", 1)[-1]
            if name.startswith("test_") and not CHECK.search(body) and not calls.search(inner):
                empty.append(f"{path.relative_to(ROOT)} {name}")
    assert empty == []
