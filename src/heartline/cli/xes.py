"""`heartline export-xes`: the trips of a journey as an event log for process mining tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .data import Data, default_folder


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export-xes", rich_help_panel="Data")(export_xes)


def export_xes(
    file: Annotated[Path, typer.Argument(help="Where to write; packed if the name ends in .gz.", metavar="FILE")],
    journey: Annotated[str, typer.Option("--journey", help="Key of the journey.", metavar="KEY")],
    data: Data = None,  # type: ignore[assignment]  # typer shows the default; it is found when the command runs
    period: Annotated[str, typer.Option("--period", help="Days in which trips begin, like 2017 or all.")] = "all",
    as_of: Annotated[str | None, typer.Option("--as-of", help="A version, or a moment; default: the newest.")] = None,
    segment: Annotated[str | None, typer.Option("--segment", help="Only trips of this segment's customers.")] = None,
) -> None:
    """Write the trips of a journey as an event log in XES (IEEE 1849-2023)."""
    from heartline.core.selection import Selection, build
    from heartline.store.lake import Lake
    from heartline.understand.xes import export

    lake = Lake.open(data if data is not None else default_folder())
    selection = build(Selection, {"period": period, "as_of": as_of, "segment": segment})
    trips, events = export(lake.at(as_of), selection, journey, file)
    typer.echo(f"{trips:,} trips with {events:,} events are in {file}.")
