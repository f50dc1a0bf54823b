"""What stands beside the answers: what those who did not answer probably think, weights, and small parts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.test import Client

from heartline.listen.honest import saying
from heartline.listen.honest.tests.test_beside import bought
from heartline.server.accounts.models import User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.accounts.tests.pages import kinds
from heartline.server.accounts.tests.serving import serving
from heartline.server.listen.scores import honest
from heartline.store.lake import Lake
from heartline.store.tests.world import Event, events

pytestmark = pytest.mark.django_db
UNITS = {f"u{number}": {"label": f"Shop {number}"} for number in range(5)}


@pytest.fixture
def shop(request: pytest.FixtureRequest) -> Iterator[Lake]:
    """1,200 people were asked by mail; those to whom we were late are unhappy and seldom answer."""
    with serving(_asked, request) as made:
        yield made


def _asked(folder: Path) -> None:
    delivery = {"delivery": {"expected_wait_s": 100}}
    events(folder, list(bought(np.random.default_rng(1))), touchpoint=delivery, unit=UNITS)


def text(client: Client, address: str, **headers: str) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def test_what_the_silent_think_stands_beside_what_was_answered(alice: User, shop: Lake) -> None:
    page = text(signed_in(alice), "/ratings/everybody/?period=all")
    assert "Those who did not answer are probably less happy: corrected <strong>" in page
    assert re.search(r">1,200</a> people were asked, <a[^>]*>3\d in 100</a> of them answered", page)
    assert "What is corrected, and how?" in page
    assert "What is not known of people is not corrected." in page


def test_without_answers_there_is_one_step_or_a_sentence(
    alice: User, shop: Lake, settings: Any, tmp_path: Path
) -> None:
    page = text(signed_in(alice), "/ratings/everybody/?period=2001")
    assert "No answers match these filters." in page
    assert "What is corrected" not in page
    Lake.create(tmp_path / "new")
    settings.DATA = tmp_path / "new"
    page = text(signed_in(alice), "/ratings/everybody/")
    assert '<a class="button" href="/import/">Bring your data in</a>' in page
    assert "chips" not in page


def test_the_page_of_ratings_fetches_it(alice: User, shop: Lake) -> None:
    client = signed_in(alice)
    page = text(client, "/ratings/?period=all&channel=web")
    (address,) = re.findall(r'hx-get="(/ratings/everybody/[^"]+)"', page)
    assert address == "/ratings/everybody/?channel=web&period=all"
    answer = client.get(address, headers={"HX-Request": "true"})
    assert "HX-Push-Url" not in answer.headers
    assert "<html" not in answer.content.decode()


def test_every_number_of_it_opens_what_stands_behind(alice: User, shop: Lake) -> None:
    client = signed_in(alice)
    page = text(client, "/ratings/everybody/?period=all")
    links = re.findall(r'<a class="num" href="(/behind/[^"]+)"', page)
    assert (
        len(links) == 2 + 3 + 5 * 2
    )  # who was asked, and answered; raw, corrected, worth; five shops raw and drawn together
    for link in kinds(links):
        assert re.search(r"<strong>[\d,]+ (entries|people)</strong>", text(client, link)), link


def test_small_parts_are_drawn_together(alice: User, shop: Lake) -> None:
    page = text(signed_in(alice), "/ratings/everybody/?period=all")
    parts = page[page.index("By part of the company") :]
    assert sorted(re.findall(r'<th scope="row">(Shop \d)</th>', parts)) == sorted(UNITS[key]["label"] for key in UNITS)
    raw, drawn = (
        [float(value.replace("−", "-")) for value in re.findall(rf'data-label="{label}"><a[^>]*>([−\d.]+)<', parts)]
        for label in ("As answered", "Drawn together")
    )
    assert len(raw) == len(drawn) == 5
    assert max(drawn) - min(drawn) < max(raw) - min(raw)
    assert drawn == sorted(drawn)


def answers(count: int, **more: Any) -> list[Event]:
    return [
        (f"p{number}", "survey", "2024-03-02", {"score": 9 - number % 4, "scale": "nps", **more})
        for number in range(count)
    ]


@pytest.mark.parametrize(
    ("count", "said"),
    [(20, "Of most people who answered nothing else is known"), (0, "Nobody’s answers are here yet.")],
)
def test_what_cannot_be_told_is_said(alice: User, empty_lake: Lake, count: int, said: str) -> None:
    events(empty_lake.folder, [*answers(count), ("q", "shop", "2024-03-02")])
    page = text(signed_in(alice), "/ratings/everybody/?period=all")
    assert said in page
    assert "corrected <strong>" not in page


def test_few_answers_are_too_few(alice: User, empty_lake: Lake) -> None:
    shopped: list[Event] = [(f"p{number}", "shop", "2024-03-01") for number in range(90)]
    events(empty_lake.folder, [*shopped, *answers(20)])
    assert "Too few people answered to tell what the others think." in text(
        signed_in(alice), "/ratings/everybody/?period=all"
    )


def test_weights_of_a_survey_are_shown_as_such(alice: User, empty_lake: Lake) -> None:
    heavy, light = ({"properties": json.dumps({"weight": weight})} for weight in (3, 1))
    events(
        empty_lake.folder, [*answers(30, **light), ("z", "survey", "2024-03-03", {"score": 0, "scale": "nps", **heavy})]
    )
    page = text(signed_in(alice), "/ratings/everybody/?period=all")
    assert "By the weights that the survey came with it is <strong>" in page
    assert "31 of 31 answers came with a weight" in page


def test_it_is_said_in_german_and_spanish(alice: User, shop: Lake) -> None:
    for language, said in (("de", "ist wahrscheinlich weniger zufrieden"), ("es", "probablemente menos contentos")):
        assert said in text(signed_in(alice), "/ratings/everybody/?period=all", **{"Accept-Language": language})


def test_a_survey_of_once_a_year_is_told_in_years(alice: User, empty_lake: Lake) -> None:
    rows: list[Event] = [
        (f"p{number}", "survey", f"{year}-05-0{number}", {"score": number, "scale": "nps"})
        for year in (2018, 2019, 2021, 2022)
        for number in range(6, 10)
    ]
    worded = {"label": "Worded anew", "first": "2021-03-01", "kind": "survey changed"}
    events(empty_lake.folder, rows, event={"worded": worded})
    page = text(signed_in(alice), "/ratings/?period=all")
    assert "Year by year" in page
    found = re.search(r'<script id="chart-\w+" type="application/json">(.*?)</script>', page)
    assert found is not None
    data = json.loads(found.group(1))
    assert data["labels"] == ["2018", "2019", "2020", "2021", "2022"]
    assert data["values"] == [0.0, 0.0, None, 0.0, 0.0]
    assert data["marks"] == [{"from": 3, "to": 3, "label": "Worded anew", "days": "2021-03-01"}]


def test_the_page_says_the_sentences_that_the_answer_gives() -> None:
    written = re.sub(r'"\s+"', "", Path(saying.__file__).read_text(encoding="utf-8"))
    assert all(f'"{sentence}"' in written for sentence in honest.TOLD)
    assert set(honest.REFUSED) == set(saying.REFUSED)
