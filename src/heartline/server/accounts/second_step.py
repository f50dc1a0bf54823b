"""The second step of signing in: its secrets lie encrypted in the database."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa import signals
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest


def listen() -> None:
    """Believe whoever has just shown that their app works."""
    signals.authenticator_added.connect(_proved, dispatch_uid="second_step")


def _proved(sender: Any, request: HttpRequest, user: Any, authenticator: Authenticator, **_: Any) -> None:
    if authenticator.type == Authenticator.Type.TOTP:
        record_authentication(request, user, "mfa", type=authenticator.type, reauthenticated=True)


class Adapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Encrypts what authenticator apps and recovery codes are made from, under a key outside the data folder."""

    def encrypt(self, text: str) -> str:
        """Encrypt a secret."""
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt a secret."""
        return _fernet().decrypt(encrypted_text.encode()).decode()


def _fernet() -> Fernet:
    key = hashlib.sha256(b"heartline.second_step" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
