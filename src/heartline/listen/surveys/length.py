"""How long a survey takes to answer.

Reading at 200 words a minute; answering by kind, from the usual rules of thumb for closed and open questions (about
eight closed questions a minute, two open ones). An estimate, to be replaced by what people really took.
"""

from __future__ import annotations

from .values import CHOICES, SCALED, Named, Question, Survey, said

WORDS_A_MINUTE = 200
SECONDS = {"number": 7.0, "date": 7.0, "text": 10.0, "comment": 30.0, "contact": 8.0, "consent": 4.0, "note": 0.0}
POINT_S = 5.0
CHOICE_S = 5.0
FURTHER_CHOICE_S = 1.0
RANK_S = 4.0


def seconds(survey: Survey, language: str | None = None) -> float:
    """Estimate how many seconds the longest way takes: every question asked."""
    tag = language or survey.languages[0]
    return sum(question_s(question, survey, tag) for question in survey.questions.values())


def question_s(question: Question, survey: Survey, language: str) -> float:
    """Estimate how many seconds one question takes, reading it included."""
    parts: tuple[Named, ...] = (*question.options, *question.rows)
    texts = [question.text, question.hint, *(part.text for part in parts)]
    words = sum(len(said(text, language, survey.languages).split()) for text in texts)
    return 60 * words / WORDS_A_MINUTE + _answering_s(question)


def _answering_s(question: Question) -> float:
    if question.ask in SCALED:
        return POINT_S
    if question.ask in CHOICES:
        each = RANK_S if question.ask == "ranking" else FURTHER_CHOICE_S
        return CHOICE_S + each * (len(question.options) if question.ask != "single" else 0)
    if question.rows:
        return POINT_S * len(question.rows) * (1 if question.ask == "matrix" else 2)
    return SECONDS[question.ask] * max(1, len(question.fields))
