"""What people agreed to, as an export tells it: rows for a ledger of consent, in columns that are written down here.

`agreeing.told` looks for them in the files of any recipe.

An interaction says what somebody did (subscribed, left); a consent says what is allowed since. The lake holds the
first; the second needs the address in clear text, so it goes to the operational database and never to the lake.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from heartline.store.engine.sandbox import Sandbox, Source
from heartline.store.engine.select_check import checked

from .known import export

COLUMNS = {
    "kind": "kind of identifier of the person: email, phone, …",
    "value": "the identifier in clear text",
    "purpose": "what it is for: newsletter",
    "channel": "over which channel: email",
    "state": "given, withdrawn, or suppressed: must not be contacted, whatever was agreed",
    "at": "when, as text in UTC; empty where nobody knows",
    "confirmed_at": "when it was confirmed (double opt-in), as text in UTC; empty without",
    "source": "where it was said, as the tool names it",
    "reason": "why it was withdrawn or suppressed, as the tool or the person says it",
}
"""Columns of a row, and what each holds; all are texts."""
FOLDER = Path(__file__).with_name("recipes")


def tells(key: str) -> bool:
    """Tell whether an export says what people agreed to."""
    return _path(key).is_file()


def consents(key: str, path: Path, kind: str = "text") -> Iterator[dict[str, Any]]:
    """Give the consents of a file, the oldest first.

    Parameters
    ----------
    key
        Of the export.
    path, kind
        The file, and how the sandbox reads it.

    Raises
    ------
    RecipeFailed
        Where the file is not of that kind.

    Privacy
    -------
    Rows hold addresses in clear text: they are for the operational database only.
    """
    values = yaml.safe_load(_path(key).read_text(encoding="utf-8"))
    table = export(key).table
    with Sandbox({table: Source(table, path, kind)}) as sandbox:
        for batch in sandbox.rows(checked(values["sql"], [table])):
            yield from batch.select(list(COLUMNS)).to_pylist()


def _path(key: str) -> Path:
    return FOLDER / "consents" / f"{key}.yaml"
