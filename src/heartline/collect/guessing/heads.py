"""Exports of survey tools, known by how their columns are headed; those that head them by several lines get one.

Qualtrics writes three lines (code, question, import id), SurveyMonkey two (question, then the kind of answer or the row
of a matrix). Typeform, Google Forms, LimeSurvey and Microsoft Forms write one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice, pairwise

from heartline.core.ids import slug

from . import stamps, verbal

QUALTRICS, SURVEYMONKEY, TYPEFORM, GOOGLE_FORMS, LIMESURVEY, MICROSOFT_FORMS = (
    "qualtrics", "surveymonkey", "typeform", "google_forms", "limesurvey", "microsoft_forms",
)  # fmt: skip
NEEDS: tuple[tuple[str, frozenset[str]], ...] = (
    (QUALTRICS, frozenset({"startdate", "enddate", "responseid", "recordeddate"})),
    (SURVEYMONKEY, frozenset({"respondent_id", "collector_id", "start_date", "end_date"})),
    (SURVEYMONKEY, frozenset({"respondent_id", "collector_id", "date_created", "date_modified"})),
    (TYPEFORM, frozenset({"network_id", "submit_date_utc"})),
    (LIMESURVEY, frozenset({"id", "submitdate", "lastpage", "startlanguage"})),
    (LIMESURVEY, frozenset({"response_id", "date_submitted", "last_page", "start_language"})),
    (MICROSOFT_FORMS, frozenset({"id", "start_time", "completion_time", "email"})),
)
STAMPS = frozenset(
    {"timestamp", "zeitstempel", "marca_temporal", "horodateur", "informazioni_cronologiche", "tijdstempel",
     "carimbo_de_data_hora"}
)  # fmt: skip
"""How Google Forms calls its first column, in the language of the account."""
TRANSLATED = {
    "antwort_id": "response_id", "datum_abgeschickt": "date_submitted", "letzte_seite": "last_page",
    "start_sprache": "start_language", "zufallsstartwert": "seed", "datum_gestartet": "date_started",
    "datum_letzte_aktivitat": "date_last_action", "ip_adresse": "ip_address", "weiterleitungs_url": "referrer_url",
    "id_de_respuesta": "response_id", "fecha_de_envio": "date_submitted", "ultima_pagina": "last_page",
    "lenguaje_inicial": "start_language", "idioma_inicial": "start_language", "semilla": "seed",
    "fecha_de_inicio": "date_started", "fecha_de_la_ultima_accion": "date_last_action", "direccion_ip": "ip_address",
    "id_de_la_reponse": "response_id", "date_de_soumission": "date_submitted", "derniere_page": "last_page",
    "langue_de_depart": "start_language", "tete_de_serie": "seed", "date_de_lancement": "date_started",
    "date_de_la_derniere_action": "date_last_action", "adresse_ip": "ip_address",
    "url_de_reference": "referrer_url", "url_de_referencia": "referrer_url",
    "startzeit": "start_time", "fertigstellungszeit": "completion_time", "e_mail": "email",
    "hora_de_inicio": "start_time", "hora_de_finalizacion": "completion_time", "correo_electronico": "email",
    "heure_de_debut": "start_time", "heure_de_fin": "completion_time", "adresse_de_messagerie": "email",
    "sprache": "language", "idioma": "language", "langue": "language", "nombre": "name", "nom": "name",
    "uhrzeit_der_letzten_anderung": "last_modified_time", "hora_de_la_ultima_modificacion": "last_modified_time",
    "heure_de_la_derniere_modification": "last_modified_time",
}  # fmt: skip
"""How LimeSurvey and Microsoft Forms call their own columns in the language of the account, and how in English."""
PLAIN = frozenset({"response", "open_ended_response", ""})
"""What SurveyMonkey writes below a question that has one column."""
_CHOICE = re.compile(r"\s*-?\s*Selected Choice$")
_TAGS = re.compile(r"<[^>]{1,200}>")


def own(name: str) -> str:
    """Give the English key of a column of the tools themselves, whatever the language of the account."""
    key = slug(name)
    return TRANSLATED.get(key, key)


def tool(names: Sequence[str]) -> str:
    """Say which tool heads columns so; empty for none that is known."""
    there = {own(name) for name in names}
    for key, needed in NEEDS:
        if needed <= there:
            return key
    asks = any(name.rstrip().endswith("?") or len(name.split()) >= 4 for name in names[1:])
    return GOOGLE_FORMS if names and slug(names[0]) in STAMPS and asks else ""


def headed(first: list[str], rows: Iterator[list[str]]) -> tuple[list[str], Iterator[list[str]], str, str]:
    """Give one line of names, the rows below all that head them, the tool, and the zone of its times where it says so.

    Parameters
    ----------
    first
        The first line of names.
    rows
        What stands below it.
    """
    key = tool(first)
    if key == QUALTRICS:
        below = list(islice(rows, 2))
        if len(below) == 2 and _imports(below[1]):
            return _questions(first, below[0]), rows, key, _zone(below[1])
        return first, chain(below, rows), key, ""
    if key == SURVEYMONKEY:
        below = list(islice(rows, 1))
        if below and _kinds(first, below[0]):
            return *_gathered(first, below[0], rows), key, ""
        return first, chain(below, rows), key, ""
    if key in (TYPEFORM, LIMESURVEY):
        rows = _sent(first, rows)
    elif key == GOOGLE_FORMS:
        rows = stamps.of_google(rows)
    return first, rows, key, "UTC" if key == TYPEFORM else ""


SENT = {
    "submit_date_utc": ("stage_date_utc", "start_date_utc"),
    "submitdate": ("datestamp", "startdate"),
    "date_submitted": ("date_last_action", "date_started"),
}
"""When an answer was sent, and when somebody was last at one that was not."""


def _sent(names: Sequence[str], rows: Iterator[list[str]]) -> Iterator[list[str]]:
    places = {own(name): place for place, name in enumerate(names)}
    key = next((one for one in SENT if one in places), None)
    return stamps.sent(rows, places[key], [places[one] for one in SENT[key] if one in places]) if key else rows


def _imports(cells: Sequence[str]) -> bool:
    return any(cell.startswith('{"ImportId"') for cell in cells)


def _zone(cells: Sequence[str]) -> str:
    """Give the zone that Qualtrics says its times are in."""
    for cell in cells:
        try:
            zone = json.loads(cell).get("timeZone")
        except (ValueError, AttributeError):
            continue
        if zone:
            return "UTC" if zone == "Z" else str(zone)
    return ""


def _questions(codes: Sequence[str], texts: Sequence[str]) -> list[str]:
    """Name the tool's own columns by their code, and questions by what was asked."""
    made = []
    for place, code in enumerate(codes):
        text = _CHOICE.sub("", " ".join(_TAGS.sub(" ", texts[place] if place < len(texts) else "").split()))
        same = slug(text).replace("_", "") == slug(code).replace("_", "") or not re.search(r"\d", code)
        made.append(code if same or not text else text)
    return made


