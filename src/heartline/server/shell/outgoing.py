"""Calls to addresses that people typed in: checked, connected to the very address that was checked, and bounded.

A name is looked up once, at the connection; what it leads to is checked then (`core/addresses.py`), and the connection
goes there and nowhere else, so that a name which leads elsewhere a moment later reaches nothing. The certificate is
checked against the name. Redirects are not followed, proxies of the environment are not asked, one limit of time holds
for all of a call, and of an answer no more is read than was asked for.
"""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import httpcore
from django.conf import settings

from heartline.core import addresses
from heartline.core.addresses import Allowed, Place
from heartline.core.errors import HeartlineError, Unavailable

SECONDS = 15.0
MOST = 2_048
"""Bytes of an answer that are read."""
TRIED = 4
"""Addresses of one name that are tried."""
AGENT = "Heartline"


class Unreachable(Unavailable):
    """Nobody answered; the codes are `unknown_host`, `no_connection`, `not_trusted`, `too_slow`, `no_answer`."""


@dataclass(frozen=True)
class Answer:
    """What was answered: the beginning of its body, and whether there was more."""

    status: int
    headers: dict[str, str]
    body: bytes
    more: bool
    seconds: float


def allowed() -> Allowed:
    """Give what the administrator allows although it is not public (HEARTLINE_PRIVATE_HOSTS)."""
    return Allowed.read(",".join(settings.PRIVATE_HOSTS))


def checked(url: str) -> Place:
    """Read an address that somebody typed, and check what it leads to now; a call checks that again.

    Raises
    ------
    InvalidInput
        `bad_address`, `not_https`, `bad_port`, `not_public`.
    Unreachable
        `unknown_host`.
    """
    place = addresses.parsed(url, allowed())
    looked_up(place.host, place.port, plain=place.scheme == "http")
    return place


