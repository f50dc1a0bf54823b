"""Contact data is kept encrypted, the newest of each, and on nobody's account who is nobody."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from heartline.collect.events import decode, placed
from heartline.collect.inbox import Received
from heartline.collect.loading.keeping import Kept
from heartline.collect.loading.taking import Taken
from heartline.core.errors import Unavailable
from heartline.core.ids import identifier
from heartline.server.people.contacts import commands
from heartline.server.people.contacts.models import Contact
from heartline.server.shell.sealed import seal, unseal
from heartline.store.definitions import Definitions
from heartline.store.lake import Lake

NOW = datetime.now(UTC)
pytestmark = pytest.mark.django_db


def batch(number: int, *bodies: str) -> Kept:
    """Give a batch of identify calls as the loader tells it."""
    at_us = int((NOW + timedelta(seconds=number)).timestamp() * 1e6)
    some = [Received(at_us, "shop", "identify", body.encode(), 1, b"{}", place) for place, body in enumerate(bodies)]
    made = placed(decode(some), Definitions())
    taken = Taken(made.rows, (), made.people, contacts=made.contacts, consents=made.consents)
    none: Counter[str] = Counter()
    return Kept(number, some, len(some), none, none, 0, [], none, at_us, taken)


def test_the_newest_of_each_is_kept_and_opens_in_clear(lake: Lake) -> None:
    who = identifier("user_id", "anna", lake.key)
    commands.learn(batch(2, '{"userId": "anna", "traits": {"name": "Anna Berg", "email": "anna@berg.de"}}'))
    commands.learn(batch(1, '{"userId": "anna", "traits": {"name": "Anna Alt", "city": "Bonn"}}'))
    known = dict(commands.known([who]))
    assert known["name"] == "Anna Berg"
    assert known["email"] == "anna@berg.de"
    stored = b"".join(bytes(one.value) for one in Contact.objects.all())
    assert b"Anna" not in stored
    assert b"berg" not in stored
    commands.learn(batch(2, '{"userId": "anna", "traits": {"name": "Anna Berg", "email": "anna@berg.de"}}'))
    assert dict(commands.known([who])) == known
    commands.forget_all()
    assert commands.known([who]) == []


def test_what_is_said_again_is_written_when_it_changed_or_an_hour_later(lake: Lake) -> None:
    """Programs say who somebody is with every step; the newest still wins."""
    who, hour = identifier("user_id", "anna", lake.key), int(commands.SAID_AGAIN.total_seconds())
    said = [(0, "Anna"), (10, "Anna"), (20, "Berta"), (20 + hour, "Berta"), (21 + hour, "Berta"), (25, "Anna")]
    times = []
    for second, name in said:
        commands.learn(batch(second, f'{{"userId": "anna", "traits": {{"name": "{name}"}}}}'))
        times.append((Contact.objects.get(identifier=who, name="name").at - NOW).total_seconds())
    assert times == [0, 0, 20, 20, 21 + hour, 21 + hour]
    assert commands.known([who]) == [("name", "Berta")]


def test_nobody_has_no_contact_data(lake: Lake) -> None:
    commands.learn(batch(1, '{"userId": "undefined", "traits": {"name": "Somebody"}}'))
    assert not Contact.objects.exists()


def test_a_sealed_value_opens_only_where_it_belongs(lake: Lake) -> None:
    sealed = seal(b"anna@berg.de", "contact anna email")
    assert unseal(sealed, "contact anna email") == b"anna@berg.de"
    for changed, about in ((sealed, "contact ben email"), (sealed[:-1] + b"\0", "contact anna email")):
        with pytest.raises(Unavailable) as refused:
            unseal(changed, about)
        assert refused.value.code == "wrong_key"


def test_an_empty_table_says_nothing(lake: Lake) -> None:
    empty: Any = pa.table({"kind": [], "identifier": [], "name": [], "value": [], "at": [], "source": []})
    assert list(commands._rows(empty, b"key")) == []
    assert list(commands._rows(None, b"key")) == []
