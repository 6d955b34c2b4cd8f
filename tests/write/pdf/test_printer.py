"""The PDF, read back by poppler: its metadata, fonts, bookmarks and pages, and errors of printing."""

from __future__ import annotations

import os
import re
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import lxml.etree
import pytest

from render.compose.edition import compose
from render.errors import EngrossError, PrintError
from render.read.reader import read_bytes
from render.resources import TEMPLATES
from render.view.blocks import Contents, Heading, Paragraph, View
from render.view.options import ViewOptions
from render.write.formats import FORMATS, write
from render.write.pdf.process import PdfProcess
from render.write.theme import Theme
from tests.extract import DECLARATION, KITCHEN_SINK, pdf_footers, pdf_headers, pdf_pages, run, unpacked, viewed
from tests.printer import printed
from tests.write.pdf.printing import filler, info, pdf_of


@pytest.fixture(scope="module")
def declaration() -> bytes:
    return printed(viewed(DECLARATION))


@pytest.fixture(scope="module")
def sink() -> bytes:
    return printed(viewed(KITCHEN_SINK))


# Metadata, fonts and bookmarks


def test_the_pdf_is_tagged_on_a4_with_title_author_and_date(declaration: bytes) -> None:
    fields = dict(line.split(":", 1) for line in info(declaration, "-isodates").splitlines() if ":" in line)
    assert fields["Title"].strip() == "UK-Lithuania joint declaration on bilateral cooperation 2022"
    assert fields["Author"].strip() == "Foreign, Commonwealth & Development Office"
    assert fields["CreationDate"].strip().startswith("2022-05-30")
    assert fields["Page size"].strip().endswith("(A4)")
    assert (fields["Tagged"].strip(), fields["Encrypted"].strip(), fields["JavaScript"].strip()) == ("yes", "no", "no")


def test_every_font_is_bundled_and_embedded(declaration: bytes, sink: bytes, tmp_path: Path) -> None:
    bundled = {re.sub(r"-?(Regular|Bold|Italic)+$", "", font.stem) for font in (TEMPLATES / "fonts").glob("*.ttf")}
    for pdf in (declaration, sink):
        (tmp_path / "it.pdf").write_bytes(pdf)
        lines = run(["pdffonts", tmp_path / "it.pdf"]).decode().splitlines()[2:]
        assert lines
        for line in lines:
            name, embedded, subset, unicode = line.split()[0], *line.split()[-5:-2]
            family = re.sub(r"(-(Bold|Italic))+$|,.*$", "", name.partition("+")[2].rstrip(","))
            assert family.replace("-", "") in {own.replace("-", "") for own in bundled}, name
            assert (embedded, subset, unicode) == ("yes", "yes", "yes"), line


def test_the_headings_are_the_bookmarks(declaration: bytes, tmp_path: Path) -> None:
    (tmp_path / "it.pdf").write_bytes(declaration)
    run(["pdftohtml", "-xml", "-i", tmp_path / "it.pdf", tmp_path / "it"])
    parser = lxml.etree.XMLParser(recover=True)
    root = lxml.etree.parse(tmp_path / "it.xml", parser).getroot()
    titles = ["".join(item.itertext()) for outline in root.iterfind("outline") for item in outline.iter("item")]
    headings = [block for block in viewed(DECLARATION).blocks if isinstance(block, Heading)]
    assert titles[-len(headings) :] == [_words(heading) for heading in headings]
    assert len(headings) == 6


def _words(heading: Heading) -> str:
    assert heading.words
    return "".join(getattr(inline, "text", "") for inline in heading.words.inlines)


def test_every_heading_is_a_link_destination(declaration: bytes) -> None:
    names = set(re.findall(r'"(.*)"', info(declaration, "-dests")))
    anchors = {
        block.anchor for block in viewed(DECLARATION).blocks if isinstance(block, Heading | Paragraph) and block.anchor
    }
    linked = {block.anchor for block in viewed(DECLARATION).blocks if isinstance(block, Heading)}
    assert linked <= names
    assert len(anchors) == 39


def test_the_links_are_those_of_the_source(declaration: bytes) -> None:
    addresses = {line.split()[-1] for line in info(declaration, "-url").splitlines()[1:]}
    assert "https://www.gov.uk/government/organisations/foreign-commonwealth-development-office" in addresses
    assert "mailto:psi@nationalarchives.gov.uk" in addresses


# The page


def test_pages_are_numbered_and_those_after_the_first_have_the_short_title(declaration: bytes) -> None:
    footers, headers = pdf_footers(declaration), pdf_headers(declaration)
    assert footers == [f"Page {number} of {len(footers)}" for number in range(1, len(footers) + 1)]
    assert headers == ["", *["UK-Lithuania joint declaration 2022"] * (len(headers) - 1)]


@pytest.mark.parametrize("marking", ["OFFICIAL", "OFFICIAL – SENSITIVE: NOT FOR PUBLICATION BEFORE SIGNATURE"])
def test_every_page_has_its_whole_marking_at_the_top_and_bottom(marking: str) -> None:
    pdf = pdf_of(*filler(60), marking=marking, short_title="A short title")
    headers, footers = pdf_headers(pdf), pdf_footers(pdf)
    assert len(headers) > 1
    for number, (header, footer) in enumerate(zip(headers, footers, strict=True), 1):
        assert marking in " ".join(header.split())
        assert marking in " ".join(footer.split())
        assert f"Page {number} of {len(headers)}" in footer
    assert "A short title" in headers[1]
    assert "OFFICIAL" not in "".join(pdf_pages(pdf))


