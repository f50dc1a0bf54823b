"""A late import does not bring back whom we erased, nor keeps out what they do afterwards."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from heartline.collect import person
from heartline.collect.tests.conftest import World
from heartline.core.ids import identifier
from heartline.store.tests.test_erasing import holding

RECIPE = """recipe: 1
source: shop
timezone: UTC
files: {rows: rows.csv}
identities:
  - sql: select mail as email, who as user_id from rows where who is not null
interactions:
  - {touchpoint: shop, sql: "select nr as id, who as user_id, mail as email, day as occurred_at from rows"}
"""
HEAD = "nr,who,mail,day\n"
BEFORE = "1,A1,ada@x.org,2024-03-01\n2,B1,ben@x.org,2024-03-02\n"


def test_an_import_leaves_out_what_happened_before(world: World) -> None:
    world.land(RECIPE, rows_csv=HEAD + BEFORE)
    person.erase(world.lake, person.find(world.lake, "A1"))
    after = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f}"
    time.sleep(1)  # what happens within this second counts as to come
    report = world.land(RECIPE, rows_csv=f"{HEAD}{BEFORE}3,A1,ada@x.org,2024-04-01\n4,,ada@x.org,{after}\n")
    assert report.dropped == {"erased": 2}
    assert (report.landed, report.there) == (1, 1)
    assert report.quarantine is None
    assert {row["id"] for row in world.rows("id")} == {"shop:2", "shop:4"}
    assert holding(world.lake.folder, [identifier("user_id", "A1", world.lake.key)]) == set()
    mail = identifier("email", "ada@x.org", world.lake.key)
    assert person.find(world.lake, "ada@x.org").names == {mail}
