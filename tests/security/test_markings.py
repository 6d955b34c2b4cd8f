"""The protective marking is whole and visible on every page of every format, whatever else wants its place."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from PIL import Image

from render.errors import EngrossError, MarkingError
from render.resources import TEMPLATES
from render.view.blocks import View
from render.view.inlines import Run, Words
from render.write.docx.writer import write_house_style
from render.write.formats import FORMATS, open_printer, validate_theme, write
from render.write.page_ends import check_marking
from render.write.pdf.page_ends import read_pdf
from render.write.theme import DEFAULT_THEME, Theme
from tests.extract import DECLARATION, pdf_footers, pdf_headers, run, viewed
from tests.houses import changed
from tests.office import convert

MARKING = "OFFICIAL-SENSITIVE – RECIPIENTS <ONLY>, A & B"


def marked(marking: str = MARKING, **changes: Any) -> View:
    """A declaration of several pages with a marking."""
    return replace(viewed(DECLARATION), marking=Words((Run(marking),), "en"), **changes)


def written(view: View, formats: str, theme: Theme = DEFAULT_THEME) -> Mapping[str, bytes | EngrossError]:
    """What each format comes to, by its name."""
    chosen = [FORMATS[name] for name in formats.split(",")]
    printer = open_printer(chosen, theme.templates)
    try:
        return {format_.name: result for format_, result in write(view, chosen, theme, printer)}
    finally:
        if printer:
            printer.close()


def pdf_of(view: View, theme: Theme = DEFAULT_THEME) -> bytes:
    result = written(view, "pdf", theme)["pdf"]
    assert isinstance(result, bytes), result
    return result


def squeezed(text: str) -> str:
    return "".join(text.split())


def assert_on_every_page(pdf: bytes, marking: str, pages: int = 2) -> None:
    """Assert that the marking is at the head and foot of every page, by poppler, and that something is drawn there."""
    heads, feet = pdf_headers(pdf), pdf_footers(pdf)
    assert len(heads) >= pages
    for head, foot in zip(heads, feet, strict=True):
        assert squeezed(marking) in squeezed(head)
        assert squeezed(marking) in squeezed(foot)


# PDF


@pytest.mark.parametrize("title", ["A", "A very long title " * 40, "X" * 500, "ŽĄ " * 300])
@pytest.mark.parametrize("edition", ["full", "briefing"])
def test_no_title_moves_the_marking_of_a_pdf(title: str, edition: str, tmp_path: Path) -> None:
    pdf = pdf_of(marked(short_title=title, edition=edition))
    assert_on_every_page(pdf, MARKING)
    assert places(pdf) == places(pdf_of(marked(short_title="", edition=edition)))


def places(pdf: bytes) -> list[tuple[str, str]]:
    """Where the first word of the marking is on each page."""
    words = run(["pdftotext", "-bbox", "-", "-"], pdf).decode()
    return re.findall(r'yMin="([\d.]+)"[^>]*yMax="([\d.]+)">OFFICIAL', words)


def test_a_long_title_is_cut_at_the_end_of_its_line(tmp_path: Path) -> None:
    pdf = pdf_of(marked(short_title="A very long title " * 40))
    title = pdf_headers(pdf)[1].replace(MARKING, "").strip()
    assert len(title.splitlines()) == 1
    assert title.endswith("…")


def test_the_marking_is_drawn_on_every_page_of_a_pdf(tmp_path: Path) -> None:
    (tmp_path / "x.pdf").write_bytes(pdf_of(marked(short_title="A very long title " * 40)))
    subprocess.run(["pdftoppm", "-r", "72", "-gray", tmp_path / "x.pdf", tmp_path / "page"], check=True)
    pages = sorted(tmp_path.glob("page-*.pgm"))
    ((top, bottom), *_) = [(float(low), float(high)) for low, high in places((tmp_path / "x.pdf").read_bytes())]
    assert len(pages) > 2
    for number, page in enumerate(pages):
        picture = Image.open(page)
        line = 0 if number == 0 else 14.4  # the title's line is below it
        darkest, _ = picture.crop((0, round(top - line), picture.width, round(bottom - line))).getextrema()
        assert isinstance(darkest, int)
        assert darkest < 150


def test_a_marking_of_two_lines_has_room() -> None:
    long = "SECRET – " + " ".join(["RECIPIENTS ONLY"] * 7)
    for edition in ("full", "briefing"):
        assert_on_every_page(pdf_of(marked(long, edition=edition)), long)


@pytest.mark.parametrize("marking", ["SECRET – " + "RECIPIENTS ONLY " * 40, "SECRET" * 60])
def test_a_marking_without_room_is_an_error_and_the_other_formats_are_written(marking: str) -> None:
    results = dict(written(marked(marking.strip()), "pdf,html,txt,md,eml"))
    error = results.pop("pdf")
    assert isinstance(error, MarkingError)
    assert re.search("isn't whole and visible at the head of page 1; shorten its 'handling', or", str(error))
    assert [name for name, result in results.items() if not isinstance(result, bytes)] == []


HIDING = {
    "removed": "@page { @top-center { content: none !important; } }",
    "removed from the foot": "@page { @bottom-center { content: none !important; } }",
    "removed from later pages": "@page :nth(2) { @top-center { content: none !important; } }",
    "white": "@page { @top-center { color: white !important; } }",
    "transparent": "@page { @top-center { color: transparent !important; } }",
    "faint": "@page { @top-center { opacity: 0.05; } }",
    "hidden": "@page { @top-center { visibility: hidden; } }",
    "tiny": "@page { @top-center { font-size: 2pt !important; } }",
    "off the page": "@page { @top-center { text-indent: 900pt; } }",
    "above the page": "@page { @top-center { padding-bottom: 90mm !important; } }",
    "covered": "@page { @bottom-right { background: white; content: 'x'; height: 27mm; } }",
}


@pytest.mark.parametrize("style", HIDING.values(), ids=HIDING)
def test_a_style_that_hides_the_marking_of_a_pdf_is_an_error(style: str, tmp_path: Path) -> None:
    error = written(marked(), "pdf", with_style(tmp_path, style))["pdf"]
    assert isinstance(error, MarkingError), error


def with_style(folder: Path, style: str) -> Theme:
    """Templates of a user who adds to the style of the PDF."""
    own = folder / "pdf" / "style.css"
    own.parent.mkdir()
    own.write_text((TEMPLATES / "pdf" / "style.css").read_text("utf-8") + style, "utf-8")
    return Theme(templates=folder)


def test_a_pdf_without_a_marking_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    from render.write.pdf import page_ends

    def never(data: bytes) -> None:
        raise AssertionError

    monkeypatch.setattr(page_ends, "read_pdf", never)
    assert isinstance(written(viewed(DECLARATION), "pdf")["pdf"], bytes)


# Word


def house(change: Callable[[str], str], part: str = "word/styles.xml") -> bytes:
    return changed(write_house_style(".dotx"), {part: change})


def in_style(name: str, properties: str, kind: str = "rPr") -> Callable[[str], str]:
    """Add properties to the style of a house, at the start of its run or paragraph properties."""

    def change(styles: str) -> str:
        style = re.search(rf'<w:style [^>]*w:styleId="{name}".*?</w:style>', styles, re.DOTALL)
        assert style
        new = re.sub(rf"<w:{kind}>.*?</w:{kind}>|<w:{kind}/>", "", style[0], flags=re.DOTALL)
        if kind == "pPr" and "<w:rPr>" in new:
            new = new.replace("<w:rPr>", f"<w:pPr>{properties}</w:pPr><w:rPr>", 1)
        else:
            new = new.replace("</w:style>", f"<w:{kind}>{properties}</w:{kind}></w:style>")
        return styles.replace(style[0], new)

    return change


def in_defaults(properties: str) -> Callable[[str], str]:
    return lambda styles: re.sub(r"(<w:rPrDefault>\s*<w:rPr>)", rf"\1{properties}", styles, count=1)


MARK = "ProtectiveMarking"
HOUSES = {
    "vanish": in_style(MARK, "<w:vanish/>"),
    "vanish below another": in_style("Normal", "<w:vanish/>"),
    "vanish everywhere": in_defaults("<w:vanish/>"),
    "hidden on the web": in_style(MARK, "<w:webHidden/>"),
    "white": in_style(MARK, '<w:color w:val="FFFFFF"/>'),
    "the colour of the paper in the theme": in_style(MARK, '<w:color w:val="EEEEEE" w:themeColor="background1"/>'),
    "black on black": in_style(MARK, '<w:color w:val="000000"/><w:shd w:val="clear" w:fill="000000"/>'),
    "tiny": in_style(MARK, '<w:sz w:val="2"/>'),
    "narrow": in_style(MARK, '<w:w w:val="1"/>'),
    "raised": in_style(MARK, '<w:position w:val="600"/>'),
    "condensed": in_style(MARK, '<w:spacing w:val="-400"/>'),
    "in a frame off the page": in_style(MARK, '<w:framePr w:w="100" w:x="20000" w:hAnchor="page"/>', "pPr"),
    "in lines of a point": in_style(MARK, '<w:spacing w:line="20" w:lineRule="exact"/>', "pPr"),
    "indented off the page": in_style(MARK, '<w:ind w:left="12000"/>', "pPr"),
}


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """A marked copy in each of these houses, as LibreOffice prints it."""
    folder, made = tmp_path_factory.mktemp("houses"), []
    for number, change in enumerate(HOUSES.values()):
        path = folder / f"{number}.dotx"
        path.write_bytes(house(change))
        result = written(marked(), "docx", Theme(house_style=path))["docx"]
        assert isinstance(result, bytes), result
        made.append(result)
    return dict(zip(HOUSES, convert(made), strict=True))


@pytest.mark.parametrize("name", HOUSES)
def test_no_house_style_hides_the_marking_of_a_word_copy(name: str, copies: Mapping[str, bytes]) -> None:
    assert_on_every_page(copies[name], MARKING, 1)
    check_marking("docx", MARKING, read_pdf(copies[name]))  # nor is it white, tiny or covered
    if "vanish" not in name:  # such a house hides the whole text
        assert len(pdf_headers(copies[name])) > 2


def in_house(folder: Path, file: bytes, view: View | None = None) -> bytes | EngrossError:
    (folder / "house.dotx").write_bytes(file)
    return written(view or marked(), "docx", Theme(house_style=folder / "house.dotx"))["docx"]


def test_a_house_style_that_hides_the_marking_is_reported(tmp_path: Path) -> None:
    (tmp_path / "house.dotx").write_bytes(house(HOUSES["vanish"]))
    theme = Theme(house_style=tmp_path / "house.dotx")
    assert any("'Protective Marking' can't be seen" in note for note in validate_theme([FORMATS["docx"]], theme))


@pytest.mark.parametrize("side", ["top", "bottom"])
def test_margins_that_the_text_may_cover_leave_the_line_of_the_marking_free(side: str, tmp_path: Path) -> None:
    file = house(lambda part: re.sub(rf'w:{side}="\d+"', f'w:{side}="-200"', part), "word/document.xml")
    copy = in_house(tmp_path, file)
    assert isinstance(copy, bytes), copy
    (pdf,) = convert([copy])
    assert_on_every_page(pdf, MARKING)
    check_marking("docx", MARKING, read_pdf(pdf))


@pytest.mark.parametrize("end", ["header", "footer"])
@pytest.mark.parametrize("distance", ["15000", "-4000"])
def test_a_house_style_that_moves_the_marking_off_the_page_is_an_error(end: str, distance: str, tmp_path: Path) -> None:
    file = house(lambda part: re.sub(rf'w:{end}="\d+"', f'w:{end}="{distance}"', part), "word/document.xml")
    assert isinstance(in_house(tmp_path, file), MarkingError)


def test_a_marking_without_room_in_a_word_copy_is_an_error(tmp_path: Path) -> None:
    assert isinstance(written(marked("SECRET " * 300), "docx")["docx"], MarkingError)


def test_pictures_of_a_house_style_are_behind_the_marking(tmp_path: Path) -> None:
    shape = (
        '<w:p><w:r><w:pict><v:rect xmlns:v="urn:schemas-microsoft-com:vml" style="position:absolute;margin-left:-90pt;'
        'margin-top:-90pt;width:600pt;height:200pt;z-index:251658240" fillcolor="white" stroked="f"/></w:pict>'
        "</w:r></w:p>"
    )
    file = house(lambda part: part.replace("</w:hdr>", f"{shape}</w:hdr>"), "word/header1.xml")
    copy = in_house(tmp_path, file)
    assert isinstance(copy, bytes), copy
    check_marking("docx", MARKING, read_pdf(convert([copy])[0]))


# Templates of every format

WITHOUT_MARKING = {
    "html": "html/page.html.j2",
    "txt": "text/page.txt.j2",
    "md": "md/page.md.j2",
    "eml": "eml/page.html.j2",
    "docx": "docx/marking.xml.j2",
    "pdf": "pdf/page.html.j2",
}


@pytest.mark.parametrize("name", WITHOUT_MARKING)
@pytest.mark.parametrize("number", [0, 1])
def test_a_template_without_the_marking_is_an_error(name: str, number: int, tmp_path: Path) -> None:
    """Of the places that show the marking, the first or the second is removed. A Word copy's are one."""
    path = tmp_path / WITHOUT_MARKING[name]
    path.parent.mkdir()
    parts = re.split(
        r"({% if view.marking %})",
        (TEMPLATES / WITHOUT_MARKING[name]).read_text("utf-8").replace("-%}", "%}").replace("{%-", "{%"),
    )
    places = [index for index, part in enumerate(parts) if part == "{% if view.marking %}"]
    parts[places[min(number, len(places) - 1)]] = "{% if false %}"
    path.write_text("".join(parts), "utf-8")
    assert isinstance(written(marked(), name, Theme(templates=tmp_path))[name], MarkingError)


