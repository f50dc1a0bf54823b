"""What cannot be asked is said, with its place; what a careful colleague would mention is hinted at."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from heartline.core.errors import InvalidInput
from heartline.listen.surveys.length import seconds
from heartline.listen.surveys.linting import hints
from heartline.listen.surveys.reading import made, schema, survey
from heartline.listen.surveys.tests.test_flow import shop, text


def body() -> dict[str, Any]:
    one = {"key": "nps", "ask": "nps", "text": text("How likely are you to recommend us?")}
    two = {"key": "why", "ask": "comment", "text": text("Why?"), "when": {"question": "nps", "below": 7}}
    return {
        "key": "short", "languages": ["en"], "title": text("Short"), "ends": [{"key": "end", "text": text("Thanks")}],
        "blocks": [{"key": "first", "questions": [one]}, {"key": "second", "questions": [two]}],
    }  # fmt: skip


def changed(place: str, value: Any) -> dict[str, Any]:
    """Put a value somewhere into the survey: `blocks.0.questions.0.ask`."""
    made_ = copy.deepcopy(body())
    *way, last = place.split(".")
    part: Any = made_
    for step in way:
        part = part[int(step)] if step.isdigit() else part[step]
    part[int(last) if last.isdigit() else last] = value
    return made_


BAD: list[tuple[str, Any, str, str]] = [
    ("key", "Not A Key", "bad_survey", "key"),
    ("blocks.0.questions.0.ask", "poem", "bad_survey", "blocks.0.questions.0.ask"),
    ("colour", "red", "bad_survey", "colour"),
    ("blocks.1.questions.0.key", "nps", "twice", "questions"),
    ("blocks.1.key", "first", "twice", "blocks and ends"),
    ("blocks.0.questions", [], "no_questions", "blocks.first"),
    ("blocks.0.questions.0.text", {"fr": "Combien?"}, "no_text", "blocks.first.nps"),
    ("blocks.0.questions.0.ask", "single", "no_options", "blocks.first.nps"),
    ("blocks.0.questions.0.when", {"question": "why", "answered": True}, "asked_later", "blocks.first.nps"),
    ("blocks.1.questions.0.when", {"question": "age", "above": 3}, "unknown_question", "blocks.second.why"),
    ("blocks.1.questions.0.when", {"question": "nps", "above": 10}, "unknown_value", "blocks.second.why"),
    ("blocks.1.questions.0.when", {"question": "nps", "is": 11}, "unknown_value", "blocks.second.why"),
    ("blocks.1.questions.0.when", {"question": "nps"}, "bad_condition", "blocks.second.why"),
    ("blocks.1.questions.0.when", {"hidden": "city", "is": "Rome"}, "unknown_hidden", "blocks.second.why"),
    ("blocks.1.then", [{"when": {"question": "nps", "above": 3}, "go": "first"}], "backwards", "blocks.second"),
    ("blocks.1.then", [{"when": {"question": "nps", "above": 3}, "go": "mars"}], "unknown_place", "blocks.second"),
    ("ends.0.when", {"question": "nps", "above": 3}, "no_last_end", "ends.end"),
    ("blocks.0.then", [{"when": {"question": "nps", "below": 8}, "go": "end"}], "unreachable", "why"),
    ("blocks.0.questions.0.text", text("{{ answer.age }}"), "unknown_question", "blocks.first.nps"),
    ("blocks.1.questions.0.key", "constructor", "reserved", "questions"),
    ("hidden", ["constructor"], "reserved", "questions"),
    ("ends.0.link", "javascript:alert(1)", "bad_address", "ends.end"),
    ("ends.0.link", 'https://x.example/"onclick=', "bad_address", "ends.end"),
    ("blocks.0.questions.0", {"key": "c", "ask": "consent", "text": text("Ok?")}, "no_purpose", "blocks.first.c"),
]  # fmt: skip


@pytest.mark.parametrize(("place", "value", "code", "field"), BAD)
def test_what_cannot_be_asked_is_said_with_its_place(place: str, value: Any, code: str, field: str) -> None:
    made(body())
    with pytest.raises(InvalidInput) as refused:
        made(changed(place, value))
    assert (refused.value.code, refused.value.field) == (code, field)


@pytest.mark.parametrize("given", ["[", "a: b: c", "\x00", "- 1", "", "&a [*a]", "x" * 3_000_000])
def test_a_file_that_is_no_survey_is_refused(given: str) -> None:
    with pytest.raises(InvalidInput):
        survey(given)


def test_a_schema_is_published_in_which_conditions_hold_conditions() -> None:
    found = schema()
    assert set(found["required"]) == {"key", "languages", "title", "blocks", "ends"}
    assert found["$defs"]["Condition"]["properties"]["is"] == {"default": None, "title": "Is"}


def test_hints_name_what_leads_doubles_and_denies() -> None:
    asked = body()
    asked["languages"] = ["en", "de"]
    asked["blocks"][0]["questions"] = [
        {"key": "nps", "ask": "nps", "text": {"en": "How great is our excellent shop?"}},
        {"key": "both", "ask": "csat5", "text": {"en": "How was the price and the taste?", "de": "Wie war der Preis?"},
         "low": text("Bad"), "high": text("Good")},
        {"key": "never", "ask": "yesno", "text": {"en": "Do you never not come?"}},
        {"key": "age", "ask": "single", "required": True, "text": text("How old are you?"),
         "options": [{"key": f"o{n}", "text": text(str(n))} for n in range(12)]},
    ]  # fmt: skip
    found = {(hint.code, hint.place): hint.found for hint in hints(made(asked))}
    assert found["leading", "nps"] == "excellent"
    assert found["double", "both"] == "and"
    assert found["many_options", "age"] == 12
    assert {code for code, place in found if place == "nps"} == {"leading", "ends", "not_nps"}
    assert {code for code, place in found if place == "never"} == {"absolute", "negation"}
    assert {code for code, place in found if place == "age"} == {"many_options", "order", "no_way_out"}
    assert found["untranslated", "title"] == 18


def test_a_short_and_careful_survey_gives_nothing_to_say() -> None:
    asked = changed("blocks.0.questions.0.low", text("Not at all"))
    asked["blocks"][0]["questions"][0]["high"] = text("Very")
    assert hints(made(asked)) == []


def test_how_long_it_takes_is_reading_and_answering() -> None:
    # 7 + 1 words at 200 a minute, a point of a scale and a comment
    assert seconds(made(body())) == pytest.approx(60 * 8 / 200 + 5 + 30)
    assert seconds(shop()) > seconds(made(body()))


def _laughing(first: str, around: str) -> str:
    """Speak of a thing ten times inside itself, ten times over, in a few hundred letters."""
    said = f"&a0 {first}, "
    for step in range(1, 10):
        said += f"&a{step} {around % ', '.join([f'*a{step - 1}'] * 10)}, "
    return said + "*a9"


def test_an_anonymous_survey_takes_no_name_from_its_link() -> None:
    asked = {**body(), "anonymous": True, "hidden": ["shelf", "customer"]}
    with pytest.raises(InvalidInput) as caught:
        made(asked)
    assert (caught.value.code, caught.value.field) == ("not_anonymous", "hidden")
    assert made({**asked, "hidden": ["shelf"]}).anonymous


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("{any: [" + _laughing("{question: nps, is: 1}", "{any: [%s]}") + "]}", "too_deep"),
        ("{hidden: shop, is: [" + _laughing("[x, y]", "[%s]") + "]}", "too_deep"),
        ("&c {any: [*c]}", "too_deep"),
        ("{hidden: shop, is: &c [*c]}", "too_deep"),
        ("{any: " * 60 + "1" + "}" * 60, "too_deep"),
        ("2024-13-45", "not_yaml"),
        ("!!int x", "not_yaml"),
        ("!!bool x", "not_yaml"),
        ("9" * 5_000, "not_yaml"),
    ],
)
def test_a_short_file_that_says_too_much_is_refused_at_once(condition: str, code: str) -> None:
    file = f"""
        survey: 1
        key: x
        languages: [en]
        hidden: [shop]
        title: {{en: t}}
        blocks: [{{key: a, questions: [{{key: nps, ask: nps, text: {{en: t}}}},
          {{key: why, ask: text, text: {{en: t}}, when: {condition}}}]}}]
        ends: [{{key: end, text: {{en: t}}}}]
        """
    with pytest.raises(InvalidInput) as error:
        survey(file)
    assert (error.value.code, bool(error.value.remedy)) == (code, True)


def test_a_page_of_hundreds_of_conditions_is_read_in_time_that_ends() -> None:
    """Fifteen rows with a question each are too many ways to walk them all; so are pages that look far back."""
    rows = [{"key": f"r{one}", "text": text("This?")} for one in range(15)]
    asked = [{"key": f"w{one}", "ask": "text", "text": text("Why?"),
              "when": {"question": "m", "row": f"r{one}", "above": 3}} for one in range(15)]  # fmt: skip
    matrix = {"key": "m", "ask": "matrix", "text": text("How?"), "rows": rows}
    made({**body(), "blocks": [{"key": "one", "questions": [matrix]}, {"key": "two", "questions": asked}]})
    many = [
        {"key": f"q{one}", "ask": "number", "text": text("How many?"),
         **({"when": {"any": [{"question": f"q{n}", "above": n} for n in range(one - 9, one)]}} if one > 9 else {})}
        for one in range(60)
    ]  # fmt: skip
    assert len(made({**body(), "blocks": [{"key": "one", "questions": many}]}).questions) == 60
