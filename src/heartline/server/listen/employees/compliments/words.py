"""What the pages of compliments say."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heartline.server.accounts.models import User
from heartline.server.shell import numbers

from ..models import Member


def answer(number: int) -> str:
    """Say how often somebody was praised."""
    if not number:
        return _("No customer has named you yet.")
    said = ngettext("%(n)s customer’s words name you and praise you.",
                    "The words of %(n)s customers name you and praise you.", number)  # fmt: skip
    return said % {"n": numbers.count(number)}


def called(user: User) -> str:
    """Say by which names somebody is looked for; nothing where there is none."""
    member = Member.objects.filter(user=user).first()
    names = [member.name, *member.spoken] if member else [user.name]
    return ", ".join(dict.fromkeys(name for name in names if name))


def notice(number: int) -> str:
    """Say on the first page that somebody was praised."""
    said = ngettext("A customer named you and praised you.", "%(n)s customers named you and praised you.", number)
    return said % {"n": numbers.count(number)}


def asked(number: int) -> str:
    """Say of how many texts somebody has to say whom they mean."""
    if not number:
        return _("Nobody has to be asked: every compliment has found whom it means.")
    said = ngettext("Of %(n)s compliment nobody can tell but a person whom it means.",
                    "Of %(n)s compliments nobody can tell but a person whom they mean.", number)  # fmt: skip
    return said % {"n": numbers.count(number)}


def marked(text: str, words: str) -> SafeString:
    """Write a text with the words marked that name somebody."""
    place = text.find(words)
    if place < 0:
        return format_html("{}", text)
    end = place + len(words)
    return format_html("{}<mark>{}</mark>{}", text[:place], words, text[end:])