def test_every_format_has_a_reader_of_its_page_ends() -> None:
    assert [name for name, format_ in FORMATS.items() if not format_.page_ends] == []


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize(
    "words",
    [
        r"**TRÈS SECRET** *fi* A_B <x> \\* 5*5 `c` # &amp;",
        "[the rules](https://example.org/rules) at https://example.org/a/long/address ŽĄSIS",
        "סודי ביותר",
        "سري للغاية SECRET",
    ],
)
def test_a_marking_with_signs_links_and_other_letters_is_found_in_every_format(words: str, language: str) -> None:
    source = yaml.safe_dump(
        {
            "id": "a-b",
            "languages": [language],
            "title": "T",
            "marking": {"level": "SECRET", "handling": words},
            "body": [{"id": "p", "text": "P."}],
        }
    )
    results = written(viewed(source), "pdf,docx,html,txt,md,eml")
    assert [result for result in results.values() if not isinstance(result, bytes)] == []


@pytest.mark.parametrize("style", ["removed", "removed from the foot", "white"])
def test_a_style_that_hides_a_marking_in_arabic_is_an_error(style: str, tmp_path: Path) -> None:
    theme = with_style(tmp_path, HIDING[style])
    assert isinstance(written(marked("سري للغاية"), "pdf", theme)["pdf"], MarkingError)
