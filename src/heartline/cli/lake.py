"""Commands about the data folder itself: back it up, restore it, compact it, list its versions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .data import Data, default_folder

if TYPE_CHECKING:
    from heartline.store.compact import Compacted

File = Annotated[Path, typer.Argument(metavar="FILE", help="The backup: a .tar, or a .tar.gz.")]


def backup(file: File, data: Data = None) -> None:  # type: ignore[assignment]  # typer shows the default
    """Write the newest version to a file, beside whatever is running. The key is not in it."""
    from heartline.store.backup import backup, key_advice
    from heartline.store.lake import Lake

    lake = Lake.open(_folder(data))
    done = backup(lake, file)
    size = file.stat().st_size / 1e6
    typer.echo(
        f"Version {done.version} of {done.time:%Y-%m-%d %H:%M} UTC is in {file} ({size:,.1f} MB), and reads back."
    )
    typer.echo(key_advice(lake.folder))


def restore(file: File, data: Data = None) -> None:  # type: ignore[assignment]  # typer shows the default
    """Make a data folder of a backup; it must be empty or not there yet."""
    from heartline.store.backup import key_advice, restore

    folder = _folder(data)
    done = restore(file, folder)
    typer.echo(f"{folder} holds version {done.version} of {done.time:%Y-%m-%d %H:%M} UTC, and reads back.")
    typer.echo(key_advice(folder))
    _erase_again(folder)


def _erase_again(folder: Path) -> None:
    """Remove from a restored folder whoever was removed after its backup was made."""
    from heartline.store import tombstones
    from heartline.store.keys import key_path
    from heartline.store.lake import Lake

    if not key_path(folder).exists() or not tombstones.missed(Lake.open(folder)):
        return
    from heartline.server.shell import start

    start.prepare(folder)
    from heartline.server.people.privacy.commands import erase_again

    typer.echo(f"{erase_again():,} identifiers of people who were removed since are removed from it again.")


def compact(
    data: Data = None,  # type: ignore[assignment]  # typer shows the default
    force: Annotated[
        bool, typer.Option("--force", help="Every month that is not one sorted file, not only those that gain by it.")
    ] = False,
) -> None:
    """Rewrite many small files as few sorted ones; no answer changes. Imports may go on meanwhile.

    What is known of competitors lies beside it, and is rewritten, too.
    """
    from heartline.store import others
    from heartline.store.lake import Lake

    lake = Lake.open(_folder(data))
    typer.echo(_rewritten(lake.compact(force=force)))
    theirs = others.compact(lake, force=force)
    if theirs is not None:
        typer.echo(f"Of competitors: {_rewritten(theirs)}")


def _rewritten(done: Compacted) -> str:
    months = f"{done.months:,} month{'' if done.months == 1 else 's'} rewritten"
    files = f"{done.files_before:,} files became {done.files_after:,}"
    return f"{months}: {files}; {done.removed:,} old files removed."


def versions(
    data: Data = None,  # type: ignore[assignment]  # typer shows the default
    newest: Annotated[int, typer.Option("--newest", help="How many, the newest first; 0 for all.", min=0)] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """List the versions of the data: number, time, what made it."""
    import msgspec

    from heartline.store.lake import Lake

    known = [entry for entry in Lake.open(_folder(data)).versions() if entry.version and entry.why != "compact"]
    shown = known[::-1][: newest or None]
    if as_json:
        rows = [{"version": entry.version, "time": entry.time, "why": entry.why} for entry in shown]
        typer.echo(msgspec.json.encode(rows))
        return
    for entry in shown:
        typer.echo(f"{entry.version:>8}  {entry.time:%Y-%m-%d %H:%M:%S} UTC  {entry.why}")
    if len(known) > len(shown):
        typer.echo(f"… and {len(known) - len(shown):,} older ones; --newest 0 lists all.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (backup, restore, compact, versions):
        app.command(rich_help_panel="Data")(command)


def _folder(data: Path | None) -> Path:
    return default_folder() if data is None else data
