"""Every page is open to everybody: axe-core finds nothing serious, and the keyboard reaches everything."""

from __future__ import annotations

import pytest

from .walk import SCHEMES, Scheme, Walk


def test_pages_are_found_without_a_list(walked: Walk) -> None:
    found = walked.seen.found
    assert found.broken == {}
    assert {"paths/", "waits/", "ratings/", "behind/"} <= set(found.pages)
    assert "accounts/login/" in found.signed_out
    assert found.closed["paths.csv"] == "a download"


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_page_has_a_serious_obstacle(walked: Walk, scheme: Scheme) -> None:
    looked = walked.inside()
    assert {address: one.serious[scheme] for address, one in looked.items() if one.serious[scheme]} == {}
    assert [address for address, one in looked.items() if len(one.grounds) < len(SCHEMES)] == []


def test_the_keyboard_reaches_everything_and_is_seen(walked: Walk) -> None:
    looked = walked.inside()
    assert {address: one.lost for address, one in looked.items() if one.lost} == {}
    assert {address: one.unseen for address, one in looked.items() if one.unseen} == {}


def test_no_page_for_strangers_has_a_serious_obstacle(walked: Walk) -> None:
    looked = walked.outside()
    assert looked
    assert {address: one.serious for address, one in looked.items() if any(one.serious.values())} == {}
