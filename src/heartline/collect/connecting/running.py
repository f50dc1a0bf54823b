"""One time: land what still waits, fetch what is new, land it. Nothing is lost or doubled, wherever it ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from heartline.collect import importing
from heartline.collect import recipe as recipes
from heartline.collect.recipe import Recipe
from heartline.core.errors import InvalidInput
from heartline.store.engine.sandbox import Limits, Sandbox, Source
from heartline.store.engine.select_check import checked

from . import fetching, folders
from .keeping import Keeping
from .plan import Connect


@dataclass
class Outcome:
    """What one time brought.

    Parameters
    ----------
    fetched
        Rows that came, by table.
    reports
        Of the imports that landed: none where nothing was new, two where an earlier one still waited.
    """

    fetched: dict[str, int] = field(default_factory=dict)
    reports: list[importing.Report] = field(default_factory=list)

    def count(self, what: str) -> int:
        """Add up `read`, `landed` or `there`."""
        return sum(int(getattr(one, what)) for one in self.reports)

    @property
    def dropped(self) -> dict[str, int]:
        """Rows dropped, by reason."""
        found: dict[str, int] = {}
        for report in self.reports:
            for reason, count in report.dropped.items():
                found[reason] = found.get(reason, 0) + count
        return found


def run(
    recipe: Path,
    data: Path,
    *,
    secret: str = "",
    private: bool = False,
    allowed: tuple[Path, ...] | None = None,
    seconds: float = fetching.SECONDS,
    tries: int = 5,
    limits: Limits | None = None,
    progress: Callable[[str], None] | None = None,
) -> Outcome:
    """Bring in what is new of a recipe's source.

    Parameters
    ----------
    secret
        The password or token.
    private
        Whether machines of the own network may be asked.
    allowed
        Folders of this machine that may be looked into; None means all.
    tries
        How often a request is tried where the other side is busy or fails.

    Raises
    ------
    InvalidInput
        `not_connected` where the recipe has no `connect`; `no_id`; `folder_not_allowed`; and all of `importing.run`.
    NotFetched
        Where the source cannot be read.
    Conflict
        `busy` where this very source is being asked by another process.
    """
    made = recipes.read(recipe)
    connect = connection(made)
    folders.check(connect, allowed)
    say = progress or (lambda _what: None)
    keeping, outcome = Keeping(data, made.source), Outcome()
    with keeping.alone():
        for increment in keeping.waiting():
            say("landing")
            outcome.reports.append(_land(made, recipe, data, keeping, increment, limits))
        say("fetching")
        draft, before = keeping.draft(), keeping.state().tables
        found = fetching.fetch(connect, draft, before, secret=secret, private=private, seconds=seconds, tries=tries)
        outcome.fetched = {name: rows for name, (rows, _after) in found.items()}
        after = {name: kept for name, (_rows, kept) in found.items()}
        if any(outcome.fetched.values()):
            say("landing")
            increment = keeping.keep(draft, after)
            outcome.reports.append(_land(made, recipe, data, keeping, increment, limits))
        else:
            keeping.note(after)
    return outcome


def connection(recipe: Recipe) -> Connect:
    """Give the part `connect` of a recipe.

    Raises
    ------
    InvalidInput
        `not_connected`.
    """
    if recipe.connect is None:
        raise recipe.place.wrong("The recipe has no `connect`.", "Expected `connect: …`.", code="not_connected")
    return recipe.connect


def _land(
    made: Recipe, recipe: Path, data: Path, keeping: Keeping, increment: Path, limits: Limits | None
) -> importing.Report:
    check_ids(made, increment)
    report = importing.run(recipe, data, folder=increment, confined=True, limits=limits)
    keeping.landed(increment)
    return report


def check_ids(recipe: Recipe, folder: Path) -> None:
    """Make sure that every row has an id of its own: only by that it is known when it comes again.

    Raises
    ------
    InvalidInput
        `no_id`, with the line of the query.
    """
    sources = {name: Source(name, folder / file, "parquet") for name, (file, _place) in recipe.files.items()}
    with Sandbox(sources) as sandbox:
        for entry in recipe.interactions:
            if entry.query is None:
                continue
            field_ = str(entry.query.place)
            sql = checked(entry.query.sql, sources, field=field_).rstrip().rstrip(";")
            columns = {name.lower() for name in _described(sandbox, sql, field_, sources)}
            if "id" not in columns:
                raise entry.query.place.wrong(
                    "The rows have no id, so they would land again with every change.",
                    "Expected a column `id` that stays the same for ever, as `order_id || ':placed' as id`.",
                    code="no_id",
                )


def _described(sandbox: Sandbox, sql: str, field_: str, sources: dict[str, Source]) -> Any:
    try:
        return sandbox.describe(sql, field=field_)
    except InvalidInput as error:
        if error.code == "wrong_column":
            there = [f"{name} ({', '.join(sandbox.describe(f'FROM {name}'))})" for name in sources]
            error.remedy = f"There is: {'; '.join(there)}. Name fields that may be missing under `fields`."
        raise
