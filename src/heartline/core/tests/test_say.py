"""Numbers read as a colleague would say them."""

import pytest

from heartline.core import say


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "not known yet"),
        (0, "0 seconds"),
        (0.0004, "0 seconds"),
        (0.001, "1 millisecond"),
        (0.34, "340 milliseconds"),
        (0.9996, "1 second"),
        (1, "1 second"),
        (59.4, "59 seconds"),
        (59.6, "1 minute"),
        (86399, "1 day"),
        (86400 * 9 + 86399, "10 days"),
        (60, "1 minute"),
        (105, "1 minute 45 seconds"),
        (3600, "1 hour"),
        (5430, "1 hour 30 minutes"),
        (86400, "1 day"),
        (90000, "1 day 1 hour"),
        (86400 * 10 + 3700, "10 days 1 hour"),
    ],
)
def test_a_duration_has_at_most_two_units(seconds: float | None, words: str) -> None:
    assert say.duration(seconds) == words


def test_shares_are_said_in_a_hundred() -> None:
    assert [say.share(value) for value in (None, 0, 0.004, 0.5, 0.996, 1)] == [
        "not known yet", "none", "0.4 in 100", "50 in 100", "99.6 in 100", "all",
    ]  # fmt: skip


def test_counts_and_numbers_are_grouped() -> None:
    assert (say.count(2746), say.number(39.84), say.number(4.267, 2)) == ("2,746", "39.8", "4.27")
