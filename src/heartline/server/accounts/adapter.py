"""How allauth behaves here: nobody signs up by themselves."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """People are invited; sign-up is closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Keep sign-up closed."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Give the visitor's address, as the front wrote it: pages hear nobody but the front, on a socket file."""
        told = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        return told or request.META.get("REMOTE_ADDR") or "unknown"

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Lead back to one's own account."""
        return reverse("own_account")

    def add_message(self, *args: Any, **more: Any) -> None:
        """Say nothing: our pages show what was done."""
