"""Reviews and posts as feeds give them: RSS, Atom, JSON Feed, an app shop's reviews, Mastodon; as pages mark them up
by schema.org, too. One form for all."""

from __future__ import annotations

import hashlib
import re
from calendar import timegm
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from heartline.collect import markup

from .asked import Asked, Fetched, Unfit
from .rest import later, opened
from .rows import Texts, flat

COLUMNS = ("id", "published_at", "title", "text", "score", "author", "language", "version", "link")
"""What every feed's rows have; what else an entry has stands beside it."""
MOST_BYTES = 32 << 20
DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def fetch(asked: Asked) -> Iterator[tuple[str, Fetched]]:
    """Fetch every feed into a Parquet file of texts."""
    client = opened(asked)
    for name, options in asked.tables.items():
        kept = asked.cursors.get(name, {})
        newest = kept.get("cursor")
        with Texts(
            Path(asked.folder) / f"{name}.parquet", [*COLUMNS, *options.get("fields", []), *kept.get("columns", [])]
        ) as table:
            for row in _rows(client, asked.url, options, newest):
                table.add(row)
                newest = later(newest, row.get("published_at"))
                if asked.limit is not None and table.rows >= asked.limit:
                    break
        after = {"columns": list(table.columns), **({"cursor": newest} if newest else {})}
        yield name, Fetched(table.rows, after)


def _rows(client: Any, url: str, options: Mapping[str, Any], newest: str | None) -> Iterator[dict[str, str]]:
    """Give entries page by page, until a page has nothing that is newer than what was seen."""
    address, seen = urljoin(url, options.get("path", "")), set()
    for _ in range(int(options.get("pages", 1))):
        if not address or address in seen:
            break
        seen.add(address)
        entries, following = _page(client, address)
        yield from entries
        fresh = [one for one in entries if later(newest, one.get("published_at")) != newest]
        if not entries or (newest is not None and not fresh):
            break
        address = urljoin(address, following) if following else ""


def _page(client: Any, address: str) -> tuple[list[dict[str, str]], str]:
    """Give the entries of a page, the newest first as feeds have them, and where the next one is."""
    response = client.get(address)
    response.raise_for_status()
    body = response.content
    if len(body) > MOST_BYTES:
        raise Unfit("no_feed")
    following = response.links.get("next", {}).get("url", "")
    if markup.is_one(body):
        found = markup.rows(body.decode("utf-8", "replace"))
        if not found:
            raise Unfit("no_feed")
        return [_marked(row) for row in found], following
    if body.lstrip()[:1] in (b"{", b"["):
        import msgspec

        try:
            return _json(msgspec.json.decode(body), following)
        except msgspec.DecodeError:
            raise Unfit("not_json") from None
    return _xml(body, following)


def _json(document: Any, following: str) -> tuple[list[dict[str, str]], str]:
    if isinstance(document, list):
        return [_post(one) for one in document if isinstance(one, dict)], following
    feed = document.get("feed")
    if isinstance(feed, dict):
        entries = feed.get("entry", [])
        links = {one["attributes"].get("rel"): one["attributes"].get("href", "") for one in feed.get("link", [])}
        found = [_review(one) for one in (entries if isinstance(entries, list) else [entries]) if "im:rating" in one]
        following = links.get("next", "")
        return found, "" if following == links.get("self") else following.replace("/xml?", "/json?")
    if isinstance(document.get("items"), list):
        return [_item(one) for one in document["items"]], str(document.get("next_url", ""))
    raise Unfit("no_feed")


def _made(extra: Mapping[str, Any], **known: Any) -> dict[str, str]:
    """Make a row: what all feeds have, and beside it what only this one has."""
    other = {f"_{name}" if name in COLUMNS else name: value for name, value in flat(extra).items()}
    return {**other, **{name: str(value) for name, value in known.items() if value not in (None, "")}}


def _review(entry: Mapping[str, Any]) -> dict[str, str]:
    """Read a review as the app shop's feed of customers' reviews gives it."""

    def label(name: str, inside: Mapping[str, Any] = entry) -> str:
        found = inside.get(name) or {}
        return str(found.get("label", "")) if isinstance(found, Mapping) else ""

    link = entry.get("link")
    return _made(
        {}, id=label("id"), published_at=label("updated"), title=label("title"), text=label("content"),
        score=label("im:rating"), author=label("name", entry.get("author") or {}), version=label("im:version"),
        link=link["attributes"].get("href") if isinstance(link, dict) else "",
    )  # fmt: skip


