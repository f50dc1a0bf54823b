"""What somebody answers on the page becomes the part `connect` of a recipe."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import yaml

from heartline.core.errors import InvalidInput

Said = Mapping[str, str]
TABLES = (1, 2, 3)
"""Tables of a database that are asked for on the page; a recipe may have more."""
SECRET = "SECRET"  # noqa: S105  (its name, not itself)
"""How the secret of a connection is called that was made on the page."""

REVIEWS = """
touchpoints:
  review: {label: Review, stage: advocacy, channel: mobile}

interactions:
  - touchpoint: review
    kind: feedback
    sql: >
      select id, published_at::timestamptz as occurred_at, score::double as score, 'stars5' as scale,
             concat_ws(E'\\n', nullif(title, ''), "text") as text, version as app_version
      from feed
"""
POSTS = """
touchpoints:
  post: {label: Post, stage: advocacy, channel: social}

interactions:
  - touchpoint: post
    kind: feedback
    sql: >
      select id, published_at::timestamptz as occurred_at, concat_ws(E'\\n', nullif(title, ''), "text") as text
      from feed
"""


def recipe(kind: str, key: str, said: Said, *, zone: str, currency: str) -> str:
    """Write a recipe of what was answered; what its rows become is found out when they are there, but for feeds.

    Raises
    ------
    InvalidInput
        `missing`, with the field.
    """
    head: dict[str, Any] = {"recipe": 1, "source": key, "timezone": zone}
    if currency:
        head["currency"] = currency
    connect = {"kind": kind, **MADE[kind](said), "every": "by hand"}
    if said.get("secret", "").strip():
        connect["secret"] = SECRET
    text = yaml.safe_dump(head | {"connect": connect}, sort_keys=False, allow_unicode=True, width=110)
    return text + ((REVIEWS if said.get("about") == "reviews" else POSTS) if kind == "feed" else "")


def _needed(said: Said, field: str) -> str:
    text = said.get(field, "").strip()
    if not text:
        raise InvalidInput("missing", "Something is missing.", field=field, remedy="Fill it in.")
    return text


def _given(said: Said, *fields: str) -> dict[str, str]:
    return {field: said[field].strip() for field in fields if said.get(field, "").strip()}


def _sql(said: Said) -> dict[str, Any]:
    from urllib.parse import quote

    host, base = _needed(said, "host"), quote(_needed(said, "database"))
    user, port = quote(said.get("user", "").strip()), said.get("port", "").strip() or "5432"
    _needed(said, "table_1")
    tables = {}
    for number in TABLES:
        table = said.get(f"table_{number}", "").strip()
        if table:
            cursor = said.get(f"cursor_{number}", "").strip()
            tables[_plain(table)] = {"table": table, **({"cursor": cursor} if cursor else {})}
    host = f"[{host}]" if ":" in host and not host.startswith("[") else host
    return {"url": f"postgresql://{f'{user}@' if user else ''}{host}:{port}/{base}", "tables": tables}


def _plain(table: str) -> str:
    made = "".join(letter if letter.isalnum() and letter.isascii() else "_" for letter in table.rpartition(".")[2])
    return made if made[:1].isalpha() else f"t_{made}"


def _rest(said: Said) -> dict[str, Any]:
    base, _, path = _needed(said, "url").partition("?")[0].rstrip("/").rpartition("/")
    asked = _needed(said, "url").partition("?")[2]
    table: dict[str, Any] = {"path": path, **_given(said, "rows", "cursor", "since")}
    if asked:
        table["params"] = dict(part.partition("=")[::2] for part in asked.split("&") if part)
    pages = said.get("pages", "none")
    table["pages"] = {"by": pages, **_paged(pages, said)}
    signs = said.get("signs", "bearer")
    auth: dict[str, Any] = {"by": signs, **_signing(signs, said)}
    return {"url": f"{base}/", **({"auth": auth} if said.get("secret", "").strip() else {}), "tables": {"rows": table}}


def _paged(pages: str, said: Said) -> dict[str, str]:
    found = _given(said, "parameter") if pages in ("page", "offset", "cursor") else {}
    return found | ({"at": _needed(said, "following")} if pages in ("cursor", "next") else {})


def _signing(signs: str, said: Said) -> dict[str, str]:
    if signs == "basic":
        return {"user": _needed(said, "user")}
    return {"name": _needed(said, "name_of_key")} if signs in ("header", "query") else {}


def _feed(said: Said) -> dict[str, Any]:
    return {"url": _needed(said, "url"), "tables": {"feed": {"pages": 10}}}


def _files(said: Said) -> dict[str, Any]:
    return {
        "url": _needed(said, "url"), **_given(said, "endpoint", "region", "access_key"),
        "tables": {"files": {"glob": _needed(said, "glob")}},
    }  # fmt: skip


MADE: Mapping[str, Callable[[Said], dict[str, Any]]] = {"sql": _sql, "rest": _rest, "feed": _feed, "files": _files}
