"""Addresses of other machines: which ones are the public internet's, and what an address that somebody typed says.

Whoever lets people type an address that the server then calls lets them reach what only the server can reach: other
machines of the house, the keys that a cloud gives its machines. So an address is read by one grammar, and every look-up
of its name is checked, at the moment at which the connection is made.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from .errors import InvalidInput, Unavailable

IP = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
SPECIAL = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3", "168.63.129.16/32",
        "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
    )
)  # fmt: skip
"""IANA's special purposes, multicast, what is reserved, and one cloud's door to its own machines."""
UNICAST = ipaddress.IPv6Network("2000::/3")
"""All that IPv6 gives out. Outside are loopback, link-local, unique local, multicast, mapped IPv4 and NAT64."""
LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
ODD = re.compile(r"[\x00-\x20\x7f\\]")
LONGEST = 2_000
LONGEST_NAME = 253
HTTPS, HTTP = 443, 80
FIRST_FREE = 1024
"""Below it are the ports of other protocols, mail and shells among them."""


class NotPublic(InvalidInput):
    """An address that is not to be called from here."""

    status = 400


@dataclass(frozen=True)
class Place:
    """An address that was read: where to connect, and what to ask there.

    Parameters
    ----------
    host
        A name in ASCII small letters without a dot at its end, or an address as `ipaddress` writes it.
    target
        Path and query.
    """

    scheme: str
    host: str
    port: int
    target: str

    @property
    def address(self) -> IP | None:
        """The host, where it is an address already."""
        try:
            return ipaddress.ip_address(self.host)
        except ValueError:
            return None


@dataclass(frozen=True)
class Allowed:
    """What an administrator allows although it is not public: names, and networks.

    Example
    -------
    >>> Allowed.read("crm.internal, 10.1.0.0/16").networks
    (IPv4Network('10.1.0.0/16'),)
    """

    names: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()

    @classmethod
    def read(cls, text: str) -> Allowed:
        """Read a list that is separated by commas."""
        names, networks = set(), []
        for part in filter(None, (part.strip().lower() for part in text.split(","))):
            try:
                networks.append(ipaddress.ip_network(part, strict=False))
            except ValueError:
                names.add(part.rstrip("."))
        return cls(frozenset(names), tuple(networks))

    def __bool__(self) -> bool:
        return bool(self.names or self.networks)

    def has(self, host: str, address: IP | None) -> bool:
        """Tell whether a host, or the address it leads to, is allowed."""
        return host in self.names or (address is not None and any(_in(address, one) for one in self.networks))


NOTHING = Allowed()


def _in(address: IP, network: Network) -> bool:
    return address.version == network.version and address in network


def public(address: IP) -> bool:
    """Tell whether an address is one of the public internet.

    Example
    -------
    >>> public(ipaddress.ip_address("93.184.216.34")), public(ipaddress.ip_address("::ffff:93.184.216.34"))
    (True, False)
    """
    if address.version == UNICAST.version and address not in UNICAST:
        return False
    return not any(_in(address, one) for one in SPECIAL)


def parsed(url: str, allowed: Allowed = NOTHING) -> Place:
    """Read an address that somebody typed; its name is not looked up yet.

    Parameters
    ----------
    allowed
        Names and addresses to which `http` is spoken, too.

    Raises
    ------
    InvalidInput
        `bad_address`; `not_https`; `bad_port`.
    NotPublic
        `not_public` for an address that is not to be called.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _bad() from None
    if ODD.search(url) or len(url) > LONGEST or "@" in parts.netloc or parts.fragment:
        raise _bad()
    if parts.scheme not in ("http", "https"):
        raise _not_https()
    host = _host(parts.hostname or "", bracketed="[" in parts.netloc)
    usual = HTTPS if parts.scheme == "https" else HTTP
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    place = Place(parts.scheme, host, usual if port is None else port, target)
    if not place.target.isascii():
        raise _bad()
    if not allowed.has(host, place.address):
        if place.scheme == "http":
            raise _not_https()
        if place.port != usual and place.port < FIRST_FREE:
            raise InvalidInput(
                "bad_port", "This port is not one of the web.", field="url", remedy="Leave the port out."
            )
        if place.address and not public(place.address):
            raise _private(host)
    return place


def _host(text: str, *, bracketed: bool) -> str:
    """Give a host in one form; numbers that some programs read as addresses are none."""
    if bracketed:
        try:
            return str(ipaddress.IPv6Address(text)) if "%" not in text else _refuse()
        except ValueError:
            raise _bad() from None
    try:
        name = text.encode("idna").decode().lower().removesuffix(".")
    except UnicodeError:
        raise _bad() from None
    labels = name.split(".")
    if NUMBER.fullmatch(labels[-1]):
        try:
            return str(ipaddress.IPv4Address(name))
        except ValueError:
            raise _bad() from None
    if len(name) > LONGEST_NAME or not all(LABEL.fullmatch(label) for label in labels):
        raise _bad()
    return name


def _not_https() -> InvalidInput:
    return InvalidInput("not_https", "The address has to begin with https://.", field="url", remedy="Use https.")


def _refuse() -> str:
    raise _bad()


def _bad() -> InvalidInput:
    return InvalidInput(
        "bad_address",
        "That is not an address we can call.",
        field="url",
        remedy="It looks like https://example.com/path.",
    )


def _private(host: str) -> NotPublic:
    return NotPublic(
        "not_public", f"{host} is not an address of the public internet.", field="url",
        remedy="An administrator of the server can allow it: HEARTLINE_PRIVATE_HOSTS.",
    )  # fmt: skip


def let(host: str, found: Iterable[str], allowed: Allowed = NOTHING, *, plain: bool = False) -> tuple[str, ...]:
    """Give the addresses to which a name leads, if it may be called; one that may not refuses them all.

    Parameters
    ----------
    found
        What the look-up gave.
    plain
        Without encryption: then only what was allowed by itself.

    Raises
    ------
    NotPublic
        `not_public`.
    Unavailable
        `unknown_host`, where there is nothing.
    """
    addresses = []
    for text in dict.fromkeys(found):
        try:
            one = ipaddress.ip_address(text)
        except ValueError:  # with a zone: of this machine's own network
            raise _private(host) from None
        if not allowed.has(host, one) and (plain or not public(one)):
            raise _private(host)
        addresses.append(str(one))
    if not addresses:
        raise Unavailable("unknown_host", f"There is no {host}.", field="url", remedy="Look for a typing error.")
    return tuple(addresses)


def only_public(look_up: Callable[..., Any], allowed: Allowed = NOTHING) -> Callable[..., Any]:
    """Give a `socket.getaddrinfo` that refuses what may not be called.

    For a process of its own in which somebody else's library makes the connections: it connects to what this gives.
    """

    def looked_up(host: Any, *rest: Any, **options: Any) -> Any:
        found = look_up(host, *rest, **options)
        name = host.decode() if isinstance(host, bytes) else str(host or "")
        let(name.lower().removesuffix("."), [str(one[4][0]) for one in found], allowed)
        return found

    return looked_up
