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
        ALL | {"weighted": True, "corrected": True, "by": ["unit"]},
        ALL | {"pooled": True, "by": ["touchpoint", "unit"], "weighted": True, "every": "quarter"},
    ],
    "evidence": [
        {"of": "scores", "spec": ALL, "figure": "nps", "limit": None},
        {"of": "scores", "spec": ALL, "figure": "stars5_mean", "limit": 7, "offset": 3, "order": "-value"},
        {"of": "scores", "spec": ALL | {"by": "unit"}, "row": {"scale": "nps", "measure": "nps", "unit": "de"}}
        | {"column": "value", "as_of": 3},
        {"of": "paths", "spec": ALL | {"journey": "order", "through": "delivery"}, "figure": "through_goal_trips"},
        {"of": "graph", "spec": ALL | {"journey": "order"}, "row": {"from": "payment", "to": "handed_over"}}
        | {"column": "median_s", "limit": None},
    ],
    "feedback": [
        {},
        ALL | {"limit": 9, "offset": 4, "only": "texts"},
        ALL | {"only": "low", "about": "delivery", "since": 1},
        ALL | {"only": "unread", "scale": ["nps"], "unit": "de", "as_of": 3},
        ALL | {"feeling": "bad", "theme": ["delivery"]},
        {"period": "2024-05/2024-09", "compare": "last_year", "segment": "buyers"},
    ],
    "heard": [
        {},
        ALL | {"every": "week", "only": "texts", "unit": "de"},
        ALL | {"every": "month", "theme": "delivery", "as_of": 3},
        {"period": "2024-05/2024-09", "compare": "before", "scale": "nps"},
    ],
    "emotions": [{}, ALL | {"newest": 50}],
    "trained": [
        ALL | {"about": "delivery", "trained": "de", "on": "2024-06-01", "weeks": 12},
        ALL | {"about": "delivery", "trained": ["berlin"], "on": "2024-08-01", "weeks": 20, "unit": "company"},
    ],
    "themes": [
        {},
        ALL | {"by": "unit", "late": 90},
        ALL | {"theme": ["delivery", "price"], "by": "about", "quotes": 1},
    ],
    "below": [{}, ALL | {"scale": "nps", "at_most": 6, "every": "month"}, ALL | {"text": "with", "about": "delivery"}],
    "limits": [
        {},
        ALL | {"by": "unit", "step": "week", "direction": "falls"},
        ALL | {"theme": ["delivery", "price"], "by": "about", "step": "week"},
    ],
    "silences": [{}, ALL | {"unit": "de", "weeks": 4}],
    "verbatims": [
        {},
        ALL | {"limit": 12, "offset": 5},
        ALL | {"feeling": "bad", "about": "delivery"},
        ALL | {"feeling": "unknown", "limit": 3},
        ALL | {"told_by": "customers", "limit": 3},
        ALL | {"typical": 2, "unit": "de"},
        ALL | {"search": "DANKE", "unit": "company", "as_of": 2},
        ALL | {"search": "¿dónde", "segment": "buyers", "scale": ["nps", "stars5"]},
        {"period": "2024-05/2024-09", "compare": "last_year"},
    ],
    "reviews": [{}, ALL | {"unit": "de", "as_of": 3}],
    "unanswered": [ALL, ALL | {"every": True, "limit": 3}],
    "benchmark": [ALL, ALL | {"by": "scale", "alike": False}],
    "questions": [
        {"survey": "poll"},
        ALL | {"survey": "poll", "by": "unit", "as_of": 3},
        ALL | {"survey": "poll", "every": "month", "segment": "calm"},
        ALL | {"survey": "poll", "unit": "de", "question": "likely"},
    ],
    "responses": [{"survey": "poll"}, ALL | {"survey": "poll", "limit": 7, "offset": 3, "unit": "de"}],
    "surveyed": [{}, ALL | {"unit": "de", "as_of": 3}],
    "crosstab": [
        {"survey": "poll", "question": "likely", "by": "way"},
        ALL | {"survey": "poll", "question": "parts.price", "by": "segment.buyers"},
        ALL | {"survey": "poll", "question": "way", "by": "unit"},
    ],
    "touchpoints": [
        {},
        ALL,
        ALL | {"journey": "order"},
        ALL | {"journey": "visit", "segment": "buyers", "as_of": 2},
        ALL | {"journey": "care", "unit": "de"},
        {"period": "2024-06/2024-10", "journey": "order", "compare": "before"},
        ALL | {"stage": ["support", "delivery"], "product": "lamp"},
        ALL | {"journey": "order", "every": "month"},
        ALL | {"by": "category", "segment": "buyers"},
    ],
    "journeys": [
        {},
        ALL | {"unit": "de", "as_of": 3},
        {"period": "2024", "segment": "buyers", "compare": "before"},
    ],
    "paths": [
        {"journey": "order"},
        ALL | {"journey": "order", "through": "delivery", "limit": 5, "offset": 1},
        ALL | {"journey": "order", "through": "payment", "collapse": True, "as_of": 2},
        ALL | {"journey": "visit", "through": "shop", "segment": "calm"},
        ALL | {"journey": "care", "goal": "web_visit", "unit": "de", "search": "shop>"},
        {"journey": "visit", "period": "2024-03/2024-09", "compare": "before", "channel": ["store", "phone"]},
    ],
    "graph": [
        ALL | {"journey": "order"},
        ALL | {"journey": "visit", "as_of": 1},
        {"journey": "care", "collapse": True, "segment": "berliners"},
        {"journey": "order", "period": "2024-05/2024-10", "category": "light", "compare": "before"},
    ],
    "funnel": [
        ALL | {"journey": "order"},
        ALL | {"journey": "visit", "steps": ["web_visit", "shop", "call_center"]},
        {"journey": "care", "goal": "shop", "unit": "us", "as_of": 4},
        {"journey": "order", "period": "2024-05/2024-10", "segment": "calm", "compare": "before"},
    ],
    "steps": [
        ALL | {"journey": "order"},
        ALL | {"journey": "visit", "segment": "buyers", "as_of": 2},
        {"journey": "care", "goal": "shop", "unit": "us"},
        {"journey": "order", "period": "2024-05/2024-10", "category": "light", "compare": "before"},
    ],
    "whereabouts": [
        {"journey": "relation"},
        ALL | {"journey": "relation", "goal": "review", "segment": "calm"},
        {"journey": "relation", "unit": "company", "as_of": 2},
    ],
    "customer": [
        {"customer": "user_id:02"},
        {"customer": "user_id:02", "as_of": 2, "limit": 4, "offset": 2},
        {"customer": "user_id:07", "period": "2024", "channel": ["web", "phone"]},
    ],
    "customer_trips": [
        {"customer": "user_id:02"},
        {"customer": "user_id:02", "as_of": 2, "journey": "order"},
        {"customer": "user_id:07", "period": "2024", "channel": ["web", "phone"], "segment": "buyers"},
    ],
    "customers": [
        {},
        ALL | {"limit": 3, "offset": 2, "as_of": 2},
        ALL | {"unit": "de", "segment": "calm", "channel": ["web", "phone"]},
        {"period": "2024-05/2024-09", "compare": "before", "ref": "o07"},
    ],
    "freshness": [
        {},
        ALL | {"as_of": 2, "segment": "buyers"},
        {"period": "2024-05/2024-09", "unit": "company", "compare": "last_year"},
    ],
    "waits": [
        {},
        ALL | {"journey": "order", "as_of": 3},
        ALL | {"journey": "visit", "unit": "de", "segment": "calm"},
        {"period": "2024-05/2024-10", "compare": "before", "touchpoint": ["delivery", "call_center"]},
        ALL | {"every": "month"},
        ALL | {"every": "quarter", "journey": "order", "unit": "de"},
        {"every": "day", "period": "2024-05", "as_of": 3},
    ],
}
