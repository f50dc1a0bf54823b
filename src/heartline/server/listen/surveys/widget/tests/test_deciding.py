"""On the company's own pages a survey keeps to the rules of all that is asked; who was left out is kept, with why."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from heartline.collect import catalogue
from heartline.collect.inbox import Received, named, opened
from heartline.core.ids import identifier
from heartline.server.accounts import commands as accounts
from heartline.server.accounts.models import User
from heartline.server.listen.surveys import commands
from heartline.server.listen.surveys.inviting import asks, on_pages
from heartline.server.listen.surveys.inviting import commands as inviting
from heartline.server.listen.surveys.inviting.values import Manner
from heartline.server.listen.surveys.models import Answering
from heartline.server.listen.surveys.tests.test_answer import asked, land
from heartline.server.people.consent.models import State
from heartline.server.people.eligibility import rules
from heartline.server.people.eligibility.models import Ours, Refused, Reservation
from heartline.server.people.eligibility.tests.company import agreed
from heartline.store.lake import Lake

from .test_talking import say, told

__all__ = ["asked"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def site(asked: str, alice: User, settings: Any) -> Iterator[str]:
    """Give the key of a site, of a company that asks nobody twice within ten days."""
    del asked
    on_pages._lived.clear()
    settings.SURVEY_WIDGET_RATE = "10000/m/ip"
    rule(cooldown_days=10, caps={})
    yield accounts.create_write_key(name="shop", by=alice)
    cache.clear()  # it counts how often a network asks


def rule(**more: Any) -> None:
    Ours.objects.update_or_create(pk=1, defaults={"body": rules.Company(**more).body()})


def shown(client: Client, site: str, user: str, number: int = 1, **more: Any) -> bool:
    """Tell whether somebody is shown the survey; `number` is of the response that would begin."""
    person = {"user_id": user} if not user.startswith("a-") else {"anonymous_id": user}
    answer = told(say(client, "open", token=f"{number:032x}", key=site, person=person if user else {}, **more))
    return bool(answer["asked"])


def why(what: str = "survey:help") -> dict[str, str]:
    return dict(Refused.objects.filter(what=what).values_list("identifier", "reason"))


def ago(days: float) -> None:
    Reservation.objects.update(at=timezone.now() - timedelta(days=days))


def known(lake: Lake, kind: str, value: str) -> str:
    return identifier(kind, value, lake.key)


def test_who_was_asked_lately_is_left_out_with_the_reason_and_one_visit_is_one_contact(
    client: Client, site: str, lake: Lake
) -> None:
    assert shown(client, site, "K-1")
    assert Reservation.objects.get().identifier == known(lake, "user_id", "K-1")
    assert shown(client, site, "K-1", 2)  # the next page of the same visit
    assert Reservation.objects.count() == 1
    ago(1)
    assert not shown(client, site, "K-1", 3)
    assert not shown(client, site, "K-1", 4)
    assert why() == {known(lake, "user_id", "K-1"): "asked_before"}
    assert Refused.objects.count() == 1  # once a day, however many pages they open
    ago(11)
    inviting.set_manner(key="help", how=Manner(again_days=5), by=User.objects.get())
    assert shown(client, site, "K-1", 5)


def test_a_visitor_without_a_name_keeps_the_pauses_and_they_go_on_when_they_get_one(
    client: Client, site: str, lake: Lake
) -> None:
    commands.begin(by=User.objects.get(), key="nps", example_key="nps")
    commands.open_(by=User.objects.get(), key="nps")
    assert shown(client, site, "a-7")
    ago(1)
    assert not shown(client, site, "a-7", 2, survey="nps")
    assert set(why("survey:nps").values()) == {"asked_lately"}
    assert shown(client, site, "K-7", 3, survey="nps")  # nobody knows yet that they are the same
    Reservation.objects.filter(what="survey:nps").delete()
    both = {"type": "track", "event": "Seen", "userId": "K-7", "anonymousId": "a-7", "messageId": "m-1"}
    with opened(named(lake.folder)) as inbox:
        inbox.put([Received(time.time_ns() // 1000, "shop", "batch", msgspec.json.encode({"batch": [both]}), 1, b"{}")])
    land(lake)
    assert not shown(client, site, "K-7", 4, survey="nps")


def test_limits_of_pages_and_of_everything_hold_over_all_surveys(client: Client, site: str) -> None:
    rule(cooldown_days=0, caps={"web": (1, 30), "": (2, 30)})
    assert shown(client, site, "K-1")
    ago(12)
    assert not shown(client, site, "K-1", 2)
    rule(cooldown_days=0, caps={"": (2, 30)})
    inviting.set_manner(key="help", how=Manner(again_days=0), by=User.objects.get())
    assert shown(client, site, "K-1", 3)
    ago(2)
    assert not shown(client, site, "K-1", 4)
    assert list(Refused.objects.values_list("reason", flat=True)) == ["asked_before"]  # the first of the day stays


def test_what_stands_in_a_page_waits_for_whoever_comes_by(client: Client, site: str) -> None:
    assert shown(client, site, "K-1", way="inline")
    assert shown(client, site, "K-1", 2, way="inline")
    assert shown(client, site, "", 3, way="inline")
    assert not Reservation.objects.exists()
    assert shown(client, site, "K-1", 4)


def test_values_that_name_nobody_hold_nobody_up(client: Client, site: str) -> None:
    assert shown(client, site, "undefined")
    assert shown(client, site, "undefined", 2)
    assert not Reservation.objects.exists()


def test_a_purpose_that_names_the_web_wants_a_yes(client: Client, site: str, lake: Lake) -> None:
    body = {"label": "Opinions", "channels": ["web", "email"], "basis": "consent"}
    catalogue.written(lake, [catalogue.of_values("purpose", "opinions", body)], source="test")
    inviting.set_manner(key="help", how=Manner(purpose="opinions"), by=User.objects.get())
    assert not shown(client, site, "K-1")
    assert not shown(client, site, "", 2)
    agreed(known(lake, "user_id", "K-1"), "opinions", State.GIVEN)
    assert not shown(client, site, "K-1", 3)  # said for mails
    from heartline.server.people.consent.models import Via
    from heartline.server.people.consent.writing import New, write

    name = known(lake, "user_id", "K-1")
    write([New(name, "opinions", "web", State.GIVEN, timezone.now(), "test", Via.HAND, reason="said so")])
    assert shown(client, site, "K-1", 4)


def test_a_share_is_drawn_by_person_and_a_target_follows_what_was_lived(client: Client, site: str) -> None:
    alice = User.objects.get()
    rule(cooldown_days=0, caps={})
    inviting.set_manner(key="help", how=Manner(page_share=50, again_days=None), by=alice)
    drawn = [shown(client, site, f"K-{number}", number) for number in range(60)]
    assert 12 <= sum(drawn) <= 48
    assert [shown(client, site, f"K-{number}", 100 + number) for number in range(15)] == drawn[:15]
    assert set(why().values()) == {"not_drawn"}
    for one in Reservation.objects.order_by("pk")[:10]:
        say(client, "send", token=one.key[-32:], block="main", given={"solved": "first", "service": 5})
        say(client, "send", token=one.key[-32:], block="words", given={})
    assert Answering.objects.filter(finished_at__isnull=False).count() == 10
    Reservation.objects.update(at=timezone.now() - timedelta(hours=2))
    on_pages._lived.clear()
    lived, _ahead = on_pages.lived(commands.find("help"), timezone.now())
    assert lived[""] == (sum(drawn), 10, 10.0)
    inviting.set_manner(key="help", how=Manner(page_target=10, again_days=None), by=alice)
    assert not shown(client, site, "K-200", 200)
    assert "target_met" in why().values()


def test_the_page_of_places_says_how_often_and_what_that_comes_to(client: Client, site: str) -> None:
    client.force_login(User.objects.get())
    page = client.get("/surveys/help/places/").content.decode()
    assert 'name="page_share" value="100"' in page
    empty = client.post("/surveys/help/places/", {"do": "count", "page_share": "100", "page_target": "5"})
    assert "nothing can be expected yet" in empty.content.decode()
    for number in range(30):
        assert shown(client, site, f"K-{number}", number)
    for one in Reservation.objects.order_by("pk")[:12]:
        say(client, "send", token=one.key[-32:], block="main", given={"solved": "first", "service": 5})
        say(client, "send", token=one.key[-32:], block="words", given={})
    Reservation.objects.update(at=timezone.now() - timedelta(hours=2))
    on_pages._lived.clear()
    told_ = client.post("/surveys/help/places/", {"do": "count", "page_share": "100", "page_target": "5"})
    assert "15 would be asked, and about 5 answer: between 1 and 9." in told_.content.decode()
    assert "12 of 30" in told_.content.decode()
    wrong = client.post("/surveys/help/places/", {"do": "appear", "page_share": "0"})
    assert (wrong.status_code, "A share is a number from 1 to 100." in wrong.content.decode()) == (400, True)
    assert client.post("/surveys/help/places/", {"do": "appear", "page_share": "40"}).status_code == 302
    assert asks.manner(commands.find("help")).page_share == 40
