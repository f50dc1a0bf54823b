"""The rules that documents are held against find what is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from .schema import problems

GOOD: dict[str, Any] = {
    "@context": "https://schema.org", "@type": "Organization", "name": "We",
    "aggregateRating": {"@type": "AggregateRating", "ratingValue": 4.5, "ratingCount": 2, "bestRating": 5,
                        "worstRating": 1},
    "review": [{"@type": "Review", "reviewBody": "good", "datePublished": "2024-05-01",
                "reviewRating": {"@type": "Rating", "ratingValue": 5, "bestRating": 5, "worstRating": 1}}],
}  # fmt: skip


def test_what_is_right_is_right() -> None:
    assert problems(GOOD) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"@context": "http://example.org"}, {"@type": "Shop"}, {"author": "Ada"}, {"name": ""}, {"name": 3},
        {"aggregateRating": {"@type": "AggregateRating", "ratingValue": 6, "ratingCount": 2}},
        {"aggregateRating": {"@type": "AggregateRating", "ratingValue": 4}},
        {"aggregateRating": {"@type": "AggregateRating", "ratingValue": 4, "ratingCount": 0}},
        {"aggregateRating": {"@type": "AggregateRating", "ratingValue": "4", "ratingCount": 1}},
        {"review": [{"@type": "Review"}]}, {"review": [{"@type": "Rating", "ratingValue": 3}]},
        {"review": [{"@type": "Review", "reviewBody": "x", "datePublished": "May"}]},
        {"review": [{"@type": "Review", "reviewBody": "x", "author": {"@type": "Person", "name": "Ada"}}]},
    ],
)  # fmt: skip
def test_what_is_wrong_is_found(wrong: dict[str, Any]) -> None:
    assert problems({**GOOD, **wrong})
