"""Write the reference from the code: `.venv/bin/python -m docs.make_reference`. A test compares what is committed."""

from __future__ import annotations

import dataclasses
import inspect
import re
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent / "reference"
MADE = "<!-- Made by docs/make_reference.py from the code; change the docstrings there. -->"


def pages() -> dict[str, str]:
    """Give every generated page of the reference by its file name."""
    return {"verbs.md": verbs(), "commands.md": commands(), "lake.md": lake()}


def verbs() -> str:
    """Describe every verb: its question, the fields of its spec, what comes back."""
    import heartline.workspace  # noqa: F401  (registers every verb)
    from heartline.core.described import fields
    from heartline.core.registry import VERBS
    from heartline.core.selection import Selection

    shared = [part.name for part in dataclasses.fields(Selection)]
    told = fields(Selection)
    out = [MADE, "# Verbs", ""]
    out += [
        "A verb is one question, under one name at every door: `workspace.NAME(…)` in Python, `heartline NAME` on the",
        "command line, `POST /api/v1/NAME` over HTTP. Its spec is the shared selection and the verb's own fields.",
        "",
        *(f"- [`{name}`](#{name}): {_sentence(verb.summary)}" for name, verb in sorted(VERBS.items())),
        "",
        "## The selection",
        "",
        "Fields that every verb takes.",
        "",
        *_fields(Selection, told, shared),
        "",
    ]
    for name, verb in sorted(VERBS.items()):
        own = [part.name for part in dataclasses.fields(verb.spec) if part.name not in shared]
        summary, sections = _sections(verb.function)
        out += [f"## {name}", "", summary, ""]
        if own:
            out += ["**Fields**", "", *_fields(verb.spec, fields(verb.spec), own), ""]
        for title, text in sections:
            out += [f"**{title}**", "", text, ""]
        out += [f"**Row key**: {', '.join(f'`{part}`' for part in verb.key) or 'none'}.", ""]
    return _page(out)


def commands() -> str:
    """Describe every command of the command line and its options."""
    import typer.main

    from heartline.cli.program import app
    from heartline.cli.verbs import known as questions

    root = typer.main.get_command(app)
    out = [MADE, "# Commands", "", "What `heartline` does; each command says the same with `--help`.", ""]
    out += [
        "Every [verb](verbs.md) is a command too, `heartline NAME`, and each field of its spec an option (`as_of` is",
        "`--as-of`); lists are written `a,b`, objects as JSON. `--data DIR` names the data folder, `--json` prints the",
        "whole answer.",
        "",
    ]
    known = questions()
    for name, command in sorted(_commands(root), key=lambda item: item[0]):
        if name in known:
            continue
        context = typer.Context(command, info_name=name)
        out += [f"## {name}", "", _plain(command.help or ""), ""]
        rows = [_option(parameter) for parameter in command.get_params(context) if parameter.name != "help"]
        if rows:
            out += ["| option | meaning |", "|---|---|", *rows, ""]
    return _page(out)


def lake() -> str:
    """Describe every table of the lake, column by column."""
    from heartline.store import schema

    tables = {
        "interactions": ("What happened: one row each.", schema.INTERACTION),
        "definitions": ("What things are called and how they are counted, by version.", schema.DEFINITION),
        "overrides": ("What is known better than at landing.", schema.OVERRIDE),
        "identities": ("Who is one person with whom, and since when.", schema.IDENTITY),
        "refusals": ("What was said of two identifiers and not taken, since it would join two people.", schema.REFUSAL),
        "customers": ("To which person an identifier belongs from a version on.", schema.CUSTOMER),
    }
    out = [
        MADE,
        "# The lake",
        "",
        "Delta Lake tables in `DIR/lake`, column by column. *Received* columns never change.",
        "",
    ]
    for name, (meaning, columns) in tables.items():
        out += [f"## {name}", "", meaning, "", "| column | type | group | meaning |", "|---|---|---|---|"]
        out += [f"| `{part.name}` | {part.type} | {part.group} | {_cell(part.meaning)} |" for part in columns]
        out.append("")
    return _page(out)


def _commands(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if command.hidden:
            continue
        if hasattr(command, "commands"):
            yield from _commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


def _option(parameter: Any) -> str:
    shown = "/".join([*parameter.opts, *parameter.secondary_opts])
    if parameter.param_type_name == "argument":
        shown = (parameter.metavar or str(parameter.name)).upper()
    elif parameter.metavar:
        shown += f" {parameter.metavar}"
    return f"| `{shown}` | {_cell(getattr(parameter, 'help', None) or '')} |"


def _fields(kind: type, told: dict[str, str], names: list[str]) -> list[str]:
    hints = typing.get_type_hints(kind)
    defaults = {part.name: _default(part) for part in dataclasses.fields(kind)}
    rows = [f"| `{name}` | {_type(hints[name])} | {defaults[name]} | {_cell(told.get(name, ''))} |" for name in names]
    return ["| field | type | default | meaning |", "|---|---|---|---|", *rows]


def _default(part: Any) -> str:
    if part.default is dataclasses.MISSING and part.default_factory is dataclasses.MISSING:
        return "needed"
    value = part.default if part.default is not dataclasses.MISSING else part.default_factory()
    return "" if value is None or value in ((), {}) else f"`{value}`"


def _type(hint: Any) -> str:
    parts = [part for part in typing.get_args(hint) if part is not type(None)]
    origin = typing.get_origin(hint)
    if origin is typing.Literal:
        return " or ".join(f"`{part}`" for part in typing.get_args(hint))
    if origin is tuple:
        return "list of " + _type(parts[0]) if parts else "list"
    if origin is dict:
        return "object"
    if parts:
        return " or ".join(dict.fromkeys(_type(part) for part in parts))
    words = {"str": "text", "int": "whole number", "float": "number", "bool": "yes or no"}
    return words.get(hint.__name__, str(hint.__name__))


def _sections(function: Any) -> tuple[str, list[tuple[str, str]]]:
    """Split a numpydoc docstring into its summary and its sections, lists and code kept."""
    text = inspect.getdoc(function) or ""
    parts = re.split(r"^([A-Z][\w ]*)\n-{3,}\n", text, flags=re.MULTILINE)
    found = [(title, _listed(title, body.strip())) for title, body in zip(parts[1::2], parts[2::2], strict=True)]
    return parts[0].strip(), found


def _listed(title: str, body: str) -> str:
    if title in ("Raises", "Returns", "Parameters", "Figures"):
        entries = re.split(r"^(?=\S)", body, flags=re.MULTILINE)
        pairs = [entry.partition("\n") for entry in entries if entry.strip()]
        if any(rest for _, _, rest in pairs):
            return "\n".join(f"- `{head.strip()}`: {' '.join(rest.split())}" for head, _, rest in pairs)
    if ">>>" in body:
        return f"```pycon\n{body}\n```"
    return body


def _sentence(text: str) -> str:
    return text[:1].lower() + text[1:]


def _plain(text: str) -> str:
    return re.sub(r"\[/?\w+\]", "", text).strip()


def _cell(text: str) -> str:
    return " ".join(_plain(text).split()).replace("|", "\\|")


def _page(lines: list[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def main() -> None:
    """Write the pages."""
    HERE.mkdir(exist_ok=True)
    for name, text in pages().items():
        (HERE / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
