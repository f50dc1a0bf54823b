"""Which pages, questions and ends nobody can come to, whatever they answer.

All ways are walked with answers that stand for all others: of a scale, one value of each part that conditions tell
apart. Answers that no later condition looks at are forgotten on the way, so that ways which differ in nothing else are
walked once. The search is bounded: what it has not seen by then is given the benefit of the doubt.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import Any

from heartline.core.scales import SCALES

from .conditions import holds
from .values import SCALED, Condition, Question, Survey

MOST_WAYS = 20_000
MOST_WORK = 500_000
"""Answers that are looked at on all ways together: a second or two."""
MOST_TOGETHER = 4

Known = tuple[tuple[str, str, Any], ...]
"""Source, key and value of what is known and still looked at."""


def unreachable(survey: Survey) -> list[str]:
    """Name the blocks, questions and ends that no answers lead to; the last end, which needs no reason, never."""
    wanted = dict.fromkeys(survey.questions)
    wanted |= dict.fromkeys(block.key for block in survey.blocks)
    wanted |= dict.fromkeys(end.key for end in survey.ends[:-1] if _named(survey, end.key))
    try:
        for step, seen in enumerate(_walk(survey, _Work())):
            wanted.pop(seen, None)
            if not wanted or step > MOST_WAYS:
                return []
    except Enough:
        return []
    return list(wanted)


class Enough(Exception):
    """The search has looked at as much as it may."""


class _Work:
    """Counts what is looked at, whatever the shape of a survey: many pages, or one with hundreds of questions."""

    def __init__(self) -> None:
        self.done = 0

    def add(self, known: Known) -> None:
        """Count a look at all that is known."""
        self.done += 1 + len(known)
        if self.done > MOST_WORK:
            raise Enough


def _named(survey: Survey, end: str) -> bool:
    """Ends that only a full quota leads to are reached from outside."""
    return end not in {quota.full for quota in survey.quotas}


def _walk(survey: Survey, work: _Work) -> Iterator[str]:
    """Walk all ways; give what is come to, again and again."""
    looked = _looked_at(survey)
    last = _last_look(survey)
    order = {block.key: at for at, block in enumerate(survey.blocks)}
    sources: list[list[tuple[str, str, Any]]] = [
        [(source, key, value) for value in (None, *_mentioned(some), "\0")]
        for (source, key), some in looked.items()
        if source != "question"
    ]
    stack: list[tuple[int, Known]] = [(0, known) for known in product(*sources)] if _few(sources) else []
    done: set[tuple[int, str]] = set()
    while stack:
        at, known = stack.pop()
        work.add(known)
        live = tuple(one for one in known if last[one[0], one[1]] >= at)
        if (at, repr(live)) in done:
            continue
        done.add((at, repr(live)))
        if at == len(survey.blocks):
            yield next(end.key for end in survey.ends if holds(end.when, _facts(live)))
            continue
        block = survey.blocks[at]
        yield ""  # a step, so that a long search ends
        shown = block.questions if holds(block.when, _facts(live)) else ()
        for after, asked, goes_on in _answered(shown, live, looked, work):
            if not goes_on:
                yield from asked
            elif not asked:
                stack.append((at + 1, after))
                continue
            yield from (block.key, *asked)
            leads = next((jump.go for jump in block.then if holds(jump.when, _facts(after))), None)
            if leads is not None and leads not in order:
                yield leads
            else:
                stack.append((at + 1 if leads is None else order[leads], after))


def _few(sources: Sequence[Sequence[Any]]) -> bool:
    """Tell whether all values of several things can be tried together."""
    number = 1
    for some in sources:
        number *= len(some)
    return number <= MOST_WAYS


def _answered(
    questions: tuple[Question, ...], known: Known, looked: Mapping[tuple[str, str], list[Condition]], work: _Work
) -> Iterator[tuple[Known, list[str], bool]]:
    """Give the ways through one page: what is known after it, which questions were asked, and whether it goes on.

    Before it is filled in, a page shows what is asked as long as something that is needed has no answer.
    """
    ways: list[tuple[Known, list[str], bool]] = [(known, [], True)]
    for question in questions:
        some = looked.get(("question", question.key))
        values = [] if some is None else samples(question, some)
        further: list[tuple[Known, list[str], bool]] = []
        for before, asked, goes_on in ways:
            work.add(before)
            if not holds(question.when, _facts(before)):
                further.append((before, asked, goes_on))
                continue
            now = [*asked, question.key]
            if some is None or question.required:
                further.append((before, now, goes_on and some is None))
            further += [((*before, ("question", question.key, value)), now, goes_on) for value in values]
        ways = further[:MOST_WAYS]
    yield from ways


def _facts(known: Known) -> dict[str, dict[str, Any]]:
    facts: dict[str, dict[str, Any]] = {"question": {}, "hidden": {}, "trait": {}}
    for source, key, value in known:
        facts[source][key] = value
    return facts


def _conditions(survey: Survey) -> Iterator[tuple[int, Condition]]:
    """Give all comparisons, each with the block at which it is made."""
    for at, block in enumerate(survey.blocks):
        for one in (block.when, *(question.when for question in block.questions), *(jump.when for jump in block.then)):
            yield from ((at, part) for part in _comparisons(one))
    for one in (*(end.when for end in survey.ends), *(quota.when for quota in survey.quotas)):
        yield from ((len(survey.blocks), part) for part in _comparisons(one))


def _comparisons(condition: Condition | None) -> Iterator[Condition]:
    if condition is not None and condition.groups:
        for part in condition.parts:
            yield from _comparisons(part)
    elif condition is not None:
        yield condition


def _looked_at(survey: Survey) -> dict[tuple[str, str], list[Condition]]:
    found: dict[tuple[str, str], list[Condition]] = defaultdict(list)
    for _, one in _conditions(survey):
        (source,) = one.looks_at
        found[source, getattr(one, source)].append(one)
    return found


def _last_look(survey: Survey) -> dict[tuple[str, str], int]:
    return {(one.looks_at[0], getattr(one, one.looks_at[0])): at for at, one in sorted(
        _conditions(survey), key=lambda item: item[0])}  # fmt: skip


def _mentioned(some: list[Condition]) -> list[Any]:
    """Give the values that conditions name."""
    found: dict[str, Any] = {}
    for one in some:
        for sign in ("is", "not", "has"):
            wanted = one.signs.get(sign)
            if wanted is not None:
                found |= {repr(value): value for value in (wanted if isinstance(wanted, list | tuple) else [wanted])}
    return list(found.values())


def samples(question: Question, some: list[Condition]) -> list[Any]:
    """Give answers that stand for all: each part that the conditions tell apart has one."""
    if question.ask == "matrix":
        by_row: dict[str, list[Condition]] = defaultdict(list)
        for one in some:
            by_row[one.row or ""].append(one)
        rows = [row for row in by_row if row]
        values = [_numbers(1, question.points, by_row[row]) for row in rows]
        if not _few(values):
            raise Enough
        found: list[Any] = [dict(zip(rows, each, strict=True)) for each in product(*values)]
    elif question.ask in SCALED:
        scale = SCALES[SCALED[question.ask]]
        found = list(_numbers(int(scale.low), int(scale.high), some))
    elif question.ask == "number":
        found = list(_around(question.least, question.most, some))
    elif question.ask == "consent":
        found = [True, False]
    elif question.ask == "single":
        found = [option.key for option in question.options]
    elif question.ask in ("multiple", "ranking"):
        found = _chosen(question, _mentioned(some))
    else:
        found = [*_mentioned(some), "\0"]
    return found if question.required else [*found, None]


def _numbers(low: int, high: int, some: list[Condition]) -> list[int]:
    """Give the points of a scale at which a condition turns, and its ends."""
    return sorted({int(value) for value in _around(low, high, some) if value == int(value)})


def _around(low: float | None, high: float | None, some: list[Condition]) -> list[float]:
    turns = [value for value in _mentioned(some) if isinstance(value, int | float)]
    turns += [bound for one in some for bound in (one.above, one.below) if bound is not None]
    near = {low if low is not None else 0.0, high if high is not None else 0.0}
    for turn in turns:
        near |= {turn - 1, float(int(turn)), turn, float(int(turn) + 1), turn + 1}
    return [float(x) for x in sorted(near) if (low is None or x >= low) and (high is None or x <= high)]


def _chosen(question: Question, mentioned: list[Any]) -> list[list[str]]:
    """Give selections: each set of the named options when they are few, one and all of them otherwise."""
    least = int(question.least or 1)
    most = int(question.most or len(question.options))
    others = [option.key for option in question.options if option.key not in mentioned]
    sizes = range(len(mentioned) + 1) if len(mentioned) <= MOST_TOGETHER else (0, 1, len(mentioned))
    found = []
    for size in sizes:
        for some in combinations(mentioned, size):
            chosen = [*some, *others[: max(least - size, 1 - size, 0)]]
            if least <= len(chosen) <= most:
                found.append(chosen)
    return found
