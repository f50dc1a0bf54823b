"""Which touchpoint a text speaks of: told by names and synonyms in any language, learnt from labels, or left open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from heartline.listen.text.aspects import keeping
from heartline.listen.text.aspects.describing import Described, Describer, described
from heartline.listen.text.aspects.reading import Labelled, Reader, learnt
from heartline.listen.text.themes.space import space
from heartline.listen.text.themes.tests.bag import BAG
from heartline.listen.text.themes.tests.worlds import SUBJECTS, spoken
from heartline.store.tests.world import Event, events

PLACES: dict[str, dict[str, Any]] = {
    "delivery": {"label": "Delivery", "labels": {"de": "Lieferung", "es": "Entrega"}, "spoken": ["courier", "parcel"]},
    "checkout": {"label": "Paying at the checkout", "also": ["till"]},
    "call": {"label": "Hotline"},
}


def test_a_touchpoint_is_known_by_its_names_in_every_language_and_by_synonyms(tmp_path: Path) -> None:
    lake = events(tmp_path, [], touchpoint=PLACES)
    made = described(lake.at().definitions)
    assert [(one.key, one.names) for one in made] == [
        ("delivery", ("Delivery", "Lieferung", "Entrega", "courier", "parcel")),
        ("checkout", ("Paying at the checkout", "till")), ("call", ("Hotline",)),
    ]  # fmt: skip
    named = Describer(space(BAG), made).named(
        ["Die Lieferungen kamen", "deliveries were late", "La entrega", "paying took long", "the till", "nothing here"]
    )
    assert (named[:3, 0] == 1).all()
    assert named[3].tolist() == [0, 0.25, 0]
    assert named[4].tolist() == [0, 1, 0]
    assert not named[5].any()


def test_only_what_stands_out_is_proposed(tmp_path: Path) -> None:
    made = described(events(tmp_path, [], touchpoint=PLACES).at().definitions)
    reader = Reader(BAG, made)
    assert reader.read(["The courier lost my parcel", "Nothing of the kind", "hotline", ""]) == [
        "delivery", None, "call", None,
    ]  # fmt: skip
    assert Reader(BAG, []).read(["anything"]) == [None]


def test_a_text_about_everything_is_about_nothing(tmp_path: Path) -> None:
    reader = Reader(BAG, described(events(tmp_path, [], touchpoint=PLACES).at().definitions))
    one, all_of_them = reader.scores(["The courier lost my parcel", "The courier, the till and the hotline"])
    assert one[0] > all_of_them[0]
    assert one[0] > 0 > one[1:].max()
    alone = Reader(BAG, [Described("call", ("Hotline",))])
    assert alone.scores(["hotline"])[0, 0] > alone.scores(["the weather"])[0, 0], (
        "against no others it stands by itself"
    )


def test_labels_teach_what_names_do_not_say() -> None:
    places = [Described(subject, (subject[:2] + "xx",)) for subject in SUBJECTS]
    labels = [Labelled(text, subject) for subject, text in spoken(400)]
    test = spoken(80, seed=3)
    reader = Reader(BAG, places, labels)
    best = [reader.keys[place] for place in reader.scores([text for _, text in test]).argmax(axis=1)]
    assert sum(one == subject for one, (subject, _) in zip(best, test, strict=True)) >= 76
    assert "400" in reader.name


def test_few_labels_or_of_one_touchpoint_teach_nothing() -> None:
    keys = list(SUBJECTS)
    assert learnt(keys, [Labelled(text, subject) for subject, text in spoken(20)]) is None
    assert learnt(keys, [Labelled("cake", "cake")] * 50) is None
    assert learnt(keys, [Labelled("x", "elsewhere")] * 50) is None


def test_proposals_stand_beside_rows_of_which_nobody_said_anything(tmp_path: Path) -> None:
    rows: list[Event] = [
        (None, "mail", "2026-03-01", {"text": "The courier lost my parcel", "about": None}),
        (None, "mail", "2026-03-02", {"text": "The courier lost my parcel", "about": "call"}),
        (None, "mail", "2026-03-03", {"text": "Hello", "about": None}),
    ]
    lake = events(tmp_path, rows, touchpoint=PLACES)
    reader = keeping.reader(lake.at(), BAG)
    texts = keeping.open_texts(lake.at(), None, 10)
    assert [one.id for one in texts] == ["world:1", "world:3"]
    assert keeping.propose(lake, reader, texts) == 1
    snapshot = lake.at()
    about = {row["id"]: row["about"] for row in snapshot.execute(snapshot.rows("id", "about")).to_pylist()}
    assert about == {"world:1": "delivery", "world:2": "call", "world:3": None}
    assert [one.id for one in keeping.open_texts(snapshot, texts[0].occurred_at, 10)] == ["world:3"]
    assert keeping.propose(lake, reader, texts) == 0
    (rule,) = snapshot.table("overrides")["rule"].to_pylist()
    assert rule.startswith("about bag-1 0 ")
    assert [one.touchpoint for one in keeping.labels(snapshot)] == ["call"]
