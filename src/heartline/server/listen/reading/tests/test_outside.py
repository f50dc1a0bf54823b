"""Texts compared by a service: off until somebody with the right says so; masked, counted, sealed, never in the way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pyarrow as pa
import pytest
from django.test import Client

from heartline.core.errors import Forbidden, InvalidInput, Unavailable
from heartline.listen.text import embedding, inline, seeds
from heartline.listen.text.encoders import endpoint, local
from heartline.listen.text.encoders.tests.service import Service as Told
from heartline.listen.text.encoders.tests.service import serving as running
from heartline.listen.text.tests.toy import Toy
from heartline.server.accounts.models import AuditEntry, User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.listen.reading import outside_commands as commands
from heartline.server.listen.reading import serving, tasks
from heartline.server.listen.reading.models import Service, Spent, Turn
from heartline.server.shell import told
from heartline.store.lake import Lake
from heartline.store.schema import INTERACTIONS
from heartline.store.tests.world import events
from tests.meeting import Meeting

pytestmark = pytest.mark.django_db
KEY = "sk-not-shown-to-anybody"
PAGE = "/company/reading/outside/"


@pytest.fixture
def service(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Told]:
    """Run a service on this machine, which the administrator allows."""
    settings.PRIVATE_HOSTS = ("127.0.0.1",)
    monkeypatch.setenv("HEARTLINE_ENCODER", "use")
    monkeypatch.setitem(embedding.OTHERS, endpoint.PREFIX, embedding.OTHERS[endpoint.PREFIX])
    serving.wake()
    toy = Toy()
    with running(Told(lambda texts: toy.vectors(texts), KEY)) as made:
        yield made
    serving.wake()


def form(service: Told, **other: str) -> dict[str, str]:
    given = {"provider": "Example Ltd", "url": service.address, "model": "small/one", "key": KEY,
             "tokens_a_month": "100,000", "agreed": "1"}  # fmt: skip
    return {name: value for name, value in {**given, **other}.items() if value}


def page(client: Client) -> str:
    answer = client.get(PAGE)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", unescape(answer.content.decode()))


def wrong(client: Client, given: dict[str, str]) -> str:
    answer = client.post(PAGE, given)
    assert answer.status_code == 400
    found = re.search(r'role="alert">([^<]+)<', answer.content.decode())
    assert found is not None
    return unescape(found[1])


def test_it_is_off_until_somebody_says_so(alice: User, bob: User, empty_lake: Lake, service: Told) -> None:
    client = signed_in(alice)
    text = page(client)
    assert "No text leaves this server." in text
    assert "is a processor under data protection law" in text
    assert 'href="/company/reading/outside/"' in client.get("/company/reading/").content.decode()
    assert signed_in(bob).get(PAGE).status_code == 403
    with pytest.raises(Forbidden):
        commands.use_service(wanted=form(service), by=bob)
    assert "confirm that" in wrong(client, form(service, agreed=""))
    assert "left empty" in wrong(client, form(service, model=""))
    assert "a thousand or more" in wrong(client, form(service, tokens_a_month="7"))
    assert service.asked == [], "nothing was sent"
    assert "The service refused" in wrong(client, form(service, key="another"))
    assert not Service.objects.exists()


def test_an_address_inside_is_called_only_where_the_administrator_allows_it(
    alice: User, empty_lake: Lake, service: Told, settings: Any
) -> None:
    settings.PRIVATE_HOSTS = ()
    client = signed_in(alice)
    assert "https" in wrong(client, form(service))
    assert "not public" in wrong(client, form(service, url="https://127.0.0.1:8443/v1"))
    assert "not public" in wrong(client, form(service, url="https://169.254.169.254/v1"))
    assert service.asked == []


def test_texts_are_read_by_it_masked_counted_and_once(
    alice: User, empty_lake: Lake, service: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(told, "_keepers", [lambda: [("user_id:1", "traits.name", "Bea Long")]])
    serving.forget_names()
    texts = ["Bea waited, write to bea@example.org", "Order 4711-0815-22 came late", "I love it"]
    rows: Any = [(f"p{n}", "shop", f"2024-03-01 10:0{n}", {"text": text}) for n, text in enumerate(texts)]
    events(empty_lake.folder, rows)
    client = signed_in(alice)
    assert client.post(PAGE, form(service)).status_code == 302
    assert empty_lake.at().definitions.all("settings")[seeds.KEY] == {"encoder": "endpoint:small/one:24"}
    kept = Service.objects.get()
    assert KEY.encode() not in bytes(kept.key)
    assert KEY not in page(client)
    entry = AuditEntry.objects.get(action="compare_by_service")
    assert (entry.by, entry.details["provider"]) == (alice.email, "Example Ltd")
    assert tasks.behind()
    assert tasks.read_texts.call() == 3
    assert not tasks.behind()
    sent = " | ".join(service.texts)
    assert {"[name] waited, write to [email]", "Order [number] came late", "I love it"} <= set(service.texts)
    assert not re.search(r"(?i)\bbea\b|4711", sent)
    assert len(service.texts) == len(set(service.texts)), "nothing is sent twice"
    month = Spent.objects.get()
    assert month.tokens == sum(len(text.split()) for text in service.texts) - 5, "the trial is not counted"
    assert Turn.objects.get().done == 3
    count = len(service.asked)
    tasks.read_texts.call()
    assert len(service.asked) == count
    text = page(client)
    assert "Example Ltd receives masked texts. This month:" in text
    client.post(PAGE, {"ours": "1"})
    assert not Service.objects.exists()
    assert "No text leaves this server." in page(client)
    assert empty_lake.at().definitions.all("settings")[seeds.KEY] == {}


def test_a_budget_stops_and_a_failure_rests_and_neither_stops_what_lands(
    alice: User, empty_lake: Lake, service: Told
) -> None:
    signed_in(alice).post(PAGE, form(service, tokens_a_month="10000"))
    many = [
        (f"p{n}", "shop", "2024-03-01 10:00", {"text": f"The desk was horrible and rude {n} " * 4}) for n in range(150)
    ]
    events(empty_lake.folder, many)
    count = len(service.asked)
    assert tasks.read_texts.call() == 0
    sent = sum(len(one.get("input", ())) for one in service.asked[count:])
    spent = Spent.objects.get().tokens
    assert 0 < spent <= 10_000
    assert sent == 64, "one request fits, two do not"
    assert serving.resting(), "what cannot be paid is not tried again at once"
    serving.wake()
    with pytest.raises(Unavailable) as refused:
        serving.Month().take(10_001)
    assert refused.value.code == "budget_used"
    Spent.objects.all().delete()
    serving.wake()
    service.trouble = [(500, {}, {})] * 3
    with pytest.raises(Unavailable):
        embedding.named("endpoint:small/one:24").vectors(["something new"])
    row = dict.fromkeys(INTERACTIONS.names) | {"text": "The staff were rude and it was horrible"}
    landing = pa.Table.from_pylist([row], schema=INTERACTIONS)
    asked = len(service.asked)
    read = inline.with_readings(landing, empty_lake.at().definitions, empty_lake.folder)
    assert read["language"].to_pylist() == ["en"]
    assert read["feeling"].to_pylist()[0] < 0
    assert len(service.asked) == asked, "what lands is read without it"


def test_after_a_failure_nothing_is_sent_for_a_while(
    alice: User, empty_lake: Lake, service: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_in(alice).post(PAGE, form(service))
    monkeypatch.setattr(serving, "SECONDS", 0.5)
    Service.objects.update(url="http://127.0.0.1:9/v1")
    with pytest.raises(Unavailable):
        serving.post("/embeddings", b"{}")
    assert serving.resting()
    assert not tasks.behind()
    with pytest.raises(Unavailable) as refused:
        serving.post("/embeddings", b"{}")
    assert refused.value.code == "resting"
    spent = list(Spent.objects.values())
    with pytest.raises(Unavailable) as refused:
        embedding.named("endpoint:small/one:24").vectors(["something new"])
    assert (refused.value.code, list(Spent.objects.values())) == ("resting", spent)  # what was not sent costs nothing


def test_two_processes_never_pass_the_limit_together(
    meeting: Meeting, alice: User, empty_lake: Lake, service: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_in(alice).post(PAGE, form(service, tokens_a_month="10000"))
    monkeypatch.setattr(serving, "service", meeting.after(serving.service))

    def takes() -> str:
        try:
            return "taken" if serving.Month().take(6_000) == serving.this_month() else "of another month"
        except Unavailable as error:
            return error.code

    assert sorted(meeting.at_once(takes, takes)) == ["budget_used", "taken"]
    assert Spent.objects.get().tokens == 6_000


def test_a_request_counts_in_the_month_that_it_began_in(
    alice: User, empty_lake: Lake, service: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_in(alice).post(PAGE, form(service))
    Spent.objects.create(month="2024-02", tokens=0)
    months = iter(("2024-01", "2024-02"))
    monkeypatch.setattr(serving, "this_month", lambda: next(months, "2024-02"))
    embedding.named("endpoint:small/one:24").vectors(["three words here"])
    assert dict(Spent.objects.values_list("month", "tokens")) == {"2024-01": 3, "2024-02": 0}


def test_a_key_never_goes_to_another_address(alice: User, empty_lake: Lake, service: Told) -> None:
    client = signed_in(alice)
    client.post(PAGE, form(service))
    assert client.post(PAGE, form(service, key="", model="other")).status_code == 302
    with running(Told(lambda texts: Toy().vectors(texts), KEY)) as other:
        assert "refused" in wrong(client, form(other, key=""))
    assert serving.service() is not None


def test_a_model_of_ones_own_is_tried_first(alice: User, empty_lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(alice)
    with pytest.raises(InvalidInput):
        commands.use_model(model=" ", by=alice)
    monkeypatch.setattr(local, "available", lambda: False)
    assert "not installed" in wrong(client, {"use_local": "1", "local": "/models/mine"})
    monkeypatch.setattr(local, "available", lambda: True)
    monkeypatch.setattr(local, "require", lambda: None)
    monkeypatch.setattr(commands, "TRIAL", 'print(\'{"code": "no_model"}\')')
    assert "no such model on this server" in wrong(client, {"use_local": "1", "local": "/models/mine"})
    monkeypatch.setattr(commands, "TRIAL", "print('{\"dimensions\": 24}')")
    assert client.post(PAGE, {"use_local": "1", "local": "/models/mine"}).status_code == 302
    kept = empty_lake.at().definitions.all("settings")[seeds.KEY]
    assert kept == {"encoder": "local:/models/mine:24"}
    assert AuditEntry.objects.get(action="compare_by_model").subject == "/models/mine"
