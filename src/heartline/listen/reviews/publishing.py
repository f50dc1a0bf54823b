"""The company's own reviews for its own pages, in the words of schema.org: no customer's name, and no rating made up.

What may be shown is said platform by platform, never review by review: an average over chosen reviews would be none.
Only what was rated is shown. `AggregateRating` counts every rated review of those platforms, whether or not it is among
the newest that are listed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ibis

from heartline.store.definitions import Definitions
from heartline.store.snapshot import Snapshot

from .rows import REVIEW, told

KEY = "published_reviews"
"""The settings that say what may be shown."""
CONTEXT = "https://schema.org"
NEWEST = 30
"""Reviews that are listed."""
LONGEST = 5_000


@dataclass(frozen=True)
class Published:
    """What may be shown on the company's own pages.

    Parameters
    ----------
    sources
        Platforms whose reviewers agreed to that.
    name
        What the company is called there.
    on
        Whether the public address answers.
    key
        What the address is signed with; another one makes it another address.
    """

    sources: tuple[str, ...] = ()
    name: str = ""
    on: bool = False
    key: str = ""

    def body(self) -> dict[str, Any]:
        """Write it as a definition."""
        return {"sources": list(self.sources), "name": self.name, "on": self.on, "key": self.key}


def published(definitions: Definitions) -> Published:
    """Give what may be shown; nothing where nobody said so."""
    body = definitions.all("settings").get(KEY, {})
    return Published(
        tuple(body.get("sources") or ()), str(body.get("name", "")), bool(body.get("on")), str(body.get("key", ""))
    )


def sources(snapshot: Snapshot) -> list[str]:
    """Give the platforms that reviews came from."""
    rows = snapshot.rows("source", "event")
    found = snapshot.execute(rows.filter(rows.event == REVIEW).select("source").distinct())["source"].to_pylist()
    return sorted(str(source) for source in found)


def document(
    snapshot: Snapshot, shown: Published, *, product: str | None = None, newest: int = NEWEST
) -> dict[str, Any]:
    """Give the JSON-LD of the company, or of one of its products, with its ratings and its newest reviews.

    Parameters
    ----------
    product
        Key of a product; only what is said of it then.
    newest
        How many reviews are listed.

    Shape
    -----
    An `Organization`, or a `Product`; with `aggregateRating` and `review` where anybody rated. Ratings on several
    scales are never averaged: the scale with the most reviews is shown.

    Privacy
    -------
    Texts that people published themselves; no author, no identifier.
    """
    rows = _rows(snapshot, shown, product)
    item = _item(snapshot, shown, product)
    scale = _usual(snapshot, rows)
    if scale is None:
        return item
    rated = rows.filter(rows.scale == scale)
    whole = snapshot.execute(rated.aggregate(n=rated.count(), mean=rated.score.mean())).to_pylist()[0]
    ends = snapshot.definitions.scales[scale]
    best, worst = _number(ends.high), _number(ends.low)
    item["aggregateRating"] = {
        "@type": "AggregateRating", "ratingValue": round(float(whole["mean"]), 2), "ratingCount": int(whole["n"]),
        "bestRating": best, "worstRating": worst,
    }  # fmt: skip
    told_ = rated.filter(rated.text.notnull(), rated.text != "")
    said = snapshot.execute(told_.order_by([told_.occurred_at.desc(), told_.id]).limit(newest))
    reviews = [_review(row, best, worst) for row in said.to_pylist()]
    if reviews:
        item["review"] = reviews
    return item


def written(item: Mapping[str, Any]) -> str:
    """Write JSON-LD so that it can stand inside a page: nothing in it ends the element that it stands in."""
    text = json.dumps(item, ensure_ascii=False, indent=1)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _rows(snapshot: Snapshot, shown: Published, product: str | None) -> ibis.Table:
    columns = ("id", "occurred_at", "event", "source", "product", "score", "scale", "text", "language", "properties")
    rows = snapshot.rows(*columns)
    known = list(snapshot.definitions.scales)
    rows = rows.filter(rows.event == REVIEW, rows.source.isin(list(shown.sources)), rows.score.notnull())
    rows = rows.filter(rows.scale.isin(known), rows.occurred_at <= snapshot.time)  # a later day is a slip
    return rows if product is None else rows.filter(rows.product == product)


def _usual(snapshot: Snapshot, rows: ibis.Table) -> str | None:
    found = snapshot.execute(rows.group_by("scale").aggregate(n=rows.count())).to_pylist()
    return max(found, key=lambda row: (row["n"], row["scale"]))["scale"] if found else None


def _item(snapshot: Snapshot, shown: Published, product: str | None) -> dict[str, Any]:
    if product is None:
        return {"@context": CONTEXT, "@type": "Organization", "name": shown.name}
    body = snapshot.definitions.all("product").get(product, {})
    made = {"@context": CONTEXT, "@type": "Product", "name": str(body.get("name") or product), "productID": product}
    if body.get("category"):
        made["category"] = str(body["category"])
    return made | {"brand": {"@type": "Brand", "name": str(body.get("brand") or shown.name)}}


def _review(row: Mapping[str, Any], best: float, worst: float) -> dict[str, Any]:
    title = told(row["properties"])["title"]
    made: dict[str, Any] = {"@type": "Review", "datePublished": row["occurred_at"].date().isoformat()}
    if title:
        made["name"] = title
    made["reviewBody"] = str(row["text"]).strip()[:LONGEST]
    if row["language"]:
        made["inLanguage"] = row["language"]
    rating = {"ratingValue": _number(row["score"]), "bestRating": best, "worstRating": worst}
    return made | {"reviewRating": {"@type": "Rating", **rating}}


def _number(value: float) -> float:
    """Write a whole number as one."""
    return int(value) if float(value).is_integer() else float(value)
