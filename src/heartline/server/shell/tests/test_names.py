"""Defined things are called as the language of the page calls them."""

from __future__ import annotations

import pytest
from django.utils import translation

from heartline.server.shell import filters
from heartline.server.shell.names import called, counted_as, department, departments
from heartline.store.definitions import Definitions

BODY = {"label": "Refund", "labels": {"de": "Geld zurück"}}


@pytest.mark.parametrize(("language", "name"), [("en", "Refund"), ("de", "Geld zurück"), ("es", "Refund")])
def test_a_label_of_the_language_goes_before_the_plain_one(language: str, name: str) -> None:
    with translation.override(language):
        assert (
            called(BODY, "refund")
            == filters.body_label(Definitions({"touchpoint": {"refund": BODY}}), "touchpoint", "refund")
            == name
        )


@pytest.mark.parametrize(("language", "name"), [("en", "Shops"), ("de", "Filialen"), ("es", "Shops")])
def test_a_department_is_called_as_the_language_of_the_page_calls_it(language: str, name: str) -> None:
    body = {"department": "Shops", "departments": {"de": "Filialen"}}
    with translation.override(language):
        assert department(body) == name
        assert departments([body, {}, {"department": "IT"}]) == {"Shops": name, "IT": "IT"}
    assert department({}) == ""


def test_without_any_label_the_key_is_said() -> None:
    assert called({}, "call_center") == "Call center"
    assert called({"name": "Berlin", "labels": {}}, "b1") == "Berlin"


def test_a_stage_that_only_says_its_key_is_translated() -> None:
    known = Definitions({"stage": {"purchase": {"label": "Purchase"}, "use": {"label": "At home"}}})
    with translation.override("de"):
        assert [filters.stage(known, key) for key in ("purchase", "use", "support")] == ["Kauf", "At home", "Hilfe"]


def test_usual_words_for_what_is_counted_are_translated() -> None:
    with translation.override("de"):
        assert [counted_as({"counted_as": text}) for text in ("orders", "knights")] == ["Bestellungen", "knights"]
        assert counted_as({}) == "Durchläufe"
