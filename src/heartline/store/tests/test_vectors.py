"""Vectors of texts are kept by model, read in any order, and go with the texts that they are of."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np

from heartline.store import erasing
from heartline.store.vectors import MANY, Shelf, homes

from .world import events


def test_vectors_are_read_in_the_order_asked_for(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, "toy-1", 2)
    assert not shelf.known(["a"]).any()
    assert shelf.read(["a"])[1].shape == (0, 2)
    shelf.keep(["a", "b", "empty"], np.array([2, 1, 0]), np.array([[1, 0], [0, 1], [0.5, 0.5]], np.float32))
    shelf.keep(["c"], np.array([1]), np.array([[0.25, 0]], np.float32))
    assert shelf.known(["c", "x", "a", "empty"]).tolist() == [True, False, True, True]
    counts, vectors = shelf.read(["c", "x", "a", "empty"])
    assert counts.tolist() == [1, 0, 2, 0]
    assert vectors.tolist() == [[0.25, 0], [1, 0], [0, 1]]
    assert not Shelf(tmp_path, "toy-2", 2).known(["a"]).any()


def test_many_files_become_one(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, "toy-1", 2)
    for number in range(MANY + 1):
        shelf.keep([str(number)], np.array([1]), np.array([[number, 1]], np.float32))
    assert len(list(shelf.home.glob("*.arrow"))) == 2
    counts, vectors = shelf.read([str(number) for number in range(MANY + 1)])
    assert counts.tolist() == [1] * (MANY + 1)
    assert vectors[:, 0].tolist() == list(range(MANY + 1))


def test_whoever_reads_while_files_are_made_one_finds_all(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, "toy-1", 2)
    shelf.keep(["first"], np.array([1]), np.array([[1, 0]], np.float32))
    done = threading.Event()

    def keep() -> None:
        for number in range(6 * MANY):
            shelf.keep([str(number)], np.array([1]), np.array([[number, 1]], np.float32))
        done.set()

    writer = threading.Thread(target=keep)
    writer.start()
    while not done.is_set():
        assert shelf.known(["first", "nobody"]).tolist() == [True, False]
        assert shelf.read(["first"])[1].tolist() == [[1, 0]]
        assert shelf.state()
    writer.join()
    assert shelf.known([str(number) for number in range(6 * MANY)]).all()


def test_an_erasure_takes_the_vectors_of_who_goes_and_all_that_was_learnt(tmp_path: Path) -> None:
    lake = events(
        tmp_path / "data",
        [("alice", "shop", "2024-03-01 10:00", {"text": "mine"}), ("bob", "shop", "2024-03-01 11:00", {"text": "his"})],
    )
    shelf = Shelf(lake.folder, "toy-1", 2)
    shelf.keep(["world:1", "world:2"], np.array([1, 1]), np.array([[1, 0], [0, 1]], np.float32))
    learnt = lake.folder / "cache" / "text" / "learnt.npz"
    learnt.parent.mkdir(parents=True)
    learnt.write_bytes(b"numbers")
    done = erasing.erase(lake, lambda _lake: ["user_id:alice"])
    assert done.places["readings of texts"].removed == 2
    assert shelf.known(["world:1", "world:2"]).tolist() == [False, True]
    assert not learnt.exists()
    assert not [path for path in homes(lake.folder).rglob("*.arrow") if b"world:1" in path.read_bytes()]
