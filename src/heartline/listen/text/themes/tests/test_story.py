"""With the encoder that every installation has: themes are read in languages and words that no seed has."""

from __future__ import annotations

import pytest

from heartline.listen.text import embedding
from heartline.listen.text.themes.reading import Reader
from heartline.listen.text.themes.values import starters

SAID = {
    "delivery": ("The courier threw my package over the fence", "Der Paketbote hat mein Päckchen verloren",
                 "O pacote nunca chegou", "De bezorging duurde drie weken"),
    "waiting": ("We stood in line for an hour", "Eine Stunde in der Warteschlange gestanden", "Hice cola dos horas"),
    "friendliness": ("The cashier was very rude to my mother", "Die Verkäuferin war sehr unfreundlich",
                     "La camarera fue muy amable con nosotros"),
    "price": ("You pay far too much for this", "Das ist mir zu teuer", "Es demasiado caro para mí"),
    "returns": ("When do I get my refund?", "Ich habe mein Geld nicht zurückbekommen", "Quiero que me reembolsen"),
}  # fmt: skip
NOTHING = ("Thanks a lot", "Alles super", "We have two children", "Muy bien")


@pytest.fixture(scope="session")
def reader() -> Reader:
    return Reader(embedding.portable(), starters())


@pytest.mark.parametrize("theme", sorted(SAID))
def test_a_theme_is_read_in_many_languages(reader: Reader, theme: str) -> None:
    found = [theme in one.themes for one in reader.read(SAID[theme])]
    assert sum(found) >= len(found) - 1, dict(zip(SAID[theme], found, strict=True))


def test_what_says_nothing_is_about_nothing(reader: Reader) -> None:
    assert [[key for key in one.themes if starters()[key].sort == "theme"] for one in reader.read(NOTHING)] == [[]] * 4


def test_several_things_in_one_text_are_several_themes_each_with_its_sentence(reader: Reader) -> None:
    (one,) = reader.read(["The waiter was rude. Much too expensive! The parcel arrived two weeks late."])
    assert {"friendliness", "price", "delivery"} <= set(one.themes)
    assert one.sentence["price"] == "Much too expensive!"


def test_reasons_to_buy_and_to_leave_are_told_apart(reader: Reader) -> None:
    stays, goes = reader.read(["I will buy from you again", "I will never buy from you again"])
    assert ("reason_to_buy" in stays.themes, "reason_to_leave" in stays.themes) == (True, False)
    assert ("reason_to_buy" in goes.themes, "reason_to_leave" in goes.themes) == (False, True)
