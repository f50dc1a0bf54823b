"""Logs of calls: a call centre's, and Asterisk's."""

from __future__ import annotations

import json

from .conftest import Land

CALLS = """\
Call ID,Start Time,Answer Time,End Time,Queue Wait,Agent,Caller Number,Abandoned,Queue
c1,2024-05-02 09:00:00,2024-05-02 09:01:30,2024-05-02 09:05:00,90,Ben Agent,+49 30 901820,No,Orders
c2,2024-05-02 09:10:00,,2024-05-02 09:14:00,,,+49 30 901821,Yes,Orders
c3,2024-05-02 10:00:00,2024-05-02 10:00:20,2024-05-02 10:01:00,,Ben Agent,+49 30 901820,No,Orders
"""
ASTERISK = """\
accountcode,src,dst,dcontext,clid,channel,dstchannel,lastapp,start,answer,end,duration,billsec,disposition,uniqueid
,+4930901820,100,in,x,SIP/1,SIP/2,Dial,2024-05-02 09:00:00,2024-05-02 09:00:10,2024-05-02 09:01:10,70,60,ANSWERED,1.1
,+4930901821,100,in,x,SIP/1,,Dial,2024-05-02 09:10:00,,2024-05-02 09:10:45,45,0,NO ANSWER,1.2
"""


def test_waits_and_callers_who_gave_up(land: Land) -> None:
    report, rows = land("call_log", "calls.csv", CALLS)
    assert (report.landed, report.known_share, report.dropped) == (3, 1.0, {})
    told = {name: (row["succeeded"], row["wait_s"], row["channel"]) for name, row in rows.items()}
    assert told == {
        "call-c1": (True, 90, "phone"), "call-c2": (False, 240, "phone"), "call-c3": (True, 20, "phone"),
    }  # fmt: skip
    assert json.loads(rows["call-c1"]["properties"])["talk_s"] == 210
    assert rows["call-c1"]["customer"] == rows["call-c3"]["customer"] != rows["call-c2"]["customer"]
    assert "Agent" not in str(rows)


def test_asterisk_writes_its_own_words(land: Land) -> None:
    _, rows = land("call_log", "calls.csv", ASTERISK)
    assert {name: (row["succeeded"], row["wait_s"]) for name, row in rows.items()} == {
        "call-1.1": (True, 10), "call-1.2": (False, 45),
    }  # fmt: skip
