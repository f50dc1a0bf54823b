"""Reviews of app stores, hotels and agencies, of pages marked up by schema.org, and posts of feeds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from heartline.collect.guessing import guess, loose, writing
from heartline.collect.importing import run
from heartline.store.lake import Lake
from heartline.workspace import Workspace

from .conftest import ROWS, SMALL

PLAY = (
    "Package Name,App Version Name,Reviewer Language,Device,Review Submit Date and Time,"
    "Review Submit Millis Since Epoch,Star Rating,Review Title,Review Text,"
    "Developer Reply Date and Time,Developer Reply Text,Review Link\n"
    "de.shop,1.2,de,pixel,2024-05-02T09:00:00Z,1714640400000,2,,Stürzt ab,2024-05-03T09:00:00Z,Danke,"
    "https://play.google.com/console/app/user-feedback/review-details?reviewId=abc&corpus=PUBLIC_REVIEWS\n"
    "de.shop,1.2,en,pixel,2024-05-04T09:00:00Z,1714813200000,5,Great,Love it,,,\n"
)  # fmt: skip
APPLE = {
    "data": [
        {"type": "customerReviews", "id": "r1", "attributes": {
            "rating": 1, "title": "Crash", "body": "It crashes", "reviewerNickname": "Ada Sample",
            "createdDate": "2024-05-02T09:00:00-07:00", "territory": "USA"},
         "relationships": {"response": {"data": {"type": "customerReviewResponses", "id": "a1"}}}},
        {"type": "customerReviews", "id": "r2", "attributes": {
            "rating": 5, "title": "Fine", "body": "", "reviewerNickname": "Ben",
            "createdDate": "2024-05-03T09:00:00-07:00", "territory": "DEU"}},
    ],
    "included": [{"type": "customerReviewResponses", "id": "a1", "attributes": {
        "responseBody": "Sorry", "lastModifiedDate": "2024-05-02T11:00:00-07:00", "state": "PUBLISHED"}}],
    "links": {"self": "https://api.example"},
}  # fmt: skip
BOOKING = """\
Review date,Guest name,Reservation number,Review title,Positive review,Negative review,Review score,Staff,Property reply
2024-05-02 09:00:00,Ada Sample,4711,Quiet,Kind staff,The shower was cold,7.5,10,Thank you
2024-05-03 10:00:00,Ben Muster,4712,,,,10,10,
"""
TABLE = """\
Review Date,Rating,Review Title,Review Text,Reviewer,Management Response,Response Date,Review URL,Location
"May 2, 2024",2,Slow,Waited an hour,Ada Sample,We are sorry,"May 4, 2024",https://trip.example/r/1,Kiel
"May 3, 2024",5,Lovely,Came again,Ben Muster,,,https://trip.example/r/2,Kiel
"""
PAGE = """<!DOCTYPE html><html><head><title>x</title>
<script type="application/ld+json">{"@context":"https://schema.org","@graph":[
 {"@type":"LocalBusiness","@id":"#shop","name":"Our shop",
  "address":{"@type":"PostalAddress","addressLocality":"Kiel"},
  "aggregateRating":{"@type":"AggregateRating","ratingValue":"4,4","reviewCount":"1204"}},
 {"@type":"Review","itemReviewed":{"@id":"#shop"},"datePublished":"2024-05-02","name":"Slow",
  "reviewBody":"Waited <an> hour",
  "author":{"@type":"Person","name":"Ada Sample"},"reviewRating":{"@type":"Rating","ratingValue":2}},
 {"@type":"Product","name":"Lamp","sku":"L-1","review":[
  {"@type":"Review","datePublished":"2024-05-03T10:00:00+02:00","reviewBody":"Bright","url":"https://a.example/r/2",
   "reviewRating":{"ratingValue":"9","bestRating":"10","worstRating":"1"}},
  {"@type":"Review","datePublished":"2024-05-04","reviewBody":"Odd scale",
   "reviewRating":{"ratingValue":3,"bestRating":6,"worstRating":0}},
  {"@type":"Review","datePublished":"2024-05-05","reviewBody":"Beyond","reviewRating":{"ratingValue":7}}]}]}
</script><script>alert("no data")</script></head>
<body><div itemscope itemtype="https://schema.org/Hotel"><span itemprop="name">Inn</span>
<div itemprop="review" itemscope itemtype="https://schema.org/Review">
 <meta itemprop="datePublished" content="2024-05-06"><b itemprop="author">Carl Muster</b>
 <p itemprop="reviewBody">Slept <i>very</i> well</p>
 <div itemprop="reviewRating" itemscope itemtype="http://schema.org/Rating"><span itemprop="ratingValue">4</span>/5
 </div>
</div></div></body></html>"""
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><id>u:1</id>
<entry><id>u:2</id><title>They are late</title><link href="https://a.example/p/2"/>
<updated>2024-05-02T09:00:00Z</updated><author><name>Ada Sample</name></author>
<content type="html">&lt;p&gt;Again &lt;b&gt;late&lt;/b&gt;&lt;/p&gt;</content></entry></feed>"""
FILES: list[tuple[str, str, str, int]] = [
    ("google_play_reviews", "reviews_de.shop_202405.csv", PLAY, 3),
    ("app_store_reviews", "customerReviews.json", json.dumps(APPLE), 3),
    ("booking_reviews", "guest-reviews.csv", BOOKING, 3),
    ("review_list", "tripadvisor.csv", TABLE, 3),
    ("schema_org", "page.html", PAGE, 5),
    ("posts_feed", "posts.xml", ATOM, 1),
]


