"""Internal notes in a Word briefing are Word comments with their author; LibreOffice reads them too."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import docx
import lxml.etree
import pytest

from render.write.docx.writer import write_house_style, write_word
from render.write.theme import Theme
from tests.compose.overlays import OVERLAY, briefed
from tests.extract_word import W, word_part, word_text
from tests.office import convert
from tests.word_lint import faults

NOTES = """
      - {author: Anna Ąžuolė, date: 2025-03-03, text: "Ask *Boris*, see [](#fish) and [minutes](https://example.org/m)."}
      - author: Boris
        text: |
          One.

          Two.
"""
WITH_NOTES = OVERLAY.replace(" [{author: canary, text: canary}]", NOTES.rstrip())
MEETINGS = '  meetings: {topics: [], gist: "They meet, see [](#research)."'
WITH_NOTES = WITH_NOTES.replace(MEETINGS + "}", MEETINGS + ", notes: [{author: anna, text: When?}]}")


@pytest.fixture(scope="module")
def copy() -> bytes:
    return write_word(briefed(WITH_NOTES))


def test_each_note_is_a_comment_with_its_author(copy: bytes) -> None:
    comments = list(docx.Document(BytesIO(copy)).comments)
    assert [(comment.author, comment.initials, comment.text) for comment in comments] == [
        ("anna", "A", "When?"),
        ("Anna Ąžuolė", "AĄ", "Ask Boris, see paragraph 2(b) and minutes."),
        ("Boris", "B", "One.\nTwo."),
    ]


def test_a_comment_has_the_date_of_its_note_if_any(copy: bytes) -> None:
    dates = [comment.get(f"{W}date") for comment in word_part(copy, "word/comments.xml")]
    assert dates == [None, "2025-03-03T00:00:00Z", None]


def test_a_comment_is_anchored_to_its_gist(copy: bytes) -> None:
    document = word_part(copy, "word/document.xml")
    commented = []
    for start in document.iter(f"{W}commentRangeStart"):
        words, element = "", start.getnext()
        while element.get(f"{W}id") != start.get(f"{W}id") or element.tag != f"{W}commentRangeEnd":
            words += "".join(piece.text for piece in element.iter(f"{W}t"))
            element = element.getnext()
        commented.append(words)
    assert commented == ["Meetings. They meet, see paragraph 4.", "They travel.", "They travel."]
    references = [reference.get(f"{W}id") for reference in document.iter(f"{W}commentReference")]
    assert references == [comment.get(f"{W}id") for comment in word_part(copy, "word/comments.xml")] == ["0", "1", "2"]


def test_the_link_in_a_note_is_external(copy: bytes) -> None:
    rels = word_part(copy, "word/_rels/comments.xml.rels")
    assert [(relation.get("Target"), relation.get("TargetMode")) for relation in rels] == [
        ("https://example.org/m", "External")
    ]


def test_the_text_is_the_same_without_the_notes(copy: bytes) -> None:
    bare = OVERLAY.replace("    notes: [{author: canary, text: canary}]\n", "")
    plain = write_word(briefed(bare))
    assert word_text(copy) == word_text(plain)
    with zipfile.ZipFile(BytesIO(plain)) as archive:
        assert "word/comments.xml" not in archive.namelist()
    assert b"comments" not in lxml.etree.tostring(word_part(plain, "word/_rels/document.xml.rels"))


def test_the_comments_are_the_same_every_time_and_in_a_house_style(copy: bytes, tmp_path: Path) -> None:
    assert write_word(briefed(WITH_NOTES)) == copy
    house = tmp_path / "house.dotx"
    house.write_bytes(write_house_style(".dotx"))
    in_house_style = write_word(briefed(WITH_NOTES), Theme(house_style=house))
    assert next(comment.text for comment in docx.Document(BytesIO(in_house_style)).comments) == "When?"
    assert faults(copy) == faults(in_house_style) == []


def test_libreoffice_reads_the_comments(copy: bytes) -> None:
    (odt,) = convert([copy], ".odt")
    with zipfile.ZipFile(BytesIO(odt)) as archive:
        content = lxml.etree.fromstring(archive.read("content.xml"))
    names = {"office": content.nsmap["office"], "dc": content.nsmap["dc"], "text": content.nsmap["text"]}
    found = [
        (
            annotation.findtext("dc:creator", namespaces=names),
            ["".join(p.itertext()) for p in annotation.iterfind("text:p", names)],
        )
        for annotation in content.iter(f"{{{names['office']}}}annotation")
    ]
    assert sorted(found) == [
        ("Anna Ąžuolė", ["Ask Boris, see paragraph 2(b) and minutes."]),
        ("Boris", ["One.", "Two."]),
        ("anna", ["When?"]),
    ]
