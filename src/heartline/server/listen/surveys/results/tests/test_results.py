"""The page of results: what people answered through the real survey, in words, for whom, and as files."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pyreadstat
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from python_calamine import CalamineWorkbook

from heartline.collect.inbox import named, opened
from heartline.collect.loading.loader import Loader
from heartline.collect.loading.reading import reader
from heartline.listen.surveys import codebook
from heartline.listen.surveys.tests.answered import each, facts, options, survey
from heartline.server.accounts import commands as people
from heartline.server.accounts.models import Role, User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.collect.received.keeping import Desk
from heartline.server.listen.surveys import answering, commands, sending
from heartline.server.listen.surveys.models import Answering
from heartline.server.listen.surveys.results import publishing
from heartline.server.shell.opened import workspace
from heartline.store.lake import Lake
from heartline.store.tests.world import events

pytestmark = pytest.mark.django_db
PAGE = "/surveys/poll/results/"
COMPARE = PAGE + "compare/"
ASKED = survey(
    {"key": "nps", "ask": "nps", "text": {"en": "Would you recommend us?", "de": "Würden Sie uns empfehlen?"},
     "low": {"en": "Never"}, "high": {"en": "Surely"}},
    {"key": "way", "ask": "single", "options": options("web", "shop")},
    {"key": "used", "ask": "multiple", "options": options("card", "cash")},
    {"key": "parts", "ask": "matrix", "rows": options("price", "staff")},
    {"key": "order", "ask": "ranking", "options": options("fast", "kind")},
    {"key": "care", "ask": "importance", "rows": options("speed")},
    {"key": "wish", "ask": "kano", "rows": options("pickup")},
    {"key": "age", "ask": "number"}, {"key": "since", "ask": "date"}, {"key": "why", "ask": "comment"},
    languages=["en", "de"],
)  # fmt: skip


def said(number: int, **more: Any) -> dict[str, Any]:
    return {
        "nps": number % 11, "way": "web" if number % 3 else "shop",
        "used": ["card"] if number % 2 else ["card", "cash"],
        "parts": {"price": 1 + number % 5, "staff": 4}, "order": ["fast", "kind"],
        "care": {"speed": {"importance": 5, "satisfaction": 1 + number % 3}},
        "wish": {"pickup": {"with": 1, "without": 3}}, "age": 20 + number, "since": f"2020-0{1 + number % 3}-01",
        "why": f"=1+{number} reasons", **more,
    }  # fmt: skip


@pytest.fixture
def poll(lake: Lake) -> Lake:
    """Forty answers, half in Berlin and half in Vienna, in two months."""
    rows = [
        row for number in range(40)
        for row in facts(ASKED, f"r{number:03}", said(number), f"2024-0{2 + number % 2}-15", who=f"p{number}",
                         unit="berlin" if number < 20 else "wien")
    ]  # fmt: skip
    events(lake.folder, rows, survey={"poll": codebook.body([ASKED])})
    return lake


def text(answer: Any) -> str:
    return str(answer.content.decode())


def land(lake: Lake) -> None:
    """Send on what people left, and let it land."""
    Answering.objects.update(changed_at=timezone.now() - timedelta(minutes=31))
    sending.send_idle(answering.read)
    with opened(named(lake.folder)) as inbox:
        Loader(Lake.open(lake.folder), inbox, reader, Desk(), "test").turn()


def test_what_people_answer_comes_to_the_page_by_the_real_way(alice: User, lake: Lake) -> None:
    commands.begin(by=alice, key="help", example_key="after_service")
    commands.open_(by=alice, key="help")
    assert (publishing.publish(), publishing.publish()) == (1, 0)
    for number, (solved, service) in enumerate([("first", 5), ("first", 4), ("open", 1), ("first", 5)]):
        here = f"/s/help/{number:032x}/"
        form = {"block": "main", "asked": ["solved", "service"], "q-solved": solved, "q-service": service}
        assert Client().post(here, form).status_code == 302
        if number:
            done = Client().post(here, {"block": "words", "asked": ["missing", "why"], "q-why": "Fine"})
            assert done.status_code == 302
    land(lake)
    rows = {(row["question"], row["measure"], row["option"]): row for row in workspace().questions("help").rows}
    assert (rows["service", "top", None]["value"], rows["service", "top", None]["n"]) == (0.75, 4)
    assert rows["solved", "share", "first"]["value"] == 0.75
    page = text(signed_in(alice).get("/surveys/help/results/"))
    assert "4 people answered." in page
    assert "<strong>75" in page
    assert "of those who began" in page  # the funnel
    answered = workspace().responses("help").rows
    assert sorted(row["solved"] for row in answered) == ["first", "first", "first", "open"]


def elsewhere() -> Any:
    """Give what ratings and voices count."""
    return workspace().scores(period="all").figures["answers"], workspace().verbatims(period="all").figures


def test_what_is_answered_anonymously_stands_nowhere_else(alice: User, lake: Lake) -> None:
    commands.begin(by=alice, key="work", example_key="enps")
    commands.open_(by=alice, key="work")
    publishing.publish()
    before = elsewhere()
    for number in range(7):
        form = {"block": "main", "asked": ["enps", "keeps"], "q-enps": 10, "q-keeps": f"Secret {number}"}
        assert Client().post(f"/s/work/{number:032x}/?order=4711", form).status_code == 302
    land(lake)
    assert elsewhere() == before
    rows = {(row["question"], row["measure"]): row for row in workspace().questions("work").rows if not row["option"]}
    assert (rows["enps", "nps"]["value"], rows["enps", "nps"]["n"], rows["keeps", "texts"]["n"]) == (100.0, 5, 5)
    snapshot = Lake.open(lake.folder).at()
    landed = snapshot.execute(snapshot.rows("source", "customer", "ref", "score", "text")).to_pylist()
    said = {(row["customer"], row["ref"], row["score"], row["text"]) for row in landed if row["source"] == "employees"}
    assert said == {(None, None, None, None)}


def test_the_page_says_each_question_with_its_numbers(alice: User, poll: Lake) -> None:
    page = text(signed_in(alice).get(PAGE))
    assert "40 people answered." in page
    assert "Would you recommend us?" in page
    for word in ("delights", "Put first", "half lie below", "=1+39 reasons", "Read all 40", "2020-01"):
        assert word in page, word
    german = text(signed_in(alice).get(PAGE, headers={"Accept-Language": "de"}))
    assert "Würden Sie uns empfehlen?" in german
    assert "40 Personen haben geantwortet." in german
    filtered = text(signed_in(alice).get(PAGE + "?unit=berlin"))
    assert "20 people answered." in filtered
    compared = text(signed_in(alice).get(PAGE + "?period=2024-03&compare=before"))
    assert "no clear change" in compared


def test_numbers_open_what_stands_behind_them(alice: User, poll: Lake) -> None:
    client = signed_in(alice)
    pages = text(client.get(PAGE)), text(client.get(COMPARE))
    links = [unescape(link) for page in pages for link in re.findall(r'href="(/behind/[^"]+)"', page)]
    assert len(links) > 40
    for link in (*links[::11], links[-1]):
        answer = client.get(link)
        assert answer.status_code == 200, link
    assert "Would you recommend us?" in text(client.get(links[0]))


def test_a_wrong_filter_is_said(alice: User, poll: Lake) -> None:
    answer = signed_in(alice).get(PAGE + "?channel=moon")
    assert (answer.status_code, 'role="alert"' in text(answer)) == (400, True)
    assert signed_in(alice).get("/surveys/none/results/").status_code == 404
    assert signed_in(alice).get(COMPARE + "?question=why").status_code == 400


def test_who_may_see_what(alice: User, bob: User, charlie: Client, poll: Lake) -> None:
    assert charlie.get(PAGE).status_code == 302
    berlin = text(signed_in(bob).get(PAGE))
    assert "20 people answered." in berlin
    assert "Vienna" not in berlin
    assert "of those who began" not in berlin
    viewer = signed_in(people.create_user(email="v@example.org", role=Role.VIEWER, by="test"))
    seen = text(viewer.get(PAGE))
    assert "40 people answered." in seen
    assert "reasons" not in seen
    assert "what=answers" not in seen
    assert viewer.get(PAGE + "file/?what=answers&as=csv").status_code == 403
    assert viewer.get(PAGE + "file/?what=numbers&as=csv").status_code == 200


def test_two_questions_beside_each_other(alice: User, poll: Lake) -> None:
    client = signed_in(alice)
    page = text(client.get(COMPARE + "?question=way&by=unit"))
    assert "The groups do not differ by more than chance would do" in page
    assert "Vienna" in page
    planted = text(client.get(COMPARE + "?question=age&by=unit"))
    assert "That can hardly be chance (p = below 0.001)." in planted
    assert "▲" in planted
    assert 'value="wish.pickup"' in planted


def test_the_queries_do_not_grow_with_answers(alice: User, poll: Lake) -> None:
    client = signed_in(alice)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE)
    events(poll.folder, each(ASKED, [said(number) for number in range(100, 160)], at="2024-03-20"))
    client.get(PAGE)
    with CaptureQueriesContext(connection) as many:
        client.get(PAGE)
    assert len(many) == len(few)


def file(client: Client, what: str, kind: str) -> bytes:
    answer: Any = client.get(PAGE + f"file/?what={what}&as={kind}&unit=wien")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_files_hold_what_the_verbs_say(alice: User, poll: Lake, tmp_path: Path) -> None:
    client = signed_in(alice)
    wanted = workspace().responses("poll", limit=None, unit="wien").rows
    assert len(wanted) == 20
    lines = list(csv.DictReader(io.StringIO(file(client, "answers", "csv").decode("utf-8-sig"))))
    assert [line["response"] for line in lines] == [row["response"] for row in wanted]
    assert {line["Why"][0] for line in lines} == {"'"}  # no formula
    sheet = (
        CalamineWorkbook.from_filelike(io.BytesIO(file(client, "answers", "xlsx"))).get_sheet_by_index(0).to_python()
    )
    place = sheet[0].index("Would you recommend us?")
    assert [line[place] for line in sheet[1:]] == [row["nps"] for row in wanted]
    assert [line[sheet[0].index("Why")] for line in sheet[1:]] == [row["why"] for row in wanted]
    rows = workspace().questions("poll", unit="wien").rows
    numbers = CalamineWorkbook.from_filelike(io.BytesIO(file(client, "numbers", "xlsx"))).get_sheet_by_index(0)
    value = numbers.to_python()[0].index("value")
    assert [line[value] or 0 for line in numbers.to_python()[1:]] == pytest.approx([row["value"] for row in rows])


def test_spss_reads_answers_with_their_labels(alice: User, poll: Lake, tmp_path: Path) -> None:
    path = tmp_path / "poll.sav"
    path.write_bytes(file(signed_in(alice), "answers", "sav"))
    frame, meta = pyreadstat.read_sav(path)
    wanted = workspace().responses("poll", limit=None, unit="wien").rows
    assert frame["nps"].tolist() == [row["nps"] for row in wanted]
    assert frame["used.cash"].tolist() == [row["used.cash"] for row in wanted]
    assert frame["way"].map({1.0: "web", 2.0: "shop"}).tolist() == [row["way"] for row in wanted]
    assert [str(day) for day in frame["since"]] == [row["since"] for row in wanted]
    assert frame["why"].tolist() == [row["why"] for row in wanted]
    assert meta.column_names_to_labels["nps"] == "Would you recommend us?"
    assert meta.variable_value_labels["nps"] == {0.0: "Never", 10.0: "Surely"}
    assert meta.variable_value_labels["way"] == {1.0: "Web", 2.0: "Shop"}
    assert meta.variable_value_labels["used.card"] == {0.0: "not chosen", 1.0: "chosen"}


def test_what_was_not_answered_is_missing_in_spss(alice: User, lake: Lake, tmp_path: Path) -> None:
    rows = each(ASKED, [{"nps": 3}, {"way": "shop"}], unit="wien")
    events(lake.folder, rows, survey={"poll": codebook.body([ASKED])})
    path = tmp_path / "poll.sav"
    path.write_bytes(file(signed_in(alice), "answers", "sav"))
    frame, _ = pyreadstat.read_sav(path)
    assert frame["nps"].isna().tolist() == [True, False]
    assert frame["way"].isna().tolist() == [False, True]


SECRET = survey(
    {"key": "nps", "ask": "enps"}, {"key": "way", "ask": "single", "options": options("web", "shop")},
    {"key": "why", "ask": "comment"}, anonymous=True,
)  # fmt: skip


@pytest.mark.parametrize(("number", "shown"), [(4, False), (7, True)])
def test_an_anonymous_survey_shows_five_or_nothing(alice: User, lake: Lake, number: int, shown: bool) -> None:
    answers = [{"nps": 9, "way": "web", "why": f"Secret {one}"} for one in range(number)]
    rows = [row for one, said in enumerate(answers) for row in facts(SECRET, f"r{one}", said, unit="berlin")]
    events(lake.folder, rows, survey={"poll": codebook.body([SECRET])})
    client = signed_in(alice)
    assert client.get(PAGE + "?channel=web").status_code == 400
    page = text(client.get(PAGE + "?unit=berlin"))
    assert ("100.0" in page) is shown
    assert ("Too few answers to show" in page) is not shown
    assert page.count("Secret ") == (5 if shown else 0)
    assert "what=answers" not in page
    assert client.get(PAGE + "file/?what=answers&as=sav").status_code == 403
    numbers = list(csv.reader(io.StringIO(file_of(client))))
    assert {line[-1] for line in numbers[1:]} == ({"5"} if shown else set())
    table = text(client.get(COMPARE + "?question=way&by=nps"))
    assert "of fewer than five are not shown" in table or "cannot tell yet" in table or "Nobody" in table


def file_of(client: Client) -> str:
    answer: Any = client.get(PAGE + "file/?what=numbers&as=csv")
    return b"".join(answer.streaming_content).decode("utf-8-sig")


def test_a_codebook_keeps_what_is_asked_no_more(alice: User, lake: Lake) -> None:
    commands.begin(by=alice, key="help", example_key="after_service")
    commands.open_(by=alice, key="help")
    body = commands.find("help").body
    gone = body["blocks"][0]["questions"].pop()
    commands.change(by=alice, key="help", body=body)
    commands.open_(by=alice, key="help")
    publishing.publish()
    book = codebook.find(workspace().lake.at().definitions, "help")
    assert book.questions[gone["key"]].gone
    assert not book.questions["solved"].gone
