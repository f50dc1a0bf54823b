"""Secrets that are shown once and kept as hashes."""

from __future__ import annotations

import hashlib
import secrets


def fresh(prefix: str = "") -> str:
    """Make a secret of 256 random bits, as it is written in headers and addresses."""
    return f"{prefix}{secrets.token_urlsafe(32)}"


def digest(token: str) -> str:
    """Hash a secret for storage; 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()
