"""The catalogue of events learns of each batch once."""

from __future__ import annotations

from datetime import date

import pytest

from heartline.collect.events.tests.sent import NOW, batch, put, track
from heartline.server.collect.placement import commands, remembering
from heartline.server.collect.placement.models import SeenDay, SeenEvent
from heartline.server.shell import personal
from heartline.server.shell.personal import Theirs

pytestmark = pytest.mark.django_db


def _told(number: int, *names: str) -> None:
    sent = [track(name, {"prize": "car", "note": "to bob@example.com"}) for name in names]
    commands.remember(put(batch(*sent)).seen, number=number, at_us=NOW)


def test_what_was_seen_is_kept() -> None:
    """Names with properties, types, counts, touchpoints, masked examples."""
    _told(1, "Wheel Spun", "Wheel Spun", "Product Viewed")
    _told(2, "Wheel Spun")
    spun = SeenEvent.objects.get(name="Wheel Spun")
    assert (spun.count, spun.places, spun.properties) == (3, {"": 3}, {
        "prize": ["text"], "note": ["text"],
    })  # fmt: skip
    assert spun.doubts == {"email:note": 3}
    assert "bob@" not in spun.example
    assert SeenEvent.objects.get(name="Product Viewed").places == {"product_page": 1}
    day = SeenDay.objects.get(event=spun)
    assert (day.day, day.count, day.unplaced) == (date(2026, 11, 22), 3, 3)


def test_a_batch_that_is_told_again_counts_once() -> None:
    """As after a crash, also when it is another one then."""
    _told(1, "Wheel Spun")
    _told(2, "Wheel Spun", "Product Viewed")
    _told(2, "Wheel Spun", "Wheel Spun")
    spun = SeenEvent.objects.get(name="Wheel Spun")
    assert (spun.count, spun.places, spun.doubts) == (3, {"": 3}, {"email:note": 3})
    assert SeenEvent.objects.get(name="Product Viewed").count == 0
    assert sum(SeenDay.objects.values_list("count", flat=True)) == 3


def test_a_source_cannot_fill_the_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond so many names the others are one."""
    monkeypatch.setattr(remembering, "MOST_NAMES", 2)
    _told(1, "One", "Two", "Three", "Four")
    _told(2, "Five", "One")
    found = dict(SeenEvent.objects.values_list("name", "count"))
    assert found == {"One": 2, "Two": 1, remembering.REST: 3}


def test_everything_goes_with_the_data() -> None:
    """An emptied folder has seen nothing."""
    _told(1, "One")
    commands.forget_all()
    assert not SeenEvent.objects.exists()


def test_examples_go_with_whoever_is_erased() -> None:
    """An example is somebody's order or words, and nobody can tell whose."""
    _told(1, "Wheel Spun", "Product Viewed")
    SeenEvent.objects.filter(name="Product Viewed").update(example="{}")
    (holding,) = [one for one in personal.holdings() if one.place == "examples of events"]
    gone = holding.erase(Theirs(frozenset({"user_id:anna"}), lambda text: False))
    assert (gone.removed, gone.searched) == (1, 2)
    assert set(SeenEvent.objects.values_list("example", flat=True)) == {"{}"}
    _told(2, "Wheel Spun")
    assert "car" in SeenEvent.objects.get(name="Wheel Spun").example
