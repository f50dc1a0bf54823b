"""Make a plan of files: what their columns are for, what joins them, and which journey they tell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from heartline.collect import exports, markup
from heartline.core.ids import slug
from heartline.store.engine.sandbox import RecipeFailed, Source

from . import asked, columns, joining, journeys, loose, names, touching
from .looking import Looker
from .loose_text import Told
from .plan import Plan, Table, restored
from .values import SYMBOLS

Progress = Callable[[str, int, int], None]


@dataclass
class Brought:
    """A file that somebody brought, ready for the sandbox.

    Parameters
    ----------
    title
        The name it came with.
    path, kind
        Where it is, and how the sandbox reads it.
    file
        How a recipe names it.
    """

    title: str
    path: Path
    kind: str
    file: str
    told: Told = field(default_factory=Told)


@dataclass(frozen=True)
class Known:
    """What the company has already: definitions that new rows join, its zone and currency."""

    touchpoints: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    journeys: Mapping[str, Any] = field(default_factory=dict)
    timezone: str = "UTC"
    currency: str = ""


def bring(
    path: Path,
    title: str,
    home: Path,
    room: loose.Room | None = None,
    *,
    written: loose.Written | None = None,
) -> Brought:
    """Make a file ready: a loose table becomes a strict one beside it, what has types of its own stays.

    Parameters
    ----------
    written
        Called now and then with the bytes of the strict table so far.

    Raises
    ------
    Unreadable
        With the code of one of `loose.SENTENCES`.
    """
    kind = loose.kind(title)
    stem = _stem(title)
    marked = kind == "json" and _marked(path)
    if marked or kind in loose.LOOSE or kind not in loose.TYPED:
        if not marked and kind not in loose.LOOSE and kind not in ("", "dat", "log", "text"):
            raise loose.Unreadable("unknown_kind", title)
        target = home / f"{stem}{loose.STRICT}"
        told = _strict(path, target, title, room, written)
        return Brought(title, target, "text", target.name, told)
    kind = "ndjson" if kind == "jsonl" else kind
    target = home / f"{stem}.{kind}"
    if title.lower().endswith(".gz"):
        loose.unpack(path, target, name=title, room=room)
    elif target != path and path.parent == home:
        path.rename(target)
    elif target != path:
        target = path
    if not target.stat().st_size:
        raise loose.Unreadable("empty_file", title)
    try:
        with Looker({"file": Source("file", target, kind)}) as looker:
            looker.sandbox.describe("FROM file")
    except RecipeFailed:
        raise loose.Unreadable("no_table", title) from None
    return Brought(title, target, kind, target.name)


def _marked(path: Path) -> bool:
    """Tell whether a JSON file speaks the words of schema.org; one that is packed is not looked into."""
    with path.open("rb") as file:
        return markup.is_data(file.read(65_536))


def _strict(path: Path, target: Path, title: str, room: loose.Room | None, written: loose.Written | None) -> Told:
    """Rewrite a loose table; one that is called an event log must be one."""
    log = loose.kind(title) == "xes"
    try:
        told = loose.strict(path, target, name=title, room=room, written=written)
    except loose.Unreadable as error:
        if log and error.code in ("no_table", "no_rows", "no_reviews", "unclosed_quote"):
            raise loose.Unreadable("no_log", title) from None
        raise
    if log and told.encoding != "xes":
        raise loose.Unreadable("no_log", title)
    return told


def _stem(title: str) -> str:
    plain = re.sub(r"\.gz$", "", title, flags=re.IGNORECASE)
    return plain.rpartition(".")[0] or plain


NOISE = frozenset(["dataset", "export", "data", "partial", "sample", "csv", "final", "copy", "kopie", "download"])


def _words(titles: Sequence[str]) -> tuple[list[list[str]], set[str]]:
    """Give the words of every file's name, and those that most of the names share."""
    words = [slug(_stem(title)).split("_") for title in titles]
    counted = Counter(word for parts in words for word in set(parts) if not word.isdigit())
    shared = {word for word, count in counted.items() if len(words) > 1 and count >= max(2, 0.6 * len(words))}
    return words, shared


def table_names(titles: Sequence[str]) -> list[str]:
    """Give every file a short name for SQL: what most names share says nothing and is left out."""
    words, shared = _words(titles)
    made: list[str] = []
    for parts in words:
        kept = [part for part in parts if part not in NOISE | shared] or parts
        wanted = re.sub(r"[^A-Za-z0-9_]", "", "_".join(kept))[:50] or f"file_{len(made) + 1}"
        base = wanted if re.match(r"[A-Za-z_]", wanted) else f"t_{wanted}"
        wanted, again = base, 1
        while wanted in made:
            again += 1
            wanted = f"{base}_{again}"
        made.append(wanted)
    return made


def sources(brought: Sequence[Brought]) -> dict[str, Source]:
    """Give the files to the sandbox under their short names."""
    named = table_names([one.title for one in brought])
    return {name: Source(name, one.path, one.kind) for name, one in zip(named, brought, strict=True)}


