"""The page “How many paths lead to the goal?”."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from heartline.server.accounts.models import User
from heartline.server.accounts.tests.cast import signed_in
from heartline.store.lake import Lake
from heartline.store.tests.world import events

pytestmark = pytest.mark.django_db
ALL = "/paths/?period=all"


def text(client: Client, address: str, status: int = 200, headers: dict[str, str] | None = None) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == status
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def plain(page: str) -> str:
    return re.sub(r"<[^>]+>", "", page)


def table(page: str) -> list[str]:
    return [plain(row).strip() for row in re.findall(r'<th scope="row">(.*?)<', page[page.index('id="all"') :])]


def test_the_question_is_answered_in_a_sentence_first(alice: User, shop: Lake) -> None:
    page = text(signed_in(alice), ALL)
    assert "<h1>How many paths lead to “Order”?</h1>" in page
    assert "3 paths lead to Order. 4 of 5 orders arrived there; of those that are over 80 in 100" in plain(page)
    assert "In all, they took 4 paths." in plain(page)


def test_through_a_touchpoint_the_answer_tells_of_those_who_came_by(alice: User, shop: Lake) -> None:
    page = plain(text(signed_in(alice), f"{ALL}&through=page"))
    assert "How many paths lead through “Product page” to “Order”?" in page
    assert "2 paths lead through Product page to Order. 2 of the 2 orders that came by arrived there" in page


def test_another_goal_and_repeats_counted_once_change_the_answer(alice: User, shop: Lake) -> None:
    page = plain(text(signed_in(alice), f"{ALL}&goal=page"))
    assert "1 path leads to Product page. 2 of 5 orders arrived there" in page
    once = plain(text(signed_in(alice), f"{ALL}&repeats=once"))
    assert "2 paths lead to Order" in once
    assert "In all, they took 3 paths." in once


def test_every_number_opens_its_rows(alice: User, shop: Lake) -> None:
    client = signed_in(alice)
    links = re.findall(r'href="(/behind/[^"]+)"[^>]*>(?:<text[^>]*>)?(\d+)<', text(client, f"{ALL}&through=page"))
    assert len(links) > 30
    counted = [(link, int(number)) for link, number in links if re.search("column=(trips|count)|figure=trips", link)]
    assert counted
    for link, number in counted:
        assert f"<strong>{number} " in text(client, link.replace("&amp;", "&"))


def test_the_flow_says_what_its_table_says(alice: User, shop: Lake) -> None:
    page = text(signed_in(alice), ALL)
    drawn = page[page.index('class="flow wide"') : page.index('class="flow upright"')]
    numbers = sorted(re.findall(r'class="count"[^>]*>(\d+)<', drawn))
    twin = page[page.index("As a table") : page.index("How far people get")]
    assert sorted(re.findall(r'class="num"[^>]*>(\d+)<', twin)) == numbers == sorted("21221")
    assert "8 times somebody went on, in 5 different ways." in plain(page)


def test_the_funnel_tells_where_people_are_lost(alice: User, shop: Lake) -> None:
    page = text(signed_in(alice), ALL)
    funnel = page[page.index("How far people get") : page.index("All paths")]
    assert re.findall(r'class="num"[^>]*>(\d+)<', funnel) == ["5", "5", "2", "2", "2", "2"]
    lost = re.search(r'href="(/behind/[^"]+column=lost)">60.0 %</a><small>([^<]+)<', funnel)
    assert lost is not None
    assert lost.group(2) == "between 23 and 88 in 100"
    assert "<strong>5 " in text(signed_in(alice), lost.group(1))
    said = (
        "40 in 100 of the orders that are over take every planned step to “Order” (between 12 and 77 in 100); most are"
        " lost between “Visit” and “Product page”: 60 in 100 of those that came so far (between 23 and 88 in 100)."
    )
    assert said in funnel


def test_all_paths_are_listed_page_by_page(alice: User, shop: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(alice)
    everything = [
        "Visit → Order", "Visit → =call", "Visit → Product page → Order", "Visit → Product page × 2 → Order",
    ]  # fmt: skip
    assert table(text(client, ALL)) == everything
    monkeypatch.setattr("heartline.server.understand.paths.views.PAGE", 3)
    first, second = text(client, ALL), text(client, f"{ALL}&page=2")
    assert table(first) + table(second) == everything
    assert "page 1 of 2" in first


@pytest.mark.parametrize(
    ("search", "where", "found"),
    [
        ("product", "anywhere", ["Visit → Product page → Order", "Visit → Product page × 2 → Order"]),
        ("Visit > order", "anywhere", ["Visit → Order"]),
        ("order", "start", []),
        ("Visit > Product page", "start", ["Visit → Product page → Order", "Visit → Product page × 2 → Order"]),
        ("CALL", "end", ["Visit → =call"]),
        ("page → Order", "end", ["Visit → Product page → Order", "Visit → Product page × 2 → Order"]),
        ("nothing of ours", "anywhere", []),
    ],
)  # fmt: skip
def test_paths_are_found_by_the_names_of_their_steps(
    alice: User, shop: Lake, search: str, where: str, found: list[str]
) -> None:
    page = text(signed_in(alice), f"{ALL}&search={quote(search)}&where={where}")
    assert ("1 path matches" if len(found) == 1 else f"{len(found)} paths match") in plain(page)
    assert (table(page) if found else []) == found
    assert ("No path matches." in page) is not bool(found)


def test_the_export_holds_the_whole_table_and_runs_nothing(
    alice: User, shop: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("heartline.server.understand.paths.views.EXPORT", 2)
    with shop.write("names") as writer:
        writer.define("touchpoint", "visit", {"label": "=1+1"})
    answer = signed_in(alice).get("/paths.csv?period=all")
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert [row["path"] for row in rows] == [
        "'=1+1 > Order", "'=1+1 > =call", "'=1+1 > Product page > Order", "'=1+1 > Product page > Product page > Order",
    ]  # fmt: skip
    assert [row["trips"] for row in rows] == ["2", "1", "1", "1"]
    searched = signed_in(alice).get("/paths.csv?period=all&search=call")
    assert searched.getvalue().decode().count("\n") == 2


def test_filters_and_questions_stay_in_the_address(alice: User, shop: Lake) -> None:
    client = signed_in(alice)
    page = text(client, f"{ALL}&through=page&search=order&where=end")
    assert 'name="through" value="page" checked' in page
    assert '<input type="hidden" name="search" value="order">' in page
    assert '/paths.csv?period=all&journey=order&through=page&search=order&where=end"' in page
    answer = client.get("/paths/?period=all&through=page&channel=", headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode()
    assert answer.headers["HX-Push-Url"] == "/paths/?period=all&through=page"


def test_bob_sees_the_paths_of_berlin_only(bob: User, shop: Lake) -> None:
    client = signed_in(bob)
    assert "1 of 1 orders arrived there" in plain(text(client, ALL))
    assert text(client, f"{ALL}&unit=wien", 400).count("You may not see that part of the company.") == 1
    assert client.get("/paths.csv?unit=wien").status_code == 403


def test_a_stranger_is_led_to_the_door(charlie: Client, shop: Lake, db: None) -> None:
    assert charlie.get("/paths/").status_code == 302


def test_what_cannot_be_asked_is_explained(alice: User, shop: Lake) -> None:
    client = signed_in(alice)
    assert "That is not a period we can read." in text(client, "/paths/?period=yesterday", 400)
    for wrong in ("journey=nothing", "through=nothing", "goal=nothing"):
        assert "names something that is not here" in text(client, f"/paths/?{wrong}", 404)
    assert table(text(client, f"{ALL}&page=nonsense&where=nowhere"))


def test_filters_that_leave_nobody_say_so(alice: User, shop: Lake) -> None:
    page = text(signed_in(alice), "/paths/?period=2020")
    assert "Nobody began this journey in the period that the filters leave." in page
    assert 'class="flow' not in page


def test_without_a_journey_the_page_teaches(alice: User, lake: Lake) -> None:
    page = text(signed_in(alice), "/paths/")
    assert "No journey is defined yet." in page
    assert "A journey says where people begin and where they want to get to" in page
    assert signed_in(alice).get("/paths.csv").status_code == 404


def test_an_empty_folder_teaches_as_well(alice: User, empty_lake: Lake) -> None:
    assert "No journey is defined yet." in text(signed_in(alice), "/paths/")


def test_a_journey_without_planned_steps_or_goal_is_shown_without_them(alice: User, shop: Lake) -> None:
    with shop.write("any") as writer:
        writer.define("journey", "day", {"starts": "any", "within_s": 86400, "counted_as": "days"})
    page = text(signed_in(alice), f"{ALL}&journey=day")
    assert "Which paths do people take?" in page
    assert "5 days took 4 paths." in plain(page)
    assert "How far people get" not in page


def test_the_number_of_queries_does_not_grow_with_the_rows(alice: User, shop: Lake) -> None:
    client = signed_in(alice)
    client.get(ALL)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(ALL).status_code == 200
        return len(captured)

    few = queries()
    events(shop.folder, [(f"p{day}", "visit", f"2024-05-{day:02} 10:00") for day in range(1, 29)])
    assert queries() == few


def test_numbers_and_words_are_german_where_german_is_asked(alice: User, shop: Lake) -> None:
    page = plain(text(signed_in(alice), ALL, headers={"Accept-Language": "de"}))
    assert "Wie viele Wege führen zu „Order“?" in page
    assert "3 Wege führen zu Order. 5 Bestellungen, davon kamen 4 dort an" in page
