"""Workbooks for tests, written as the standard says (ECMA-376): one sheet, texts inline."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time
from xml.sax.saxutils import escape

_OPEN = "http://schemas.openxmlformats.org"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_DOC = f"{_OPEN}/officeDocument/2006/relationships"
_MAIN = f"{_OPEN}/spreadsheetml/2006/main"
_PARTS = (("workbook", "sheet.main"), ("worksheets/sheet1", "worksheet"), ("styles", "styles"))
_HEAD = '<?xml version="1.0"?>'
_TYPES = (
    f'{_HEAD}<Types xmlns="{_OPEN}/package/2006/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    + "".join(f'<Override PartName="/xl/{part}.xml" ContentType="{_KIND}.{kind}+xml"/>' for part, kind in _PARTS)
    + "</Types>"
)


def _relations(**targets: str) -> str:
    listed = "".join(
        f'<Relationship Id="r{number}" Type="{_DOC}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets.items(), 1)
    )
    return f'{_HEAD}<Relationships xmlns="{_OPEN}/package/2006/relationships">{listed}</Relationships>'


_ROOT = _relations(officeDocument="xl/workbook.xml")
_RELS = _relations(worksheet="worksheets/sheet1.xml", styles="styles.xml")
_BOOK = (
    f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_DOC}"><sheets><sheet name="Data" sheetId="1" r:id="r1"/></sheets>'
    "</workbook>"
)
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
    '<borders count="1"><border/></borders><cellXfs count="3"><xf numFmtId="0"/>'
    '<xf numFmtId="22"/><xf numFmtId="20"/></cellXfs>'
    "</styleSheet>"
)


def workbook(rows: Sequence[Sequence[object]]) -> bytes:
    """Give an xlsx file with these cells; a text that begins with `=` is a formula without a stored value."""
    body = "".join(
        f'<row r="{number}">{"".join(_cell(cell, _place(column, number)) for column, cell in enumerate(row))}</row>'
        for number, row in enumerate(rows, 1)
    )
    sheet = (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{body}</sheetData></worksheet>"
    )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (
            ("[Content_Types].xml", _TYPES), ("_rels/.rels", _ROOT), ("xl/workbook.xml", _BOOK),
            ("xl/_rels/workbook.xml.rels", _RELS), ("xl/styles.xml", _STYLES), ("xl/worksheets/sheet1.xml", sheet),
        ):  # fmt: skip
            archive.writestr(name, text)
    return made.getvalue()


def _place(column: int, row: int) -> str:
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def _cell(value: object, place: str) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        start = datetime(1899, 12, 30)  # noqa: DTZ001  (day zero of spreadsheets, which know no zones)
        moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001
        days = (moment - start).total_seconds() / 86_400
        return f'<c r="{place}" s="1"><v>{days!r}</v></c>'
    if isinstance(value, time):
        part = (value.hour * 3600 + value.minute * 60 + value.second) / 86_400
        return f'<c r="{place}" s="2"><v>{part!r}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value}</v></c>'
    text = str(value)
    if text.startswith("="):
        return f'<c r="{place}"><f>{escape(text[1:])}</f></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
