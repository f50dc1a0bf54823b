"""Mailchimp: who subscribed, left or cannot be reached, what they agreed to, and what they did with a campaign."""

from __future__ import annotations

import json
from pathlib import Path

from heartline.collect.exports import consents

from .conftest import Land

AUDIENCE = """\
Email Address,First Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LAST_CHANGED,UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON,UNSUB_REASON_OTHER,CLEAN_TIME,CLEAN_CAMPAIGN_TITLE,LEID,EUID
ada@shop.example,Ada,4,2024-01-02 09:00:00,192.0.2.1,2024-01-02 09:05:00,192.0.2.1,2024-01-02 09:05:00,,,,,,,,1,e1
ben@shop.example,Ben,2,2024-01-03 09:00:00,,,,2024-02-01 10:00:00,2024-02-01 10:00:00,Winter sale,k1,OTHER,Too many e-mails,,,2,e2
cleo@shop.example,Cleo,1,2024-01-04 09:00:00,,,,2024-03-01 10:00:00,,,,,,2024-03-01 10:00:00,Spring,3,e3
"""  # noqa: E501  (a line of the export)
ACTIVITY = """\
email,action,timestamp,campaign_id,campaign_title,url
ada@shop.example,sent,2024-02-01 08:00:00,k1,Winter sale,
ada@shop.example,open,2024-02-01 09:00:00,k1,Winter sale,
ada@shop.example,click,2024-02-01 09:01:00,k1,Winter sale,https://shop.example/sale
cleo@shop.example,hard_bounce,2024-02-01 08:00:10,k1,Winter sale,
"""


def test_what_people_did_with_an_audience(land: Land) -> None:
    report, rows = land("mailchimp_audience", "audience.csv", AUDIENCE)
    assert (report.landed, report.known_share, report.dropped) == (5, 1.0, {})
    told = sorted((row["occurred_at"].isoformat()[:16], row["touchpoint"], row["text"]) for row in rows.values())
    assert told == [
        ("2024-01-02T09:05", "newsletter_subscribed", None),
        ("2024-01-03T09:00", "newsletter_subscribed", None),
        ("2024-01-04T09:00", "newsletter_subscribed", None),
        ("2024-02-01T10:00", "unsubscribed", "Too many e-mails"),
        ("2024-03-01T10:00", "email_bounced", None),
    ]
    confirmed = {row["occurred_at"].day: json.loads(row["properties"])["confirmed"] for row in rows.values()
                 if row["touchpoint"] == "newsletter_subscribed"}  # fmt: skip
    assert confirmed == {2: True, 3: False, 4: False}
    assert "192.0.2" not in str(rows)
    assert "shop.example" not in str(rows)


def test_opens_and_clicks_of_a_campaign(land: Land) -> None:
    report, rows = land("mailchimp_activity", "activity.csv", ACTIVITY)
    assert (report.landed, report.dropped) == (4, {})
    told = sorted((row["touchpoint"], row["kind"], row["succeeded"], row["ref"]) for row in rows.values())
    assert told == [
        ("email", "event", None, "k1"), ("email", "message", None, "k1"),
        ("email_bounced", "event", False, "k1"), ("email_click", "event", None, "k1"),
    ]  # fmt: skip


def test_what_people_agreed_to_comes_in_the_columns_of_a_ledger(tmp_path: Path) -> None:
    (tmp_path / "audience.csv").write_text(AUDIENCE)
    rows = list(consents.consents("mailchimp_audience", tmp_path / "audience.csv"))
    assert all(list(row) == list(consents.COLUMNS) for row in rows)
    assert [(row["value"].partition("@")[0], row["state"], row["at"][:10], row["reason"]) for row in rows] == [
        ("ada", "given", "2024-01-02", None), ("ben", "given", "2024-01-03", None),
        ("cleo", "given", "2024-01-04", None), ("ben", "withdrawn", "2024-02-01", "Too many e-mails"),
        ("cleo", "suppressed", "2024-03-01", "bounced"),
    ]  # fmt: skip
    assert [row["confirmed_at"] for row in rows] == ["2024-01-02 09:05:00", None, None, None, None]
    assert consents.tells("mailchimp_audience")
    assert not consents.tells("call_log")
