"""Two house styles that differ as much as possible, as two ministries could have saved them in Word."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Inches, Pt, RGBColor
from PIL import Image, ImageDraw

from render.write.docx.writer import write_house_style

LOGO_SIZE = (240, 80)


def logo(colour: str = "#003a70") -> bytes:
    """A picture without meaning: a disc on a bar."""
    picture = Image.new("RGB", LOGO_SIZE, "white")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 60, 240, 72), fill=colour)
    draw.ellipse((90, 0, 150, 60), fill=colour)
    data = BytesIO()
    picture.save(data, "PNG")
    return data.getvalue()


def ministry_a() -> bytes:
    """Letter paper, a sans-serif font, a logo on the first page; made from Word's own styles, not from Engross's.

    It has lists of its own, numbered headings, and a style with the id of another.
    """
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Inches(8.5), Inches(11)
    section.left_margin = section.right_margin = Inches(1)
    section.different_first_page_header_footer = True
    first = section.first_page_header.paragraphs[0]
    first.alignment = WD_ALIGN_PARAGRAPH.CENTER
    first.add_run().add_picture(BytesIO(logo()), width=Inches(1.5))
    section.header.paragraphs[0].text = "Ministry of A"
    section.footer.paragraphs[0].text = "Street of A 1"
    section.first_page_footer.paragraphs[0].text = "Street of A 1, City of A"
    normal = document.styles["Normal"]
    normal.font.size = Pt(11)
    for name in ("Title", "Heading 1"):
        document.styles[name].font.color.rgb = RGBColor(0, 0x3A, 0x70)
    banner = document.styles.add_style("Bannière", WD_STYLE_TYPE.PARAGRAPH)
    banner.font.size = Pt(40)
    document.add_paragraph("The house's own text, which no copy has.", "List Number")
    return changed(as_bytes(document), {"word/styles.xml": _a_styles, "word/theme/theme1.xml": _a_theme})


def _a_styles(styles: str) -> str:
    """The id "Title" belongs to another style; "heading 1" is numbered."""
    styles = styles.replace('w:styleId="Title"', 'w:styleId="Titre"')
    styles = re.sub(r'w:styleId="Banni\S*re"', 'w:styleId="Title"', styles)
    return re.sub(
        r'(<w:style [^>]*w:styleId="Heading1".*?<w:pPr>\s*<w:keepNext/>\s*<w:keepLines/>)',
        r'\1<w:numPr><w:numId w:val="3"/></w:numPr>',
        styles,
        count=1,
        flags=re.DOTALL,
    )


def _a_theme(theme: str) -> str:
    return re.sub(r'(<a:m(?:aj|in)orFont>\s*<a:latin typeface=)"[^"]*"', r'\1"Liberation Sans"', theme)


def ministry_b() -> bytes:
    """A4 paper, a serif font, other headers on even pages; a .dotx made from Engross's styles and edited in German.

    Word gave the styles other ids and the lists other numbers. Four styles were deleted.
    """
    return changed(
        write_house_style(".dotx"),
        {
            "word/styles.xml": _b_styles,
            "word/numbering.xml": lambda numbering: _b_names(_b_numbers(numbering)),
            "word/header1.xml": lambda part: _b_names(part).replace("House style", "Short title"),
            "word/header2.xml": _b_names,
            "word/document.xml": _b_document,
            "word/settings.xml": lambda part: part.replace(
                "<w:characterSpacingControl", "<w:evenAndOddHeaders/><w:characterSpacingControl"
            ),
            "word/theme/theme1.xml": lambda part: part.replace("Source Serif 4", "Liberation Serif"),
            "word/_rels/document.xml.rels": lambda part: part.replace(
                "</Relationships>",
                '<Relationship Id="even1" Target="even.xml" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
                'relationships/header"/></Relationships>',
            ),
            "[Content_Types].xml": lambda part: part.replace(
                "</Types>",
                '<Override PartName="/word/even.xml" ContentType="application/vnd.openxmlformats-officedocument.'
                'wordprocessingml.header+xml"/></Types>',
            ),
        },
        {"word/even.xml": EVEN},
    )


EVEN = (
    '<w:hdr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:p><w:pPr>'
    '<w:pStyle w:val="Kopfzeile"/><w:jc w:val="right"/></w:pPr><w:r><w:t>Ministerium von B</w:t></w:r></w:p></w:hdr>'
)
_B_IDS = {
    "Heading1": "berschrift1",
    "Title": "Titel",
    "Header": "Kopfzeile",
    "Footer": "Fuzeile",
    "RunningTitle": "Kolumnentitel",
    "DeclarationParagraph": "Erklrungsabsatz",
    "SubParagraph1": "Unterabsatz1",
    "BodyText": "Textkrper",
}
_B_DELETED = ("QuoteAttribution", "FigureCaption", "Lead", "LeadEmphasis")


def _b_names(part: str) -> str:
    for old, new in _B_IDS.items():
        part = part.replace(f'"{old}"', f'"{new}"')
    return part


def _b_numbers(part: str) -> str:
    return re.sub(
        r'(w:abstractNumId(?: w:val)?=|w:numId(?: w:val)?=)"([1-9]\d*)"',
        lambda match: f'{match[1]}"{int(match[2]) + 20}"',
        part,
    )


def _b_styles(styles: str) -> str:
    for gone in _B_DELETED:
        styles = re.sub(rf'<w:style [^>]*w:styleId="{gone}".*?</w:style>', "", styles, flags=re.DOTALL)
    styles = styles.replace('w:val="1C4F8F"', 'w:val="7A1F1F"').replace("en-GB", "de-DE")
    names = re.findall(r'<w:name w:val="[^"]*"/>', styles)
    renamed = _b_names(_b_numbers(styles))
    for name, now in zip(names, re.findall(r'<w:name w:val="[^"]*"/>', renamed), strict=True):
        renamed = renamed.replace(now, name, 1)
    return renamed.replace('<w:sz w:val="27"/>', '<w:color w:val="7A1F1F"/><w:sz w:val="27"/>', 1)


def _b_document(document: str) -> str:
    reference = '<w:headerReference w:type="even" r:id="even1"/>'
    return _b_names(re.sub(r"(<w:sectPr[^>]*>)", rf"\1{reference}", document)).replace('w:left="1814"', 'w:left="1300"')


# Word files


def as_bytes(document: Any) -> bytes:
    """The file that python-docx saves."""
    data = BytesIO()
    document.save(data)
    return data.getvalue()


def changed(
    file: bytes, changes: Mapping[str, Callable[[str], str]], added: Mapping[str, str | bytes] | None = None
) -> bytes:
    """A Word file with parts changed and others added. Each of the changes must change its part."""
    data = BytesIO()
    with zipfile.ZipFile(BytesIO(file)) as old, zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name in changes:
                text = changes[name](part.decode())
                assert text != part.decode(), name
                part = text.encode()
            new.writestr(name, part)
        for name, extra in (added or {}).items():
            new.writestr(name, extra)
    return data.getvalue()
