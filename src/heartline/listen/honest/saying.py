"""What is said of scores that were weighed: figures, columns and notes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from heartline.core import say
from heartline.core.result import Column, Figure
from heartline.core.sentence import Sentence

from .beside import Beside
from .carried import Carried
from .nonresponse import APART, FEWEST, MOST, UNLIKE, Correction, Refusal
from .responded import GROUND, Responded
from .weighing import Estimate

METHODS = {
    "weighted": "by the weights that the survey came with; errors linearised and clustered by customer",
    "corrected": "weighted by one over the chance to answer (logistic), at most {most:g} times the average, then raked"
    " to what is known of everyone asked; errors linearised, the model of who answers among what is estimated",
}
REFUSED = {
    "too_few_answered": f"fewer than {FEWEST} people answered",
    "too_few_silent": f"fewer than {FEWEST} of those asked did not answer",
    "nobody_known": f"of those who gave {1 - GROUND:.0%} of the answers or more nothing else is known",
    "unlike": f"more than {UNLIKE:.0%} of those asked are unlike anybody who answered",
    "margins": "those who answered cannot be weighed to be like those asked",
    "few_carry": "a few answers would stand for all the others",
    "apart": f"weighted, those who answered differ from those asked by more than {APART:g} standard deviations",
}
"""Why nothing is corrected; each is checked with the limit that it names."""


def columns(kind: str) -> tuple[Column, ...]:
    """Give the columns that stand beside a row's value."""
    meaning = {"weighted": "by the survey's own weights", "corrected": "corrected for who did not answer"}[kind]
    return (
        Column(kind, "float", "as value", f"the value {meaning}; null where it cannot be told"),
        Column(f"{kind}_low", "float", "as value", "lower end of its 95 % interval"),
        Column(f"{kind}_high", "float", "as value", "upper end of its 95 % interval"),
        Column(f"{kind}_n", "int", "count", "answers that it rests on"),
        Column(f"{kind}_effective", "float", "count", "how many equal answers tell as much (Kish)"),
    )


def cells(kind: str, found: Estimate) -> dict[str, float | int | None]:
    """Give a row's cells."""
    return {
        kind: found.value,
        f"{kind}_low": found.low,
        f"{kind}_high": found.high,
        f"{kind}_n": found.n,
        f"{kind}_effective": found.effective,
    }


def figures(beside: Beside, names: Mapping[tuple[str, str], tuple[str, str]]) -> Iterator[tuple[str, Figure]]:
    """Give the figures beside those of every scale and measure.

    Parameters
    ----------
    names
        By scale and measure the figure's name and what it is measured in.
    """
    estimates = beside.figures()
    for scale, part in beside.weighed.items():
        mine = [(name, where, estimates[key]) for key, (name, where) in names.items() if key[0] == scale]
        for name, where, one in mine:
            yield (
                f"{name}_{beside.kind}",
                Figure(one.value, one.low, one.high, one.n, where, _method(beside.kind, part)),
            )
        one = mine[0][2]
        how = "(Σw)²/Σw² (Kish 1965): how many equal answers tell as much"
        yield f"{scale}_{beside.kind}_effective", Figure(one.effective, n=one.n, method=how)
        if isinstance(part, Responded):
            yield from _asked(scale, part)


def _asked(scale: str, part: Responded) -> Iterator[tuple[str, Figure]]:
    who = "people whom an invitation reached" if part.invited else "people with an interaction that is no answer"
    asked, answered = part.found.asked, part.found.answered
    yield f"{scale}_asked", Figure(asked, n=asked, method=f"{who}, in the period", counts="customers")
    share = answered / asked if asked else None
    yield f"{scale}_response", Figure(share, None, None, asked, "share", "of those asked, answered", "customers")


def _method(kind: str, part: Carried | Responded) -> str:
    if isinstance(part, Responded) and isinstance(part.found, Refusal):
        return f"not corrected: {REFUSED[part.found.code]}"
    if isinstance(part, Carried) and not part.told:
        return "no answer came with a weight"
    return METHODS[kind].format(most=MOST)


def refusal(figure: Figure) -> str:
    """Give the code of why a corrected figure has no value; empty where it has one."""
    return next((code for code, why in REFUSED.items() if figure.value is None and figure.method.endswith(why)), "")


def notes(beside: Beside) -> Iterator[Sentence]:
    """Say what weights rest on, or why there are none."""
    for scale, part in beside.weighed.items():
        if isinstance(part, Carried):
            if part.told:
                values = {"scale": scale, "n": say.count(part.count), "all": say.count(len(part.weights))}
                yield Sentence("{scale}: {n} of {all} answers came with a weight; the others count once.", values)
        elif isinstance(part.found, Refusal):
            why = REFUSED[part.found.code]
            yield Sentence("{scale} is not corrected for who did not answer: {why}.", {"scale": scale, "why": why})
        else:
            yield from _corrected(scale, part, part.found)


def _corrected(scale: str, part: Responded, found: Correction) -> Iterator[Sentence]:
    shares = {
        "scale": scale,
        "answered": say.count(found.answered),
        "asked": say.count(found.asked),
        "effective": say.count(round(found.effective)),
    }
    yield Sentence(
        "{scale}: {answered} of {asked} people answered; corrected, they tell as much as {effective} whose answers all"
        " weigh the same.", shares,
    )  # fmt: skip
    values = {
        "unlike": say.share(found.unlike),
        "cut": say.count(found.cut),
        "before": say.number(found.apart_before, 2),
        "after": say.number(found.apart, 2),
        "auc": say.number(found.auc, 2),
    }
    yield Sentence(
        "Of those asked {unlike} are unlike anybody who answered; {cut} weights were cut; those who answered differed"
        " from those asked by up to {before} standard deviations, weighted by {after}; who answers is told with an AUC"
        " of {auc}. What is not known of people is not corrected.", values,
    )  # fmt: skip
    if part.left_out:
        yield Sentence(
            "{n} answers are left out of the correction: nothing else is known of who gave them.",
            {"n": say.count(part.left_out)},
        )
