"""The exports that are known: what their columns are called, and which recipe reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from heartline.core.ids import slug


@dataclass(frozen=True)
class Export:
    """One kind of export.

    Parameters
    ----------
    key
        Its name, and that of its recipe.
    table
        What the recipe calls the file.
    said
        In a sentence: “This is …”.
    needs
        Ways to know it. Each is a list of columns, all of which are there; `a|b` is either, `a>b` a column whose
        values have a field of that name.
    """

    key: str
    table: str
    said: str
    needs: tuple[str, ...]

    def fits(self, columns: Mapping[str, str]) -> bool:
        """Tell whether a table with these columns, by name with their types, is such an export."""
        plain = {slug(name): kind for name, kind in columns.items()}
        return any(all(_any(word, plain) for word in way.split()) for way in self.needs)


def _any(word: str, columns: Mapping[str, str]) -> bool:
    return any(_there(one, columns) for one in word.split("|"))


def _there(word: str, columns: Mapping[str, str]) -> bool:
    name, _, field = word.partition(">")
    kind = columns.get(name)
    return kind is not None and (not field or f"{field} " in kind.replace('"', "") or kind.startswith(("JSON", "MAP")))


EXPORTS = (
    Export(
        "zendesk_tickets",
        "tickets",
        "a Zendesk ticket export",
        (
            "id requester_id|requester_email created_at ticket_type|satisfaction_score via",
            "id|ticket_id subject requester|requester_name requested|created_at status|ticket_status group|assignee|via",
        ),
    ),
    Export(
        "zendesk_json",
        "tickets",
        "a Zendesk ticket export",
        (
            "tickets>requester_id tickets>satisfaction_rating|tickets>via",
            "id requester_id created_at satisfaction_rating via>channel",
        ),
    ),
)
"""The kinds, the most particular first."""


def recognised(columns: Mapping[str, str]) -> Export | None:
    """Say which export a table is; None where it is none that is known."""
    return next((one for one in EXPORTS if one.fits(columns)), None)


def export(key: str) -> Export:
    """Give an export by its key."""
    return next(one for one in EXPORTS if one.key == key)
