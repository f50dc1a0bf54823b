"""The graph and the paths of two real logs are those of pm4py, the peer that process miners trust."""

from __future__ import annotations

import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import heartline
from heartline.collect.importing import run
from heartline.core.ids import slug
from heartline.workspace import Workspace

ROOT = Path(heartline.__file__).parents[2]
LOGS = {
    "helpdesk": ("helpdesk_log", "helpdesk.yaml", "helpdesk.xes.gz", "ticket"),
    "bpic2013": ("bpic2013_incidents", "bpic2013_incidents.yaml", "bpic2013_incidents.xes.gz", "incident"),
}


def read_log(path: Path) -> Any:
    """Read a log with pm4py, without what it says of itself."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*r4pm.*", category=UserWarning)
        import pm4py

        return pm4py.read_xes(str(path), show_progress_bar=False)


@pytest.fixture(scope="module", params=LOGS)
def both(
    request: pytest.FixtureRequest, shared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Workspace, str, Any]:
    """A log as we know it, its journey, and as pm4py knows it."""
    folder, recipe, log, journey = LOGS[request.param]
    data = tmp_path_factory.mktemp("lake")
    run(ROOT / "recipes" / recipe, data, folder=shared_data / folder)
    return heartline.open(data), journey, read_log(shared_data / folder / log)


def test_no_two_activities_become_one_touchpoint(both: tuple[Workspace, str, Any]) -> None:
    """Else nothing could be compared."""
    _, _, log = both
    names = set(log["concept:name"])
    assert len(set(map(slug, names))) == len(names)


def test_the_graph_is_the_directly_follows_graph(both: tuple[Workspace, str, Any]) -> None:
    """Every pair, how often, and how long the median is."""
    import pm4py

    workspace, journey, log = both
    edges, _, _ = pm4py.discover_dfg(log)
    times, _, _ = pm4py.discover_performance_dfg(log)
    expected = {(slug(one), slug(other)): number for (one, other), number in edges.items()}
    rows = workspace.graph(journey, period="all").rows
    assert {(row["from"], row["to"]): row["count"] for row in rows} == expected
    medians = {(slug(one), slug(other)): some["median"] for (one, other), some in times.items()}
    for row in rows:
        assert row["median_s"] == pytest.approx(medians[row["from"], row["to"]], abs=1e-3)


def test_the_paths_are_the_variants(both: tuple[Workspace, str, Any]) -> None:
    """Every one, however rare."""
    import pm4py

    workspace, journey, log = both
    expected = Counter({tuple(map(slug, path)): number for path, number in pm4py.get_variants(log).items()})
    found = workspace.paths(journey, period="all", limit=10_000)
    assert {tuple(row["path"]): row["trips"] for row in found.rows} == expected
    assert found.figures["paths"].value == len(expected)
    assert found.figures["trips"].value == expected.total()
