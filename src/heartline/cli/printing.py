"""A result for people at a terminal: the sentence, the figures, the table, what to know about them."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from heartline.core.result import Column, Figure, Result

ROWS = 40


def show(result: Result, console: Console | None = None) -> None:
    """Print a result."""
    console = console or Console()
    console.print(Text(str(result.answer), style="bold"))
    if result.figures:
        console.print(_figures(result.figures))
    if result.columns:
        console.print(_rows(result))
        if len(result.rows) > ROWS:
            console.print(f"… and {len(result.rows) - ROWS:,} more rows; --json prints all.", style="dim")
    for note in result.notes:
        console.print(Text(f"· {note}", style="dim"))
    console.print(f"As of {result.as_of.time:%Y-%m-%d %H:%M} UTC.", style="dim")


def _figures(figures: dict[str, Figure]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("")
    for heading in ("", "between", "n"):
        table.add_column(heading, justify="right")
    for name, figure in figures.items():
        between = ""
        if figure.low is not None and figure.high is not None:
            between = f"{written(figure.low, figure.measured_in)} and {written(figure.high, figure.measured_in)}"
        count = "" if figure.n is None else f"{figure.n:,}"
        table.add_row(name.replace("_", " "), written(figure.value, figure.measured_in), between, count)
    return table


def _rows(result: Result) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in result.columns:
        table.add_column(column.name, justify="right" if column.type in ("int", "float") else "left")
    for row in result.rows[:ROWS]:
        table.add_row(*(_cell(row.get(column.name), column) for column in result.columns))
    return table


def _cell(value: Any, column: Column) -> Text:
    return Text(written(value, column.measured_in))


def written(value: Any, measured_in: str) -> str:
    """Write a value with what it is measured in; a dash where nothing is known."""
    if value is None:
        return "–"
    if isinstance(value, list | tuple):
        return " → ".join(str(item) for item in value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if measured_in == "share":
        return f"{100 * value:.1f} %"
    if measured_in == "s":
        return duration(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"


def duration(seconds: float) -> str:
    """Write seconds as people say them: 40 s, 12 min, 3.5 h, 12.4 d."""
    for size, name in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if abs(seconds) >= size:
            return f"{seconds / size:.1f} {name}"
    return f"{seconds:.0f} s"
