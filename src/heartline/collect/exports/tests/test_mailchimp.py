"""Mailchimp: who subscribed, left or cannot be reached, what they agreed to, and what they did with a campaign."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from heartline.collect.exports import consents
from heartline.collect.exports.known import recognised

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


COMMON = "Email Address,First Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LATITUDE,CC,LAST_CHANGED"
NAMED = ("Email", "Direct Mail", "Customized Online Advertising")
JOINED = "2024-01-02 09:00:00,192.0.2.1,2024-01-02 09:05:00,192.0.2.1,52.5,de,2024-02-01 10:00:00"
SUBSCRIBED = f"""\
{COMMON},LEID,EUID,NOTES,TAGS
ada@shop.example,Ada,4,{JOINED},1,e1,,VIP
"""
UNSUBSCRIBED = f"""\
{COMMON},UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON,UNSUB_REASON_OTHER,LEID,EUID,NOTES,TAGS
ben@shop.example,Ben,2,{JOINED},2024-02-01 10:00:00,Winter sale,k1,NORMAL,,2,e2,,
"""
CLEANED = f"""\
{COMMON},CLEAN_TIME,CLEAN_CAMPAIGN_TITLE,CLEAN_CAMPAIGN_ID,LEID,EUID,NOTES,TAGS
cleo@shop.example,Cleo,1,{JOINED},2024-03-01 10:00:00,Spring,k2,3,e3,,
"""


@pytest.mark.parametrize(
    ("file", "content", "touchpoints", "ref", "states"),
    [
        ("subscribed_email_audience_export_1.csv", SUBSCRIBED, ["newsletter_subscribed"], None, ["given"]),
        ("unsubscribed_email_audience_export_1.csv", UNSUBSCRIBED, ["newsletter_subscribed", "unsubscribed"], "k1",
         ["given", "withdrawn"]),
        ("cleaned_email_audience_export_1.csv", CLEANED, ["newsletter_subscribed", "email_bounced"], "k2",
         ["given", "suppressed"]),
    ],
    ids=["subscribed", "unsubscribed", "cleaned"],
)  # fmt: skip
def test_each_of_the_three_files_of_an_export_is_read_alone(
    land: Land, tmp_path: Path, file: str, content: str, touchpoints: list[str], ref: str | None, states: list[str]
) -> None:
    report, rows = land("mailchimp_audience", "audience.csv", content)
    assert (report.dropped, report.known_share) == ({}, 1.0)
    told = sorted(rows.values(), key=lambda row: row["occurred_at"])
    assert [row["touchpoint"] for row in told] == touchpoints
    assert told[-1]["ref"] == ref
    assert recognised(dict.fromkeys(next(csv.reader(content.splitlines())), "VARCHAR")) == "mailchimp_audience"
    (tmp_path / file).write_text(content)
    said = list(consents.consents("mailchimp_audience", tmp_path / file))
    assert [row["state"] for row in said] == states


@pytest.mark.parametrize(
    ("head", "cells"),
    [
        ("Marketing Permissions", ('"Email, Direct Mail"', "Customized Online Advertising", "")),
        ("Email,Direct Mail,Customized Online Advertising", ("Yes,Yes,No", "No,No,Yes", "No,No,No")),
        (",".join(f"Marketing Permissions - {one}" for one in NAMED), ("true,true,", ",,true", ",,")),
    ],
    ids=["in one column", "a column each", "a column each, with what they are"],
)  # fmt: skip
def test_permissions_that_people_gave_are_consents_and_no_others(
    tmp_path: Path, head: str, cells: tuple[str, ...]
) -> None:
    people = ("ada", "ben", "cleo")
    lines = [f"{who}@shop.example,2024-01-0{at} 09:00:00,,{at},e{at},{cell}"
             for at, (who, cell) in enumerate(zip(people, cells, strict=True), 1)]  # fmt: skip
    text = "\n".join([f"Email Address,OPTIN_TIME,CONFIRM_TIME,LEID,EUID,{head}", *lines])
    (tmp_path / "audience.csv").write_text(f"{text}\n")
    said = list(consents.consents("mailchimp_audience", tmp_path / "audience.csv"))
    assert sorted((row["value"].partition("@")[0], row["purpose"], row["channel"], row["state"]) for row in said) == [
        ("ada", "advertising", "print", "given"), ("ada", "newsletter", "email", "given"),
        ("ben", "advertising", "advertising", "given"),
    ]  # fmt: skip


def test_a_column_called_email_that_holds_addresses_is_no_permission(tmp_path: Path) -> None:
    text = "Email Address,Email,OPTIN_TIME,LEID,EUID\nada@shop.example,ada@home.example,2024-01-02 09:00:00,1,e1\n"
    (tmp_path / "audience.csv").write_text(text)
    (said,) = consents.consents("mailchimp_audience", tmp_path / "audience.csv")
    assert (said["purpose"], said["channel"], said["state"]) == ("newsletter", "email", "given")


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
