"""A shop's database, as sources are tested on it."""

from __future__ import annotations

import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest

from heartline.collect.connecting import fetching
from heartline.store.lake import Lake

from .ready import ready

ROOT = Path(__file__).resolve().parents[5]
SHOP = """
create table customers (id integer primary key, email text not null, country text);
create table orders (
  id bigint primary key, customer_id integer not null references customers, status text not null,
  total numeric(10, 2) not null, placed_at timestamptz not null, delivered_at timestamptz, refunded_at timestamptz,
  updated_at timestamptz not null);
create index on orders (updated_at);
"""
RECIPE = """
recipe: 1
source: shop
currency: EUR
connect:
  kind: sql
  url: {url}
  secret: SHOP_PASSWORD
  every: 15 minutes
  tables:
    orders: {{table: orders, cursor: updated_at}}
    customers: {{table: customers}}
touchpoints:
  order_placed: {{label: Order placed, stage: purchase, channel: web}}
  delivery: {{label: Delivery, stage: delivery, channel: delivery}}
  refund: {{label: Refund, stage: service, channel: web}}
interactions:
  - touchpoint: order_placed
    sql: >
      select o.id || ':placed' as id, o.id::text as ref, customer_id, email, placed_at as occurred_at, total as amount
      from orders o join customers c on c.id = customer_id
  - touchpoint: delivery
    sql: >
      select id || ':delivered' as id, id::text as ref, customer_id, delivered_at as occurred_at,
             epoch(delivered_at - placed_at) as wait_s
      from orders where delivered_at is not null
  - touchpoint: refund
    sql: >
      select id || ':refunded' as id, id::text as ref, customer_id, refunded_at as occurred_at, -total as amount
      from orders where refunded_at is not null
"""


class Shop:
    """A shop's database, to be written to as a shop does."""

    def __init__(self, admin: Any, url: str) -> None:
        self.admin = admin
        self.url = url

    def do(self, sql: str, *values: Any) -> None:
        """Run a statement."""
        self.admin.execute(sql, values or None)

    def order(self, number: int, at: str, total: str = "10.00", customer: int | None = None) -> None:
        """Place an order."""
        who = customer or number
        self.do("insert into customers values (%s, %s, 'DE') on conflict do nothing", who, f"c{who}@example.com")
        self.do("insert into orders values (%s, %s, 'placed', %s, %s, null, null, %s)", number, who, total, at, at)


@pytest.fixture(scope="session")
def ready_to_fetch() -> Iterator[Any]:
    """Give a process that forks for each fetch."""
    with ready() as processes:
        yield processes


@pytest.fixture
def started_anew() -> None:
    """Have every fetch of a test started as the server starts it."""


@pytest.fixture(autouse=True)
def quick(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test wait for what fetches to be loaded, but those that start it anew."""

    def popen(*given: Any, **options: Any) -> Any:
        return request.getfixturevalue("ready_to_fetch")(*given, **options)

    if "started_anew" not in request.fixturenames:
        pipes = {"PIPE": subprocess.PIPE, "DEVNULL": subprocess.DEVNULL}
        monkeypatch.setattr(fetching, "subprocess", SimpleNamespace(Popen=popen, **pipes))


@pytest.fixture
def shop(postgres_url: str) -> Iterator[Shop]:
    """Give a shop's own database, with a user who may only read."""
    psycopg = pytest.importorskip("psycopg")
    name = f"shop_{uuid.uuid4().hex[:8]}"
    parts = urlsplit(postgres_url)
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute(f"create database {name}")
        with psycopg.connect(parts._replace(path=f"/{name}").geturl(), autocommit=True) as admin:
            admin.execute(SHOP)
            admin.execute(f"create role {name} login password 'let me in'")
            admin.execute(f"grant select on all tables in schema public to {name}")
            yield Shop(admin, f"postgresql://{name}@{parts.hostname}:{parts.port}/{name}")
        server.execute(f"drop database {name} with (force)")
        server.execute(f"drop role {name}")


@pytest.fixture
def recipe(shop: Shop, tmp_path: Path) -> Path:
    """Give the recipe that reads the shop."""
    path = tmp_path / "shop.yaml"
    path.write_text(RECIPE.format(url=shop.url))
    return path


def landed(data: Path) -> dict[str, int]:
    """Count what is in the lake, by touchpoint."""
    snapshot = Lake.open(data).at()
    table = snapshot.execute(snapshot.rows("touchpoint", "id").select("touchpoint", "id"))
    names = table["touchpoint"].to_pylist()
    assert len(set(table["id"].to_pylist())) == len(names), "a row landed twice"
    return {name: names.count(name) for name in sorted(set(names))}
