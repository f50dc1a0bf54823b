"""The languages that people answer in: which one it is, which way it is written, and in which one our own words are."""

from __future__ import annotations

from heartline.listen.surveys.values import Survey

OURS = ("en", "de", "es")
"""Languages of our own words; in a survey of another one they are English."""
RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})


def chosen(survey: Survey, wanted: str, accepted: str) -> str:
    """Choose a language of a survey: the wanted one, else what a browser accepts, else the survey's first."""
    if wanted in survey.languages:
        return wanted
    asked = [wanted.lower(), *(part.split(";")[0].strip().lower() for part in accepted.split(","))]
    for tag in filter(None, asked):
        for one in survey.languages:
            if tag.split("-")[0] == one.split("-")[0].lower():
                return one
    return survey.languages[0]


def ours(language: str) -> str:
    """Give the language of our own words beside texts in a language."""
    base = language.split("-", maxsplit=1)[0]
    return base if base in OURS else "en"


def direction(language: str) -> str:
    """Give the way a language is written: `ltr` or `rtl`."""
    return "rtl" if language.split("-", maxsplit=1)[0].lower() in RIGHT_TO_LEFT else "ltr"
