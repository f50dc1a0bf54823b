"""What a request says about who sends it: a truncated address, a program's name."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

import msgspec

LONGEST_AGENT = 300
LONGEST_ADDRESS = 60
BITS = {4: 24, 6: 48}
"""What is kept of an address: the network, as the largest that is still about a place and no more about a person."""


def truncated(address: str) -> str | None:
    """Cut an address down to its network: 203.0.113.0, 2001:db8:1::. None for what is no address."""
    try:
        found = ip_address(address.strip().partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return str(ip_network((found, BITS[found.version]), strict=False).network_address)


@lru_cache(maxsize=4096)
def about(address: str, agent: bytes) -> bytes:
    """Write what the inbox keeps beside a body.

    Parameters
    ----------
    address
        Where the request came from.
    agent
        The header that names the program.
    """
    found = {
        "ip": truncated(address),
        "agent": agent.decode("utf-8", "replace") or None,
    }
    return msgspec.json.encode({name: value for name, value in found.items() if value})
