"""Settings from the environment."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from heartline.server import settings


def test_the_session_key_is_made_once_outside_the_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEARTLINE_KEYS", str(tmp_path / "keys"))
    (tmp_path / "data" / "lake").mkdir(parents=True)
    (tmp_path / "data" / "lake" / "id").write_text("abc\n")
    first = settings._secret(tmp_path / "data")
    assert len(first) >= 50
    assert settings._secret(tmp_path / "data") == first
    (path,) = (tmp_path / "keys").iterdir()
    assert path.name == "abc.session"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not any(first in file.read_text() for file in (tmp_path / "data").rglob("*") if file.is_file())


def test_a_database_server_is_read_from_its_url() -> None:
    found = settings._database("postgres://heart:li%2Fne@db.example:5433/cx", None)
    assert {name: found[name] for name in ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT")} == {
        "ENGINE": "django.db.backends.postgresql", "NAME": "cx", "USER": "heart", "PASSWORD": "li/ne",
        "HOST": "db.example", "PORT": "5433",
    }  # fmt: skip


def test_without_one_the_database_is_a_file_in_the_data_folder(tmp_path: Path) -> None:
    found = settings._database(None, tmp_path)
    assert found["NAME"] == str(tmp_path / "heartline.db")
    assert "WAL" in found["OPTIONS"]["init_command"]
    assert settings._database(None, None)["NAME"] == ":memory:"
