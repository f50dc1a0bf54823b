"""What users install is enough: Heartline imports, asks and serves with the packages of the default lock alone.

The environment here holds the test tools too, and they bring packages that would hide a missing one. So a child process
runs with every package out of sight that the default lock does not name.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

OUT_OF_SIGHT = f"""
import importlib.abc, importlib.metadata, re, sys

normal = lambda name: re.sub(r"[-_.]+", "-", name).lower()
text = open({str(ROOT / "requirements" / "default.lock")!r}).read()
known = {{normal(name) for name in re.findall(r"^([A-Za-z0-9_.-]+)==", text, re.MULTILINE)}} | {{"heartline"}}
hidden = {{
    name for name, owners in importlib.metadata.packages_distributions().items()
    if not known & set(map(normal, owners))
}}

class OutOfSight(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in hidden:
            raise ModuleNotFoundError(f"No module named {{name!r}} in a default install", name=name)

sys.meta_path.insert(0, OutOfSight())
assert "pytest" in hidden and "django" not in hidden
"""


def alone(code: str, folder: Path) -> str:
    """Run code with the default packages only; give what it prints."""
    run = subprocess.run(
        [sys.executable, "-c", OUT_OF_SIGHT + code], cwd=ROOT, check=False, capture_output=True, text=True,
        env={**os.environ, "HEARTLINE_DATA": str(folder), "PYTHONWARNINGS": ""},
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-3000:]
    return run.stdout


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a data folder that a default install filled."""
    folder = tmp_path_factory.mktemp("default") / "shop"
    said = alone(command("import", "docs/tutorial/shop.yaml", "--data", str(folder)), folder)
    assert "This is version 1." in said
    return folder


def command(*words: str) -> str:
    return f"import sys\nsys.argv = {['heartline', *words]!r}\nfrom heartline.cli import main\nmain()\n"


def test_it_answers(data: Path) -> None:
    assert "The mean is 3.43" in alone(command("scores", "--data", str(data)), data)


def test_it_serves(data: Path) -> None:
    code = "import django\ndjango.setup()\nimport heartline.server.front, heartline.server.urls\nprint('whole')\n"
    settings = "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'heartline.server.settings'\n"
    assert alone(settings + code, data) == "whole\n"


def test_every_module_but_those_of_extras_can_be_imported(data: Path) -> None:
    code = """
import os, pkgutil, importlib
os.environ["DJANGO_SETTINGS_MODULE"] = "heartline.server.settings"
import django
django.setup()
import heartline
for found in pkgutil.walk_packages(heartline.__path__, "heartline."):
    if ".tests" not in found.name and "spark" not in found.name and "postgres" not in found.name:
        importlib.import_module(found.name)
        print(found.name)
"""
    imported = alone(code, data).split()
    assert {"heartline.workspace", "heartline.server.front", "heartline.collect.importing"} <= set(imported)
