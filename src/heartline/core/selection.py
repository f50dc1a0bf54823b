"""The filters that every question shares, at every door and in the address of every page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field, fields
from typing import Annotated, Any, TypeVar, cast, dataclass_transform

from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError, field_validator
from pydantic.dataclasses import dataclass as pydantic_dataclass
from pydantic_core import ErrorDetails

from .errors import InvalidInput
from .period import Period, parse_period

T = TypeVar("T")


def _several(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


ONE_OR_MANY = BeforeValidator(_several)
"""Lets a field that holds several be given one by itself, as addresses and people who type do."""
Keys = Annotated[tuple[str, ...], ONE_OR_MANY]
"""Names of which any matches."""


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field, Field))
def spec(kind: type[T]) -> type[T]:
    """Make a class a spec: frozen, keyword-only, validated, unknown fields refused."""
    made: Any = pydantic_dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))(kind)
    return cast(type[T], made)


@spec
class Selection:
    """Which interactions, trips or customers a question is about.

    Parameters
    ----------
    period
        Days in company time, as `parse_period` reads them. Default: the last twelve months that hold data.
    as_of
        A lake version, or a moment (ISO 8601); default: the newest published version.
    compare
        `before` (the period of equal length just before), `last_year` (the same weeks, 52 weeks earlier), or
        another selection written as a query string (`unit=berlin&period=2017`).
    segment
        Key of a segment: only its customers.
    unit, channel, stage, touchpoint, product, category
        Keys, any of which matches; a unit includes the units below it. Row questions filter rows by them,
        trip questions keep the trips that contain such an interaction.
    """

    period: str | None = None
    as_of: int | str | None = None
    compare: str | None = None
    segment: str | None = None
    unit: Keys = ()
    channel: Keys = ()
    stage: Keys = ()
    touchpoint: Keys = ()
    product: Keys = ()
    category: Keys = ()

    @field_validator("period")
    @classmethod
    def _readable(cls, value: str | None) -> str | None:
        if value is not None:
            parse_period(value)
        return value

    @property
    def days(self) -> Period | None:
        """The period as a value; None when the default is asked for."""
        return None if self.period is None else parse_period(self.period)

    @property
    def row_filters(self) -> dict[str, tuple[str, ...]]:
        """The filters that an interaction itself answers, without the empty ones."""
        names = ("unit", "channel", "stage", "touchpoint", "product", "category")
        return {name: getattr(self, name) for name in names if getattr(self, name)}


S = TypeVar("S", bound=Selection)


def build(kind: type[S], values: Mapping[str, Any]) -> S:
    """Make a spec from loose values, turning what is wrong with them into one coded error.

    Raises
    ------
    InvalidInput
        `unknown_field` with the fields there are; `bad_value` with the field and what was expected.
    """
    for name, value in values.items():
        if any(not is_text(text) for text in _texts(value)):
            raise InvalidInput(
                "bad_value", "There is a character in it that no text has.", field=name, remedy="Write it anew."
            )
    try:
        return TypeAdapter(kind).validate_python(dict(values))
    except ValidationError as error:
        raise _explained(kind, error.errors()[0]) from None


def is_text(text: str) -> bool:
    """Tell whether engines and databases can hold a text: some end it at a NUL, none write half a surrogate pair."""
    return "\0" not in text and (text.isascii() or not any("\ud800" <= sign <= "\udfff" for sign in text))


def _texts(value: Any) -> Iterator[str]:
    """Give the texts inside a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _texts(name)
            yield from _texts(inner)
    elif isinstance(value, list | tuple | set | frozenset):
        for inner in value:
            yield from _texts(inner)


def _explained(kind: type[Selection], first: ErrorDetails) -> InvalidInput:
    name = ".".join(str(part) for part in first["loc"]) or None
    if first["type"] == "unexpected_keyword_argument":
        names = ", ".join(part.name for part in fields(cast(Any, kind)))
        return InvalidInput("unknown_field", f"There is no field “{name}”.", field=name, remedy=f"Fields: {names}.")
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, InvalidInput):
        return cause
    return InvalidInput("bad_value", f"{first['msg']}.", field=name, remedy="See the field's description.")


def to_dict(value: Selection) -> dict[str, Any]:
    """Give a spec as JSON values, without the fields that are at their default."""
    full: dict[str, Any] = TypeAdapter(type(value)).dump_python(value, mode="json")
    plain = {part.name: part.default for part in fields(cast(Any, value))}
    return {name: item for name, item in full.items() if not (item == [] or item == plain[name])}
