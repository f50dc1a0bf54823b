"""Every model that may know a customer says how it gives that out and lets go of it."""

from __future__ import annotations

from django.apps import apps

from heartline.server.people.privacy.words import PLACES
from heartline.server.shell import personal

NAMES = {"customer", "customers", "identifier", "identifiers", "names", "person", "who", "contact", "email", "phone",
         "address", "ref", "text", "body", "note", "sealed_note", "path", "subject", "details", "plan", "checked",
         "value", "properties", "query", "example"}  # fmt: skip
"""Fields that may name somebody, or hold what somebody said or did."""


def test_every_model_that_may_know_a_customer_is_registered() -> None:
    known = {label for holding in personal.holdings() for label in holding.models}
    missing = [
        f"{model._meta.label}: {', '.join(sorted(odd))}"
        for model in apps.get_models()
        if model.__module__.startswith("heartline.")
        and (odd := {field.name for field in model._meta.get_fields()} & NAMES)
        and model._meta.label not in known | set(personal.excused())
    ]
    assert missing == [], "register them with shell/personal.py, or say there why they know no customers"


def test_every_place_has_a_name_for_people() -> None:
    assert [one.place for one in personal.holdings() if one.place not in PLACES] == []


def test_what_is_registered_is_there() -> None:
    labels = {model._meta.label for model in apps.get_models()}
    for holding in personal.holdings():
        assert set(holding.models) <= labels
    assert set(personal.excused()) <= labels
    assert all(personal.excused().values())
