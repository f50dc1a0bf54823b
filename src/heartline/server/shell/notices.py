"""What features have to tell on the first page: a sentence, and where something can be done about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True)
class Notice:
    """A sentence, and the step that it asks for."""

    text: str
    address: str
    step: str


Give = Callable[[HttpRequest], Notice | None]
_givers: list[Give] = []


def add(give: Give) -> None:
    """Have a feature asked whether it has something to tell whoever looks at the first page."""
    if give not in _givers:
        _givers.append(give)


def given(request: HttpRequest) -> list[Notice]:
    """Give what there is to tell."""
    return [notice for notice in (give(request) for give in _givers) if notice is not None]
