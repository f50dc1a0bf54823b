"""Names for things: slugs for touchpoints, keyed hashes for people, stable hashes for rows."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata


def slug(text: str) -> str:
    """Make a key of a name: `A_SUBMITTED` becomes `a_submitted`, `Paid Search` `paid_search`, `Café` `cafe`.

    Letters of other scripts stay as they are; what is neither letter nor digit becomes one underscore.
    """
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return re.sub(r"[\W_]+", "_", plain.lower()).strip("_")


_PSEUDONYM = re.compile(r"[^:]+:[0-9a-f]{32}")


def is_identifier(text: str) -> bool:
    """Tell whether a text has the form of a pseudonym, `kind:hex`."""
    return _PSEUDONYM.fullmatch(text) is not None


def identifier(kind: str, value: str, key: bytes) -> str:
    """Give the pseudonym of an identifier, `kind:hex`: 128 bits of HMAC-SHA-256 under the lake's key (RFC 2104)."""
    digest = hmac.new(key, f"{kind}\0{value}".encode(), hashlib.sha256).hexdigest()
    return f"{kind}:{digest[:32]}"
