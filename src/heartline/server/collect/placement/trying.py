"""What a rule would catch: counted among the events of yesterday in the lake, with examples, before it is saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pyarrow as pa
from django.utils import timezone
from django.utils.translation import gettext as _

from heartline.collect.events import past, rules
from heartline.collect.events.again import again, caught
from heartline.server.shell import numbers
from heartline.server.shell.opened import workspace
from heartline.store.definitions import Definitions
from heartline.store.snapshot import Snapshot

from . import words

MOST = 30_000
"""Events that are looked at while somebody waits."""
EXAMPLES = 10
SHOWN = 4
"""Properties that an example shows."""


@dataclass(frozen=True)
class Example:
    """An event that a rule catches: where it is now, and where it would be."""

    event: str
    when: str
    source: str
    said: str
    before: str
    after: str

    @property
    def moved(self) -> bool:
        """Whether the rule changes its place."""
        return self.before != self.after


@dataclass(frozen=True)
class Trial:
    """What a rule would catch; `nothing` where there is no event of ours yet."""

    answer: str
    examples: tuple[Example, ...] = ()
    nothing: bool = False


def window(snapshot: Snapshot, zone: str) -> tuple[datetime, datetime, str, int]:
    """Give yesterday, or where nothing came then a longer time up to now; with its name and its number of events."""
    now = timezone.now().astimezone(ZoneInfo(zone))
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    spans = (
        (today - timedelta(days=1), today, _("yesterday")),
        (today - timedelta(days=7), now, _("in the last seven days")),
        (today - timedelta(days=366), now, _("in the last year")),
    )
    for span in spans:
        number = past.count(snapshot, *span[:2])
        if number:
            return *span, number
    return *spans[0], 0


def trial(definitions: Definitions, key: str, body: Mapping[str, Any]) -> Trial:
    """Try a rule.

    Parameters
    ----------
    definitions
        As they would be with the rule.
    """
    snapshot = workspace().lake.at()
    zone = definitions.settings["timezone"]
    since, until, said, number = window(snapshot, zone)
    if not number:
        return Trial(_("No event has come yet that could be tried."), nothing=True)
    rule = rules.one(key, body)
    rows = past.events(snapshot, since, until, MOST, names=_exact(body)).combine_chunks()
    found = rows.filter(pa.array(caught(rows, rule, definitions))).combine_chunks()
    made = again(found, definitions)
    moved = np.zeros(found.num_rows, np.bool_)
    for name in ("touchpoint", "stage", "about", "kind", "wait_s", "succeeded"):
        pairs = zip(found[name].to_pylist(), made.columns[name].to_pylist(), strict=True)
        moved |= np.array([one != other for one, other in pairs], np.bool_)
    whole = rows.num_rows < MOST
    answer = words.caught(found.num_rows, number if whole else rows.num_rows, int(moved.sum()), said, whole=whole)
    return Trial(answer, tuple(_examples(found, made.columns["touchpoint"], definitions, moved)))


def _exact(body: Mapping[str, Any]) -> list[str]:
    """Give the names that a rule asks for, where it asks for whole names only: the others need not be read."""
    names = (body.get("when") or {}).get("event") or []
    return list(names) if all(name.isascii() and "*" not in name for name in names) else []


def _examples(
    found: pa.Table, places: pa.Array, definitions: Definitions, moved: np.typing.NDArray[np.bool_]
) -> list[Example]:
    order = np.argsort(~moved, kind="stable")[:EXAMPLES]
    zone = definitions.settings["timezone"]
    made = []
    for place in order.tolist():
        row = found.slice(place, 1).to_pylist()[0]
        made.append(
            Example(
                event=row["event"],
                when=numbers.moment(row["occurred_at"], zone),
                source=row["source"],
                said=brief(row["properties"]),
                before=words.touchpoint(definitions, row["touchpoint"]),
                after=words.touchpoint(definitions, places[place].as_py()),
            )
        )
    return made


def brief(text: str | None, most: int = SHOWN) -> str:
    """Write the first properties of an event in a line."""
    values = msgspec.json.decode(text) if text else {}
    found = {name: value for name, value in values.items() if name != "context" and not isinstance(value, dict | list)}
    return " · ".join(f"{name}: {str(value)[:40]}" for name, value in list(found.items())[:most] if value is not None)