def test_the_contents_name_the_pages_that_the_headings_are_on(declaration: bytes) -> None:
    pages = [" ".join(page.split()) for page in pdf_pages(declaration)]
    view = viewed(DECLARATION)
    (contents,) = (block for block in view.blocks if isinstance(block, Contents))
    for title in [_words(block) for block in view.blocks if isinstance(block, Heading)]:
        listed = re.search(rf"{re.escape(title)} ?(?:\. ?)+(\d+)", pages[0])
        assert listed, title
        assert title in re.sub(r"(?:\. ?){3,}", "", pages[int(listed[1]) - 1])
    assert len(contents.entries) == 6


# Errors


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="file:///etc/passwd" alt="x">',
        '<link rel="attachment" href="file:///etc/passwd">',
        '<img src="http://example.org/x.png" alt="x">',
        "<style>body { background: url(file:///etc/passwd) }</style>",
    ],
)
def test_a_users_template_that_requests_a_file_or_address_is_not_printed(markup: str, tmp_path: Path) -> None:
    (tmp_path / "pdf").mkdir()
    (tmp_path / "pdf" / "page.html.j2").write_text(f"<!DOCTYPE html><html><body>{markup}A</body></html>")
    results = written(viewed(KITCHEN_SINK), PdfProcess(tmp_path), tmp_path)
    assert isinstance(results["pdf"], PrintError)
    assert re.search("file:///etc/passwd|http://example.org/x.png", str(results["pdf"]))
    assert all(isinstance(results[name], bytes) for name in ("docx", "html", "txt"))


def test_a_dead_printer_does_not_stop_other_formats() -> None:
    printer = PdfProcess()
    os.kill(printer.pid, signal.SIGKILL)
    results = written(viewed(KITCHEN_SINK), printer, None)
    assert isinstance(results["pdf"], PrintError)
    assert all(isinstance(results[name], bytes) for name in ("docx", "html", "txt"))


def test_characters_without_a_font_are_listed_briefly() -> None:
    with pytest.raises(PrintError) as raised:
        pdf_of({"id": "p", "text": "人人生而自由，在尊严和权利上一律平等。"})
    assert str(raised.value) == (
        'PDF: no font has "人" (U+4EBA), "生" (U+751F), "而" (U+800C), "自" (U+81EA), "由" (U+7531), "，" (U+FF0C), '
        '"在" (U+5728), "尊" (U+5C0A) and 10 more; put a font with these characters into DIR/fonts '
        "and add --templates DIR"
    )


def test_a_character_without_a_font_does_not_stop_other_formats() -> None:
    results = written(viewed("id: it\nlanguages: [en]\ntitle: A 中 B\nbody: []\n"), PdfProcess(), None)
    assert "U+4E2D" in str(results["pdf"])
    for name in ("html", "txt"):
        assert "中".encode() in bytes_of(results[name])


def written(view: View, printer: PdfProcess, templates: Path | None) -> dict[str, bytes | EngrossError]:
    """The output of each format, or the error instead of it."""
    try:
        return {
            format_.name: result for format_, result in write(view, list(FORMATS.values()), Theme(templates), printer)
        }
    finally:
        printer.close()


def bytes_of(result: Any) -> bytes:
    assert isinstance(result, bytes)
    return result


def test_a_pdf_embeds_its_source_without_comments_on_request(tmp_path: Path) -> None:
    source = DECLARATION.read_bytes() + b"# canary\n"
    declaration = read_bytes(source, "x", Path()).declaration
    pdf = printed(compose(declaration, "en", ViewOptions(source=True)))
    file = tmp_path / "x.pdf"
    file.write_bytes(pdf)
    assert "uk-lithuania-2022.yaml" in run(["pdfdetach", "-list", str(file)]).decode()
    run(["pdfdetach", "-save", "1", "-o", str(tmp_path / "x.yaml"), str(file)])
    embedded = (tmp_path / "x.yaml").read_bytes()
    parties = tuple(replace(party, name=party.id) for party in declaration.parties)
    assert read_bytes(embedded, "x", Path()).declaration == replace(declaration, parties=parties)
    assert b"canary" not in embedded
    assert unpacked(pdf).count(b"/AFRelationship /Source") == 1
    assert len(re.findall(rb"/AF ?\[(\d+ 0 R)\]", unpacked(pdf))) == 1
    assert b"ModDate (D:20220530000000Z" in unpacked(pdf)


def test_a_pdf_embeds_no_file_by_default(declaration: bytes) -> None:
    assert b"EmbeddedFile" not in declaration


def test_every_page_of_a_draft_is_labelled_as_a_draft() -> None:
    draft, signed = (pdf_of(*filler(60), status=status) for status in ("draft", "signed"))
    pages = run(["pdftotext", "-raw", "-", "-"], draft).decode().split("\f")[:-1]
    assert len(pages) > 1
    found = ["".join(page.split()).count("Draft") for page in pages]
    assert found == [2] + [1] * (len(pages) - 1)  # and in the masthead
    assert b"Draft" not in b"".join(run(["pdftotext", "-raw", "-", "-"], signed).split())
