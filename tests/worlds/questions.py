"""Small worlds, and the questions that every law is held against."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from heartline.listen.surveys import codebook
from heartline.listen.surveys.tests.answered import POLL, facts
from heartline.store.tests.world import Event

DEFINITIONS: dict[str, dict[str, dict[str, Any]]] = {
    "journey": {
        "visit": {"label": "A visit", "counted_as": "visits", "per": "customer", "starts": ["shop"],
                  "goal": "delivery", "ends": "goal", "within_s": 5 * 86400, "designed": ["shop", "call", "delivery"]},
        "order": {"label": "An order", "counted_as": "orders", "per": "ref", "starts": "any",
                  "goal": "delivery", "ends": "limit", "within_s": 3 * 86400, "designed": ["shop", "delivery"]},
        "endless": {"starts": "any", "goal": "review"},
    },
    "touchpoint": {
        "shop": {"label": "The shop", "stage": "purchase", "channel": "store", "department": "Sales"},
        "call": {"label": "A call", "stage": "support", "channel": "phone", "expected_wait_s": 120},
        "delivery": {"label": "Delivery", "stage": "delivery", "channel": "delivery", "department": "Logistics"},
    },
    "unit": {"germany": {}, "berlin": {"parent": "germany"}, "paris": {}},
    "settings": {"company": {"timezone": "Europe/Berlin"}},
    "survey": {"poll": codebook.body([POLL])},
    "segment": {"callers": {"any": [{"touchpoint": "call"}], "none": [{"unit": "paris"}]}},
}  # fmt: skip

QUESTIONS: dict[str, list[dict[str, Any]]] = {
    "scores": [
        {},
        {"every": "month", "by": ["about", "unit"]},
        {"unit": "germany"},
        {"segment": "callers"},
        {"weighted": True, "by": ["unit"]},
        {"corrected": True, "every": "month"},
        {"pooled": True, "by": ["about"]},
    ],
    "questions": [
        {"survey": "poll"},
        {"survey": "poll", "by": "unit"},
        {"survey": "poll", "every": "month"},
        {"survey": "poll", "unit": "germany", "question": "likely"},
    ],
    "responses": [{"survey": "poll"}, {"survey": "poll", "unit": "germany", "limit": 1}],
    "surveyed": [{}, {"unit": "germany"}],
    "crosstab": [
        {"survey": "poll", "question": "likely", "by": "way"},
        {"survey": "poll", "question": "used.card", "by": "segment.callers"},
        {"survey": "poll", "question": "parts.price", "by": "likely", "unit": "germany"},
    ],
    "trained": [{"about": "delivery", "trained": "germany", "on": "2024-03-10", "weeks": 4}],
    "touchpoints": [
        {},
        {"journey": "visit"},
        {"journey": "order"},
        {"unit": "germany"},
        {"segment": "callers"},
        {"every": "month"},
        {"every": "week", "journey": "visit"},
        {"by": "unit"},
        {"by": "channel", "journey": "order"},
    ],
    "waits": [
        {},
        {"journey": "visit"},
        {"journey": "order"},
        {"unit": "germany"},
        {"every": "day"},
        {"every": "week", "journey": "visit"},
        {"every": "month", "journey": "order", "period": "2024-03-29/2024-04-06"},
    ],
    "customer": [{"customer": "user_id:bob"}, {"customer": "user_id:bob", "period": "2024-04", "limit": 2}],
    "customer_trips": [
        {"customer": "user_id:alice"},
        {"customer": "user_id:bob", "journey": "order", "touchpoint": "call"},
        {"customer": "user_id:bob", "period": "2024-04", "segment": "callers"},
    ],
    "customers": [{}, {"unit": "germany", "limit": 1}, {"ref": "o2"}, {"segment": "callers"}],
    "freshness": [{}, {"unit": "germany"}, {"period": "2024-04"}],
    "verbatims": [{}, {"feeling": "bad", "about": "delivery"}, {"search": "LATE", "limit": 2}, {"typical": 1}],
    "feedback": [{}, {"only": "low"}, {"only": "unread", "limit": 2}, {"theme": "waiting", "unit": "germany"}],
    "heard": [{}, {"every": "week", "unit": "germany"}, {"every": "month", "only": "texts"}, {"feeling": "bad"}],
    "below": [{}, {"scale": "nps", "at_most": 6}, {"text": "with", "every": "month"}],
    "limits": [{}, {"by": "unit", "step": "week"}, {"theme": "delivery"}],
    "silences": [{}, {"source": "world"}],
    "emotions": [{}, {"about": "delivery", "newest": 3}, {"by": "month"}, {"by": "about", "quotes": 1}],
    "themes": [{}, {"by": "about"}, {"by": "unit", "late": 2}, {"theme": "delivery", "quotes": 2}, {"sort": "need"}],
    "reviews": [{}, {"unit": "germany"}, {"scale": "stars5", "period": "2024-04"}],
    "unanswered": [{}, {"every": True, "about": "delivery"}],
    "benchmark": [{}, {"by": "scale", "unit": "germany"}, {"alike": False, "quotes": 1}],
    "journeys": [{}, {"unit": "berlin"}],
    "paths": [
        {"journey": "visit", "through": "call", "limit": 1},
        {"journey": "order", "through": "delivery", "collapse": True},
        {"journey": "order", "goal": "call", "search": "shop > c", "segment": "callers"},
        {"journey": "visit", "touchpoint": "call", "limit": 1, "offset": 1, "search": "^=shop|=call$"},
    ],
    "funnel": [{"journey": "visit"}, {"journey": "order", "steps": ["shop", "shop", "delivery"], "touchpoint": "call"}],
    "graph": [{"journey": "visit"}, {"journey": "order", "collapse": True, "unit": "germany"}],
    "steps": [{"journey": "visit"}, {"journey": "order", "goal": "call"}, {"journey": "endless", "unit": "germany"}],
    "whereabouts": [{"journey": "visit"}, {"journey": "order"}, {"journey": "endless"}],
}
"""Specs by verb; a verb that is not here is asked for each journey, or for nothing in particular."""

PLANTED: list[Event] = [
    ("alice", "shop", "2024-03-28 10:00", {"ref": "o1", "amount": 20, "currency": "EUR", "unit": "berlin"}),
    ("alice", "call", "2024-03-29 10:00", {"ref": "o1", "wait_s": 60, "unit": "germany"}),
    ("alice", "delivery", "2024-03-30 23:30", {"ref": "o1", "wait_s": 219600, "succeeded": True}),
    ("alice", "review", "2024-04-02 10:00", {"ref": "o1", "score": 5, "scale": "stars5", "about": "delivery"}),
    ("bob", "shop", "2024-03-28 11:00", {"ref": "o2", "amount": 35.5, "currency": "EUR", "unit": "paris"}),
    ("bob", "call", "2024-03-28 12:00", {"ref": "o2", "wait_s": 600, "score": 1, "scale": "csat5", "text": "long",
                                         "themes": ["waiting"]}),
    ("bob", "delivery", "2024-03-31 12:00", {"ref": "o2", "wait_s": 262800, "succeeded": False}),
    ("bob", "survey", "2024-04-01", {"ref": "o2", "score": 2, "scale": "nps", "about": "delivery", "text": "late",
                                     "themes": ["delivery", "waiting"]}),
    ("bob", "shop", "2024-04-02 11:00", {"ref": "o3", "amount": -35.5, "currency": "EUR", "unit": "paris"}),
    ("charlie", "shop", "2024-04-01 09:00", {"ref": "o4", "amount": 12, "currency": "CHF"}),
    ("charlie", "delivery", "2024-04-02 09:00", {"ref": "o4", "wait_s": 86400, "succeeded": True}),
    ("charlie", "survey", "2024-04-03 09:00", {"ref": "o4", "score": 10, "scale": "nps", "about": "delivery"}),
    ("dora", "call", "2024-04-05 09:00", {"wait_s": 30, "feeling": 0.5, "text": "friendly", "unit": "berlin"}),
    (None, "survey", "2024-04-06 09:00", {"score": 7, "scale": "nps", "text": "fine"}),
    (None, "call", "2024-04-06 10:00", {"wait_s": 90}),
    ("dora", None, "2024-04-07 09:00"),
    *facts(POLL, "r1", {"likely": 3, "way": "web", "used": ["card"], "why": "kind"}, "2024-04-08", "alice",
           unit="berlin"),
    *facts(POLL, "r2", {"likely": 1, "way": "shop", "parts": {"price": 2}}, "2024-04-09", "bob"),
    *facts(POLL, "r3", {"likely": 2, "way": "web", "used": ["card", "cash"]}, "2024-04-10", unit="paris"),
]  # fmt: skip


def worlds() -> st.SearchStrategy[list[Event]]:
    """Make small worlds: few people, few places, close in time, with everything now and then unknown."""
    begin = datetime(2024, 3, 28, tzinfo=UTC)
    more = st.fixed_dictionaries(
        {},
        optional={
            "ref": st.sampled_from(["o1", "o2", "o3"]),
            "unit": st.sampled_from(["germany", "berlin", "paris"]),
            "wait_s": st.sampled_from([0.0, 30.0, 120.0, 121.0, 90000.0]),
            "succeeded": st.booleans(),
            "about": st.sampled_from(["shop", "call", "delivery"]),
            "text": st.sampled_from(["good", "bad", "late again"]),
            "themes": st.sampled_from([[], ["waiting"], ["waiting", "price"]]),
            "kind": st.sampled_from(["event", "feedback", "assignment"]),
        },
    )
    scored = st.sampled_from(
        [
            {},
            *({"score": s, "scale": "nps"} for s in (0, 6, 8, 10)),
            *({"score": s, "scale": "stars5"} for s in (1, 3, 5)),
            {"score": 2, "scale": "smiley3", "properties": '{"survey":"poll","question":"likely","response":"a"}'},
            {"properties": '{"survey":"poll","question":"way","response":"a","chosen":"web"}'},
        ]
    )
    paid = st.sampled_from([{}, {"amount": 10, "currency": "EUR"}, {"amount": -2.5, "currency": "CHF"}])
    event = st.builds(
        lambda who, where, hours, one, two, three: (
            who,
            where,
            (begin + timedelta(hours=hours)).isoformat(),
            {**one, **two, **three},
        ),
        st.sampled_from(["alice", "bob", "charlie", None]),
        st.sampled_from(["shop", "call", "delivery", "shop", "delivery", None]),
        st.integers(0, 400),
        more,
        scored,
        paid,
    )
    return st.lists(event, max_size=14)


def asked(verb: str) -> list[dict[str, Any]]:
    """Give the questions for a verb."""
    return QUESTIONS.get(verb, [{"journey": "visit"}, {"journey": "order"}])
