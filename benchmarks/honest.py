"""Honest scores: bias and coverage over a thousand planted worlds, small groups pooled, and what a correction costs."""

from __future__ import annotations

import argparse

import numpy as np

from benchmarks import frame
from benchmarks.frame import Line
from heartline.listen.honest.nonresponse import corrected
from heartline.listen.honest.pooling import Group, pooled
from heartline.listen.honest.tests.planted import outcome, truth, world

MENDED = 0.7
WORLDS_HELD = 0.95
COVERS = (0.92, 0.98)


def main(argv: list[str]) -> int:
    """Measure, print, and give 1 when a limit was passed."""
    options = argparse.ArgumentParser(prog="./bench honest", description=__doc__)
    options.add_argument("--worlds", type=int, default=1_000)
    options.add_argument("--people", type=int, default=1_000_000, help="asked, where the time is taken")
    chosen = options.parse_args(argv)
    made, right = [outcome(world(seed)) for seed in range(1, chosen.worlds + 1)], truth()
    held = float(np.mean([one.covers(right) for one in made]))
    crowd = world(1, chosen.people)
    took = frame.seconds(lambda: corrected(crowd.known, crowd.answers))
    lines = [
        Line("worlds", chosen.worlds, unit=""),
        Line("bias as answered, in points of NPS", 100 * float(np.mean([one.raw - right for one in made])), unit=""),
        Line("bias corrected", 100 * float(np.mean([one.corrected - right for one in made])), unit=""),
        Line(
            f"share of worlds whose bias falls by {MENDED:.0%}",
            float(np.mean([one.mended >= MENDED for one in made])), WORLDS_HELD, "", 1.0, True, "needed",
        ),
        Line("share of intervals that cover, at least", held, COVERS[0], "", 1.0, True, "needed"),
        Line("share of intervals that cover, at most", held, COVERS[1], "", 1.0, False, "allowed"),
        *_pooling(),
        Line(f"correcting for {chosen.people:,} people asked", took),
    ]  # fmt: skip
    return 0 if frame.table(f"Honest scores; {frame.load()}", lines) else 1


def _pooling(companies: int = 1_000) -> list[Line]:
    """Give how much nearer pooled means are, and how many of their intervals cover."""
    dice = np.random.default_rng(2)
    raw, drawn, held = [], [], []
    for _ in range(companies):
        truths, sizes = dice.normal(0.3, 0.15, 20), dice.integers(5, 60, 20)
        groups = []
        for mean, size in zip(truths, sizes, strict=True):
            answers = dice.normal(mean, 0.8, size)
            groups.append(Group(float(answers.mean()), int(size), float(size), float(answers.var())))
        found = pooled(groups)
        if found is None:
            continue
        raw.append(np.square([group.mean for group in groups] - truths))
        drawn.append(np.square(found.means - truths))
        held.append(np.abs(found.means - truths) <= found.halves)
    return [
        Line("squared error of 20 small groups, pooled", float(np.mean(drawn)), float(np.mean(raw)), "", 0.75,
             peer_name="alone"),
        Line("share of pooled intervals that cover", float(np.mean(held)), 0.92, "", 1.0, True, "needed"),
    ]  # fmt: skip
