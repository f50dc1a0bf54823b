"""Every number on the pages about employees opens what stands behind it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest

from heartline.server.accounts.models import User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.accounts.tests.pages import kinds
from heartline.server.listen.employees.models import Training
from heartline.server.listen.employees.pulse.tests.test_pulse import asked
from heartline.server.listen.employees.training import commands
from heartline.server.listen.employees.training.tests.test_training import held, said
from heartline.store.lake import Lake
from heartline.store.tests.world import events

pytestmark = pytest.mark.django_db
ON = date(2026, 3, 2)
__all__ = ["asked"]


@pytest.fixture
def full(alice: User, asked: Lake) -> Lake:
    """Give a company with answers of employees, a training and what it was about."""
    week = timedelta(days=7)
    rows: list[Any] = [
        *said("berlin", ON - week, 25, -0.5), *said("berlin", ON + week, 25, 0.3, text="rude", themes=["friendliness"]),
        *said("wien", ON - week, 25, -0.5), *said("wien", ON + week, 25, -0.4, text="rude", themes=["friendliness"]),
        (None, None, f"{ON} 12:00", {"text": "Many ask for it", "kind": "note", "about": "delivery"}),
    ]  # fmt: skip
    made = events(asked.folder, rows)
    commands.note_training(by=alice, held=held())
    return made


def test_every_number_opens_its_rows(alice: User, full: Lake) -> None:
    client = signed_in(alice)
    pages = ("/employees/", "/training/?period=all", f"/training/{Training.objects.get().pk}/",
             "/touchpoints/delivery/?period=all")  # fmt: skip
    for address in pages:
        page = client.get(address).content.decode()
        links = {unescape(link) for link in re.findall(r'class="num" href="([^"]+)"', page)}
        assert links, address
        doors = {link for link in links if link.startswith("/behind/")}
        for link in [*kinds(sorted(doors)), *sorted(links - doors)]:
            assert client.get(link).status_code == 200, (address, link)
