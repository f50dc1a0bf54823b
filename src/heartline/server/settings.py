"""Every setting of the server, typed, from the environment. Without a data folder it serves tests, in memory."""

from __future__ import annotations

import os
from pathlib import Path

SERVER = Path(__file__).parent
SECRET_KEY = os.environ.get("HEARTLINE_SECRET") or "only for tests"
INSTALLED_APPS: list[str] = []
USE_TZ = True
