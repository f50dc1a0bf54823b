"""Files become interactions: every row lands, is there already, or is dropped with a reason and kept to be mended."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from heartline.collect.importing import run
from heartline.collect.reasons import REASONS
from heartline.collect.tests.conftest import SMALL, World
from heartline.core.errors import InvalidInput
from heartline.core.ids import identifier

HEAD = "recipe: 1\nsource: shop\nfiles: {rows: rows.csv}\n"


def recipe(sql: str, *, head: str = HEAD, beside: str = "") -> str:
    return f"{head}interactions:\n  - sql: {json.dumps(sql)}\n{beside}"


def test_a_plain_recipe_lands(world: World) -> None:
    text = HEAD + (
        "currency: EUR\ntimezone: Europe/Berlin\n"
        "touchpoints: {checkout: {label: The checkout, stage: purchase, channel: web}}\n"
        "interactions:\n"
        "  - {touchpoint: checkout, sql: 'select nr as id, who as user_id, day as occurred_at, total as amount,"
        " colour, mail as email from rows'}\n"
    )
    cells = "nr,who,day,total,colour,mail\n7,u1,2024-03-01 12:00:00,19.90,red,Ada@Example.com \n"
    report = world.land(text, rows_csv=cells)
    assert (report.read, report.landed, report.there, report.dropped, report.known_share) == (1, 1, 0, {}, 1.0)
    assert report.version == 1
    (row,) = world.rows(
        "id", "occurred_at", "occurred_precision", "identifier", "customer", "channel", "touchpoint", "stage", "about",
        "kind", "source", "amount", "currency", "properties", "seq", "text",
    )  # fmt: skip
    ada = identifier("user_id", "u1", world.lake.key)
    assert row == {
        "id": "shop:7",
        "occurred_at": datetime(2024, 3, 1, 11, tzinfo=UTC),
        "occurred_precision": "second",
        "identifier": ada,
        "customer": ada,
        "channel": "web",
        "touchpoint": "checkout",
        "stage": "purchase",
        "about": None,
        "kind": "event",
        "source": "shop",
        "amount": Decimal("19.9000"),
        "currency": "EUR",
        "properties": '{"colour":"red"}',
        "seq": 0,
        "text": None,
    }
    settings = world.lake.at().definitions.settings
    assert (settings["timezone"], settings["currency"]) == ("Europe/Berlin", "EUR")


def test_importing_twice_changes_nothing(world: World) -> None:
    text = recipe("select who as user_id, day as occurred_at, what as touchpoint from rows")
    cells = "who,day,what\nu1,2024-01-01,Paid Search\nu1,2024-01-01,Paid Search\n,2024-01-02,A_SUBMITTED\n"
    first = world.land(text, rows_csv=cells)
    before = world.rows("id", "customer", "touchpoint", "event")
    files = sorted(path.name for path in (world.data / "lake").rglob("*"))
    again = world.land(text, rows_csv=cells)
    assert (first.landed, first.version) == (3, 1)
    assert (again.read, again.landed, again.there, again.version) == (3, 0, 3, None)
    assert world.rows("id", "customer", "touchpoint", "event") == before
    assert sorted(path.name for path in (world.data / "lake").rglob("*")) == files
    assert [row["touchpoint"] for row in before] == ["paid_search", "paid_search", "a_submitted"]
    assert [row["event"] for row in before] == ["Paid Search", "Paid Search", "A_SUBMITTED"]
    labels = {key: body["label"] for key, body in world.lake.at().definitions.all("touchpoint").items()}
    assert labels == {"paid_search": "Paid Search", "a_submitted": "A_SUBMITTED"}


def test_rows_alike_are_numbered_and_a_third_one_lands_later(world: World) -> None:
    text = recipe("select day as occurred_at, what as touchpoint from rows")
    world.land(text, rows_csv="day,what\n2024-01-01,call\n2024-01-01,call\n")
    report = world.land(text, rows_csv="day,what\n2024-01-01,call\n2024-01-01,call\n2024-01-01,call\n")
    assert (report.there, report.landed) == (2, 1)
    names = [row["id"] for row in world.rows("id")]
    stem = names[0].removesuffix("-1")
    assert names == [f"{stem}-1", f"{stem}-2", f"{stem}-3"]
    assert len(stem.removeprefix("shop:")) == 32


def test_order_of_rows_does_not_change_their_names(world: World, tmp_path: Path) -> None:
    text = recipe("select who as user_id, day as occurred_at, what as touchpoint, n from rows")
    lines = ["u1,2024-01-01,call,1", "u2,2024-01-01,call,1", "u2,2024-01-01,call,1", ",2024-01-02,visit,2"]
    world.land(text, rows_csv="\n".join(["who,day,what,n", *lines]))
    report = world.land(text, rows_csv="\n".join(["who,day,what,n", *reversed(lines)]))
    assert (report.landed, report.there) == (0, 4)


GOOD = {
    "moment": "2024-01-01 10:00:00", "score": "5", "scale": "stars5", "amount": "1.50", "cost": "1",
    "currency": "EUR", "wait": "60", "ok": "true", "arm": "treated", "precision": "second", "extra": '{"a": 1}',
}  # fmt: skip
SQL = """
select moment as occurred_at, score, scale, amount, cost, currency, wait as wait_s, ok as succeeded, arm,
       precision as occurred_precision, extra as properties from rows
