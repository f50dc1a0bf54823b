"""Why a row may be dropped. Every drop is counted under one of these, and its row is kept to be mended."""

from __future__ import annotations

REASONS = {
    "no_time": "has no time, and the entry declares no period",
    "unreadable_time": "has a time that cannot be read or lies before 1900",
    "future_time": "lies in the future",
    "bad_precision": "has an occurred_precision that is none of second, minute, hour, day, month, year, period",
    "bad_score": "has a score that is not a number",
    "unknown_scale": "has a score without a scale, or on one that is not known",
    "score_out_of_range": "has a score beyond the ends of its scale",
    "bad_amount": "has an amount that is not a number of at most 14 digits before the point",
    "bad_cost": "has a cost that is not a number of at most 14 digits before the point",
    "bad_currency": "has a currency that is no ISO 4217 code",
    "bad_wait": "has a wait that is not a number of seconds from 0 up",
    "bad_succeeded": "has a succeeded that is neither true nor false",
    "bad_arm": "has an arm that is neither treated nor held_out",
    "bad_properties": "has properties that are not a JSON object",
    "duplicate_id": "has an id that an earlier row of this import has",
    "erased": "happened before the person was erased",
}
"""Code -> what is wrong with the row, in the order in which they are tried."""
ERASED = "erased"
"""Counted only: such rows are not kept to be mended."""

CODES = tuple(REASONS)

EVENT_REASONS = {
    "bad_json": "is not JSON",
    "bad_utf8": "is not UTF-8",
    "too_deep": "is nested too deeply",
    "too_large": "is larger than an event may be",
    "not_an_object": "is not a JSON object",
    "not_a_batch": "has no list of events called batch",
    "unknown_type": "is none of track, page, screen, identify, group, alias",
    "no_name": "has no name of what happened",
    "long_name": "has a name that is too long",
    "wrong_type": "has a field that holds something else than it should",
    "unreadable_time": "has a time that cannot be read or lies before 1900",
    "future_time": "lies more than a day after the moment it came",
    "no_person": "says who somebody is without saying who",
}
"""Code -> why an event may be refused."""
