"""Exports of survey tools, as each of them writes it, come in by the guided import."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from heartline.collect.guessing import heads
from heartline.collect.guessing.plan import Plan
from heartline.collect.guessing.tests.test_guess import landed, planned, rows

QUALTRICS = """\
StartDate,EndDate,Status,IPAddress,Progress,Duration (in seconds),Finished,RecordedDate,ResponseId,RecipientLastName,RecipientFirstName,RecipientEmail,ExternalReference,LocationLatitude,LocationLongitude,DistributionChannel,UserLanguage,Q1_NPS_GROUP,Q1,Q2,Q3
Start Date,End Date,Response Type,IP Address,Progress,Duration (in seconds),Finished,Recorded Date,Response ID,Recipient Last Name,Recipient First Name,Recipient Email,External Data Reference,Location Latitude,Location Longitude,Distribution Channel,User Language,"How likely are you to recommend us? - Group","How likely are you to recommend us?","The company made it <b>easy</b> for me to handle my issue","Why did you give us
that score?"
"{""ImportId"":""startDate"",""timeZone"":""America/Denver""}","{""ImportId"":""endDate"",""timeZone"":""America/Denver""}","{""ImportId"":""status""}","{""ImportId"":""ipAddress""}","{""ImportId"":""progress""}","{""ImportId"":""duration""}","{""ImportId"":""finished""}","{""ImportId"":""recordedDate"",""timeZone"":""America/Denver""}","{""ImportId"":""_recordId""}","{""ImportId"":""recipientLastName""}","{""ImportId"":""recipientFirstName""}","{""ImportId"":""recipientEmail""}","{""ImportId"":""externalDataReference""}","{""ImportId"":""locationLatitude""}","{""ImportId"":""locationLongitude""}","{""ImportId"":""distributionChannel""}","{""ImportId"":""userLanguage""}","{""ImportId"":""QID1_NPS_GROUP""}","{""ImportId"":""QID1""}","{""ImportId"":""QID2""}","{""ImportId"":""QID3_TEXT""}"
2024-05-02 08:55:10,2024-05-02 09:00:00,IP Address,203.0.113.7,100,290,True,2024-05-02 09:00:01,R_1aB,Sample,Ada,ada@shop.example,,48.1,11.5,email,EN,Promoter,10,7,"Fast, and friendly people everywhere"
2024-05-03 08:55:10,2024-05-03 09:00:00,IP Address,203.0.113.8,100,200,True,2024-05-03 09:00:01,R_2cD,Muster,Ben,ben@shop.example,,48.2,11.6,email,DE,Detractor,0,2,Waited far too long for my parcel
2024-05-03 10:00:00,2024-05-03 10:01:00,Survey Preview,203.0.113.9,100,60,True,2024-05-03 10:01:00,R_3eF,,,,,48.2,11.6,preview,EN,Promoter,9,6,Only a test of ours
2024-05-04 08:00:00,2024-05-04 08:02:00,IP Address,203.0.113.4,100,120,True,2024-05-04 08:02:01,R_4gH,Zeta,Zoe,zoe@shop.example,,48.2,11.6,email,ES,Passive,8,5,The shop is nice but quite far away
"""  # noqa: E501  (lines of the export)
SURVEYMONKEY = """\
Respondent ID,Collector ID,Start Date,End Date,IP Address,Email Address,First Name,Last Name,Custom Data 1,How likely is it that you would recommend us to a friend?,Please rate our shop,,What could we do better?
,,,,,,,,,Response,Friendliness,Cleanliness,Open-Ended Response
11800001,4461,05/02/2024 08:58:00 AM,05/02/2024 09:00:00 AM,203.0.113.7,ada@shop.example,Ada,Sample,,9,5,4,Open a second till on Saturdays please
11800002,4461,05/13/2024 01:58:00 PM,05/13/2024 02:00:00 PM,203.0.113.8,ben@shop.example,Ben,Muster,,3,1,2,Nobody was there to help me
11800003,4461,05/14/2024 01:58:00 PM,05/14/2024 02:00:00 PM,203.0.113.9,,,,,7,4,3,
"""  # noqa: E501  (lines of the export)
TYPEFORM = """\
#,How likely are you to recommend us to a friend or colleague?,How was the delivery?,"What made you choose us, in your own words?",Response Type,Start Date (UTC),Stage Date (UTC),Submit Date (UTC),Network ID,Tags,Ending
1mgq8x,10,5,Because my sister told me to,completed,2024-05-02 08:58:00,,2024-05-02 09:00:00,a1b2c3,,Thank you
7kxw2p,6,2,You were the nearest shop,completed,2024-05-03 08:58:00,,2024-05-03 09:00:00,d4e5f6,,Thank you
9zzw2p,8,4,I saw you in a magazine,completed,2024-05-04 08:58:00,,2024-05-04 09:00:00,d4e5f7,,Thank you
"""  # noqa: E501  (lines of the export)
GOOGLE_FORMS = """\
Timestamp,Email Address,How satisfied are you with our service?,Would you recommend us (0-10)?,What should we change?
5/2/2024 9:00:00,ada@shop.example,5,10,Nothing at all for now
5/13/2024 14:00:00,ben@shop.example,2,3,Answer the phone more quickly
5/14/2024 15:30:00,zoe@shop.example,4,8,More colours in the shop
"""
LIME_CODES = """\
"id","submitdate","lastpage","startlanguage","seed","token","startdate","datestamp","ipaddr","nps","ease","why"
"1","2024-05-02 09:00:00","2","de","123456","tok1","2024-05-02 08:58:00","2024-05-02 09:00:00","203.0.113.7","9","6","Schnell und freundlich geholfen"
"2","2024-05-03 09:00:00","2","de","123457","tok2","2024-05-03 08:58:00","2024-05-03 09:00:00","203.0.113.8","2","1","Niemand hat sich bei mir gemeldet"
"3","2024-05-04 09:00:00","2","en","123458","tok3","2024-05-04 08:58:00","2024-05-04 09:00:00","203.0.113.9","7","5","The forms are hard to read"
"""  # noqa: E501  (lines of the export)
LIME_TEXTS = """\
"Response ID","Date submitted","Last page","Start language","Seed","Date started","Date last action","How likely is it that you would recommend us?","It was easy to get help","What else would you like to say?"
"1","2024-05-02 09:00:00","2","de","123456","2024-05-02 08:58:00","2024-05-02 09:00:00","9","6","Schnell und freundlich geholfen"
"2","2024-05-03 09:00:00","2","de","123457","2024-05-03 08:58:00","2024-05-03 09:00:00","2","1","Niemand hat sich bei mir gemeldet"
"3","2024-05-04 09:00:00","2","en","123458","2024-05-04 08:58:00","2024-05-04 09:00:00","7","5","The forms are hard to read"
"""  # noqa: E501  (lines of the export)

Answered = tuple[Plan, list[dict[str, Any]]]


def brought(folder: Path, content: str) -> Answered:
    """Bring an export by the guided import, nothing corrected; give the plan and the rows that landed."""
    plan = planned(folder, answers=content)
    report, workspace = landed(folder, plan)
    assert report.refused == 0
    return plan, rows(workspace)


def scores(found: list[dict[str, Any]]) -> list[tuple[str, float]]:
    return [(str(row["scale"]), row["score"]) for row in found if row["score"] is not None]


def texts(found: list[dict[str, Any]]) -> list[str]:
    return [row["text"] for row in found if row["text"]]


def test_qualtrics_heads_by_three_lines_and_says_its_zone(tmp_path: Path) -> None:
    plan, found = brought(tmp_path, QUALTRICS)
    assert plan.tables[0].told.tool == "qualtrics"
    assert plan.timezone == "America/Denver"
    assert "The company made it easy for me to handle my issue" in plan.tables[0].told.columns
    assert sorted(scores(found)) == [
        ("ces7", 2.0),
        ("ces7", 5.0),
        ("ces7", 7.0),
        ("nps", 0.0),
        ("nps", 8.0),
        ("nps", 10.0),
    ]
    assert "Waited far too long for my parcel" in texts(found)
    assert not any("test of ours" in text for text in texts(found))
    assert found[0]["occurred_at"].isoformat() == "2024-05-02T15:00:01+00:00"
    assert found[0]["identifier"].startswith("email:")
    assert not any(word in json.dumps(found, default=str) for word in ("Sample", "Ada", "203.0.113", "48.1", "ada@"))


def test_surveymonkey_heads_by_two_lines(tmp_path: Path) -> None:
    plan, found = brought(tmp_path, SURVEYMONKEY)
    assert plan.tables[0].told.tool == "surveymonkey"
    assert plan.tables[0].told.columns[10:12] == [
        "Please rate our shop - Friendliness",
        "Please rate our shop - Cleanliness",
    ]
    assert sorted(value for scale, value in scores(found) if scale == "nps") == [3.0, 7.0, 9.0]
    assert sorted(value for scale, value in scores(found) if scale == "stars5") == [1.0, 2.0, 3.0, 4.0, 4.0, 5.0]
    assert "Nobody was there to help me" in texts(found)
    assert {row["about"] for row in found if row["scale"] == "stars5"} >= {"please_rate_our_shop_friendliness"}
    assert {row["occurred_at"].isoformat() for row in found} >= {"2024-05-13T14:00:00+00:00"}
    assert len({row["customer"] for row in found} - {None}) == 2


def test_typeform_times_are_utc_and_nobody_is_known(tmp_path: Path) -> None:
    plan, found = brought(tmp_path, TYPEFORM)
    assert (plan.tables[0].told.tool, plan.timezone) == ("typeform", "UTC")
    assert sorted(scores(found)) == [
        ("nps", 6.0), ("nps", 8.0), ("nps", 10.0), ("stars5", 2.0), ("stars5", 4.0), ("stars5", 5.0),
    ]  # fmt: skip
    assert {row["customer"] for row in found} == {None}
    assert found[0]["occurred_at"].isoformat() == "2024-05-02T09:00:00+00:00"
    assert len(texts(found)) == 3


def test_google_forms_begin_with_a_timestamp(tmp_path: Path) -> None:
    plan, found = brought(tmp_path, GOOGLE_FORMS)
    assert plan.tables[0].told.tool == "google_forms"
    assert sorted(scores(found)) == [
        ("csat5", 2.0), ("csat5", 4.0), ("csat5", 5.0), ("nps", 3.0), ("nps", 8.0), ("nps", 10.0),
    ]  # fmt: skip
    assert len({row["customer"] for row in found} - {None}) == 3
    assert {row["occurred_at"].isoformat() for row in found} >= {"2024-05-13T14:00:00+00:00"}


@pytest.mark.parametrize("content", [LIME_CODES, LIME_TEXTS], ids=["codes", "texts"])
def test_limesurvey_with_codes_and_with_texts(tmp_path: Path, content: str) -> None:
    plan, found = brought(tmp_path, content)
    assert plan.tables[0].told.tool == "limesurvey"
    assert sorted(value for scale, value in scores(found) if scale == "nps") == [2.0, 7.0, 9.0]
    assert sorted(value for scale, value in scores(found) if scale == "ces7") == [1.0, 5.0, 6.0]
    assert "Niemand hat sich bei mir gemeldet" in texts(found)
    assert "203.0.113" not in json.dumps(found, default=str)


def test_the_same_export_again_changes_nothing(tmp_path: Path) -> None:
    plan, found = brought(tmp_path, SURVEYMONKEY)
    report, workspace = landed(tmp_path, plan)
    assert report.landed == 0
    assert rows(workspace) == found


@pytest.mark.parametrize(
    "names",
    [
        ["Date", "Order", "Amount"],
        ["timestamp", "level", "message"],
        ["id", "submitdate"],
        ["Start Date", "End Date"],
        [],
    ],
)
def test_other_tables_are_no_exports_of_survey_tools(names: list[str]) -> None:
    assert heads.tool(names) == ""


def test_lines_that_are_answers_are_not_taken_for_names() -> None:
    first = ["StartDate", "EndDate", "RecordedDate", "ResponseId", "Q1"]
    data = [
        ["2024-05-02", "2024-05-02", "2024-05-02", "R_1", "9"],
        ["2024-05-03", "2024-05-03", "2024-05-03", "R_2", "3"],
    ]
    names, below, tool, zone = heads.headed(first, iter(data))
    assert (names, list(below), tool, zone) == (first, data, "qualtrics", "")
