"""The menu stays short: what belongs to a page shows beside it, and what is seldom opened is folded."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import RequestFactory

from heartline.server.accounts.models import User
from heartline.server.shell import navigation
from heartline.server.shell.navigation import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def entries() -> Iterator[None]:
    """A small menu in place of that of all features."""
    before = navigation._entries[:]
    navigation._entries[:] = [
        Entry("understand", "Touchpoints", "touchpoints"),
        Entry("understand", "Waits", "waits", under="touchpoints"),
        Entry("company", "What we define", "catalogue_home", right="define"),
    ]
    yield
    navigation._entries[:] = before


def drawn(user: User, path: str) -> list[str]:
    """Give the lines of the menu that somebody sees at an address."""
    request = RequestFactory().get(path)
    request.user = user
    lines = []
    for group in navigation.menu(request)["menu"]:
        lines.append(f"{group.label} +" if group.folded else str(group.label))
        for page in () if group.folded else group.pages:
            lines.append(f"- {page.label}" + " *" * page.here)
            lines += [f"-- {under.label}" + " *" * under.here for under in page.below if page.open]
    return lines


def test_what_belongs_to_a_page_is_listed_while_somebody_is_there(alice: User) -> None:
    assert drawn(alice, "/") == ["Understand", "- Touchpoints", "Company +"]
    assert drawn(alice, "/touchpoints/") == ["Understand", "- Touchpoints *", "-- Waits", "Company +"]
    assert drawn(alice, "/waits/") == ["Understand", "- Touchpoints", "-- Waits *", "Company +"]


def test_a_folded_group_opens_for_who_is_within(alice: User) -> None:
    assert drawn(alice, "/company/stage/")[-2:] == ["Company", "- What we define *"]


def test_a_page_stands_by_itself_for_who_may_not_open_the_one_above_it(bob: User) -> None:
    navigation._entries[:] = [
        Entry("company", "What we define", "catalogue_home", right="define"),
        Entry("company", "Waits", "waits", under="catalogue_home"),
    ]
    assert drawn(bob, "/waits/") == ["Company", "- Waits *"]
