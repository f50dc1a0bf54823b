"""Zendesk: the ticket export as CSV, a view as CSV, and the incremental export as JSON."""

from __future__ import annotations

import json

from .conftest import Land

TICKETS = """\
Summation column,Id,Requester,Requester id,Requester external id,Requester email,Requester domain,Submitter,Assignee,Group,Subject,Tags,Status,Priority,Via,Ticket type,Created at,Updated at,Assigned at,Organization,Due date,Initially assigned at,Solved at,Resolution time,Satisfaction Score,Group stations,Assignee stations,Reopens,Replies,First reply time in minutes,First reply time in minutes within business hours,First resolution time in minutes,First resolution time in minutes within business hours,Full resolution time in minutes,Full resolution time in minutes within business hours
1,101,Ada Sample,9001,C-1,ada@shop.example,shop.example,Ada Sample,Ben Agent,Care,Where is my parcel?,delivery,Closed,Normal,Mail,Question,2024-05-02 09:00,2024-05-02 10:30,2024-05-02 09:05,,,2024-05-02 09:05,2024-05-02 10:00,1,Good,1,1,0,1,30,20,60,50,60,50
1,102,Ada Sample,9001,C-1,ada@shop.example,shop.example,Ada Sample,Ben Agent,Care,Still no parcel,delivery complaint,Solved,High,Web form,Question,2024-05-06 08:00,2024-05-08 08:00,2024-05-06 08:10,,,2024-05-06 08:10,2024-05-08 08:00,48,Bad,1,1,1,4,120,60,,,2880,480
1,103,Cleo Muster,9002,,cleo@shop.example,shop.example,Cleo Muster,,Care,Great service,praise,Open,Low,Chat,,2024-05-03 12:00,2024-05-03 12:00,,,,,,,Offered,,,0,0,,,,,,
1,104,Dario Prueba,9003,,dario@shop.example,shop.example,Dario Prueba,Ben Agent,Care,Offer gift wrapping,feature_request,Pending,,Phone call (inbound),Task,2024-05-04 12:00,2024-05-04 12:00,,,,,,,Not Offered,,,0,1,,15,,,,
1,105,Eva Beispiel,9004,,eva@shop.example,shop.example,Eva Beispiel,Ben Agent,Care,Login broken,,Deleted,,Mail,Incident,2024-05-04 12:00,2024-05-04 12:00,,,,,,,,,,0,0,,,,,,
1,106,Ada Sample,9001,C-1,ada@shop.example,shop.example,Ada Sample,Ben Agent,Care,Thank you card,,New,,Mail,Problem,2024-05-20 08:00,2024-05-20 08:00,,,,,,,,,,0,0,,,,,,
"""  # noqa: E501  (a line of the export)


def test_tickets_become_questions_complaints_compliments_and_wishes(land: Land) -> None:
    report, rows = land("zendesk_tickets", "tickets.csv", TICKETS)
    assert (report.landed, report.dropped, report.known_share) == (12, {}, 1.0)
    asked = {name: (row["touchpoint"], row["channel"], row["text"]) for name, row in rows.items() if "ticket-" in name}
    assert asked == {
        "ticket-101": ("question", "email", "Where is my parcel?"),
        "ticket-102": ("complaint", "web", "Still no parcel"),
        "ticket-103": ("compliment", "chat", "Great service"),
        "ticket-104": ("wish", "phone", "Offer gift wrapping"),
        "ticket-106": ("complaint", "email", "Thank you card"),
    }
    assert all("Agent" not in (row["properties"] or "") for row in rows.values())


def test_waits_first_contact_and_people_who_come_back(land: Land) -> None:
    _, rows = land("zendesk_tickets", "tickets.csv", TICKETS)
    waits = {name: row["wait_s"] for name, row in rows.items() if row["wait_s"] is not None}
    assert waits == {
        "first-answer-101": 1_800, "first-answer-102": 7_200, "first-answer-104": 900,
        "solved-101": 3_600, "solved-102": 172_800,
    }  # fmt: skip
    hours = {name: json.loads(row["properties"]).get("hours") for name, row in rows.items() if name in waits}
    assert hours.pop("first-answer-104") == "business"
    assert set(hours.values()) == {"calendar"}
    assert (rows["solved-101"]["succeeded"], rows["solved-102"]["succeeded"]) == (False, False)
    told = {
        name: json.loads(rows[name]["properties"]) for name in ("ticket-101", "ticket-102", "ticket-106", "solved-101")
    }
    assert (told["ticket-101"]["solved_at_first_contact"], told["ticket-102"]["solved_at_first_contact"]) == (
        True,
        False,
    )
    assert [told[name]["repeat_within_7_days"] for name in ("ticket-101", "ticket-102", "ticket-106")] == [
        False, True, False,
    ]  # fmt: skip
    assert told["solved-101"]["came_back_within_7_days"] is True
    assert rows["solved-101"]["occurred_at"].isoformat() == "2024-05-02T10:00:00+00:00"


