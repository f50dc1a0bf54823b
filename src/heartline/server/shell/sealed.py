"""What is kept encrypted in the operational database: AES-GCM under a key that lies beside the lake's key."""

from __future__ import annotations

import os
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from heartline.core.errors import Unavailable
from heartline.store.disk import flush
from heartline.store.keys import key_path

from . import data

NONCE = 12
KEY_BITS = 256


class Sealing:
    """Encrypts and decrypts under the folder's key as it is now, which is looked up once for all."""

    def __init__(self) -> None:
        self._cipher = _cipher()

    def seal(self, plain: bytes, about: str) -> bytes:
        """Encrypt something; `about` says what it belongs to and has to be the same when it is opened."""
        nonce = os.urandom(NONCE)
        return nonce + self._cipher.encrypt(nonce, plain, about.encode())

    def unseal(self, sealed: bytes | memoryview, about: str) -> bytes:
        """Decrypt something.

        Raises
        ------
        Unavailable
            `wrong_key` when it was encrypted under another key, belongs to something else, or was changed.
        """
        sealed = bytes(sealed)
        try:
            return self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], about.encode())
        except InvalidTag:
            raise Unavailable(
                "wrong_key", "This was encrypted under another key.",
                remedy="Put the folder's keys back where they were.",
            ) from None  # fmt: skip


def seal(plain: bytes, about: str) -> bytes:
    """Encrypt one thing, as `Sealing` does."""
    return Sealing().seal(plain, about)


def unseal(sealed: bytes | memoryview, about: str) -> bytes:
    """Decrypt one thing, as `Sealing` does."""
    return Sealing().unseal(sealed, about)


def _cipher() -> AESGCM:
    return _opened(key_path(data.folder()).with_suffix(".seal"))


@lru_cache(maxsize=4)
def _opened(path: Path) -> AESGCM:
    if not path.exists():
        _make(path)
    return AESGCM(path.read_bytes())


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_suffix(f".{os.getpid()}-{secrets.token_hex(4)}")  # nobody's but ours: threads have one number
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(AESGCM.generate_key(KEY_BITS))
    flush([fresh])
    try:
        os.link(fresh, path)  # the first of two wins, and both read its key
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    flush([path])
