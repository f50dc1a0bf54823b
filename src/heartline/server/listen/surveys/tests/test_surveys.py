"""Making surveys: begun from the gallery, written in a form, opened, closed, downloaded."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from heartline.listen.surveys import reading
from heartline.server.accounts import commands as accounts
from heartline.server.accounts.models import AuditEntry, Role, User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.listen.surveys import commands
from heartline.server.listen.surveys.models import State, Survey
from heartline.store.lake import Lake

pytestmark = pytest.mark.django_db


def text(answer: Any) -> str:
    return str(answer.content.decode())


def press(client: Client, do: str, **more: Any) -> Any:
    """Press a button of the form, with its fields as the page has them."""
    body = Survey.objects.get(key="nps").body
    form = {"survey.title.en": body["title"]["en"], **more}
    form |= {
        f"{one['key']}.required": "on" for block in body["blocks"] for one in block["questions"] if one.get("required")
    }
    return client.post("/surveys/nps/edit/", {**form, "do": do})


def keys(key: str = "nps") -> list[list[str]]:
    return [[one["key"] for one in block["questions"]] for block in Survey.objects.get(key=key).body["blocks"]]


@pytest.fixture
def client(alice: User, lake: Lake) -> Client:
    return signed_in(alice)


def test_a_survey_is_begun_from_the_gallery_opened_and_closed(client: Client) -> None:
    assert "Nothing yet. Begin with one of these" in text(client.get("/surveys/"))
    assert client.post("/surveys/", {"from": "nps"})["Location"] == "/surveys/nps/edit/"
    assert client.post("/surveys/", {"from": "nps"})["Location"] == "/surveys/nps_2/edit/"
    assert client.get("/s/nps/").status_code == 404
    client.post("/surveys/nps/", {"do": "open"})
    page = text(client.get("/surveys/nps/"))
    assert "http://testserver/s/nps/" in page
    assert "Nobody has answered yet." in page
    assert client.get("/s/nps/").status_code == 200
    client.post("/surveys/nps/", {"do": "close"})
    assert Survey.objects.get(key="nps").state == State.CLOSED
    assert list(AuditEntry.objects.filter(subject="nps").order_by("id").values_list("action", flat=True)) == [
        "begin_survey", "open_survey", "close_survey",
    ]  # fmt: skip


def test_questions_are_added_moved_and_removed(client: Client) -> None:
    client.post("/surveys/", {"from": "nps"})
    assert press(client, "add:reason", **{"kind.reason": "stars5"}).status_code == 302
    assert keys() == [["nps"], ["better", "best", "stars5_1"]]
    press(client, "up:stars5_1")
    press(client, "up:stars5_1")
    assert keys() == [["nps"], ["stars5_1", "better", "best"]]
    press(client, "up:stars5_1")
    assert keys() == [["nps", "stars5_1"], ["better", "best"]]
    press(client, "page:main", **{"kind.main": "single"})
    assert keys() == [["nps", "stars5_1"], ["single_1"], ["better", "best"]]
    press(client, "part:single_1")
    press(client, "remove:single_1.part_1")
    body = Survey.objects.get(key="nps").body
    assert [option["key"] for option in body["blocks"][1]["questions"][0]["options"]] == ["part_2", "part_3"]
    press(client, "remove:stars5_1")
    press(client, "down:single_1")
    assert keys() == [["nps"], ["single_1", "better", "best"]]


def test_a_change_that_cannot_be_asked_is_said_and_nothing_is_lost(client: Client) -> None:
    client.post("/surveys/", {"from": "nps"})
    answer = press(client, "remove:nps")
    assert answer.status_code == 400
    assert "Something looks at a question that is not there any more." in text(answer)
    assert keys() == [["nps"], ["better", "best"]]
    answer = press(
        client, "save", **{"nps.text.en": "", "nps.text.de": "", "nps.text.es": "", "better.text.en": "Why so?"}
    )
    assert answer.status_code == 400
    assert "Why so?" in text(answer)


def test_words_are_written_side_by_side_in_each_language(client: Client) -> None:
    client.post("/surveys/", {"from": "nps"})
    press(client, "language:", language="fr")
    assert Survey.objects.get(key="nps").body["languages"] == ["en", "de", "es", "fr"]
    assert "texts are not translated." in text(client.get("/surveys/nps/edit/"))
    press(client, "save", **{"nps.text.fr": "Quelle est la probabilité ?"})
    client.post("/surveys/nps/", {"do": "open"})
    assert "Quelle est la probabilité ?" in text(Client().get("/s/nps/?lang=fr"))


def test_hints_stand_beside_the_form(client: Client) -> None:
    client.post("/surveys/", {"from": "csat"})
    body = Survey.objects.get(key="csat").body
    assert "Worth a second look" not in text(client.get("/surveys/csat/edit/"))
    client.post("/surveys/csat/edit/", {"do": "save", "csat.text.en": "How good was the excellent shop and the staff?",
                                        "survey.title.en": body["title"]["en"]})  # fmt: skip
    page = text(client.get("/surveys/csat/edit/"))
    assert "“excellent” leads people to an answer. Ask neutrally." in page
    assert "“and” asks two things at once. Make two questions of it." in page


def test_a_survey_goes_out_as_a_file_and_comes_in_again(client: Client) -> None:
    client.post("/surveys/", {"from": "kano"})
    file = client.get("/surveys/kano/file/")
    assert reading.survey(file.content) == commands.value(Survey.objects.get(key="kano").body)
    other = file.content.replace(b"key: kano", b"key: kano_again", 1)
    client.post("/surveys/", {"file": SimpleUploadedFile("kano.yaml", other)})
    assert Survey.objects.filter(key="kano_again").exists()
    answer = client.post("/surveys/", {"file": SimpleUploadedFile("x.yaml", b"survey: 1\nkey: x")})
    assert answer.status_code == 400


def test_personal_links_are_made_for_a_list_and_run_no_formula(client: Client) -> None:
    client.post("/surveys/", {"from": "nps"})
    answer = client.post("/surveys/nps/links/", {"kind": "email", "who": "ann@shop.org\n\n=cmd()\nann@shop.org"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert [line.split(",")[0] for line in lines] == ["email", "ann@shop.org", "'=cmd()"]
    assert lines[1].startswith("ann@shop.org,http://testserver/s/nps/?to=")
    assert AuditEntry.objects.get(action="make_survey_links").details == {"number": 2}


def test_who_may_not_ask_makes_no_survey(db: None, lake: Lake) -> None:
    dora = accounts.create_user(email="dora@example.org", role=Role.AGENT, by="test")
    answer = signed_in(dora).get("/surveys/")
    assert answer.status_code == 403
