"""What public code says of itself: a first line everywhere, the whole story at verbs, columns that are there."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

import heartline
from heartline.core.described import fields as told_fields
from heartline.core.registry import VERBS, Verb
from heartline.listen.surveys import codebook
from heartline.listen.surveys.spreading import columns
from heartline.store.tests.world import events
from heartline.workspace import Workspace
from tests.doors.test_python import JOURNEY, NEEDED, POLL

SOURCE = Path(heartline.__file__).parent
BELOW = ("core", "store", "listen", "understand", "collect")
SECTIONS = {
    "Parameters", "Returns", "Yields", "Figures", "Shape", "Units", "Uncertainty", "Raises", "Source", "Example",
    "Privacy", "Notes",
}  # fmt: skip
EDGES = ("_low", "_high", "_n")
Documented = ast.Module | ast.FunctionDef | ast.ClassDef


def public() -> Iterator[tuple[str, Documented]]:
    """Give every public module, class, function and method below the server."""
    for path in sorted(path for room in BELOW for path in (SOURCE / room).rglob("*.py") if "tests" not in path.parts):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        where = str(path.relative_to(SOURCE))
        yield where, tree
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                yield f"{where}:{node.lineno} {node.name}", node
                for part in node.body if isinstance(node, ast.ClassDef) else ():
                    if isinstance(part, ast.FunctionDef) and not part.name.startswith("_") and not overloaded(part):
                        yield f"{where}:{part.lineno} {node.name}.{part.name}", part


def overloaded(node: ast.FunctionDef) -> bool:
    return any(
        "overload" in ast.dump(decorator) or "setter" in ast.dump(decorator) for decorator in node.decorator_list
    )


def test_everything_public_begins_with_a_sentence() -> None:
    bare = {}
    for where, node in public():
        text = ast.get_docstring(node) or ""
        first = text.split("\n\n")[0].strip()
        if not re.search(r"[.:…]$", first):
            bare[where] = first
    assert bare == {}


def test_sections_have_their_names() -> None:
    strange = {}
    for where, node in public():
        titles = re.findall(r"^(\S[^\n]*)\n-{3,}$", ast.get_docstring(node) or "", re.MULTILINE)
        if unknown := set(titles) - SECTIONS:
            strange[where] = sorted(unknown)
    assert strange == {}


@pytest.fixture(params=sorted(VERBS))
def verb(request: pytest.FixtureRequest) -> Verb:
    return VERBS[request.param]


def sections(verb: Verb) -> dict[str, str]:
    """Give the sections of a verb's docstring by title."""
    parts = re.split(r"^([A-Z]\w*)\n-{3,}\n", inspect.getdoc(verb.function) or "", flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_a_verb_tells_its_whole_story(verb: Verb) -> None:
    assert re.fullmatch(r"[A-Z].*\.", verb.summary)
    assert {"Shape", "Uncertainty", "Raises"} <= set(sections(verb))
    meanings = told_fields(verb.spec)
    assert [part.name for part in fields(verb.spec) if not meanings.get(part.name)] == []


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("docstrings")
    events(
        folder,
        [
            ("alice", "shop", "2024-03-01 10:00", {"amount": 12, "currency": "EUR"}),
            ("alice", "delivery", "2024-03-04 10:00", {"wait_s": 259200, "succeeded": True}),
            ("alice", "survey", "2024-03-05 10:00", {"score": 9, "scale": "nps", "about": "delivery", "text": "quick"}),
            ("bob", "shop", "2024-03-02 10:00", {"amount": 30, "currency": "EUR"}),
            ("bob", "survey", "2024-03-06 10:00", {"score": 2, "scale": "nps", "about": "shop", "text": "rude"}),
        ],
        journey=JOURNEY,
        survey=POLL,
        unit={"berlin": {}},
    )
    return heartline.open(folder)


def test_the_shape_names_the_columns_there_are(workspace: Workspace, verb: Verb) -> None:
    result = workspace.call(verb.name, NEEDED.get(verb.name, {}))
    told = set(re.findall(r"`([a-z_0-9]+)`", sections(verb)["Shape"]))
    told |= {f"{name}{edge}" for name in told for edge in EDGES if edge in told}  # “each of these with `_low`, `_high`”
    missing = {column.name for column in result.columns} - told
    if verb.name == "evidence":  # its columns are those of what it opens
        missing -= {"id", "occurred_at", "customer", "touchpoint", "text", "scale", "score"}
    if verb.name == "responses":  # and a column for each question
        missing -= {one.name for one in columns(codebook.read("poll", POLL["poll"]))}
    assert missing == set()
    assert all(column.meaning and column.type for column in result.columns)
