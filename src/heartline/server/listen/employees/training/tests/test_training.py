"""Trainings: where one is needed by the numbers, which were held, and what one changed against who had none."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from heartline.core.errors import InvalidInput
from heartline.server.accounts import commands as accounts
from heartline.server.accounts.models import AuditEntry, Role, User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.listen.employees.models import Need, Training
from heartline.server.listen.employees.training import commands
from heartline.server.listen.employees.training.commands import Held
from heartline.server.shell.opened import workspace
from heartline.store.lake import Lake
from heartline.store.tests.world import events

pytestmark = pytest.mark.django_db
ON = date(2026, 3, 2)


def text(response: Any) -> str:
    return html.unescape(str(response.content.decode()))


def said(unit: str, day: date, number: int, feeling: float, about: str = "delivery", **more: Any) -> list[Any]:
    return [(f"{unit}{day}{one}", about, f"{day} 10:{one % 60:02}", {"feeling": feeling + 0.1 * (-1) ** one,
             "unit": unit, **more}) for one in range(number)]  # fmt: skip


@pytest.fixture
def sides(lake: Lake) -> Lake:
    """Have Berlin trained: it rises by 0.5, Vienna by 0.1."""
    week = timedelta(days=7)
    rows = [*said("berlin", ON - week, 30, -0.2), *said("berlin", ON + week, 30, 0.3),
            *said("wien", ON - week, 30, -0.2), *said("wien", ON + week, 30, -0.1),
            *said("berlin", ON - 10 * week, 30, -0.2), *said("wien", ON - 10 * week, 30, -0.2)]  # fmt: skip
    return events(lake.folder, rows)


def held(**more: Any) -> Held:
    return Held(**{"what": "Talking about delays", "touchpoint": "delivery", "units": ("berlin",), "on": ON, **more})


def test_what_a_training_changed_is_held_against_who_had_none(alice: User, sides: Lake) -> None:
    made = commands.note_training(by=alice, held=held(hours=Decimal("7.5"), cost=Decimal(300), people=12))
    page = text(signed_in(alice).get(f"/training/{made.pk}/"))
    assert re.search(r"moved by <a[^>]+><strong>\+0.40</strong></a> more where the training was held", page)
    assert "association: nobody drew by lot" in page
    assert "fewer than four parts of the company" in page
    for number in ("−0.20", "+0.30", "−0.10"):
        assert number in page, number
    assert 'aria-current="true">8 weeks' in page
    few = text(signed_in(alice).get(f"/training/{made.pk}/?weeks=52"))
    assert "Both sides" in few
    assert signed_in(alice).get(f"/training/{made.pk}/?weeks=99").status_code == 400
    assert signed_in(alice).get("/training/99/").status_code == 404


def test_too_few_answers_tell_nothing(alice: User, lake: Lake) -> None:
    made = commands.note_training(by=alice, held=held())
    page = text(signed_in(alice).get(f"/training/{made.pk}/"))
    assert "Nobody can tell yet whether anything changed at Delivery." in page
    assert "needs 20 answers" in page


def test_parts_trained_otherwise_in_these_weeks_are_in_neither_group(alice: User, sides: Lake) -> None:
    made = commands.note_training(by=alice, held=held())
    commands.note_training(by=alice, held=held(units=("wien",), on=ON + timedelta(days=10)))
    assert "Nobody can tell yet" in text(signed_in(alice).get(f"/training/{made.pk}/"))


def test_a_training_is_noted_marked_and_removed(alice: User, sides: Lake) -> None:
    client = signed_in(alice)
    form = {"do": "held", "what": "Talking  about delays", "touchpoint": "delivery", "units": ["berlin"],
            "held_on": "2026-03-02", "hours": "7,5", "cost": "300", "people": "12", "team": "Tills"}  # fmt: skip
    assert client.post("/training/", form).status_code == 302
    one = Training.objects.get()
    assert (one.what, one.hours, one.people, one.team) == ("Talking about delays", Decimal("7.5"), 12, "Tills")
    assert workspace().lake.at().definitions.all("event")[one.event] == {
        "label": "Talking about delays", "first": "2026-03-02", "last": "2026-03-02", "kind": "training",
        "unit": "berlin",
    }  # fmt: skip
    page = text(client.get("/training/"))
    assert f'href="/training/{one.pk}/"' in page
    assert "Tills · 12 people" in page
    client.post("/training/", {"do": "remove", "number": str(one.pk)})
    assert one.event not in workspace().lake.at().definitions.all("event")
    assert set(AuditEntry.objects.values_list("action", flat=True)) >= {"note_training", "remove_training"}


def test_a_need_is_said_by_a_person_and_closed(alice: User, lake: Lake) -> None:
    client = signed_in(alice)
    client.post("/training/", {"do": "need", "touchpoint": "support", "why": "New returns", "unit": "berlin"})
    assert "New returns" in text(client.get("/training/"))
    client.post("/training/", {"do": "close", "number": str(Need.objects.get().pk)})
    assert "New returns" not in text(client.get("/training/"))


def test_needs_follow_from_what_goes_wrong_and_what_is_written(alice: User, lake: Lake) -> None:
    rows = [
        *said("berlin", ON, 40, 0.6, "delivery", succeeded=True),
        *said("berlin", ON, 30, -0.7, "support", succeeded=False),
        *said("wien", ON, 30, -0.6, "support", text="They were rude", themes=["friendliness"]),
        (None, None, f"{ON} 12:00", {"text": "Many ask for it", "kind": "note", "about": "support"}),
    ]
    events(lake.folder, rows)
    page = text(signed_in(alice).get("/training/?period=all"))
    assert re.search(r"Training is needed most at <strong>Support</strong>", page)
    assert "of what happens there goes wrong" in page
    line = page.split('href="/touchpoints/support/"', 1)[1].split("</tr>", 1)[0]
    assert "<b>training needed</b>" in line
    assert "of 30" in line
    assert ">1</a>" in line  # a note
    calm = page.split('href="/touchpoints/delivery/"', 1)[1].split("</tr>", 1)[0]
    assert "not clearly" in calm


def test_what_goes_wrong_by_its_nature_asks_for_no_training(alice: User, lake: Lake) -> None:
    rows = [*said("berlin", ON, 40, 0.6, "delivery", succeeded=True), *said("wien", ON, 30, -0.6, "support"),
            *said("berlin", ON, 50, -0.7, "lost", succeeded=False)]  # fmt: skip
    events(lake.folder, rows, touchpoint={"lost": {"label": "Parcel lost"}})
    page = text(signed_in(alice).get("/training/?period=all"))
    assert re.search(r"Training is needed most at <strong>Support</strong>", page)
    assert "Left out: Parcel lost." in page
    assert 'href="/touchpoints/lost/"' not in page
    assert "Left out" not in text(signed_in(alice).get("/training/?period=all&unit=wien"))


def test_with_nothing_imported_there_is_one_step(alice: User, empty_lake: Lake) -> None:
    page = text(signed_in(alice).get("/training/"))
    assert re.search(r'href="/import/">Bring your data in</a>', page)
    assert "Note a training" not in page


@pytest.mark.parametrize(
    ("more", "field"),
    [({"what": ""}, "what"), ({"touchpoint": "moon"}, "touchpoint"), ({"units": ()}, "units"),
     ({"units": ("moon",)}, "units"), ({"on": timezone.localdate() + timedelta(days=1)}, "held_on"),
     ({"hours": Decimal(-1)}, "hours"), ({"cost": Decimal(-1)}, "cost"), ({"people": -1}, "people")],
)  # fmt: skip
def test_what_cannot_be_is_refused(alice: User, lake: Lake, more: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as error:
        commands.note_training(by=alice, held=held(**more))
    assert error.value.field == field
    assert not Training.objects.exists()


def test_a_form_that_cannot_be_is_shown_again(alice: User, bob: User, lake: Lake) -> None:
    client = signed_in(alice)
    wrong = (({"held_on": "soon"}, "on which day"), ({"hours": "x"}, "Hours are a number"),
             ({"people": "many"}, "People are a number"), ({"cost": "nan"}, "cost is a number"))  # fmt: skip
    for values, said_ in wrong:
        form = {"do": "held", "what": "Kept words", "touchpoint": "delivery", "units": "berlin",
                "held_on": "2026-03-02", **values}  # fmt: skip
        answer = client.post("/training/", form)
        assert answer.status_code == 400
        assert said_ in text(answer)
        assert 'value="Kept words"' in text(answer)
    assert client.post("/training/", {"do": "need", "touchpoint": "support", "why": " "}).status_code == 400
    viewer = signed_in(accounts.create_user(email="who@example.org", role=Role.VIEWER, by=alice))
    assert viewer.get("/training/").status_code == 403
    assert signed_in(bob).post("/training/", {"do": "need"}).status_code == 403
    assert Client().get("/training/").status_code == 302


def test_queries_do_not_grow_with_trainings(alice: User, lake: Lake) -> None:
    client = signed_in(alice)
    client.get("/training/")
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get("/training/")
    for number in range(5):
        Training.objects.create(touchpoint="delivery", units=["berlin"], what=f"T{number}", held_on=ON)
    with CaptureQueriesContext(connection) as many:
        client.get("/training/")
    assert len(many) <= len(few)
