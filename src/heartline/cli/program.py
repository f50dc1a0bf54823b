"""The program `heartline`: its commands, and how it ends when something cannot be done."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import typer

from heartline.core.errors import Conflict, Forbidden, HeartlineError, Unavailable

from . import connect, define, demo, export, identity, imports, lake, person, serve, verbs, xes

app = typer.Typer(
    name="heartline",
    help="Customer experience management that one person can run with one command.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


@app.callback()
def heartline() -> None:
    """Customer experience management that one person can run with one command."""


for module in (serve, imports, connect, define, demo, lake, identity, person, export, xes, verbs):
    module.register(app)


def run() -> None:
    """Run a command; what a person can mend ends in one sentence and exit code 2."""
    try:
        app()
    except HeartlineError as error:
        fail(error)
    except BrokenPipeError:  # the reader of our output has gone: `heartline … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        explained = from_system(error)
        if explained is None:
            raise
        fail(explained)


def fail(error: HeartlineError) -> None:
    """Say what is wrong, as a sentence or, with --json, as the problem document, and end."""
    if "--json" in sys.argv:
        import msgspec

        typer.echo(msgspec.json.encode(error.problem()))
    else:
        typer.echo(str(error), err=True)
    sys.exit(2)


def from_system(error: OSError) -> HeartlineError | None:
    """Turn what the operating system refuses into a coded error; None where we have no advice."""
    where = error.filename or "the data folder"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return Forbidden(
            "no_permission", f"There is no permission to use {where}.", remedy="Allow it, or name another folder."
        )
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Unavailable("disk_full", f"The disk is full at {where}.", remedy="Free some space, then try again.")
    if error.errno == errno.ENOTDIR:
        path = Path(where)
        where = next((above for above in (path, *path.parents) if above.is_file()), path)
        return Conflict("not_a_folder", f"{where} is a file, not a folder.", remedy="Name another folder.")
    return None
