"""Which machines may be asked."""

from __future__ import annotations

import pytest

from heartline.collect.connecting import hosts


def leading(to: str) -> hosts.Lookup:
    return lambda name, *_rest, **_options: [(2, 1, 6, "", (to, 443))]


@pytest.mark.parametrize("address", ["10.0.0.1", "127.0.0.1", "192.168.1.1", "::1", "fd12::1", "::ffff:10.0.0.1"])
def test_the_own_network_only_where_that_is_allowed(address: str) -> None:
    with pytest.raises(hosts.Refused) as error:
        hosts.only("db.example.com", private=False, look_up=leading(address))("db.example.com", 443)
    assert error.value.code == "private_host"
    assert hosts.only("db.example.com", private=True, look_up=leading(address))("db.example.com", 443)


@pytest.mark.parametrize(
    "address",
    ["169.254.169.254", "::ffff:169.254.169.254", "fe80::1", "fe80::1%eth0", "fd00:ec2::254", "100.100.100.200",
     "168.63.129.16", "0.0.0.0", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "224.0.0.1"],
)  # fmt: skip
def test_where_clouds_keep_their_keys_is_never_asked(address: str) -> None:
    for private in (False, True):
        with pytest.raises(hosts.Refused) as error:
            hosts.only("db.example.com", private=private, look_up=leading(address))("db.example.com", 443)
        assert error.value.code == "never_host"


def test_no_other_machine_than_the_one_that_was_named() -> None:
    look_up = hosts.only("API.example.com", private=False, look_up=leading("93.184.216.34"))
    assert look_up("api.example.com.", 443)
    assert look_up(b"api.example.com", 443)
    for other in ("example.com", "93.184.216.34", "169.254.169.254", None):
        with pytest.raises(hosts.Refused) as error:
            look_up(other, 443)
        assert error.value.code == "other_host"
