"""The part `connect` of a recipe: which source is asked, for what, how often, and what is new there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from heartline.collect.yaml_marks import Marked, Place

from .schedule import Schedule, read_schedule

KINDS = ("sql", "rest", "feed", "files")
COMMON = ("kind", "url", "secret", "every", "overlap", "tables")
OWN: Mapping[str, tuple[str, ...]] = {
    "sql": ("tls",),
    "rest": ("auth", "headers"),
    "feed": ("auth", "headers"),
    "files": ("endpoint", "region", "access_key"),
}
"""What a kind has beside what all have."""
TABLES: Mapping[str, tuple[str, ...]] = {
    "sql": ("table", "query", "cursor", "from", "columns"),
    "rest": ("path", "params", "rows", "pages", "cursor", "from", "since", "since_as", "fields"),
    "feed": ("path", "pages", "fields"),
    "files": ("glob", "fields"),
}
AUTH = ("by", "user", "name")
WAYS = {"bearer": (), "basic": ("user",), "header": ("name",), "query": ("name",)}
PAGES: Mapping[str, tuple[str, ...]] = {
    "none": (),
    "page": ("parameter", "first", "total"),
    "offset": ("parameter", "limit", "size"),
    "cursor": ("parameter", "at"),
    "link": (),
    "next": ("at",),
}
SINCE_AS = ("same", "unix", "date")
TLS = ("require", "verify", "off")
SCHEMES = {"sql": ("postgresql", "postgres"), "rest": ("https", "http"), "feed": ("https", "http"), "files": ("s3", "")}
SECRET = re.compile(r"[A-Z][A-Z0-9_]{0,59}")
MOST_PAGES = 50
UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


@dataclass(frozen=True)
class Table:
    """One table of a source: what the recipe's queries call it, and how it is asked for."""

    name: str
    place: Place
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Connect:
    """A source and how it is asked.

    Parameters
    ----------
    secret
        Name of the password or token; it is kept elsewhere.
    overlap_s
        So much before the last value of a cursor is asked for again: rows may become visible late.
    options
        What only this kind has.
    """

    place: Place
    kind: str
    url: str
    secret: str
    schedule: Schedule
    overlap_s: float
    tables: tuple[Table, ...]
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def host(self) -> str:
        """The machine that is asked; empty for a folder of this one, and for Amazon's own buckets."""
        return urlsplit(self.options.get("endpoint", "") if self.kind == "files" else self.url).hostname or ""

    @property
    def folder(self) -> str:
        """The folder of this machine that is looked into; empty for all other sources."""
        return self.url if self.kind == "files" and not self.url.startswith("s3://") else ""


def read_connect(item: Marked) -> Connect:
    """Check the part `connect` and make values of it.

    Raises
    ------
    InvalidInput
        `bad_recipe`, with the line and what was expected.
    """
    found = item.mapping("“connect”")
    kind = _one_of(_needed(item, found, "kind"), "kind", KINDS)
    found = item.only("“connect”", (*COMMON, *OWN[kind]))
    url = _needed(item, found, "url")
    _check_url(kind, url)
    secret = found["secret"].text("secret") if "secret" in found else ""
    if secret and not SECRET.fullmatch(secret):
        raise found["secret"].place.wrong(
            "This is not the name of a secret.",
            "Expected its name in capitals, as SHOP_PASSWORD; the secret itself is kept elsewhere.",
        )
    return Connect(
        place=item.place,
        kind=kind,
        url=url.text("url"),
        secret=secret,
        schedule=read_schedule(found.get("every")),
        overlap_s=_seconds(found["overlap"]) if "overlap" in found else 300.0,
        tables=_tables(item, found, kind),
        options={name: _option(name, found[name]) for name in OWN[kind] if name in found},
    )


def _needed(where: Marked, found: Mapping[str, Marked], name: str) -> Marked:
    if name not in found:
        raise where.place.wrong(f"“{name}” is missing.", f"Expected `{name}: …` below `connect:`.")
    return found[name]


def _one_of(item: Marked, what: str, known: tuple[str, ...]) -> str:
    if item.value not in known:
        raise item.place.wrong(f"{what} is “{item.value}”.", f"Expected one of: {', '.join(filter(None, known))}.")
    return str(item.value)


