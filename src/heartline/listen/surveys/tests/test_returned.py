"""Reports of mails that came back are read as their servers write them; nothing else is taken for one."""

from __future__ import annotations

import time

import pytest

from heartline.listen.surveys.returned import MOST_BYTES, Returned, read

NAME = "<166.abc@shop.example>"


def report(action: str, status: str, more: str = "") -> bytes:
    """Write a delivery report as mail servers do (RFC 3464)."""
    return f"""From: MAILER-DAEMON@mx.example
To: back@shop.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="cut"

--cut
Content-Type: text/plain; charset=utf-8

This is the mail system at host mx.example.
--cut
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Sun, 22 Nov 2026 10:00:00 +0000

Final-Recipient: rfc822; anna@berg.example
Action: {action}
Status: {status}
{more}
--cut
Content-Type: message/rfc822

From: "Lamp shop" <no-reply@shop.example>
To: anna@berg.example
Subject: How was it?
Message-ID: {NAME}

Hello
--cut--
""".encode()


@pytest.mark.parametrize(
    ("action", "status", "verdict"),
    [
        ("failed", "5.1.1", "gone"), ("failed", "5.2.1", "gone"), ("failed", "5.4.4", "gone"),
        ("failed", "5.0.0", "gone"),
        ("failed", "4.4.1", "later"), ("failed", "5.2.2", "later"), ("failed", "4.2.2", "later"),
        ("failed", "5.7.1", "refused"), ("failed", "5.6.0", "refused"), ("failed", "5.3.4", "refused"),
    ],
)  # fmt: skip
def test_what_a_code_says_of_the_address(action: str, status: str, verdict: str) -> None:
    assert read(report(action, status)) == Returned(NAME, verdict, status)  # type: ignore[arg-type]


def test_what_is_tried_on_or_arrived_says_nothing() -> None:
    for action, status in (("delayed", "4.4.1"), ("delivered", "2.1.5"), ("relayed", "2.0.0")):
        assert read(report(action, status)) is None
    code = report("failed", "", "Diagnostic-Code: smtp; 550 5.1.1 no such user")
    assert read(code) == Returned(NAME, "gone", "5.1.1")
    assert read(report("failed", "")) == Returned(NAME, "later")


def test_only_headers_of_the_mail_come_along() -> None:
    raw = report("failed", "5.1.1").replace(b"message/rfc822", b"text/rfc822-headers")
    assert read(raw) == Returned(NAME, "gone", "5.1.1")


def test_a_complaint_is_told_from_a_failure() -> None:
    raw = report("failed", "5.1.1").replace(b"report-type=delivery-status", b"report-type=feedback-report")
    assert read(raw) == Returned(NAME, "spam")


def test_a_text_for_people_is_read_where_a_server_wrote_it() -> None:
    text = f"Your message was not delivered:\n550 no mailbox here\n\nMessage-ID: {NAME}\n"
    assert read(f"From: Postmaster@mx.example\n\n{text}".encode()) == Returned(NAME, "gone")
    later = text.replace("550", "452")
    assert read(f"From: x@mx.example\nX-Failed-Recipients: a@b.example\n\n{later}".encode()) == Returned(NAME, "later")
    assert read(f"From: anna@berg.example\n\n{text}".encode()) is None  # somebody who quotes it
    assert read(b"From: Postmaster@mx.example\n\n550 no mailbox here\n") is None  # of which mail?


def test_odd_mails_are_left_alone() -> None:
    assert read(b"") is None
    assert read(b"\xff\xfe\x00") is None
    assert read(report("failed", "5.1.1") + b" " * MOST_BYTES) is None
    assert read(report("failed", "5.1.1").replace(b"Message-ID: ", b"Subject: ")) is None


@pytest.mark.parametrize(
    ("there", "broken"),
    [
        (NAME.encode(), b"<["), (NAME.encode(), b"<a\0b>"),
        (b"report-type=delivery-status", b"report-type*=x''%ff"),
        (b"report-type=delivery-status", b"charset=x\nFrom: a@\r"),
    ],
)  # fmt: skip
def test_what_nobody_can_read_is_no_report(there: bytes, broken: bytes) -> None:
    mail = report("failed", "5.1.1").replace(b"From: MAILER-DAEMON@mx.example\n", b"", b"From:" in broken)
    assert read(mail.replace(there, broken)) is None


@pytest.mark.parametrize(
    "raw",
    [
        b"Content-Type: message/rfc822\r\n\r\n" * 3_000,
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(2_000)),
        b"From: " + b"(" * 1_000_000 + b"\r\n\r\n",
        b"Content-Type: multipart/report; " + b"a=b; " * 100_000 + b"\r\n\r\n",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 150_000,
    ],
    ids=["letters in letters", "parts in parts", "brackets", "parameters", "many parts"],
)
def test_a_mail_that_is_built_to_stop_its_reader_is_none_of_ours(raw: bytes) -> None:
    began = time.process_time()
    assert read(b"X-Failed-Recipients: a@b.example\r\n" + raw + b"Message-ID: <a@b>\r\n\r\nfailed") is None
    assert time.process_time() - began < 20  # of its own work; without the limits some take minutes
