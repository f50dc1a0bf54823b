"""A result for people at a terminal: the sentence, the figures, the table, what to know about them."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from heartline.core.result import Column, Figure, Result

ROWS = 40
WIDEST = 60
"""Columns of texts and paths may be folded to this many characters."""
UNKNOWN = "–"


def show(result: Result, console: Console | None = None) -> None:
    """Print a result."""
    console = console or Console()
    console.print(Text(str(result.answer), style="bold"))
    if result.figures:
        console.print(_figures(result.figures))
    if result.columns:
        console.print(_rows(result, console.width))
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


def _rows(result: Result, width: int) -> Table:
    """Lay rows out as a table, or, where that is too wide for the screen, each row as lines of its own."""
    shown = [column for column in result.columns if not _folded(column.name, result.columns)]
    rows = [[_cell(row, column, result.columns) for column in shown] for row in result.rows[:ROWS]]
    widths = [max(len(column.name), *(len(row[at]) for row in rows), 0) for at, column in enumerate(shown)]
    if sum(min(widest, WIDEST) + 2 for widest in widths) > width:
        return _lines([column.name for column in shown], rows)
    table = Table(box=None, pad_edge=False)
    for column in shown:
        table.add_column(column.name, justify="right" if column.type in ("int", "float") else "left")
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _lines(names: list[str], rows: list[list[str]]) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    for row in rows:
        for at, (name, value) in enumerate(zip(names, row, strict=True)):
            if value != UNKNOWN:
                table.add_row(Text(name.replace("_", " "), style="dim"), Text(value, style="" if at else "bold"))
        table.add_row("", "")
    return table


def _folded(name: str, columns: tuple[Column, ...]) -> bool:
    """Tell whether a column only says how exactly another is known, and is written beside that."""
    names = {column.name for column in columns}
    stem, _, end = name.rpartition("_")
    return (end in ("low", "high", "n") and stem in names) or (name in ("low", "high") and "value" in names)


def _cell(row: dict[str, Any], column: Column, columns: tuple[Column, ...]) -> str:
    """Write a cell, with its interval where it has one."""
    text = written(row.get(column.name), column.measured_in)
    stem = "" if column.name == "value" else f"{column.name}_"
    low, high = row.get(f"{stem}low"), row.get(f"{stem}high")
    if low is None or high is None or not _folded(f"{stem}low", columns):
        return text
    return f"{text} ({written(low, column.measured_in)} to {written(high, column.measured_in)})"


def written(value: Any, measured_in: str) -> str:
    """Write a value with what it is measured in; a dash where nothing is known."""
    if value is None:
        return UNKNOWN
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
