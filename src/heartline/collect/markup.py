"""Reviews as pages mark them up with schema.org: JSON-LD or microdata, nested however; and ratings of the whole.

A `Review` becomes a row of the kind `review`, an `AggregateRating` one of the kind `aggregate`: it is no answer of a
single person. Ratings keep their own ends. Who wrote a review is not read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

COLUMNS = (
    "review_kind", "id", "published_at", "title", "text", "rating_value", "rating_best", "rating_worst",
    "rating_count", "language", "link", "of_name", "of_type", "product", "location", "publisher",
)  # fmt: skip
REVIEWS = frozenset({"Review", "UserReview", "CriticReview", "EmployerReview", "MediaReview"})
AGGREGATES = frozenset({"AggregateRating", "EmployerAggregateRating"})
DEEPEST = 60
"""Levels of nesting that are read."""
VOID = frozenset(
    "area base br col embed hr img input link meta param source track wbr".split()  # noqa: SIM905
)
_HTML = re.compile(
    rb"\s*(<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(!doctype html|html|head|body|script|div|section)\b", re.I | re.S
)
_DATA = re.compile(rb"\s*[\[{]")
Row = dict[str, str]


def is_one(head: bytes) -> bool:
    """Tell by a file's beginning whether it is a page, or JSON-LD in the words of schema.org."""
    head = head.removeprefix(b"\xef\xbb\xbf")
    return bool(_HTML.match(head)) or is_data(head)


def is_data(head: bytes) -> bool:
    """Tell whether it is JSON-LD in the words of schema.org."""
    head = head.removeprefix(b"\xef\xbb\xbf")
    return bool(_DATA.match(head)) and b"schema.org" in head and b'"@type"' in head


def rows(text: str) -> list[Row]:
    """Give the reviews and ratings of a page or of JSON-LD; each once, however often it is marked up."""
    found: dict[str, Row] = {}
    for document in _documents(text):
        named = dict(_named(document, 0))
        for row in _rows(document, {}, named, 0):
            found.setdefault(json.dumps(row, sort_keys=True), row)
    return list(found.values())


def _documents(text: str) -> Iterator[Any]:
    if text.lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
        yield from _loaded(text.lstrip("\ufeff"))
        return
    page = _Page()
    page.feed(text)
    page.close()
    for script in page.scripts:
        yield from _loaded(script)
    yield page.items


def _loaded(text: str) -> Iterator[Any]:
    """Read JSON; pages often hold some that is none, which says nothing."""
    try:
        yield json.loads(text.strip().removeprefix("<!--").removesuffix("-->"), strict=False)
    except ValueError:
        return


