"""People in the lake: identified rows, later merges, and their undoing, as of every version."""

from __future__ import annotations

from itertools import permutations

import pyarrow.compute as pc
import pytest

from heartline.collect import keeping_apart, refusing
from heartline.collect.joining import split
from heartline.collect.tests.conftest import World
from heartline.core.errors import NotFound
from heartline.core.ids import identifier

HEAD = "recipe: 1\nsource: crm\nfiles: {rows: rows.csv, pairs: pairs.csv}\nidentifiers: {member: unique}\n"
RECIPE = HEAD + (
    "identities:\n  - sql: select member, email from pairs\n"
    "interactions:\n  - sql: select nr as id, day as occurred_at, member, email, phone from rows\n"
)
NOBODY = "member,email\n"


def customers(world: World, as_of: int | None = None) -> dict[str, str | None]:
    snapshot = world.lake.at(as_of)
    rows = snapshot.execute(snapshot.rows("id", "customer")).to_pylist()
    return {row["id"].removeprefix("crm:"): row["customer"] for row in rows}


def hashed(world: World, kind: str, value: str) -> str:
    return identifier(kind, value, world.lake.key)


def test_a_row_lands_on_its_strongest_identifier(world: World) -> None:
    rows = "nr,day,member,email,phone\n1,2024-01-01,,a@x.org,\n2,2024-01-02,m1,A@X.org ,\n3,2024-01-03,,,+49 (30) 1\n"
    report = world.land(RECIPE, rows_csv=rows, pairs_csv=NOBODY)
    assert (report.known, report.refused) == (3, 0)
    found = {row["id"]: row["identifier"] for row in world.rows("id", "identifier")}
    assert found == {
        "crm:1": hashed(world, "email", "a@x.org"),
        "crm:2": hashed(world, "member", "m1"),
        "crm:3": hashed(world, "phone", "+49301"),
    }
    assert customers(world)["1"] == customers(world)["2"] == hashed(world, "member", "m1")


@pytest.mark.parametrize("nothing", ["", " ", "null", "NULL", "None", "n/a", "N/A", "-", "nan", "undefined"])
def test_what_stands_for_nobody_joins_nobody(nothing: str, world: World) -> None:
    rows = (
        f"nr,day,member,email,phone\n1,2024-01-01,m1,{nothing},\n2,2024-01-02,m2,{nothing},\n3,2024-01-03,,{nothing},\n"
    )
    report = world.land(RECIPE, rows_csv=rows, pairs_csv=NOBODY)
    assert (report.known, report.refused) == (2, 0)
    assert customers(world)["1"] != customers(world)["2"]
    assert customers(world)["3"] is None


def test_a_value_that_names_nobody_ties_nobody_and_is_kept_as_evidence(world: World) -> None:
    world.land(RECIPE, rows_csv="nr,day,member,email,phone\n0,2023-01-01,m0,,\n", pairs_csv=NOBODY)
    with world.lake.write("a shop's own address") as writer:
        writer.define("identifier_kind", "email", {"power": "strong", "never": ["Desk@shop.example"]})
    rows = (
        "nr,day,member,email,phone\n1,2024-01-01,m1,test@x.org,\n2,2024-01-02,m2,test@x.org,\n3,2024-01-03,,test@x.org,\n"
        "4,2024-01-04,m3,desk@shop.example,\n5,2024-01-05,m4,,11111111\n6,2024-01-06,guest,real@x.org,\n"
    )
    report = world.land(RECIPE, rows_csv=rows, pairs_csv="member,email\nm5,test@x.org\n")
    assert (report.landed, report.known, report.refused) == (6, 5, 0)
    found = customers(world)
    assert found["3"] is None
    assert len({found[nr] for nr in "1245"}) == 4
    assert found["6"] == hashed(world, "email", "real@x.org")
    mail = hashed(world, "email", "test@x.org")
    kept = {(row["left"], row["right"], row["why"]) for row in world.lake.at().table("refusals").to_pylist()}
    assert kept == {
        *((hashed(world, "member", who), mail, "nobody") for who in ("m1", "m2", "m5")),
        (hashed(world, "member", "m3"), hashed(world, "email", "desk@shop.example"), "nobody"),
        (hashed(world, "member", "m4"), hashed(world, "phone", "11111111"), "nobody"),
        (hashed(world, "email", "real@x.org"), hashed(world, "member", "guest"), "nobody"),
    }
    assert mail not in world.lake.at().table("identities")["left"].to_pylist()
    (told,) = keeping_apart.apart(world.lake.at(), found["1"] or "", [hashed(world, "member", "m1")])
    assert (told.name, told.why, told.source) == (mail, "nobody", "crm")
    again = world.land(RECIPE, rows_csv=rows, pairs_csv="member,email\nm5,test@x.org\n")
    assert (again.version, again.there) == (None, 6)


