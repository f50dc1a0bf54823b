"""What people wrote and answered, as every page shows it."""

from __future__ import annotations

import pytest
from django.utils import translation

from heartline.server.shell import quotes
from heartline.store.definitions import Definitions


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", ["Yes or no: yes", "Yes or no: no", "Stars: 1 of 5"]),
        ("de", ["Ja oder nein: ja", "Ja oder nein: nein", "Sterne: 1 von 5"]),
        ("es", ["Sí o no: sí", "Sí o no: no", "Estrellas: 1 de 5"]),
    ],
)
def test_yes_and_no_are_said_as_they_were_answered(language: str, written: list[str]) -> None:
    answers = [("yesno", 1.0), ("yesno", 0.0), ("stars5", 1.0)]
    with translation.override(language):
        assert [quotes.score({"score": score, "scale": scale}, Definitions()) for scale, score in answers] == written
    assert quotes.score({"score": None, "scale": "yesno"}, Definitions()) == ""
