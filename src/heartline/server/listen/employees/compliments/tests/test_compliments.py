"""Compliments reach whom they name, once; never unkind words, and where it is unsure a person says whose they are."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from heartline.collect.catalogue import of_values, written
from heartline.server.accounts import commands as accounts
from heartline.server.accounts.models import AuditEntry, Role, User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.listen.employees import held
from heartline.server.listen.employees.compliments import finding, telling
from heartline.server.listen.employees.models import Compliment, Looked, Member
from heartline.server.listen.employees.pulse import commands as people
from heartline.server.shell import personal
from heartline.store.lake import Lake
from heartline.store.tests.world import events

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def say(lake: Lake, *texts: tuple[str, float], unit: str = "", days: int = 1) -> Lake:
    at = f"{NOW - timedelta(days=days):%Y-%m-%d %H:%M}"
    return events(lake.folder, [
        ("anna", "delivery", at, {"text": text, "feeling": feeling, **({"unit": unit} if unit else {})})
        for text, feeling in texts
    ])  # fmt: skip


def page(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def lena(alice: User, lake: Lake) -> User:
    """Give somebody who signs in and is named by customers."""
    return accounts.create_user(email="lena@shop.org", name="Lena Müller", role=Role.AGENT, by=alice)


def given() -> list[tuple[str, str]]:
    some = Compliment.objects.order_by("pk").select_related("member")
    return [(one.member.name, one.state) for one in some]


def test_what_praises_somebody_reaches_them_once(lena: User, lake: Lake, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    say(lake, ("Frau Mueller was wonderful, thank you", 0.8), ("Lena Müller was terrible", -0.7),
        ("Lena Müller, well", 0.0), ("Great shop", 0.9))  # fmt: skip
    assert finding.behind()
    assert finding.look() == 1
    assert not finding.behind()
    assert finding.look() == 0
    assert given() == [("Lena Müller", "given")]
    assert (telling.tell(), telling.tell()) == (1, 0)
    (told,) = mail.outbox
    assert told.to == ["lena@shop.org"]
    assert "/compliments/" in told.body
    assert "wonderful" not in told.body  # who signs in reads it there
    client = signed_in(lena)
    assert "A customer named you and praised you." in page(client.get("/"))
    shown = page(client.get("/compliments/"))
    assert "<mark>Frau Mueller</mark> was wonderful, thank you" in shown
    assert "terrible" not in shown
    assert "anna" not in shown
    assert "A customer named you" not in page(client.get("/"))  # told once
    Looked.objects.update(version=0)  # as after a crash
    assert finding.look() == 0
    assert telling.tell() == 0


def test_she_thanks_and_puts_away(lena: User, alice: User, lake: Lake) -> None:
    say(lake, ("Lena Müller is great", 0.8), ("Lena Müller helped well", 0.6))
    finding.look()
    client = signed_in(lena)
    first, second = Compliment.objects.order_by("pk")
    client.post("/compliments/", {"do": "thank", "number": str(first.pk)})
    assert "You said thank you." in page(client.get("/compliments/"))
    client.post("/compliments/", {"do": "hide", "number": str(second.pk)})
    assert "helped well" not in page(client.get("/compliments/"))
    assert signed_in(alice).post("/compliments/", {"do": "hide", "number": str(first.pk)}).status_code == 404
    assert set(AuditEntry.objects.values_list("action", flat=True)) >= {"thank_for_compliment", "hide_compliment"}
    assert Client().get("/compliments/").status_code == 302


def test_the_part_of_a_text_that_names_somebody_has_to_be_kind(lena: User, lake: Lake) -> None:
    say(lake, ("The shop is great and wonderful, but Lena Müller was terrible and rude.", 0.5))
    assert finding.look() == 0


def test_whom_an_ambiguous_name_means_says_a_person(alice: User, bob: User, lake: Lake) -> None:
    lena = people.put_employee(by=alice, name="Lena Ott", unit="wien", email="ott@shop.org")
    other = people.put_employee(by=alice, name="Lena Kurz", unit="berlin")
    say(lake, ("Lena was wonderful", 0.8))
    say(lake, ("Lena was lovely", 0.8), unit="berlin")
    assert finding.look() == 3
    assert sorted(given()) == [("Lena Kurz", "given"), ("Lena Kurz", "unsure"), ("Lena Ott", "unsure")]
    client = signed_in(alice)
    asked = page(client.get("/compliments/asked/"))
    assert "<mark>Lena</mark> was wonderful" in asked
    assert "Lena Kurz" in asked
    key = Compliment.objects.filter(member=lena).get().interaction
    assert signed_in(bob).post("/compliments/asked/", {"key": key, "member": str(lena.pk)}).status_code == 404
    assert client.post("/compliments/asked/", {"key": key, "member": "99"}).status_code == 404
    client.post("/compliments/asked/", {"key": key, "member": str(lena.pk)})
    states = {(one.member_id, one.interaction == key): one.state for one in Compliment.objects.all()}
    assert (states[lena.pk, True], states[other.pk, True]) == ("given", "denied")
    assert "Nobody has to be asked" in page(client.get("/compliments/asked/"))
    viewer = signed_in(accounts.create_user(email="who@example.org", role=Role.VIEWER, by=alice))
    assert viewer.get("/compliments/asked/").status_code == 403


def test_who_signs_in_nowhere_reads_it_in_the_mail(alice: User, lake: Lake, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    people.put_employee(by=alice, name="Jan Ott", email="jan@shop.org")
    people.put_employee(by=alice, name="Ida Roth", email="ida@shop.org", thanked=False)
    say(lake, ("Jan Ott is the best", 0.8), ("Ida Roth is the best", 0.8))
    assert finding.look() == 1
    assert telling.tell() == 1
    assert "Jan Ott is the best" in mail.outbox[0].body
    assert mail.outbox[0].to == ["jan@shop.org"]


def test_leaders_see_counts_by_employee_only_where_that_is_allowed(lena: User, alice: User, lake: Lake) -> None:
    jan = people.put_employee(by=alice, name="Jan Ott", unit="wien")
    ida = people.put_employee(by=alice, name="Ida Roth", unit="wien")
    for number, (member, times) in enumerate(((jan, 6), (ida, 5), (Member.objects.get_or_create(name="Uwe")[0], 2))):
        for time in range(times):
            Compliment.objects.create(interaction=f"{number}.{time}", member=member, form="x", state="given",
                                      said_at=NOW)  # fmt: skip
    client = signed_in(alice)
    shown = page(client.get("/compliments/"))
    assert "shows no figures about single employees" in shown
    assert "Vienna" in shown
    assert "Jan Ott" not in shown
    written(lake, [of_values("settings", "company", {"employee_figures": True})], source="page")
    shown = page(client.get("/compliments/"))
    assert "Jan Ott" in shown
    assert "Ida Roth" not in shown  # with the total, it would tell of Uwe
    assert "Uwe" not in shown
    assert "How often employees were praised" not in page(signed_in(lena).get("/compliments/"))


def test_what_was_erased_is_shown_no_more_and_old_words_are_told_to_nobody(lena: User, lake: Lake) -> None:
    say(lake, ("Lena Müller was great", 0.8), days=120)
    assert finding.look() == 0
    say(lake, ("Lena Müller was great", 0.8))
    assert finding.look() == 1
    there = Compliment.objects.get()
    held._erase(personal.Theirs(frozenset({"user_id:somebody"}), lambda _said: False))
    assert Compliment.objects.get() == there
    Compliment.objects.update(interaction="gone")
    assert "No customer has named you yet." in page(signed_in(lena).get("/compliments/"))
    held._erase(personal.Theirs(frozenset({"user_id:anna"}), lambda _said: False))  # behind the lake, as always
    assert not Compliment.objects.exists()


KIND = ("{} was wonderful and helpful", "Great, friendly advice by {}", "Excellent service from {}, thank you")
RUDE = ("{} was terrible and rude", "Awful, {} ignored us", "The shop is great, but {} was horrible")
ELSE = ("My neighbour Peter Kurz likes it", "A long day, wonderful shop", "Anna Sommer recommended it, great",
        "Wonderful, nobody was here by that name")  # fmt: skip


def test_planted_compliments_are_found_and_nothing_else(alice: User, lake: Lake) -> None:
    staff = {name: people.put_employee(by=alice, name=name, unit=unit)
             for name, unit in (("Lena Müller", "berlin"), ("Jan Kurz", "wien"), ("José García", "wien"),
                                ("Ida Groß", "berlin"))}  # fmt: skip
    draw, planted, rows = random.Random(3), set(), []
    at = f"{NOW - timedelta(days=2):%Y-%m-%d %H:%M}"
    for number in range(400):
        name = draw.choice(list(staff))
        first, last = name.split()
        form = draw.choice([name, f"Frau {last}", f"Mr. {last}", name.replace("ü", "ue").replace("ß", "ss"), first])
        kind, texts = draw.choice([("kind", KIND), ("rude", RUDE), ("else", ELSE)])
        text = draw.choice(texts).format(form)
        feeling = 0.6 if kind != "rude" or "great" in text else -0.6
        more = {"id": f"p:{number}", "text": text, "unit": staff[name].unit, "feeling": feeling}
        rows.append(("anna", "delivery", at, more))
        if kind == "kind":
            planted.add((f"p:{number}", staff[name].pk))
    events(lake.folder, rows)
    finding.look()
    found = set(Compliment.objects.filter(state="given").values_list("interaction", "member_id"))
    right = len(found & planted)
    assert right / len(found) >= 0.98, "precision"
    assert right / len(planted) >= 0.95, "recall"
