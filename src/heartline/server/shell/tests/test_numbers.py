"""Numbers and times as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone, translation

from heartline.core.period import Period
from heartline.server.shell import filters, numbers


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", ("9,794", "−1.5", "97.0\u00a0%")),
        ("de", ("9.794", "−1,5", "97,0\u00a0%")),
        ("es", ("9\xa0794", "−1,5", "97,0\u00a0%")),
    ],
)
def test_each_language_writes_numbers_its_way(language: str, written: tuple[str, ...]) -> None:
    with translation.override(language):
        assert (numbers.count(9794), numbers.number(-1.5), numbers.share(0.97)) == written


@pytest.mark.parametrize(
    ("english", "german"),
    [("2,746", "2.746"), ("39.8", "39,8"), ("97 in 100", "97 von 100"), ("0.4 in 100", "0,4 von 100"), ("all", "alle"),
     ("Delivery", "Delivery"), (1770, "1.770")],
)  # fmt: skip
def test_values_of_sentences_are_said_again_in_the_language_of_the_page(english: object, german: str) -> None:
    with translation.override("de"):
        assert numbers.local(english) == german


def test_nothing_known_is_a_dash_and_there_is_no_minus_zero() -> None:
    assert (numbers.count(None), numbers.share(None), numbers.duration(None)) == ("–", "–", "–")
    assert numbers.number(-0.04) == "0.0"


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.974, "97 in 100"),
        (0.0, "0 in 100"),
        (0.001, "fewer than 1 in 100"),
        (0.999, "more than 99 in 100"),
        (1.0, "100 in 100"),
    ],
)
def test_a_share_in_a_sentence_never_rounds_to_nobody_or_everybody(share: float, said: str) -> None:
    assert numbers.in_hundred(share) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"), (0.0004, "0 s"), (0.34, "340 ms"), (0.9994, "999 ms"), (0.9996, "1 s"), (-0.25, "−250 ms"),
        (40, "40 s"), (120, "2 min"), (14_400, "4.0 h"), (86_400, "1.0 day"), (1_071_360, "12.4 days"),
    ],
)  # fmt: skip
def test_times_are_in_human_units(seconds: float, said: str) -> None:
    assert numbers.duration(seconds) == said


@pytest.mark.parametrize("language", ["de", "es"])
def test_less_than_a_second_is_said_in_milliseconds_in_every_language(language: str) -> None:
    with translation.override(language):
        assert numbers.duration(0.34) == "340 ms"


def test_as_of_is_said_relative_to_today_in_the_zone_of_the_company(monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    assert numbers.moment(now).startswith("today ")
    assert numbers.moment(now - timedelta(days=2)).split()[0] == (now - timedelta(days=2)).strftime("%A")
    old = datetime(2026, 3, 1, 23, 40, tzinfo=UTC)
    assert numbers.moment(old, "Europe/Berlin") == "March 2, 2026 00:40"


@pytest.mark.parametrize(
    ("period", "said"),
    [
        (Period(date(2017, 1, 1), date(2018, 9, 1)), "Jan 2017 – Aug 2018"),
        (Period(date(2017, 3, 1), date(2017, 4, 1)), "Mar 2017"),
        (Period(date(2017, 3, 15), date(2017, 3, 16)), "03/15/2017"),
        (Period(date(2017, 3, 1), None), "since Mar 2017"),
        (Period(None, date(2017, 3, 1)), "until Feb 2017"),
        (Period(), "all of it"),
    ],
)
def test_a_period_is_said_without_its_open_end(period: Period, said: str) -> None:
    assert filters.said(period) == said
