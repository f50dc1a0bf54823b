"""A survey as the page shows it: parts with their words in each language, their conditions, and what is to be said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from heartline.listen.surveys.linting import Hint
from heartline.listen.surveys.values import CHOICES, ROWED

from . import asking, tongues, words, writing_when
from .writing import parts
from .writing_moves import ENDED, conditioned, earlier, questions

Body = dict[str, Any]
RANGED = ("number", "multiple", "ranking", "text", "comment")


class Form:
    """A survey's body as a form.

    Parameters
    ----------
    hints
        What a careful colleague would say.
    wrong
        Place and words of what cannot be kept.
    """

    def __init__(self, body: Body, hints: Iterable[Hint] = (), wrong: tuple[str, str] = ("", "")) -> None:
        self.body, self.wrong = body, wrong
        self.first = body["languages"][0]
        self.questions = questions(body)
        self.hints: dict[str, list[str]] = defaultdict(list)
        for hint in hints:
            place = (hint.place or "").rpartition(".")[2]
            self.hints[place if place in self.questions else ""].append(words.hint(hint))

    def shown(self) -> Body:
        """Give what the template needs."""
        body = self.body
        pages = [self._page(at, block) for at, block in enumerate(body["blocks"])]
        return {
            "languages": [{"tag": tag, "name": words.LANGUAGES.get(tag, tag), "missing": self._missing(tag)}
                          for tag in body["languages"]],
            "title": self.texts(body, "title", "survey"), "intro": self.texts(body, "intro", "survey", needed=False),
            "anonymous": body.get("anonymous", False), "about": body.get("about") or "",
            "once": body.get("once", False),
            "hidden": " ".join(body.get("hidden", ())), "hints": self.hints[""], "wrong": self._wrong("survey"),
            "pages": pages, "ends": [self._end(at, end) for at, end in enumerate(body["ends"])],
            "quotas": [self._quota(quota) for quota in body.get("quotas", ())],
        }  # fmt: skip

    def texts(self, part: Body, name: str, place: str, *, needed: bool = True) -> list[Body]:
        """Give a text in each language; what others have and one has not is missing."""
        told = part.get(name, {})
        some = any(told.values())
        return [
            {"name": f"{place}.{name}.{tag}", "tag": tag, "language": words.LANGUAGES.get(tag, tag),
             "text": told.get(tag, ""), "direction": tongues.direction(tag),
             "missing": not told.get(tag) and (needed or some)}
            for tag in self.body["languages"]
        ]  # fmt: skip

    def _missing(self, tag: str) -> int:
        """Count the texts that others have and a language has not."""
        told = [
            part.get(name) or {} for _, part in parts(self.body) for name in ("title", "text", "low", "high", "hint")
        ]
        return sum(1 for text in told if any(text.values()) and not text.get(tag))

    def _wrong(self, place: str) -> str:
        return self.wrong[1] if self.wrong[0] == place else ""

    def _page(self, at: int, block: Body) -> Body:
        place = f"page.{block['key']}"
        return {
            "key": block["key"], "place": place, "title": self.texts(block, "title", place, needed=False),
            "random": block.get("random", False), "when": self.condition(place), "wrong": self._wrong(place),
            "first": at == 0, "last": at + 1 == len(self.body["blocks"]), "number": at + 1,
            "questions": [self._question(one) for one in block["questions"]],
            "jumps": [{"number": number, "go": jump["go"], "when": self.condition(f"then.{block['key']}.{number}"),
                       "wrong": self._wrong(f"then.{block['key']}.{number}")}
                      for number, jump in enumerate(block.get("then", ()))],
            "onward": self._places(at + 1),
        }  # fmt: skip

    def _places(self, at: int) -> list[Body]:
        """Give where one may be led from a page: later pages and ends."""
        later = [{"key": block["key"], "text": _("page %(number)s") % {"number": at + number + 1}}
                 for number, block in enumerate(self.body["blocks"][at:])]  # fmt: skip
        ends = [{"key": end["key"], "text": self._end_name(end)} for end in self.body["ends"]]
        return [*later, *ends]

    def _end_name(self, end: Body) -> str:
        return _("the end “%(text)s”") % {"text": self.short(end["text"])}

    def short(self, text: dict[str, str]) -> str:
        """Give the beginning of a text in the survey's first language."""
        told = text.get(self.first) or next((one for one in text.values() if one), "…")
        return told if len(told) <= 60 else told[:57].rstrip() + "…"

    def _question(self, one: Body) -> Body:
        key, ask = one["key"], one["ask"]
        before = earlier(self.body, key)
        return {
            "key": key, "kind": words.kinds().get(ask, ask), "ask": ask, "required": one.get("required", False),
            "name": self.short(one["text"]), "text": self.texts(one, "text", key),
            "hint": self.texts(one, "hint", key, needed=False), "grows": ask in (*CHOICES, *ROWED),
            "ends": [*self.texts(one, "low", key), *self.texts(one, "high", key)] if ask in ENDED else [],
            "parts": [self._part(key, part, rows=ask in ROWED)
                      for part in (*one.get("options", ()), *one.get("rows", ()))],
            "random": one.get("random", False), "mixes": ask in (*CHOICES, *ROWED), "about": one.get("about") or "",
            "ranged": ask in RANGED, "least": _plain(one.get("least")), "most": _plain(one.get("most")),
            "points": one.get("points", 5) if ask in ("matrix", "importance") else "",
            "fields": [{"name": name, "text": text, "chosen": name in one.get("fields", ())}
                       for name, text in asking.labels().items()] if ask == "contact" else [],
            "purpose": one.get("purpose") or "", "channel": one.get("channel") or "",
            "when": self.condition(key), "hints": self.hints[key], "wrong": self._wrong(key) or self._inside(key),
            "pipes": [{"code": f"{{{{ answer.{name} | … }}}}", "text": self.short(each["text"])}
                      for name, each in before.items() if each["ask"] not in (*ROWED, "note", "contact", "consent")]
            + [{"code": f"{{{{ hidden.{name} | … }}}}", "text": name} for name in self.body.get("hidden", ())],
        }  # fmt: skip

    def _inside(self, key: str) -> str:
        """Give what is wrong with a choice or a row of a question."""
        return self.wrong[1] if self.wrong[0].startswith(f"{key}.") else ""

    def _part(self, question: str, part: Body, *, rows: bool) -> Body:
        return {
            "key": part["key"], "text": self.texts(part, "text", f"{question}.{part['key']}"), "row": rows,
            "about": part.get("about") or "", "other": part.get("other", False), "alone": part.get("alone", False),
            "last": part.get("last", False),
        }  # fmt: skip

    def _end(self, at: int, end: Body) -> Body:
        place = f"end.{end['key']}"
        return {"key": end["key"], "place": place, "text": self.texts(end, "text", place),
                "link": end.get("link") or "", "last": at + 1 == len(self.body["ends"]), "wrong": self._wrong(place),
                "when": self.condition(place)}  # fmt: skip

    def _quota(self, quota: Body) -> Body:
        place = f"quota.{quota['key']}"
        return {"key": quota["key"], "place": place, "most": quota["most"], "full": quota["full"],
                "when": self.condition(place), "wrong": self._wrong(place),
                "ends": [{"key": end["key"], "text": self._end_name(end)} for end in self.body["ends"]]}  # fmt: skip

    def condition(self, place: str) -> Body:
        """Give a condition as lines, or in words where lines cannot say it."""
        when = conditioned(self.body)[place].get("when")
        known = earlier(self.body, place)
        looks = self._looks(known)
        found = writing_when.lines(when, self.questions)
        if found is None:
            return {"place": place, "words": self._in_words(when or {}), "looks": []}
        join, lines = found
        shown = [
            {"number": number, "look": line.look, "sign": line.sign, "value": ", ".join(line.values),
             "choices": self._choices(line), "bare": line.sign in ("answered", "unanswered")}
            for number, line in enumerate(lines)
        ]  # fmt: skip
        return {"place": place, "join": join, "lines": shown, "looks": looks, "signs": list(signs().items())}

    def _looks(self, known: Body) -> list[Body]:
        found = []
        for key, one in known.items():
            if one["ask"] == "matrix":
                name = self.short(one["text"])
                found += [{"code": f"question:{key}.{row['key']}", "text": f"{name} – {self.short(row['text'])}"}
                          for row in one["rows"]]  # fmt: skip
            elif one["ask"] != "note":
                found.append({"code": f"question:{key}", "text": self.short(one["text"])})
        return found + [{"code": f"hidden:{name}", "text": _("what the link says of “%(name)s”") % {"name": name}}
                        for name in self.body.get("hidden", ())]  # fmt: skip

    def _choices(self, line: writing_when.Line) -> list[Body]:
        """Give the answers of the question that a line looks at, where there are few to choose from."""
        one = self.questions.get(line.look.removeprefix("question:").partition(".")[0])
        if one is None or not line.look.startswith("question:"):
            return []
        if one["ask"] in CHOICES:
            return [{"code": part["key"], "text": self.short(part["text"]), "chosen": part["key"] in line.values}
                    for part in one["options"]]  # fmt: skip
        if one["ask"] in ("consent", "yesno"):
            yes, no = ("true", "false") if one["ask"] == "consent" else ("1", "0")
            return [{"code": yes, "text": _("Yes"), "chosen": yes in line.values},
                    {"code": no, "text": _("No"), "chosen": no in line.values}]  # fmt: skip
        return []

    def _in_words(self, when: Body) -> str:
        for join, glue in (("all", _("and")), ("any", _("or"))):
            if when.get(join):
                return "(" + f" {glue} ".join(self._in_words(part) for part in when[join]) + ")"
        if when.get("none"):
            return _("none of (%(parts)s)") % {"parts": "; ".join(self._in_words(part) for part in when["none"])}
        said = []
        for line in writing_when.comparison(when, self.questions) or []:
            look = line.look.partition(":")[2].partition(".")[0]
            named = self.short(self.questions[look]["text"]) if look in self.questions else look
            chosen = [one["text"] for one in self._choices(line) if one["chosen"]] or list(line.values)
            said.append(f"“{named}” {signs().get(line.sign, line.sign)} {', '.join(chosen)}".strip())
        return f" {_('and')} ".join(said)


def signs() -> dict[str, str]:
    """Name the ways to compare."""
    return {
        "is": _("is"), "not": _("is not"), "atmost": _("is at most"), "atleast": _("is at least"),
        "below": _("is less than"), "above": _("is more than"), "has": _("includes"),
        "answered": _("was answered"), "unanswered": _("was not answered"),
    }  # fmt: skip


def _plain(value: Any) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, int | float) else str(value)
