"""The pages process: Django as a WSGI application, with every address loaded before the first visitor comes."""

from __future__ import annotations

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018  (loading is the point)
