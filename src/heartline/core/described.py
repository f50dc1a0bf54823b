"""What a spec's fields mean, read from its numpydoc docstring: the help of the command line and of the API."""

from __future__ import annotations

import inspect
import re


def fields(kind: type) -> dict[str, str]:
    """Give the meaning of every field that a class or one of its bases describes under `Parameters`."""
    found: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        section = re.search(r"^Parameters\n-+\n(.*?)(?=^\S[^\n]*\n-+\n|\Z)", _doc(base), re.DOTALL | re.MULTILINE)
        entries = re.split(r"^(?=\S)", section.group(1), flags=re.MULTILINE) if section else []
        for entry in filter(str.strip, entries):
            names, _, text = entry.partition("\n")
            meaning = " ".join(text.replace("`", "").split())
            found |= {name.strip(): meaning for name in names.split(":")[0].split(",")}
    return found


def _doc(kind: type) -> str:
    return inspect.cleandoc(kind.__dict__.get("__doc__") or "")
