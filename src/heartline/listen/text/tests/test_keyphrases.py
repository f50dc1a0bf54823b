"""Phrases name what texts are about: not how they feel, and not what everybody says."""

from __future__ import annotations

from heartline.listen.text.keyphrases import Counted, keyphrases, naming
from heartline.listen.text.terms import stem, telling, without_greetings, words


def test_words_that_stand_together_are_found_across_small_words() -> None:
    texts = ["Falta de mantenimiento en el hotel", "hay falta mantenimiento", "una gran falta de mantenimiento"] * 2
    texts += ["el hotel en la playa", "la playa y la piscina", "hotel bueno", "desayuno", "piscina"] * 4
    (best, *_) = keyphrases(texts)
    assert (best.text, best.texts) == ("falta mantenimiento", 6)


def test_what_two_people_say_is_no_phrase() -> None:
    assert keyphrases(["peeling green paint", "peeling green paint"]) == []


def test_words_of_feeling_and_stop_words_say_nothing() -> None:
    assert telling("The staff was very good and really friendly") == ["staff", "friendly"]
    assert telling("Das Personal war sehr gut!") == ["personal"]
    assert telling("¡Excelente atención, muy recomendable!") == ["atención"]
    assert stem("mantenimiento") == stem("mantenimientos") == "manten"
    assert stem("Qualität".casefold()) == "qualit"


def test_a_group_is_named_by_what_it_says_more_than_all_do() -> None:
    cakes = [telling(text) for text in ["chocolate cake", "the chocolate cake melts", "chocolate cake and coffee"] * 2]
    rooms = [telling(text) for text in ["clean room", "room with coffee", "small room", "room and coffee"] * 4]
    everything = Counted.of(cakes + rooms)
    assert [one.text for one in naming(cakes, everything)] == ["chocolate cake", "melts"][:1]
    assert naming([], everything) == []
    assert naming(cakes + rooms, everything) == []


def test_greetings_and_closings_say_nothing_and_their_words_elsewhere_do() -> None:
    for text in (
        "Good afternoon,",
        "Kind regards",
        "Guten Tag, hallo zusammen",
        "Mit freundlichen Grüßen",
        "Buenas tardes. Un cordial saludo",
        "Bom dia! Atenciosamente",
        "Best wishes",
        "Vielen Dank im Voraus",
    ):
        assert without_greetings(words(text)) == [], text
    assert telling("Good morning, the lamp came in the morning") == ["lamp", "morning"]
    assert telling("Guten Tag, ein ganzer Tag Verspätung") == ["tag", "verspätung"]
