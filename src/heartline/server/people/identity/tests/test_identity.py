"""People are joined and parted by those who may, after a look at what it comes to; others see why, or nothing."""

from __future__ import annotations

import pyarrow as pa
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from heartline.collect.person import Person, find
from heartline.core.errors import Forbidden
from heartline.core.ids import identifier
from heartline.server.accounts.models import AuditEntry, User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.people.contacts.commands import about
from heartline.server.people.contacts.models import Contact
from heartline.server.people.identity import commands
from heartline.server.shell.sealed import seal
from heartline.store.lake import Lake
from heartline.store.tests.world import events

ANNA, BEN = "user_id:anna", "user_id:ben"


def person(lake: Lake, who: str) -> Person:
    return find(lake, who)


def counts(lake: Lake) -> dict[str, int]:
    snapshot = lake.at()
    found: dict[str, int] = {}
    for who in snapshot.execute(snapshot.rows("customer"))["customer"].to_pylist():
        found[who] = found.get(who, 0) + 1
    return found


def test_two_accounts_are_joined_after_a_look_and_parted_again(alice: User, lake: Lake) -> None:
    before, browser = counts(lake), signed_in(alice)
    found = browser.post(reverse("identity_find", args=[ANNA]), {"other": BEN})
    assert found.status_code == 302
    look = browser.get(found["Location"]).content.decode()
    assert "never joined by itself" in look
    assert counts(lake) == before
    done = browser.post(reverse("identity_join"), {"left": ANNA, "right": BEN})
    assert done.status_code == 302
    assert counts(lake)[ANNA] == before[ANNA] + before[BEN]
    page = browser.get(done["Location"]).content.decode()
    assert "2 identifiers" in page
    assert "A colleague (Administrator)" in page
    entry = AuditEntry.objects.get(action="join_people")
    assert (entry.by, entry.subject, entry.details["other"]) == (alice.email, ANNA, BEN)
    back = browser.get(reverse("identity_part"), {"left": ANNA, "right": BEN}).content.decode()
    assert "There are two people then" in back
    browser.post(reverse("identity_part"), {"left": ANNA, "right": BEN})
    assert counts(lake) == before
    assert AuditEntry.objects.filter(action="part_people").count() == 1
    assert "these are two people" in browser.get(reverse("identity", args=[ANNA])).content.decode()


def test_what_cannot_be_is_said(alice: User, lake: Lake) -> None:
    browser = signed_in(alice)
    for name, pair, text in (
        ("identity_join", (ANNA, ANNA), "one person already"),
        ("identity_join", (ANNA, "user_id:nobody"), "Nobody goes by that"),
        ("identity_part", (ANNA, BEN), "Nothing says"),
    ):
        for answer in (
            browser.get(reverse(name), {"left": pair[0], "right": pair[1]}),
            browser.post(reverse(name), {"left": pair[0], "right": pair[1]}),
        ):
            assert answer.status_code == 400
            assert text in answer.content.decode()
    missing = browser.post(reverse("identity_find", args=[ANNA]), {"other": "nobody@example.org"})
    assert missing.status_code == 400
    assert lake.at().version == 1


def test_who_may_not_join_sees_why_and_nothing_in_clear(alice: User, bob: User, charlie: Client, lake: Lake) -> None:
    mail = identifier("email", "anna@example.org", lake.key)
    with lake.write("test") as writer:
        writer.add("identities", pa.table({"left": [ANNA], "right": [mail], "same": [True], "source": ["crm"]}))
        writer.add("customers", pa.table({"identifier": [mail], "customer": [ANNA], "was": [mail]}))
    sealed = seal(b"Anna@example.org", about(mail, "email"))
    Contact.objects.create(identifier=mail, name="email", value=sealed, at=timezone.now(), source="crm")
    address = reverse("identity", args=[ANNA])
    assert "Anna@example.org" in signed_in(alice).get(address).content.decode()
    seen = signed_in(bob).get(address).content.decode()
    assert mail.partition(":")[2][:8] in seen
    assert mail.partition(":")[2][:9] not in seen
    assert "Anna@example.org" not in seen
    assert reverse("identity_part") not in seen
    assert signed_in(bob).post(reverse("identity_join"), {"left": ANNA, "right": BEN}).status_code == 403
    assert signed_in(bob).get(reverse("identity", args=["user_id:dora"])).status_code == 404, "she was in Vienna only"
    assert charlie.get(address).status_code == 302
    with pytest.raises(Forbidden):
        commands.merge(left=ANNA, right=BEN, by=bob)


