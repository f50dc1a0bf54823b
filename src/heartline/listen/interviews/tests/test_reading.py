"""Transcripts as recorders, meeting tools and typists write them; and files that are none."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from heartline.core.errors import HeartlineError, InvalidInput
from heartline.listen.interviews import documents, reading, speaking, values
from heartline.listen.interviews.values import Transcript

VTT = """WEBVTT - Interview

NOTE recorded in the store

STYLE
::cue { color: red }

1
00:00:01.000 --> 00:00:03.000
<v Ben Weber>How was the delivery?</v>

2
00:00:03.500 --> 00:00:06.000 align:start
<v.loud Anna>It came late &amp; <i>nobody</i>

3
00:00:06.500 --> 00:00:09.000
<v.loud Anna>told me.</v>

01:00:10.000 --> 01:00:11.000
<v Ben Weber>Did you call?</v>
"""
SRT = (
    "1\r\n00:00:01,000 --> 00:00:02,000\r\nI: Warum?\r\n\r\n"
    "2\r\n00:00:03,200 --> 00:00:04,000\r\nB: Es war {\\an8}zu teuer.\r\n\r\n"
    "3\r\n00:00:05,000 --> 00:00:06,000\r\nB: Viel zu teuer.\r\n"
)


def said(transcript: Transcript) -> list[tuple[str, str]]:
    return [(turn.speaker, turn.text) for turn in transcript.turns]


def refused(name: str, raw: bytes) -> str:
    with pytest.raises(InvalidInput) as error:
        reading.read(name, raw)
    return error.value.code


def docx(*paragraphs: str, table: tuple[tuple[str, ...], ...] = ()) -> bytes:
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if table:
        made = document.add_table(0, len(table[0]))
        for row in table:
            for cell, text in zip(made.add_row().cells, row, strict=True):
                cell.text = text
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def test_webvtt_gives_voices_and_keeps_the_seconds() -> None:
    found = reading.read("talk.vtt", VTT.encode())
    assert said(found) == [
        ("Ben Weber", "How was the delivery?"),
        ("Anna", "It came late & nobody told me."),
        ("Ben Weber", "Did you call?"),
    ]
    anna = found.turns[1]
    assert anna.marks == ((0, 3.5), (22, 6.5))
    assert anna.text[22:] == "told me."
    assert [anna.second(place) for place in (0, 21, 25)] == [3.5, 3.5, 6.5]
    assert found.turns[2].second() == 3610.0
    assert speaking.asks(found) == ("Ben Weber",)


def test_subrip_with_names_before_the_words() -> None:
    found = reading.read("talk.srt", SRT.encode())
    assert said(found) == [("I", "Warum?"), ("B", "Es war zu teuer. Viel zu teuer.")]
    assert found.turns[1].marks == ((0, 3.2), (17, 5.0))
    assert speaking.asks(found) == ("I",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_any_usual_encoding_is_read(encoding: str) -> None:
    text = "Interviewerin: Wie fühlten Sie sich?\nHerr Müller: Schön – für „mich“.\nHerr Müller: Ja.\n"
    found = reading.read("talk.txt", text.encode(encoding))
    assert said(found) == [
        ("Interviewerin", "Wie fühlten Sie sich?"), ("Herr Müller", "Schön – für „mich“. Ja."),
    ]  # fmt: skip


def test_lines_with_times_before_or_behind_the_name() -> None:
    text = "[00:00:05] Anna: Good morning.\n[00:00:09] Ben: Morning.\nAnna [0:12]: Let us begin.\nBen: Yes."
    found = reading.read("a.txt", text.encode())
    assert [(turn.speaker, turn.second()) for turn in found.turns] == [
        ("Anna", 5.0), ("Ben", 9.0), ("Anna", 12.0), ("Ben", None),
    ]  # fmt: skip


def test_names_on_lines_of_their_own() -> None:
    text = "Anna Schmidt  0:03\nHello there.\nHow are you?\n\nBen  1:00:10\nFine.\n"
    found = reading.read("a.txt", text.encode())
    assert [(turn.speaker, turn.text, turn.second()) for turn in found.turns] == [
        ("Anna Schmidt", "Hello there. How are you?", 3.0), ("Ben", "Fine.", 3610.0),
    ]  # fmt: skip


def test_what_looks_like_a_name_once_is_none() -> None:
    text = (
        "I: What happened?\nAnna: Two things: first the price.\nI: And then?\nAnna: Note that: nothing.\nNote: laughs"
    )
    assert said(reading.read("a.txt", text.encode())) == [
        ("I", "What happened?"), ("Anna", "Two things: first the price."), ("I", "And then?"),
        ("Anna", "Note that: nothing. Note: laughs"),
    ]  # fmt: skip


def test_a_text_without_speakers_is_read_as_one() -> None:
    found = reading.read("notes.txt", b"She waited for three weeks.\nThen she cancelled.\n")
    assert said(found) == [("", "She waited for three weeks. Then she cancelled.")]
    assert (found.speakers, speaking.asks(found)) == ((), ())


def test_captions_that_roll_are_read_once() -> None:
    text = (
        "WEBVTT\n\n00:01.000 --> 00:02.000\nhello\n\n00:02.000 --> 00:03.000\nhello\n\n00:03.000 --> 00:04.000\nyou\n"
    )
    assert said(reading.read("a.vtt", text.encode())) == [("", "hello you")]


def test_whoever_asks_is_found_by_their_questions() -> None:
    turns = "".join(f"Kim: Why {number}?\nLou: Because it was late.\n" for number in range(4))
    assert speaking.asks(reading.read("a.txt", turns.encode())) == ("Kim",)
    both = "".join(f"Kim: Why {number}?\nLou: Why not {number}?\n" for number in range(4))
    assert speaking.asks(reading.read("a.txt", both.encode())) == ()


def test_word_documents_with_paragraphs_and_with_tables() -> None:
    assert said(reading.read("a.docx", docx("I: Why?", "Anna: It was late.", "Anna: Very."))) == [
        ("I", "Why?"), ("Anna", "It was late. Very."),
    ]  # fmt: skip
    rows = (("I", "Why?"), ("Anna", "It was late."), ("I", "When?"))
    assert said(reading.read("a.docx", docx(table=rows))) == [("I", "Why?"), ("Anna", "It was late."), ("I", "When?")]
    # what a file is shows in its content, whatever it is called
    assert said(reading.read("a.txt", docx("I: Why?", "Anna: Late.")))[1] == ("Anna", "Late.")


def test_odd_files_are_refused_with_a_code() -> None:
    assert refused("a.pdf", b"%PDF-1.7") == "unknown_file"
    assert refused("a.txt", b"") == "empty_file"
    assert refused("a.txt", b" \n\n") == "empty_file"
    assert refused("a.vtt", b"WEBVTT\n\nNOTE nothing\n") == "empty_file"
    assert refused("a.txt", bytes(range(1, 9)) * 500) == "not_text"
    assert refused("a.txt", b"x" * (reading.MOST_BYTES + 1)) == "too_large"
    assert refused("a.txt", b"word " * (reading.MOST_LETTERS // 5 + 10)) == "too_long"
    assert refused("a.docx", b"PK\x03\x04 broken") == "bad_document"
    assert refused("a.docx", b"no document") == "bad_document"
    assert refused("a.docx", documents.OLD + b"\0" * 600) == "old_word"
    assert refused("a.docx", docx("I: Why?")[:2000]) == "bad_document"


def bomb(size: int, parts: int = 1, name: str = "word/document.xml") -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, b"\0" * size)
        for number in range(parts - 1):
            archive.writestr(f"word/{number}", b"")
    return held.getvalue()


def test_documents_that_unpack_to_too_much_are_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "UNPACKED", 1_000_000)
    assert len(bomb(1_000_001)) < 3_000
    assert refused("a.docx", bomb(1_000_001)) == "unpacks_too_large"
    assert refused("a.docx", bomb(10, documents.PARTS + 1)) == "unpacks_too_large"
    assert refused("a.docx", bomb(10, name="xl/workbook.xml")) == "bad_document"


def remade(change: Callable[[str], bytes]) -> bytes:
    """Give a document with another body."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx("I: Why?"))) as whole, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for name in whole.namelist():
            body = whole.read(name)
            new.writestr(name, change(body.decode()) if name == "word/document.xml" else body)
    return held.getvalue()


