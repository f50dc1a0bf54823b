"""Drop folders: a file that is put beside a recipe is imported by it, once, and moved to `done` or `failed`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from heartline.core.errors import HeartlineError

RECIPE = "recipe.yaml"
QUIET_S = 5.0
"""A file that did not change for so long is whole."""
Take = Callable[[Path, Path], str]


def sweep(home: Path, now: float, take: Take) -> int:
    """Import what lies whole in the folders below, and give how many files that were.

    Parameters
    ----------
    home
        Holds a folder for each recipe, with the recipe as `recipe.yaml`.
    now
        Seconds since 1970.
    take
        Imports: gets the recipe and the folder in which the file lies alone under its own name, gives what to say.
    """
    found = 0
    for recipe in sorted(home.glob(f"*/{RECIPE}")):
        for path in sorted(recipe.parent.iterdir()):
            if path != recipe and _whole(path, now):
                _import(recipe, path, take)
                found += 1
    return found


def _whole(path: Path, now: float) -> bool:
    return not path.name.startswith(".") and path.is_file() and now - path.stat().st_mtime >= QUIET_S


def _import(recipe: Path, path: Path, take: Take) -> None:
    """Import one file; where we are cut short, the next sweep does it again, which changes nothing twice."""
    hashed = _hash(path)
    seen = recipe.parent / ".seen" / hashed
    if seen.exists():
        _move(path, "done", hashed, "These very bytes were imported before; nothing was done.")
        return
    work = recipe.parent / ".work"
    work.mkdir(exist_ok=True)
    for left in work.iterdir():
        left.unlink()
    (work / path.name).hardlink_to(path)
    try:
        said = take(recipe, work)
    except HeartlineError as error:
        _move(path, "failed", hashed, f"{error.reason} {error.remedy}".strip())
    else:
        seen.parent.mkdir(exist_ok=True)
        seen.touch()
        _move(path, "done", hashed, said)
    finally:
        (work / path.name).unlink(missing_ok=True)


def _move(path: Path, where: str, hashed: str, said: str) -> None:
    folder = path.parent / where
    folder.mkdir(exist_ok=True)
    name = path.name if not (folder / path.name).exists() else f"{hashed[:12]}-{path.name}"
    (folder / f"{name}.txt").write_text(f"{said}\n", encoding="utf-8")
    path.replace(folder / name)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
