"""`heartline demo DIR`: make a data folder with the demo company in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from heartline.demo import Progress


READ = 6_000
"""Texts that are read at once, so that pages about them are filled at first sight: the last year's."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="Data")(demo)


def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The data folder to make; empty or not there yet.")],
    customers: Annotated[int, typer.Option(help="How many customers.", min=1)] = 5_000,
    seed: Annotated[int, typer.Option(help="The same seed makes the same company.", min=0)] = 7,
    until: Annotated[
        datetime | None, typer.Option(help="The last of its days; default: yesterday.", formats=["%Y-%m-%d"])
    ] = None,
    files: Annotated[
        Path | None, typer.Option("--files", help="Keep the imported files in this folder.", metavar="DIR")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print each step, and at the end what was made, as lines of JSON.")
    ] = False,
) -> None:
    """Make the demo company: shops, web shop, app, service and mailings in three countries, over two years."""
    from heartline.demo import make

    with _lines() if as_json else _bar(customers) as progress:
        made = make(folder, customers, seed, until.date() if until else None, files=files, progress=progress, read=READ)
    open_surveys(folder)
    if as_json:
        _line(asdict(made))
        return
    typer.echo(
        f"{folder} holds the demo company: {made.interactions:,} interactions of {made.customers:,} customers, "
        f"from {made.first} to {made.until}."
    )
    typer.echo(f"What was planted in it, to hold answers against: {folder / 'truth.json'}")
    typer.echo(f"Look at it: heartline serve --data {folder}")


def open_surveys(folder: Path) -> None:
    """Have the surveys whose answers came along stand among those that the company asks."""
    from heartline.demo.surveys import surveys
    from heartline.server.shell import start

    start.prepare(folder.absolute())
    from heartline.server.listen.surveys.adopting import adopt

    adopt(surveys())


@contextmanager
def _bar(customers: int) -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,} of {task.total:,} customers"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("living", total=customers)
        yield lambda what, done, of: bar.update(task, description=what, completed=done, total=of)


@contextmanager
def _lines() -> Iterator[Progress]:
    yield lambda what, done, of: _line({"what": what, "done": done, "of": of})


def _line(document: dict[str, Any]) -> None:
    import msgspec

    typer.echo(msgspec.json.encode(document, enc_hook=str))
