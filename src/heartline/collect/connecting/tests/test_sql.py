"""A shop's PostgreSQL database comes in, and what is new in it, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from heartline.collect.connecting import running
from heartline.collect.connecting.fetching import NotFetched
from heartline.collect.connecting.keeping import Keeping
from heartline.core.errors import InvalidInput

from .conftest import RECIPE, Shop, landed


def run(recipe: Path, data: Path) -> running.Outcome:
    return running.run(recipe, data, secret="let me in", private=True)


def test_only_what_is_new_comes_and_an_order_that_changes_adds_what_happened(
    shop: Shop, recipe: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    for number in range(1, 6):
        shop.order(number, f"2026-03-0{number}T10:00:00Z")
    first = run(recipe, data)
    assert first.fetched == {"orders": 5, "customers": 5}
    assert landed(data) == {"order_placed": 5}
    shop.order(6, "2026-03-06T10:00:00Z")
    shop.do("update orders set delivered_at = '2026-03-07T10:00Z', updated_at = '2026-03-07T10:01Z' where id = 1")
    shop.do("update orders set refunded_at = '2026-03-08T10:00Z', updated_at = '2026-03-08T10:01Z' where id = 2")
    second = run(recipe, data)
    assert second.fetched["orders"] == 4, "1, 2, 6, and 5 again, whose time is where the cursor stands"
    assert (second.count("landed"), second.count("there")) == (3, 3)
    assert landed(data) == {"delivery": 1, "order_placed": 6, "refund": 1}
    third = run(recipe, data)
    assert third.count("landed") == 0
    assert landed(data) == {"delivery": 1, "order_placed": 6, "refund": 1}
    assert not Keeping(data, "shop").waiting()


def test_rows_that_were_committed_late_are_found_again(shop: Shop, recipe: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shop.order(1, "2026-03-01T10:00:00Z")
    run(recipe, data)
    shop.order(2, "2026-03-01T09:57:00Z")
    run(recipe, data)
    assert landed(data) == {"order_placed": 2}


def test_a_query_and_a_cursor_that_counts(shop: Shop, tmp_path: Path) -> None:
    data, recipe = tmp_path / "data", tmp_path / "recipe.yaml"
    text = RECIPE.format(url=shop.url).partition("touchpoints:")[0].partition("  tables:")[0]
    recipe.write_text(
        f"""{text}
  tables:
    orders:
      query: >
        select o.id, email, placed_at, total, status = 'placed' as fresh, '100%%' as share
        from orders o join customers c on c.id = customer_id
      cursor: id
interactions:
  - touchpoint: order_placed
    sql: select id, email, placed_at as occurred_at, total as amount, fresh, share from orders
""".replace("100%%", "100%")
    )
    shop.order(1, "2026-03-01T10:00:00Z", "12.50")
    assert run(recipe, data).count("landed") == 1
    shop.order(2, "2026-03-01T10:00:00Z")
    assert run(recipe, data).count("landed") == 1
    assert landed(data) == {"order_placed": 2}
    assert Keeping(data, "shop").state().tables == {"orders": {"cursor": 2}}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("cursor: updated_at", "cursor: changed_at", "no_cursor"),
        ("table: orders,", "table: nothing,", "no_table"),
        ("table: orders, cursor: updated_at", "query: selec 1", "bad_query"),
        ("@127.0.0.1", "@nowhere.invalid", "unknown_host"),
    ],
)
def test_what_is_wrong_is_said(shop: Shop, recipe: Path, tmp_path: Path, old: str, new: str, code: str) -> None:
    text = recipe.read_text()
    assert old in text
    recipe.write_text(text.replace(old, new))
    with pytest.raises(NotFetched) as error:
        run(recipe, tmp_path / "data")
    assert error.value.code == code
    assert not (tmp_path / "data" / "lake").exists()


def test_a_machine_of_the_own_network_needs_leave(shop: Shop, recipe: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFetched) as error:
        running.run(recipe, tmp_path / "data", secret="let me in")
    assert error.value.code == "private_host"


def test_rows_without_an_id_are_refused(shop: Shop, recipe: Path, tmp_path: Path) -> None:
    recipe.write_text(recipe.read_text().replace("id || ':refunded' as id, ", ""))
    shop.order(1, "2026-03-01T10:00:00Z")
    with pytest.raises(InvalidInput) as error:
        run(recipe, tmp_path / "data")
    assert error.value.code == "no_id"
