"""Which machines a source's process may speak to: the one that was named, and never what is only this machine's.

Somebody who names a source makes our server connect somewhere. So the process that fetches looks up no other name than
the source's, refuses machines of the own network unless an administrator allowed them for this source, and always
refuses the addresses at which clouds hand out the keys of their machines.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable
from typing import Any

from heartline.core.addresses import public

NEVER = tuple(
    ipaddress.ip_network(text)
    for text in (
        "169.254.0.0/16", "fe80::/10", "fd00:ec2::/32", "100.100.100.200/32", "192.0.0.192/32", "168.63.129.16/32",
        "0.0.0.0/8", "::/128", "224.0.0.0/4", "ff00::/8", "255.255.255.255/32",
    )
)  # fmt: skip
"""Link-local and multicast, and where clouds tell their machines their secrets."""


class Refused(Exception):
    """A machine that may not be spoken to; `code` says why."""

    def __init__(self, code: str, host: str) -> None:
        super().__init__(f"{code}: {host}")
        self.code = code
        self.host = host


def judge(host: str, found: Iterable[str], *, private: bool) -> None:
    """Refuse addresses to which a name leads.

    Parameters
    ----------
    private
        Whether machines of the own network are allowed.

    Raises
    ------
    Refused
        `never_host`, or `private_host`.
    """
    for text in found:
        address = ipaddress.ip_address(text.partition("%")[0])
        inner = _inner(address)
        if any(one.version == network.version and one in network for one in (address, inner) for network in NEVER):
            raise Refused("never_host", host)
        if not private and not (public(address) and public(inner)):
            raise Refused("private_host", host)


def _inner(address: Any) -> Any:
    """Give the IPv4 address that an IPv6 address stands for."""
    if address.version == 4:
        return address
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address in ipaddress.IPv6Network("64:ff9b::/96"):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.sixtofour or address


Lookup = Callable[..., list[Any]]


def only(host: str, *, private: bool, look_up: Lookup = socket.getaddrinfo) -> Lookup:
    """Give a `socket.getaddrinfo` that knows one host, and not every address of it."""

    def looked_up(name: Any, *rest: Any, **options: Any) -> list[Any]:
        asked = (name.decode() if isinstance(name, bytes) else str(name or "")).lower().strip("[]").rstrip(".")
        if asked != host.lower().strip("[]").rstrip("."):
            raise Refused("other_host", asked)
        found = look_up(name, *rest, **options)
        judge(asked, (str(one[4][0]) for one in found), private=private)
        return found

    return looked_up


def addresses(host: str, port: int | None) -> list[str]:
    """Look a name up; for drivers that do so by themselves, and are given the addresses instead."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))
