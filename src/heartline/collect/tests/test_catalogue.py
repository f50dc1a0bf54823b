"""The catalogue: what is written down comes back as it is, and what cannot be is refused with its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heartline.collect import catalogue
from heartline.collect.values import BadDefinition
from heartline.core.errors import InvalidInput
from heartline.store.definitions import Definitions
from heartline.store.lake import Lake
from heartline.store.tests.world import events

SHOP = """\
definitions: 1
company: {timezone: Europe/Berlin, currency: EUR, hours: "Mo-Fr 09:00-18:00; Sa 10:00-14:00",
          rates: [{date: 2026-01-01, currency: USD, rate: 0.92}]}
stages:
  purchase: {label: Buying}
  delivery: {label: Delivery}
touchpoints:
  order: {label: Order, labels: {de: Bestellung}, stage: purchase, channel: web, department: Sales}
  parcel: {label: Parcel, stage: delivery, expected_wait: 3d, contributes: [Sales]}
journeys:
  buy: {label: An order, counted_as: orders, per: ref, starts: order, goal: parcel, within: 30d,
        designed: [order, parcel]}
units:
  de: {name: Germany, country: DE}
  berlin: {name: Berlin, parent: de, kind: store}
products:
  "0012": {name: Tea, category: Drinks, price: 4.5}
scales:
  ease: {low: 1, high: 7, measure: top, top_from: 6}
segments:
  waiters: {label: People who waited, any: [{touchpoint: parcel, feeling_to: 0}]}
identifier_kinds:
  loyalty: {power: strong}
events:
  strike: {label: Strike, first: 2026-03-01, last: 2026-03-05, kind: strike, unit: berlin}
