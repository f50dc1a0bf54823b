"""Which addresses are public, and how an address that somebody typed is read."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heartline.core import addresses
from heartline.core.addresses import Allowed, NotPublic, let, only_public, parsed, public
from heartline.core.errors import InvalidInput, Unavailable

V4 = st.integers(0, 2**32 - 1).map(ipaddress.IPv4Address)
V6 = st.integers(0, 2**128 - 1).map(ipaddress.IPv6Address)
REFUSED = (
    "0.0.0.0", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254", "169.254.169.254",
    "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.19.255.255",
    "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "168.63.129.16", "::", "::1", "::ffff:8.8.8.8",
    "::8.8.8.8", "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::1",
    "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1",
)  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_not_of_the_public_internet_is_not_called(text: str) -> None:
    assert not public(ipaddress.ip_address(text))
    host = f"[{text}]" if ":" in text else text
    with pytest.raises(NotPublic, match="public internet"):
        parsed(f"https://{host}/")
    with pytest.raises(NotPublic):
        let("name.example", [text])


@pytest.mark.parametrize("text", ["1.1.1.1", "8.8.8.8", "93.184.216.34", "172.15.0.1", "172.32.0.1", "2606:4700::1111"])
def test_the_public_internet_is(text: str) -> None:
    assert public(ipaddress.ip_address(text))


@given(st.one_of(V4, V6))
def test_nothing_is_public_that_python_calls_otherwise(address: addresses.IP) -> None:
    if public(address):
        assert address.is_global
        odd = ("multicast", "loopback", "link_local", "reserved", "unspecified")
        assert not [name for name in odd if getattr(address, f"is_{name}")]


@given(V4)
def test_no_ipv6_leads_to_an_ipv4_address(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    for made in (number, 0xFFFF << 32 | number, 0x64FF9B << 96 | number, 0x2002 << 112 | number << 80):
        assert not public(ipaddress.IPv6Address(made))


@given(V4)
def test_an_address_is_read_in_one_way_only(address: ipaddress.IPv4Address) -> None:
    number, parts = int(address), str(address).split(".")
    odd = (
        str(number), hex(number), f"0{number:o}", ".".join(f"0{int(part):o}" for part in parts),
        ".".join(hex(int(part)) for part in parts), f"{parts[0]}.{number & 0xFFFFFF}",
    )  # fmt: skip
    for text in odd:
        with pytest.raises(InvalidInput) as refused:
            parsed(f"https://{text}/")
        assert refused.value.code in ("bad_address", "not_public")
    if public(address):
        assert parsed(f"https://{address}/").host == str(address)


@given(st.one_of(V4, V6), st.lists(V4, max_size=3))
def test_one_address_that_is_not_public_refuses_a_name(one: addresses.IP, others: list[ipaddress.IPv4Address]) -> None:
    found = [str(one), *map(str, others)]
    if all(public(ipaddress.ip_address(text)) for text in found):
        assert set(let("name.example", found)) == set(found)
    else:
        with pytest.raises(NotPublic):
            let("name.example", found)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    for url in (text, f"https://{text}", f"https://{text}/", f"https://name.example/{text}"):
        try:
            place = parsed(url)
        except InvalidInput:
            continue
        assert place.scheme == "https"
        assert place.host.isascii()
        assert not set(place.host) & set("/@\\ %[]?#")
        assert place.target.startswith("/")
        assert place.address is None or public(place.address)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://name.example/", "not_https"), ("ftp://name.example/", "not_https"),
        ("file:///etc/passwd", "not_https"),
        ("//name.example/", "not_https"), ("https://", "bad_address"), ("https://me:you@name.example/", "bad_address"),
        ("https://name.example\\@127.0.0.1/", "bad_address"), ("https://name.example/#part", "bad_address"),
        ("https://na me.example/", "bad_address"), ("https://name.example:99999/", "bad_address"),
        ("https://[fe80::1%25eth0]/", "bad_address"), ("https://[1.2.3.4]/", "bad_address"),
        ("https://name.example:22/", "bad_port"), ("https://name.example:25/", "bad_port"),
        ("https://name.example:80/", "bad_port"), ("https://１２７.0.0.1/", "not_public"),
        ("https://127。0。0。1/", "not_public"), ("https://name.0x7f/", "bad_address"),
    ],
)  # fmt: skip
def test_what_is_refused_before_anything_is_looked_up(url: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parsed(url)
    assert refused.value.code == code


def test_a_plain_address() -> None:
    place = parsed("https://Hooks.Example.COM.:8443/in/heartline?a=1&b=2")
    assert (place.host, place.port, place.target) == ("hooks.example.com", 8443, "/in/heartline?a=1&b=2")
    assert parsed("https://bücher.example").host == "xn--bcher-kva.example"
    assert parsed("https://[2606:4700::1111]/").host == "2606:4700::1111"


def test_an_administrator_allows_names_and_networks() -> None:
    some = Allowed.read("crm.internal., 10.1.0.0/16,fd00::/8")
    assert parsed("http://crm.internal:22/", some).port == 22
    assert parsed("https://10.1.2.3/", some).host == "10.1.2.3"
    assert let("crm.internal", ["192.168.0.9"], some, plain=True) == ("192.168.0.9",)
    assert let("other.internal", ["10.1.9.9", "fd00::1"], some) == ("10.1.9.9", "fd00::1")
    with pytest.raises(NotPublic):
        parsed("https://10.2.0.1/", some)
    with pytest.raises(NotPublic):
        let("other.internal", ["10.1.9.9", "169.254.169.254"], some)
    with pytest.raises(NotPublic):
        let("name.example", ["93.184.216.34"], some, plain=True)
    with pytest.raises(InvalidInput):
        parsed("https://name.example:22/", some)


def test_a_name_that_leads_nowhere() -> None:
    with pytest.raises(Unavailable):
        let("name.example", [])
    with pytest.raises(NotPublic):
        let("name.example", ["fe80::1%eth0"])


def test_a_library_that_looks_up_is_given_public_addresses_only() -> None:
    answers = {"good.example": "93.184.216.34", "bad.example": "10.0.0.1"}

    def look_up(host: str | bytes, port: int, **_: Any) -> list[Any]:
        return [
            (
                socket.AF_INET,
                socket.SOCK_STREAM,
                6,
                "",
                (answers[host if isinstance(host, str) else host.decode()], port),
            )
        ]

    guarded = only_public(look_up)
    assert guarded("good.example", 443)[0][4] == ("93.184.216.34", 443)
    with pytest.raises(NotPublic):
        guarded(b"bad.example", 443)
