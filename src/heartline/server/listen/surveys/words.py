"""What the pages of surveys say."""

from __future__ import annotations

from django.utils.translation import gettext as _

from heartline.core.errors import HeartlineError
from heartline.listen.surveys.linting import Hint
from heartline.server.shell import errors, numbers

LANGUAGES = {
    "en": "English", "de": "Deutsch", "es": "Español", "fr": "Français", "it": "Italiano", "pt": "Português",
    "nl": "Nederlands", "pl": "Polski", "cs": "Čeština", "da": "Dansk", "sv": "Svenska", "nb": "Norsk", "fi": "Suomi",
    "el": "Ελληνικά", "hu": "Magyar", "ro": "Română", "tr": "Türkçe", "uk": "Українська", "ar": "العربية",
    "he": "עברית", "fa": "فارسی", "ur": "اردو", "hi": "हिन्दी", "ja": "日本語", "ko": "한국어", "zh": "中文",
}  # fmt: skip
"""Names of languages in themselves; others are shown by their tag."""


def told(error: HeartlineError) -> str:
    """Say why a survey cannot be kept."""
    known = {
        "bad_key": _("The short name may hold small letters, digits and underscores, and begins with a letter."),
        "taken": _("There already is a survey of this name. Choose another one."),
        "no_text": _("A text is missing: a question, a choice or an end has no words in any language."),
        "no_options": _("A question needs choices: give it at least two."),
        "twice": _("Two parts have the same short name."),
        "asked_later": _("A condition looks at a question that is asked only later."),
        "unknown_question": _("Something looks at a question that is not there any more."),
        "unreachable": _(
            "Nobody can come to one of the questions, whatever they answer. Loosen the conditions before it."
        ),
        "bad_address": _("The last page can lead only to an address of the web: one that begins with https://."),
        "reserved": _("One of the short names means something to browsers. Give it another one."),
        "too_deep": _("This file says more than any survey does, or speaks of itself."),
        "no_questions": _("A page asks nothing. Give it a question, or remove it."),
    }
    words = known.get(error.code) or errors.told(error)
    return f"{words} ({error.field})" if error.code in known and error.field and "." in error.field else words


def answered(error: HeartlineError) -> str:
    """Say to who answers what is to be changed."""
    return {
        "required": _("Please answer this question."),
        "off_scale": _("Please choose a point of the scale."),
        "unknown_option": _("Please choose one of the answers shown."),
        "not_together": _("One of these answers stands for itself: choose it alone, or others."),
        "too_few": _("Please choose more answers."),
        "too_many": _("Please choose fewer answers."),
        "too_long": _("This text is too long."),
        "too_short": _("This text is too short."),
        "not_a_number": _("Please write a number in digits."),
        "out_of_range": _("This number is outside what was asked for."),
        "not_a_date": _("Please write a date."),
        "not_an_email": _("Please write a whole e-mail address."),
    }.get(error.code, _("Please answer this question anew."))


def kinds() -> dict[str, str]:
    """Name the ways in which a question can be answered."""
    return {
        "nps": _("Would recommend, 0 to 10"), "enps": _("Employees would recommend, 0 to 10"),
        "csat5": _("Satisfied, 1 to 5"), "csat7": _("Satisfied, 1 to 7"), "ces7": _("Was easy, 1 to 7"),
        "stars5": _("Stars, 1 to 5"), "smiley3": _("Three smileys"), "smiley5": _("Five smileys"),
        "yesno": _("Yes or no"), "rating10": _("Points, 1 to 10"), "agree5": _("Agree, 1 to 5"),
        "agree7": _("Agree, 1 to 7"), "single": _("One of several"), "multiple": _("Several of several"),
        "matrix": _("Several things on one scale"), "ranking": _("Put in order"),
        "importance": _("How important, how satisfied"), "kano": _("With it and without it"), "number": _("A number"),
        "date": _("A date"), "text": _("A short text"), "comment": _("A longer text"), "contact": _("Contact data"),
        "consent": _("Consent"), "note": _("Text to read"),
    }  # fmt: skip


def hint(one: Hint) -> str:
    """Say what a careful colleague would say."""
    found = one.found
    said = {
        "leading": _("“%(found)s” leads people to an answer. Ask neutrally."),
        "absolute": _("“%(found)s” leaves no room between. Ask how often, or how many."),
        "double": _("“%(found)s” asks two things at once. Make two questions of it."),
        "negation": _("This denies twice. Say it without."),
        "ends": _("The ends of the scale have no name. People read them differently then."),
        "wordy": _("This question has %(found)s words. Thirty are enough."),
        "many_options": _("%(found)s choices are many to read on a phone. Ten are enough."),
        "many_rows": _("%(found)s rows tire people. Seven are enough."),
        "order": _("What stands first is chosen more often. Mix the order."),
        "no_way_out": _("Who fits none of the choices cannot go on. Add “Something else”."),
        "must_write": _("Not everybody wants to write. Let it stay empty."),
        "must_say_who": _("Not everybody wants to say who they are. Let it stay empty."),
        "not_nps": _("This is not the question of the NPS, so its number cannot be compared with others."),
        "untranslated": _("%(found)s texts are not translated."),
        "long": _("This takes about %(found)s minutes. Many leave before the end of more than five."),
    }[one.code]
    number = found if isinstance(found, str) else numbers.number(found, 0 if found == int(found or 0) else 1)
    language = f" ({LANGUAGES.get(one.language, one.language)})" if one.code == "untranslated" and one.language else ""
    return said % {"found": number} + language
