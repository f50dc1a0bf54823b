"""Names in texts: found whole, in every writing; nobody's where they are another's; a person is asked where unsure."""

from __future__ import annotations

import random

import pytest

from heartline.listen.employees.naming import Names, Person, clause_of, clauses

STAFF = (
    Person(1, "Lena Müller", ("die Lena von der Kasse",), "berlin"),
    Person(2, "Jan Ott", (), "wien"),
    Person(3, "Jan Peters", (), "berlin"),
    Person(4, "José García", ("Pepe",), "wien"),
    Person(5, "Hans Klein", (), "berlin"),
    Person(6, "Mark Will", (), ""),
)
NAMES = Names(STAFF)


def found(text: str, unit: str = "") -> list[tuple[tuple[int, ...], bool]]:
    return [(one.keys, one.sure) for one in NAMES.find(text, unit)]


@pytest.mark.parametrize(
    ("text", "unit", "who"),
    [
        ("Lena Müller was great", "", [((1,), True)]),
        ("lena mueller was great", "", [((1,), True)]),
        ("Frau Muller hat mir sehr geholfen", "", [((1,), True)]),
        ("Frau Müllers Rat war Gold wert", "", [((1,), True)]),
        ("Lena Müller's advice", "", [((1,), True)]),
        ("danke an die Lena von der Kasse", "", [((1,), True)]),
        ("Lena hat geholfen", "", [((1,), False)]),  # a first name alone: a person is asked
        ("Lena hat geholfen", "berlin", [((1,), True)]),
        ("Lenas Hilfe war toll", "berlin", [((1,), True)]),
        ("Lena hat geholfen", "wien", [((1,), False)]),
        ("Jan was so kind", "", [((2, 3), False)]),
        ("Jan was so kind", "wien", [((2,), True)]),
        ("Jan was so kind", "berlin", [((3,), True)]),
        ("Jan Ott was so kind", "berlin", [((2,), False)]),  # of another part: is it he?
        ("el señor Garcia me ayudó", "", [((4,), True)]),
        ("Pepe es el mejor", "", [((4,), True)]),
        ("Hans' Beratung war super", "berlin", [((5,), True)]),
        ("Mr. Will was lovely", "", [((6,), True)]),
        ("Lena Schmidt was great", "berlin", []),  # another Lena
        ("Peter Ott half mir, Otto auch", "wien", [((2,), False)]),
        ("Mein Freund Peter Ott half mir", "wien", []),
        ("Der Klein hat geholfen", "berlin", [((5,), False)]),  # a last name alone may be a word
        ("ein klein wenig zu spät", "berlin", []),
        ("we will mark it", "", []),
        ("Balena and Mullerei", "", []),
        ("I met Lena Müller and Jan Peters", "", [((1,), True), ((3,), True)]),
    ],
)
def test_names_are_found(text: str, unit: str, who: list[tuple[tuple[int, ...], bool]]) -> None:
    assert found(text, unit) == who


def test_the_words_stand_where_they_are_said_to() -> None:
    text = "So nice: Frau Müller, thank you"
    (one,) = NAMES.find(text)
    assert text[one.start : one.end] == one.words == "Frau Müller"


def test_a_text_is_cut_where_it_turns() -> None:
    text = "Lena Müller was great, but Jan Ott was rude. Never again!"
    assert [part for _, part in clauses(text)] == ["Lena Müller was great", "Jan Ott was rude.", "Never again!"]
    assert len(clauses("Thanks to Mr. Ott and Sra. García.")) == 1
    lena, jan = NAMES.find(text)
    assert (clause_of(text, lena), clause_of(text, jan)) == ("Lena Müller was great", "Jan Ott was rude.")


FIRSTS = str.split("Anna Lena Jonas Paul Mia Emil Klara Otto Ida Hugo Jürgen Zoë Noé Inés Raúl Björn")
LASTS = str.split("Schäfer Kurz Weiß Bauer König Roth Fuchs Núñez Ibáñez Groß Vogel Lang Jung Öztürk Brandt Krüger")
SAID = ("{} was wonderful", "Vielen Dank an {}, sehr freundlich", "{} me atendió muy bien", "Great help by {}!",
        "Die Beratung von {} war super")  # fmt: skip
NOISE = ("We came on a long day", "Ein kurzer Weg, der Fuchs im Wald", "The young king rode home", "groß und lang",
         "Mein Nachbar Peter Vogel sagt das auch", "Anna Sommer wohnt nebenan", "Otto-Motor im Angebot",
         "the brand was great, roth is red")  # fmt: skip


def test_of_planted_names_those_that_are_sure_are_right() -> None:
    draw = random.Random(7)
    pairs = zip(FIRSTS, draw.sample(LASTS, len(LASTS)), strict=True)
    staff = [Person(number, " ".join(pair), (), draw.choice(["north", "south"])) for number, pair in enumerate(pairs)]
    names = Names(staff)
    right = wrong = missed = asked = 0
    for _ in range(1_000):
        one = draw.choice(staff)
        first, last = one.name.split()
        form = draw.choice([one.name, f"Frau {last}", f"Mr. {last}", first, one.name.replace("ü", "ue")])
        text = f"{draw.choice(NOISE)}. {draw.choice(SAID).format(form)}."
        mentions = names.find(text, one.unit)
        sure = {key for mention in mentions if mention.sure for key in mention.keys}
        maybe = {key for mention in mentions for key in mention.keys}
        right += one.key in sure
        wrong += len(sure - {one.key})
        asked += one.key in maybe - sure
        missed += one.key not in maybe
    assert right + asked + missed == 1_000
    assert right / (right + wrong) >= 0.99, "precision of what is given without asking"
    assert right / 1_000 >= 0.95, "recall of what is given without asking"
    assert missed <= 10
