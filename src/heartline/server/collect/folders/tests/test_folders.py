"""Drop folders, from the file that a till puts down to the customer's timeline; and the page that shows them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from heartline.collect import dropping
from heartline.collect.tests.conftest import RECIPES
from heartline.core.errors import Forbidden
from heartline.server.accounts.models import AuditEntry, User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.collect.folders import commands, tasks
from heartline.server.collect.imports.models import Import, State
from heartline.server.jobs import ticker
from heartline.server.jobs.models import Schedule
from heartline.server.shell import emptiness
from heartline.store.lake import Lake

pytestmark = pytest.mark.django_db
SHOP = (
    "contact,time,what,shop,customer,card,order,felt,words\n"
    "1,2026-03-02 10:15,purchase,berlin,4711,,A-7,5,Quick\n"
    "2,2026-03-09 11:00,complaint,berlin,,,A-7,1,Broken\n"
    "3,2026-03-10 11:00,advice,berlin,,,,,\n"
    "4,,question,berlin,,,,,\n"
)
CALLS = (
    "call;began;waited_s;solved;phone;customer;order;about;words\n"
    "77;2026-03-03 09:00;190;no;+49 30 1234567;4711;;delivery;Where is it?\n"
)
FIELD = "visit,day,region,customer,email,order,done,late_min,felt,words\nv1,2026-03-04,berlin,,,A-7,yes,25,4,\n"


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take files as soon as they are there."""
    monkeypatch.setattr(dropping, "QUIET_S", 0.0)


def bound(lake: Lake, key: str, recipe: str) -> Path:
    text = (RECIPES / "offline" / f"{recipe}.yaml").read_text(encoding="utf-8")
    return dropping.bind(lake.folder / "drop", key, text)


def rows(lake: Lake) -> dict[str, dict[str, Any]]:
    now = Lake.open(lake.folder).at()
    names = ("id", "customer", "touchpoint", "channel", "unit", "score", "wait_s", "succeeded", "ref")
    return {row["id"]: row for row in now.execute(now.rows(*names)).to_pylist()}


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_what_tills_call_centres_and_field_tools_drop_stands_with_the_customer(lake: Lake) -> None:
    for key, recipe, name, content in (
        ("tills", "shop_contacts", "berlin-march.csv", SHOP), ("calls", "call_notes", "calls_03.csv", CALLS),
        ("visits", "field_visits", "out.csv", FIELD),
    ):  # fmt: skip
        (bound(lake, key, recipe) / name).write_text(content, encoding="utf-8")
    assert tasks.sweep.call() == 3
    found = rows(lake)
    ours = {name: row for name, row in found.items() if not name.startswith("world:")}
    assert set(ours) == {f"shop_contacts:{number}" for number in (1, 2, 3)} | {"call_notes:77", "field_visits:v1"}
    known = {name: row["customer"] for name, row in ours.items() if row["customer"]}
    assert len(set(known.values())) == 1
    assert set(known) == set(ours) - {"shop_contacts:3"}
    assert (ours["shop_contacts:2"]["score"], ours["shop_contacts:2"]["unit"]) == (1.0, "berlin")
    assert (ours["call_notes:77"]["wait_s"], ours["call_notes:77"]["succeeded"]) == (190.0, False)
    assert (ours["field_visits:v1"]["touchpoint"], ours["field_visits:v1"]["wait_s"]) == ("field_visit", 1500.0)
    home = lake.folder / "drop"
    assert (home / "tills" / "done" / "berlin-march.csv").read_text(encoding="utf-8") == SHOP
    said = (home / "tills" / "done" / "berlin-march.csv.txt").read_text(encoding="utf-8")
    assert "3 rows landed, 0 were there already, 1 could not be used (1 no_time)." in said
    assert tasks.sweep.call() == 0
    (home / "calls" / "calls_04.csv").write_text(CALLS, encoding="utf-8")
    assert tasks.sweep.call() == 1
    assert len(rows(lake)) == len(found)


def test_the_worker_looks_every_minute(lake: Lake) -> None:
    ticker.plan()
    assert Schedule.objects.get(task=tasks.sweep.module_path).every_s == 60


def test_a_manager_lets_a_folder_take_files_like_an_import(alice: User, lake: Lake) -> None:
    client = signed_in(alice)
    page = text(client.get("/folders/"))
    assert "No folder takes files yet." in page
    assert "Bring one such file in by hand first" in page
    assert '<p class="crumb"><a href="/import/">Bring data in</a></p>' in page
    recipe = (RECIPES / "offline" / "call_notes.yaml").read_text(encoding="utf-8")
    made = Import.objects.create(by="x", state=State.DONE, recipe=recipe, files=[{"title": "calls.csv"}])
    wrong = client.post("/folders/", {"key": "../calls", "recipe": made.key})
    assert wrong.status_code == 400
    assert "small letters, digits and hyphens" in text(wrong)
    assert client.post("/folders/", {"key": "calls", "recipe": "none"}).status_code == 404
    answer = client.post("/folders/", {"key": "Calls", "recipe": made.key})
    assert (answer.status_code, answer["Location"]) == (302, "/folders/")
    folder = lake.folder / "drop" / "calls"
    assert "No file came yet." in text(client.get("/folders/"))
    (folder / "<b>.csv").write_text(CALLS, encoding="utf-8")
    (folder / "odd.pdf").write_text("%PDF", encoding="utf-8")
    (folder / "later.csv.part").write_text(CALLS, encoding="utf-8")
    assert tasks.sweep.call() == 2
    page = text(client.get("/folders/"))
    assert "1 folder takes files. 1 of the last files failed." in page
    assert "&lt;b&gt;.csv" in page
    assert "1 line landed" in page
    assert "This is no file of the kind that the folder takes." in page
    assert str(folder) in page
    assert client.post("/folders/release/", {"key": "calls"}).status_code == 302
    assert "It takes nothing now." in text(client.get("/folders/"))
    assert client.post("/folders/release/", {"key": "nowhere"}).status_code == 404
    (folder / "new.csv").write_text(CALLS.replace("77", "78"), encoding="utf-8")
    assert tasks.sweep.call() == 0
    actions = [one.action for one in AuditEntry.objects.filter(action__contains="drop_folder")]
    assert sorted(actions) == ["bind_drop_folder", "release_drop_folder"]


def test_only_who_may_import_sees_and_changes_folders(bob: User, charlie: Client, lake: Lake) -> None:
    assert signed_in(bob).get("/folders/").status_code == 403
    with pytest.raises(Forbidden):
        commands.bind(by=bob, key="calls", recipe="x")
    with pytest.raises(Forbidden):
        commands.release(by=bob, key="calls")
    assert charlie.get("/folders/").status_code == 302


def test_after_the_data_folder_was_emptied_files_may_come_again(lake: Lake) -> None:
    folder = bound(lake, "calls", "call_notes")
    (folder / "a.csv").write_text(CALLS, encoding="utf-8")
    tasks.sweep.call()
    assert dropping.journal(folder)
    emptiness.emptied()
    assert not dropping.journal(folder)
    assert (folder / "done" / "a.csv").exists()


def test_queries_do_not_grow_with_folders(alice: User, lake: Lake, django_assert_max_num_queries: Any) -> None:
    for number in range(12):
        bound(lake, f"calls-{number}", "call_notes")
    client = signed_in(alice)
    client.get("/folders/")
    with django_assert_max_num_queries(12):
        assert "12 folders take files." in text(client.get("/folders/"))
