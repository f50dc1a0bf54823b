"""What mail programs tell of addresses: mails that came back for good, or were called spam, as events of any source."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from heartline.collect.events.known import plain
from heartline.collect.loading.keeping import Kept
from heartline.server.shell import eligible

GONE = {"email_bounced": "bounced", "email_marked_as_spam": "spam"}
"""Names of events, as `plain` writes them."""
FOR_NOW = ("soft", "transient", "temporary", "deferred")
"""What a bounce is called that says nothing of the address."""


def learn(batch: Kept) -> None:
    """Remember the addresses of a batch that take nothing; told again, it changes nothing."""
    rows = batch.taken.rows
    if "email" not in rows.column_names or not rows.num_rows:
        return
    events = rows["event"].cast(pa.string())
    why = {name: GONE[plain(name)] for name in events.unique().to_pylist() if name and plain(name) in GONE}
    if not why:
        return
    some = rows.filter(pc.is_in(events, value_set=pa.array(list(why), pa.string())))
    columns = (some[name].cast(pa.string()).to_pylist() for name in ("email", "event", "properties"))
    for address, event, said in zip(*columns, strict=True):
        if address and not (said and any(word in said.lower() for word in FOR_NOW)):
            eligible.failed(address, "email", why[event], said or "")
