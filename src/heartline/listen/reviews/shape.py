"""What a row of the verb `benchmark` holds: by theme, shares and feelings; by scale, ratings."""

from __future__ import annotations

from heartline.core.result import Column

SIDES = ("our", "their")
KINDS = {"theme": ("share", "feeling"), "scale": ("rating",)}
"""The kinds of number that are held against each other."""
UNITS = {"share": "share", "feeling": "feeling", "rating": "scale"}
MEANINGS = {
    "share": "share of all texts that were read",
    "feeling": "mean feeling of the texts about it",
    "rating": "mean rating",
}


def columns(by: str) -> tuple[Column, ...]:
    """Give the columns of a row by `theme` or by `scale`."""
    return (
        Column("competitor", "str", "key", "whom we are held against"),
        Column("name", "str", "text", "their name"),
        *_named(by),
        *(column for side in SIDES for column in _side(side, by)),
        *(column for kind in KINDS[by] for column in _apart(kind)),
        Column("sources", "list", "key", "platforms that both have; null where all are taken together"),
        Column("months", "int", "count", "months that both have; null where all are taken together"),
        *(Column(f"{side}_quotes", "list", "text", f"{side} texts that stand for all about it") for side in _said(by)),
    )


def _named(by: str) -> tuple[Column, ...]:
    if by == "scale":
        return (Column("scale", "str", "key", "scale of the rating"),)
    return (Column("theme", "str", "key", "key of the theme"), Column("label", "str", "text", "what it is called"))


def _said(by: str) -> tuple[str, ...]:
    return SIDES if by == "theme" else ()


def _side(side: str, by: str) -> tuple[Column, ...]:
    texts = (Column(f"{side}_texts", "int", "count", f"{side} texts that speak of it"),) if by == "theme" else ()
    made = [
        (
            Column(f"{side}_{kind}", "float", UNITS[kind], f"{side} {MEANINGS[kind]}; null where not known"),
            Column(f"{side}_{kind}_low", "float", UNITS[kind], "lower end of its 95 % interval"),
            Column(f"{side}_{kind}_high", "float", UNITS[kind], "upper end of it"),
            Column(f"{side}_{kind}_n", "int", "count", "what it rests on"),
        )
        for kind in KINDS[by]
    ]
    return (*texts, *(column for some in made for column in some))


def _apart(kind: str) -> tuple[Column, ...]:
    return (
        Column(f"{kind}_apart", "float", UNITS[kind], f"our {kind} minus theirs; null where one is not known"),
        Column(f"{kind}_apart_low", "float", UNITS[kind], "lower end of its 95 % interval"),
        Column(f"{kind}_apart_high", "float", UNITS[kind], "upper end of it"),
        Column(f"{kind}_apart_p", "float", "share", "how often chance alone does that much, after Holm"),
        Column(f"{kind}_apart_tells", "str", "key", "ours or theirs is higher; empty where that cannot be told"),
    )
