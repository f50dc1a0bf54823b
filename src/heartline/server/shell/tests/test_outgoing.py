"""Calls to addresses that people typed: only where they may go, for as long as they may, and no longer answers."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from heartline.core.addresses import NotPublic
from heartline.core.errors import InvalidInput
from heartline.server.shell import outgoing
from heartline.server.shell.outgoing import Caller, Unreachable
from heartline.server.shell.tests.receiving import receiver, said


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Give a list of names and what they lead to, one after the other; the last stays."""
    known: dict[str, list[str]] = {}

    def look_up(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        if host in known:
            found = known[host].pop(0) if len(known[host]) > 1 else known[host][0]
        elif host[0].isdigit() or ":" in host:
            found = host
        else:
            raise socket.gaierror(f"no {host}")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in found.split()]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


def test_a_call_and_its_answer(settings: Any) -> None:
    settings.PRIVATE_HOSTS = ("127.0.0.1",)
    with receiver(said(202, b"thanks", X_Note="a")) as (port, seen), Caller() as caller:
        for _ in range(2):
            answer = caller.call("POST", f"http://127.0.0.1:{port}/in?a=1", headers={"X-A": "b"}, body=b"{}")
            assert (answer.status, answer.body, answer.more) == (202, b"thanks", False)
            assert answer.headers["x-note"] == "a"
    assert seen[0].startswith(f"127.0.0.1:{port} ")
    assert seen[0] == seen[1], "the connection is used again"


def test_nothing_of_this_house_is_called(settings: Any, names: dict[str, list[str]]) -> None:
    settings.PRIVATE_HOSTS = ()
    names["inside.example"] = ["10.0.0.7"]
    names["both.example"] = ["93.184.216.34 127.0.0.1"]
    with Caller() as caller:
        for host in ("inside.example", "both.example", "127.0.0.1", "[::1]", "169.254.169.254"):
            with pytest.raises(NotPublic):
                caller.call("POST", f"https://{host}/")
            with pytest.raises(NotPublic):
                outgoing.checked(f"https://{host}/")
        with pytest.raises(InvalidInput, match="https"):
            caller.call("POST", "http://name.example/")
        with pytest.raises(Unreachable) as nowhere:
            caller.call("POST", "https://nowhere.example/")
    assert nowhere.value.code == "unknown_host"


def test_a_name_that_leads_elsewhere_a_moment_later_reaches_nothing(settings: Any, names: dict[str, list[str]]) -> None:
    settings.PRIVATE_HOSTS = ()
    names["turning.example"] = ["93.184.216.34", "127.0.0.1"]
    outgoing.checked("https://turning.example/")
    with receiver(said(200)) as (port, seen), Caller() as caller, pytest.raises(NotPublic):
        caller.call("POST", f"https://turning.example:{port}/")
    assert seen == []


def test_a_call_connects_to_the_address_that_was_checked(
    settings: Any, names: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    names["hooks.example"] = ["93.184.216.34"]
    settings.PRIVATE_HOSTS = ()
    reached = []

    def create(address: Any, *_: Any, **__: Any) -> socket.socket:
        reached.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", create)
    with Caller() as caller, pytest.raises(Unreachable) as refused:
        caller.call("POST", "https://hooks.example/")
    assert refused.value.code == "no_connection"
    assert reached == [("93.184.216.34", 443)]


def test_without_encryption_only_what_was_allowed(settings: Any, names: dict[str, list[str]]) -> None:
    settings.PRIVATE_HOSTS = ("10.0.0.0/8",)
    names["name.example"] = ["93.184.216.34"]
    with Caller() as caller, pytest.raises(InvalidInput, match="https"):
        caller.call("POST", "http://name.example/")
    settings.PRIVATE_HOSTS = ("name.example",)
    assert outgoing.looked_up("name.example", 80, plain=True) == ("93.184.216.34",)


def test_redirects_are_not_followed(settings: Any) -> None:
    settings.PRIVATE_HOSTS = ("127.0.0.1",)
    with receiver(said(307, Location="http://127.0.0.1:9/")) as (port, seen), Caller() as caller:
        assert caller.call("POST", f"http://127.0.0.1:{port}/").status == 307
    assert len(seen) == 1


def test_no_more_is_read_than_was_asked_for(settings: Any) -> None:
    settings.PRIVATE_HOSTS = ("127.0.0.1",)
    written = []

    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(1 << 40))
        handler.end_headers()
        try:
            while True:
                written.append(handler.wfile.write(b"x" * 65_536))
        except OSError:
            handler.close_connection = True

    with receiver(endless) as (port, _), Caller() as caller:
        answer = caller.call("POST", f"http://127.0.0.1:{port}/")
        assert (answer.status, len(answer.body), answer.more) == (200, 2048, True)
    assert sum(written) < 64 << 20


@pytest.mark.parametrize("where", ["headers", "body"])
def test_whoever_answers_by_drops_is_left(settings: Any, where: str) -> None:
    settings.PRIVATE_HOSTS = ("127.0.0.1",)
    over = threading.Event()

    def drops(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + (b"\r\n" if where == "body" else b"X-Slow: "))
        try:
            while not over.wait(0.05):
                handler.wfile.write(b"x")
        except OSError:
            handler.close_connection = True

    with receiver(drops) as (port, _), Caller(seconds=0.5) as caller:
        start = time.monotonic()
        with pytest.raises(Unreachable) as late:
            caller.call("POST", f"http://127.0.0.1:{port}/")
        assert late.value.code == "too_slow"
        assert 0.4 < time.monotonic() - start < 60
        over.set()


def test_a_connection_that_ends(settings: Any) -> None:
    settings.PRIVATE_HOSTS = ("127.0.0.1",)

    def end(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True

    with receiver(end) as (port, _), Caller() as caller, pytest.raises(Unreachable) as ended:
        caller.call("POST", f"http://127.0.0.1:{port}/")
    assert ended.value.code == "no_answer"
    with Caller() as caller, pytest.raises(Unreachable) as refused:
        caller.call("POST", f"http://127.0.0.1:{port}/")
    assert refused.value.code == "no_connection"


def certificate(folder: Path, name: str) -> tuple[Path, ssl.SSLContext]:
    """Make a certificate of a name, and a server's context with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / f"{name}.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = folder / f"{name}.key"
    plain = serialization.NoEncryption()
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, plain)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, private)
    return path, context


def test_certificates_are_checked_against_the_name(
    settings: Any, names: dict[str, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PRIVATE_HOSTS = ("127.0.0.0/8",)
    names["hooks.example"] = names["other.example"] = ["127.0.0.1"]
    path, context = certificate(tmp_path, "hooks.example")
    with receiver(said(204), context) as (port, seen):
        with Caller() as caller, pytest.raises(Unreachable) as unknown:
            caller.call("POST", f"https://hooks.example:{port}/")
        assert unknown.value.code == "not_trusted"
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        with Caller() as caller:
            assert caller.call("POST", f"https://hooks.example:{port}/").status == 204
            with pytest.raises(Unreachable) as wrong:
                caller.call("POST", f"https://other.example:{port}/")
        assert wrong.value.code == "not_trusted"
    assert [one.split()[0] for one in seen] == [f"hooks.example:{port}"]
