"""A survey from YAML or JSON, and back: what cannot be used is said with its place; the schema is published."""

from __future__ import annotations

from typing import Any

import yaml
from pydantic import ValidationError

from heartline.core.errors import InvalidInput

from .sound import sound
from .values import Survey

MOST_BYTES = 2 * 2**20
MOST_DEPTH = 40
MOST_PARTS = 200_000
"""Values of a survey, each as often as it is spoken of: a short file can speak of one a thousand million times."""


def survey(text: str | bytes) -> Survey:
    """Read a survey.

    Parameters
    ----------
    text
        YAML; JSON is YAML too.

    Raises
    ------
    InvalidInput
        `too_large`, `too_deep`, `not_yaml`, `bad_survey` with the place as the field (`blocks.0.questions.2.ask`), and
        what `sound` says of a survey that cannot be asked.
    """
    if len(text) > MOST_BYTES:
        raise InvalidInput("too_large", "The file is larger than any survey.", remedy="Expected up to 2 MB.")
    try:
        body = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, KeyError, RecursionError) as error:  # YAML's dates and numbers raise plain ones
        place = getattr(error, "problem_mark", None)
        where = f"line {place.line + 1}" if place else None
        raise InvalidInput("not_yaml", "The file is not YAML.", field=where, remedy="Check its indentation.") from None
    _bounded(body)
    return made(body)


def _bounded(body: Any) -> None:
    """Refuse what is larger or deeper than any survey once every name is written out, and what holds itself."""
    left, parts = [(body, 0)], 0
    while left:
        value, depth = left.pop()
        parts += 1
        if parts > MOST_PARTS or depth > MOST_DEPTH:
            raise InvalidInput("too_deep", "The file says more, or says it deeper inside itself, than any survey.",
                               remedy="Write every part once, without names for repeating it.")  # fmt: skip
        inside = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple | set) else ()
        left += [(one, depth + 1) for one in inside]


def made(body: Any) -> Survey:
    """Make a survey of plain values, as `plain` gives them; raises as `survey` does."""
    try:
        value = Survey.model_validate(body)
    except (ValidationError, RecursionError) as error:
        if isinstance(error, RecursionError):
            raise InvalidInput("bad_survey", "Conditions stand inside each other too deep.") from None
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InvalidInput("bad_survey", first["msg"] + ".", field=place or None,
                           remedy="See the schema of surveys.") from None  # fmt: skip
    sound(value)
    return value


def plain(value: Survey) -> dict[str, Any]:
    """Give a survey as plain values: only what differs from the defaults."""
    return {"survey": 1, **value.model_dump(mode="json", by_alias=True, exclude_defaults=True)}


def as_yaml(value: Survey) -> str:
    """Write a survey as YAML that `survey` reads to the same value."""
    return yaml.safe_dump(plain(value), allow_unicode=True, sort_keys=False, width=120)


def schema() -> dict[str, Any]:
    """Give the JSON Schema of a survey."""
    return Survey.model_json_schema(by_alias=True)
