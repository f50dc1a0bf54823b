"""Writing a survey: conditions in plain words, parts moved, steps taken back, and nothing lost on bad input."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client
from hypothesis import given, settings

from heartline.listen.surveys.gallery import gallery
from heartline.listen.surveys.reading import plain
from heartline.listen.surveys.tests.test_laws import surveys
from heartline.listen.surveys.values import Survey as Value
from heartline.server.accounts.models import User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.listen.surveys import commands, writing, writing_when
from heartline.server.listen.surveys.models import Answering, Opened, Survey
from heartline.server.listen.surveys.writing_moves import conditioned, questions
from heartline.store.lake import Lake

INPUT = re.compile(r"<input\b([^>]*)>|<(textarea|select)\b([^>]*)>(.*?)</\2>", re.DOTALL)
WHERE = "/surveys/help/edit/"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def fields(page: str) -> dict[str, list[str]]:
    """Read a page's form as a browser would send it."""
    found: dict[str, list[str]] = {}
    body = page[page.index('<form method="post" class="writing"') :]
    for plain_, kind, more, inside in INPUT.findall(body[: body.index("</form>")]):
        attributes = plain_ or more
        named = re.search(r'\bname="([^"]+)"', attributes)
        if named is None:
            continue
        value = re.search(r'\bvalue="([^"]*)"', attributes)
        said = html.unescape(value[1]) if value else "on"
        if kind == "textarea":
            said = html.unescape(inside)
        elif kind == "select":
            chosen = re.search(r'<option value="([^"]*)" selected', inside) or re.search(
                r'<option value="([^"]*)"', inside
            )
            said = html.unescape(chosen[1]) if chosen else ""
        elif re.search(r'type="(checkbox|radio)"', attributes) and " checked" not in attributes:
            continue
        found.setdefault(html.unescape(named[1]), []).append(said)
    return found


def press(client: Client, do: str, where: str = WHERE, **changes: Any) -> Any:
    """Press a button of the page as it is now, with some fields typed anew."""
    form = {**fields(text(client.get(where))), **{name.replace("__", "."): value for name, value in changes.items()}}
    return client.post(where, {**form, "do": do})


def body() -> dict[str, Any]:
    found: dict[str, Any] = Survey.objects.get(key="help").body
    return found


@pytest.fixture
def client(alice: User, lake: Lake) -> Client:
    commands.begin(by=alice, key="help", example_key="after_service")
    return signed_in(alice)


@pytest.mark.django_db
@pytest.mark.parametrize("key", list(gallery()))
def test_a_form_that_is_sent_as_it_came_changes_nothing(alice: User, lake: Lake, key: str) -> None:
    commands.begin(by=alice, key="help", example_key=key)
    before = Value.model_validate(body())
    assert press(signed_in(alice), "save").status_code == 302
    after = Value.model_validate(body())
    assert plain(after) == plain(before)


@settings(max_examples=60)
@given(surveys())
def test_conditions_read_as_lines_mean_the_same(asked: Value) -> None:
    made = plain(asked)
    known = questions(made)
    for place, holder in conditioned(made).items():
        when = holder.get("when")
        found = writing_when.lines(when, known)
        if found is None or not when:
            continue
        join, lines = found
        form: Any = _Form({f"when.{place}": ["1"], f"when.{place}.join": [join]})
        for number, line in enumerate(lines):
            at = f"when.{place}.{number}"
            form |= {f"{at}.look": [line.look], f"{at}.sign": [line.sign], f"{at}.value": list(line.values)}
        again = writing_when.written(form, place, None, known)
        assert writing_when.lines(again, known) in (found, ("all", lines))
        if len(lines) > 1 and "none" not in when:
            assert again == {join: when.get(join) or again[join]}  # type: ignore[index]


class _Form(dict[str, list[str]]):
    """What a form sends, as Django gives it."""

    def get(self, name: str, otherwise: Any = None) -> Any:
        return self[name][-1] if self.get_list(name) else otherwise

    def get_list(self, name: str) -> list[str]:
        return dict.get(self, name) or []

    getlist = get_list


@pytest.mark.django_db
def test_a_question_is_shown_only_if_another_was_answered_so(client: Client) -> None:
    page = text(client.get(WHERE))
    assert 'aria-label="Show only if"' in page
    assert re.search(r'value="question:solved" selected>Is your issue solved\?', page)
    name = "when.missing.0"
    assert press(client, "save", **{f"{name}.look": "question:service", f"{name}.sign": "atmost", f"{name}.value": "3"})
    assert questions(body())["missing"]["when"] == {"question": "service", "below": 4}
    more = press(client, "if:missing")
    assert more.status_code == 200
    assert questions(body())["missing"]["when"] == {"question": "service", "below": 4}  # it is chosen before it holds
    client.post(WHERE, {**fields(text(more)), "do": "save"})
    assert questions(body())["missing"]["when"] == {
        "all": [{"question": "service", "below": 4}, {"question": "service", "answered": True}],
    }  # fmt: skip
    press(client, "save", **{"when.missing.join": "any", "when.missing.1.look": "hidden:ticket",
                             "when.missing.1.sign": "is", "when.missing.1.value": "VIP"})  # fmt: skip
    assert questions(body())["missing"]["when"]["any"][1] == {"hidden": "ticket", "is": "VIP"}
    press(client, "unless:missing:0")
    assert questions(body())["missing"]["when"] == {"hidden": "ticket", "is": "VIP"}
    press(client, "unless:missing:0")
    assert "when" not in questions(body())["missing"]