def _kinds(first: Sequence[str], below: Sequence[str]) -> bool:
    """Tell whether the second line says what kind of answer stands below each question."""
    own = sum(not cell.strip() for cell in below[:4])
    return own == 4 and any(cell.strip() for cell in below) and len(first) >= 4


def _parts(questions: Sequence[str], parts: Sequence[str]) -> list[str]:
    """Name columns by their question and, where it has several, their row or choice."""
    made, asked = [], ""
    for place, question in enumerate(questions):
        asked = question.strip() or asked
        part = parts[place].strip() if place < len(parts) else ""
        made.append(asked if slug(part) in PLAIN else f"{asked} - {part}")
    return made


STEPS = 3
"""Answers that a scale has at least."""


def _gathered(
    questions: Sequence[str], parts: Sequence[str], rows: Iterator[list[str]]
) -> tuple[list[str], Iterator[list[str]]]:
    """Name columns, and give questions whose scale stands in a column for each of its answers one column again."""
    labels = [part.strip() for part in [*parts, *[""] * (len(questions) - len(parts))]]
    starts = [place for place, question in enumerate(questions) if question.strip()]
    spans = [range(*span) for span in pairwise([*starts, len(questions)])]
    scales = {span.start: span for span in spans if _scale([labels[place] for place in span])}
    if not scales:
        return _parts(questions, parts), rows
    spare = {place for span in scales.values() for place in span[1:]}
    kept = [place for place in range(len(questions)) if place not in spare]
    named = _parts([questions[one] for one in kept], ["" if one in scales else labels[one] for one in kept])
    return named, (_answered(row, kept, scales, labels) for row in rows)


def _answered(row: list[str], kept: Sequence[int], scales: Mapping[int, range], labels: Sequence[str]) -> list[str]:
    """Give a row with what was ticked of each scale, by its label: in cells tools may write numbers of their own."""
    row = [*row, *[""] * (len(labels) - len(row))]
    cells = ("; ".join(labels[at] for at in scales.get(one, ()) if row[at].strip()) for one in kept)
    return [*(cell if one in scales else row[one] for one, cell in zip(kept, cells, strict=True)), *row[len(labels) :]]


def _scale(labels: Sequence[str]) -> bool:
    """Tell whether labels are the answers of one scale, none left out."""
    said = verbal.read(dict.fromkeys(labels, 1))[1]
    numbers = [said.get(one.casefold().rstrip(".!"), int(one) if one.isdecimal() else -1) for one in labels]
    return len(labels) >= STEPS and sorted(numbers) == list(range(max(0, min(numbers)), max(numbers) + 1))
