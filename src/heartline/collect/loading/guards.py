"""Values that name nobody: what programs and people write where they know no identifier. They never join people."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

NOBODY = frozenset(
    ("null", "none", "nil", "nan", "undefined", "unknown", "anonymous", "anon", "guest", "user", "customer", "visitor",
     "test", "tester", "testing", "demo", "example", "admin", "administrator", "root", "system", "default", "n/a", "na",
     "not available", "not set", "(not set)", "(none)", "-", "--", "?", "0", "-1", "00000000", "true", "false",
     "[object object]", "object", "string", "%s", "{{user_id}}", "{user_id}", "<user_id>", "userid", "user_id", "id",
     "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff")
)  # fmt: skip
"""In small letters; of any kind."""
_LOCAL = "test|tester|testing|noreply|no-reply|donotreply|do-not-reply|null|none|undefined|unknown|anonymous|example"
MAILS = re.compile(rf"^(?:{_LOCAL})[+.0-9]*@|@(?:localhost|.*\.invalid|.*\.test)$|^[^@]*$|@.*@")
"""Addresses that nobody has for themselves, or that are none."""
SAME_DIGITS = re.compile(r"^\+?[0-9]?(\d)\1{6,}$")
"""Telephone numbers that were typed to fill a field."""


def shut_out(kind: str, value: str, declared: Collection[str] = ()) -> bool:
    """Tell whether a value of a kind of identifier names nobody.

    Parameters
    ----------
    declared
        Values that the company declared to be nobody's, in small letters: a shop's own address or number.
    """
    plain = value.strip().lower()
    if not plain or plain in NOBODY or plain in declared:
        return True
    if kind == "email":
        return MAILS.search(plain) is not None
    return kind == "phone" and SAME_DIGITS.match(plain) is not None


def guarded(kind: str, values: pa.Array, declared: Mapping[str, Collection[str]]) -> tuple[pa.DictionaryArray, int]:
    """Give values without those that name nobody, and in how many rows there was one."""
    coded = values if pa.types.is_dictionary(values.type) else values.dictionary_encode()
    mine = declared.get(kind, ())
    suspects = _suspects(kind, coded.dictionary, mine)
    some = zip(suspects.tolist(), coded.dictionary.take(pa.array(suspects)).to_pylist(), strict=True)
    never = [at for at, value in some if value is None or shut_out(kind, value, mine)]
    if not never:
        return coded, 0
    bad = pc.fill_null(pc.is_in(coded.indices, value_set=pa.array(never, coded.indices.type)), False)
    indices = pc.if_else(bad, pa.scalar(None, coded.indices.type), coded.indices)
    return pa.DictionaryArray.from_arrays(indices, coded.dictionary), int(pc.sum(bad).as_py() or 0)


def _suspects(kind: str, values: pa.Array, declared: Collection[str]) -> npt.NDArray[np.int64]:
    """Give the places of values that are worth a look: of most kinds those few that are written as a known one is."""
    if kind in ("email", "phone"):
        return np.arange(len(values))
    plain = pc.utf8_lower(pc.utf8_trim_whitespace(values))
    known = pc.is_in(plain, value_set=pa.array(["", *NOBODY, *declared], pa.string()))
    odd = pc.or_(known, pc.invert(pc.string_is_ascii(values)))  # Python and Arrow differ in what else is a small letter
    places: npt.NDArray[np.int64] = np.flatnonzero(pc.fill_null(odd, True).to_numpy(zero_copy_only=False))
    return places