def test_satisfaction_is_good_or_bad(land: Land) -> None:
    _, rows = land("zendesk_tickets", "tickets.csv", TICKETS)
    rated = {
        name: (row["score"], row["scale"], row["feeling"]) for name, row in rows.items() if row["score"] is not None
    }
    assert rated == {"rated-101": (1.0, "yesno", 1.0), "rated-102": (0.0, "yesno", -1.0)}


def test_a_view_with_few_columns_is_enough(land: Land) -> None:
    view = "ID,Subject,Requester,Requested,Status,Group\n7,Broken lamp,Fay Example,2024-06-01 08:00,Open,Care\n"
    report, rows = land("zendesk_tickets", "tickets.csv", view)
    assert (report.landed, report.known) == (1, 0)
    assert (rows["ticket-7"]["touchpoint"], rows["ticket-7"]["text"]) == ("question", "Broken lamp")


PERSON = {"id": 9001, "email": "ada@shop.example", "external_id": "C-1", "phone": None, "name": "Ada Sample"}
PAGE = {
    "tickets": [
        {
            "id": 201, "created_at": "2024-05-02T09:00:00Z", "updated_at": "2024-05-02T12:00:00Z", "type": "question",
            "subject": "Parcel", "description": "Where is my parcel?", "status": "closed", "requester_id": 9001,
            "tags": ["delivery"], "via": {"channel": "email"}, "priority": None,
            "satisfaction_rating": {"score": "good", "comment": "Quick and kind"},
        },
        {
            "id": 202, "created_at": "2024-05-20T09:00:00Z", "updated_at": "2024-05-20T09:00:00Z", "type": None,
            "subject": "Idea", "description": "Please sell gift cards", "status": "open", "requester_id": 9002,
            "tags": ["feature_request", "shop"], "via": {"channel": "native_messaging"}, "priority": "low",
            "satisfaction_rating": {"score": "unoffered", "comment": None},
        },
    ],
    "users": [PERSON],
    "metric_sets": [
        {
            "ticket_id": 201, "reopens": 0, "replies": 1, "solved_at": "2024-05-02T11:00:00Z",
            "reply_time_in_minutes": {"calendar": 45, "business": 15},
            "full_resolution_time_in_minutes": {"calendar": 120, "business": 60},
        }
    ],
    "count": 2, "end_of_stream": True, "end_time": 1716200000,
}  # fmt: skip


def test_a_page_of_the_incremental_export_with_people_and_metrics(land: Land) -> None:
    report, rows = land("zendesk_json", "tickets.json", json.dumps(PAGE))
    assert (report.landed, report.known) == (5, 5)
    asked, answered, solved, rated = (rows[f"{name}-201"] for name in ("ticket", "first-answer", "solved", "rated"))
    assert (asked["touchpoint"], asked["text"], asked["channel"]) == ("question", "Where is my parcel?", "email")
    assert asked["occurred_at"].isoformat() == "2024-05-02T09:00:00+00:00"
    assert (answered["wait_s"], solved["wait_s"], solved["succeeded"]) == (2_700, 7_200, True)
    assert json.loads(answered["properties"])["business_wait_s"] == 900
    assert (rated["score"], rated["text"], rated["about"]) == (1.0, "Quick and kind", "ticket_solved")
    assert (rows["ticket-202"]["touchpoint"], rows["ticket-202"]["channel"]) == ("wish", "messaging")
    assert asked["customer"] == rated["customer"] != rows["ticket-202"]["customer"]


def test_one_ticket_a_line_is_read_the_same(land: Land) -> None:
    lines = "\n".join(json.dumps(ticket) for ticket in PAGE["tickets"])  # type: ignore[attr-defined]
    report, rows = land("zendesk_json", "tickets.json", lines)
    assert report.landed == 4  # without metrics nobody knows when the first answer came
    assert rows["solved-201"]["wait_s"] == 10_800