def test_a_small_document_of_many_tags_is_not_read() -> None:
    many = remade(lambda text: text.replace("<w:body>", "<w:body>" + "<w:p/>" * documents.TAGS).encode())
    assert len(many) < 100_000
    assert refused("a.docx", many) == "unpacks_too_large"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_that_names_another_file_is_refused(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret words")

    def change(text: str) -> bytes:
        text = text[text.index("<w:document") :].replace("I: Why?", "&xxe;")
        doctype = f'<!DOCTYPE x [<!ENTITY xxe SYSTEM "{(tmp_path / "secret").as_uri()}">]>'
        return f'<?xml version="1.0" encoding="{encoding}"?>{doctype}{text}'.encode(encoding)

    assert refused("a.docx", remade(change)) == "bad_document"


def test_files_of_very_many_lines_or_turns_are_too_long() -> None:
    assert refused("a.vtt", b"WEBVTT\n\n" + b"00:01.0-->00:02.0\na\n\n" * 500_000) == "too_long"
    assert refused("a.txt", b"A: x\nB: y\n" * reading.MOST_TURNS) == "too_long"


def test_names_that_turn_the_direction_are_set_upright() -> None:
    read = reading.read("a.txt", "I: Why?\nAnna \u202egnal\u202c: It was \u2067late\u2069.\nI: And?\n".encode())
    assert said(read)[1] == ("Anna gnal", "It was late.")
    assert said(reading.read("a.docx", docx("I: Why?", "Ben\u202e: Late.", "I: And?")))[1] == ("Ben", "Late.")


def test_a_document_whose_entities_grow_is_refused() -> None:
    held = io.BytesIO()
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "x" * 10}">' for n in range(9))
    with zipfile.ZipFile(io.BytesIO(docx("I: Why?"))) as whole, zipfile.ZipFile(held, "w") as archive:
        for name in whole.namelist():
            body = whole.read(name)
            if name == "word/document.xml":
                text = body.decode().replace("<w:document", f"<!DOCTYPE x [{entities}]><w:document", 1)
                body = text.replace("I: Why?", "&a8;").encode()
            archive.writestr(name, body)
    assert refused("a.docx", held.getvalue()) in ("bad_document", "empty_file")


