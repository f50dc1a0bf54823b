"""Themes are found, keep what they are from week to week, and are what people make of them."""

from __future__ import annotations

from collections import Counter
from copy import copy
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from heartline.core.errors import HeartlineError
from heartline.listen.text.embedder import Vectors
from heartline.listen.text.keyphrases import Phrase
from heartline.listen.text.themes import changing, clustering
from heartline.listen.text.themes.clustering import Group, clustered, how_many
from heartline.listen.text.themes.coherence import diversity, npmi
from heartline.listen.text.themes.identity import SAME, found, matched
from heartline.listen.text.themes.reading import Reader
from heartline.listen.text.themes.scoring import BORDERS, USUAL, border
from heartline.listen.text.themes.space import space
from heartline.listen.text.themes.values import Theme, read_for, starters, written

from .bag import BAG
from .worlds import SUBJECTS, spoken

DAY = date(2026, 3, 2)
PURITY = 0.9
"""Share of a group's sentences that are about the same, at least."""


def look(seed: int, known: dict[str, Theme], number: int = 240) -> dict[str, Theme]:
    """Look for themes in the texts of a week; give what is known then."""
    changes = found(space(BAG), [text for _, text in spoken(number, seed)], known, DAY)
    after = {**known, **{key: theme for key, theme in changes.items() if theme is not None}}
    return {key: theme for key, theme in after.items() if changes.get(key, theme) is not None}


def read(themes: dict[str, Theme], seed: int = 9) -> dict[str, Counter[str]]:
    """Read texts of another week; give for each subject how often which theme was read."""
    texts = spoken(120, seed)
    counted: dict[str, Counter[str]] = {subject: Counter() for subject in SUBJECTS}
    for (subject, _), one in zip(texts, Reader(BAG, themes).read([text for _, text in texts]), strict=True):
        counted[subject].update(one.themes or ("none",))
    return counted


def test_planted_themes_are_found_pure_and_named_by_their_words() -> None:
    texts = spoken(240)
    groups = clustered(space(BAG), [text for _, text in texts], 4)
    assert len(groups) == 4
    for group in groups:
        ((subject, most),) = Counter(texts[place][0] for place in group.members).most_common(1)
        assert most / len(group.members) >= PURITY
        assert set(" ".join(phrase.text for phrase in group.phrases).split()) <= set(SUBJECTS[subject])


def test_feelings_and_near_repeats_make_no_theme() -> None:
    assert clustered(space(BAG), ["very good!", "terrible", "nice", "so bad"] * 20) == []
    assert clustered(space(BAG), ["the parking garage was closed"] * 50) == []
    assert [how_many(number) for number in (20, 300, 1500, 20_000)] == [2, 7, 15, 40]


def test_themes_keep_their_keys_from_week_to_week() -> None:
    first = look(1, {})
    assert len(first) >= 4
    weeks = first
    for seed in (2, 3, 4):
        weeks = look(seed, weeks)
    assert weeks == first


def test_a_theme_that_nobody_speaks_of_goes_and_one_that_people_keep_stays() -> None:
    themes = look(1, {})
    cake, other, *_ = themes
    away = written((np.random.default_rng(3).standard_normal(BAG.dimensions) / 10).astype(np.float32))
    gone = replace(themes[other], key="skates", centre=away)
    far = found(space(BAG), [text for _, text in spoken(240, 2)], {"skates": gone}, DAY)
    assert far.get("skates", "kept") is None
    pinned = changing.pinned({"skates": gone}, "skates", True)
    kept = found(space(BAG), [text for _, text in spoken(240, 2)], pinned, DAY)
    assert "skates" not in kept
    assert found(space(BAG), ["nobody says anything alike"] * 3, {cake: themes[cake]}, DAY) == {cake: None}


def test_merged_themes_are_one_whenever_they_are_read_and_can_be_parted() -> None:
    themes = look(1, {})
    before = read(themes)
    cake = before["cake"].most_common(1)[0][0]
    parking = before["parking"].most_common(1)[0][0]
    assert cake != parking
    joined = {**themes, **changing.merged(themes, cake, parking)}
    for week in (joined, look(5, joined)):
        after = read(week)
        assert after["cake"][cake] == 0
        assert after["cake"][parking] == before["cake"][cake]
    assert read({**joined, **changing.parted(joined, cake)}) == before
    with pytest.raises(HeartlineError, match="same theme"):
        changing.merged(joined, parking, cake)


def test_a_theme_is_split_into_parts_that_stay() -> None:
    themes = look(1, {})
    mixed = {"both": Theme("both", label="Both", seeds=("chocolate cake cream", "parking garage car"), pinned=True)}
    texts = [text for subject, text in spoken(240) if subject in ("cake", "parking")]
    made = {**mixed, **changing.split(mixed, "both", space(BAG), texts, DAY)}
    assert made["both"].off
    parts = set(made) - {"both"}
    assert len(parts) == 2
    counted = read(made)
    tops = {counted[subject].most_common(1)[0][0] for subject in ("cake", "parking")}
    assert tops == parts
    assert set(look(6, made)) >= {*parts, "both"}
    with pytest.raises(HeartlineError, match="Too few"):
        changing.split(themes, next(iter(themes)), space(BAG), ["one text"], DAY)


