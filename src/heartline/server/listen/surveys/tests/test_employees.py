"""What employees answer is nobody's, and no customer's: it stands in results of its survey, and nowhere else."""

from __future__ import annotations

from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from heartline.collect.inbox import named, opened
from heartline.collect.loading.loader import Loader
from heartline.core.errors import Conflict
from heartline.listen.surveys.gallery import example
from heartline.listen.text import inline
from heartline.server.accounts.models import User
from heartline.server.collect.received.keeping import Desk
from heartline.server.listen.surveys import commands, links
from heartline.server.listen.surveys.inviting import commands as inviting
from heartline.server.listen.surveys.inviting.values import Wish
from heartline.server.listen.surveys.results import publishing
from heartline.server.shell.opened import workspace
from heartline.store.lake import Lake

pytestmark = pytest.mark.django_db
OF_CUSTOMERS = {
    "scores": {"by": ("kind",)}, "verbatims": {}, "touchpoints": {}, "customers": {}, "emotions": {}, "themes": {},
    "waits": {}, "journeys": {},
}  # fmt: skip


def told() -> dict[str, Any]:
    """Give what every question about customers says, but as of when."""
    found = {}
    for verb, values in OF_CUSTOMERS.items():
        whole = workspace().call(verb, {"period": "all", **values}).to_dict()
        found[verb] = {name: part for name, part in whole.items() if name != "as_of"}
    return found


def test_what_employees_answer_counts_among_customers_nowhere(alice: User, lake: Lake) -> None:
    asked = example("enps").model_dump(mode="json", by_alias=True) | {"key": "work", "anonymous": False}
    asked |= {"about": "delivery"}
    commands.begin(by=alice, key="work", example_key="enps")
    assert commands.value(commands.change(by=alice, key="work", body=asked).body).anonymous  # whatever was said
    commands.open_(by=alice, key="work")
    publishing.publish()
    before = told()
    link = links.link("work", "email", "bob@shop.org")
    for number in range(7):
        form = {"block": "main", "asked": ["enps", "keeps"], "q-enps": 10, "q-keeps": f"Sehr schlecht {number}",
                "h-unit": "berlin", "to": link if number == 0 else ""}  # fmt: skip
        assert Client().post(f"/s/work/{number:032x}/", form).status_code in (302, 404)
    with opened(named(lake.folder)) as inbox:
        Loader(Lake.open(lake.folder), inbox, inline.reader, Desk(), "test").turn()
    assert told() == before
    rows = {(one["question"], one["measure"]): one for one in workspace().questions("work").rows if not one["option"]}
    assert (rows["enps", "nps"]["value"], rows["enps", "nps"]["n"]) == (100.0, 5)
    by_unit = [one for one in workspace().questions("work", by="unit").rows if one["measure"] == "nps"]
    assert [(one["group"], one["n"]) for one in by_unit] == [("berlin", 5)]
    snapshot = Lake.open(lake.folder).at()
    names = ("source", "kind", "event", "customer", "touchpoint", "about", "score", "text", "feeling", "unit")
    landed = [row for row in snapshot.execute(snapshot.rows(*names)).to_pylist() if row["source"] == "employees"]
    assert landed
    zone = ZoneInfo(snapshot.definitions.settings["timezone"])
    days = snapshot.execute(snapshot.rows("source", "occurred_at")).to_pylist()
    moments = {row["occurred_at"].astimezone(zone).time() for row in days if row["source"] == "employees"}
    assert moments == {time(0)}  # the day, and nothing by which one finds out who was there
    assert "employees" not in {row["source"] for row in workspace().call("silences", {"period": "all"}).rows}
    assert {tuple(row.values()) for row in landed} == {
        ("employees", "employee", "Employee Answered", None, None, None, None, None, None, "berlin")
    }


def test_a_survey_for_employees_is_sent_to_no_customer(alice: User, lake: Lake) -> None:
    commands.begin(by=alice, key="pulse", example_key="pulse")
    commands.open_(by=alice, key="pulse")
    with pytest.raises(Conflict) as refused:
        inviting.begin(key="pulse", wish=Wish(), at=timezone.now(), by=alice)
    assert refused.value.code == "for_employees"
