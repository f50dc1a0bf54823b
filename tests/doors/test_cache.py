"""An answer that was given before is the same answer, whoever asks, until something lands."""

from __future__ import annotations

from pathlib import Path

import heartline
from heartline.store.tests.world import events


def test_a_verb_is_asked_once_for_a_version(tmp_path: Path) -> None:
    events(tmp_path, [("alice", "survey", "2024-03-01", {"score": 9, "scale": "nps"})])
    workspace = heartline.open(tmp_path)
    first = workspace.scores()
    assert heartline.open(tmp_path).scores().to_json() == first.to_json()
    assert len(list((tmp_path / "cache" / "results").glob("*.result"))) == 1
    events(tmp_path, [("bob", "survey", "2024-03-02", {"score": 1, "scale": "nps"})])
    assert workspace.scores().figures["nps"].value == 0
    assert workspace.scores(as_of=1).to_json() != first.to_json()  # its spec names the version
    assert workspace.scores(as_of=1).figures == first.figures


def test_what_names_a_person_in_clear_is_not_kept(tmp_path: Path) -> None:
    events(tmp_path, [("alice", "shop", "2024-03-01")])
    heartline.open(tmp_path).customer("user_id:alice")
    heartline.open(tmp_path).customers(ref="alice@example.org")  # an order's number, or whatever was typed for one
    assert not list((tmp_path / "cache").rglob("*.result"))