"""


def lake_of(folder: Path, text: str = SHOP) -> Lake:
    lake = Lake.create(folder)
    catalogue.written(lake, catalogue.read(text), source="file")
    return lake


def test_a_file_becomes_definitions(tmp_path: Path) -> None:
    defined = lake_of(tmp_path).at().definitions
    assert defined.all("touchpoint")["parcel"] == {
        "label": "Parcel", "stage": "delivery", "expected_wait_s": 259_200.0, "contributes": ["Sales"],
    }  # fmt: skip
    assert defined.all("journey")["buy"]["within_s"] == 2_592_000.0
    assert defined.settings["rates"] == [{"date": "2026-01-01", "currency": "USD", "rate": 0.92}]
    assert defined.all("event")["strike"]["first"] == "2026-03-01"
    assert list(defined.all("product")) == ["0012"]
    assert defined.scales["ease"].top_from == 6
    assert defined.units_below(["de"]) == {"de", "berlin"}


def test_names_by_language_are_read_strictly(tmp_path: Path) -> None:
    """An empty one is none; what is no language is refused with its line."""
    lake = lake_of(tmp_path)
    assert lake.at().definitions.all("touchpoint")["order"]["labels"] == {"de": "Bestellung"}
    text = "definitions: 1\nstages:\n  delivery: {label: Delivery, labels: {de: '', es: Entrega}}\n"
    (change,) = catalogue.read(text)
    assert change.body == {"label": "Delivery", "labels": {"es": "Entrega"}}
    for bad, code in (("{german: Lieferung}", "bad_language"), ("Lieferung", "bad_labels"), ("{de: [a]}", "bad_text")):
        with pytest.raises(BadDefinition) as refused:
            catalogue.read(f"definitions: 1\nstages:\n  delivery: {{labels: {bad}}}\n")
        assert (refused.value.code, refused.value.field) == (code, "definitions.yaml:3")


def test_what_was_dumped_changes_nothing(tmp_path: Path) -> None:
    lake = lake_of(tmp_path)
    text = catalogue.dump(lake.at().definitions)
    assert "expected_wait: 3d" in text
    assert catalogue.written(lake, catalogue.read(text), source="file") == (1, ())
    assert [entry.version for entry in lake.versions()] == [0, 1]


def test_a_dump_makes_the_same_company_elsewhere(tmp_path: Path) -> None:
    first = lake_of(tmp_path / "one")
    second = lake_of(tmp_path / "two", catalogue.dump(first.at().definitions))
    assert second.at().definitions == first.at().definitions


def test_one_kind_or_one_thing_is_dumped_alone(tmp_path: Path) -> None:
    defined = lake_of(tmp_path).at().definitions
    assert catalogue.dump(defined, ["stage"]) == (
        "definitions: 1\nstages:\n  purchase: {label: Buying}\n  delivery: {label: Delivery}\n"
    )
    assert [one.key for one in catalogue.read(catalogue.dump(defined, ["unit"], ["berlin"]))] == ["berlin"]


def test_only_what_differs_is_written_and_removal_is_said(tmp_path: Path) -> None:
    lake = lake_of(tmp_path)
    text = "definitions: 1\nstages:\n  purchase: {label: Buying}\n  use: {label: Use}\nremove:\n  events: [strike]\n"
    version, done = catalogue.written(lake, catalogue.read(text), source="file")
    assert (version, [(one.kind, one.key) for one in done]) == (2, [("stage", "use"), ("event", "strike")])
    assert list(lake.at().definitions.stages) == ["purchase", "delivery", "use"]
    assert lake.at().definitions.all("event") == {}
    assert catalogue.written(lake, catalogue.read(text), source="file") == (2, ())


def test_history_tells_every_version_of_a_definition(tmp_path: Path) -> None:
    lake = lake_of(tmp_path)
    for body in ({"label": "Pay"}, None):
        change = (
            catalogue.without("channel", "kiosk") if body is None else catalogue.of_values("channel", "kiosk", body)
        )
        catalogue.written(lake, [change], source="page")
    found = catalogue.history(lake.at(), "channel", "kiosk")
    assert [(one.version, one.source, one.body) for one in found] == [(3, "page", None), (2, "page", {"label": "Pay"})]
    assert found[0].time >= found[1].time > lake.versions()[0].time


def test_stages_stand_where_their_place_says(tmp_path: Path) -> None:
    lake = lake_of(tmp_path)
    catalogue.written(lake, [catalogue.of_values("stage", "delivery", {"label": "Delivery", "place": 1}),
                             catalogue.of_values("stage", "purchase", {"label": "Buying", "place": 2})],
                      source="page")  # fmt: skip
    assert lake.at().definitions.stages == ("delivery", "purchase")


@pytest.mark.parametrize(
    ("text", "line", "code", "said"),
    [
        ("stages: {}", 1, "bad_version", "not version 1"),
        ("definitions: 2", 1, "bad_version", "not version 1"),
        ("definitions: 1\ntouchpoint: {}", 2, "bad_recipe", "no “touchpoint”"),
        ("definitions: 1\ntouchpoints:\n  call:\n    colour: red", 4, "unknown_field", "call has no “colour”"),
        ("definitions: 1\ntouchpoints:\n  Call Center: {}", 3, "bad_key", "Expected `call_center`"),
        ("definitions: 1\ntouchpoints:\n  call:\n    stage: nowhere", 4, "unknown_reference", "no stage “nowhere”"),
        ("definitions: 1\ntouchpoints:\n  call: {channel: pigeon}", 3, "unknown_reference", "no channel “pigeon”"),
        ("definitions: 1\ntouchpoints:\n  call: {expected_wait: soon}", 3, "bad_duration", "“soon”, which is no time"),
        ("definitions: 1\ntouchpoints:\n  call: {also: [order]}", 3, "name_taken", "a touchpoint of its own"),
        ("definitions: 1\njourneys:\n  help:\n    goal: peace", 4, "unknown_reference", "no touchpoint “peace”"),
        ("definitions: 1\njourneys:\n  help: {per: visit}", 3, "bad_choice", "per is “visit”"),
        ("definitions: 1\nunits:\n  de:\n    parent: berlin", 4, "unit_cycle", "below itself"),
        ("definitions: 1\nunits:\n  de: {parent: de}", 3, "unit_cycle", "below itself"),
        ("definitions: 1\nunits:\n  wien: {parent: austria}", 3, "unknown_reference", "no unit “austria”"),
        ("definitions: 1\nunits:\n  wien: {country: Austria}", 3, "bad_country", "two capital letters"),
        ("definitions: 1\nunits:\n  wien: {hours: always}", 3, "bad_hours", "no opening hours"),
        ("definitions: 1\nunits:\n  wien: {timezone: Vienna}", 3, "bad_timezone", "no time zone “Vienna”"),
        ("definitions: 1\nevents:\n  sale: {label: Sale}", 3, "missing_field", "no “first”"),
        ("definitions: 1\nevents:\n  sale:\n    label: Sale\n    first: 2026-02-30", 5, "bad_yaml", "day is out"),
        ("definitions: 1\nevents:\n  sale:\n    label: Sale\n    first: Friday", 5, "bad_day", "“Friday” is not a day"),
        ("definitions: 1\nevents:\n  sale:\n    label: S\n    first: 2026-02-03\n    last: 2026-02-01", 6,
         "ends_before_start", "ends before it starts"),
        ("definitions: 1\ncompany:\n  rates:\n  - {currency: USD, rate: 1}", 4, "rate_without_date", "which day"),
        ("definitions: 1\ncompany:\n  rates: [{date: 2026-01-01, currency: USD, rate: -1}]", 3, "bad_number",
         "above 0"),
        ("definitions: 1\ncompany: {currency: Euro}", 2, "bad_currency", "no currency “Euro”"),
        ("definitions: 1\nscales:\n  x: {low: 5, high: 1, measure: mean}", 3, "bad_range", "`high` above `low`"),
        ("definitions: 1\nscales:\n  x: {low: 1, high: 5, measure: top}", 3, "missing_field", "no “top_from”"),
        ("definitions: 1\nscales:\n  x: {low: 1, high: 5, measure: nps}", 3, "nps_range", "from 0 to 10"),
        ("definitions: 1\nscales:\n  x: {low: 1, high: 5, measure: top, top_from: 6}", 3, "bad_range",
         "not on the scale"),
        ("definitions: 1\nsegments:\n  x:\n    any: [{touchpoints: order}]", 4, "unknown_field", "no “touchpoints”"),
        ("definitions: 1\nsegments:\n  x:\n    any: [{touchpoint: zoo}]", 4, "unknown_reference",
         "no touchpoint “zoo”"),
        ("definitions: 1\nsegments:\n  x:\n    any: [{period: never}]", 4, "bad_period", "never"),
        ("definitions: 1\nremove:\n  stages: [purchase]", 3, "still_used", "named by touchpoint “order”"),
        ("definitions: 1\nremove:\n  touchpoints: [parcel]", 3, "still_used", "named by journey “buy”"),
        ("definitions: 1\nevents:\n  strike: {label: S, first: 2026-01-01}\nremove:\n  events: [strike]", 5, "twice",
         "both defined and removed"),
        ("definitions: 1\n  stages: [", 2, "bad_yaml", "not YAML"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_its_line(text: str, line: int, code: str, said: str) -> None:
    there = catalogue.checked(Definitions(), catalogue.read(SHOP))
    with pytest.raises(InvalidInput) as refused:
        catalogue.checked(there, catalogue.read(text, "shop.yaml"))
    assert (refused.value.field, refused.value.code) == (f"shop.yaml:{line}", code)
    assert said in str(refused.value)


def test_nothing_of_a_file_with_a_mistake_is_written(tmp_path: Path) -> None:
    lake = lake_of(tmp_path)
    text = "definitions: 1\nstages:\n  use: {label: Use}\ntouchpoints:\n  call: {stage: nowhere}\n"
    with pytest.raises(BadDefinition):
        catalogue.written(lake, catalogue.read(text), source="file")
    assert list(lake.at().definitions.all("stage")) == ["purchase", "delivery"]
    assert lake.versions()[-1].version == 1


def test_a_form_is_told_which_field(tmp_path: Path) -> None:
    with pytest.raises(BadDefinition) as refused:
        catalogue.of_values("unit", "wien", {"name": "Wien", "country": "at"})
    assert (refused.value.name, refused.value.code, refused.value.value) == ("country", "bad_country", "at")


def test_an_imported_definition_that_names_nothing_known_stays_as_it_is(tmp_path: Path) -> None:
    lake = events(tmp_path, [], touchpoint={"call": {"stage": "nowhere"}})
    assert catalogue.written(lake, catalogue.read(catalogue.dump(lake.at().definitions)), source="file")[1] == ()


# -- laws ------------------------------------------------------------------------------------------------------------

WORD = st.text("abcäöß :#'\"-é1", min_size=1, max_size=8).filter(lambda text: text.strip() == text)
KEY = st.from_regex(r"[a-z][a-z0-9]{0,3}(_[a-z0-9]{1,3})?", fullmatch=True)
SECONDS = st.one_of(st.integers(0, 10**7).map(float), st.floats(0, 1e6, allow_nan=False))


def some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


@st.composite
def companies(draw: st.DrawFn) -> dict[str, dict[str, dict[str, Any]]]:
    """Make definitions that hold together."""
    stages = draw(st.dictionaries(KEY, some(label=WORD, place=st.integers(1, 9)), max_size=3))
    places = {"label": WORD, "department": WORD, "contributes": st.lists(WORD, min_size=1, max_size=2),
              "expected_wait_s": SECONDS, "channel": st.sampled_from(["web", "store"])}  # fmt: skip
    if stages:
        places["stage"] = st.sampled_from(sorted(stages))
    touchpoints = draw(st.dictionaries(KEY, some(**places), min_size=1, max_size=4))
    place = st.sampled_from(sorted(touchpoints))
    starts = st.one_of(st.just("any"), st.lists(place, min_size=1, max_size=2))
    journey = some(
        label=WORD, goal=place, starts=starts, within_s=SECONDS, designed=st.lists(place, min_size=1, max_size=3)
    )
    names = draw(st.lists(WORD, unique=True, max_size=4))
    units = {name: draw(some(name=WORD, country=st.sampled_from(["DE", "NO"]))) for name in names}
    for number, name in enumerate(names[1:]):
        units[name]["parent"] = names[draw(st.integers(0, number))]
    day = st.dates().map(str)
    event = st.tuples(day, day, WORD).map(
        lambda drawn: {"first": min(drawn[:2]), "last": max(drawn[:2]), "label": drawn[2]}
    )
    return {
        "stage": stages,
        "touchpoint": touchpoints,
        "journey": draw(st.dictionaries(KEY, journey, max_size=2)),
        "unit": units,
        "product": draw(st.dictionaries(WORD, some(name=WORD, price=st.floats(-1e9, 1e9)), max_size=3)),
        "event": draw(st.dictionaries(KEY, event, max_size=2)),
        "settings": {"company": draw(some(currency=st.just("EUR"), name=WORD, demo=st.booleans()))},
    }


@settings(max_examples=60, deadline=None)
@given(companies())
def test_dump_then_read_is_the_same_definitions(company: dict[str, dict[str, dict[str, Any]]]) -> None:
    there = Definitions({kind: bodies for kind, bodies in company.items() if bodies})
    changes = catalogue.read(catalogue.dump(there))
    assert catalogue.differing(there, changes) == ()
    assert normal(catalogue.checked(Definitions(), changes)) == normal(there)


def normal(definitions: Definitions) -> dict[tuple[str, str], dict[str, Any]]:
    """Give every definition that says something; a company that says nothing is none."""
    every = {(kind, key): body for kind, bodies in definitions.by_kind.items() for key, body in bodies.items()}
    every = {place: catalogue.normal(body) for place, body in every.items()}
    return {place: body for place, body in every.items() if body or place[0] != "settings"}


@settings(max_examples=8, deadline=None)
@given(companies(), companies())
def test_applied_twice_is_applied_once(
    tmp_path_factory: pytest.TempPathFactory,
    before: dict[str, dict[str, dict[str, Any]]],
    after: dict[str, dict[str, dict[str, Any]]],
) -> None:
    lake = Lake.create(tmp_path_factory.mktemp("lake"))
    for company in (before, after):
        changes = catalogue.read(catalogue.dump(Definitions(company)))
        try:
            catalogue.checked(lake.at().definitions, changes)
        except BadDefinition as error:  # two companies may contradict each other: in the tree of units only
            assert error.code == "unit_cycle"  # noqa: PT017
            return
        catalogue.written(lake, changes, source="file")
        there, version = lake.at().definitions, lake.versions()[-1].version
        assert catalogue.written(lake, changes, source="file") == (version, ())
        assert (lake.at().definitions, lake.versions()[-1].version) == (there, version)
