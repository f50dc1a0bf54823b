"""The worlds of the tests are what they say."""

from pathlib import Path

from heartline.store.tests.world import events


def test_a_world_is_a_lake_with_what_was_written_inline(tmp_path: Path) -> None:
    lake = events(
        tmp_path,
        [
            ("alice", "shop", "2024-03-01 10:00"),
            (None, "survey", "2024-03-02T09:00+01:00", {"score": 9, "scale": "nps", "about": "shop", "amount": 5}),
        ],
        touchpoint={"shop": {"label": "Shop", "stage": "purchase"}},
    )
    snapshot = lake.at()
    rows = snapshot.execute(snapshot.rows("id", "customer", "stage", "about", "kind", "feeling")).to_pylist()
    assert sorted(rows, key=lambda row: row["id"]) == [
        {"id": "world:1", "customer": "user_id:alice", "stage": "purchase", "about": None, "kind": "event"}
        | {"feeling": None},
        {"id": "world:2", "customer": None, "stage": None, "about": "shop", "kind": "feedback", "feeling": 0.8},
    ]


def test_a_world_can_be_added_to(tmp_path: Path) -> None:
    events(tmp_path, [("alice", "shop", "2024-03-01 10:00")])
    lake = events(tmp_path, [("bob", "shop", "2024-03-01 10:00")])
    snapshot = lake.at()
    assert sorted(snapshot.execute(snapshot.rows("id"))["id"].to_pylist()) == ["world:1", "world:2"]
    assert snapshot.version == 2
