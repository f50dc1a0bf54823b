"""The files that a recipe names: where they are, what they are, and whether it may have them."""

from __future__ import annotations

import gzip
from pathlib import Path

from heartline.store.engine.sandbox import Source

from . import xes
from .guessing import loose
from .recipe import Log, Recipe
from .yaml_marks import Place

KINDS = ("csv", "tsv", "json", "ndjson", "parquet", "xlsx", "xes")
MOST_BYTES = 8 << 30
"""How much a packed file may hold that is unpacked onto the disk; the sandbox looks to all others."""
EXPECTED = f"Expected a file that ends in {', '.join(f'.{kind}' for kind in KINDS)}, each also .gz."


def find(recipe: Recipe, folder: Path | None, *, confined: bool = False) -> dict[str, tuple[Path, str]]:
    """Find the path and kind of every file of a recipe.

    Parameters
    ----------
    folder
        Where relative paths begin; by default the recipe's own folder.
    confined
        Refuse paths that lead out of that folder, also by symbolic links: for recipes that somebody uploaded.

    Raises
    ------
    InvalidInput
        `outside`, `unknown_kind` or `no_file`, with the recipe's file and line; `fetched` where its tables come from
        elsewhere.
    """
    if recipe.connect and folder is None:
        raise recipe.connect.place.wrong(
            "The tables of this recipe are fetched.", "Use `heartline connect RECIPE`.", code="fetched"
        )
    base = folder if folder is not None else Path(recipe.place.file).parent
    return {name: _find(base, text, place, confined) for name, (text, place) in recipe.files.items()}


def _find(base: Path, text: str, place: Place, confined: bool) -> tuple[Path, str]:
    path = base / text
    if confined and ("\0" in text or not path.resolve().is_relative_to(base.resolve())):
        raise place.wrong(f"“{text}” leads out of the recipe's folder.", "Expected a file in it.", code="outside")
    plain = path.name.lower().removesuffix(".gz")
    kind = "text" if plain.endswith(".text.csv") else plain.rpartition(".")[2]
    if kind not in (*KINDS, "text"):
        raise place.wrong(f"“{text}” is of no kind that can be read.", EXPECTED, code="unknown_kind")
    if kind == "text" and not path.is_file() and (found := _loose(path)):
        return found.resolve(), "loose"
    if not path.is_file():
        raise place.wrong(f"There is no file {path}.", "Expected it there; see --files.", code="no_file")
    return path.resolve(), kind


def _loose(path: Path) -> Path | None:
    """Find the file that a strict table stands for: `x.text.csv` for `x.csv`, `x.tsv`, `x.xlsx`, …, each also .gz."""
    stem = path.name[: -len(loose.STRICT)]
    tries = (path.with_name(f"{stem}.{kind}{packed}") for kind in (*loose.LOOSE, "json") for packed in ("", ".gz"))
    return next((one for one in tries if one.is_file()), None)


def sources(recipe: Recipe, found: dict[str, tuple[Path, str]], scratch: Path) -> dict[str, Source]:
    """Give every file in a form that the sandbox reads; what it cannot read is rewritten in a scratch folder."""
    logs = {entry.log.file: entry.log for entry in recipe.interactions if entry.log}
    made = {}
    for name, (path, kind) in found.items():
        place = recipe.files[name][1]
        if kind == "xes":
            path, kind = _log(path, scratch / f"{name}.parquet", logs.get(name), place), "parquet"
        elif kind == "parquet" and path.suffix.lower() == ".gz":
            path = _unpacked(path, scratch / f"{name}.parquet", place)
        elif kind == "loose":
            target = scratch / f"{name}{loose.STRICT}"
            loose.strict(path, target)
            path, kind = target, "text"
        made[name] = Source(name, path, kind)
    return made


def _log(path: Path, target: Path, log: Log | None, place: Place) -> Path:
    xes.to_parquet(path, target, customer=log.customer if log else None, field=str(place))
    return target


def _unpacked(path: Path, target: Path, place: Place) -> Path:
    try:
        with gzip.open(path) as packed, target.open("wb") as out:
            while piece := packed.read(1 << 20):
                out.write(piece)
                if out.tell() > MOST_BYTES:
                    raise place.wrong(f"{path} unpacks to more than {MOST_BYTES:,} bytes.", EXPECTED, code="too_large")
    except (OSError, EOFError) as error:
        raise place.wrong(f"{path} is not a gzip file: {error}.", EXPECTED, code="unreadable_file") from None
    return target
