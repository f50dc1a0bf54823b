"""What the columns of a survey tool's export are for: the tool's own by their names, questions by their answers."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from heartline.core.ids import slug

from . import heads, names, verbal
from .plan import SEVERAL, Column

LEFT = frozenset(
    {"ipaddress", "ip_address", "ipaddr", "recipientlastname", "recipientfirstname", "first_name", "last_name",
     "locationlatitude", "locationlongitude", "network_id", "refurl", "referrer_url", "seed", "name"}
)  # fmt: skip
"""Columns that say where and who somebody is, and are for nothing here."""
IDS = frozenset({"responseid", "respondent_id", "id", "response_id"})
TIMES = {
    heads.QUALTRICS: ("recordeddate", "enddate"),
    heads.SURVEYMONKEY: ("end_date", "date_modified"),
    heads.TYPEFORM: ("submit_date_utc",),
    heads.GOOGLE_FORMS: tuple(heads.STAMPS),
    heads.LIMESURVEY: ("submitdate", "date_submitted", "datestamp", "date_last_action"),
    heads.MICROSOFT_FORMS: ("completion_time",),
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
     "access_code", "submitdate", "date_submitted", "externalreference", "date_created", "date_modified", "custom_1",
     "start_time", "completion_time", "last_modified_time", "language", "total_points", "quiz_feedback",
     "grade_posted_time"}
)  # fmt: skip
"""Further columns of the tools themselves: no answers."""
AWAY = frozenset(
    {"survey preview", "survey test", "spam", "survey preview spam", "imported spam", "spam (imported)",
     "offline survey preview", "offline preview", "synthetic", "1", "2", "8", "9", "12", "17", "256"}
)  # fmt: skip
"""What Qualtrics calls answers that no customer gave, in words and in numbers."""
TIMED = re.compile(
    r"^(group|question|interview|total|page)_?time|^(gesamt|gruppen|fragen)zeit|^(tiempo|temps)_|_page_submit$"
)
"""How long somebody took over a page or a question, as LimeSurvey calls it."""
MADE = re.compile(r"^score$|_(parent_)?topics$|_sentiment|^q_")
"""What Qualtrics makes of answers and of the browser, beside the group that an answer from 0 to 10 falls into."""
GROUP = "_group"
EASY = re.compile(r"(^|_)(ease|easy|easier|easily|leicht|einfach|facil)(_|$)")
RATE = re.compile(
    r"(^|_)(rate|how_(good|was|were|well|did)|wie_(gut|war|waren|bewert)|bewerte[nt]?(_|$)|que_tal|como_(fue|valor|calific)"
    r"|(valore|califique|puntue|notez)(_|$))"
)
WORDS = 1.5
"""Words of an answer from which a question was an open one."""
ADDRESS = 6
"""Words of an answer from which it is no name and no address, although its question speaks of one."""


def decide(tool: str, columns: Sequence[Column]) -> None:
    """Set the use of every column of a tool's export; what was guessed of questions stays where it says something."""
    times = [one for one in columns if one.profile.time]
    time = next((one for name in TIMES[tool] for one in times if heads.own(one.name) == name), None)
    there = {slug(column.name) for column in columns}
    for column in columns:
        name = heads.own(column.name)
        if column is time:
            column.use, column.detail, column.contact = "time", column.profile.time, False
        elif name in LEFT:
            column.use, column.detail, column.contact = "leave", "", name not in ("seed", "network_id")
        elif name in IDS or column.name.strip() == "#":
            column.use, column.detail = "id", ""
        elif name in MAILS and column.profile.filled:
            column.use, column.detail = ("person", "email") if column.profile.emails else ("keep", "")
        elif name == "externalreference" and column.profile.filled:
            column.use, column.detail = "person", "customer_id"
        elif name == "status" and tool == heads.QUALTRICS:
            seen = [value for value, _count in column.profile.top]
            real = [value for value in seen if value.lower() not in AWAY]
            column.use, column.detail = ("only", SEVERAL.join(sorted(real))) if len(real) < len(seen) else ("keep", "")
        elif (name in OWN or _of_the_tool(tool, name, there)) and column.profile.filled:
            column.use, column.detail = "keep", ""
        elif column.profile.filled:
            _question(column)


def _of_the_tool(tool: str, name: str, there: Set[str]) -> bool:
    if tool == heads.QUALTRICS:
        return bool(MADE.search(name)) or (name.endswith(GROUP) and name.removesuffix(GROUP) in there)
    return tool == heads.LIMESURVEY and bool(TIMED.search(name))


def ticked(column: Column) -> bool:
    """Tell whether a column is one choice of several: its one answer is what the column is called."""
    folded = slug(column.name)
    values = {slug(value) for value, _count in column.profile.top}
    return len(values) == 1 and bool(folded) and (folded in values or any(folded.endswith(f"_{one}") for one in values))


def _question(column: Column) -> None:
    """Propose a scale, or that it is a text, for a question that its name alone says nothing of."""
    seen, folded = column.profile.spoken(), names.plain(column.name)
    if ticked(column):
        column.use, column.detail = "keep", ""
        return
    if column.use in ("score", "text", "person") and not (column.use == "text" and seen.sure_number):
        return
    column.use, column.detail = "keep", ""
    if seen.sure_number and seen.halves:
        if EASY.search(folded) and seen.within(1, 7):
            column.use, column.detail = "score", "ces7"
        elif names.asks_to_recommend(column.name) and seen.within(0, 10):
            column.use, column.detail = "score", "nps"
        elif seen.speaks == verbal.SATISFIED:
            column.use, column.detail = "score", "csat5"
        elif RATE.search(folded) and seen.within(1, 5):
            column.use, column.detail = "score", "stars5"
    elif column.contact and seen.words < ADDRESS:
        column.use = "leave"
    elif not seen.time and seen.words >= WORDS and seen.unlike > 0.5 and not seen.yes:
        column.use = "text"
