"""What is asked of every verb on both engines. A verb that is missing here fails the suite."""

from __future__ import annotations

from typing import Any

ALL: dict[str, Any] = {"period": "all"}

SPECS: dict[str, list[dict[str, Any]]] = {
    "scores": [
        {},
        ALL | {"every": "month", "by": ["channel"]},
        ALL | {"scale": "nps", "by": ["about", "unit"], "every": "week"},
        ALL | {"about": "delivery", "unit": "de", "as_of": 2},
        {"period": "2024-03", "every": "day"},
        {"period": "2024-07/2024-11", "compare": "before", "by": ["touchpoint"]},
        ALL | {"segment": "calm", "product": ["lamp", "chair"]},
        {"period": "1999"},
    ],
    "evidence": [
        {"of": "scores", "spec": ALL, "figure": "nps", "limit": None},
        {"of": "scores", "spec": ALL, "figure": "stars5_mean", "limit": 7, "offset": 3, "order": "-value"},
        {"of": "scores", "spec": ALL | {"by": "unit"}, "row": {"scale": "nps", "measure": "nps", "unit": "de"}}
        | {"column": "value", "as_of": 3},
    ],
    "verbatims": [
        {},
        ALL | {"limit": 12, "offset": 5},
        ALL | {"feeling": "bad", "about": "delivery"},
        ALL | {"feeling": "unknown", "limit": 3},
        ALL | {"search": "DANKE", "unit": "company", "as_of": 2},
        ALL | {"search": "¿dónde", "segment": "buyers", "scale": ["nps", "stars5"]},
        {"period": "2024-05/2024-09", "compare": "last_year"},
    ],
    "touchpoints": [
        {},
        ALL,
        ALL | {"journey": "order"},
        ALL | {"journey": "visit", "segment": "buyers", "as_of": 2},
        ALL | {"journey": "care", "unit": "de"},
        {"period": "2024-06/2024-10", "journey": "order", "compare": "before"},
        ALL | {"stage": ["support", "delivery"], "product": "lamp"},
    ],
}
