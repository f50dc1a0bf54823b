"""A person asks for their data, is left out, and goes; nothing of the others does."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from heartline.core.errors import Conflict, Forbidden, InvalidInput
from heartline.server.accounts import audit
from heartline.server.accounts.models import AuditEntry, ShareLink, User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.people.consent.models import State, Via, Word
from heartline.server.people.contacts.commands import about
from heartline.server.people.contacts.models import Contact
from heartline.server.people.privacy import commands, tasks
from heartline.server.people.privacy.clock import month_later
from heartline.server.people.privacy.models import Objection, Request, Rule, Sheet
from heartline.server.shell import personal
from heartline.server.shell.sealed import seal
from heartline.store.lake import Lake
from heartline.store.tests.world import events

ANNA = "user_id:anna"


def ids(lake: Lake) -> int:
    snapshot = lake.at()
    return int(snapshot.execute(snapshot.rows("id")).num_rows)


def contact(who: str, value: str) -> None:
    sealed = seal(value.encode(), about(who, "email"))
    Contact.objects.create(identifier=who, name="email", value=sealed, at=timezone.now(), source="crm")
    said = {"purpose": "mail", "state": State.GIVEN, "source": "crm", "via": Via.IMPORT, "digest": who}
    Word.objects.create(identifier=who, at=timezone.now(), last_at=timezone.now(), **said)


@pytest.mark.parametrize(
    ("asked", "due"),
    [("2024-01-31", "2024-02-29"), ("2023-12-15", "2024-01-15"), ("2024-05-31", "2024-06-30")],
)
def test_a_month_ends_on_the_same_day_or_on_the_months_last(asked: str, due: str) -> None:
    assert month_later(date.fromisoformat(asked)) == date.fromisoformat(due)


def test_who_may_not_see_to_privacy_gets_nothing(bob: User, charlie: Client, lake: Lake) -> None:
    with pytest.raises(Forbidden):
        commands.export(who=ANNA, by=bob)
    with pytest.raises(Forbidden):
        commands.erase(who=ANNA, by=bob)
    for name in ("privacy", "privacy_keeping"):
        assert signed_in(bob).get(reverse(name)).status_code == 403
        assert charlie.get(reverse(name)).status_code == 302
    assert b"Hand out or remove" not in signed_in(bob).get(reverse("customer", args=[ANNA])).content
    assert ids(lake) == 6


def test_everything_held_is_handed_out(alice: User, lake: Lake) -> None:
    contact(ANNA, "anna@example.org")
    contact("user_id:ben", "ben@example.org")
    got = signed_in(alice).post(reverse("privacy_export"), {"who": ANNA})
    made = json.loads(zipfile.ZipFile(io.BytesIO(got.content)).read("person.json"))
    assert len(made["interactions"]) == 2
    assert made["held"]["contacts"] == [{"name": "email", "value": "anna@example.org"}]
    assert made["held"]["consents"][0]["purpose"] == "mail"
    assert "ben" not in json.dumps(made)
    assert AuditEntry.objects.filter(action="export_person", subject=ANNA).exists()


def test_a_person_goes_from_both_stores_with_a_proof(alice: User, lake: Lake) -> None:
    for who in (ANNA, "user_id:ben"):
        contact(who, f"{who}@example.org")
        audit.record(by=alice, action="export", subject=f"/customers/{who}/", query=f"customer={who}")
        ShareLink.objects.create(path=f"/customers/{who}/", page="customer", version=1, made_by=alice,
                                 expires_at=timezone.now())  # fmt: skip
        commands.object_to_profiling(who=who, by=alice)
    asked = commands.ask(kind="erasure", asked_on=timezone.localdate(), who=ANNA, note="By mail from Anna", by=alice)
    sheet = commands.erase(who=ANNA, by=alice, request=asked.pk)
    assert sheet.state == Sheet.State.DONE
    removed = {line["place"]: line["removed"] for line in sheet.places}
    wanted = {"lake: interactions": 2, "contacts": 1, "consents": 2, "shared pages": 1, "objections": 1, "requests": 1}
    assert {place: removed[place] for place in wanted} == wanted
    assert removed["audit trail"] >= 2
    assert ids(lake) == 4
    assert [one.identifier for one in Contact.objects.all()] == ["user_id:ben"]
    assert ShareLink.objects.count() == Objection.objects.count() == 1
    assert Word.objects.count() == 2, "what they agreed to, and that they objected"
    asked.refresh_from_db()
    assert (asked.state, asked.note, asked.names, asked.customer) == ("done", "", [], "")
    everything = json.dumps([list(model.objects.values_list()) for model in (AuditEntry, Sheet, Request)], default=str)
    assert "anna" not in everything.lower()
    assert "ben" in everything


def test_the_page_asks_twice_and_leads_to_the_proof(alice: User, lake: Lake) -> None:
    page = signed_in(alice)
    assert page.get(reverse("customer", args=[ANNA])).content.count(b"Hand out or remove") == 1
    assert b"2 things that happened" in page.get(reverse("privacy_person", args=[ANNA])).content
    refused = page.post(reverse("privacy_erase"), {"who": ANNA, "word": "yes"})
    assert refused.status_code == 400
    assert ids(lake) == 6
    done = page.post(reverse("privacy_erase"), {"who": ANNA, "word": "erase"})
    sheet = Sheet.objects.get()
    assert done["Location"] == reverse("privacy_sheet", args=[sheet.pk])
    assert b"being removed" in page.get(done["Location"]).content
    tasks.erase.func(sheet.pk)
    tasks.erase.func(sheet.pk)
    shown = page.get(done["Location"]).content.decode()
    assert "This person is gone: 2 things that happened were removed" in shown
    assert "anna" not in shown
    file = json.loads(page.get(reverse("privacy_sheet_file", args=[sheet.pk])).content)
    assert file["by"] == "alice@example.org"
    assert {"place": "lake: interactions", "removed": 2, "searched": 6, "counts": "rows"} in file["places"]
    assert "anna" not in json.dumps(file)
    assert page.get(reverse("privacy_sheet", args=[999])).status_code == 404


def test_who_objects_is_left_out_until_they_agree(alice: User, lake: Lake) -> None:
    assert personal.may_profile(ANNA)
    signed_in(alice).post(reverse("privacy_profiling"), {"who": ANNA, "objects": "yes"})
    assert not personal.may_profile(ANNA)
    assert personal.objecting() == {ANNA}
    assert personal.may_profile("user_id:ben")
    assert commands.object_to_profiling(who=ANNA, by=alice) == 0
    signed_in(alice).post(reverse("privacy_profiling"), {"who": ANNA, "objects": "no"})
    assert personal.may_profile(ANNA)


def test_the_desk_counts_the_days(alice: User, lake: Lake) -> None:
    page, today = signed_in(alice), timezone.localdate()
    assert b"Nobody waits for an answer" in page.get(reverse("privacy")).content
    asked_on = today - timedelta(days=40)
    given = {"kind": "access", "asked_on": asked_on.isoformat(), "who": ANNA, "note": "mail of anna@example.org"}
    made = page.post(reverse("privacy"), given)
    one = Request.objects.get()
    assert made["Location"] == reverse("privacy_request", args=[one.pk])
    assert one.due_on == month_later(asked_on)
    assert b"anna@example.org" not in bytes(one.sealed_note)
    assert b"anna@example.org" in page.get(made["Location"]).content
    assert b"1 is late" in page.get(reverse("privacy")).content
    assert tasks.remind.func() == 1
    assert tasks.remind.func() == 0
    with pytest.raises(Conflict, match="within the first month"):
        commands.lengthen(number=one.pk, because="many", by=alice)
    assert page.post(reverse("privacy_move", args=[one.pk]), {"state": "refused"}).status_code == 400
    page.post(reverse("privacy_move", args=[one.pk]), {"state": "done", "answer": "sent"})
    one.refresh_from_db()
    assert one.state == "done"
    assert page.post(reverse("privacy_move", args=[one.pk]), {"state": "open"}).status_code == 400
    assert b"Nobody waits for an answer" in page.get(reverse("privacy")).content


def test_wrong_requests_are_told_why(alice: User, lake: Lake) -> None:
    page, today = signed_in(alice), timezone.localdate()
    for given in (
        {"kind": "access", "asked_on": "2024-13-40"},
        {"kind": "access", "asked_on": (today + timedelta(days=1)).isoformat()},
        {"kind": "nothing", "asked_on": today.isoformat()},
        {"kind": "access", "asked_on": today.isoformat(), "who": "email:zoe@example.org"},
    ):
        assert page.post(reverse("privacy"), given).status_code == 400
    assert Request.objects.count() == 0


def test_more_time_is_two_more_months_with_a_reason(alice: User, lake: Lake) -> None:
    one = commands.ask(kind="access", asked_on=timezone.localdate(), by=alice)
    with pytest.raises(InvalidInput):
        commands.lengthen(number=one.pk, because=" ", by=alice)
    signed_in(alice).post(reverse("privacy_longer", args=[one.pk]), {"because": "Many systems"})
    one.refresh_from_db()
    assert one.due_on == month_later(one.asked_on, 3)
    with pytest.raises(Conflict, match="more time already"):
        commands.lengthen(number=one.pk, because="again", by=alice)


def test_what_is_older_than_a_rule_goes(alice: User, lake: Lake, tmp_path: Path) -> None:
    recent = datetime.now(UTC) - timedelta(days=3)
    events(tmp_path / "data", [("anna", "delivery", recent.isoformat(), {"id": "new"})])
    page = signed_in(alice)
    assert b"We keep everything for ever" in page.get(reverse("privacy_keeping")).content
    looked = page.post(reverse("privacy_keeping"), {"months": "3", "kind": "feedback", "do": "look"})
    assert b"<strong>6</strong>" in looked.content
    assert Rule.objects.count() == 0
    assert page.post(reverse("privacy_keeping"), {"months": "0", "do": "keep"}).status_code == 400
    page.post(reverse("privacy_keeping"), {"months": "3", "kind": "feedback", "do": "keep"})
    assert ids(lake) == 7
    tasks.expire.func()
    assert ids(lake) == 1
    sheet = Sheet.objects.get()
    assert "older than we keep them" in page.get(reverse("privacy_sheet", args=[sheet.pk])).content.decode()
    tasks.expire.func()
    assert Sheet.objects.count() == 1
    page.post(reverse("privacy_keeping_remove", args=[Rule.objects.get().pk]))
    assert Rule.objects.count() == 0


def test_what_could_not_be_written_over_at_once_is_later(
    alice: User, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = commands.erase(who=ANNA, by=alice)
    assert not sheet.overwritten, "a test is one transaction"
    tasks.finish.func()
    sheet.refresh_from_db()
    assert not sheet.overwritten
    monkeypatch.setattr(personal, "scrub", lambda: True)
    tasks.finish.func()
    sheet.refresh_from_db()
    assert sheet.overwritten
