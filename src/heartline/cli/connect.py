"""`heartline connect RECIPE`: bring in what is new of a database, an API, a feed or a bucket, once or again."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from heartline.core.errors import HeartlineError

from .data import Data, default_folder

if TYPE_CHECKING:
    from heartline.collect.connecting.running import Outcome

NAP_S = 30.0
"""Longest rest before we look whether it is time again."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("connect", rich_help_panel="Data")(connect)


def connect(
    recipe: Annotated[Path, typer.Argument(help="The recipe, a YAML file with `connect:`.", metavar="RECIPE")],
    data: Data = None,  # type: ignore[assignment]  # typer shows the default; it is found when the command runs
    once: Annotated[bool, typer.Option("--once", help="Only now, whatever the recipe's schedule says.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print what came as JSON.")] = False,
) -> None:
    """Bring in what is new of a recipe's source, and again as often as it says. What came before changes nothing.

    Its secret is read from the environment: HEARTLINE_SECRET_NAME.
    """
    from heartline.collect import recipe as recipes
    from heartline.collect.connecting import running, schedule, secrets

    made = recipes.read(recipe)
    plan = running.connection(made)
    home = data if data is not None else default_folder()
    while True:
        try:
            outcome = running.run(recipe, home, secret=secrets.from_environment(plan.secret), private=True)
        except HeartlineError as error:
            if once or not schedule.due(plan.schedule, datetime.now(UTC), datetime.now(UTC)):
                raise
            typer.echo(str(error), err=True)
        else:
            typer.echo(_document(outcome) if json else _said(outcome))
        then = schedule.due(plan.schedule, datetime.now(UTC), datetime.now(UTC), made.timezone)
        if once or then is None:
            return
        while (left := (then - datetime.now(UTC)).total_seconds()) > 0:
            time.sleep(min(left, NAP_S))


def _document(outcome: Outcome) -> str:
    import msgspec

    return msgspec.json.encode(_counts(outcome)).decode()


def _counts(outcome: Outcome) -> dict[str, Any]:
    return {
        "fetched": outcome.fetched, "landed": outcome.count("landed"), "there": outcome.count("there"),
        "dropped": outcome.dropped,
    }  # fmt: skip


def _said(outcome: Outcome) -> str:
    fetched, dropped = sum(outcome.fetched.values()), sum(outcome.dropped.values())
    said = f"{fetched:,} rows fetched: {outcome.count('landed'):,} interactions landed, "
    said += f"{outcome.count('there'):,} were there already, {dropped:,} could not be used."
    left = next((one.quarantine for one in outcome.reports if one.quarantine), None)
    return said + (f"\nWhat could not be used is in {left}; mend it there." if left else "")
