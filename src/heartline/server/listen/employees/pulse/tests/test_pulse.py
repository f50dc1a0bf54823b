"""How employees feel: only in fives, apart from customers; asked by a link that is the same for everybody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from heartline.listen.surveys import codebook
from heartline.listen.surveys.gallery import example
from heartline.server.accounts import commands as accounts
from heartline.server.accounts.models import Role, User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.listen.employees import addresses, held
from heartline.server.listen.employees.models import Member, Pulse, Question
from heartline.server.listen.employees.pulse import commands, posting
from heartline.server.shell import personal
from heartline.server.shell.opened import workspace
from heartline.store.lake import Lake
from heartline.store.tests.world import events

pytestmark = pytest.mark.django_db


def answer(number: int, month: int, unit: str, survey: str, **said: Any) -> list[tuple[Any, ...]]:
    """Give what one employee answered, as it lands."""
    rows = []
    for question, value in said.items():
        about, _, row = question.partition("_")
        own = {"survey": survey, "question": about, "response": f"{survey}{number}"} | ({"row": row} if row else {})
        own |= {"words": value} if isinstance(value, str) else {"chosen" if row else "points": value}
        more = {"kind": "employee", "event": "Employee Answered", "unit": unit,
                "properties": msgspec.json.encode(own).decode()}  # fmt: skip
        rows.append((None, None, f"2026-{month:02}-{1 + number % 25:02} 10:{number % 60:02}", more))
    return rows


@pytest.fixture
def asked(lake: Lake) -> Lake:
    """Have employees asked in Berlin (12 + 10) and in Vienna (4 + 3), in two months."""
    books = {key: codebook.body([example(key)]) for key in ("enps", "pulse")}
    rows: list[Any] = []
    groups = (("berlin", 8, 12, 10), ("wien", 8, 4, 2), ("berlin", 9, 10, 3), ("wien", 9, 3, 3))
    for unit, month, people, score in groups:
        for _ in range(people):
            number = len(rows)
            rows += answer(number, month, unit, "enps", enps=float(score), keeps=f"Slow tills {number}")
            rows += answer(number, month, unit, "pulse", agree_tools=2, agree_team=5)
    return events(lake.folder, rows, survey=books)


def text(response: Any) -> str:
    return str(response.content.decode())


def test_the_page_says_how_employees_feel_in_fives(alice: User, asked: Lake) -> None:
    page = text(signed_in(alice).get("/employees/"))
    assert "Would they recommend working here? eNPS" in page
    assert "My tools and systems help me." in page  # agreed with least
    assert "Aug 2026" in page
    assert "Sep 2026" in page
    assert "fell by" in page
    assert "Slow tills" in page
    assert "10:0" not in page  # nothing tells when somebody wrote
    assert page.count('class="quote"') == 8


def test_a_part_with_too_few_is_withheld_and_what_it_could_be_worked_out_from(alice: User, asked: Lake) -> None:
    split = [row for row in workspace().questions("enps", by="unit").rows if row["measure"] == "nps"]
    assert [(row["group"], row["n"] % 5) for row in split] == [("berlin", 0), ("wien", 0)]
    whole = next(row for row in workspace().questions("enps").rows if row["measure"] == "nps")
    rest = whole["n"] - sum(row["n"] for row in split)
    assert whole["n"] == 25
    assert rest == 0 or rest >= 5
    assert signed_in(alice).get("/employees/?period=2026-08").status_code == 400
    assert signed_in(alice).get("/employees/?channel=web").status_code == 400


def test_how_many_were_asked_is_for_who_sees_the_whole_company(alice: User, bob: User, asked: Lake) -> None:
    pulse = Pulse.objects.create(survey="enps", next_at=timezone.now())
    at = timezone.now().replace(year=2026, month=8, day=15)
    Question.objects.bulk_create(Question(pulse=pulse, number=1, state="sent", at=at) for _ in range(16))
    assert "Who took part" in text(signed_in(alice).get("/employees/"))
    page = text(signed_in(bob).get("/employees/"))
    assert "eNPS" in page
    assert "Who took part" not in page  # sixteen were asked everywhere, and those of Berlin answered


def test_texts_are_for_who_may_read_people(alice: User, asked: Lake) -> None:
    viewer = signed_in(accounts.create_user(email="who@example.org", role=Role.VIEWER, by=alice))
    page = text(viewer.get("/employees/"))
    assert "eNPS" in page
    assert "Slow tills" not in page


def test_nobody_was_asked_yet(alice: User, lake: Lake) -> None:
    page = text(signed_in(alice).get("/employees/"))
    assert "No employee has been asked yet." in page
    assert "The one step" in page


def test_employees_are_asked_again_and_again_once_each(alice: User, asked: Lake, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    client = signed_in(alice)
    for name, email, unit in (("Lena Ott", "lena@shop.org", "berlin"), ("Jan Kurz", "jan@shop.org", ""),
                              ("No Mail", "", "")):  # fmt: skip
        made = client.post("/employees/ask/", {"do": "put", "name": name, "email": email, "unit": unit, "asked": "on"})
        assert made.status_code == 302
    assert client.post("/employees/ask/", {"do": "ask", "survey": "pulse", "every_weeks": "4"}).status_code == 302
    assert posting.due()
    assert posting.post() == 2
    assert posting.post() == 0
    assert not posting.due()
    bodies = {one.to[0]: one.body for one in mail.outbox}
    assert set(bodies) == {"lena@shop.org", "jan@shop.org"}
    assert "/s/pulse/?unit=berlin" in bodies["lena@shop.org"]
    assert "lena" not in bodies["lena@shop.org"].lower()  # the link is everybody's
    Pulse.objects.update(next_at=timezone.now() - timedelta(weeks=9))
    assert posting.post() == 2  # what was missed is not made up for
    assert Pulse.objects.get().next_at > timezone.now()
    page = text(client.get("/employees/ask/"))
    assert "last time to 2" in page
    client.post("/employees/ask/", {"do": "stop", "survey": "pulse"})
    Pulse.objects.update(next_at=timezone.now())
    assert posting.post() == 0
    assert b"<svg" in client.get("/employees/ask/pulse.svg?unit=berlin").content
    assert client.get("/employees/ask/nps.svg").status_code == 404


def test_the_list_is_checked_and_kept_encrypted(alice: User, bob: User, lake: Lake) -> None:
    one = commands.put_employee(by=alice, name="Lena  Ott", email="Lena@shop.org", spoken="Frau Ott, die Lena,")
    assert (one.name, one.spoken, addresses.opened(one)) == ("Lena Ott", ["Frau Ott", "die Lena"], "Lena@shop.org")
    assert b"shop.org" not in bytes(one.email)
    client = signed_in(alice)
    for values, said in (({"name": " "}, "first and last name"), ({"name": "A", "email": "x"}, "no e-mail address"),
                         ({"name": "A", "unit": "moon"}, "one of the units"),
                         ({"name": "A", "email": "lena@SHOP.org"}, "on the list already")):  # fmt: skip
        response = client.post("/employees/ask/", {"do": "put", **values})
        assert response.status_code in (400, 409)
        assert said in text(response)
    assert client.post("/employees/ask/", {"do": "ask", "survey": "nps", "every_weeks": "4"}).status_code == 404
    assert client.post("/employees/ask/", {"do": "ask", "survey": "nps", "every_weeks": "x"}).status_code == 400
    assert signed_in(bob).get("/employees/ask/").status_code == 403
    assert Client().get("/employees/").status_code == 302
    client.post("/employees/ask/", {"do": "remove", "number": str(one.pk)})
    assert not Member.objects.exists()


def test_an_employee_is_handed_out_and_forgotten(alice: User, asked: Lake) -> None:
    one = commands.put_employee(by=alice, name="Lena Ott", email="lena@shop.org")
    commands.put_employee(by=alice, name="Jan Kurz", email="jan@shop.org")
    pulse = commands.ask_regularly(by=alice, survey="pulse", every_weeks=1)
    Question.objects.create(pulse=pulse, number=1, member=one)
    who = personal.Theirs(frozenset(), lambda said: said.lower() == "lena@shop.org")
    (holding,) = [each for each in personal.holdings() if each.place == "employees"]
    (row,) = holding.export(who)
    assert (row["name"], row["email"], [each["survey"] for each in row["asked"]]) == (
        "Lena Ott", "lena@shop.org", ["pulse"]
    )  # fmt: skip
    gone = holding.erase(who)
    assert (gone.removed, gone.searched, holding.export(who)) == (1, 2, [])
    held.forget_all()
    assert not Member.objects.exists()
