"""Take back that two identifiers are one person."""

from __future__ import annotations

import pyarrow as pa

from heartline.core.errors import NotFound
from heartline.store.lake import Lake

from .people import parted
from .recipe import IDENTIFIERS


def part(lake: Lake, left: str, right: str, *, source: str) -> int:
    """Hold two identifiers for two people again; give the lake version from which that is so.

    The state before is restored exactly: every identifier has the customer that it would have had without the
    assertion. It is not made again by the next import; rows keep what they had inline for earlier versions.

    Parameters
    ----------
    left, right
        Identifiers as the lake writes them, `kind:hex`.
    source
        Who takes it back: a rule, a person's role.

    Raises
    ------
    NotFound
        `not_joined` when nothing says that these two are one person.
    """
    with lake.write(f"part {source}") as writer:
        snapshot = lake.at()
        ledger = snapshot.table("identities")
        powers = {key: str(body["power"]) for key, body in snapshot.definitions.all("identifier_kind").items()}
        changed = parted(ledger, left, right, {**IDENTIFIERS, **powers}, writer.version)
        if changed is None:
            raise NotFound(
                "not_joined", f"Nothing says that {left} and {right} are one person.", field="left",
                remedy="Name two identifiers that one row of the ledger joins.",
            )  # fmt: skip
        writer.add("identities", pa.table({"left": [left], "right": [right], "same": [False], "source": [source]}))
        writer.add("customers", changed)
        return int(writer.version)
