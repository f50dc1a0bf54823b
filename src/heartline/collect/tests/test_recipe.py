"""A recipe is read whole, or refused with file, line and what was expected."""

from __future__ import annotations

from datetime import date

import pytest

from heartline.collect.recipe import Log, parse
from heartline.core.errors import InvalidInput

WHOLE = """\
recipe: 1
source: Olist
timezone: America/Sao_Paulo
currency: BRL
files:
  orders: orders.csv.gz
  log: log.xes
stages: [purchase, Delivery]
identifiers: {customer_unique_id: unique, customer_id: strong}
touchpoints:
  A_SUBMITTED: {}
  delivery: {label: Delivery, stage: delivery, channel: delivery, department: Logistics, expected_wait_s: 864000}
journeys:
  order: {label: An order, counted_as: orders, per: ref, starts: A_SUBMITTED, goal: delivery, ends: limit, within: 120d,
          designed: [A_SUBMITTED, delivery]}
units:
  - sql: select 1 as key
interactions:
  - touchpoint: Delivery
    occurred_at: {from: 2016-01-01, to: 2017-12-31}
    sql: select 1
  - {xes: log, case: ref, customer: owner, activity: touchpoint, lifecycle: complete, channel: web}
"""


def test_a_whole_recipe_becomes_values() -> None:
    recipe = parse(WHOLE, "o.yaml")
    assert (recipe.source, recipe.timezone, recipe.currency) == ("olist", "America/Sao_Paulo", "BRL")
    assert recipe.files["orders"][0] == "orders.csv.gz"
    assert recipe.stages == ("purchase", "delivery")
    assert recipe.touchpoints["a_submitted"] == {"label": "A_SUBMITTED"}
    assert recipe.touchpoints["delivery"]["expected_wait_s"] == 864_000
    assert recipe.journeys["order"] == {
        "label": "An order",
        "counted_as": "orders",
        "per": "ref",
        "starts": ["a_submitted"],
        "goal": "delivery",
        "ends": "limit",
        "within_s": 120 * 86_400,
        "designed": ["a_submitted", "delivery"],
    }
    first, second = recipe.interactions
    assert first.constants == {"touchpoint": "Delivery"}
    assert first.period == (date(2016, 1, 1), date(2017, 12, 31))
    assert second.log == Log("log", "ref", "touchpoint", "owner", "complete")
    assert second.constants == {"channel": "web"}


def test_events_say_what_happened_when() -> None:
    text = WHOLE + "events:\n  Asked anew: {label: Worded anew, labels: {de: Neu}, first: 2017-03-01, kind: survey}\n"
    assert parse(text).events == {
        "asked_anew": {"label": "Worded anew", "labels": {"de": "Neu"}, "first": "2017-03-01", "kind": "survey"}
    }
    for change, reason in (
        (("first: 2017-03-01, ", ""), "“first” is missing"),
        (("first: 2017-03-01", "first: soon"), "“soon” is not a day"),
        (("kind: survey", "last: 2016-01-01"), "ends before it starts"),
        (("kind: survey", "colour: red"), "has no “colour”"),
    ):
        with pytest.raises(InvalidInput) as caught:
            parse(text.replace(*change), "o.yaml")
        assert reason in caught.value.reason


def test_kinds_of_identifiers_stand_in_the_order_of_their_power() -> None:
    kinds = parse(WHOLE).kinds
    assert kinds["customer_unique_id"] == "unique"
    assert list(kinds)[:2] == ["customer_unique_id", "user_id"]
    assert list(kinds)[-2:] == ["anonymous_id", "device"]


def test_a_journey_starts_anywhere_unless_it_says_where() -> None:
    journey = parse(WHOLE.replace("starts: A_SUBMITTED, ", "")).journeys["order"]
    assert journey["starts"] == "any"


@pytest.mark.parametrize(
    ("change", "line", "reason", "expected"),
    [
        (("recipe: 1", "recipe: 2"), 1, "not version 1", "recipe: 1"),
        (("source: Olist\n", ""), 1, "“source” is missing", "source:"),
        (("America/Sao_Paulo", "Brazil/Nowhere"), 3, "no time zone “Brazil/Nowhere”", "America/Sao_Paulo"),
        (("BRL", "REAL"), 4, "no currency “REAL”", "ISO 4217"),
        (("  log: log.xes", "  my log: log.xes"), 7, "“my log” cannot be a table's name", "underscores"),
        (("customer_id: strong", "customer_id: firm"), 9, "customer_id is “firm”", "unique, strong, weak"),
        (("A_SUBMITTED: {}", "A_SUBMITTED: {colour: red}"), 11, "has no “colour”", "label, labels, stage"),
        (("864000", "ten days"), 12, "expected_wait_s is not a number", "seconds"),
        (("per: ref", "per: order"), 14, "per is “order”", "customer or ref"),
        (("120d", "120 moons"), 14, "“120 moons” is not a time limit", "120d"),
        (("goal: delivery, ", ""), 14, "“goal” is missing", "goal:"),
        (("from: 2016-01-01", "from: early"), 20, "“early” is not a day", "2016-01-01"),
        (("to: 2017-12-31", "to: 2015-12-31"), 20, "ends before it starts", "on or after"),
        (("    sql: select 1\n", ""), 19, "needs a query or an event log", "`sql: …` or `xes: …`"),
        (("xes: log", "xes: lag"), 22, "no file called “lag”", "orders, log"),
        (("activity: touchpoint", "activity: event"), 22, "activity is “event”", "activity: touchpoint"),
        (("units:\n  - sql: select 1 as key", "units: none"), 16, "“units” is text", "a list"),
        (("currency: BRL", "currency: BRL\ncurrency: EUR"), 5, "“currency” stands here twice", "once"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(change: tuple[str, str], line: int, reason: str, expected: str) -> None:
    assert change[0] in WHOLE
    with pytest.raises(InvalidInput) as caught:
        parse(WHOLE.replace(*change), "o.yaml")
    assert caught.value.field == f"o.yaml:{line}"
    assert reason in caught.value.reason
    assert expected in caught.value.remedy


@pytest.mark.parametrize(
    ("text", "line"),
    [("recipe: 1\nfiles: [a, b\nsource: x\n", 3), ("recipe: 1\n\tfiles: x\n", 2), ("", 1), ("a: &b [*b]\n", 1)],
)
def test_bad_yaml_is_said_with_its_line(text: str, line: int) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse(text, "o.yaml")
    assert (caught.value.code, caught.value.field) == ("bad_yaml", f"o.yaml:{line}")


def test_a_recipe_that_unfolds_without_end_is_refused() -> None:
    layers = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]\n" for n in range(1, 9))
    with pytest.raises(InvalidInput, match="too large"):
        parse("l0: &l0 [x]\n" + layers)


def test_a_recipe_that_is_not_there_is_said(tmp_path: object) -> None:
    from heartline.collect.recipe import read

    with pytest.raises(InvalidInput) as caught:
        read(f"{tmp_path}/none.yaml")
    assert caught.value.code == "no_recipe"