def test_a_theme_begun_by_people_reads_by_its_sentences_and_learns_from_corrections() -> None:
    themes = changing.begun({}, "wifi", "Wi-Fi", ["wifi internet password", " "])
    assert themes["wifi"].pinned
    counted = read(themes)
    assert counted["wifi"]["wifi"] > counted["pool"]["wifi"] == 0
    themes |= changing.corrected(themes, "wifi", "id:1", False)
    themes |= changing.corrected(themes, "wifi", "id:2", True)
    themes |= changing.corrected(themes, "wifi", "id:1", True)
    assert (themes["wifi"].yes, themes["wifi"].no) == (("id:2", "id:1"), ())
    taught = Reader(BAG, themes, {"wifi": (["the modem blinked red"], ["wifi password laptop"])})
    assert [one.themes for one in taught.read(["modem blinked", "wifi password laptop", "swimming"])] == [
        ("wifi",), (), ()]  # fmt: skip
    with pytest.raises(HeartlineError, match="sentence"):
        changing.begun({}, "x", "X", [" "])


def test_names_change_no_reading_and_what_tells_a_theme_does() -> None:
    themes = look(1, {})
    key = next(iter(themes))
    plain = Reader(BAG, themes).signature
    assert Reader(BAG, themes | changing.named(themes, key, "Other")).signature == plain
    assert Reader(BAG, themes | changing.switched(themes, key, False)).signature != plain
    with pytest.raises(HeartlineError, match="name"):
        changing.named(themes, key, "  ")
    with pytest.raises(HeartlineError):
        changing.named(themes, "nothing", "x")


def test_a_definition_is_read_as_it_was_written() -> None:
    for theme in (*starters().values(), *look(1, {}).values()):
        assert Theme.of(theme.key, theme.body()) == theme
    assert read_for({"a": Theme("a", into="b"), "b": Theme("b", into="c"), "c": Theme("c")}) == dict.fromkeys(
        "abc", "c"
    )
    assert read_for({"a": Theme("a", off=True), "b": Theme("b", into="a"), "c": Theme("c", into="gone")}) == {"c": "c"}


def test_coherence_and_diversity_of_known_words() -> None:
    said = [["cake", "cream"], ["cake", "cream"], ["car", "kerb"], ["car", "kerb"]]
    assert npmi([["cake", "cream"], ["car", "kerb"]], said) == pytest.approx(1)
    assert npmi([["cake", "car"]], said) == -1
    assert diversity([["cake", "car"], ["cake", "kerb"]]) == 0.75


def test_each_encoder_has_its_own_border() -> None:
    bigger = copy(BAG)
    bigger.name = "e5"
    by_bag = space(BAG)
    by_bigger = by_bag.by(bigger)
    assert border(by_bag) == USUAL > border(by_bigger) == BORDERS["e5"]
    assert Reader(BAG, starters()).scorer.border == USUAL


def test_a_group_is_the_theme_that_it_lies_nearest_to_and_near_enough() -> None:
    """Two groups, both nearest to one theme: the pairing that is best in all; what is less alike than that is new."""

    def at(angle: float) -> Vectors:
        return np.array([np.cos(angle), np.sin(angle)], np.float32)

    def group(angle: float) -> Group:
        return Group(at(angle), 0.5, (), np.zeros(0, np.int64))

    edge = float(np.arccos(SAME))
    assert matched([group(0.0), group(0.1)], {"price": at(0.05), "wifi": at(0.4)}) == {0: "price", 1: "wifi"}
    assert matched([group(0.0)], {"price": at(edge - 0.01)}) == {0: "price"}
    assert matched([group(0.0)], {"price": at(edge + 0.01)}) == {}
    assert matched([], {"price": at(0.0)}) == {}


def test_a_need_is_told_by_words_and_neither_asked_nor_greeted() -> None:
    need = {"unmet": Theme("unmet", sort="need", seeds=("a smaller size was not there",), words=("i wish", "not find"))}
    texts = ["I could not find a smaller size", "A smaller size was there", "Could I not find a smaller size?",
             "Best wishes", "I wish you had a smaller size, best wishes"]  # fmt: skip
    read = [bool(one.themes) for one in Reader(BAG, need).read(texts)]
    assert read == [True, False, False, False, True]
    taught = Reader(BAG, need, {"unmet": (["A smaller size was there"], [])})
    assert taught.read(["A smaller size was there"])[0].themes == ("unmet",), "what people said holds without a word"


def test_a_group_that_few_of_its_sentences_name_is_no_theme() -> None:
    names = [Phrase("cake cream", ("cake", "cream"), 3, 1.0)]
    assert not clustering.named(names, [["cake", "cream"]] * 3 + [["cake"]] * 7)
    assert clustering.named(names, [["cream", "cake"]] * 4 + [["car"]] * 6)