@pytest.mark.django_db
def test_a_condition_without_a_value_is_said_beside_it_and_its_answers_are_offered(client: Client) -> None:
    typed: dict[str, Any] = {"when.why.0.look": "question:solved", "when.why.0.sign": "is", "when.why.0.value": []}
    answer = press(client, "save", **typed, **{"why.text.en": "Why, please?"})
    page = text(answer)
    assert answer.status_code == 400
    assert 'href="#why"' in page
    assert re.search(r'id="why-wrong">Choose with what to compare\.', page)
    assert "Why, please?" in page  # nothing that was typed is lost
    assert re.search(r'name="when\.why\.0\.value" value="later"> Yes, but I had to ask again', page)
    assert questions(body())["why"]["text"]["en"] == "What would you like to tell us?"
    looked = press(client, "look", **{"why.text.en": "Why, please?"})
    assert (looked.status_code, "Why, please?" in text(looked)) == (200, True)
    assert questions(body())["why"]["text"]["en"] == "What would you like to tell us?"


@pytest.mark.django_db
def test_what_stands_inside_other_conditions_is_shown_in_words_and_kept(client: Client, alice: User) -> None:
    made = body()
    inside = {"all": [{"any": [{"question": "solved", "is": "open"}, {"question": "service", "below": 3}]},
                      {"question": "service", "answered": True}]}  # fmt: skip
    questions(made)["why"]["when"] = inside
    commands.change(by=alice, key="help", body=made)
    page = html.unescape(text(client.get(WHERE)))
    assert "“Is your issue solved?” is No, not yet or" in page
    assert "is at most 2" in page
    press(client, "save")
    assert questions(body())["why"]["when"] == inside


@pytest.mark.django_db
def test_pages_ends_turnings_and_limits_are_written_on_the_page(client: Client) -> None:
    assert press(client, "jump:main").status_code == 302
    assert body()["blocks"][0]["then"] == [{"when": {"question": "service", "answered": True}, "go": "words"}]
    name = "when.then.main.0.0"
    press(client, "save", **{f"{name}.sign": "is", f"{name}.value": "5", "then.main.0.go": "thanks"})
    assert body()["blocks"][0]["then"] == [{"when": {"question": "service", "is": 5}, "go": "thanks"}]
    press(client, "end:")
    press(client, "save", **{"end.end_1.text.en": "Oh.", "end.end_1.link": "https://shop.example/help"})
    assert [end["key"] for end in body()["ends"]] == ["sorry", "end_1", "thanks"]
    assert body()["ends"][1]["link"] == "https://shop.example/help"
    press(client, "quota:")
    press(client, "save", **{"quota.quota_1.most": "250", "quota.quota_1.full": "end_1"})
    assert [(quota["most"], quota["full"]) for quota in body()["quotas"]] == [(250, "end_1")]
    answer = press(client, "save", **{"quota.quota_1.most": "many"})
    assert answer.status_code == 400
    assert 'href="#quota.quota_1"' in text(answer)
    press(client, "unquota:quota_1")
    press(client, "unend:end_1")
    press(client, "unjump:main.0")
    assert [end["key"] for end in body()["ends"]] == ["sorry", "thanks"]
    assert not body().get("quotas")
    answer = press(client, "pageup:words")
    assert answer.status_code == 400
    assert "A condition looks at a question that is asked only later." in text(answer)


@pytest.mark.django_db
def test_a_question_is_put_where_it_was_dragged_to_and_that_is_said(client: Client) -> None:
    answer = press(client, "put:service>main>0")
    page = text(client.get(answer["Location"]))
    assert [one["key"] for one in body()["blocks"][0]["questions"]] == ["service", "solved"]
    assert "is now question 1 of page 1." in page
    press(client, "put:service>words>9")
    assert [one["key"] for one in body()["blocks"][1]["questions"]] == ["missing", "why", "service"]
    assert press(client, "put:service>nowhere>0").status_code == 404


@pytest.mark.django_db
def test_what_a_question_is_like_is_written_beside_it(client: Client) -> None:
    press(client, "save", **{"solved.random": "on", "solved.unknown.last": "on", "page.main.random": "on",
                             "missing.most": "300", "hidden": "ticket, order", "once": "on"})  # fmt: skip
    solved = questions(body())["solved"]
    assert (solved["random"], solved["options"][-1]["last"], solved["options"][-1]["alone"]) == (True, True, True)
    assert (body()["blocks"][0]["random"], questions(body())["missing"]["most"]) == (True, 300)
    assert (body()["hidden"], body()["once"]) == (["ticket", "order"], True)
    answer = press(client, "save", **{"anonymous": "on", "title.en": "Who?"})
    assert (answer.status_code, body().get("anonymous", False)) == (400, False)
    assert "nobody can know who has answered: take away" in text(answer)
    answer = press(client, "save", **{"missing.most": "lots", "why.text.en": "Kept"})
    assert answer.status_code == 400
    assert 'id="missing-wrong"' in text(answer)
    assert 'value="lots"' in text(answer)
    assert "Kept" in text(answer)


