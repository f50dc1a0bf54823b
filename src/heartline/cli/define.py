"""`heartline define FILE` and `heartline definitions`: the company's catalogue as YAML, in and out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .data import Data, default_folder


def define(
    file: Annotated[Path, typer.Argument(help="A YAML file of definitions.", metavar="FILE")],
    data: Data = None,  # type: ignore[assignment]  # typer shows the default; it is found when the command runs
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change; write nothing.")] = False,
) -> None:
    """Define touchpoints, stages, journeys, units and more from a file. What it does not name stays as it is."""
    from heartline.collect import catalogue
    from heartline.core.errors import InvalidInput
    from heartline.store.definitions import Definitions
    from heartline.store.lake import Lake

    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(
            "no_file", f"{file} cannot be read: {error}.", field=str(file), remedy="Name a YAML file in UTF-8."
        ) from None
    changes = catalogue.read(text, str(file))
    folder = data if data is not None else default_folder()
    if dry_run:
        there = Lake.open(folder).at().definitions if (folder / "format").exists() else Definitions()
        catalogue.checked(there, changes)
        done = catalogue.differing(there, changes)
    else:
        lake = Lake.create(folder)
        there = lake.at().definitions
        version, done = catalogue.written(lake, changes, source="file")
    for change in done:
        new = change.key not in there.all(change.kind)
        what = "remove" if change.body is None else "add" if new else "change"
        typer.echo(f"{what} {change.kind} {change.key}")
    if not done:
        typer.echo("Nothing was new.")
    elif dry_run:
        typer.echo("Nothing was written.")
    else:
        typer.echo(f"This is version {version}.")


def definitions(
    kinds: Annotated[
        list[str] | None, typer.Argument(help="Only these kinds: touchpoint, journey, unit, …", metavar="[KIND]...")
    ] = None,
    data: Data = None,  # type: ignore[assignment]  # typer shows the default; it is found when the command runs
) -> None:
    """Print the definitions as YAML that `heartline define` reads."""
    from heartline.collect import bodies, catalogue
    from heartline.core.errors import unknown
    from heartline.store.lake import Lake

    for kind in kinds or ():
        if kind not in bodies.KINDS:
            raise unknown("kind", kind, list(bodies.KINDS), field="kind")
    lake = Lake.open(data if data is not None else default_folder())
    typer.echo(catalogue.dump(lake.at().definitions, kinds or bodies.KINDS), nl=False)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (define, definitions):
        app.command(rich_help_panel="Data")(command)
