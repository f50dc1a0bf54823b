"""The pages: interviews are brought in, read, highlighted without a script, and stand where they are looked for."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from heartline.listen.interviews.spans import Span
from heartline.server.accounts.models import Role, User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.listen.interviews import kept, quoting, tasks
from heartline.server.listen.interviews.models import Interview, Quote
from heartline.server.listen.interviews.quoting import Tags
from heartline.store.lake import Lake

from .conftest import TALK, land

pytestmark = pytest.mark.django_db


def text(client: Client, address: str, **headers: str) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200, answer.content.decode()[:500]
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def files(*some: tuple[str, bytes]) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(name, raw) for name, raw in some]


def post(client: Client, address: str, **values: Any) -> Any:
    return client.post(address, values)


def test_several_files_are_brought_in_and_wrong_ones_named(alice: User, lake: Lake) -> None:
    client = signed_in(alice)
    assert "No interview is here yet." in text(client, "/interviews/")
    some = files(("anna.vtt", TALK), ("scan.pdf", b"%PDF"), ("notes.txt", b"I waited for hours."))
    answer = post(client, "/interviews/", files=some, held_on="2024-03-04", type="regular", consent="yes", title="x")
    page = unescape(answer.content.decode())
    assert (answer.status_code, Interview.objects.count()) == (400, 2)
    assert "scan.pdf: This is no kind of file that we can read" in page
    assert {kept.head(one).title for one in Interview.objects.all()} == {"anna", "notes"}
    assert "2 people were asked. Nothing they said is among the voices yet." in text(client, "/interviews/")


def test_one_file_opens_its_page(alice: User, lake: Lake) -> None:
    client = signed_in(alice)
    answer = post(client, "/interviews/", files=files(("anna.vtt", TALK)), held_on="2024-03-04", title="Late <b>")
    one = Interview.objects.get()
    assert answer["Location"] == f"/interviews/{one.key}/"
    raw = client.get(answer["Location"]).content.decode()
    assert "Late &lt;b&gt;" in raw
    page = text(client, answer["Location"])
    assert "32 words, 0 quotes among the voices." in page
    assert page.count('<input type="checkbox" name="s"') == 5
    assert 'class="turn asks" id="t-0"' in page
    assert "<time>0:04</time>" in page
    for wrong in ({"held_on": ""}, {"held_on": "2024-03-04"}, {"held_on": "2024-03-04", "who": "nobody@example.org"}):
        answer = post(client, "/interviews/", **wrong)
        assert (answer.status_code, "warn" in answer.content.decode()) == (400, True)


def test_sentences_are_highlighted_without_a_script_and_words_with_one(
    alice: User, lake: Lake, interview: Interview
) -> None:
    client, address = signed_in(alice), f"/interviews/{interview.key}/highlight/"
    answer = post(client, address, s=["1.0", "1.1", "3.1"])
    one = kept.opened(interview)
    assert [one.passage(quote) for quote in interview.quotes.all()] == [
        "It came a week late. Nobody told me.", "The man was very kind 𝄞 and helped at once.",
    ]  # fmt: skip
    assert re.fullmatch(rf"/interviews/{interview.key}/\?done=highlighted#q-[0-9a-f]{{16}}", answer["Location"])
    post(client, address, turn="3", start="24", end="36", s=["1.0"])
    assert one.passage(interview.quotes.order_by("pk")[2]) == "kind 𝄞 and helped"
    answer = post(client, address, s=["0.0", "x", "9.9"])
    assert answer.status_code == 400
    assert "Choose words of the person who was asked first." in answer.content.decode()


def test_a_draft_is_read_then_kept_and_leads_back(alice: User, lake: Lake, interview: Interview) -> None:
    client = signed_in(alice)
    (draft,) = quoting.highlight(by=alice, key=interview.key, passages=[Span(1, 0, 20)])
    card = f"/interviews/{interview.key}/quotes/{draft.key}/"
    assert 'hx-trigger="load delay:1s"' in text(client, card)
    assert tasks.propose.call() == 1
    assert tasks.propose.call() == 0
    page = text(client, card)
    assert "hx-get" not in page
    assert "draft" in page
    values = {"theme": ["waiting", "delivery"], "touchpoint": "delivery", "stage": "", "feeling": "-0.5", "do": "keep"}
    answer = post(client, f"{card}tag/", **values)
    assert answer["Location"].startswith(f"/interviews/{interview.key}/?done=kept#q-")
    (row,) = land(lake)
    tasks.settle.call()
    voices = text(client, "/voices/?period=all")
    assert 'href="/interviews/at/' in voices
    assert "from an interview" in voices
    place = re.search(r'href="(/interviews/at/[^"]+)"', voices)
    assert place is not None
    assert client.get(place[1])["Location"] == f"/interviews/{interview.key}/#m-{draft.key}"
    for where in ("/themes/waiting/?period=all", "/touchpoints/delivery/?period=all"):
        page = text(client, where)
        assert "1 of 1 people who were interviewed spoke of it." in page
        assert "It came a week late." in page
    overview = text(client, "/interviews/?by=touchpoint")
    assert "Most spoke about <strong>Delivery</strong>: 1 of 1." in overview
    assert "regular: 1 of 1" in overview
    assert row["id"].removeprefix("interviews:").startswith(interview.key)
    answer = post(client, f"{card}tag/", feeling="9", do="keep")
    assert answer.status_code == 400
    post(client, f"{card}tag/", do="remove")
    assert not Quote.objects.exists()


def test_people_are_counted_by_type_not_quotes(alice: User, lake: Lake, interview: Interview) -> None:
    client = signed_in(alice)
    wrong = {"held_on": "2024-03-05", "type": "new"}
    post(client, "/interviews/", files=files(("b.txt", b"I: Why?\nBea: Too late.\nI: Hm?\nBea: So late.")), **wrong)
    bea = Interview.objects.exclude(pk=interview.pk).get()
    for row, turn, end in ((interview, 1, 20), (interview, 1, 36), (interview, 3, 4), (bea, 1, 9)):
        (one,) = quoting.highlight(by=alice, key=row.key, passages=[Span(turn, 0, end)])
        quoting.keep(by=alice, key=row.key, quote=one.key, tags=Tags(("waiting",), feeling=-1.0))
    page = text(client, "/interviews/")
    assert "2 people were asked. Most spoke of <strong>Waiting</strong>: 2 of 2." in re.sub(
        r"Waiting[^<]*<", "Waiting<", page
    )
    assert "regular: 1 of 1" in page
    assert "2 unhappy" in page
    assert "2 people were asked. None of their quotes is tagged so yet." in text(client, "/interviews/?by=stage")
    assert "1 more quote" in page
    assert "1 person was asked." in text(client, "/interviews/?type=new")


def test_the_search_finds_words_in_transcripts_and_leads_to_them(alice: User, lake: Lake, interview: Interview) -> None:
    client = signed_in(alice)
    found = client.post("/search/", {"q": "VERY KIND"}).content.decode()
    assert "<h2>Interviews</h2>" in found
    assert f'href="/interviews/{interview.key}/#t-3"' in found
    (draft,) = quoting.highlight(by=alice, key=interview.key, passages=[Span(1, 0, 20)])
    quoting.keep(by=alice, key=interview.key, quote=draft.key, tags=Tags(note="She sighed deeply"))
    found = client.post("/search/", {"q": "sighed"}).content.decode()
    assert f'href="/interviews/{interview.key}/#m-{draft.key}"' in found
    assert "Note beside a quote · Anna, late parcel" in found
    assert f'href="/interviews/{interview.key}/"' in client.post("/search/", {"q": "REGULAR"}).content.decode()
    assert "<h2>Interviews</h2>" not in client.post("/search/", {"q": "elephant"}).content.decode()
    viewer = signed_in(User.objects.create_user("v@example.org", role=Role.VIEWER))
    assert "<h2>Interviews</h2>" not in viewer.post("/search/", {"q": "very kind"}).content.decode()


def test_who_may_not_see_people_reads_no_interview(lake: Lake, interview: Interview, charlie: Client) -> None:
    viewer = signed_in(User.objects.create_user("v@example.org", role=Role.VIEWER))
    for address in ("/interviews/", f"/interviews/{interview.key}/", "/interviews/at/x.y.1/"):
        assert viewer.get(address).status_code == 403
        assert charlie.get(address).status_code == 302
    agent = signed_in(User.objects.create_user("a@example.org", role=Role.AGENT))
    page = text(agent, f"/interviews/{interview.key}/")
    assert 'name="s"' not in page
    assert post(agent, f"/interviews/{interview.key}/highlight/", s=["1.0"]).status_code == 403


def test_the_number_of_queries_does_not_grow_with_quotes(alice: User, lake: Lake, interview: Interview) -> None:
    client = signed_in(alice)

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    def keep(start: int, end: int) -> None:
        (one,) = quoting.highlight(by=alice, key=interview.key, passages=[Span(1, start, end)])
        quoting.keep(by=alice, key=interview.key, quote=one.key, tags=Tags(("waiting",), "delivery"))

    addresses = ("/interviews/", f"/interviews/{interview.key}/")
    keep(0, 20)
    client.get("/interviews/")
    few = [queries(address) for address in addresses]
    for end in range(4, 9):
        keep(21, 21 + end * 2)
    assert [queries(address) for address in addresses] == few


def test_it_speaks_german_where_german_is_asked(alice: User, lake: Lake, interview: Interview) -> None:
    page = text(signed_in(alice), "/interviews/", **{"Accept-Language": "de"})
    assert "<h1>Was sagen Menschen in Interviews?</h1>" in page
    assert "1 Person wurde befragt." in page
