"""Reviews and posts come in from feeds of every usual form, the new ones once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from heartline.collect.connecting import running
from heartline.collect.connecting.fetching import NotFetched
from heartline.store.lake import Lake

from .conftest import ROOT, landed
from .serving import Answer, Request, serving


def review(number: int, stars: int) -> dict[str, Any]:
    """Write a review as the app shop's feed of customers' reviews has it."""
    return {
        "author": {"uri": {"label": "https://shop.test/reviewer"}, "name": {"label": f"Somebody {number}"}},
        "updated": {"label": f"2026-03-{number:02}T08:00:00-07:00"}, "im:rating": {"label": str(stars)},
        "im:version": {"label": "4.2"}, "id": {"label": str(9000 + number)}, "title": {"label": f"Title {number}"},
        "content": {"label": "It stops after the login.", "attributes": {"type": "text"}},
        "link": {"attributes": {"rel": "related", "href": "https://shop.test/review"}},
    }  # fmt: skip


class Shop:
    """An app shop: two reviews a page, the newest first; a forum and a Mastodon beside it."""

    def __init__(self) -> None:
        self.reviews = [review(number, number) for number in range(1, 6)]
        self.url = ""

    def __call__(self, request: Request) -> Answer:
        return getattr(self, request.path.strip("/").rpartition("/")[2])(request)  # type: ignore[no-any-return]

    def json(self, request: Request) -> Answer:
        page = int(request.query.get("page", "1"))
        found = list(reversed(self.reviews))[2 * page - 2 : 2 * page]
        link = [
            {"attributes": {"rel": "self", "href": f"{self.url}/reviews/json?page={page}"}},
            {"attributes": {"rel": "next", "href": f"{self.url}/reviews/xml?page={page + 1}"}},
        ]
        about = {"im:name": {"label": "Our app"}, "title": {"label": "no review, but the app itself"}}
        return Answer({"feed": {"entry": [about, *found] if page == 1 else found, "link": link}})

    def atom(self, _request: Request) -> Answer:
        entries = "".join(
            f"<entry><id>{9000 + n}</id><title>Title {n}</title><updated>2026-03-0{n}T08:00:00-07:00</updated>"
            f'<content type="text">Fine &amp; fast</content><content type="html">&lt;p&gt;Fine&lt;/p&gt;</content>'
            f"<im:rating>{n}</im:rating><im:version>4.2</im:version><author><name>Somebody</name></author></entry>"
            for n in (2, 1)
        )
        return Answer(
            f'<?xml version="1.0" encoding="utf-8"?><feed xmlns:im="http://itunes.apple.com/rss" '
            f'xmlns="http://www.w3.org/2005/Atom"><id>x</id><title>Reviews</title>{entries}</feed>'.encode()
        )

    def rss(self, _request: Request) -> Answer:
        return Answer(b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Forum</title><language>de</language>
            <item><guid>https://forum.test/7</guid><title>Late &amp; cold</title><category>delivery</category>
            <description>&lt;p&gt;It took &lt;b&gt;days&lt;/b&gt;.&lt;br&gt;Sad.
            &lt;script&gt;x&lt;/script&gt;</description>
            <pubDate>Sun, 01 Mar 2026 10:00:00 +0100</pubDate></item></channel></rss>""")

    def items(self, _request: Request) -> Answer:
        item = {"id": "7", "date_published": "2026-03-01T10:00:00+01:00", "content_html": "<p>Good.</p>", "title": ""}
        return Answer({"version": "https://jsonfeed.org/version/1.1", "title": "Blog", "items": [item]})

    def shop(self, request: Request) -> Answer:
        assert request.query["limit"] == "40"
        first = "max_id" not in request.query
        number = 2 if first else 1
        post = {
            "id": str(number), "uri": f"https://social.test/p/{number}",
            "created_at": f"2026-03-0{number}T10:00:00.000Z",
            "content": f"<p>Post {number} about <a href='x'>#shop</a></p>", "account": {"acct": "anna@social.test"},
            "language": "en", "url": f"https://social.test/@anna/{number}", "favourites_count": 3,
        }  # fmt: skip
        link = f'<{self.url}/tag/shop?limit=40&max_id=2>; rel="next", <{self.url}/x>; rel="prev"'
        return Answer([post], headers={"Link": link} if first else {})

    def bomb(self, _request: Request) -> Answer:
        return Answer(b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><rss version="2.0"><channel/></rss>')

    def page(self, _request: Request) -> Answer:
        return Answer(b"<html><body>No feed at all</body></html>")

    def marked(self, _request: Request) -> Answer:
        shop: dict[str, Any] = {
            "@type": "Store",
            "name": "Ours",
            "aggregateRating": {"ratingValue": 4.5, "reviewCount": 20},
        }
        shop["aggregateRating"]["@type"] = "AggregateRating"
        shop["review"] = [
            {"@type": "Review", "datePublished": f"2026-03-0{n}", "reviewBody": f"Fine {n}", "url": f"https://a.test/{n}",
             "author": {"name": "Somebody"}, "reviewRating": {"ratingValue": n, "bestRating": 10, "worstRating": 0}}
            for n in (2, 5)
        ]  # fmt: skip
        data = json.dumps({"@context": "https://schema.org", **shop})
        page = f'<!doctype html><html><script type="application/ld+json">{data}</script></html>'
        return Answer(page.encode())


def run(name: str, address: str, tmp_path: Path, old: str) -> running.Outcome:
    """Run a shipped recipe at another address."""
    text = (ROOT / "recipes" / "connect" / f"{name}.yaml").read_text()
    assert old in text
    recipe = tmp_path / f"{name}.yaml"
    recipe.write_text(text.replace(old, address))
    return running.run(recipe, tmp_path / "data", private=True, tries=1)


APP = "https://itunes.apple.com/us/rss/customerreviews/page=1/id=000000000/sortby=mostrecent/json"
RSS = "https://forum.example.com/latest.rss"
TAG = "https://mastodon.social/api/v1/timelines/tag/heartline?limit=40"


def rows(data: Path) -> list[dict[str, Any]]:
    """Give what is in the lake, the oldest first."""
    snapshot = Lake.open(data).at()
    names = ("id", "occurred_at", "score", "text", "identifier", "properties")
    found = snapshot.execute(snapshot.rows(*names).select(*names).order_by("occurred_at")).to_pylist()
    return [dict(row) for row in found]


def test_reviews_of_an_app_page_by_page_and_then_only_the_new_ones(tmp_path: Path) -> None:
    shop = Shop()
    with serving(shop) as served:
        shop.url = served.url
        assert run("app_reviews", f"{served.url}/reviews/json", tmp_path, APP).fetched == {"reviews": 5}
        assert len(served.asked) == 4
        shop.reviews.append(review(6, 1))
        served.asked.clear()
        assert run("app_reviews", f"{served.url}/reviews/json", tmp_path, APP).count("landed") == 1
        assert len(served.asked) == 2, "the second page has nothing new"
        assert run("app_reviews", f"{served.url}/reviews/atom", tmp_path, APP).count("there") == 2
    assert landed(tmp_path / "data") == {"app_review": 6}
    found = rows(tmp_path / "data")
    assert [row["score"] for row in found] == [1, 2, 3, 4, 5, 1]
    assert found[0]["text"] == "Title 1\nIt stops after the login."
    assert found[0]["occurred_at"].isoformat() == "2026-03-01T15:00:00+00:00"
    assert not any("Somebody" in str(row) for row in found), "no name of a person reaches the lake"


def test_posts_of_mastodon(tmp_path: Path) -> None:
    shop = Shop()
    with serving(shop) as served:
        shop.url = served.url
        assert run("mastodon", f"{served.url}/tag/shop?limit=40", tmp_path, TAG).count("landed") == 2
    found = rows(tmp_path / "data")
    assert [row["text"] for row in found] == ["Post 1 about #shop", "Post 2 about #shop"]
    assert all(row["identifier"].startswith("mastodon:") for row in found)
    assert "anna" not in json.dumps([{**row, "occurred_at": ""} for row in found]).replace("social.test/@anna", "")


def test_reviews_that_a_page_marks_up_and_its_rating_of_the_whole(tmp_path: Path) -> None:
    with serving(Shop()) as served:
        for landing in (2, 0):
            address = f"{served.url}/marked"
            outcome = run("reviews_page", address, tmp_path, "https://www.example.com/product/lamp")
            assert outcome.count("landed") == landing
    found = rows(tmp_path / "data")
    assert [(row["score"], row["text"]) for row in found] == [(20.0, "Fine 2"), (50.0, "Fine 5")]
    assert not any("Somebody" in str(row) for row in found)
    (rating,) = Lake.open(tmp_path / "data").at().definitions.all("rating").values()
    assert (rating["value"], rating["count"], rating["best"], rating["of"]) == (4.5, 20, 5.0, "Ours")


@pytest.mark.parametrize(("path", "text"), [("rss", "Late & cold\nIt took days.\nSad."), ("items", "Good.")])
def test_feeds_of_other_forms(tmp_path: Path, path: str, text: str) -> None:
    with serving(Shop()) as served:
        run("posts_rss", f"{served.url}/{path}", tmp_path, RSS)
    (row,) = rows(tmp_path / "data")
    assert (row["text"], row["occurred_at"].isoformat()) == (text, "2026-03-01T09:00:00+00:00")


@pytest.mark.parametrize("path", ["bomb", "page"])
def test_what_is_no_feed_is_refused(tmp_path: Path, path: str) -> None:
    with serving(Shop()) as served, pytest.raises(NotFetched) as error:
        run("posts_rss", f"{served.url}/{path}", tmp_path, RSS)
    assert error.value.code == "no_feed"
