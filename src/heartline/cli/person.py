"""`heartline person`: one person's data, all of it, out or gone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from heartline.core.errors import Conflict
from heartline.store.formats import read_format

from .data import Data, default_folder

if TYPE_CHECKING:
    from heartline.server.people.privacy.models import Sheet

person = typer.Typer(help="One person's data: hand it out, or remove it.", no_args_is_help=True)
Who = Annotated[
    str,
    typer.Argument(metavar="WHO", help="email:alice@example.org, user_id:4711, or only the value; a pseudonym, too."),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(person, name="person", rich_help_panel="Data")


@person.command("export")
def export(
    who: Who,
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="The file to write.")] = Path("person.zip"),
    data: Data = None,  # type: ignore[assignment]  # typer shows the default
) -> None:
    """Write everything that is held of a person into one zip file: to read (HTML), and for programs (JSON, CSV)."""
    _ready(data)
    from heartline.server.accounts.audit import COMMAND_LINE
    from heartline.server.people.privacy import commands

    if to.exists():
        raise Conflict("file_exists", f"{to} is there already.", field="to", remedy="Name another file with --to.")
    made = commands.export(who=who, by=COMMAND_LINE)
    to.touch(mode=0o600)
    to.write_bytes(made)
    typer.echo(f"Everything that is held of them is in {to} ({len(made) / 1000:,.0f} kB). It is for them alone.")


@person.command("erase")
def erase(
    who: Who,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The sheet as JSON.")] = False,
    data: Data = None,  # type: ignore[assignment]  # typer shows the default
) -> None:
    """Remove everything that is held of a person, everywhere, and print the proof. It cannot be taken back."""
    _ready(data)
    from heartline.server.accounts.audit import COMMAND_LINE
    from heartline.server.people.privacy import commands, shown

    found = commands.found(who)
    if not yes:
        names = f"{len(found.names)} identifier{'' if len(found.names) == 1 else 's'}"
        typer.confirm(f"Remove this person ({names}) from every version, file and table, for good?", abort=True)
    sheet = commands.erase(who=found.customer, by=COMMAND_LINE)
    if as_json:
        import msgspec

        typer.echo(msgspec.json.format(msgspec.json.encode(shown.document(sheet))))
    else:
        _show(sheet)


def _show(sheet: Sheet) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("Place", "Removed", "Searched", title=f"Sheet {sheet.pk}: what was searched, and what was removed")
    for line in sheet.places:
        table.add_row(line["place"], f"{line['removed']:,} {line['counts']}", f"{line['searched']:,}")
    Console().print(table)
    version = f" Version {sheet.version} is without them." if sheet.version else ""
    written = "written over" if sheet.overwritten else "not written over yet"
    typer.echo(f"Done {sheet.done_at:%Y-%m-%d %H:%M} UTC, by {sheet.by}.{version} The database was {written}.")
    typer.echo(
        "Backups made before still hold them; restoring one removes them again. The sheet is kept with the data."
    )


def _ready(data: Path | None) -> None:
    """Open a data folder that is there, and its database."""
    from heartline.server.shell import start

    folder = (default_folder() if data is None else data).absolute()
    read_format(folder)
    start.prepare(folder)
