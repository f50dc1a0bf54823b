"""What may name somebody is proposed to be hidden."""

from __future__ import annotations

from heartline.listen.interviews.hiding import Hidden, found, without, words


def hidden(text: str, *names: str, region: str | None = None) -> str:
    return without(text, found(text, names, region))


def test_addresses_numbers_and_names_are_found() -> None:
    assert hidden("Write to anna.schmidt@example.org or call +49 30 901820.") == "Write to [email] or call [phone]."
    assert hidden("Rufen Sie 030 901820 oder (0221) 4711-08 an, Artikel 4711") == (
        "Rufen Sie [phone] oder [phone] an, Artikel 4711"
    )
    assert hidden("Rufen Sie 030 901820 an", region="DE") == "Rufen Sie [phone] an"
    assert (
        hidden("I told Anna, and Ms Becker knows. anna!", "Anna Schmidt")
        == "I told [name], and Ms [name] knows. [name]!"
    )
    assert hidden("Ich heiße Karl Krause und warte.") == "Ich heiße [name] und warte."
    assert hidden("Me llamo Lucía.") == "Me llamo [name]."


def test_whoever_asks_and_small_words_are_no_names() -> None:
    assert (
        hidden("I was late, and Interviewer is a job.", "I", "Interviewer") == "I was late, and Interviewer is a job."
    )
    assert hidden("Frau sein ist schwer, mr universe.") == "Frau sein ist schwer, mr universe."


def test_words_that_somebody_names_are_hidden_as_whole_words() -> None:
    text = "Lea met Leah in Lea."
    assert words(text, ["lea", " "]) == [Hidden(0, 3, "name"), Hidden(16, 19, "name")]
    assert without(text, [*words(text, ["lea"]), *words(text, ["Lea met"])]) == "[name] Leah in [name]."


def test_what_overlaps_is_hidden_once() -> None:
    assert hidden("anna@example.org is Anna", "Anna") == "[email] is [name]"
