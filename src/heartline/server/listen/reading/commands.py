"""What people of the company say about how texts are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
from django.db import transaction

from heartline.core.errors import InvalidInput, NotFound
from heartline.listen.text import embedding, reader, seeds, showing, signs
from heartline.listen.text.language import Languages
from heartline.server.accounts import access, audit
from heartline.server.accounts.access import Principal
from heartline.server.shell import published
from heartline.server.shell.opened import free
from heartline.store.schema import OVERRIDES

from . import correcting
from .models import Correction

RIGHT = "define"
RULE = "put right by a person"


@transaction.atomic
def change(*, wanted: Mapping[str, Any], by: Principal) -> None:
    """Change by which sentences, in which languages and by which encoder texts are read; they are read again.

    Parameters
    ----------
    wanted
        `seeds` (lists of sentences by what they show; none: those that Heartline comes with), `languages` (codes of
        two letters; none: all), `encoder` (empty: the usual one).

    Raises
    ------
    InvalidInput
        `few_seeds`, `many_seeds`, `unknown_language`, `unknown_encoder`, with the field.
    Forbidden, Conflict
        `not_allowed`, `busy`.
    """
    access.require(by, RIGHT)
    body: dict[str, Any] = {}
    if wanted.get("seeds"):
        body["seeds"] = seeds.checked(wanted["seeds"])
    codes = tuple(dict.fromkeys(wanted.get("languages") or ()))
    odd = [code for code in codes if code not in Languages((code,)).among]
    if odd:
        raise InvalidInput("unknown_language", f"“{odd[0]}” is no language that we can tell.", field="languages")
    if codes:
        body["languages"] = list(codes)
    if wanted.get("encoder"):
        kept = free().at().definitions.all("settings").get(seeds.KEY, {}).get("encoder")
        if wanted["encoder"] not in (*embedding.installed(), kept):
            raise InvalidInput("unknown_encoder", "This encoder is not installed.", field="encoder")
        body["encoder"] = wanted["encoder"]
    lake = free()
    if lake.at().definitions.all("settings").get(seeds.KEY, {}) == body:
        return
    with lake.write("how texts are read") as writer:
        writer.define("settings", seeds.KEY, body, source="page")
    audit.record(by=by, action="change_reading", subject="reading of texts", changed=sorted(body))
    published.soon()


@transaction.atomic
def change_signs(*, wanted: Mapping[str, Any] | None, by: Principal) -> None:
    """Change by which sentences and emojis, and how clearly, emotions are read; no text is read again for it.

    Parameters
    ----------
    wanted
        As `signs.checked` takes them; None: those that Heartline comes with.

    Raises
    ------
    InvalidInput
        `few_seeds`, `many_seeds`, `bad_emoji`, `twice`, `bad_value`, with the field.
    Forbidden, Conflict
        `not_allowed`, `busy`.
    """
    access.require(by, RIGHT)
    made = signs.checked(wanted) if wanted is not None else None
    lake = free()
    if made is not None and made.version == signs.of(lake.at().definitions).version:
        return
    with lake.write("how emotions are read") as writer:
        writer.define("settings", signs.KEY, made.body() if made else {}, source="page")
    audit.record(by=by, action="change_emotions", subject="reading of emotions", own=made is not None)
    published.soon()


@transaction.atomic
def correct(*, interaction: str, feeling: float | None, emotion: str = "", by: Principal) -> Correction:
    """Say what a text shows; it holds at once, and the reading learns from it.

    Raises
    ------
    InvalidInput
        `bad_value` for what nobody can feel.
    NotFound
        `unknown_text`.
    Forbidden, Conflict
        `not_allowed`, `busy`.
    """
    access.require(by, RIGHT)
    if feeling is not None and not -1 <= feeling <= 1:
        raise InvalidInput("bad_value", "A feeling lies between −1 and +1.", field="feeling")
    if emotion and emotion not in (*seeds.EMOTIONS, "none"):
        raise InvalidInput("bad_value", f"“{emotion}” is no emotion here.", field="emotion")
    lake = free()
    snapshot = lake.at()
    rows = snapshot.rows("id", "text", "feeling")
    named = rows.filter(rows.id == interaction.replace("\0", ""), rows.text.notnull())  # no engine takes a NUL
    found = snapshot.execute(named.select("id", "feeling"))
    if not found.num_rows or "\0" in interaction:
        raise NotFound("unknown_text", "There is no such text.", field="interaction")
    before = found["feeling"][0].as_py()
    values: dict[str, Any] = {"by": audit.named(by), **({"emotion": emotion} if emotion else {})}
    if feeling is not None:
        values["feeling"] = feeling
    made, _new = Correction.objects.update_or_create(interaction=interaction, defaults=values)
    if feeling is not None and feeling != before:
        with lake.write(RULE) as writer:
            one = {"id": interaction, "sets": ["feeling"], "feeling": feeling, "was_feeling": before, "rule": RULE}
            schema = pa.schema([OVERRIDES.field(name) for name in one])
            writer.add("overrides", pa.Table.from_pylist([one], schema=schema))
    if emotion:
        showing.put_right(lake.folder, reader.company(snapshot.definitions, lake.folder), correcting.emotions())
    audit.record(by=by, action="correct_reading", subject=interaction, feeling=feeling, emotion=emotion)
    published.soon()
    return made
