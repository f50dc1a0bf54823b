"""What is said of others is read by our themes and our reader, and nothing is written into our own rows."""

from __future__ import annotations

from pathlib import Path

from heartline.listen.reviews import reading
from heartline.store import others
from heartline.workspace import Workspace

from .world import company, review


def test_texts_of_others_are_read_and_read_anew_when_themes_change(tmp_path: Path) -> None:
    theirs = [
        review(n, f"2024-05-{n + 1:02} 10:00", None, text=text, unit="rival")
        for n, text in enumerate(
            [
                "The parcel came two weeks late, and nobody told me anything about it.",
                "What a lovely shop, the staff was so friendly.",
            ]
        )
    ]
    ours = [review(1, "2024-05-02 09:00", 5, text="The parcel came late.", themes=["delivery"])]
    lake = company(tmp_path / "data", ours, theirs)
    before = lake.manifest.newest().tables
    assert reading.behind(lake)
    while reading.behind(lake):
        reading.read(lake)
    them = others.beside(lake.at())
    assert them is not None
    rows = {row["id"]: row for row in them.execute(them.rows("id", "language", "feeling", "themes")).to_pylist()}
    late, kind = rows["google_reviews:review-0"], rows["google_reviews:review-1"]
    assert "delivery" in late["themes"]
    assert "friendliness" in kind["themes"]
    assert (late["language"], late["feeling"] < 0 < kind["feeling"]) == ("en", True)
    after = lake.manifest.newest().tables
    assert {name for name in after if after[name] != before.get(name)} == {"definitions"}  # which version is theirs
    assert {row["theme"] for row in Workspace(lake).call("benchmark", {"period": "2024"}).rows} >= {"delivery"}

    with lake.write("themes") as writer:
        writer.define("theme", "friendliness", {"label": "Kindness", "off": True})
    assert reading.behind(lake)
    while reading.behind(lake):
        reading.read(lake)
    them = others.beside(lake.at())
    assert them is not None
    found = them.execute(them.rows("id", "themes")).to_pylist()
    assert not any("friendliness" in row["themes"] for row in found)
    assert reading.read(lake) == 0