def looked_up(host: str, port: int, *, plain: bool = False) -> tuple[str, ...]:
    """Give the addresses to which a name leads, if it may be called; for connections that are made elsewhere.

    Raises
    ------
    NotPublic
        `not_public`.
    Unreachable
        `unknown_host`.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreachable("unknown_host", f"There is no {host}.", field="url", remedy="Try again later.") from None
    return addresses.let(host, [str(one[4][0]) for one in found], allowed(), plain=plain)


def connected(host: str, port: int, seconds: float = SECONDS, *, plain: bool = False) -> socket.socket:
    """Connect to a name, if it may be called.

    Raises
    ------
    NotPublic
        `not_public`.
    Unreachable
        `unknown_host`, `no_connection`.
    """
    end = time.monotonic() + seconds
    for address in looked_up(host, port, plain=plain)[:TRIED]:
        left = end - time.monotonic()
        if left > 0:
            with contextlib.suppress(OSError):
                made = socket.create_connection((address, port), left)
                made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return made
    raise Unreachable("no_connection", f"{host} takes no connection.", remedy="Try again later.")


class Caller:
    """Calls, one after the other; connections to one place are used again. Not for several threads.

    Parameters
    ----------
    seconds
        How long a whole call may take.
    most
        Bytes of an answer that are read.
    """

    def __init__(self, seconds: float = SECONDS, most: int = MOST) -> None:
        self.seconds = seconds
        self.most = most
        self._bounds = _Bounds()
        self._pool = httpcore.ConnectionPool(
            ssl_context=_trusting(), max_connections=1, max_keepalive_connections=1, keepalive_expiry=30.0,
            network_backend=_Network(self._bounds),
        )  # fmt: skip

    def __enter__(self) -> Caller:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._pool.close()

    def call(self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        """Call an address.

        Raises
        ------
        InvalidInput
            `bad_address`, `not_https`, `bad_port`, `not_public`.
        Unreachable
            Nobody answered, or not in time.
        """
        place = addresses.parsed(url, allowed())
        start = time.monotonic()
        self._bounds.end, self._bounds.plain = start + self.seconds, place.scheme == "http"
        try:
            with self._pool.stream(
                method, _target(place), headers=_headers(place, headers or {}, body), content=body or None
            ) as found:
                got, more = self._read(found.iter_stream())
                names = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in found.headers}
                return Answer(found.status, names, got, more, time.monotonic() - start)
        except httpcore.TimeoutException:
            raise Unreachable("too_slow", "There was no answer in time.", remedy="Try again later.") from None
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise _unanswered(error) from None

    def _read(self, parts: Iterable[bytes]) -> tuple[bytes, bool]:
        """Read the beginning; a connection of which not all was read is closed by the pool."""
        got = bytearray()
        for part in parts:
            got += part
            if len(got) > self.most:
                return bytes(got[: self.most]), True
        return bytes(got), False


def _target(place: Place) -> httpcore.URL:
    return httpcore.URL(
        scheme=place.scheme.encode(), host=place.host.encode(), port=place.port, target=place.target.encode()
    )


def _headers(place: Place, given: Mapping[str, str], body: bytes) -> list[tuple[bytes, bytes]]:
    usual = addresses.HTTPS if place.scheme == "https" else addresses.HTTP
    host = f"[{place.host}]" if ":" in place.host else place.host
    said = {
        "host": host if place.port == usual else f"{host}:{place.port}", "user-agent": AGENT, "accept": "*/*",
        **({"content-length": str(len(body))} if body else {}), **{name.lower(): text for name, text in given.items()},
    }  # fmt: skip
    return [(name.encode("ascii"), text.encode("latin-1")) for name, text in said.items()]


def _unanswered(error: Exception) -> HeartlineError:
    if isinstance(error, _Untrusted):
        return Unreachable("not_trusted", "The certificate is not right.", remedy="Renew it, then try again.")
    return Unreachable("no_answer", "The connection ended without an answer.", remedy="Try again later.")


def _trusting() -> ssl.SSLContext:
    """Trust what browsers trust, and what this machine does."""
    context = httpcore.default_ssl_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_default_certs()
    return context


class _Untrusted(httpcore.ConnectError):
    """The certificate is not that of the name, or nobody vouches for it."""


class _Bounds:
    """Of the call that runs: when it has to be over, and whether it is without encryption."""

    end = 0.0
    plain = False

    def left(self) -> float:
        """Give the seconds that are left; never none, which would mean for ever."""
        left = self.end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


@contextlib.contextmanager
def _told(late: type[Exception], broken: type[Exception]) -> Iterator[None]:
    """Say what went wrong as `httpcore` does."""
    try:
        yield
    except TimeoutError as error:
        raise late from error
    except OSError as error:
        raise broken from error


class _Network(httpcore.NetworkBackend):
    """Connects as `connected` does."""

    def __init__(self, bounds: _Bounds) -> None:
        self._bounds = bounds

    def connect_tcp(self, host: str, port: int, *_: Any, **__: Any) -> httpcore.NetworkStream:
        with _told(httpcore.ConnectTimeout, httpcore.ConnectError):
            made = connected(host, port, self._bounds.left(), plain=self._bounds.plain)
            return _Stream(made, self._bounds)


class _Stream(httpcore.NetworkStream):
    """A connection of which every step ends with the call."""

    def __init__(self, made: socket.socket, bounds: _Bounds) -> None:
        self._socket = made
        self._bounds = bounds

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        with _told(httpcore.ReadTimeout, httpcore.ReadError):
            self._socket.settimeout(self._bounds.left())
            return self._socket.recv(max_bytes)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        with _told(httpcore.WriteTimeout, httpcore.WriteError):
            self._socket.settimeout(self._bounds.left())
            self._socket.sendall(buffer)

    def close(self) -> None:
        self._socket.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        with _told(httpcore.ConnectTimeout, httpcore.ConnectError):
            try:
                self._socket.settimeout(self._bounds.left())
                return _Stream(ssl_context.wrap_socket(self._socket, server_hostname=server_hostname), self._bounds)
            except ssl.SSLError as error:
                self.close()
                raise _Untrusted(str(error)) from error
            except BaseException:
                self.close()
                raise

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable":  # an idle connection that has something to say was closed by the other side
            idle = select.poll()  # select itself knows no more than 1024 files
            idle.register(self._socket, select.POLLIN)
            return bool(idle.poll(0))
        return None
