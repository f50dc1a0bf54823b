"""What files say about consent is found in them by their columns, whoever wrote the recipe."""

from __future__ import annotations

import gzip
from pathlib import Path

from heartline.collect.exports import agreeing, consents

from .conftest import Land
from .test_mailchimp import AUDIENCE

LIST = """\
Email;Purpose;Channel;State;At
ada@shop.example;newsletter;email;yes;2024-01-02 09:00
ben@shop.example;newsletter;email;opted_out;03.02.2024
cleo@shop.example;newsletter;;subscribed;
dora@shop.example;newsletter;email;perhaps;2024-01-02
;newsletter;email;yes;2024-01-02
"""
PLAIN = "recipe: 1\nsource: own\nfiles: {some: %s}\ninteractions:\n  - sql: select 1 as id from some\n"


def own(folder: Path, file: str) -> Path:
    (folder / "recipe.yaml").write_text(PLAIN.replace("%s", file))
    return folder / "recipe.yaml"


def test_a_recipe_of_ones_own_over_a_known_export_tells_too(tmp_path: Path) -> None:
    (tmp_path / "members.csv.gz").write_bytes(gzip.compress(AUDIENCE.encode("utf-8-sig")))
    rows = list(agreeing.told(own(tmp_path, "members.csv.gz")))
    assert [row["state"] for row in rows] == ["given", "given", "given", "withdrawn", "suppressed"]
    assert list(agreeing.told(own(tmp_path, "members.text.csv"))) == rows


def test_files_that_say_nothing_of_consent_tell_nothing(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("id,email,total\n1,a@b.example,3\n")
    (tmp_path / "empty.csv").write_text("")
    for file in ("orders.csv", "empty.csv", "missing.csv"):
        assert list(agreeing.told(own(tmp_path, file))) == []


def test_a_plain_list(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(LIST)
    rows = list(agreeing.told(own(tmp_path, "list.text.csv")))
    assert all(list(row) == list(consents.COLUMNS) for row in rows)
    assert [(row["value"][:3], row["channel"], row["state"], row["at"]) for row in rows] == [
        ("cle", "email", "given", None),
        ("dor", "email", "perhaps", "2024-01-02 00:00:00"),
        ("ada", "email", "given", "2024-01-02 09:00:00"),
        ("ben", "email", "withdrawn", "2024-02-03 00:00:00"),
    ]


def test_what_a_plain_list_says_with_a_day_happened(land: Land) -> None:
    report, rows = land("consent_list", "consents.csv", LIST)
    assert (report.landed, report.dropped) == (2, {})
    assert sorted(row["touchpoint"] for row in rows.values()) == ["consent_given", "consent_withdrawn"]
    assert "shop.example" not in str(rows)
