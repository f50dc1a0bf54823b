"""Vendored files carry the versions that are pinned, and nothing loads from elsewhere."""

from __future__ import annotations

import json
import re
from pathlib import Path

from heartline.server.shell.templatetags import shell

ASSETS = Path(__file__).parents[5] / "assets"
NAMES = {
    "echarts": ("echarts-{}.js",),
    "htmx.org": ("htmx-{}.js",),
    "lucide-static": ("lucide-{}.svg",),
    "@fontsource-variable/inter": ("inter-{}.css", "inter-{}-latin.woff2", "inter-{}-latin-ext.woff2"),
}


def test_names_carry_the_pinned_versions_and_nothing_else_is_there() -> None:
    pins = json.loads((ASSETS / "package.json").read_text())["dependencies"]
    assert set(pins) == set(NAMES)
    expected = {name.format(pins[package]) for package, names in NAMES.items() for name in names}
    assert {path.name for path in shell.VENDOR.iterdir()} == expected | {"LICENCES.txt"}


def test_pins_are_exact_and_the_lock_file_names_no_host() -> None:
    package = json.loads((ASSETS / "package.json").read_text())
    lock = json.loads((ASSETS / "package-lock.json").read_text())
    for name, version in {**package["dependencies"], **package["devDependencies"]}.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
        assert lock["packages"][f"node_modules/{name}"]["version"] == version
    assert not any("resolved" in entry for entry in lock["packages"].values())
    assert all("integrity" in entry for path, entry in lock["packages"].items() if path)


def test_every_icon_that_a_template_draws_is_in_the_sprite() -> None:
    server = Path(__file__).parents[2]
    used = {
        name
        for page in server.rglob("templates/**/*.html")
        for name in re.findall(r'{% icon "([\w-]+)" %}', page.read_text())
    }
    sprite = (shell.VENDOR / shell._versioned("lucide", "svg")).read_text()
    assert used
    assert used <= set(re.findall(r'<symbol id="([\w-]+)"', sprite))


def test_our_pages_load_from_ourselves_only() -> None:
    server = Path(__file__).parents[2]
    for page in (*server.rglob("templates/**/*.html"), *server.rglob("static/shell/*")):
        assert not re.search(r"(src|href)=[\"']?(https?:)?//", page.read_text())