def _named(node: Any, depth: int) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give every node that has a name of its own, so that others may refer to it."""
    if depth > DEEPEST:
        return
    if isinstance(node, list):
        for one in node:
            yield from _named(one, depth + 1)
    elif isinstance(node, dict):
        if isinstance(node.get("@id"), str) and len(node) > 1:
            yield node["@id"], node
        for one in node.values():
            yield from _named(one, depth + 1)


def _types(node: Mapping[str, Any]) -> list[str]:
    found = node.get("@type")
    listed = found if isinstance(found, list) else [found]
    return [str(one).rsplit("/", 1)[-1].rsplit("#", 1)[-1] for one in listed if one]


def _rows(node: Any, above: Mapping[str, Any], named: Mapping[str, Mapping[str, Any]], depth: int) -> Iterator[Row]:
    """Give the rows of a node and of all inside it.

    Parameters
    ----------
    above
        The thing that it stands in, which is what it is about where it does not say otherwise.
    """
    if depth > DEEPEST:
        return
    if isinstance(node, list):
        for one in node:
            yield from _rows(one, above, named, depth + 1)
    if not isinstance(node, dict):
        return
    kinds = set(_types(node))
    if kinds & REVIEWS:
        yield _review(node, _about(node, above, named))
        return
    if kinds & AGGREGATES:
        yield from _aggregate(node, _about(node, above, named))
        return
    inside = node if kinds and "name" in node else above
    for one in node.values():
        yield from _rows(one, inside, named, depth + 1)


def _about(
    node: Mapping[str, Any], above: Mapping[str, Any], named: Mapping[str, Mapping[str, Any]]
) -> Mapping[str, Any]:
    item = _first(node.get("itemReviewed"))
    if isinstance(item, dict):
        return named.get(str(item.get("@id")), item) if "name" not in item else item
    return above


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


def _text(value: Any) -> str:
    """Give a value as text: of a node its name, of several the first."""
    value = _first(value)
    if isinstance(value, dict):
        value = _first(value.get("@value", value.get("name", "")))
    return "" if value is None or isinstance(value, bool | dict | list) else " ".join(str(value).split(" ")).strip()


def _number(value: Any) -> str:
    """Give a number as such: `4,5` and `4.5/5` are 4.5; what is none is empty."""
    found = re.match(r"\s*(-?\d+(?:[.,]\d+)?)", _text(value))
    return found[1].replace(",", ".") if found else ""


def _rated(node: Any) -> dict[str, str]:
    """Give a rating with its ends, which schema.org has at 1 and 5 where nobody says otherwise."""
    node = _first(node)
    if not isinstance(node, dict):
        node = {"ratingValue": node}
    value = _number(node.get("ratingValue"))
    if not value:
        return {"rating_value": "", "rating_best": "", "rating_worst": ""}
    return {
        "rating_value": value, "rating_best": _number(node.get("bestRating")) or "5",
        "rating_worst": _number(node.get("worstRating")) or "1",
    }  # fmt: skip


def _of(item: Mapping[str, Any]) -> dict[str, str]:
    kinds = _types(item)
    product = _text(item.get("sku") or item.get("productID") or item.get("gtin13")) if "Product" in kinds else ""
    address = _first(item.get("address"))
    place = _text(address.get("addressLocality")) if isinstance(address, dict) else ""
    return {"of_name": _text(item.get("name")), "of_type": kinds[0] if kinds else "", "product": product,
            "location": place}  # fmt: skip


def _review(node: Mapping[str, Any], item: Mapping[str, Any]) -> Row:
    return _row(
        review_kind="review", id=_text(node.get("@id") or node.get("identifier")),
        published_at=_text(node.get("datePublished") or node.get("dateCreated")),
        title=_text(node.get("name") or node.get("headline")),
        text=_text(node.get("reviewBody") or node.get("description")), language=_text(node.get("inLanguage")),
        link=_text(node.get("url")), publisher=_text(node.get("publisher")), **_rated(node.get("reviewRating")),
        **_of(item),
    )  # fmt: skip


def _aggregate(node: Mapping[str, Any], item: Mapping[str, Any]) -> Iterator[Row]:
    rated = _rated(node)
    count = _number(node.get("reviewCount")) or _number(node.get("ratingCount"))
    if rated["rating_value"] and count:  # an average of nobody says nothing
        yield _row(review_kind="aggregate", rating_count=count, link=_text(item.get("url")), **rated, **_of(item))


def _row(**known: str) -> Row:
    return {name: known.get(name, "") for name in COLUMNS}


@dataclass
class _Open:
    """An element that is not closed yet."""

    tag: str
    item: dict[str, Any] | None = None
    prop: str = ""
    given: str | None = None
    parts: list[str] = field(default_factory=list)


class _Page(HTMLParser):
    """Gathers the JSON-LD of a page, and its microdata as nodes of the same form."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.items: list[dict[str, Any]] = []
        self._open: list[_Open] = []
        self._script: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "script":
            self._script = [] if given.get("type", "").strip().lower().startswith("application/ld+json") else None
            return
        one = _Open(tag, prop=given.get("itemprop", ""))
        if "itemscope" in given:
            one.item = {"@type": [kind for kind in given.get("itemtype", "").split() if kind]}
            if given.get("itemid"):
                one.item["@id"] = given["itemid"]
        one.given = given.get("content")
        for name in ("datetime", "value", "href", "src"):
            one.given = one.given if one.given is not None else given.get(name)
        if tag in VOID:
            self._close(one)
        else:
            self._open.append(one)

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            if self._script is not None:
                self.scripts.append("".join(self._script))
            self._script = None
            return
        if any(one.tag == tag for one in self._open):
            while True:
                one = self._open.pop()
                self._close(one)
                if one.tag == tag:
                    break

    def handle_data(self, data: str) -> None:
        if self._script is not None:
            self._script.append(data)
            return
        for one in self._open:
            if one.prop and one.item is None:
                one.parts.append(data)

    def close(self) -> None:
        super().close()
        while self._open:
            self._close(self._open.pop())

    def _close(self, one: _Open) -> None:
        """Put a value to the item that it stands in; an item of nothing stands by itself."""
        value: Any = one.item
        if value is None:
            if not one.prop:
                return
            value = one.given if one.given is not None else " ".join("".join(one.parts).split())
        around = next((other.item for other in reversed(self._open) if other.item is not None), None)
        if one.prop and around is not None:
            for name in one.prop.split():
                around.setdefault(name, []).append(value)
        elif one.item is not None:
            self.items.append(one.item)
