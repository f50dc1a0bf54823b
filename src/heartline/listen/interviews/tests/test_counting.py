"""People are counted, not quotes."""

from __future__ import annotations

from heartline.listen.interviews.counting import Quote, lines

PEOPLE = {"a": "regular", "b": "regular", "c": "new", "d": ""}


def quote(key: str, person: str, *themes: str, feeling: float | None = None) -> Quote:
    return Quote(key, person, key, {"theme": themes}, feeling)


def test_somebody_who_says_it_thrice_is_one() -> None:
    said = [
        quote("1", "a", "price", feeling=-1.0),
        quote("2", "a", "price", feeling=-0.5),
        quote("3", "a", "price", "waiting"),
        quote("4", "c", "price", feeling=0.5),
        quote("5", "b", "waiting", feeling=-1.0),
        quote("6", "b", "waiting", feeling=1.0),
    ]
    price, waiting = lines(said, PEOPLE, "theme")
    assert (price.key, price.people, price.of, price.quotes) == ("price", 2, 4, ("1", "2", "3", "4"))
    assert price.types == (("regular", 1, 2), ("new", 1, 1))
    assert (price.unhappy, price.content) == (1, 1)
    assert (waiting.key, waiting.people, waiting.unhappy, waiting.content) == ("waiting", 2, 0, 0)
    assert lines(said, PEOPLE, "stage") == []


def test_whoever_is_only_unhappy_or_neither_is_unhappy() -> None:
    said = [
        quote("1", "a", "price", feeling=-0.5), quote("2", "a", "price", feeling=0.0),
        quote("3", "b", "price", feeling=0.0), quote("4", "b", "price", feeling=0.5),
        quote("5", "c", "price", feeling=0.0),
    ]  # fmt: skip
    (price,) = lines(said, PEOPLE, "theme")
    assert (price.people, price.unhappy, price.content) == (3, 1, 1)
