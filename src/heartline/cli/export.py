"""`heartline export`: the lake as plain Parquet, for whatever other tool."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .data import Data, default_folder


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export", rich_help_panel="Data")(export)


def export(
    folder: Annotated[Path, typer.Argument(help="Where to write: empty, or not there yet.", metavar="DIR")],
    data: Data = None,  # type: ignore[assignment]  # typer shows the default; it is found when the command runs
    as_of: Annotated[str | None, typer.Option("--as-of", help="A version, or a moment; default: the newest.")] = None,
) -> None:
    """Write every interaction as plain Parquet, with corrections and joined people entered."""
    from heartline.store.exporting import export as write
    from heartline.store.lake import Lake

    done = write(Lake.open(data if data is not None else default_folder()), folder, as_of)
    typer.echo(f"{done.rows:,} interactions as of version {done.version} are in {folder}.")
