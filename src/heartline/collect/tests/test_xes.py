"""Event logs in XES: read as a stream, nothing beyond the file."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from heartline.collect import xes
from heartline.collect.tests.conftest import World
from heartline.core.errors import InvalidInput
from heartline.core.ids import identifier

LOG = """\
<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849-2023" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <global scope="event"><string key="concept:name" value="UNKNOWN"/></global>
  <classifier name="Activity" keys="concept:name lifecycle:transition"/>
  <string key="origin" value="hand"/>
  <trace>
    <string key="concept:name" value="T-1"/>
    <string key="owner" value="Ada"/>
    <event>
      <string key="concept:name" value="A_SUBMITTED"/>
      <string key="lifecycle:transition" value="COMPLETE"/>
      <date key="time:timestamp" value="2012-10-09T14:50:17.250+02:00"/>
      <int key="tries" value="3"/>
      <float key="load" value="0.5"/>
      <boolean key="urgent" value="true"/>
      <string key="org:resource" value="R1"><string key="team" value="red"/></string>
      <list key="tags"><values><string key="t" value="a"/><string key="t" value="b"/></values></list>
      <container key="place"><string key="city" value="Bonn"/></container>
    </event>
    <event>
      <string key="concept:name" value="Start"/>
      <string key="lifecycle:transition" value="start"/>
      <date key="time:timestamp" value="2012-10-09T14:51:00Z"/>
    </event>
    <event>
      <string key="concept:name" value="No transition"/>
      <date key="time:timestamp" value="2012-10-09T14:52:00Z"/>
      <string key="owner" value="Bob"/>
    </event>
    <event><string key="concept:name" value="No time"/></event>
    <int key="priority" value="1"/>
  </trace>
</log>
"""
RECIPE = """\
recipe: 1
source: log
files: {log: log.xes}
interactions:
  - {xes: log, case: ref, activity: touchpoint, customer: owner, lifecycle: complete}
"""


def test_a_log_lands_without_sql(world: World) -> None:
    report = world.land(RECIPE, log_xes=LOG)
    assert (report.read, report.landed, report.dropped) == (3, 2, {"no_time": 1})
    first, second = world.rows("ref", "touchpoint", "event", "occurred_at", "customer", "properties")
    properties = json.loads(first.pop("properties"))
    key = world.lake.key
    assert first == {
        "ref": "T-1",
        "touchpoint": "a_submitted",
        "event": "A_SUBMITTED",
        "occurred_at": datetime(2012, 10, 9, 12, 50, 17, 250_000, tzinfo=UTC),
        "customer": identifier("customer_id", "Ada", key),
    }
    assert properties == {
        "case:priority": 1,
        "lifecycle:transition": "COMPLETE",
        "tries": 3,
        "load": 0.5,
        "urgent": True,
        "org:resource": "R1",
        "tags": ["a", "b"],
        "place": {"city": "Bonn"},
    }
    assert (second["touchpoint"], second["customer"]) == ("no_transition", identifier("customer_id", "Bob", key))
    assert world.lake.at().definitions.get("touchpoint", "a_submitted") == {"label": "A_SUBMITTED"}


def test_without_a_lifecycle_all_events_land_and_without_a_customer_nobody_is_known(world: World) -> None:
    report = world.land(RECIPE.replace(", customer: owner, lifecycle: complete", ""), log_xes=LOG)
    assert (report.read, report.landed, report.known) == (4, 3, 0)
    assert json.loads(world.rows("properties")[2]["properties"])["owner"] == "Bob"


def test_a_packed_log_is_read_alike(tmp_path: Path) -> None:
    (tmp_path / "log.xes.gz").write_bytes(gzip.compress(LOG.encode()))
    assert xes.to_parquet(tmp_path / "log.xes.gz", tmp_path / "log.parquet", customer="owner", field="r:1") == 4
    assert pq.read_table(tmp_path / "log.parquet")["customer_id"].to_pylist() == ["Ada", "Ada", "Bob", "Ada"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('<!DOCTYPE log [<!ENTITY x SYSTEM "file:///etc/passwd">]><log><trace>&x;</trace></log>', "refused_file"),
        ('<!DOCTYPE log [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><log>&b;</log>', "refused_file"),
        ('<!DOCTYPE log SYSTEM "http://127.0.0.1/x.dtd"><log/>', "refused_file"),
        ("<log><trace>", "unreadable_file"),
        ("<html/>", "unreadable_file"),
        ("not xml", "unreadable_file"),
    ],
)
def test_what_is_no_log_or_reaches_beyond_the_file_is_refused(text: str, code: str, world: World) -> None:
    with pytest.raises(InvalidInput) as caught:
        world.land(RECIPE, log_xes=text)
    assert (caught.value.code, caught.value.field) == (code, f"{world.folder}/recipe.yaml:3")


def test_a_cut_off_packed_log_is_refused(tmp_path: Path) -> None:
    (tmp_path / "log.xes.gz").write_bytes(gzip.compress(LOG.encode())[:200])
    with pytest.raises(InvalidInput, match="is not XES"):
        list(xes.events(tmp_path / "log.xes.gz"))
