"""Words that tell themes are found by their beginnings as they would be one by one."""

from __future__ import annotations

import random

from heartline.listen.text.terms import words
from heartline.listen.text.themes.scoring import Telling, begins, follows, stem_long, told_by
from heartline.listen.text.themes.values import starters


def test_every_word_and_phrase_of_the_starter_themes_is_found_as_if_looked_for_by_itself() -> None:
    wanted = [told_by(theme.words) for theme in starters().values()]
    wanted.append(told_by(["app", "très", "lange gewartet", "out of stock"]))
    known = sorted({word for theme in starters().values() for one in theme.words for word in words(one)})
    dice = random.Random(3)
    some = [word + dice.choice(("", "", "s", "ungen", "é")) for word in known]
    texts = [" ".join(dice.choices(some, k=dice.randint(0, 9))) for _ in range(400)]
    texts += ["", "apps", "app", "Très bien", "tres bien", "lange hier gewartet", "gewartet lange", texts[0]]
    found = Telling(wanted).said(texts)
    for row, text in enumerate(texts):
        said = [stem_long(word) for word in words(text)]
        for place, (single, phrases) in enumerate(wanted):
            one_by_one = any(begins(word, one) for word in said for one in single)
            assert found[row, place] == (one_by_one or any(follows(said, phrase) for phrase in phrases)), text
    assert found.any(axis=0).tolist() == [bool(single or phrases) for single, phrases in wanted]
    assert not found.all(axis=1).any()
    assert Telling(wanted).said([]).shape == (0, len(wanted))