def _marked(row: Mapping[str, str]) -> dict[str, str]:
    """Read what a page marks up by schema.org; ratings keep their own ends."""
    known = {"id", "published_at", "title", "text", "language", "link", "rating_value"}
    extra = {name: value for name, value in row.items() if name not in known and value}
    content = "|".join(value for value in row.values() if value)
    named = row["id"] or row["link"] or hashlib.md5(content.encode(), usedforsecurity=False).hexdigest()
    return _made(
        extra, id=f"{row['review_kind']}:{named}" if row["review_kind"] == "aggregate" else named,
        published_at=row["published_at"], title=row["title"], text=row["text"], score=row["rating_value"],
        language=row["language"], link=row["link"],
    )  # fmt: skip


def _post(status: Mapping[str, Any]) -> dict[str, str]:
    """Read a post as Mastodon's timelines give it."""
    account = status.get("account") or {}
    extra = {
        name: status.get(name)
        for name in ("visibility", "in_reply_to_id", "replies_count", "reblogs_count", "favourites_count")
    }
    return _made(
        extra, id=status.get("uri") or status.get("id"), published_at=status.get("created_at"),
        text=plain(str(status.get("content", ""))), author=account.get("acct"), language=status.get("language"),
        link=status.get("url"), title=plain(str(status.get("spoiler_text", ""))),
    )  # fmt: skip


def _item(item: Mapping[str, Any]) -> dict[str, str]:
    """Read an item of a JSON Feed."""
    authors = item.get("authors") or [item.get("author") or {}]
    return _made(
        {name: value for name, value in item.items() if name.startswith("_")}, id=item.get("id"),
        published_at=item.get("date_published") or item.get("date_modified"), title=item.get("title"),
        text=item.get("content_text") or plain(str(item.get("content_html", item.get("summary", "")))),
        author=authors[0].get("name"), language=item.get("language"), link=item.get("url"),
    )  # fmt: skip


def entries(body: bytes) -> tuple[list[dict[str, str]], str]:
    """Give the entries of RSS or Atom, and where the next ones are."""
    return _xml(body, "")


def _xml(body: bytes, following: str) -> tuple[list[dict[str, str]], str]:
    """Read RSS or Atom; a document that defines entities of its own is none."""
    import feedparser

    if DOCTYPE.search(body[:4096]):
        raise Unfit("no_feed")
    found = feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False)
    if not found.version:
        raise Unfit("no_feed")
    links = {one.get("rel"): one.get("href", "") for one in found.feed.get("links", [])}
    language = found.feed.get("language", "")
    return [_entry(one, language) for one in found.entries], following or links.get("next", "")


def _entry(entry: Any, language: str) -> dict[str, str]:
    when = entry.get("published_parsed") or entry.get("updated_parsed")
    at = datetime.fromtimestamp(timegm(when), UTC).isoformat() if when else ""
    contents = [one for one in entry.get("content", []) if one.get("value")]
    texts = [one for one in contents if one.get("type") == "text/plain"] or contents
    text = texts[0].value if texts else entry.get("summary", "")
    tags = ", ".join(tag.get("term") or "" for tag in entry.get("tags", []))
    link = entry.get("link", "")
    return _made(
        {"categories": tags or None}, id=entry.get("id") or link, published_at=at, title=plain(entry.get("title", "")),
        text=plain(text), score=entry.get("im_rating") or entry.get("rating"), author=entry.get("author", ""),
        language=language, version=entry.get("im_version", ""), link=link if urlsplit(link).scheme else "",
    )  # fmt: skip


class _Plain(HTMLParser):
    """Keeps the words of a text, and its lines."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:  # noqa: ARG002  (the library says what it is given)
        self.silent += tag in ("script", "style")
        if tag in ("br", "p", "li", "div") and self.parts:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in ("script", "style") and self.silent > 0

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(data)


def plain(text: str) -> str:
    """Give the words of a text that may be HTML.

    Example
    -------
    >>> plain("<p>Late <b>again</b> &amp; cold.<br>Sad.</p>")
    'Late again & cold.\\nSad.'
    """
    if "<" not in text and "&" not in text:
        return text.strip()
    reader = _Plain()
    reader.feed(text)
    reader.close()
    return re.sub(r"\n{3,}", "\n\n", "".join(reader.parts)).strip()
