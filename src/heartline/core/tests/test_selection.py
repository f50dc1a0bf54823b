"""A spec is validated once, and what is wrong with it is said so that it can be mended."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heartline.core.errors import InvalidInput
from heartline.core.selection import Selection, build, spec, to_dict

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1)


@spec
class PathsLike(Selection):
    journey: str
    through: str | None = None


def test_one_key_or_several() -> None:
    assert build(Selection, {"unit": "berlin"}).unit == ("berlin",)
    assert build(Selection, {"unit": ["berlin", "hamburg"]}).row_filters == {"unit": ("berlin", "hamburg")}


def test_only_what_differs_from_the_default_is_shown() -> None:
    assert to_dict(build(PathsLike, {"journey": "order", "unit": "berlin"})) == {"unit": ["berlin"], "journey": "order"}


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"journey": "order", "perid": "2017"}, "unknown_field", "perid"),
        ({}, "bad_value", "journey"),
        ({"journey": 3}, "bad_value", "journey"),
        ({"journey": "order", "period": "soon"}, "bad_period", "period"),
        ({"journey": "a\0b"}, "bad_value", "journey"),
        ({"journey": "order", "unit": ["berlin", "\ud800"]}, "bad_value", "unit"),
    ],
)
def test_what_is_wrong_names_its_field(values: dict[str, object], code: str, field: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        build(PathsLike, values)
    assert (raised.value.code, raised.value.field) == (code, field)
    assert raised.value.problem()["status"] == 400


@given(
    st.fixed_dictionaries(
        {"journey": TEXTS},
        optional={
            "period": st.sampled_from(["all", "2017", "2017-03/2018"]),
            "as_of": st.integers(0, 10**6),
            "channel": st.lists(TEXTS, max_size=3),
            "through": TEXTS,
        },
    )
)
def test_spec_to_json_to_spec(values: dict[str, object]) -> None:
    made = build(PathsLike, values)
    assert build(PathsLike, to_dict(made)) == made
