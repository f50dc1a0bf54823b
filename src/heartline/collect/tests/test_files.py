"""Workbooks and packed files land like any other."""

from __future__ import annotations

import gzip
import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from heartline.collect.importing import run
from heartline.collect.tests.conftest import SMALL, World

RECIPE = """\
recipe: 1
source: book
files: {rows: NAME}
interactions:
  - sql: select nr as id, day as occurred_at, what as touchpoint, score, 'stars5' as scale from rows
"""
CELLS: list[list[object]] = [
    ["nr", "day", "what", "score"],
    ["A1", 45352.5, "Call", 4],
    ["A2", 45353, "Visit", ""],
]


def workbook() -> bytes:
    """Write a workbook by hand: one sheet, its second column formatted as a date."""

    def cell(name: str, value: object) -> str:
        if isinstance(value, str):
            return f'<c r="{name}" t="inlineStr"><is><t>{value}</t></is></c>' if value else ""
        style = ' s="1"' if name.startswith("B") else ""
        return f'<c r="{name}"{style}><v>{value}</v></c>'

    rows = "".join(
        f'<row r="{number}">{"".join(cell("ABCD"[at] + str(number), value) for at, value in enumerate(row))}</row>'
        for number, row in enumerate(CELLS, 1)
    )
    space = "http://schemas.openxmlformats.org"
    main, relations = f"{space}/spreadsheetml/2006/main", f"{space}/officeDocument/2006/relationships"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{space}/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{space}/package/2006/relationships"><Relationship Id="r1" '
        f'Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets>'
        '<sheet name="one" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{space}/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{relations}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{main}"><cellXfs count="2"><xf numFmtId="0"/>'
        '<xf numFmtId="22"/></cellXfs></styleSheet>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>',
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as book:
        for name, text in parts.items():
            book.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return packed.getvalue()


def parquet() -> bytes:
    table = pa.table(
        {
            "nr": ["A1", "A2"],
            "day": pa.array([datetime(2024, 3, 1, 12, tzinfo=UTC), datetime(2024, 3, 2, tzinfo=UTC)]),
            "what": ["Call", "Visit"],
            "score": pa.array([4, None], pa.int64()),
        }
    )
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rows.xlsx", workbook()),
        ("rows.xlsx.gz", gzip.compress(workbook())),
        ("rows.parquet", parquet()),
        ("rows.parquet.gz", gzip.compress(parquet())),
        (
            "ROWS.CSV.GZ",
            gzip.compress(b"nr,day,what,score\nA1,2024-03-01 12:00:00,Call,4\nA2,2024-03-02 00:00:00,Visit,\n"),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_same_rows_land_from_every_kind_of_file(name: str, content: bytes, world: World) -> None:
    (world.folder / name).write_bytes(content)
    report = run(world.write(RECIPE.replace("NAME", name)), world.data, limits=SMALL)
    assert (report.landed, report.dropped) == (2, {})
    assert world.rows("id", "occurred_at", "touchpoint", "score") == [
        {"id": "book:A1", "occurred_at": datetime(2024, 3, 1, 12, tzinfo=UTC), "touchpoint": "call", "score": 4.0},
        {"id": "book:A2", "occurred_at": datetime(2024, 3, 2, tzinfo=UTC), "touchpoint": "visit", "score": None},
    ]


def test_files_are_found_in_the_folder_that_is_named(world: World, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere: Path = tmp_path_factory.mktemp("files")
    (elsewhere / "rows.csv").write_text("nr,day,what,score\nA1,2024-03-01,Call,4\n")
    report = world.land(RECIPE.replace("NAME", "rows.csv"), folder=elsewhere)
    assert report.landed == 1
