"""The option every command shares: which data folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer


def default_folder() -> Path:
    """Give the data folder of the environment, else `data` where we are."""
    return Path(os.environ.get("HEARTLINE_DATA") or "data")


Data = Annotated[
    Path, typer.Option("--data", help="The data folder.", show_default="$HEARTLINE_DATA, else ./data", metavar="DIR")
]
