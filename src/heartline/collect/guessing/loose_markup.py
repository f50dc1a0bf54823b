"""Pages and feeds as tables: one line for every review, rating of the whole, or post."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from heartline.collect import markup

from .loose_text import OVER, Loose, Told

READ_ON = "read_on"
POST = ("post_id", "posted_at", "title", "text", "score", "language", "post_link")
"""Columns of a feed's posts, and of what an app shop's feed holds."""
OF_FEED = ("id", "published_at", "title", "text", "score", "language", "link")
_FEED = re.compile(rb"\s*(<\?xml[^>]*>|<\?xml-stylesheet[^>]*>|<!--.*?-->|\s)*<(rss|feed|rdf:RDF)[\s>]", re.DOTALL)


def is_one(head: bytes) -> bool:
    """Tell by a file's beginning whether it is a page, JSON-LD or a feed."""
    return markup.is_one(head) or is_feed(head)


def is_feed(head: bytes) -> bool:
    """Tell whether it is RSS or Atom."""
    return bool(_FEED.match(head.removeprefix(b"\xef\xbb\xbf")))


def records(path: Path, told: Told) -> Iterator[list[str]]:
    """Give the column names, then every review, rating or post.

    Raises
    ------
    Loose
        `no_reviews` where a page marks up none, or a feed has no entry.
    """
    body = path.read_bytes()
    if is_feed(body[:4096]):
        told.encoding = "feed"
        names: tuple[str, ...] = POST
        lines = _posts(body)
    else:
        told.encoding = "schema.org"
        today = datetime.now(UTC).date().isoformat()
        found = markup.rows(_decoded(body))
        names, lines = (*markup.COLUMNS, READ_ON), [[*row.values(), today] for row in found]
    if not lines:
        raise Loose("no_reviews")
    told.columns = list(names)
    yield [*names, OVER]
    for line in lines:
        told.rows += 1
        yield [*(value.replace("\0", "") for value in line), ""]


def _posts(body: bytes) -> list[list[str]]:
    from heartline.collect.connecting import feed
    from heartline.collect.connecting.asked import Unfit

    try:
        entries, _next = feed.entries(body)
    except Unfit:
        raise Loose("no_reviews") from None
    return [[entry.get(name, "") for name in OF_FEED] for entry in entries]


def _decoded(body: bytes) -> str:
    """Read a page as it says it is written, else as UTF-8, else as Windows writes."""
    said = re.search(rb"charset=[\"']?([\w-]+)", body[:2048], re.IGNORECASE)
    for name in (said[1].decode("ascii") if said else "utf-8-sig", "utf-8-sig", "cp1252"):
        try:
            return body.decode(name).removeprefix("\ufeff")
        except (LookupError, UnicodeDecodeError):
            continue
    return body.decode("latin-1")
