"""What the company sees: purposes with their history, consent on the customer page, proof to take along."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from heartline.collect import catalogue
from heartline.server.accounts.models import AuditEntry, Role, User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.people.consent import mailing, purposes
from heartline.server.people.consent.models import Request, Shown, State, Word
from heartline.server.people.consent.writing import New, write
from heartline.store.lake import Lake

from .test_ledger import NOW

pytestmark = pytest.mark.django_db
ANNA = "user_id:anna"
FORM = {
    "label": "News", "labels_de": "Neues", "text_en": "Yes & more", "text_de": "Ja", "channels": ["email"],
    "basis": "consent", "double_opt_in": "1", "holds_months": "24", "seen": "0", "do": "save",
}  # fmt: skip


def test_a_purpose_is_defined_changed_set_back_and_removed(lake: Lake, alice: User) -> None:
    client = signed_in(alice)
    assert "Begin with a newsletter" in client.get("/company/purposes/").content.decode()
    assert 'value="Newsletter"' in client.get("/company/purposes/+/?key=newsletter").content.decode()
    answer = client.post("/company/purposes/+/", FORM)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/company/purposes/news/?saved=1")
    one = purposes.purpose("news")
    assert (one.label, one.channels, one.double_opt_in, one.body["holds_months"]) == ("News", ("email",), True, 24)
    page = client.get("/company/purposes/news/").content.decode()
    assert "Yes &amp;amp; more" in page, "the snippet is escaped, and shown as it is"
    (first,) = catalogue.history(lake.at(), "purpose", "news")
    client.post("/company/purposes/news/", {**FORM, "text_en": "Other words", "seen": str(first.version)})
    assert client.post("/company/purposes/news/", {**FORM, "seen": str(first.version)}).status_code == 400
    page = client.get(f"/company/purposes/news/?version={first.version}").content.decode()
    assert ">Yes &amp; more</textarea>" in page
    latest = catalogue.history(lake.at(), "purpose", "news")[0].version
    client.post("/company/purposes/news/", {**FORM, "seen": str(latest), "do": "remove"})
    assert purposes.all_purposes() == {}
    assert "Save it to bring it back" in client.get("/company/purposes/news/").content.decode()
    assert {shown.text for shown in Shown.objects.all()} == {"Yes & more", "Other words", "Ja"}
    assert AuditEntry.objects.filter(action="define_purpose").count() == 3


@pytest.mark.parametrize("wrong", [{"label": ""}, {"channels": []}, {"basis": "whim"}, {"holds_months": "many"}])
def test_a_purpose_that_cannot_be_keeps_what_was_typed(lake: Lake, alice: User, wrong: dict[str, Any]) -> None:
    answer = signed_in(alice).post("/company/purposes/+/", {**FORM, **wrong})
    assert answer.status_code == 400
    assert "Yes &amp; more" in answer.content.decode()
    assert purposes.all_purposes() == {}


def test_only_who_defines_things_sees_purposes(company: Lake, bob: User) -> None:
    assert signed_in(bob).get("/company/purposes/").status_code == 403


def test_the_list_says_what_people_spoke_of_and_that_nobody_gets_mail(
    company: Lake, alice: User, settings: Any
) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", ""
    write([New(ANNA, "raffle", "", State.GIVEN, NOW, "shop", "event")])
    shown = purposes.shown(purposes.purpose("newsletter"))
    Request.objects.create(identifier=ANNA, purpose="newsletter", channel="email", shown=shown, sealed_address=b"x")
    page = signed_in(alice).get("/company/purposes/").content.decode()
    assert "1 person waits for an e-mail to confirm" in page
    assert "?key=raffle" in page
    assert mailing.waiting() == 1
    assert "1 person waits for an e-mail to confirm" in signed_in(alice).get("/").content.decode()


def test_the_customer_page_says_what_is_allowed_and_leads_to_the_proof(company: Lake, bob: User) -> None:
    client = signed_in(bob)
    page = client.get(reverse("customer", args=[ANNA])).content.decode()
    assert "<strong>Newsletter, E-mail.</strong> No: they have not agreed." in page
    assert "<strong>Offers, Phone.</strong> Yes: we have a legitimate interest" in page
    path = reverse("consent_person", args=[ANNA])
    said = {"where": "newsletter/email", "state": "given", "reason": "at the counter", "evidence": "card 12"}
    assert client.post(path, {**said, "evidence": ""}).status_code == 400
    assert client.post(path, said).status_code == 302
    page = client.get(path).content.decode()
    assert "Yes to Newsletter (E-mail)" in page
    assert "card 12" in page
    assert "Yes, send me the newsletter." in page
    assert "They may be contacted again" not in page, "a manager of some units releases nobody"
    (word,) = client.get(reverse("consent_proof", args=[ANNA])).json()["words"]
    assert (word["evidence"], word["text_shown"], word["text_version"]) == (
        "card 12",
        "Yes, send me the newsletter.",
        2,
    )
    assert "<strong>Newsletter, E-mail.</strong> Yes: they agreed." in client.get(
        reverse("customer", args=[ANNA])
    ).content.decode()  # fmt: skip


def test_nobody_sees_consent_of_customers_of_others(company: Lake, bob: User, alice: User) -> None:
    client = signed_in(bob)
    for name in ("consent_person", "consent_proof"):
        assert client.get(reverse(name, args=["user_id:dora"])).status_code in (403, 404)
        assert client.post(reverse("consent_person", args=["user_id:dora"]), {}).status_code in (403, 404)
    alice.role = Role.VIEWER
    alice.save()
    assert signed_in(alice).get(reverse("consent_person", args=[ANNA])).status_code == 403
    assert not Word.objects.exists()


def test_queries_do_not_grow_with_words(company: Lake, alice: User, django_assert_max_num_queries: Any) -> None:
    client, few = signed_in(alice), 0
    for day in range(1, 20):
        write([New(ANNA, "newsletter", "email", State.WITHDRAWN, NOW.replace(day=day), "shop", "import")])
        if day in (1, 19):
            with django_assert_max_num_queries(few or 100) as asked:
                assert client.get(reverse("customer", args=[ANNA])).status_code == 200
            few = len(asked)
