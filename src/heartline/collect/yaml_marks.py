"""YAML with line numbers: every value knows where it stands, so that an error can say so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from heartline.core.errors import InvalidInput

MOST_NODES = 100_000


@dataclass(frozen=True)
class Place:
    """Where something is written: the file's path as the user named it, and the line from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"

    def wrong(self, reason: str, expected: str, *, code: str = "bad_recipe") -> InvalidInput:
        """Build the error that something here is not what was expected."""
        return InvalidInput(code, reason, field=str(self), remedy=expected)


@dataclass(frozen=True)
class Marked:
    """A YAML value and its place; lists and mappings hold marked values."""

    value: Any
    place: Place

    def plain(self) -> Any:
        """Give the value without marks."""
        if isinstance(self.value, dict):
            return {key: item.plain() for key, item in self.value.items()}
        if isinstance(self.value, list):
            return [item.plain() for item in self.value]
        return self.value

    def mapping(self, what: str) -> Mapping[str, Marked]:
        """Give the value as a mapping, or say that one was expected."""
        if not isinstance(self.value, dict):
            raise self.place.wrong(f"{what} is {_name(self.value)}.", "Expected a mapping, `key: value` lines.")
        return self.value

    def items(self, what: str) -> list[Marked]:
        """Give the value as a list, or say that one was expected."""
        if not isinstance(self.value, list):
            raise self.place.wrong(f"{what} is {_name(self.value)}.", "Expected a list, lines that begin with `- `.")
        return self.value

    def text(self, what: str) -> str:
        """Give a scalar as text, or say that text was expected."""
        if isinstance(self.value, bool) or not isinstance(self.value, str | int | float) or self.value == "":
            raise self.place.wrong(f"{what} is {_name(self.value)}.", "Expected text.")
        return str(self.value)

    def only(self, what: str, known: tuple[str, ...]) -> Mapping[str, Marked]:
        """Give the value as a mapping that has no other keys than those known."""
        found = self.mapping(what)
        for key, item in found.items():
            if key not in known:
                raise item.place.wrong(f"{what} has no “{key}”.", f"Expected one of: {', '.join(known)}.")
        return found


def read(path: Path) -> Marked:
    """Read a YAML file.

    Raises
    ------
    InvalidInput
        `no_recipe` when there is no such file; `bad_yaml` with the line where the text stops being YAML.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(
            "no_recipe", f"{path} cannot be read: {error}.", field=str(path), remedy="Name a YAML file in UTF-8."
        ) from None
    return parse(text, str(path))


def parse(text: str, name: str) -> Marked:
    """Read YAML text; `name` stands for its file in errors."""
    loader = yaml.SafeLoader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            raise Place(name, 1).wrong("The file is empty.", "Expected a recipe.", code="bad_yaml")
        return _mark(loader, node, name, iter(range(MOST_NODES)))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        said = " ".join(part for part in (error.context, error.problem) if part)
        raise Place(name, line).wrong(
            f"This is not YAML: {said}.", "Expected `key: value` lines, indented alike.", code="bad_yaml"
        ) from None
    except RecursionError:
        raise Place(name, 1).wrong("The file is nested too deeply.", "Expected a recipe.", code="bad_yaml") from None
    except (yaml.YAMLError, ValueError) as error:
        raise Place(name, 1).wrong(f"This is not YAML: {error}.", "Expected UTF-8 text.", code="bad_yaml") from None
    finally:
        loader.dispose()


def _mark(loader: yaml.SafeLoader, node: yaml.Node, name: str, budget: Iterator[int]) -> Marked:
    place = Place(name, node.start_mark.line + 1)
    if next(budget, None) is None:
        raise place.wrong("The file is too large.", f"Expected at most {MOST_NODES:,} values.", code="bad_yaml")
    if isinstance(node, yaml.SequenceNode):
        return Marked([_mark(loader, item, name, budget) for item in node.value], place)
    if not isinstance(node, yaml.MappingNode):
        return Marked(_scalar(loader, node, place), place)
    found: dict[str, Marked] = {}
    for key_node, value_node in node.value:
        here = Place(name, key_node.start_mark.line + 1)
        if not isinstance(key_node, yaml.ScalarNode):
            raise here.wrong("A key is a list or a mapping.", "Expected text as key.", code="bad_yaml")
        if key_node.value in found:
            raise here.wrong(f"“{key_node.value}” stands here twice.", "Expected each key once.", code="bad_yaml")
        found[key_node.value] = Marked(_mark(loader, value_node, name, budget).value, here)
    return Marked(found, place)


def _scalar(loader: yaml.SafeLoader, node: yaml.Node, place: Place) -> Any:
    try:
        return loader.construct_object(node)
    except ValueError as error:  # what looks like a day or a number, and is none
        raise place.wrong(
            f"“{node.value}” cannot be read: {error}.", "Expected a value, in quotes where it is text.", code="bad_yaml"
        ) from None


def _name(value: Any) -> str:
    names = {dict: "a mapping", list: "a list", str: "text", bool: "true or false", int: "a number", float: "a number"}
    return "empty" if value in (None, "") else names.get(type(value), f"a {type(value).__name__}")