def bring(folder: Path, title: str, content: str, **plan_: Any) -> tuple[str, int, dict[str, dict[str, Any]], Lake]:
    """Import a file as the guided page does; give the export it is known as, what landed, and its rows."""
    (folder / title).write_text(content, encoding="utf-8")
    plan = guess.plan([guess.bring(folder / title, title, folder)], known=guess.Known())
    for name, value in plan_.items():
        setattr(plan, name, value)
    (folder / "recipe.yaml").write_text(writing.recipe(plan), encoding="utf-8")
    report = run(folder / "recipe.yaml", folder / "data", confined=True, limits=SMALL)
    assert report.dropped == {}
    lake = Lake.open(folder / "data")
    snapshot = lake.at()
    rows = snapshot.execute(snapshot.rows(*ROWS, "event")).to_pylist()
    return plan.known, report.landed, {row["id"].partition(":")[2]: row for row in rows}, lake


@pytest.mark.parametrize(("key", "title", "content", "landing"), FILES, ids=[one[0] for one in FILES])
def test_a_file_is_known_by_its_head_and_says_nobody_s_name(
    key: str, title: str, content: str, landing: int, tmp_path: Path
) -> None:
    known, landed, rows, lake = bring(tmp_path, title, content)
    assert (known, landed) == (key, landing)
    assert {row["event"] for row in rows.values()} <= {"review", "answer", "post"}
    assert {row["customer"] for row in rows.values()} == {None}
    assert not any(name in str(rows) for name in ("Sample", "Muster"))
    figures = Workspace(lake).call("reviews", {"period": "all"}).figures
    if key in ("google_play_reviews", "app_store_reviews", "booking_reviews", "review_list"):
        assert (figures["reviews"].value, figures["answered"].value) == (2, 0.5)


def test_scores_times_and_links_are_those_of_the_platform(tmp_path: Path) -> None:
    for title, content in (("a.csv", PLAY), ("b.csv", TABLE), ("c.csv", BOOKING)):
        home = tmp_path / title
        home.mkdir()
        _known, _landed, rows, lake = bring(home, title, content)
        (first, *_), answer = (
            [row for row in rows.values() if row["event"] == event] for event in ("review", "answer")
        )
        listed = Workspace(lake).call("unanswered", {"period": "all", "every": True}).rows
        if title == "a.csv":
            assert (first["score"], first["scale"], first["product"]) == (2.0, "stars5", "de.shop")
            assert answer[0]["wait_s"] == 86_400
        elif title == "b.csv":
            assert (first["score"], first["unit"], first["occurred_precision"]) == (2.0, "Kiel", "day")
            assert (answer[0]["wait_s"], listed[0]["link"]) == (2 * 86_400, "https://trip.example/r/2")
        else:
            assert (first["score"], first["scale"], first["ref"]) == (7.5, "rating10", "4711")
            assert first["text"] == "Quiet\nKind staff\nThe shower was cold"


def test_ratings_keep_their_scale_and_a_rating_of_the_whole_is_no_review(tmp_path: Path) -> None:
    _known, _landed, rows, lake = bring(tmp_path, "page.html", PAGE)
    by_text = {str(row["text"]): row for row in rows.values()}
    assert {text: (row["score"], row["scale"]) for text, row in by_text.items()} == {
        "Slow\nWaited <an> hour": (2.0, "stars5"), "Bright": (9.0, "rating10"), "Odd scale": (50.0, "points100"),
        "Beyond": (None, None), "Slept very well": (4.0, "stars5"),
    }  # fmt: skip
    assert json.loads(by_text["Odd scale"]["properties"])["rating_given"] == "3"
    assert json.loads(by_text["Beyond"]["properties"])["rating_given"] == "7"
    assert (by_text["Bright"]["product"], by_text["Slow\nWaited <an> hour"]["unit"]) == ("L-1", "Kiel")
    (rating,) = lake.at().definitions.all("rating").values()
    assert {name: rating[name] for name in ("of", "value", "count", "best", "worst", "source")} == {
        "of": "Our shop", "value": 4.4, "count": 1204, "best": 5.0, "worst": 1.0, "source": "schema_org",
    }  # fmt: skip
    assert len(rating["at"]) == 10


@pytest.mark.parametrize("title", ["reviews.jsonld", "reviews.json"])
def test_data_in_the_words_of_schema_org_is_read_by_any_name(title: str, tmp_path: Path) -> None:
    review = {
        "@type": "Review",
        "datePublished": "2024-05-02",
        "reviewBody": "Good",
        "reviewRating": {"ratingValue": 4},
    }
    data = json.dumps({"@context": "https://schema.org", "@type": "Product", "name": "Lamp", "review": review})
    known, landed, _rows, _lake = bring(tmp_path, title, data)
    assert (known, landed) == ("schema_org", 1)
    assert bring(tmp_path, title, data)[1] == 0  # what is here is not doubled


def test_a_page_without_reviews_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<!doctype html><html><p>Nothing here</p></html>")
    with pytest.raises(loose.Unreadable) as refused:
        guess.bring(tmp_path / "page.html", "page.html", tmp_path)
    assert refused.value.code == "no_reviews"


def test_a_competitor_s_file_lands_beside(tmp_path: Path) -> None:
    known, landed, rows, lake = bring(tmp_path, "tripadvisor.csv", TABLE, competitor="Rival & Co.")
    assert (known, landed, rows) == ("review_list", 3, {})
    found = Workspace(lake).call("benchmark", {"period": "all", "alike": False, "by": "scale"})
    assert (found.figures["theirs"].value, found.rows[0]["name"], found.rows[0]["their_rating"]) == (
        2,
        "Rival & Co.",
        3.5,
    )
