"""Reviews: Google's JSON and Trustpilot's CSV."""

from __future__ import annotations

import json

from .conftest import Land

GOOGLE = {
    "reviews": [
        {
            "reviewer": {"displayName": "Ada Sample"}, "starRating": "FIVE", "createTime": "2024-05-02T09:00:00.123Z",
            "updateTime": "2024-05-02T09:00:00.123Z", "name": "accounts/1/locations/22/reviews/a1",
            "comment": "(Translated by Google) Very friendly\n\n(Original)\nSehr freundlich",
            "reviewReply": {"comment": "Thank you, Ada", "updateTime": "2024-05-03T09:00:00Z"},
        },
        {
            "reviewer": {"displayName": "Ben Muster"}, "starRating": "TWO", "createTime": "2024-05-04T10:00:00Z",
            "updateTime": "2024-05-04T10:00:00Z", "name": "accounts/1/locations/22/reviews/a2",
        },
    ]
}  # fmt: skip
TRUSTPILOT = """\
Source Of Review,Domain URL,Review Id,Review Created (UTC),Review Consumer User Id,Review Username,Review User Email,Review Language,Review Title,Review Content,Review Stars,Reference Id,Company Reply Date (UTC),Company Reply Content
BasicLink,shop.example,r1,2024-05-02 09:00:00,u1,Ada,ada@shop.example,en,Lovely,"Came fast, well packed",5,1001,2024-05-02 21:00:00,Thank you
Organic,shop.example,r2,2024-05-05 08:00:00,u2,Ben,,de,Enttäuscht,Lampe kam kaputt an,1,,,
"""  # noqa: E501  (a line of the export)


def test_stars_texts_and_answers_from_google(land: Land) -> None:
    report, rows = land("google_reviews", "reviews.json", json.dumps(GOOGLE))
    assert (report.landed, report.known, report.dropped) == (3, 0, {})
    first, second, answer = rows["review-a1"], rows["review-a2"], rows["answer-a1"]
    assert (first["score"], first["scale"], first["feeling"], first["text"]) == (5.0, "stars5", 1.0, "Sehr freundlich")
    assert (second["score"], second["text"], second["touchpoint"]) == (2.0, None, "google_review")
    assert (answer["wait_s"], answer["kind"], answer["text"]) == (86_400, "message", None)
    assert json.loads(answer["properties"]) == {"link": None, "location": "22", "reply": "Thank you, Ada"}
    assert "Sample" not in str(rows)


def test_stars_texts_people_and_answers_from_trustpilot(land: Land) -> None:
    report, rows = land("trustpilot_reviews", "reviews.csv", TRUSTPILOT)
    assert (report.landed, report.known, report.dropped) == (3, 3, {})
    first, second, answer = rows["review-r1"], rows["review-r2"], rows["answer-r1"]
    assert (first["score"], first["ref"], first["text"]) == (5.0, "1001", "Lovely\nCame fast, well packed")
    assert (second["score"], second["feeling"], second["text"]) == (1.0, -1.0, "Enttäuscht\nLampe kam kaputt an")
    assert [json.loads(row["properties"])["written_in"] for row in (first, second)] == ["en", "de"]
    assert (answer["wait_s"], answer["ref"], answer["customer"]) == (43_200, "1001", first["customer"])
