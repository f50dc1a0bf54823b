"""What the columns of a survey tool's export are for: the tool's own by their names, questions by their answers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from heartline.core.ids import slug

from . import heads, names
from .plan import Column

LEFT = frozenset(
    {"ipaddress", "ip_address", "ipaddr", "recipientlastname", "recipientfirstname", "first_name", "last_name",
     "locationlatitude", "locationlongitude", "network_id", "refurl", "referrer_url", "seed"}
)  # fmt: skip
"""Columns that say where and who somebody is, and are for nothing here."""
IDS = frozenset({"responseid", "respondent_id", "id", "response_id"})
TIMES = {
    heads.QUALTRICS: ("recordeddate", "enddate"),
    heads.SURVEYMONKEY: ("end_date",),
    heads.TYPEFORM: ("submit_date_utc",),
    heads.GOOGLE_FORMS: tuple(heads.STAMPS),
    heads.LIMESURVEY: ("submitdate", "date_submitted", "datestamp", "date_last_action"),
}
"""When an answer was given, the best first."""
MAILS = frozenset(
    {"recipientemail", "email_address", "username", "e_mail_adresse", "direccion_de_correo_electronico", "email"}
)
OWN = frozenset(
    {"startdate", "enddate", "recordeddate", "status", "progress", "duration_in_seconds", "finished",
     "distributionchannel", "userlanguage", "collector_id", "start_date", "end_date", "custom_data_1",
     "start_date_utc", "stage_date_utc", "submit_date_utc", "response_type", "tags", "ending", "lastpage", "last_page",
     "startlanguage", "start_language", "date_started", "datestamp", "date_last_action", "token",
     "access_code", "submitdate", "date_submitted", "externalreference"}
)  # fmt: skip
"""Further columns of the tools themselves: no answers."""
REAL = "IP Address"
"""What Qualtrics calls an answer of a real person, beside previews and tests."""
EASY = re.compile(r"(^|_)(ease|easy|easier|easily|leicht|einfach|facil)(_|$)")
RATE = re.compile(
    r"(^|_)(rate|how_(good|was|were|well|did)|wie_(gut|war|waren|bewert)|que_tal|como_(fue|valor|calific))"
)
WORDS = 1.5
"""Words of an answer from which a question was an open one."""


def decide(tool: str, columns: Sequence[Column]) -> None:
    """Set the use of every column of a tool's export; what was guessed of questions stays where it says something."""
    time = next((one for name in TIMES[tool] for one in columns if slug(one.name) == name and one.profile.time), None)
    for column in columns:
        name = slug(column.name)
        if column is time:
            column.use, column.detail, column.contact = "time", column.profile.time, False
        elif name in LEFT:
            column.use, column.detail, column.contact = "leave", "", name not in ("seed", "network_id")
        elif name in IDS or column.name.strip() == "#":
            column.use, column.detail = "id", ""
        elif name in MAILS and column.profile.filled:
            column.use, column.detail = ("person", "email") if column.profile.emails > 0.5 else ("keep", "")
        elif name == "externalreference" and column.profile.filled:
            column.use, column.detail = "person", "customer_id"
        elif name == "status" and tool == heads.QUALTRICS:
            seen = [value for value, _count in column.profile.top]
            column.use, column.detail = ("only", REAL) if REAL in seen and len(seen) > 1 else ("keep", "")
        elif name in OWN and column.profile.filled:
            column.use, column.detail = "keep", ""
        elif column.profile.filled:
            _question(column)


def _question(column: Column) -> None:
    """Propose a scale, or that it is a text, for a question that its name alone says nothing of."""
    seen, folded = column.profile, names.plain(column.name)
    if column.use in ("score", "text", "person") and not (column.use == "text" and seen.sure_number):
        return
    column.use, column.detail = "keep", ""
    if seen.sure_number and seen.halves:
        if EASY.search(folded) and seen.within(1, 7):
            column.use, column.detail = "score", "ces7"
        elif names.asks_to_recommend(column.name) and seen.within(0, 10):
            column.use, column.detail = "score", "nps"
        elif RATE.search(folded) and seen.within(1, 5):
            column.use, column.detail = "score", "stars5"
    elif not seen.time and seen.words >= WORDS and seen.unlike > 0.5 and not seen.yes:
        column.use = "text"