def test_of_a_value_that_everybody_has_so_much_is_kept(world: World) -> None:
    rows = "nr,day,member,email,phone\n" + "".join(f"{nr},2024-01-01,m{nr},test@x.org,\n" for nr in range(50))
    world.land(RECIPE, rows_csv=rows, pairs_csv=NOBODY)
    assert world.lake.at().table("refusals").num_rows == refusing.EACH


def test_two_members_with_one_address_stay_two(world: World) -> None:
    rows = "nr,day,member,email,phone\n1,2024-01-01,m1,a@x.org,\n2,2024-01-02,m2,a@x.org,\n"
    report = world.land(RECIPE, rows_csv=rows, pairs_csv=NOBODY)
    assert report.refused == 1
    assert customers(world) == {"1": hashed(world, "member", "m1"), "2": hashed(world, "member", "m2")}


def test_a_later_assertion_moves_earlier_rows_and_no_earlier_version(world: World) -> None:
    rows = "nr,day,member,email,phone\n1,2024-01-01,,a@x.org,\n2,2024-01-02,m1,,\n"
    world.land(RECIPE, rows_csv=rows, pairs_csv=NOBODY)
    mail, member = hashed(world, "email", "a@x.org"), hashed(world, "member", "m1")
    assert customers(world) == {"1": mail, "2": member}
    world.land(RECIPE, rows_csv=rows, pairs_csv="member,email\nm1,a@x.org\n")
    assert customers(world) == {"1": member, "2": member}  # both are as old; a member's number is stronger
    assert customers(world, 1) == {"1": mail, "2": member}
    again = world.land(RECIPE, rows_csv=rows, pairs_csv="member,email\nm1,a@x.org\n")
    assert again.version is None


def test_parting_restores_who_they_were_and_the_next_import_keeps_it(world: World) -> None:
    rows = "nr,day,member,email,phone\n1,2024-01-01,,a@x.org,\n2,2024-01-02,m1,,\n3,2024-01-03,,a@x.org,7\n"
    joined = "member,email\nm1,a@x.org\n"
    world.land(RECIPE, rows_csv=rows, pairs_csv=NOBODY)
    before = customers(world)
    world.land(RECIPE, rows_csv=rows, pairs_csv=joined)
    assert len(set(customers(world).values())) == 1
    mail, member = hashed(world, "email", "a@x.org"), hashed(world, "member", "m1")
    assert split(world.lake, member, mail, source="a page")[0] == 3
    assert customers(world) == before
    assert len(set(customers(world, 2).values())) == 1
    assert world.land(RECIPE, rows_csv=rows, pairs_csv=joined).version is None
    assert customers(world) == before
    with pytest.raises(NotFound) as caught:
        split(world.lake, member, mail, source="a page")
    assert caught.value.code == "not_joined"
    assert world.lake.at().version == 3


def test_the_ledger_lists_everybody_once(world: World) -> None:
    rows = "nr,day,member,email,phone\n1,2024-01-01,m1,a@x.org,\n2,2024-01-02,m1,a@x.org,5\n"
    world.land(RECIPE, rows_csv=rows, pairs_csv=NOBODY)
    ledger = world.lake.at().table("identities")
    own = ledger.filter(pc.equal(ledger["left"], ledger["right"]))
    assert sorted(own["left"].to_pylist()) == sorted(
        hashed(world, kind, value) for kind, value in (("member", "m1"), ("email", "a@x.org"), ("phone", "5"))
    )
    assert (ledger.num_rows, set(ledger["source"].to_pylist())) == (5, {"crm"})


def test_clear_identifiers_do_not_reach_the_lake(world: World) -> None:
    rows = "nr,day,member,email,phone\n1,2024-01-01,member-77,ada@example.org,030123456\n"
    world.land(RECIPE, rows_csv=rows, pairs_csv="member,email\nmember-78,bob@example.org\n")
    whole = b"".join(path.read_bytes() for path in world.data.rglob("*") if path.is_file())
    for clear in (b"member-77", b"ada@example.org", b"030123456", b"bob@example.org"):
        assert clear not in whole


PARTS = [
    "nr,day,member,email,phone\n1,2024-01-01,,a@x.org,\n2,2024-01-02,,b@x.org,1\n",
    "nr,day,member,email,phone\n3,2024-01-01,m1,a@x.org,\n4,2024-01-02,,,1\n",
    "nr,day,member,email,phone\n5,2024-01-01,m2,,1\n6,2024-01-02,m1,,\n2,2024-01-02,,b@x.org,1\n",
]


def test_the_order_of_files_never_matters_to_who_is_one_person(tmp_path_factory: pytest.TempPathFactory) -> None:
    found = []
    for order in permutations(range(len(PARTS))):
        world = World(tmp_path_factory.mktemp("order"))
        for part in order:
            world.land(RECIPE, rows_csv=PARTS[part], pairs_csv=NOBODY)
        groups: dict[str | None, set[str]] = {}
        for row, customer in customers(world).items():
            groups.setdefault(customer, set()).add(row)
        found.append(sorted(map(sorted, groups.values())))
    assert found == [[["1", "3", "6"], ["2", "4", "5"]]] * 6
