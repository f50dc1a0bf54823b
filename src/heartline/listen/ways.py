"""The ways by which texts come: answered, reviewed, written to us, noted by an employee, said in an interview."""

from __future__ import annotations

from typing import Literal

import ibis

from .told import NOTE

Way = Literal["survey", "review", "message", "note", "interview"]
WAYS: tuple[Way, ...] = ("survey", "review", "message", "note", "interview")
NEEDED = ("kind", "event", "touchpoint")
"""Columns that tell it."""
_ASKED = "feedback"
_REVIEW = "review"


def way(rows: ibis.Table) -> ibis.Value:
    """Say of each row which way its text came; what was neither answered, reviewed, noted nor quoted is a message."""
    reviewed = (rows.event == _REVIEW) | (rows.touchpoint == _REVIEW)
    return ibis.cases(
        (rows.kind == "interview", "interview"), (rows.kind == NOTE, "note"), (reviewed.fill_null(False), "review"),
        (rows.kind == _ASKED, "survey"), else_="message",
    )  # fmt: skip
