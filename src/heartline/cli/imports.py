"""`heartline import RECIPE`: bring files in, and say what became of every row."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .data import Data, default_folder

if TYPE_CHECKING:
    from heartline.collect.importing import Report


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("import", rich_help_panel="Data")(import_)


def import_(
    recipe: Annotated[Path, typer.Argument(help="The recipe, a YAML file.", metavar="RECIPE")],
    files: Annotated[
        Path | None,
        typer.Option("--files", help="Folder in which the recipe's files are; default: its own.", metavar="DIR"),
    ] = None,
    data: Data = None,  # type: ignore[assignment]  # typer shows the default; it is found when the command runs
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show ten resulting rows and what would happen; write nothing.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Import a recipe's files. Importing again changes nothing."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from heartline.collect.importing import run

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[rows]:,} rows"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=json) as bar:
        task = bar.add_task("reading", total=None, rows=0)

        def progress(what: str, rows: int, done: int, of: int) -> None:
            bar.update(task, description=what, rows=rows, completed=done, total=of)

        home = data if data is not None else default_folder()
        agreed = _agreed(recipe, files, home, keep=not dry_run)
        report = run(recipe, home, folder=files, dry_run=dry_run, progress=progress)
    if json:
        typer.echo(_document(report, agreed))
    else:
        _show(report, Console())
        for line in _consents(agreed, rehearsed=dry_run):
            typer.echo(line)


def _agreed(recipe: Path, files: Path | None, home: Path, *, keep: bool) -> dict[str, int]:
    """Take what the files say about consent into the ledger, or count it; nothing where they say nothing."""
    from heartline.collect.exports import agreeing

    rows = list(agreeing.told(recipe, files))
    if not rows or not keep:
        return {"new": len(rows)} if rows else {}
    import dataclasses

    from heartline.server.shell import consenting, start

    start.prepare(home.absolute())
    return dataclasses.asdict(consenting.tell(rows))


def _consents(agreed: dict[str, int], *, rehearsed: bool) -> list[str]:
    """Say what became of what the files say about consent."""
    if not agreed:
        return []
    if rehearsed:
        return [f"The files hold {agreed['new']:,} words about consent."]
    said = f"Words about consent: {agreed['new']:,} new, {agreed['there']:,} already there"
    return [f"{said}, {agreed['unusable']:,} that say nothing we can read." if agreed["unusable"] else f"{said}."]


def _document(report: Report, agreed: dict[str, int]) -> str:
    import dataclasses

    import msgspec

    told = {"agreed": agreed} if agreed else {}
    return msgspec.json.encode(dataclasses.asdict(report) | told, enc_hook=str).decode()


def _show(report: Report, console: Any) -> None:
    from rich.table import Table

    from heartline.collect.reasons import REASONS

    if report.sample:
        _show_sample(report, console)
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column("")
    table.add_column("", justify="right")
    table.add_row("rows read", f"{report.read:,}")
    table.add_row("would land" if report.rehearsed else "landed", f"{report.landed:,}")
    table.add_row("already there", f"{report.there:,}")
    table.add_row("dropped", f"{sum(report.dropped.values()):,}")
    for reason, count in sorted(report.dropped.items(), key=lambda item: -item[1]):
        table.add_row(f"  {reason}: {REASONS[reason]}", f"{count:,}")
    share = "–" if report.known_share is None else f"{100 * report.known_share:.1f} %"
    table.add_row("of those landed, customer known", share)
    if report.refused:
        table.add_row("identifiers not joined: they would make one of two people", f"{report.refused:,}")
    console.print(table)
    if report.quarantine:
        console.print(f"The dropped rows are in {report.quarantine}.", soft_wrap=True)
        console.print(f"Mend them there, then: heartline import {report.quarantine / 'recipe.yaml'}", soft_wrap=True)
    if report.rehearsed:
        console.print("Nothing was written.")
    elif report.version is None:
        console.print("Nothing was new.")
    else:
        console.print(f"This is version {report.version}.")


def _show_sample(report: Report, console: Any) -> None:
    """Print the first rows, one under the other: they have too many columns for a line."""
    from rich.text import Text

    for number, row in enumerate(report.sample, 1):
        console.print(Text(f"row {number}", style="bold"))
        for name, value in row.items():
            if value is not None:
                console.print(Text(f"  {name}: {value}"), soft_wrap=True)
