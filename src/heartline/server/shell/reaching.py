"""The door to contact data for whoever writes to people: read when it is needed, and kept nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

Known = Mapping[str, Mapping[str, str]]
"""By identifier (`kind:hex`): what is known, by name, in clear."""
Read = Callable[[Collection[str], Collection[str]], Known]
Headers = Callable[[str, str, str], Mapping[str, str]]
_readers: list[Read] = []
_headers: list[Headers] = []


def reads(read: Read) -> None:
    """Have a feature asked for what it knows of people."""
    _readers[:] = [read]


def known(identifiers: Collection[str], names: Collection[str]) -> Known:
    """Give what is known of some people under these names (`email`, `phone`, `traits.language`), in clear.

    Parameters
    ----------
    identifiers
        Of any number of people.
    names
        What is wanted of them.
    """
    return _readers[0](identifiers, names) if _readers else {}


def leaves_by(headers: Headers) -> None:
    """Have a feature say how people leave."""
    _headers[:] = [headers]


def leaving(identifier: str, purpose: str, channel: str) -> Mapping[str, str]:
    """Give the headers of a mail by which its reader leaves a purpose with one click (RFC 8058)."""
    return _headers[0](identifier, purpose, channel) if _headers else {}
