"""`heartline identity`: why somebody is one person, and people joined and parted by a word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from .data import Data, default_folder

if TYPE_CHECKING:
    from pathlib import Path

    from heartline.collect.explaining import Branch, Why
    from heartline.collect.joining import Move
    from heartline.store.lake import Lake

Who = Annotated[
    str, typer.Argument(help="Anything they go by: email:alice@example.org, user_id:1234, kind:hash.", metavar="WHO")
]
Yes = Annotated[bool, typer.Option("--yes", help="Do it; without, only what would change is said.")]
identity = typer.Typer(help="Who is one person, and why.", no_args_is_help=True)
SHORT = 8


@identity.command("show")
def show(
    who: Who,
    data: Data = default_folder(),  # noqa: B008
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Say why somebody's identifiers are one person; each that can be taken back has a number."""
    import msgspec

    from heartline.collect.keeping_apart import apart

    lake = _lake(data)
    found = _why(lake, who)
    if as_json:
        typer.echo(msgspec.json.encode(found, enc_hook=str))
        return
    typer.echo(f"Customer {_short(found.customer)}: {len(found.tree)} identifiers.")
    for number, branch in enumerate(found.tree):
        typer.echo(_line(number, branch, found))
        for word in branch.also:
            other = word.left if word.left != branch.name else word.right
            typer.echo(
                f"     {'  ' * branch.depth}{word.source} says, too: as {_short(other)} ({_day(word.version, found)})"
            )
    for word in found.parted:
        typer.echo(f"Taken back by {word.source}: {_short(word.left)} and {_short(word.right)}"
                   f" ({_day(word.version, found)})")  # fmt: skip
    for one in apart(lake.at(), found.customer, [branch.name for branch in found.tree]):
        others = ", ".join(map(_short, one.others)) + (" and more" if one.count > len(one.others) else "")
        typer.echo(f"Not joined by {_short(one.name)} ({one.why.replace('_', ' ')}){f': {others}' if others else ''}")


@identity.command("merge")
def merge(
    one: Who,
    other: Who,
    data: Data = default_folder(),  # noqa: B008
    yes: Yes = False,
) -> None:
    """Hold two people for one, also two with an account each. It can be taken back at any time."""
    from heartline.collect import joining, person

    lake = _lake(data)
    left, right = (person.find(lake, who).customer for who in (one, other))
    _tell(joining.merging(lake.at(), left, right, joining.BY))
    if yes:
        from heartline.server.accounts import audit
        from heartline.server.people.identity import commands

        commands.merge(left=left, right=right, by=audit.COMMAND_LINE)
    _done(yes)


@identity.command("split")
def split(
    who: Who,
    number: Annotated[int, typer.Argument(help="The number that `heartline identity show WHO` gives it.", min=1)],
    data: Data = default_folder(),  # noqa: B008
    yes: Yes = False,
) -> None:
    """Take back what ties an identifier to the person."""
    from heartline.collect import joining
    from heartline.core.errors import NotFound

    lake = _lake(data)
    found = _why(lake, who)
    word = found.tree[number].word if number < len(found.tree) else None
    if word is None:
        raise NotFound("not_joined", f"There is no identifier number {number}.", field="number",
                       remedy=f"heartline identity show {who}")  # fmt: skip
    _tell(joining.splitting(lake.at(), word.left, word.right, joining.BY))
    if yes:
        from heartline.server.accounts import audit
        from heartline.server.people.identity import commands

        commands.split(left=word.left, right=word.right, by=audit.COMMAND_LINE)
    _done(yes)


def _lake(data: Path) -> Lake:
    from heartline.server.shell import start

    start.prepare(data.absolute())
    from heartline.server.shell.opened import workspace

    return workspace().lake


def _why(lake: Lake, who: str) -> Why:
    from heartline.collect import explaining, person

    return explaining.why(lake.at(), person.find(lake, who).customer)


def _tell(move: Move) -> None:
    for customer, names in move.after.items():
        typer.echo(f"Customer {_short(customer)}: {', '.join(_short(name) for name in sorted(names))}")
    typer.echo(f"{move.interactions:,} interaction{'' if move.interactions == 1 else 's'} would change hands.")
    for word in move.fallen:
        typer.echo(f"Falls with it: {word.source} said {_short(word.left)} is {_short(word.right)}.")


def _done(yes: bool) -> None:
    typer.echo("Done." if yes else "Nothing was changed; --yes does it.")


def _line(number: int, branch: Branch, found: Why) -> str:
    said = f"{branch.word.source} says: as {_short(branch.above)}" if branch.word else "the oldest"
    version = branch.word or branch.first
    day = f" ({_day(version.version, found)})" if version else ""
    return f"{number:>4} {'  ' * branch.depth}{_short(branch.name)}, {branch.power}; {said}{day}"


def _day(version: int, found: Why) -> str:
    at = found.at.get(version)
    return f"{at:%Y-%m-%d %H:%M}" if at else f"version {version}"


def _short(name: str) -> str:
    kind, _, digits = name.partition(":")
    return f"{kind}:{digits[:SHORT]}"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(identity, name="identity", rich_help_panel="Data")
