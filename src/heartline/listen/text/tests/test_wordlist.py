"""Words of feeling: turned round, strengthened, set against each other, in German and in Spanish."""

from __future__ import annotations

import pytest

from heartline.listen.text import lexicon, wordlist


def value(language: str, text: str) -> float:
    return wordlist.of(language).value(text)


@pytest.mark.parametrize(
    ("language", "good", "bad"),
    [
        ("de", "Sehr freundliches Personal, alles super!", "Unfreundlich und viel zu teuer, wir waren enttäuscht."),
        ("de", "Der Kaffee schmeckt hervorragend.", "Der Kaffee schmeckt mir nicht."),
        ("es", "El personal muy amable y la comida deliciosa.", "La habitación sucia y el trato pésimo."),
        ("es", "No tengo ninguna queja.", "No lo recomiendo."),
    ],
)
def test_praise_is_above_and_blame_below(language: str, good: str, bad: str) -> None:
    assert value(language, good) > 0 > value(language, bad)


def test_very_is_more_rather_is_less_and_not_turns_round() -> None:
    less, plain, more = (value("de", f"Das ist {word}gut") for word in ("etwas ", "", "sehr "))
    assert 0 < less < plain < more < 1
    assert -plain < value("de", "Das ist nicht gut") < 0
    assert value("de", "Gut, nicht zu stark.") > value("de", "Gut nicht."), "a comma ends what “not” turns round"
    assert value("de", "Das ist nicht bitter") > 0


def test_what_stands_behind_but_counts_more() -> None:
    assert value("es", "Limpio pero caro y lento.") < 0 < value("es", "Caro y lento, pero maravilloso.")


def test_accents_endings_and_unknown_words() -> None:
    assert value("es", "ESPLÉNDIDO") == value("es", "espléndidos") == value("es", "esplendida") > 0
    assert value("de", "schöne Größe") == value("de", "schone grosse") > 0
    assert value("de", "") == value("de", "der Tisch, das Haus; 12") == 0


def test_a_lexicon_speaks_only_its_language() -> None:
    found = lexicon.values(["Alles super!", "Todo excelente", "Perfetto", "Das Haus"], ["de", "es", "it", "de"])
    assert found[0] > 0 < found[1]
    assert found[2] != found[2]
    assert found[3] != found[3], "without one of its words a lexicon says nothing"


@pytest.mark.parametrize("language", wordlist.languages())
def test_lists_are_clean(language: str) -> None:
    lines = [line.split() for line in (wordlist.FOLDER / f"{language}.txt").read_text("utf-8").splitlines()]
    words = [word for first, *rest in lines if first not in ("#", *wordlist.MARKS) for word in rest]
    assert len(words) > 300
    assert len(words) == len(set(words)), sorted({word for word in words if words.count(word) > 1})
    assert all(word.rstrip("*") == wordlist.folded(word.rstrip("*")) for word in words)
    assert {float(first) for first, *_ in lines if first not in ("#", *wordlist.MARKS)} <= set(range(-4, 5))