@given(st.binary(max_size=400), st.sampled_from(["a.txt", "a.vtt", "a.srt", "a.docx"]))
def test_no_file_breaks_the_reading(raw: bytes, name: str) -> None:
    try:
        found = reading.read(name, raw)
    except HeartlineError:
        return
    assert all(turn.text and turn.text == " ".join(turn.text.split()) for turn in found.turns)
    assert values.made(values.plain(found)) == found


@given(st.text(max_size=300))
def test_words_are_never_lost(text: str) -> None:
    try:
        found = reading.read("a.txt", text.encode())
    except InvalidInput:
        return
    kept = " ".join(f"{turn.speaker} {turn.text}" for turn in found.turns)
    for word in reading.decoded(text.encode()).split():
        plain = "".join(letter for letter in word if letter.isalpha())
        assert plain in "".join(letter for letter in kept if letter.isalpha())


def test_a_file_without_any_full_stop_is_cut_into_turns() -> None:
    made = reading.read("a.txt", b"A: words that never end\n" * 20_000)
    assert made.words == 20_000 * 4
    assert max(len(turn.text) for turn in made.turns) <= speaking.LONGEST + 30  # else each line would copy all before


def test_a_voice_that_is_never_closed_is_none() -> None:
    cue = b"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n" + b"<v A" * 20_000 + b"<v Bea>It was late.</v>\n"
    assert reading.read("a.vtt", cue).turns[-1].speaker == "Bea"
