"""The Python door: open a data folder and ask it things."""

from __future__ import annotations

from pathlib import Path

from heartline.listen import crosstab as _crosstab
from heartline.listen import emotions as _emotions
from heartline.listen import feedback as _feedback
from heartline.listen import heard as _heard
from heartline.listen import questions as _questions
from heartline.listen import responses as _responses
from heartline.listen import scores as _scores
from heartline.listen import surveyed as _surveyed
from heartline.listen import themes as _themes
from heartline.listen import trained as _trained
from heartline.listen import verbatims as _verbatims
from heartline.listen.alerting import below as _below
from heartline.listen.alerting import limits as _limits
from heartline.listen.alerting import silences as _silences
from heartline.listen.reviews import benchmark as _benchmark
from heartline.listen.reviews import overview as _reviews
from heartline.listen.reviews import unanswered as _unanswered
from heartline.store.lake import Lake
from heartline.understand import customer as _customer
from heartline.understand import customer_trips as _customer_trips
from heartline.understand import customers as _customers
from heartline.understand import evidence as _evidence
from heartline.understand import freshness as _freshness
from heartline.understand import funnel as _funnel
from heartline.understand import graph as _graph
from heartline.understand import journeys as _journeys
from heartline.understand import paths as _paths
from heartline.understand import steps as _steps
from heartline.understand import touchpoints as _touchpoints
from heartline.understand import waits as _waits
from heartline.understand import whereabouts as _whereabouts

from .listening import Listening
from .shared import Shared
from .understanding import Understanding

__all__ = ["VERB_MODULES", "Shared", "Workspace", "open"]

VERB_MODULES = (
    _scores, _feedback, _heard, _verbatims, _reviews, _unanswered, _benchmark, _emotions, _themes, _trained, _questions,
    _crosstab, _responses, _surveyed, _touchpoints, _journeys, _paths, _steps, _funnel, _graph, _whereabouts, _waits,
    _customer, _customer_trips, _customers, _freshness, _below, _limits, _silences, _evidence,
)  # fmt: skip
"""Importing them registers their verbs; every other door imports this module."""


class Workspace(Listening, Understanding):
    """An open data folder. Every verb is a method; `call` takes a verb by name, as the other doors do."""


def open(data: Path | str) -> Workspace:  # noqa: A001  (heartline.open reads as it should)
    """Open a data folder."""
    return Workspace(Lake.open(data))