"""
NEXT_YEAR = f"{datetime.now(UTC) + timedelta(days=366):%Y-%m-%d}"
BAD = [
    ("moment", "", "no_time"),
    ("moment", "   ", "no_time"),
    ("moment", "yesterday", "unreadable_time"),
    ("moment", "2024-02-30", "unreadable_time"),
    ("moment", "0001-01-01", "unreadable_time"),
    ("moment", "infinity", "unreadable_time"),
    ("moment", NEXT_YEAR, "future_time"),
    ("moment", f"{NEXT_YEAR}T00:00:00+02:00", "future_time"),
    ("precision", "roughly", "bad_precision"),
    ("score", "five", "bad_score"),
    ("score", "nan", "bad_score"),
    ("scale", "stars6", "unknown_scale"),
    ("scale", "", "unknown_scale"),
    ("score", "6", "score_out_of_range"),
    ("score", "0.99", "score_out_of_range"),
    ("amount", "1,50", "bad_amount"),
    ("amount", "123456789012345", "bad_amount"),
    ("cost", "free", "bad_cost"),
    ("currency", "EURO", "bad_currency"),
    ("currency", "€", "bad_currency"),
    ("wait", "-1", "bad_wait"),
    ("wait", "long", "bad_wait"),
    ("ok", "maybe", "bad_succeeded"),
    ("arm", "control", "bad_arm"),
    ("extra", "[1]", "bad_properties"),
    ("extra", "{", "bad_properties"),
]
CALLED = {"moment": "occurred_at", "wait": "wait_s", "ok": "succeeded", "precision": "occurred_precision",
          "extra": "properties"}  # fmt: skip


def as_csv(rows: list[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def test_bad_rows_are_dropped_with_their_reason_and_kept_as_they_came(world: World) -> None:
    rows = [{**GOOD, column: value} for column, value, _ in BAD]
    report = world.land(recipe(SQL), rows_csv=as_csv([*rows, GOOD]))
    assert report.dropped == Counter(reason for _, _, reason in BAD)
    assert set(report.dropped) == set(REASONS) - {"duplicate_id", "erased"}
    assert (report.read, report.landed) == (len(BAD) + 1, 1)
    assert report.quarantine
    path = report.quarantine / "entry_1.text.csv"
    assert (path.stat().st_mode | report.quarantine.stat().st_mode) & 0o077 == 0
    with path.open(encoding="utf-8", newline="") as file:
        kept = list(csv.DictReader(file))
    for row, (column, value, reason) in zip(kept, BAD, strict=True):
        assert (row["dropped_because"], row[CALLED.get(column, column)].strip()) == (reason, value.strip())
    again = run(report.quarantine / "recipe.yaml", world.data, limits=SMALL)
    assert (again.landed, again.dropped) == (0, report.dropped)  # nobody has mended them yet


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [("score", "nan", "bad_score"), ("moment", NEXT_YEAR, "future_time"), ("wait", "-1.5", "bad_wait")],
)
def test_columns_that_are_no_text_are_checked_alike(column: str, value: str, reason: str, world: World) -> None:
    report = world.land(recipe(SQL), rows_csv=as_csv([{**GOOD, column: value}]))
    assert report.dropped == {reason: 1}


def test_what_was_mended_is_imported_by_the_recipe_beside_it(world: World) -> None:
    text = recipe("select nr as id, moment as occurred_at, score, scale, zip_code, age, note from rows")
    lines = [
        "nr,moment,score,scale,zip_code,age,note",
        "007,2024-01-01,4,stars5,01234,30,a",
        '008,2024-01-01,9,stars5,01234,31,"b,""c""\nd"',
    ]
    text = text.replace("select nr", "select nr::varchar as nr_text, nr")
    report = world.land(text, rows_csv="\n".join(lines))
    assert (report.landed, report.dropped) == (1, {"score_out_of_range": 1})
    assert report.quarantine
    path = report.quarantine / "entry_1.text.csv"
    path.write_text(path.read_text().replace(",9,", ",5,"), encoding="utf-8")
    mended = run(report.quarantine / "recipe.yaml", world.data, limits=SMALL)
    assert (mended.landed, mended.dropped, mended.quarantine) == (1, {}, None)
    first, second = (json.loads(row["properties"]) for row in world.rows("properties"))
    assert first == {"nr_text": "007", "age": 30, "note": "a"}
    assert second == {"nr_text": "008", "age": 31, "note": 'b,"c"\nd'}
    assert [row["score"] for row in world.rows("score")] == [4, 5]


def test_an_id_twice_in_one_import_lands_once(world: World) -> None:
    text = recipe("select nr as id, moment as occurred_at, note from rows")
    report = world.land(
        text,
        rows_csv="nr,moment,note\na,2024-01-01 10:00:00,first\na,2024-01-02 10:00:00,second\nb,2024-01-01 10:00:00,x\n",
    )
    assert (report.landed, report.dropped) == (2, {"duplicate_id": 1})
    assert report.quarantine
    assert [json.loads(row["properties"])["note"] for row in world.rows("properties")] == ["first", "x"]
    kept = (report.quarantine / "entry_1.text.csv").read_text().splitlines()
    assert kept[1].startswith("duplicate_id,a,2024-01-02 10:00:00")
    assert "second" in kept[1]


def test_declared_period_serves_rows_without_a_time(world: World) -> None:
    text = HEAD + "interactions:\n  - {occurred_at: {from: 2016-01-01, to: 2017-12-31}, sql: 'select note from rows'}\n"
    world.land(text, rows_csv="note\nx\n")
    assert world.rows("occurred_at", "occurred_precision", "identifier") == [
        {"occurred_at": datetime(2016, 1, 1, tzinfo=UTC), "occurred_precision": "period", "identifier": None}
    ]


def test_how_exactly_a_time_is_known_follows_from_how_it_is_written(world: World) -> None:
    text = recipe("select moment as occurred_at from rows", head=HEAD + "timezone: America/New_York\n")
    cells = "moment\n2024-03-01 10:00\n2024-03-01\n2024-03\n2024\n2024-03-01T10:00:00Z\n2024-03-01 10:00:00+02:00\n"
    world.land(text, rows_csv=cells)
    assert [
        (row["occurred_at"], row["occurred_precision"]) for row in world.rows("occurred_at", "occurred_precision")
    ] == [
        (datetime(2024, 3, 1, 15, tzinfo=UTC), "second"),
        (datetime(2024, 3, 1, 5, tzinfo=UTC), "day"),
        (datetime(2024, 3, 1, 5, tzinfo=UTC), "month"),
        (datetime(2024, 1, 1, 5, tzinfo=UTC), "year"),
        (datetime(2024, 3, 1, 10, tzinfo=UTC), "second"),
        (datetime(2024, 3, 1, 8, tzinfo=UTC), "second"),
    ]


def test_scores_become_feelings_on_their_scale(world: World) -> None:
    text = recipe("select '2024-01-01'::date as occurred_at, score, scale, 'review' as touchpoint from rows")
    world.land(text, rows_csv="score,scale\n1,stars5\n5,stars5\n10,nps\n6,nps\n4,ces7\n,nps\n")
    rows = world.rows("score", "scale", "feeling", "kind", "about")
    assert [row["feeling"] for row in rows] == [-1, 1, 1, pytest.approx(0.2), 0, None]
    assert rows[-1] == {"score": None, "scale": None, "feeling": None, "kind": "event", "about": None}
    assert (rows[0]["kind"], rows[0]["about"]) == ("feedback", "review")


def test_a_touchpoint_gives_stage_and_channel_unless_the_row_says_otherwise(world: World) -> None:
    text = HEAD + (
        "stages: [support, advice]\n"
        "touchpoints: {call: {label: Call, stage: support, channel: phone}}\n"
        "interactions:\n  - {touchpoint: call, sql: 'select moment as occurred_at, stage, channel from rows'}\n"
    )
    world.land(text, rows_csv="moment,stage,channel\n2024-01-01,,\n2024-01-02,Advice,\n2024-01-03,,Chat\n")
    assert [(row["stage"], row["channel"]) for row in world.rows("stage", "channel")] == [
        ("support", "phone"), ("advice", "phone"), ("support", "chat"),
    ]  # fmt: skip


def test_contact_data_never_enters_properties(world: World) -> None:
    columns = ["name", "first_name", "Last_Name", "email", "phone", "address", "street", "zip", "postcode"]
    sql = f"select {', '.join(columns)}, moment as occurred_at, size from rows"
    said = ",".join(columns).replace("email", "email@x.org")
    world.land(recipe(sql), rows_csv=f"{','.join(columns)},moment,size\n{said},2024-01-01,L\n")
    (row,) = world.rows("properties", "identifier")
    assert row["properties"] == '{"size":"L"}'
    assert row["identifier"] == identifier("email", "email@x.org", world.lake.key)
    whole = b"".join(path.read_bytes() for path in (world.data / "lake").rglob("*") if path.is_file())
    assert b"Last_Name" not in whole


@pytest.mark.parametrize("column", ["customer", "feeling", "received_at", "language", "themes", "landed", "SEQ"])
def test_what_no_recipe_may_set_is_refused(column: str, world: World) -> None:
    with pytest.raises(InvalidInput) as caught:
        world.land(recipe(f"select 1 as {column}, moment as occurred_at from rows"), rows_csv="moment\n2024-01-01\n")
    assert caught.value.code == "refused_column"
    assert caught.value.field == f"{world.folder}/recipe.yaml:5"
    assert column.lower() in caught.value.reason
    assert world.lake.at().version == 0


@pytest.mark.parametrize(
    ("text", "code", "line", "said"),
    [
        (recipe("select wrong from rows"), "wrong_column", 5, "wrong"),
        (recipe("select * from lines"), "unknown_table", 5, "rows"),
        (recipe("select 1; select 2"), "not_one_select", 5, "2 statements"),
        (recipe("select 1 as a, 2 as A"), "column_twice", 5, "twice"),
        (recipe("select 5 as occurred_at from rows"), "wrong_type", 5, "timestamp"),
        (HEAD.replace("rows.csv", "gone.csv") + "interactions: []\n", "no_file", 3, "gone.csv"),
        (HEAD.replace("rows.csv", "rows.doc") + "interactions: []\n", "unknown_kind", 3, ".parquet"),
        (HEAD + "identities:\n  - sql: select moment as passport from rows\n", "bad_recipe", 5, "passport"),
        (HEAD + "units:\n  - sql: select moment as name from rows\n", "bad_recipe", 5, "key"),
        (HEAD + "units:\n  - sql: select moment as key, 1 as size from rows\n", "bad_recipe", 5, "size"),
    ],
)
def test_what_is_wrong_is_said_with_file_and_line(text: str, code: str, line: int, said: str, world: World) -> None:
    with pytest.raises(InvalidInput) as caught:
        world.land(text, rows_csv="moment\n2024-01-01\n")
    assert caught.value.code == code
    assert caught.value.field == f"{world.folder}/recipe.yaml:{line}"
    assert said in str(caught.value)


def test_a_rehearsal_shows_ten_rows_and_writes_nothing(world: World) -> None:
    cells = "moment,who\n" + "".join(f"2024-01-{day:02},u{day}\n" for day in range(1, 15)) + "never,u15\n"
    report = world.land(recipe("select moment as occurred_at, who as user_id from rows"), rows_csv=cells, dry_run=True)
    assert (report.read, report.landed, report.dropped) == (15, 14, {"unreadable_time": 1})
    assert len(report.sample) == 10
    assert report.sample[0]["occurred_at"] == datetime(2024, 1, 1, tzinfo=UTC)
    assert not world.data.exists()
    world.land(recipe("select moment as occurred_at from rows"), rows_csv="moment\n2024-01-01\n")
    before = sorted(str(path) for path in world.data.rglob("*"))
    world.land(recipe("select moment as occurred_at, who as user_id from rows"), rows_csv=cells, dry_run=True)
    assert sorted(str(path) for path in world.data.rglob("*")) == before


def test_a_type_guessed_from_the_first_rows_is_guessed_again_from_all(world: World) -> None:
    cells = "moment,code\n" + "2024-01-01,1\n" * 60_000 + "2024-01-01,X2\n"
    report = world.land(recipe("select moment as occurred_at, code as ref from rows"), rows_csv=cells)
    assert report.landed == 60_001
    assert world.rows("ref")[-1] == {"ref": "X2"}


def test_several_sources_live_in_one_lake(world: World) -> None:
    shop = recipe("select nr as id, moment as occurred_at, who as user_id from rows")
    world.land(shop, rows_csv="nr,moment,who\n1,2024-01-01,u1\n")
    report = world.land(
        shop.replace("source: shop", "source: call_centre"), rows_csv="nr,moment,who\n1,2024-01-02,u1\n"
    )
    assert (report.landed, report.version) == (1, 2)
    rows = world.rows("id", "source", "customer")
    assert [row["id"] for row in rows] == ["shop:1", "call_centre:1"]
    assert rows[0]["customer"] == rows[1]["customer"]


def test_a_recipe_does_not_undo_what_somebody_changed_since(world: World) -> None:
    text = (
        HEAD
        + "touchpoints: {call: {label: Call}}\n"
        + "interactions:\n  - {touchpoint: call, sql: select moment as occurred_at from rows}\n"
    )
    world.land(text, rows_csv="moment\n2024-01-01\n")
    with world.lake.write("a page") as writer:
        writer.define("touchpoint", "call", {"label": "Hotline"}, source="page")
    assert world.land(text, rows_csv="moment\n2024-01-01\n").version is None
    assert world.lake.at().definitions.get("touchpoint", "call") == {"label": "Hotline"}
    world.land(text.replace("label: Call", "label: Phone call"), rows_csv="moment\n2024-01-01\n")
    assert world.lake.at().definitions.get("touchpoint", "call") == {"label": "Phone call"}


def test_what_another_source_does_not_say_of_a_touchpoint_stays(world: World) -> None:
    rows = "  - {touchpoint: call, sql: 'select who as user_id, day as occurred_at from rows'}\n"
    cells = "who,day\nu1,2024-03-01 12:00:00\n"
    promised = HEAD + "touchpoints: {call: {label: Hotline, department: Service, expected_wait_s: 120}}\n"
    world.land(f"{promised}interactions:\n{rows}", rows_csv=cells)
    other = HEAD.replace("shop", "calls") + "touchpoints: {call: {label: Phone call}}\n"
    world.land(f"{other}interactions:\n{rows}", rows_csv=cells)
    said = {"label": "Phone call", "department": "Service", "expected_wait_s": 120}
    assert world.lake.at().definitions.get("touchpoint", "call") == said
    assert world.land(f"{other}interactions:\n{rows}", rows_csv=cells).version is None


def test_definitions_of_a_recipe_arrive(world: World) -> None:
    text = HEAD + (
        "identifiers: {member: unique}\nstages: [purchase]\n"
        "journeys: {visit: {goal: pay, within: 2h}}\n"
        "units:\n  - sql: select moment as key, 'Shop' as name, 'store' as kind from rows\n"
        "products:\n  - sql: select 'p1' as key, 9.5::decimal(6,2) as price, 0.4 as margin, null as brand\n"
    )
    world.land(text, rows_csv="moment\nmain\n")
    defined = world.lake.at().definitions
    assert defined.all("identifier_kind") == {"member": {"power": "unique"}}
    assert defined.stages == ("purchase",)
    assert defined.all("journey")["visit"]["within_s"] == 7200
    assert defined.all("unit") == {"main": {"name": "Shop", "kind": "store"}}
    assert defined.all("product") == {"p1": {"price": 9.5, "margin": 0.4}}


def test_files_of_an_uploaded_recipe_stay_in_its_folder(world: World, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret.csv"
    outside.write_text("moment\n2024-01-01\n")
    (world.folder / "link.csv").symlink_to(outside)
    (world.folder / "deep").symlink_to(outside.parent)
    for path in (f"../{outside.parent.name}/secret.csv", str(outside), "link.csv", "deep/secret.csv"):
        text = recipe("select moment as occurred_at from rows", head=HEAD.replace("rows.csv", path))
        with pytest.raises(InvalidInput) as caught:
            world.land(text, confined=True)
        assert (caught.value.code, caught.value.field) == ("outside", f"{world.folder}/recipe.yaml:3")
    (world.folder / "deeper").mkdir()
    text = recipe("select moment as occurred_at from rows", head=HEAD.replace("rows.csv", "deeper/../rows.csv"))
    assert world.land(text, rows_csv="moment\n2024-01-01\n", confined=True).landed == 1


def test_the_report_is_json(world: World) -> None:
    import dataclasses

    report = world.land(recipe("select moment as occurred_at from rows"), rows_csv="moment\n2024-01-01\n")
    told = msgspec.json.decode(msgspec.json.encode(dataclasses.asdict(report), enc_hook=str))
    assert (told["landed"], told["source"]) == (1, "shop")
