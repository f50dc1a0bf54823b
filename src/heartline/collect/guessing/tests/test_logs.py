"""Event logs (XES) are brought like any other file, and give what their recipe gives."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

import heartline
from heartline.collect import importing
from heartline.collect.guessing import guess
from heartline.collect.guessing.loose import Unreadable
from heartline.collect.tests.conftest import Shipped

from .test_guess import landed, planned, rows

LOG = """<?xml version="1.0" encoding="UTF-8"?>
<!-- made by a tool -->
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
 <global scope="event"><string key="concept:name" value="?"/></global>
 <trace><string key="concept:name" value="C1"/><string key="customer" value="Anna"/>
  <event><string key="concept:name" value="Open"/><string key="lifecycle:transition" value="start"/>
   <date key="time:timestamp" value="2024-05-01T10:00:00+02:00"/><string key="org:resource" value="Ben"/></event>
  <event><string key="concept:name" value="Open"/><string key="lifecycle:transition" value="complete"/>
   <date key="time:timestamp" value="2024-05-01T11:00:00+02:00"/><string key="org:resource" value="Ben"/></event>
  <event><string key="concept:name" value="Close, at last"/><string key="lifecycle:transition" value="complete"/>
   <date key="time:timestamp" value="2024-05-02T11:00:00+02:00"/><boolean key="happy" value="true"/></event>
 </trace>
 <trace><string key="concept:name" value="C2"/>
  <event><string key="concept:name" value="Open"/><string key="lifecycle:transition" value="complete"/>
   <date key="time:timestamp" value="2024-05-03T11:00:00+02:00"/></event>
 </trace>
</log>
"""


@pytest.mark.parametrize("packed", [False, True])
def test_a_log_becomes_touchpoints_of_its_cases(tmp_path: Path, packed: bool) -> None:
    path = tmp_path / ("log.xes.gz" if packed else "log.xes")
    path.write_bytes(gzip.compress(LOG.encode()) if packed else LOG.encode())
    plan = planned(tmp_path, log=path)
    assert {column.name: (column.use, column.detail) for column in plan.tables[0].columns} == {
        "case:concept:name": ("ref", ""), "case:customer": ("person", "customer_id"),
        "concept:name": ("touchpoint", ""), "lifecycle:transition": ("only", "complete"),
        "time:timestamp": ("time", "iso"), "org:resource": ("keep", ""), "happy": ("keep", ""),
    }  # fmt: skip
    report, workspace = landed(tmp_path, plan)
    assert (report.landed, report.known) == (3, 2)
    assert report.places == {"open": (2, 1), "close_at_last": (1, 1)}
    found = [(row["ref"], row["touchpoint"], row["occurred_at"].isoformat()[:16]) for row in rows(workspace)]
    assert found == [
        ("C1", "open", "2024-05-01T09:00"), ("C1", "close_at_last", "2024-05-02T09:00"),
        ("C2", "open", "2024-05-03T09:00"),
    ]  # fmt: skip
    assert rows(workspace)[0]["properties"] == '{"org_resource":"Ben","happy":null}'


def test_its_recipe_runs_from_the_log_as_it_came(tmp_path: Path) -> None:
    (tmp_path / "log.xes").write_text(LOG)
    plan = planned(tmp_path, log=tmp_path / "log.xes")
    landed(tmp_path, plan)
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "log.xes.gz").write_bytes(gzip.compress(LOG.encode()))
    report = importing.run(tmp_path / "recipe.yaml", tmp_path / "data", folder=raw)
    assert (report.landed, report.there) == (0, 3)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (LOG[: len(LOG) // 2], "no_log"), ("<html><body>log</body></html>", "no_log"),
        (LOG.replace("<log ", '<!DOCTYPE log [<!ENTITY x "y">]><log ', 1), "no_log"), ("<log></log>", "no_log"),
        ("a,b\n1,2\n", "no_log"), ("", "empty_file"),
    ],
)  # fmt: skip
def test_what_is_no_log_is_refused_by_its_code(tmp_path: Path, content: str, code: str) -> None:
    (tmp_path / "log.xes").write_text(content)
    with pytest.raises(Unreadable) as raised:
        guess.plan([guess.bring(tmp_path / "log.xes", "log.xes", tmp_path)])
    assert raised.value.code == code


def test_the_helpdesks_log_gives_what_its_recipe_gives(shared_data: Path, tmp_path: Path, shipped: Shipped) -> None:
    plan = planned(tmp_path, log=shared_data / "helpdesk_log" / "helpdesk.xes.gz")
    report, workspace = landed(tmp_path, plan)
    assert (report.landed, report.known, report.dropped) == (21_348, 21_348, {})
    theirs = heartline.open(shipped("helpdesk", "helpdesk_log")[0].folder)
    mine = {row["touchpoint"]: (row["interactions"], row["people"]) for row in workspace.touchpoints(period="all").rows}
    assert mine == {
        row["touchpoint"]: (row["interactions"], row["people"]) for row in theirs.touchpoints(period="all").rows
    }
    journey = plan.journey
    assert journey is not None
    assert (journey.per, journey.starts, journey.goal) == ("ref", "any", "closed")
    events = [
        [
            (row["seq"], row["ref"], row["occurred_at"], row["touchpoint"], row["customer"] is None)
            for row in sorted(rows(one), key=lambda row: int(row["seq"]))
        ]
        for one in (workspace, theirs)
    ]
    assert events[0] == events[1]


def test_the_incidents_log_keeps_every_event_and_takes_nobody_for_a_customer(shared_data: Path, tmp_path: Path) -> None:
    plan = planned(tmp_path, log=shared_data / "bpic2013_incidents" / "bpic2013_incidents.xes.gz")
    report, _ = landed(tmp_path, plan)
    assert (report.landed, report.known) == (65_533, 0)
    assert {key: landed_ for key, (landed_, _known) in report.places.items()} == {
        "accepted": 40_117, "queued": 11_544, "completed": 13_867, "unmatched": 5,
    }  # fmt: skip