def test_the_customer_page_leads_there(alice: User, lake: Lake) -> None:
    page = signed_in(alice).get(reverse("customer", args=[ANNA])).content.decode()
    assert reverse("identity", args=[ANNA]) in page
    said = signed_in(alice).get(reverse("identity_summary", args=[ANNA])).content.decode()
    assert "1 identifier" in said


def refuse(lake: Lake, *said: tuple[str, str, str]) -> None:
    with lake.write("test") as writer:
        left, right, why = (list(column) for column in zip(*said, strict=True))
        writer.add("refusals", pa.table({"left": left, "right": right, "why": why, "source": ["web_shop"] * len(why)}))


def test_why_somebody_was_not_joined_is_said_with_whom(alice: User, bob: User, lake: Lake) -> None:
    device, mail = "anonymous_id:d1", "email:e1"
    refuse(
        lake, (ANNA, device, "weak_between"), (BEN, device, "weak_between"), ("user_id:dora", device, "weak_between"),
        (ANNA, mail, "two_unique"), (BEN, mail, "two_unique"), (ANNA, "email:null", "nobody"),
    )  # fmt: skip
    client = signed_in(alice)
    for address in (reverse("identity", args=[ANNA]), reverse("identity_summary", args=[ANNA])):
        page = client.get(address).content.decode()
        assert "It was used by 2 others, too. It may be shared, so they were not joined." in page
        assert "It was given for somebody else, too." in page
        assert "It names nobody" in page
        assert page.count(f'href="{reverse("customer", args=[BEN])}"') == 2
        assert page.count(f'href="{reverse("customer", args=["user_id:dora"])}"') == 1
        assert "Web shop" in page
    seen = signed_in(bob).get(reverse("identity", args=[ANNA])).content.decode()
    assert "and 1 more" in seen
    assert "user_id:dora" not in seen, "she was in Vienna only"
    client.post(reverse("identity_join"), {"left": ANNA, "right": BEN})
    after = client.get(reverse("identity", args=[ANNA])).content.decode()
    assert "It was used by somebody else, too." in after
    assert "It was given for" not in after


def test_likely_pairs_are_listed_and_a_no_is_remembered(alice: User, bob: User, lake: Lake) -> None:
    events(lake.folder, [(f"other{number}", "delivery", "2024-02-01 10:00") for number in range(600)])
    for who in (ANNA, BEN):
        for name, value in (("name", "Anna Müller"), ("phone", "+49 30 123456")):
            sealed = seal(value.encode(), about(who, name))
            Contact.objects.create(identifier=who, name=name, value=sealed, at=timezone.now(), source="crm")
    address, browser = reverse("identity_likely"), signed_in(alice)
    first = browser.get(address).content.decode()
    assert "The same phone number" not in first
    later = f"{address}?list=1"
    assert f'hx-get="{later}"' in first
    part = browser.get(later, headers={"HX-Request": "true"}).content.decode()
    assert "The same phone number" in part
    assert "<html" not in part
    page = browser.get(address).content.decode()
    assert "hx-get" not in page.partition("<h1>")[2].partition("</main>")[0]
    assert "The same phone number" in page
    assert "Each has an account of their own" in page
    browser.post(reverse("identity_answer"), {"left": BEN, "right": ANNA, "answer": "later"})
    assert "The same phone number" in browser.get(address).content.decode()
    browser.post(reverse("identity_answer"), {"left": ANNA, "right": BEN, "answer": "no"})
    assert "The same phone number" not in browser.get(address).content.decode()
    assert AuditEntry.objects.filter(action="deny_likely", subject=ANNA).count() == 1
    assert signed_in(bob).get(address).status_code == 403
