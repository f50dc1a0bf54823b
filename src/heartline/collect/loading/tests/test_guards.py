"""Values that name nobody are left out, the same looked at one by one or all at once."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import example, given
from hypothesis import strategies as st

from heartline.collect.loading.guards import NOBODY, guarded, shut_out

DECLARED = frozenset({"kasse 3", "ladentür"})
VALUES = (
    st.sampled_from(sorted(NOBODY | DECLARED))
    .flatmap(lambda word: st.sampled_from([word, word.upper(), word.title(), f" {word} ", f"{word}1"]))
    | st.text(st.characters(codec="utf-8"), max_size=8).map(str.strip)
    | st.sampled_from(["anna@berg.de", "test@berg.de", "+4930123", "0000000000", "İ", "ß", ""])
)  # fmt: skip


@given(st.sampled_from(["user_id", "email", "phone", "device"]), st.lists(VALUES | st.none(), max_size=20))
@example("user_id", ["LADENTÜR", "Ladentür", None, "null", "anna"])
def test_values_that_name_nobody_are_left_out(kind: str, values: list[str | None]) -> None:
    found, count = guarded(kind, pa.array(values, pa.string()), {kind: DECLARED})
    never = [value is not None and shut_out(kind, value, DECLARED) for value in values]
    assert found.to_pylist() == [None if out else value for value, out in zip(values, never, strict=True)]
    assert count == sum(never)
