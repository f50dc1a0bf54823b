"""What every answer and every page carries."""

from __future__ import annotations

import re

import pytest
from django.http import QueryDict
from django.test import Client

from heartline.core.errors import InvalidInput
from heartline.server.accounts.models import User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.shell import filters, tables
from heartline.server.shell.templatetags.shell import _versioned

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/accounts/login/", "/api/openapi.json", "/nowhere/", "/static/shell/shell.css"])
def test_every_answer_carries_the_strict_policy(charlie: Client, path: str) -> None:
    answer = charlie.get(path)
    answer.close()
    headers = answer.headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_files_with_versions_in_their_names_are_kept_for_ever_and_others_asked_for_again(charlie: Client) -> None:
    kept, own = (charlie.get(f"/static/{path}") for path in (f"vendor/{_versioned('htmx', 'js')}", "shell/shell.css"))
    assert "immutable" in kept.headers["Cache-Control"]
    assert own.headers["Cache-Control"] == "max-age=60, public"
    kept.close()
    own.close()


def test_no_page_has_inline_script_or_style(alice: User, lake: object) -> None:
    client = signed_in(alice)
    for path in (
        "/ratings/?period=all",
        "/behind/?of=scores&figure=answers&period=all",
        "/nowhere/",
        "/accounts/login/",
    ):
        page = client.get(path, follow=True).content.decode()
        scripts = re.findall(r"<script\b([^>]*)>", page)
        assert all("src=" in found or 'type="application/json"' in found for found in scripts)
        assert not re.search(r"<style|\sstyle=|\son\w+=", page)


def test_a_page_that_is_not_there_says_so_in_plain_words(alice: User) -> None:
    answer = signed_in(alice).get("/nowhere/")
    assert answer.status_code == 404
    assert "There is no such page" in answer.content.decode()


def test_the_language_is_remembered_and_leads_back_only_to_ourselves(charlie: Client) -> None:
    chosen = charlie.post("/language/", {"language": "de", "next": "/accounts/login/"})
    assert chosen.headers["Location"] == "/accounts/login/"
    assert "Anmelden" in charlie.get("/accounts/login/").content.decode()
    assert charlie.post("/language/", {"language": "es", "next": "https://evil.example"}).headers["Location"] == "/"
    assert charlie.post("/language/", {"language": "tlh"}).status_code == 404


def test_an_address_and_its_selection_are_the_same_thing() -> None:
    values = filters.read(QueryDict("unit=berlin,wien&unit=graz&channel=web&period=2024&nonsense=1"))
    assert values == {"unit": ("berlin", "wien", "graz"), "channel": ("web",), "period": "2024"}
    assert filters.read(QueryDict(filters.address(values))) == values


def test_months_from_the_two_fields_are_both_inside() -> None:
    assert filters.read(QueryDict("from=2024-11&to=2024-12"))["period"] == "2024-11-01/2025-01-01"
    assert filters.read(QueryDict("to=2024-12"))["period"] == "/2025-01-01"
    with pytest.raises(InvalidInput):
        filters.read(QueryDict("from=2024-13"))


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_cells_that_a_spreadsheet_would_run_are_defused(cell: str) -> None:
    assert tables.safe(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["plain", "", -1, 2.5, None])
def test_other_cells_stay_as_they_are(cell: object) -> None:
    assert tables.safe(cell) == cell
