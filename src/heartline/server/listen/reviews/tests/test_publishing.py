"""What others may read of our reviews: only what was agreed to, nobody's name, and as schema.org has it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from heartline.listen.reviews.tests.schema import problems
from heartline.listen.reviews.tests.world import review
from heartline.server.accounts.models import AuditEntry, User
from heartline.server.accounts.tests.cast import signed_in
from heartline.store.lake import Lake
from heartline.store.tests.world import events

pytestmark = pytest.mark.django_db
SAID = {"source": ["google_reviews"], "name": "Our <Shop>"}


def address(client: Client) -> str:
    found = re.search(
        r'value="(http://testserver/reviews\.jsonld\?key=[^"]+)"', client.get("/reviews/published/").content.decode()
    )
    assert found is not None
    return found[1].removeprefix("http://testserver")


def test_nothing_is_shown_before_somebody_says_so(alice: User, charlie: Client, reviewed: Lake) -> None:
    assert charlie.get("/reviews.jsonld").status_code == 404
    assert charlie.get("/reviews.jsonld?key=x").status_code == 404
    client = signed_in(alice)
    assert "Nothing is shown outside yet." in client.get("/reviews/published/").content.decode()
    refused = client.post("/reviews/published/change/", {"name": "Us"}).headers["Location"]
    assert refused.endswith("?refused=bad_value")
    other = client.post("/reviews/published/change/", {"name": "Us", "source": "yelp"}).headers["Location"]
    assert other.endswith("?refused=unknown_source")


def test_the_document_holds_what_was_agreed_to_and_nobody_s_name(alice: User, charlie: Client, reviewed: Lake) -> None:
    events(reviewed.folder, [
        review(70, "2024-05-25 10:00", 3, text="</script><script>alert(1)</script>", product="lamp", who="carol",
               properties='{"title":"Hm & so"}'),
        review(71, "2199-01-01 10:00", 1, text="of a day that is yet to come"),
        (None, "survey", "2024-05-26 10:00", {"score": 1, "scale": "stars5", "text": "a survey", "kind": "feedback"}),
    ])  # fmt: skip
    client = signed_in(alice)
    assert client.post("/reviews/published/change/", SAID).headers["Location"].endswith("?done=published")
    answer = charlie.get(address(client))
    text = answer.content.decode()
    item: dict[str, Any] = json.loads(text)
    assert answer.headers["Content-Type"] == "application/ld+json; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert problems(item) == []
    assert (item["@type"], item["name"]) == ("Organization", "Our <Shop>")
    stars = [5, 1, 2, 5, 1, 3]  # of one platform; not trustpilot's four, not the survey's one, not the competitor's
    assert item["aggregateRating"] == {
        "@type": "AggregateRating", "ratingValue": round(sum(stars) / len(stars), 2), "ratingCount": len(stars),
        "bestRating": 5, "worstRating": 1,
    }  # fmt: skip
    assert "<" not in text
    assert not {"alice", "bob", "carol", "user_id", "their late parcel", "fair price"} & set(
        re.findall(r"[\w ]+", text)
    )
    assert item["review"][0] == {
        "@type": "Review", "datePublished": "2024-05-25", "name": "Hm & so",
        "reviewBody": "</script><script>alert(1)</script>",
        "reviewRating": {"@type": "Rating", "ratingValue": 3, "bestRating": 5, "worstRating": 1},
    }  # fmt: skip
    again = charlie.get(address(client), headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    lamp = json.loads(charlie.get(address(client) + "&product=lamp").content)
    assert problems(lamp) == []
    assert (lamp["@type"], lamp["name"], lamp["productID"]) == ("Product", "Lamp", "lamp")
    assert (lamp["aggregateRating"]["ratingCount"], len(lamp["review"])) == (1, 1)
    assert charlie.get(address(client) + "&product=nothing").status_code == 404
    file = client.get("/reviews/published/snippet/")
    assert "attachment" in file.headers["Content-Disposition"]
    assert file.content.decode().count("<script") == 1


def test_another_address_ends_the_one_before_and_off_ends_all(alice: User, charlie: Client, reviewed: Lake) -> None:
    client = signed_in(alice)
    client.post("/reviews/published/change/", SAID)
    first = address(client)
    client.post("/reviews/published/change/", {**SAID, "do": "renew"})
    second = address(client)
    assert (charlie.get(first).status_code, charlie.get(second).status_code) == (404, 200)
    client.post("/reviews/published/change/", {**SAID, "do": "off"})
    assert charlie.get(second).status_code == 404
    deeds = AuditEntry.objects.filter(subject="reviews").order_by("pk").values_list("action", flat=True)
    assert list(deeds) == ["publish_reviews", "publish_reviews", "unpublish_reviews"]


def test_without_reviews_there_is_one_step(alice: User, empty_lake: Lake) -> None:
    page = signed_in(alice).get("/reviews/published/").content.decode()
    assert '<a class="button" href="/import/">Bring your data in</a>' in page
    assert "<form" not in page.split("<h1>")[1]


def test_who_may_not_define_may_not_publish(bob: User, reviewed: Lake) -> None:
    client = signed_in(bob)
    for path in ("/reviews/published/", "/reviews/published/snippet/"):
        assert client.get(path).status_code == 403
    assert client.post("/reviews/published/change/", SAID).status_code == 403