def plan(
    brought: Sequence[Brought], *, source: str = "", known: Known | None = None, progress: Progress | None = None
) -> Plan:
    """Make the plan of an import that nobody has corrected yet.

    Parameters
    ----------
    source
        What the rows come from; by default named after the files.
    progress
        Called with the file being looked at, how many are done, and of how many.
    """
    have = known or Known()
    told = progress or (lambda _title, _done, _of: None)
    named = sources(brought)
    made = Plan(source or source_of([one.title for one in brought]), [], timezone=have.timezone, currency=have.currency)
    with Looker(named) as looker:
        for number, (name, one) in enumerate(zip(named, brought, strict=True)):
            told(one.title, number, len(brought))
            try:
                seen = looker.see(name)
            except RecipeFailed:
                raise loose.Unreadable("no_table", one.title) from None
            if not seen.rows:
                raise loose.Unreadable("no_rows", one.title, {"columns": len(seen.columns)})
            columns.decide(seen.columns)
            if one.told.tool:
                asked.decide(one.told.tool, seen.columns)
            made.tables.append(Table(name, one.file, one.title, seen.columns, seen.rows, told=one.told))
        told("", len(brought), len(brought))
        made.export = exports.shared([{one.name: one.type for one in table.columns} for table in made.tables])
        if not made.export:
            for table in made.tables:
                _flat(table)
        made.source = made.source if source or not made.export else exports.source(made.export)
        made.timezone = next((one.told.zone for one in brought if one.told.zone), made.timezone)
        made.joins = joining.joins(looker, made.tables)
        made.touches = touching.touches(made, have.touchpoints)
        _period(made)
        _settle(looker, made, have)
    made.currency = _currency(made) or made.currency
    return made


def _flat(table: Table) -> None:
    """Refuse what is one object with all answers inside, as programs of survey tools give them."""
    inside = [one.name for one in table.columns if one.type.startswith("STRUCT") and one.type.endswith("[]")]
    if inside and table.rows == 1:
        raise loose.Unreadable("nested", table.title, {"column": inside[0]})


def renew(made: Plan, folder: Path, known: Known) -> None:
    """After a correction: see anew what joins what, what names a row, which steps there are, and which journey."""
    there = {table.name: Source(table.name, folder / table.file, _kind(table.file)) for table in made.tables}
    refused = {(one.left, one.right) for one in made.joins if not one.wanted}
    with Looker(there) as looker:
        made.joins = joining.joins(looker, made.tables)
        for join in made.joins:
            join.wanted = (join.left, join.right) not in refused
        _settle(looker, made, known)


def _kind(file: str) -> str:
    return "text" if file.endswith(loose.STRICT) else loose.kind(file)


def _settle(looker: Looker, made: Plan, known: Known) -> None:
    for table in made.tables:
        table.key = _key(looker, table)
        _steps(looker, table, known.touchpoints)
    if made.journey is None or not made.journey.edited:
        made.journey = journeys.propose(made, looker, list(known.journeys))


def _key(looker: Looker, table: Table) -> list[str]:
    """Choose the columns that name a row for ever."""
    own, ref = table.one("id"), table.one("ref")
    tries = [[own.name]] if own else []
    tries += [[ref.name]] if ref else []
    tries += [[own.name, ref.name]] if own and ref else []
    if own and table.told.tool:  # a survey tool gives each answer a name; where one stands twice, it was brought twice
        return tries[0]
    return next((one for one in tries if looker.unlike(table.name, one)), [])


def _steps(looker: Looker, table: Table, taken: Mapping[str, Mapping[str, Any]]) -> None:
    """List the touchpoints that a column names, with a label and a stage each; what somebody wrote stays."""
    column, written = table.one("touchpoint"), table.steps
    table.steps = {}
    for value, _count in looker.top(table.name, column.name) if column else ():
        body = taken.get(slug(value), {})
        found = names.step(value)
        guessed = [str(body.get("label", value)), str(body.get("stage") or (found[1] if found else ""))]
        table.steps[value] = written.get(value, guessed)


def _period(made: Plan) -> None:
    """Take the year that a file's name tells as the period of rows without a time."""
    for touch in made.touches:
        year = re.search(r"(?<!\d)(19|20)\d{2}(?!\d)", made.table(touch.table).title)
        if not touch.time and year:
            touch.first, touch.last = f"{year[0]}-01-01", f"{year[0]}-12-31"


def _currency(made: Plan) -> str:
    """Give the currency that the money's signs tell, or the name of its column."""
    for table in made.tables:
        for column in table.of("amount", "unit_price"):
            for symbol in column.profile.symbols:
                return SYMBOLS[symbol]
            for symbol, code in SYMBOLS.items():
                if re.search(rf"(^|[^A-Za-z])({re.escape(symbol)}|{code})($|[^A-Za-z])", column.name, re.IGNORECASE):
                    return code
    return ""


def source_of(titles: Sequence[str]) -> str:
    """Name a source after its files: what they share, else the first one's name."""
    words, shared = _words(titles)
    kept = [word for word in words[0] if word in shared - NOISE] or sorted(shared - NOISE)
    return "_".join(kept or [word for word in words[0] if word not in NOISE] or words[0])[:40] or "files"


def again(values: Mapping[str, Any], brought: Sequence[Brought]) -> tuple[Plan, list[str]]:
    """Take newer files for a plan: each is given to the table whose columns it has.

    Returns
    -------
    The plan with the new files, and the titles of files that fit no table.
    """
    made = restored(dict(values))
    left, there = list(made.tables), sources(brought)
    odd: list[str] = []
    with Looker(there) as looker:
        for name, one in zip(there, brought, strict=True):
            has = {column.lower() for column in looker.sandbox.describe(f'FROM "{name}"')}
            fits = [table for table in left if {column.name.lower() for column in table.columns} <= has]
            if not fits:
                odd.append(one.title)
                continue
            best = max(fits, key=lambda table: (table.title == one.title, len(table.columns)))
            left.remove(best)
            best.file, best.title, best.told = one.file, one.title, one.told
    made.tables = [table for table in made.tables if table not in left]
    kept = {table.name for table in made.tables}
    made.touches = [touch for touch in made.touches if touch.table in kept]
    made.joins = [join for join in made.joins if {join.left, join.right} <= kept]
    return made, odd
