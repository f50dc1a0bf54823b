"""Everything that is known of a person, in one file: for machines (JSON, CSV) and to read (HTML)."""

from __future__ import annotations

import csv
import html
import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec

from heartline.core.errors import NotFound
from heartline.store.definitions import Definitions
from heartline.store.lake import Lake
from heartline.store.schema import INTERACTION
from heartline.store.snapshot import Snapshot

from .keeping_apart import said
from .person import Person

LABELLED = {
    "touchpoint": "touchpoint", "about": "touchpoint", "stage": "stage", "channel": "channel", "unit": "unit",
    "product": "product",
}  # fmt: skip
"""Columns whose keys have a name, by kind of definition."""
SHOWN = ("occurred_at", "channel", "touchpoint", "event", "text", "score", "scale", "amount", "currency", "ref")
_HEAD = """<!doctype html><html lang=en><meta charset=utf-8><title>What we hold about you</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%;margin:1rem 0}
td,th{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid #ccc}</style>
<h1>What we hold about you</h1>"""
Held = Mapping[str, Sequence[Mapping[str, Any]]]
"""What else is held of them, by place: contact data, consents, cases."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def interactions(lake: Lake, person: Person) -> list[dict[str, Any]]:
    """Give every interaction of a person, oldest first, with the names of what its keys stand for."""
    snapshot = lake.at()
    names = [field.name for field in INTERACTION if field.name != "landed"]
    rows = snapshot.rows(*names)
    theirs = rows.filter(rows.identifier.isin(sorted(person.names))).order_by("occurred_at", "seq", "id")
    return [_labelled(row, snapshot.definitions) for row in snapshot.execute(theirs).to_pylist()]


def ledger(snapshot: Snapshot, person: Person) -> list[dict[str, Any]]:
    """Give what was said of their identifiers being one person, and by whom; what was not taken has its reason."""
    rows, names = snapshot.ledger(), sorted(person.names)
    theirs = rows.filter(rows.left.isin(names) | rows.right.isin(names)).order_by("landed", "left", "right")
    found = [
        {"identifier": row["left"], "with": row["right"], "same": row["same"], "source": row["source"]}
        for row in snapshot.execute(theirs).to_pylist()
    ]
    return found + [_not_taken(row, person.names) for row in said(snapshot, names)]


def _not_taken(row: Mapping[str, Any], names: frozenset[str]) -> dict[str, Any]:
    """Give what was said of somebody and not taken; of what is another one's only the kind is told."""
    mine, other = (row["left"], row["right"]) if row["left"] in names else (row["right"], row["left"])
    shown = other if other in names else other.partition(":")[0]
    return {"identifier": mine, "with": shown, "same": False, "source": row["source"], "why": row["why"]}


def bundle(lake: Lake, person: Person, held: Held | None = None) -> bytes:
    """Give a zip file with everything that is held of a person.

    Raises
    ------
    NotFound
        `unknown_customer` when nothing is held.

    Privacy
    -------
    Holds one person whole, contact data in clear. It is for them.
    """
    rows = interactions(lake, person)
    others = {place: [dict(one) for one in some] for place, some in (held or {}).items() if some}
    if not rows and not others and not person.names:
        raise NotFound("unknown_customer", "Nothing is known of this customer.", field="who")
    made = datetime.now(UTC)
    content = {
        "made": made,
        "customer": person.customer,
        "identifiers": sorted(person.names),
        "said_to_be_one": ledger(lake.at(), person),
        "interactions": rows,
        "held": others,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("person.json", msgspec.json.format(msgspec.json.encode(content, enc_hook=_plain)))
        zipped.writestr("interactions.csv", table(rows))
        for place, some in others.items():
            zipped.writestr(f"{place}.csv", table(some))
        zipped.writestr("read me.html", sheet(rows, others, made))
    return out.getvalue()


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Write rows as CSV; texts that a spreadsheet would take for a formula get a ' before them."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([_cell(row.get(name)) for name in names] for row in rows)
    return out.getvalue()


def sheet(rows: Sequence[Mapping[str, Any]], others: Held, made: datetime) -> str:
    """Write a page that a person can read without any program of ours."""
    parts = [
        _HEAD,
        f"<p>As of {made:%Y-%m-%d %H:%M} UTC. {len(rows):,} things that happened between you and us are listed here; ",
        "the files beside this page hold the same, whole, for other programs to read.</p>",
    ]
    for place, some in others.items():
        parts.append(f"<h2>{html.escape(place.replace('_', ' ').capitalize())}</h2>{_html(some, tuple(some[0]))}")
    names = tuple(name for name in SHOWN if any(row.get(name) is not None for row in rows))
    parts.append(f"<h2>What happened</h2>{_html(rows, names)}</html>")
    return "".join(parts)


def _html(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> str:
    head = "".join(f"<th scope=col>{html.escape(name.replace('_', ' '))}</th>" for name in names)
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(_read(row, name))}</td>" for name in names) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _read(row: Mapping[str, Any], name: str) -> str:
    value = row.get(f"{name}_name") or row.get(name)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    return "" if value is None else str(value)


def _labelled(row: Mapping[str, Any], definitions: Definitions) -> dict[str, Any]:
    """Put the name of a thing beside its key."""
    found: dict[str, Any] = {}
    for name, value in row.items():
        found[name] = value
        kind = LABELLED.get(name)
        body = definitions.all(kind).get(value, {}) if kind and value else {}
        label = body.get("label") or body.get("name")
        if label:
            found[f"{name}_name"] = label
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


def _cell(value: Any) -> Any:
    if isinstance(value, dict | list):
        return msgspec.json.encode(value).decode()
    if isinstance(value, datetime):
        return value.isoformat()
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