def _check_url(kind: str, item: Marked) -> None:
    text = item.text("url")
    try:
        parts = urlsplit(text)
        good = parts.scheme in SCHEMES[kind] and (bool(parts.netloc) or not parts.scheme)
        password = parts.password
        _ = parts.port
    except ValueError:
        good, password = False, None
    if not good or any(letter <= " " for letter in text.strip()):
        known = " or ".join(f"{scheme}://…" if scheme else "a folder" for scheme in SCHEMES[kind])
        raise item.place.wrong("This address cannot be used.", f"Expected {known}.")
    if password is not None:
        raise item.place.wrong(
            "The address has a password in it.", "Expected it without, and `secret: NAME`; the page asks for it."
        )


def _seconds(item: Marked) -> float:
    text = item.text("overlap").strip()
    parts = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smhd])", text)
    if not parts:
        raise item.place.wrong(f"“{text}” is not a span of time.", "Expected a number with s, m, h or d, as 10m.")
    return float(parts[1]) * UNITS[parts[2]]


def _option(name: str, item: Marked) -> Any:
    if name == "tls":
        return _one_of(item, name, TLS)
    if name == "headers":
        return {key: part.text("a header") for key, part in item.mapping("“headers”").items()}
    if name == "auth":
        values = item.only("“auth”", AUTH)
        by = _one_of(_needed(item, values, "by"), "by", tuple(WAYS))
        return {"by": by, **{part: _needed(item, values, part).text(part) for part in WAYS[by]}}
    if name == "endpoint":
        _check_url("rest", item)
    return item.text(name)


def _tables(item: Marked, found: Mapping[str, Marked], kind: str) -> tuple[Table, ...]:
    if "tables" not in found:
        if kind == "feed":
            return (Table("feed", item.place, {}),)
        raise item.place.wrong("“tables” is missing.", "Expected `tables: {NAME: {…}}` below `connect:`.")
    made = []
    for name, body in found["tables"].mapping("“tables”").items():
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
            raise body.place.wrong(
                f"“{name}” cannot be a table's name.", "Expected letters, digits and underscores, a letter first."
            )
        values = {} if body.value is None else body.only(f"Table “{name}”", TABLES[kind])
        CHECKS[kind](name, body, values)
        made.append(Table(name, body.place, {key: _value(key, part, kind) for key, part in values.items()}))
    if not made:
        raise item.place.wrong("There is no table.", "Expected `tables: {NAME: {…}}` below `connect:`.")
    return tuple(made)


def _check_sql(name: str, body: Marked, values: Mapping[str, Marked]) -> None:
    if ("table" in values) == ("query" in values):
        raise body.place.wrong(f"What is “{name}”?", "Expected either `table: …` or `query: select …`.")


def _check_rest(_name: str, body: Marked, values: Mapping[str, Marked]) -> None:
    _needed(body, values, "path")
    if "since" in values and "cursor" not in values:
        raise values["since"].place.wrong(
            "Since when is not known.", "Expected `cursor: …` too: the field that tells when a row was changed."
        )


def _check_files(_name: str, body: Marked, values: Mapping[str, Marked]) -> None:
    glob = _needed(body, values, "glob").text("glob")
    if glob.startswith("/") or ".." in glob.split("/"):
        raise values["glob"].place.wrong("This leads out of the folder.", "Expected a pattern as orders/*.csv.")


CHECKS: Mapping[str, Callable[[str, Marked, Mapping[str, Marked]], None]] = {
    "sql": _check_sql, "rest": _check_rest, "feed": lambda *_: None, "files": _check_files,
}  # fmt: skip


def _value(key: str, item: Marked, kind: str) -> Any:
    if key in ("fields", "columns"):
        return [part.text("a field") for part in item.items(f"“{key}”")]
    if key == "params":
        return {name: part.text("a parameter") for name, part in item.mapping("“params”").items()}
    if key == "since_as":
        return _one_of(item, key, SINCE_AS)
    if key == "from":
        return item.value if isinstance(item.value, int) and not isinstance(item.value, bool) else str(item.value)
    if key == "pages" and kind == "feed":
        if not isinstance(item.value, int) or not 1 <= item.value <= MOST_PAGES:
            raise item.place.wrong(f"pages is “{item.value}”.", f"Expected a number from 1 to {MOST_PAGES}.")
        return item.value
    if key == "pages":
        return _pages(item)
    return item.text(key)


def _pages(item: Marked) -> dict[str, Any]:
    found = item.mapping("“pages”")
    by = _one_of(_needed(item, found, "by"), "by", tuple(PAGES))
    values = item.only("“pages”", ("by", *PAGES[by]))
    if by in ("cursor", "next"):
        _needed(item, values, "at")
    return {name: part.value if isinstance(part.value, int) else part.text(name) for name, part in values.items()}
