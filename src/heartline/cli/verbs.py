"""One command for every verb, made from the registry: `heartline scores --channel web,store --json`."""

from __future__ import annotations

import ast
import inspect
import json
import sys
import typing
from dataclasses import fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from heartline.core import described

from .data import Data, default_folder

if TYPE_CHECKING:
    from typer._click import Context, Parameter

    from heartline.core.registry import Verb

HOMES = ("listen", "understand", "act", "prove")
WHERE = ("*.py", "*/*.py")


def register(app: typer.Typer) -> None:
    """Add a command for each verb."""
    for name, summary in known().items():
        app.command(name, cls=VerbCommand, help=summary, rich_help_panel="Questions")(_placeholder)


def known() -> dict[str, str]:
    """Give every verb with its summary, read from the source: importing them would load the engine for a --help."""
    package = Path(__file__).parents[1]
    found: dict[str, str] = {}
    for path in sorted(path for home in HOMES for where in WHERE for path in (package / home).glob(where)):
        text = path.read_text(encoding="utf-8")
        if "@verb(" in text and path.parent.name != "tests":
            found |= {
                node.name: (ast.get_docstring(node) or "").split("\n")[0]
                for node in ast.parse(text).body
                if isinstance(node, ast.FunctionDef) and any(map(_is_verb, node.decorator_list))
            }
    return dict(sorted(found.items()))


def _is_verb(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Name) and decorator.func.id == "verb"


def _placeholder() -> None:
    """Stand where typer wants a function; `VerbCommand` puts the real one in its place."""


class VerbCommand(TyperCommand):
    """A command whose options are made when it is used."""

    @cached_property
    def whole(self) -> TyperCommand:
        """The command with its options."""
        import heartline.workspace  # noqa: F401  (registers every verb)
        from heartline.core.registry import find

        app = typer.Typer(add_completion=False)
        app.command(self.name, help=self.help)(_function(find(str(self.name))))
        command = typer.main.get_command(app)
        assert isinstance(command, TyperCommand)
        return command

    def get_params(self, ctx: Context) -> list[Parameter]:
        """Give the options."""
        return self.whole.get_params(ctx)

    def invoke(self, ctx: Context) -> Any:
        """Ask the verb."""
        return self.whole.invoke(ctx)


def _function(verb: Verb) -> Any:
    """Make the function that a verb's command runs, with one parameter for each field of the spec."""

    def ask(**options: Any) -> None:
        data, as_json = options.pop("data"), options.pop("as_json")
        answer(verb.name, values(verb, options), data, as_json=as_json)

    meanings = described.fields(verb.spec)
    hints = typing.get_type_hints(verb.spec)
    parameters = [_parameter(part.name, hints[part.name], meanings.get(part.name, "")) for part in fields(verb.spec)]
    parameters.append(_keyword("data", Data, default_folder()))
    parameters.append(_keyword("as_json", Annotated[bool, typer.Option("--json", help="Print the JSON.")], False))
    ask.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    ask.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return ask


def _parameter(name: str, hint: Any, meaning: str) -> inspect.Parameter:
    flag = "--" + name.replace("_", "-")
    text = meaning[:1].upper() + meaning[1:]
    if _is_list(hint):
        return _keyword(name, Annotated[list[str] | None, typer.Option(flag, help=text, metavar="KEY,…")], None)
    if _holds(hint, bool):
        return _keyword(name, Annotated[bool | None, typer.Option(f"{flag}/--no-{flag[2:]}", help=text)], None)
    metavar = "JSON" if _holds(hint, dict) else "NUMBER" if _holds(hint, int) and not _holds(hint, str) else "TEXT"
    return _keyword(name, Annotated[str | None, typer.Option(flag, help=text, metavar=metavar)], None)


def _keyword(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default)


def _holds(hint: Any, kind: type) -> bool:
    """Tell whether a type is, or allows, a kind of value."""
    parts = typing.get_args(hint) if typing.get_origin(hint) not in (dict, tuple, list) else ()
    return hint is kind or typing.get_origin(hint) is kind or any(_holds(part, kind) for part in parts)


def _is_list(hint: Any) -> bool:
    return _holds(hint, tuple) or _holds(hint, list)


def values(verb: Verb, options: dict[str, Any]) -> dict[str, Any]:
    """Make spec values of what was typed: lists may be repeated or separated by commas, objects are JSON."""
    hints = typing.get_type_hints(verb.spec)
    made: dict[str, Any] = {}
    for name, value in options.items():
        if value is None or value == []:
            continue
        if _is_list(hints[name]):
            made[name] = tuple(part for item in value for part in item.split(",") if part)
        elif _holds(hints[name], dict):
            made[name] = _object(name, value)
        else:
            made[name] = value
    return made


def _object(name: str, text: str) -> dict[str, Any]:
    from heartline.core.errors import InvalidInput

    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise InvalidInput("bad_value", "This is no JSON object.", field=name, remedy='Write {"field": "value"}.')
    return value


def answer(name: str, values: dict[str, Any], data: Path, *, as_json: bool) -> None:
    """Ask a verb and print what it answers."""
    from heartline.workspace import open as open_data

    result = open_data(data).call(name, values)
    if as_json:
        sys.stdout.buffer.write(result.to_json() + b"\n")
        sys.stdout.flush()
    else:
        from .printing import show

        show(result)
