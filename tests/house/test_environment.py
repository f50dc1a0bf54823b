"""The environment is made as the user's pip is set up, and says in a sentence why it cannot be."""

from __future__ import annotations

import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from requirements import environment

ROOT = Path(__file__).resolve().parents[2]


def test_what_pip_is_told_holds_for_uv_too() -> None:
    listing = "\n".join(
        [
            ":env:.index-url='https://index.example/simple'",
            "global.index-url='https://other.example/simple'",
            "global.extra-index-url='https://a.example/simple\\nhttps://b.example/simple'",
            "install.find-links='/srv/wheels'",
            "global.find-links='/srv/older'",
            "global.trusted-host='index.example'",
            "global.cert='/etc/company.pem'",
            "global.proxy='http://proxy.example:3128'",
            "global.timeout='90'",
        ]
    )
    options, settings = environment.translated(listing, {"PATH": "/bin", "UV_CACHE_DIR": "/tmp/cache"})
    assert options == [
        "--default-index", "https://index.example/simple",
        "--index", "https://a.example/simple",
        "--index", "https://b.example/simple",
        "--find-links", "/srv/wheels",
        "--allow-insecure-host", "index.example",
        "--index-strategy", "unsafe-best-match",
    ]  # fmt: skip
    assert settings == {
        "PATH": "/bin",
        "UV_CACHE_DIR": "/tmp/cache",
        "SSL_CERT_FILE": "/etc/company.pem",
        "HTTP_PROXY": "http://proxy.example:3128",
        "HTTPS_PROXY": "http://proxy.example:3128",
        "UV_HTTP_TIMEOUT": "90",
        "UV_PYTHON_DOWNLOADS": "never",
    }


def test_a_pip_without_configuration_asks_for_nothing() -> None:
    options, _ = environment.translated("", {})
    assert options == ["--index-strategy", "unsafe-best-match"]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("failed to write: No space left on device (os error 28)", "The disk is full. Free about 1400 MB"),
        ("PermissionError: [Errno 13] Permission denied: '.venv'", "A file may not be written."),
        ("error: Hash mismatch for `numpy==2.4.6`", "A package is not the one that was locked."),
        ("invalid peer certificate: UnknownIssuer", "The package index could not prove who it is."),
        ("tcp connect error\n Connection refused (os error 111)", "The package index could not be reached."),
        ("No matching distribution found (from versions: none)", "The package index could not be reached."),
        ("something never seen", "The environment could not be made."),
    ],
)
def test_what_an_installer_says_becomes_a_sentence(said: str, sentence: str) -> None:
    assert environment.explained(said, ["default"]).startswith(sentence)


@pytest.mark.parametrize("script", ["run", "test", "bench"])
def test_an_old_python_is_told_so(script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer; this is 3\.9"):
        runpy.run_path(str(ROOT / script), run_name="__main__")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Give a checkout in which nothing is installed yet."""
    for name in ("run", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def prepare(checkout: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run `./run --prepare` with an index that nobody serves."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_"))}
    nowhere = {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "0"}
    return subprocess.run(
        [sys.executable, "run", "--prepare"], cwd=checkout, env={**plain, **nowhere, **settings}, check=False,
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip


def test_no_network_is_said_and_leaves_nothing_that_looks_made(checkout: Path) -> None:
    done = prepare(checkout)
    assert done.returncode == 1
    assert "The package index could not be reached." in done.stderr
    assert "Traceback" not in done.stderr
    assert not (checkout / ".venv" / "made.json").exists()


def test_a_full_disk_is_said_before_anything_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "STAMP", ROOT / "never-made")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=100_000_000))
    with pytest.raises(environment.Trouble, match="The disk is full: installing needs about 1400 MB, 100 MB are free"):
        environment.check_space(["default"])


def test_a_package_that_went_missing_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packages = tmp_path / "lib" / "python3.11" / "site-packages"
    for name in ("ibis", "duckdb"):
        (packages / name).mkdir(parents=True)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "heartline").touch()
    (tmp_path / "bin" / "python").symlink_to(sys.executable)
    monkeypatch.setattr(environment, "VENV", tmp_path)
    monkeypatch.setattr(environment, "PYTHON", tmp_path / "bin" / "python")
    stamp = {"packages": ["duckdb", "ibis"]}
    assert environment.whole(stamp)
    (packages / "ibis").rmdir()
    assert not environment.whole(stamp)


def test_a_changed_lock_makes_the_environment_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "LOCKS", tmp_path / "requirements")
    before = environment.digest(["default"])
    assert environment.digest(["default"]) == before
    (tmp_path / "requirements" / "dev.lock").write_text("changed")
    assert environment.digest(["default"]) == before
    assert environment.digest(["default", "dev"]) != before
    (tmp_path / "requirements" / "default.lock").write_text("changed")
    assert environment.digest(["default"]) != before
