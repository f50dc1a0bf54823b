"""Rules of placement: what they catch, what they make of it, and that they are what a slow reading of them is."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heartline.collect import catalogue
from heartline.collect.values import BadDefinition

from .sent import batch, inside, only, page, put, rows, track

TOUCHPOINTS = {
    "wheel": {"stage": "loyalty", "channel": "web"},
    "till": {"stage": "purchase", "channel": "store"},
    "hotline": {"stage": "support", "channel": "phone"},
}


def test_a_rule_gives_an_event_its_place() -> None:
    """What had no touchpoint has one, with its stage and channel."""
    rule = {"wheel": {"when": {"event": ["Wheel Spun"]}, "touchpoint": "wheel"}}
    row = only(put(batch(track("Wheel Spun")), rule=rule, touchpoint=TOUCHPOINTS))
    assert (row["touchpoint"], row["stage"], row["channel"]) == ("wheel", "loyalty", "web")


def test_a_rule_goes_before_what_is_known_without_it() -> None:
    """A page that the company knows better, by its template."""
    rule = {"a": {"when": {"path": ["/product/*"], "type": ["page"]}, "touchpoint": "wheel", "stage": "use"}}
    found = rows(put(batch(page("/product/7"), page("/cart")), rule=rule, touchpoint=TOUCHPOINTS))
    assert [(row["touchpoint"], row["stage"]) for row in found] == [("wheel", "use"), ("basket", "purchase")]


def test_a_rule_reads_columns_from_properties() -> None:
    """Amounts, waits, orders and scores of events that only the company knows; scores mean a feeling."""
    rule = {
        "paid": {
            "when": {"event": ["Paid *"]},
            "touchpoint": "till",
            "ref": {"property": "receipt.number"},
            "amount": {"property": "cents", "times": 0.01},
            "currency": "CHF",
            "wait_s": {"property": "queue_ms", "times": 0.001},
            "score": {"property": "smile"},
            "scale": "smiley3",
            "succeeded": {"property": "fine"},
            "unit": "bern",
        }
    }
    sent = {"receipt": {"number": 12}, "cents": 1250, "queue_ms": "90000", "smile": 3, "fine": False}
    row = only(put(batch(track("Paid in store", sent)), rule=rule, touchpoint=TOUCHPOINTS))
    assert (row["ref"], row["amount"], row["currency"]) == ("12", Decimal("12.5000"), "CHF")
    assert (row["wait_s"], row["succeeded"], row["unit"]) == (90.0, False, "bern")
    assert (row["score"], row["scale"], row["feeling"]) == (3.0, "smiley3", 1.0)
    assert (row["kind"], row["about"], row["channel"]) == ("feedback", "till", "store")


def test_the_first_rule_that_says_something_wins_for_each_column() -> None:
    """A later rule fills only what earlier ones leave open; order is by place, then as written."""
    rule = {
        "second": {"place": 2, "when": {"source": ["shop"]}, "touchpoint": "till", "unit": "bern", "kind": "visit"},
        "first": {"place": 1, "when": {"event": ["X"]}, "touchpoint": "wheel", "unit": {"property": "where"}},
        "off": {"place": 1, "off": True, "when": {"event": ["X"]}, "kind": "never"},
    }
    found = rows(put(batch(track("X", {"where": "bonn"}), track("X")), rule=rule, touchpoint=TOUCHPOINTS))
    assert [(row["touchpoint"], row["unit"], row["kind"]) for row in found] == [
        ("wheel", "bonn", "visit"), ("wheel", "bern", "visit"),
    ]  # fmt: skip


def test_a_text_by_rule_is_masked_too() -> None:
    """What people write may name them."""
    rule = {"a": {"when": {"event": ["Note"]}, "text": {"property": "note"}, "touchpoint": "hotline"}}
    row = only(put(batch(track("Note", {"note": "Call bob@example.com."})), rule=rule, touchpoint=TOUCHPOINTS))
    assert (row["text"], row["kind"], row["about"]) == ("Call [email].", "feedback", "hotline")


def test_a_rule_may_hide_and_may_keep_properties() -> None:
    """Somebody knows that a number is no card, and that a nickname is personal."""
    sent = {"serial": "4111111111111111", "nick": "Bobby"}
    rule = {"a": {"when": {"event": ["X"]}, "plain": ["serial"], "mask": ["nick"]}}
    without = inside(only(put(batch(track("X", sent)))))
    ruled = inside(only(put(batch(track("X", sent)), rule=rule)))
    assert (without["serial"], without["nick"]) == ("[card]", "Bobby")
    assert ruled["serial"] == "4111111111111111"
    assert "nick" not in ruled


@pytest.mark.parametrize(
    ("body", "code", "name"),
    [
        ({"touchpoint": "wheel"}, "missing_field", "when"),
        ({"when": {}, "touchpoint": "wheel"}, "no_condition", "when"),
        ({"when": {"event": ""}, "touchpoint": "wheel"}, "bad_text", "when"),
        ({"when": {"moon": "full"}, "touchpoint": "wheel"}, "unknown_field", "when"),
        ({"when": {"type": "identify"}, "touchpoint": "wheel"}, "bad_choice", "when"),
        ({"when": {"event": "X"}}, "sets_nothing", "touchpoint"),
        ({"when": {"event": "X"}, "touchpoint": "moon"}, "unknown_reference", "touchpoint"),
        ({"when": {"event": "X"}, "amount": "much"}, "bad_value", "amount"),
        ({"when": {"event": "X"}, "amount": {"property": "a", "times": 0}}, "bad_value", "amount"),
        ({"when": {"event": "X"}, "succeeded": 1}, "bad_value", "succeeded"),
        ({"when": {"properties": [{"property": "a"}]}, "touchpoint": "wheel"}, "bad_test", "when"),
        ({"when": {"properties": [{"property": "a", "like": 1}]}, "touchpoint": "wheel"}, "bad_test", "when"),
        ({"when": {"properties": [{"property": "a", "above": "x"}]}, "touchpoint": "wheel"}, "bad_test", "when"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(body: Mapping[str, Any], code: str, name: str) -> None:
    """With what is wrong, where, and what was expected."""
    from heartline.store.definitions import Definitions

    with pytest.raises(BadDefinition) as caught:
        catalogue.checked(Definitions({"touchpoint": TOUCHPOINTS}), [catalogue.of_values("rule", "one", body)])
    assert (caught.value.code, caught.value.name) == (code, name)
    assert caught.value.remedy


def test_a_rule_survives_its_file() -> None:
    """What is written as a file is read the same."""
    from heartline.store.definitions import Definitions

    body = {"when": {"event": ["X"], "properties": [{"property": "a", "above": 3}]}, "touchpoint": "wheel",
            "wait_s": {"property": "ms", "times": 0.001}}  # fmt: skip
    text = catalogue.dump(Definitions({"rule": {"one": body}}))
    (change,) = catalogue.read(text)
    assert (change.kind, change.key, change.body) == ("rule", "one", body)


# -- a slow reading -------------------------------------------------------------------------------------------------

NAMES = ["Wheel Spun", "wheel lost", "Product Viewed", "X*", "X"]
CONSTANTS: dict[str, list[Any]] = {
    "touchpoint": sorted(TOUCHPOINTS), "stage": ["use", "support"], "unit": ["bonn", "bern"], "kind": ["visit", "talk"],
    "channel": ["store", "web"], "succeeded": [True, False],
}  # fmt: skip
SCALARS = st.sampled_from([1, 2.5, "1", "a", "AB", True, None, -3])
TESTS: st.SearchStrategy[dict[str, Any]] = st.sampled_from(["p", "q", "r.s"]).flatmap(
    lambda name: st.sampled_from(
        [{"property": name, **rest} for rest in ({"is": 1}, {"is": "a"}, {"not": "a"}, {"has": "b"}, {"above": 1},
                                                 {"below": 2}, {"there": True}, {"there": False}, {"is": True})]
    )
)  # fmt: skip
RULES: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "when": st.fixed_dictionaries(
            {},
            optional={
                "event": st.lists(st.sampled_from([*NAMES, "wheel*", "*w*"]), min_size=1, max_size=2),
                "source": st.just(["shop"]) | st.just(["desk"]),
                "type": st.sampled_from([["track"], ["page"], ["page", "track"]]),
                "path": st.sampled_from([["/cart"], ["/product/*"]]),
                "channel": st.sampled_from([["web"], ["mobile"]]),
                "properties": st.lists(TESTS, max_size=2),
            },
        )
    },
    optional={
        "place": st.integers(1, 3),
        **{name: st.sampled_from(values) for name, values in CONSTANTS.items()},
        "ref": st.sampled_from([{"property": "p"}, {"property": "r.s"}, "r7"]),
        "wait_s": st.sampled_from([{"property": "q"}, {"property": "q", "times": 2}, 5]),
    },
)
PROPERTIES = st.fixed_dictionaries(
    {}, optional={"p": SCALARS, "q": SCALARS, "r": st.fixed_dictionaries({"s": SCALARS})}
)
SENT = st.builds(
    lambda name, properties, path, phone: track(
        name, properties,
        context={"page": {"path": path}, "library": {"name": "analytics-ios" if phone else "analytics.js"}},
    ),
    st.sampled_from(NAMES), PROPERTIES, st.sampled_from(["/cart", "/product/7", "/x"]), st.booleans(),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(RULES, max_size=5), st.lists(SENT, min_size=1, max_size=6))
def test_rules_are_what_a_slow_reading_of_them_is(bodies: list[dict[str, Any]], events: list[dict[str, Any]]) -> None:
    """Event by event, rule by rule, column by column."""
    events = [{**event, "messageId": f"m{place}"} for place, event in enumerate(events)]
    rules = {f"r{place}": body for place, body in enumerate(bodies)}
    plain = put(batch(*events), touchpoint=TOUCHPOINTS).rows.sort_by("id").to_pylist()
    ruled = put(batch(*events), touchpoint=TOUCHPOINTS, rule=rules).rows.sort_by("id").to_pylist()
    assert ruled == [_slow(event, row, bodies) for event, row in zip(events, plain, strict=True)]


def _slow(event: dict[str, Any], row: dict[str, Any], bodies: list[dict[str, Any]]) -> dict[str, Any]:
    made = dict(row)
    path = {"/cart": "/cart", "/product/7": "/product/:id", "/x": "/x"}[event["context"]["page"]["path"]]
    for column in (*CONSTANTS, "ref", "wait_s"):
        for body in sorted(bodies, key=lambda body: body.get("place", 9)):
            if column in body and _meant(body["when"], event, row, path):
                value = _value(column, body[column], event["properties"])
                if value is not None:
                    made[column] = value
                    break
    if made["touchpoint"] != row["touchpoint"]:
        here = TOUCHPOINTS[made["touchpoint"]]
        client = "mobile" if event["context"]["library"]["name"] == "analytics-ios" else "web"
        if made["stage"] == row["stage"] and not _says(bodies, "stage", event, row, path):
            made["stage"] = here["stage"]
        if made["channel"] == row["channel"] and not _says(bodies, "channel", event, row, path):
            made["channel"] = client if here["channel"] == "web" else here["channel"]
    if made["wait_s"] is not None and made["wait_s"] < 0:
        made["wait_s"] = None
    return made


def _says(bodies: list[dict[str, Any]], column: str, event: dict[str, Any], row: dict[str, Any], path: str) -> bool:
    return any(column in body and _meant(body["when"], event, row, path) for body in bodies)


def _meant(when: dict[str, Any], event: dict[str, Any], row: dict[str, Any], path: str) -> bool:
    asked = {"event": event["event"], "source": "shop", "type": "track", "path": path, "channel": row["channel"]}
    for name, text in asked.items():
        if name in when and not any(_like(wanted.lower(), (text or "").lower()) for wanted in when[name]):
            return False
    return all(_holds(test, event["properties"]) for test in when.get("properties", ()))


def _like(wanted: str, text: str) -> bool:
    head, star, rest = wanted.partition("*")
    if not text.startswith(head):
        return False
    text = text[len(head) :]
    return not text if not star else any(_like(rest, text[at:]) for at in range(len(text) + 1))


def _found(path: str, properties: dict[str, Any]) -> Any:
    return properties.get("r", {}).get("s") if path == "r.s" else properties.get(path)


def _holds(test: dict[str, Any], properties: dict[str, Any]) -> bool:
    found = _found(test["property"], properties)
    plain = _number(found)
    if "there" in test:
        return bool((found is not None) == test["there"])
    if "has" in test:
        return isinstance(found, str) and test["has"] in found.lower()
    if "above" in test:
        return plain is not None and plain > test["above"]
    if "below" in test:
        return plain is not None and plain < test["below"]
    wanted = test.get("is", test.get("not"))
    if isinstance(wanted, bool) or isinstance(found, bool):
        alike = found is wanted
    elif isinstance(wanted, str):
        alike = found is not None and str(found).lower() == wanted
    else:
        alike = plain == wanted
    return bool(alike) if "is" in test else not alike


def _number(found: Any) -> float | None:
    try:
        return None if found is None or isinstance(found, bool) else float(found)
    except ValueError:
        return None


def _value(column: str, wanted: Any, properties: dict[str, Any]) -> Any:
    if not isinstance(wanted, dict):
        return wanted
    found = _found(wanted["property"], properties)
    if column == "wait_s":
        plain = _number(found)
        return None if plain is None else plain * wanted.get("times", 1)
    if isinstance(found, str):
        return found
    return str(found) if isinstance(found, int) and not isinstance(found, bool) else None
