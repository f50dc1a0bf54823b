"""What is watched is looked at when it is due, told once while it lasts, and over by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.utils import timezone

from heartline.listen.alerting import series
from heartline.server.accounts.models import User
from heartline.server.accounts.tests.cast import PLACES, UNITS, signed_in
from heartline.server.accounts.tests.serving import serving
from heartline.server.listen.alerts import commands, composing, looking, posting, weekly
from heartline.server.listen.alerts.models import Alert, Message, Rule, Telling
from heartline.server.listen.alerts.values import Wish
from heartline.server.people.consent.tests.mailbox import Server
from heartline.server.shell import opened
from heartline.store.lake import Lake
from heartline.store.tests.world import events

from .test_telling import plain

pytestmark = pytest.mark.django_db
DAYS = 60
END = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)


def day(back: int) -> str:
    """Give noon so many days ago."""
    return (END - timedelta(days=back)).isoformat()


def rows(first: int, last: int, low: int, unit: str) -> list[Any]:
    """Give twelve scores a day, so many of them one star."""
    rng = np.random.default_rng(100 + first + last)
    return [
        (f"{unit}{back}-{n}", "delivery", day(back),
         {"score": 1.0 if n < low + rng.integers(0, 2) else 5.0, "scale": "stars5", "unit": unit,
          "received_at": END - timedelta(days=back)})
        for back in range(first, last, -1) for n in range(12)
    ]  # fmt: skip


@pytest.fixture
def fallen(request: pytest.FixtureRequest) -> Iterator[Lake]:
    """Give a company whose stars fell in Berlin three days ago, and nowhere else."""
    with serving(_fallen, request) as made:
        yield made


def _fallen(folder: Path) -> None:
    some = [*rows(DAYS, 3, 3, "berlin"), *rows(3, 0, 11, "berlin"), *rows(DAYS, 0, 3, "wien")]
    events(folder, some, unit=UNITS, touchpoint=PLACES)


SLIPS = Wish(scale="stars5", by="unit", direction="falls")


def look() -> int:
    """Look at every rule now."""
    Rule.objects.update(look_at=timezone.now())
    return looking.look()


def test_a_store_that_slips_is_told_once_and_over_when_it_is_back(
    fallen: Lake, alice: User, post: Server
) -> None:  # fmt: skip
    rule = commands.make(by=alice, name="Stores that slip", kind="score", wish=SLIPS)
    assert looking.due()
    assert looking.look() == 1
    assert not looking.due(), "until the next day is over"
    rule.refresh_from_db()
    assert timedelta(0) < rule.look_at - timezone.now() < timedelta(hours=27)
    assert look() == 0, "it is known"
    composing.compose()
    assert posting.post() == 1
    said = plain(post.kept[0])
    assert "Stars, Berlin is 1." in said
    assert "usual is" in said
    assert "Vienna" not in said
    one = Alert.objects.get()
    page = signed_in(alice).get(f"/alerts/{one.pk}/").content.decode()
    assert "/behind/?" in page
    events(fallen.folder, rows(0, -14, 3, "berlin"))
    with pytest.MonkeyPatch.context() as patch:  # two weeks on
        patch.setattr(series, "today", lambda snapshot: END.date() + timedelta(days=14))
        look()
    one.refresh_from_db()
    assert one.closed_at is not None


def test_who_is_here_for_vienna_is_told_nothing_of_berlin(fallen: Lake, alice: User, bob: User) -> None:
    commands.make(by=alice, name="Stores", kind="score", wish=SLIPS)
    User.objects.filter(pk=bob.pk).update(units=["wien"])
    bob.refresh_from_db()
    commands.make(by=bob, name="My store", kind="score", wish=SLIPS)
    looking.look()
    assert {(one.rule.made_by.email, tuple(one.units)) for one in Alert.objects.all()} == {("alice@example.org", ())}
    assert {one.hearer.user.email for one in Telling.objects.all()} == {"alice@example.org"}


def test_the_preview_says_when_it_would_have_told(fallen: Lake, alice: User) -> None:
    said = {"kind": "score", "scale": "stars5", "by": "unit", "direction": "falls", "step": "day", "weeks": "52"}
    page = signed_in(alice).post("/alerts/new/", {**said, "do": "try"}).content.decode()
    assert "In the last 90 days it would have told you once." in page
    assert "2 series are watched." in page
    assert "at most once in 52 weeks" in page


def test_a_source_that_falls_silent_is_told_and_over_when_it_comes(tmp_path: Path, settings: Any, alice: User) -> None:
    start = datetime(2026, 1, 5, tzinfo=UTC)
    rng = np.random.default_rng(4)
    moments = [start + timedelta(hours=float(hour)) for hour in np.cumsum(rng.exponential(2.0, 500))]
    some: list[Any] = [(None, "support", at.isoformat(), {"source": "shop", "received_at": at}) for at in moments]
    lake = events(tmp_path / "data", some, touchpoint=PLACES)
    settings.DATA = tmp_path / "data"
    opened._opened.cache_clear()
    commands.make(by=alice, name="Silent", kind="silence", wish=Wish())
    last = moments[-1]
    Rule.objects.update(look_at=last)
    assert looking.look(last + timedelta(hours=1)) == 0
    Rule.objects.update(look_at=last)
    assert looking.look(last + timedelta(days=3)) == 1
    (one,) = Alert.objects.all()
    assert one.about["source"] == "shop"
    again = last + timedelta(days=3)
    events(lake.folder, [(None, "support", again.isoformat(), {"source": "shop", "received_at": again})])
    Rule.objects.update(look_at=last)
    assert looking.look(again + timedelta(minutes=5)) == 0
    one.refresh_from_db()
    assert one.closed_at is not None
    opened._opened.cache_clear()


def test_a_theme_that_rises_is_told(tmp_path: Path, settings: Any, alice: User) -> None:
    some: list[Any] = []
    for back in range(120):
        some.append((f"p{back}", "support", day(back), {"text": f"Kind {back}", "themes": ["friendliness"]}))
        if back % 9 == 0 or back < 14:
            some.append((f"q{back}", "delivery", day(back), {"text": f"Late {back}", "themes": ["delivery"]}))
    events(tmp_path / "data", some, touchpoint=PLACES)
    settings.DATA = tmp_path / "data"
    opened._opened.cache_clear()
    commands.make(by=alice, name="Anything new", kind="theme", wish=Wish())
    assert looking.look() == 1
    assert Alert.objects.get().about["of"] == "delivery"
    assert Rule.objects.get().look_at > timezone.now() + timedelta(days=5), "one look a week"
    page = signed_in(alice).post("/alerts/new/", {"kind": "theme", "do": "try"}).content.decode()
    assert "In the last 90 days it would have told you" in page
    opened._opened.cache_clear()


def test_the_weekly_letter_says_what_customers_said_once_a_week(
    fallen: Lake, alice: User, bob: User, post: Server
) -> None:
    monday = composing.monday(timezone.now())
    morning = datetime(monday.year, monday.month, monday.day, 8, tzinfo=composing.zone())
    said = {"score": 1.0, "scale": "stars5", "unit": "wien", "text": "Cold <soup> in Vienna"}
    events(fallen.folder, [("x", "delivery", (morning - timedelta(days=3)).isoformat(), said)])
    for user, language in ((alice, "de"), (bob, "en")):
        commands.set_habits(by=user, quiet_from=None, quiet_to=None, weekly=True, language=language)
    assert composing.write_letters(morning - timedelta(hours=3)) == 0
    assert composing.write_letters(morning) == 2
    assert composing.write_letters(morning) == 0
    assert Message.objects.filter(week=monday.isoformat()).count() == 2
    Message.objects.update(due_at=timezone.now())
    assert posting.post() == 2
    words = {mail["To"]: plain(mail) for mail in post.kept}
    assert "What customers said" in words["bob@example.org"]
    assert "Stars:" in words["bob@example.org"]
    assert "Cold" not in words["bob@example.org"]
    assert "Cold <soup> in Vienna" in words["alice@example.org"]
    html = plain(next(mail for mail in post.kept if mail["To"] == "alice@example.org"), "html")
    assert "Cold &lt;soup&gt;" in html
    assert weekly.said(bob, monday) is not None
    commands.leave(hearers=(), user=bob.pk)
    assert not bob.alert_habits.__class__.objects.get(user=bob).weekly
