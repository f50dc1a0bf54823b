"""Contacts that name an order number only: on the timeline of who placed it, whichever came first; nobody is merged."""

from __future__ import annotations

import pytest

from heartline.collect import joining
from heartline.collect.owning import settle
from heartline.collect.tests.conftest import World

ORDERS = (
    "recipe: 1\nsource: shop\nfiles: {orders: orders.csv}\ninteractions:\n  - touchpoint: order_placed\n"
    "    sql: select nr as id, day as occurred_at, customer as user_id, number as ref from orders\n"
)
CONTACTS = (
    "recipe: 1\nsource: till\nidentifiers: {of_order: weak}\nfiles: {contacts: contacts.csv}\n"
    "interactions:\n  - touchpoint: store\n    sql: >\n"
    "      select nr as id, day as occurred_at, number as ref, number as of_order from contacts\n"
)


def orders(world: World, *rows: str) -> None:
    world.land(ORDERS, orders_csv="nr,day,customer,number\n" + "\n".join(rows) + "\n")


def contacts(world: World, *rows: str) -> None:
    world.land(CONTACTS, contacts_csv="nr,day,number\n" + "\n".join(rows) + "\n")


def people(world: World) -> dict[str, str | None]:
    return {row["id"]: row["customer"] for row in world.rows("id", "customer")}


@pytest.mark.parametrize("order_first", [True, False])
def test_a_contact_belongs_to_who_placed_the_order_whichever_came_first(world: World, order_first: bool) -> None:
    for what in ("order", "contact") if order_first else ("contact", "order"):
        if what == "order":
            orders(world, "1,2024-01-01,anna,A-7", "2,2024-01-02,ben,A-8")
        else:
            contacts(world, "1,2024-02-01,A-7", "2,2024-02-02,A-9")
        settle(world.lake)
    found = people(world)
    assert found["till:1"] == found["shop:1"]
    assert found["till:2"] not in (found["shop:1"], found["shop:2"])
    assert settle(world.lake) == (0, 0)
    (said,) = [row for row in world.lake.at().table("identities").to_pylist() if row["left"] != row["right"]]
    assert said["source"] == "order"


def test_an_order_of_two_customers_is_nobodys(world: World) -> None:
    orders(world, "1,2024-01-01,anna,A-7", "2,2024-01-02,ben,A-7")
    contacts(world, "1,2024-02-01,A-7")
    assert settle(world.lake) == (0, 0)
    assert len(set(people(world).values())) == 3


def test_when_another_customer_turns_up_with_the_order_it_is_taken_back_and_nobody_was_merged(world: World) -> None:
    orders(world, "1,2024-01-01,anna,A-7")
    contacts(world, "1,2024-02-01,A-7")
    assert settle(world.lake) == (1, 0)
    before = people(world)
    orders(world, "2,2024-03-01,ben,A-7")
    assert settle(world.lake) == (0, 1)
    after = people(world)
    assert before["till:1"] == before["shop:1"] == after["shop:1"]
    assert len({after[name] for name in ("till:1", "shop:1", "shop:2")}) == 3
    assert settle(world.lake) == (0, 0)


def test_what_a_colleague_took_back_is_not_said_again(world: World) -> None:
    orders(world, "1,2024-01-01,anna,A-7")
    contacts(world, "1,2024-02-01,A-7")
    settle(world.lake)
    (said,) = [row for row in world.lake.at().table("identities").to_pylist() if row["left"] != row["right"]]
    joining.split(world.lake, said["left"], said["right"], source="person:owner")
    assert settle(world.lake) == (0, 0)
    found = people(world)
    assert found["till:1"] != found["shop:1"]


def test_without_such_contacts_nothing_is_looked_for(world: World) -> None:
    orders(world, "1,2024-01-01,anna,A-7")
    assert settle(world.lake) == (0, 0)
    assert world.lake.at().version == 1
