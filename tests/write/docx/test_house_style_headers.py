"""Word copies in a house style: headers, footers, markings and labels of drafts."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest

from render.view.blocks import View
from render.write.docx.writer import write_word
from render.write.theme import Theme
from tests.extract import DECLARATION, KITCHEN_SINK, viewed
from tests.extract_word import W, word_part
from tests.houses import as_bytes, logo
from tests.word_lint import faults
from tests.write.docx.copies import fields
from tests.write.docx.house_styles import draft_of, header_lines, in_house_style, saved


def test_headers_footers_and_logos_are_those_of_the_house_style(a: Path) -> None:
    copy = in_house_style(DECLARATION, a)
    section = docx.Document(BytesIO(copy)).sections[0]
    assert section.different_first_page_header_footer
    assert [paragraph.text for paragraph in section.header.paragraphs] == ["Ministry of A"]
    assert [paragraph.text for paragraph in section.first_page_footer.paragraphs] == ["Street of A 1, City of A"]
    (picture,) = (
        relation for relation in section.first_page_header.part.rels.values() if relation.reltype.endswith("/image")
    )
    assert picture.target_part.blob == logo()


def test_a_house_style_without_headers_and_footers_gets_the_default_ones(folder: Path) -> None:
    house = saved(folder / "bare.docx", as_bytes(docx.Document()))
    section = docx.Document(BytesIO(in_house_style(DECLARATION, house))).sections[0]
    assert section.different_first_page_header_footer
    assert [paragraph.text for paragraph in section.header.paragraphs] == ["UK-Lithuania joint declaration 2022"]
    assert [paragraph.text for paragraph in section.first_page_header.paragraphs] == [""]
    assert [paragraph.text for paragraph in section.first_page_footer.paragraphs] == ["Page 1 of 1"]


def test_even_pages_have_the_header_of_the_house_style(b: Path) -> None:
    document = docx.Document(BytesIO(in_house_style(KITCHEN_SINK, b)))
    assert document.settings.odd_and_even_pages_header_footer
    assert [paragraph.text for paragraph in document.sections[0].even_page_header.paragraphs] == [
        "OFFICIAL",
        "Ministerium von B",
    ]


def test_the_running_title_and_page_numbers_are_in_the_language_of_the_text(b: Path) -> None:
    source = "id: it\nlanguages: [lt]\ntitle: T\nshort_title: Trumpai\nbody: [{id: p, text: C}]\n"
    section = docx.Document(BytesIO(in_house_style(source, b))).sections[0]
    assert [paragraph.text for paragraph in section.header.paragraphs] == ["Trumpai"]
    assert [paragraph.text for paragraph in section.footer.paragraphs] == ["1 puslapis iš 1"]
    assert [code for code, _ in fields(section.footer._element)] == ["PAGE", "NUMPAGES"]


@pytest.mark.parametrize("name", ["a", "b", "default", None])
def test_the_marking_is_at_the_top_and_bottom_of_every_page(request: Any, name: str | None) -> None:
    copy = write_word(viewed(KITCHEN_SINK), Theme(house_style=request.getfixturevalue(name) if name else None))
    heads, feet = header_lines(copy, "headerReference"), header_lines(copy, "footerReference")
    assert len(heads) == len(feet) == (3 if name == "b" else 2)
    assert [head[0] for head in heads] == ["OFFICIAL"] * len(heads)
    assert [foot[-1] for foot in feet] == ["OFFICIAL"] * len(feet)


@pytest.mark.parametrize("name", ["a", "b", None])
def test_every_page_of_a_draft_is_labelled_as_a_draft(request: Any, name: str | None) -> None:
    copy = write_word(draft_of(KITCHEN_SINK), Theme(house_style=request.getfixturevalue(name) if name else None))
    assert faults(copy) == []
    heads = header_lines(copy, "headerReference")
    assert [head[1] for head in heads] == ["Draft"] * len(heads)
    with zipfile.ZipFile(BytesIO(copy)) as archive:
        parts = [
            archive.read(name).decode()
            for name in archive.namelist()
            if re.fullmatch(r"word/(header|house)\d+.xml", name)
        ]
    marks = [mark for part in parts for mark in re.findall(r'<v:shape (.*?)>.*?string="(.*?)"', part, re.DOTALL)]
    assert [word for _, word in marks] == ["DRAFT"] * len(heads)
    assert all('alt="Draft"' in shape for shape, _ in marks)
    assert len({re.findall(r'id="(PowerPlusWaterMarkObject\d+)"', shape)[0] for shape, _ in marks}) == len(heads)


@pytest.mark.parametrize("status", ["agreed", "signed", "published", ""])
def test_only_drafts_are_labelled_as_drafts(a: Path, status: str) -> None:
    view = draft_of(KITCHEN_SINK, status)
    assert view.status == status
    for copy in (write_word(view), in_house_style(view, a)):
        assert not [line for sheet in header_lines(copy, "headerReference") for line in sheet if line == "Draft"]


def test_the_label_of_a_draft_is_in_its_language() -> None:
    found = {}
    for language in ("lt", "fr", "de", "pl"):
        source = f"id: it\nlanguages: [{language}]\ntitle: T\nstatus: draft\nbody: [{{id: p, text: C}}]\n"
        copy = write_word(viewed(source))
        found[language] = header_lines(copy, "headerReference")[0][0]
        runs = [run for run in word_part(copy, "word/header1.xml").iter(f"{W}r") if run.find(f"{W}t") is not None]
        named = [lang.get(f"{W}val") for lang in runs[0].iter(f"{W}lang")]
        assert named == (["en-GB"] if language == "pl" else [])
    assert found == {"lt": "Projektas", "fr": "Projet", "de": "Entwurf", "pl": "Draft"}


def test_the_top_margin_leaves_room_for_the_header(a: Path) -> None:
    def top(view: View, house: Path | None) -> int:
        margin = docx.Document(BytesIO(write_word(view, Theme(house_style=house)))).sections[0].top_margin
        assert margin is not None
        return int(margin.twips)

    assert top(viewed(DECLARATION), a) == 1440
    # The header begins at 720; two lines, a logo of half an inch, and a gap.
    assert top(draft_of(KITCHEN_SINK), a) == 720 + 2 * 300 + 720 + 120
    assert top(viewed(DECLARATION), None) == top(viewed(KITCHEN_SINK), None) == 1531
