"""Files as other tools write them become strict tables, or a coded sentence says why not."""

from __future__ import annotations

import csv
import gzip
from datetime import date, datetime
from pathlib import Path

import pytest

from heartline.collect.guessing.loose import Room, Unreadable, strict
from heartline.collect.guessing.loose_text import Told


def read(tmp_path: Path, name: str, content: bytes) -> tuple[Told, list[list[str]]]:
    """Write a file, make it strict, and give what was told and every line."""
    (tmp_path / name).write_bytes(content)
    target = tmp_path / "strict.text.csv"
    told = strict(tmp_path / name, target)
    with target.open(encoding="utf-8", newline="") as file:
        return told, list(csv.reader(file))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_encoding_and_delimiter_gives_the_same_table(tmp_path: Path, encoding: str, delimiter: str) -> None:
    lines = [["Größe", "Datum", "Text"], ["XL", "31.12.2025 14:05", "für mich"], ["S", "1.1.2026 9:00", "naja"]]
    text = "\r\n".join(delimiter.join(line) for line in lines)
    told, rows = read(tmp_path, "a.csv", text.encode(encoding))
    assert rows == lines
    assert (told.rows, told.columns) == (2, lines[0])


def test_quoted_delimiters_and_line_breaks_stay_in_their_field(tmp_path: Path) -> None:
    _, rows = read(tmp_path, "a.csv", b'id;text\n1;"one; two\nthree ""four"""\n2;5\'8" tall\n')
    assert rows[1:] == [["1", 'one; two\nthree "four"'], ["2", "5'8\" tall"]]


def test_columns_of_one_name_all_stay(tmp_path: Path) -> None:
    told, rows = read(tmp_path, "a.csv", b"a,A,,a\n1,2,3,4\n5,6,7,8\n")
    assert rows == [["a", "A_2", "column_3", "a_3"], ["1", "2", "3", "4"], ["5", "6", "7", "8"]]
    assert told.named == 3


def test_ragged_lines_lose_nothing(tmp_path: Path) -> None:
    told, rows = read(tmp_path, "a.csv", b"a,b,c\n1,2,3\n1,2\n1,2,3,4,5\n7,8,9\n")
    assert rows == [["a", "b", "c", "more_fields"], ["1", "2", "3", ""], ["1", "2", "", ""], ["1", "2", "3", "4 5"],
                    ["7", "8", "9", ""]]  # fmt: skip
    assert (told.longer, told.shorter) == (1, 1)


def test_a_title_above_the_names_is_left_out_and_told(tmp_path: Path) -> None:
    told, rows = read(tmp_path, "a.csv", b"Report of May\n\nname,when,score\na,2020-01-01,5\nb,2020-01-02,4\n")
    assert rows[0] == ["name", "when", "score"]
    assert (told.skipped, told.rows) == (1, 2)


def test_a_file_without_names_keeps_its_first_line(tmp_path: Path) -> None:
    told, rows = read(tmp_path, "a.csv", b"anna@x.de,2024-01-01,5,great\nben@x.de,2024-01-02,4,fine\n")
    assert rows[0] == ["column_1", "column_2", "column_3", "column_4"]
    assert (told.headed, told.rows) == (False, 2)


def test_one_column_stays_one_whatever_its_texts_hold(tmp_path: Path) -> None:
    _, rows = read(tmp_path, "a.csv", b"Kommentar\nGut, sehr gut\nschlecht\nnaja, so, la; la\n")
    assert rows == [["Kommentar"], ["Gut, sehr gut"], ["schlecht"], ["naja, so, la; la"]]


def test_formulas_are_texts(tmp_path: Path) -> None:
    _, rows = read(tmp_path, "a.csv", b"id,text\n1,=cmd|'/C calc'!A0\n2,+1\n")
    assert [row[1] for row in rows[1:]] == ["=cmd|'/C calc'!A0", "+1"]


def test_three_hundred_columns(tmp_path: Path) -> None:
    head = ",".join(f"q{number}" for number in range(300))
    told, rows = read(tmp_path, "a.csv", f"{head}\n{','.join('1' * 300)}\n".encode())
    assert len(told.columns) == 300
    assert rows[1] == ["1"] * 300


def test_a_workbook_is_read_by_its_content_whatever_it_is_called(tmp_path: Path) -> None:
    from heartline.collect.guessing.tests.workbook import workbook

    cells: list[list[object]] = [["Umfrage 2025", None, None], ["Kunde", "Datum", "Note"],
             ["K1", datetime(2025, 12, 31, 14, 5), 4], ["K2", date(2026, 1, 1), 5.5]]  # noqa: DTZ001  # fmt: skip
    told, rows = read(tmp_path, "a.csv", workbook(cells))
    assert rows == [["Kunde", "Datum", "Note"], ["K1", "2025-12-31 14:05:00", "4"], ["K2", "2026-01-01", "5.5"]]
    assert told.skipped == 1


WRONG = {
    "empty_file": b"",
    "no_rows": b"a,b,c\n",
    "no_table": bytes(range(256)) * 40,
    "unclosed_quote": b'a,b\n1,"abc\n2,def\n3,"ok"\n',
    "broken_archive": b"\x1f\x8b\x08\x00broken",
    "too_many_columns": ",".join(f"q{number}" for number in range(1_200)).encode() + b"\n" + b"1," * 1_199 + b"1\n",
}


@pytest.mark.parametrize("code", WRONG)
def test_what_is_no_table_is_said_in_a_sentence(tmp_path: Path, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(tmp_path, "antworten.csv", WRONG[code])
    assert caught.value.code == code
    assert "antworten.csv" in caught.value.reason
    assert caught.value.remedy
    assert [path.name for path in tmp_path.iterdir()] == ["antworten.csv"]  # no half-written file stays


def test_a_bomb_is_stopped_and_leaves_nothing(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "a.csv.gz", "wb") as file:
        for _ in range(64):
            file.write(b"0," * (1 << 19))
    with pytest.raises(Unreadable) as caught:
        strict(tmp_path / "a.csv.gz", tmp_path / "a.text.csv", room=Room(unpacked=8 << 20))
    assert caught.value.code == "too_large"
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv.gz"]


def test_the_place_of_an_open_quotation_mark_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as caught:
        read(tmp_path, "a.csv", b'a,b\n1,x\n2,y\n3,"open\n4,z\n')
    assert caught.value.values == {"file": "a.csv", "line": 4}