@pytest.mark.django_db
def test_steps_are_taken_back_as_long_as_nobody_else_went_on(client: Client, alice: User) -> None:
    before = body()
    assert "Take back the last step" not in text(client.get(WHERE))
    press(client, "remove:why")
    press(client, "add:words")
    assert press(client, "undo").status_code == 302
    assert press(client, "undo").status_code == 302
    assert body() == before
    assert press(client, "undo").status_code == 409
    press(client, "remove:why")
    other = body()
    other["title"]["en"] = "Ours"
    commands.change(by=alice, key="help", body=other)
    assert press(client, "undo").status_code == 409
    assert body()["title"]["en"] == "Ours"
    stale = client.post(
        WHERE, {**fields(text(client.get(WHERE))), "seen": "0" * 16, "survey.title.en": "Mine", "do": "save"}
    )
    assert (stale.status_code, "Mine" in text(stale), body()["title"]["en"]) == (409, True, "Ours")


@pytest.mark.django_db
def test_one_writes_on_from_an_edition_that_was_asked(client: Client) -> None:
    client.post("/surveys/help/", {"do": "open"})
    asked = body()
    press(client, "remove:why")
    press(client, "edition:1")
    assert body() == asked
    press(client, "undo")
    assert "why" not in questions(body())


@pytest.mark.django_db
def test_hints_stand_beside_their_question_and_missing_words_are_marked(client: Client) -> None:
    press(client, "save", **{"service.text.en": "How good was the excellent help?", "service.text.de": ""})
    page = text(client.get(WHERE))
    question = page[page.index('id="service"') : page.index("</fieldset>", page.index('id="service"'))]
    assert "“excellent” leads people to an answer." in question
    assert "not translated" in question
    press(client, "language:", language="ar")
    page = text(client.get(WHERE))
    assert 'name="solved.text.ar" rows="2" lang="ar" dir="rtl"' in page
    press(client, "unlanguage:ar")
    assert body()["languages"] == ["en", "de", "es"]


@pytest.mark.django_db
def test_a_preview_goes_its_way_and_stores_nothing(client: Client) -> None:
    where = "/surveys/help/preview/"
    first = client.get(where)
    assert first["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in first["Content-Security-Policy"]
    assert "script" not in text(first)
    form = fields(text(client.get(WHERE)))
    draft = text(client.post(where, {**form, "solved.text.en": "Is it over?", "lang": "en"}))
    assert "Is it over?" in draft
    state = html.unescape(re.findall(r'name="state" value="([^"]+)"', draft)[0])
    page = {"state": state, "block": "main", "asked": ["solved", "service"], "lang": "en"}
    assert "Please answer this question." in text(client.post(where, page))
    second = text(client.post(where, {**page, "q-solved": "open", "q-service": "2"}))
    assert "What is still missing?" in second
    state = html.unescape(re.findall(r'name="state" value="([^"]+)"', second)[0])
    assert "Is it over?" in text(client.post(where, {"state": state, "go": "back", "lang": "en"}))
    last = text(client.post(where, {"state": state, "block": "words", "asked": ["missing"], "lang": "en"}))
    assert "We will look at it again." in last
    assert "What is still missing?" in text(client.post(where + "?at=words", {**form, "lang": "en"}))
    assert client.post(where, {"state": "forged"}).status_code == 400
    assert (
        client.post(where, {**form, "solved.text.en": "", "solved.text.de": "", "solved.text.es": ""}).status_code
        == 400
    )
    assert not Answering.objects.exists()
    assert not Opened.objects.exists()
    assert "Is it over?" not in str(body())
    assert Client().get(where).status_code == 302


def test_the_place_of_an_error_is_found_in_the_form() -> None:
    made = plain(gallery()["after_service"])
    places = {
        "blocks.main.solved": "solved", "blocks.main.solved.first": "solved.first", "blocks.words": "page.words",
        "ends.thanks": "end.thanks", "why": "why", "words": "page.words", "blocks.0.questions.1.least": "service",
        "blocks.1": "page.words", "title": "", None: "",
    }  # fmt: skip
    assert {field: writing.spot(field, made) for field in places} == places


def test_who_is_done_goes_on_to_let_people_answer(client: Client) -> None:
    answer = press(client, "done", **{"why.text.en": "What else?"})
    assert answer["Location"] == "/surveys/help/"
    assert "What else?" in text(client.get(WHERE))
    swapped = client.post(WHERE, {**fields(text(client.get(WHERE))), "do": "done"}, headers={"HX-Request": "true"})
    assert swapped["HX-Redirect"] == "/surveys/help/"
    page = text(client.get("/surveys/help/"))
    assert "Nobody can answer it yet." in page
    assert "How far do people come?" not in page
