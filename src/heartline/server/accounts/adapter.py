"""How allauth behaves here: nobody signs up by themselves."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """People are invited; sign-up is closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Keep sign-up closed."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Give the visitor's address, as the front wrote it: pages hear nobody but the front, on a socket file."""
        told = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        return told or request.META.get("REMOTE_ADDR") or "unknown"
