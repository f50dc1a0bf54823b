"""A help desk's API comes in page by page, by every usual way of paging and signing in."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from heartline.collect import recipe as recipes
from heartline.collect.connecting import fetching, rest, running
from heartline.collect.connecting.asked import Unfit
from heartline.collect.connecting.fetching import NotFetched
from heartline.collect.connecting.keeping import Keeping

from .conftest import landed
from .serving import Answer, Request, Served, serving

TOKEN = "a token of the desk"
SIZE = 2
RECIPE = """
recipe: 1
source: desk
connect:
  kind: rest
  url: {url}/api/
  secret: DESK_TOKEN
  {auth}
  tables:
    tickets:
      path: tickets
      pages: {pages}
      cursor: updated_at
      since: updated_since
      fields: [id, requester.email, solved_at]
      {more}
interactions:
  - touchpoint: support_request
    sql: >
      select id || ':asked' as id, id as ref, requester_email as email, created_at::timestamptz as occurred_at,
             subject as text
      from tickets
  - touchpoint: resolved
    sql: select id || ':solved' as id, id as ref, requester_email as email, solved_at::timestamptz as occurred_at
         from tickets where solved_at is not null
"""


class Desk:
    """A help desk with tickets, that may have a bad day."""

    def __init__(self) -> None:
        self.tickets: list[dict[str, Any]] = []
        self.troubles: list[Answer] = []
        self.breaks_at = ""
        self.base = ""

    def ask(self, number: int, at: str, **more: Any) -> None:
        self.tickets.append(
            {"id": number, "subject": f"Where is {number}?", "created_at": at, "updated_at": at, "tags": ["a", "b"],
             "requester": {"id": number, "email": f"c{number}@example.com"}, **more}
        )  # fmt: skip

    def __call__(self, request: Request) -> Answer:
        if self.troubles:
            return self.troubles.pop(0)
        basic = "Basic " + base64.b64encode(f"agent:{TOKEN}".encode()).decode()
        signs = (f"Bearer {TOKEN}", basic, None)
        keys = (request.headers.get("x-api-key"), request.query.get("api_key"))
        if request.headers.get("authorization") not in signs or (
            "authorization" not in request.headers and TOKEN not in keys
        ):
            return Answer({"error": "who are you?"}, 401)
        since = request.query.get("updated_since", "")
        found = [one for one in self.tickets if one["updated_at"] >= since]
        answer: Answer = getattr(self, request.path.rpartition("/")[2])(request, found)
        return answer

    def _cut(self, found: list[Any], start: int) -> list[Any]:
        return found[start : start + SIZE]

    def tickets_page(self, request: Request, found: list[Any]) -> Answer:
        return Answer({"tickets": self._cut(found, (int(request.query.get("page", "1")) - 1) * SIZE)})

    def tickets_offset(self, request: Request, found: list[Any]) -> Answer:
        assert request.query["limit"] == str(SIZE)
        return Answer({"tickets": self._cut(found, int(request.query["offset"]))})

    def tickets_cursor(self, request: Request, found: list[Any]) -> Answer:
        start = int(request.query.get("after", "0"))
        following = str(start + SIZE) if start + SIZE < len(found) else None
        if self.breaks_at and request.query.get("after") == self.breaks_at:
            return Answer({"error": "a bad day"}, 500)
        return Answer({"data": {"items": self._cut(found, start)}, "meta": {"after": following}})

    def tickets_link(self, request: Request, found: list[Any]) -> Answer:
        start = int(request.query.get("start", "0"))
        link = f'<{self.base}/api/tickets_link?start={start + SIZE}>; rel="next"'
        return Answer(self._cut(found, start), headers={"Link": link} if start + SIZE < len(found) else {})

    def tickets_next(self, request: Request, found: list[Any]) -> Answer:
        start = int(request.query.get("start", "0"))
        following = f"/api/tickets_next?start={start + SIZE}" if start + SIZE < len(found) else None
        return Answer({"results": self._cut(found, start), "next": following})

    def elsewhere(self, _request: Request, _found: list[Any]) -> Answer:
        return Answer([{"id": 1}], headers={"Link": '<http://localhost:1/more>; rel="next"'})


@pytest.fixture
def desk() -> Desk:
    """Give a desk with five tickets."""
    made = Desk()
    for number in range(1, 6):
        made.ask(number, f"2026-03-0{number}T10:00:00Z")
    return made


@pytest.fixture
def served(desk: Desk) -> Iterator[Served]:
    """Give the desk on a port."""
    with serving(desk) as made:
        desk.base = made.url
        yield made


def write(
    folder: Path, served: Served, path: str, pages: str, auth: str = "auth: {by: bearer}", more: str = ""
) -> Path:
    """Write the recipe for one way of paging."""
    recipe = folder / "desk.yaml"
    text = RECIPE.format(url=served.url, auth=auth, pages=pages, more=more)
    recipe.write_text(text.replace("path: tickets\n", f"path: {path}\n"))
    return recipe


def run(recipe: Path, data: Path) -> running.Outcome:
    return running.run(recipe, data, secret=TOKEN, private=True, tries=3)


CURSOR = "{by: cursor, parameter: after, at: meta.after}"


WAYS = {
    "tickets_page": "pages: {by: page, parameter: page}",
    "tickets_offset": "pages: {by: offset, size: 2}",
    "tickets_cursor": f"pages: {CURSOR}, rows: data.items",
    "tickets_link": "pages: {by: link}",
    "tickets_next": "pages: {by: next, at: next}, rows: results",
}


def test_every_way_of_paging_gives_every_row_once(served: Served, tmp_path: Path) -> None:
    head = RECIPE.partition("  tables:")[0].format(url=served.url, auth="auth: {by: bearer}")
    tables = "".join(f"    {path}: {{path: {path}, {how}}}\n" for path, how in WAYS.items())
    recipe = recipes.parse(f"{head}  tables:\n{tables}")
    found = fetching.fetch(running.connection(recipe), tmp_path, {}, secret=TOKEN, private=True, tries=1)
    assert {path: rows for path, (rows, _after) in found.items()} == dict.fromkeys(WAYS, 5)
    for path in WAYS:
        table = pq.read_table(tmp_path / f"{path}.parquet")
        assert table["id"].to_pylist() == ["1", "2", "3", "4", "5"]
        assert table["requester_email"][0].as_py() == "c1@example.com"
        assert table["tags"][0].as_py() == '["a","b"]'


@pytest.mark.parametrize(
    "auth", ["{by: basic, user: agent}", "{by: header, name: X-Api-Key}", "{by: query, name: api_key}"]
)
def test_every_way_of_signing_in(served: Served, tmp_path: Path, auth: str) -> None:
    plan = running.connection(recipes.read(write(tmp_path, served, "tickets_page", "{by: page}", f"auth: {auth}")))
    found = fetching.fetch(plan, tmp_path, {}, secret=TOKEN, private=True, limit=1, tries=1)
    assert found["tickets"][0] == 1


def test_only_what_changed_is_asked_for_again(desk: Desk, served: Served, tmp_path: Path, started_anew: None) -> None:
    data = tmp_path / "data"
    recipe = write(tmp_path, served, "tickets_cursor", CURSOR, more="rows: data.items")
    run(recipe, data)
    desk.tickets[0] |= {"updated_at": "2026-03-07T10:00:00Z", "solved_at": "2026-03-07T09:59:00Z"}
    desk.ask(6, "2026-03-06T10:00:00Z")
    served.asked.clear()
    outcome = run(recipe, data)
    assert {one.query["updated_since"] for one in served.asked} == {"2026-03-05T09:55:00Z"}
    assert outcome.fetched == {"tickets": 3}
    assert landed(data) == {"resolved": 1, "support_request": 6}


def test_it_waits_as_long_as_it_is_told_to(desk: Desk, served: Served, tmp_path: Path) -> None:
    desk.troubles = [Answer({}, 429, {"Retry-After": "1"}), Answer({}, 503)]
    outcome = run(write(tmp_path, served, "tickets_page", "{by: page}"), tmp_path / "data")
    assert outcome.count("landed") == 5
    assert len(served.asked) == 2 + 4


def test_a_server_that_fails_halfway_loses_and_doubles_nothing(desk: Desk, served: Served, tmp_path: Path) -> None:
    data = tmp_path / "data"
    recipe = write(tmp_path, served, "tickets_cursor", CURSOR, more="rows: data.items")
    desk.breaks_at = "2"
    with pytest.raises(NotFetched) as error:
        run(recipe, data)
    assert (error.value.code, error.value.values) == ("server_failed", {"status": 500})
    assert Keeping(data, "desk").state().tables == {}
    desk.breaks_at = ""
    run(recipe, data)
    assert landed(data) == {"support_request": 5}


def test_what_is_wrong_is_said(desk: Desk, served: Served, tmp_path: Path) -> None:
    recipe = write(tmp_path, served, "elsewhere", "{by: link}")
    for secret, code in (("not it", "wrong_secret"), (TOKEN, "other_host")):
        with pytest.raises(NotFetched) as error:
            running.run(recipe, tmp_path / "data", secret=secret, private=True, tries=1)
        assert error.value.code == code
        assert "not it" not in str(error.value)
    with pytest.raises(NotFetched) as error:
        running.run(recipe, tmp_path / "data", secret=TOKEN)
    assert error.value.code == "not_https", "a token is not shown to the public internet in clear"
    assert not any(one.path.endswith("more") for one in served.asked)


def test_of_two_cursors_the_later_is_kept_also_where_they_are_large_numbers() -> None:
    snowflake = "115310627314723954"
    assert rest.later(snowflake, "99") == snowflake
    assert rest.later("999", "1000") == "1000"
    assert rest.later("2026-03-01T10:00:00Z", "2026-03-01T09:00:00+00:00") == "2026-03-01T10:00:00Z"
    assert rest.before(snowflake, 300) == snowflake
    assert rest.before("0001-01-01T00:00:01Z", 300) == "0001-01-01T00:00:00Z"


def test_a_cursor_that_is_neither_time_nor_id_is_said() -> None:
    with pytest.raises(Unfit) as refused:
        rest.later("2026-03-01", "9" * 5000)
    said = NotFetched(refused.value.code, refused.value.values)
    assert said.code == "bad_cursor"
    assert said.reason.startswith(f"“{'9' * 40}…” is neither a time nor an id")
