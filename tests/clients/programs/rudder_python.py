"""Sends with rudder-sdk-python: URL, key, how many tracks, and whether to compress."""

from __future__ import annotations

import sys

import rudderstack.analytics as analytics  # type: ignore[import-not-found]  # it lives in the clients' environment

analytics.dataPlaneUrl, analytics.write_key, count, packed = sys.argv[1:5]
analytics.gzip = packed == "gzip"
analytics.max_retries = 30
analytics.identify("u-rudder", {"email": "ben@example.org"})
analytics.page("u-rudder", "Shop", "Basil", {"path": "/herbs/basil"})
analytics.screen("u-rudder", "App", "Start")
analytics.group("u-rudder", "g-1", {"name": "Garden club"})
analytics.alias("anon-2", "u-rudder")
for number in range(int(count)):
    analytics.track("u-rudder", f"Order {number}", {"revenue": 9.5, "currency": "EUR", "note": "Grüße, 祝"})
analytics.shutdown()
