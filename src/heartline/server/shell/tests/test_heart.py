"""The heart line: what is known is drawn, what is not is a gap."""

from __future__ import annotations

import re

import pytest
from django.template import Context, Template

from heartline.server.shell import heart, heart_down
from heartline.server.shell.heart import Beat

FIRM = Beat("Shop", 0.4, 0.3, 0.5, 90)
GHOST = Beat("Call", -0.2, None, None, 1)
UNKNOWN = Beat("Parcel")
FORKED = Beat("Delivery", None, None, None, 0, 0.6, -0.4)


def paths(drawing: str) -> list[str]:
    return re.findall(r"<path [^>]*>", drawing)


def test_the_highest_is_delighted_and_the_lowest_upset() -> None:
    assert heart.height(1) < heart.height(0) < heart.height(-1)
    assert heart.height(7) == heart.height(1)  # a scale beyond its ends never leaves the picture


def test_a_known_feeling_has_its_band_and_a_ghost_has_none() -> None:
    firm, ghost = heart.line([FIRM, FIRM]), heart.line([GHOST, GHOST])
    assert (firm.count('opacity=".18"'), ghost.count('opacity=".18"')) == (1, 0)
    assert ("1 6" in firm, "1 6" in ghost) == (False, True)
    assert 'fill="var(--card)"' in ghost  # the dot of a ghost is hollow


def test_where_nothing_is_known_the_line_has_a_gap() -> None:
    whole, broken = heart.line([FIRM, FIRM, FIRM]), heart.line([FIRM, UNKNOWN, FIRM])
    assert (whole.count('opacity=".18"'), broken.count('opacity=".18"')) == (1, 2)
    assert "not known" in broken
    assert "not known" not in whole


def test_branches_lead_to_where_it_went_right_and_wrong() -> None:
    drawing = heart.line([FIRM, FORKED])
    dashed = [path for path in paths(drawing) if 'stroke-dasharray="5 4"' in path]
    assert len(dashed) == 2
    assert any("var(--good-2)" in path and f"{heart.height(0.6):.1f}" in path for path in dashed)
    assert any("var(--bad-2)" in path and f"{heart.height(-0.4):.1f}" in path for path in dashed)
    assert "went right +0.60" in drawing
    assert "went wrong −0.40" in drawing


def test_the_drawing_says_in_words_what_it_shows() -> None:
    told = 'aria-label="Shop: +0.40; Delivery went right: +0.60, went wrong: −0.40"'
    assert told in heart.line([FIRM, UNKNOWN, FORKED])
    assert told in heart.small([FIRM, UNKNOWN, FORKED])
    assert "Nothing is known yet" in heart.small([])


def test_names_are_text_and_never_markup() -> None:
    assert "<b>" not in heart.line([Beat("<b>", 0.1, 0.0, 0.2, 5)])


def test_every_drawing_has_a_gradient_of_its_own() -> None:
    names = re.findall(r'linearGradient id="([^"]+)"', heart.line([FIRM]) + heart.small([FIRM]))
    assert len(set(names)) == 2


def test_no_style_is_written_into_the_page() -> None:
    drawn = (
        heart.line([FIRM, GHOST, FORKED], [True, False, True])
        + heart.small([FIRM])
        + "".join(heart_down.pieces([FIRM]))
    )
    assert "style=" not in drawn
    assert drawn.count('class="hot"') == 2


def test_from_top_to_bottom_pieces_meet() -> None:
    one, other = heart_down.pieces([FIRM, Beat("Call", -0.5, -0.6, -0.4, 9)])
    (below,) = paths(one)
    (above,) = paths(other)
    end, start = re.findall(r"([\d.]+) 100", below), re.findall(r'd="M([\d.]+) 0', above)
    assert end[-1] == start[0]
    assert paths(heart_down.pieces([FIRM, UNKNOWN])[0]) == []


def row(**more: object) -> dict[str, object]:
    return {"feeling": 0.2, "feeling_low": 0.1, "feeling_high": 0.3, "feeling_n": 40, "after_good": 0.5,
            "after_bad": -0.5, "after_good_n": 30, "after_bad_n": 10,
            "contrast_low": 0.8, "contrast_high": 1.2, "answers_only": False, **more}  # fmt: skip


@pytest.mark.parametrize(
    ("more", "forks"),
    [
        ({}, True),
        ({"answers_only": True}, False),  # trips end with those very answers
        ({"contrast_low": -0.1}, False),  # perhaps no difference at all
        ({"contrast_low": None, "contrast_high": None}, False),
        ({"after_bad_n": 9}, False),  # too few
    ],
)
def test_a_row_forks_where_both_ends_are_known_and_apart(more: dict[str, object], forks: bool) -> None:
    assert heart.beat(row(**more), "Delivery").forks is forks


def test_of_a_few_answers_only_a_ghost_is_drawn() -> None:
    assert heart.beat(row(feeling_n=9), "Delivery").ghost
    assert not heart.beat(row(feeling_n=10), "Delivery").ghost


def test_templates_draw_it() -> None:
    page = Template("{% load heart %}{% heart_line beats %}{% heart_small beats %}")
    assert page.render(Context({"beats": [FIRM]})).count("<linearGradient") == 2


def test_feelings_carry_their_sign() -> None:
    assert [heart.signed(value) for value in (0.412, -0.1, 0, None)] == ["+0.41", "−0.10", "0.00", "–"]
