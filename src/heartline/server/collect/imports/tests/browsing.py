"""What tests of the guided import do in a browser: bring files, correct, take in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from heartline.server.collect.imports.models import Import
from heartline.server.jobs import worker

ORDERS = """Bestellnr;Kunde;Bestelldatum;Lieferdatum;Betrag;Filiale;Status
A1;K1;31.12.2025 14:05;02.01.2026 09:00;12,50 €;Berlin;fertig
A2;;31.12.2025 15:00;05.01.2026 09:00;7,00 €;Wien;fertig
A3;K1;gestern;;12,00 €;Berlin;offen
A4;K2;;;=1+1;Berlin;offen
"""
REVIEWS = """Nr,Order,Date,Rating,Comment
1,A1,2026-01-04 10:00,5,Came fast
2,A2,2026-01-06 10:00,1,<script>alert(1)</script> too late
"""


def send(client: Client, address: str, files: Mapping[str, str | bytes], **headers: str) -> Any:
    """Send files as a form does."""
    made = [SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text) for name, text in files.items()]
    return client.post(address, {"files": made}, headers=headers)


def brought(client: Client, **files: str | bytes) -> Import:
    """Bring files and let the background read them."""
    answer = send(client, "/import/", {name.replace("_csv", ".csv"): text for name, text in files.items()})
    assert answer.status_code == 302
    worker.run(once=True)
    return Import.objects.latest("pk")


def page(client: Client, one: Import) -> str:
    """Give an import's page, white space folded."""
    answer = client.get(f"/import/{one.key}/")
    assert answer.status_code == 200
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def correct(client: Client, one: Import, **values: str) -> str:
    """Correct one thing and let the background rehearse again."""
    answer = client.post(f"/import/{one.key}/correct/", values, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    worker.run(once=True)
    one.refresh_from_db()
    return page(client, one)


def taken_in(client: Client, one: Import) -> str:
    """Take it in and give the report."""
    assert client.post(f"/import/{one.key}/start/").status_code == 302
    worker.run(once=True)
    one.refresh_from_db()
    return page(client, one)
