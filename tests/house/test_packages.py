"""What is installed with Heartline: its licences and its size."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
LARGEST_INSTALL_MB = 1000  # decision 0034

FREE = (
    r"\b(?:MIT|MIT-0|MIT-CMU|Apache|BSD|0BSD|ISC|PSF|Python Software Foundation|Unlicense|Zlib|HPND|CC0|Public Domain"
    r"|MPL|Mozilla Public License)\b"
)
BINDING = (
    r"(?<!L)A?GPL|GNU (?:Affero )?General Public|Affero|SSPL|Business Source|Commons Clause|Proprietary|NonCommercial"
)
LESSER = r"LGPL|Lesser General Public"

DEVELOPERS_ONLY = {"pm4py": "AGPL-3.0: the peer that our paths are held against; nothing of ours imports it but tests"}
EXPLAINED = {
    "qrcode": "BSD; the second classifier is about the word mark QR Code",
    "psycopg": "LGPL: used unchanged, as a library that anybody may replace",
    "psycopg-binary": "LGPL, as psycopg",
}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@cache
def locked(part: str) -> frozenset[str]:
    """Give the names that a lock lists."""
    text = (ROOT / "requirements" / f"{part}.lock").read_text()
    return frozenset(normal(name) for name in re.findall(r"^([A-Za-z0-9_.-]+)==", text, re.MULTILINE))


@cache
def installed() -> dict[str, metadata.Distribution]:
    return {normal(found.metadata["Name"]): found for found in metadata.distributions()}


def licence(found: metadata.Distribution) -> str:
    """Give what a package says of its licence: the expression, the classifiers, or the text's beginning."""
    told = found.metadata
    classifiers = [line for line in told.get_all("Classifier", []) if line.startswith("License")]
    return " | ".join(
        filter(
            None,
            [
                *told.get_all("License-Expression", []),
                *classifiers,
                *(text[:200] for text in told.get_all("License", [])),
            ],
        )
    )


@pytest.mark.parametrize("part", ["default", "connect", "spark", "text"])
def test_what_users_install_may_be_used_freely(part: str) -> None:
    here = {name: licence(found) for name, found in installed().items() if name in locked(part)}
    assert len(here) > 30
    doubtful = {
        name: said
        for name, said in here.items()
        if name not in EXPLAINED and (not re.search(FREE, said) or re.search(BINDING, said))
    }
    assert doubtful == {}


def test_what_binds_is_named_and_stays_with_the_developers() -> None:
    here = {name: licence(found) for name, found in installed().items() if name in locked("dev") - locked("default")}
    binding = {name for name, said in here.items() if re.search(BINDING, said) and not re.search(FREE, said)}
    assert binding == set(DEVELOPERS_ONLY)
    assert not set(DEVELOPERS_ONLY) & (locked("default") | locked("connect") | locked("spark") | locked("text"))


def test_the_default_install_stays_small() -> None:
    """Count what a default install keeps on disk, in blocks, out of the one we stand in."""
    blocks = 0
    for name, found in installed().items():
        if name in locked("default"):
            for file in found.files or ():
                path = Path(str(found.locate_file(file)))
                if path.is_file() and path.suffix != ".pyc":
                    blocks += path.stat().st_blocks
    blocks += sum(path.stat().st_blocks for path in (ROOT / ".uv").glob("bin/*"))
    size_mb = blocks * 512 / 1_000_000
    assert 100 < size_mb <= LARGEST_INSTALL_MB


def pins(part: str) -> dict[str, set[str]]:
    """Give the versions that a lock holds by name; markers may choose between several."""
    text = (ROOT / "requirements" / f"{part}.lock").read_text()
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9_.-]+)==([^ \\]+)", text, re.MULTILINE):
        found.setdefault(normal(name), set()).add(version)
    return found


def held(part: str, asked: Requirement) -> bool:
    return any(asked.specifier.contains(version) for version in pins(part).get(normal(asked.name), ()))


def test_the_locks_are_those_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    default = project["project"]["dependencies"]
    spark = [*default, *project["project"]["optional-dependencies"]["spark"]]
    connect = [*default, *project["project"]["optional-dependencies"]["connect"]]
    groups = project["dependency-groups"]
    wanted = {
        "default": default, "connect": connect, "spark": spark, "dev": [*spark, *connect, *groups["dev"]],
        "clients": groups["clients"],
    }  # fmt: skip
    stale = [f"{part}: {line}" for part, lines in wanted.items() for line in lines if not held(part, Requirement(line))]
    assert stale == [], "run requirements/lock"


def test_the_locks_agree() -> None:
    for part in ("connect", "spark", "dev"):
        assert {name: versions for name, versions in pins("default").items() if pins(part).get(name) != versions} == {}


def test_every_locked_file_has_its_hash() -> None:
    for part in ("uv", "default", "connect", "spark", "dev", "clients"):
        entries = re.split(
            r"^(?=[A-Za-z0-9])", (ROOT / "requirements" / f"{part}.lock").read_text(), flags=re.MULTILINE
        )
        bare = [entry.split()[0] for entry in entries if "==" in entry and "--hash=sha256:" not in entry]
        assert bare == []
