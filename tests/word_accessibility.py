"""The rules of Word's own Accessibility Checker, as far as a program can check them in the file alone.

The rules are those of Microsoft's page "Rules for the Accessibility Checker" and of its earlier editions, in its order:
errors, warnings, tips; then rules from Microsoft's other advice on Word. Each yields the faults that it finds.
What only the author can decide isn't checked: how long a heading is, or how an alternative text describes a picture.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import BytesIO
from itertools import pairwise
from typing import Any

import lxml.etree

from tests.extract_word import W, WordCounting, paragraph_text

DC = "{http://purl.org/dc/elements/1.1/}"
V = "{urn:schemas-microsoft-com:vml}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"

Parts = Mapping[str, Any]
MIN_CONTRAST = 4.5
"""Of a text's colour to the paper's (WCAG 2.2, 1.4.3)."""
VAGUE_LINKS = {"", "click here", "here", "more", "read more", "this page"}
"""Words of a link that don't describe its target."""


def faults(copy: bytes) -> list[str]:
    """The faults of a copy, each with the name of its rule."""
    parts = parsed_parts(copy)
    return [f"{name}: {fault}" for name, rule in RULES.items() for fault in rule(parts)]


def parsed_parts(copy: bytes) -> Parts:
    with zipfile.ZipFile(BytesIO(copy)) as archive:
        return {name: lxml.etree.fromstring(archive.read(name)) for name in archive.namelist() if name.endswith(".xml")}


# What the rules read


def elements(parts: Parts, *tags: str) -> Iterator[Any]:
    """The elements of the text and its notes, in order."""
    for name in ("word/document.xml", "word/footnotes.xml"):
        yield from parts[name].iter(*tags)


def value(element: Any, path: str, default: str = "") -> str:
    found = element.find("/".join(f"{W}{step}" for step in path.split("/")))
    return default if found is None else found.get(f"{W}val", default)


def tables(parts: Parts) -> Iterator[tuple[Any, list[Any]]]:
    """Each table, and its rows."""
    for table in elements(parts, f"{W}tbl"):
        yield table, list(table.iterchildren(f"{W}tr"))


def levels(parts: Parts) -> Iterator[tuple[int, Any]]:
    """Each heading, by the outline level of its style, from 1."""
    styles = {style.get(f"{W}styleId"): style for style in parts["word/styles.xml"].iter(f"{W}style")}
    for paragraph in elements(parts, f"{W}p"):
        name = value(paragraph, "pPr/pStyle")
        while name and not value(styles[name], "pPr/outlineLvl"):
            name = value(styles[name], "basedOn")
        if name:
            yield int(value(styles[name], "pPr/outlineLvl")) + 1, paragraph


# Errors


def alternative_text(parts: Parts) -> Iterator[str]:
    for drawing in elements(parts, f"{WP}docPr"):
        text = drawing.get("descr", "").strip()
        decorative = any(
            element.tag.endswith("}decorative") and element.get("val") == "1" for element in drawing.iter()
        )
        if not (text or decorative):
            yield f"{drawing.get('name')} has no alternative text and is not marked as decorative"
        if re.search(r"\.(png|jpe?g|gif|svg|emf|wmf|tiff?)$", text, re.IGNORECASE):
            yield f"{drawing.get('name')} has a file name as its alternative text"


def header_rows(parts: Parts) -> Iterator[str]:
    for table, rows in tables(parts):
        marked = [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows]
        if not marked[0] or any(marked[1:]):
            yield f"the table {paragraph_text(rows[0])!r} doesn't have its first row alone as its header"
        theme = table.find(f"{W}tblPr/{W}tblLook")
        if theme is None or theme.get(f"{W}firstRow") != "1":
            yield f"the table {paragraph_text(rows[0])!r} does not show its header row as one"


def heading_styles(parts: Parts) -> Iterator[str]:
    """Every entry of the contents must link to a heading."""
    headings = {start.get(f"{W}name") for _, heading in levels(parts) for start in heading.iter(f"{W}bookmarkStart")}
    for paragraph in elements(parts, f"{W}p"):
        if re.fullmatch(r"TOC\d", value(paragraph, "pPr/pStyle")):
            leading = [link.get(f"{W}anchor") for link in paragraph.iter(f"{W}hyperlink")]
            if not set(leading) & headings:
                yield f"the entry {paragraph_text(paragraph)!r} doesn't link to a heading"


def titled_controls(parts: Parts) -> Iterator[str]:
    for control in elements(parts, f"{W}sdtPr"):
        if not value(control, "alias"):
            yield "a content control has no title"


def access(parts: Parts) -> Iterator[str]:
    """Protection that only tracks changes is allowed: it doesn't block assistive tools."""
    for protection in parts["word/settings.xml"].iter(f"{W}documentProtection", f"{W}writeProtection"):
        if protection.get(f"{W}edit") != "trackedChanges":
            yield f"the document is protected ({protection.get(f'{W}edit')})"


# Warnings


def simple_tables(parts: Parts) -> Iterator[str]:
    for table, rows in tables(parts):
        first = paragraph_text(rows[0])
        if list(table.iter(f"{W}gridSpan", f"{W}vMerge", f"{W}hMerge")):
            yield f"the table {first!r} has merged or split cells"
        if next(table.iterdescendants(f"{W}tbl"), None) is not None:
            yield f"the table {first!r} has a table in it"
        if {len(row.findall(f"{W}tc")) for row in rows} != {len(table.findall(f"{W}tblGrid/{W}gridCol"))}:
            yield f"the table {first!r} has rows of different lengths"


def blank_cells(parts: Parts) -> Iterator[str]:
    for _, rows in tables(parts):
        cells = [[paragraph_text(cell).strip() for cell in row.findall(f"{W}tc")] for row in rows]
        if not all(any(line) for line in [*cells, *zip(*cells, strict=False)]):
            yield f"the table {paragraph_text(rows[0])!r} has a row or a column of blank cells"


def inline_objects(parts: Parts) -> Iterator[str]:
    """No object floats: screen readers read a floating object out of order, or not at all."""
    for element in elements(parts, f"{WP}anchor", f"{W}pict", f"{W}object", f"{W}txbxContent", f"{W}framePr"):
        yield f"an object that is not in line with the text: {lxml.etree.QName(element).localname}"


def contrast(parts: Parts) -> Iterator[str]:
    for name, part in parts.items():
        for colour in part.iter(f"{W}color") if name.startswith("word/") else ():
            letters = colour.get(f"{W}val")
            shade = colour.getparent().find(f"{W}shd")
            paper = "FFFFFF" if shade is None or shade.get(f"{W}fill") == "auto" else shade.get(f"{W}fill")
            ratio = contrast_of("000000" if letters == "auto" else letters, paper)
            if ratio < MIN_CONTRAST:
                yield f"{name} has text of {letters} on {paper}, a contrast of {ratio:.1f}"


def contrast_of(one: str, other: str) -> float:
    """The ratio of two colours' relative luminance (WCAG 2.2)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def hyperlink_text(parts: Parts) -> Iterator[str]:
    """A bare address is allowed: texts are quoted as published, and an address describes its target."""
    for link in elements(parts, f"{W}hyperlink"):
        if paragraph_text(link).strip(" .…:").lower() in VAGUE_LINKS:
            yield f"a link has the vague words {paragraph_text(link)!r}"


def heading_order(parts: Parts) -> Iterator[str]:
    found = [(0, None), *levels(parts)]
    for (above, _), (level, heading) in pairwise(found):
        if level > above + 1:
            yield f"the heading {paragraph_text(heading)!r} is of level {level} after one of level {above}"


def blank_characters(parts: Parts) -> Iterator[str]:
    """Also no blank paragraphs in a row: styles set the space between paragraphs."""
    for paragraph in elements(parts, f"{W}p"):
        if found := re.search(r"[ \t\xa0]{2,}", paragraph_text(paragraph)):
            yield f"repeated blanks in {paragraph_text(paragraph)!r} at {found.start()}"
    for one, other in pairwise(elements(parts, f"{W}p")):
        if one.getnext() is other and not _is_visible(one) and not _is_visible(other):
            yield "two blank paragraphs, one after the other"
    for line in elements(parts, f"{W}br", f"{W}cr"):
        yield f"a break that was typed, after {paragraph_text(line.getparent().getparent())!r}"


def _is_visible(paragraph: Any) -> bool:
    """Whether a paragraph shows words, a picture, a line, or the number of an article without a title."""
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    if style is not None and style.get(f"{W}val").startswith("ArticleHeading"):
        return True
    return next(paragraph.iter(f"{W}t", f"{WP}inline", f"{W}separator", f"{W}continuationSeparator"), None) is not None


# Tips


def watermarks(parts: Parts) -> Iterator[str]:
    """A watermark of words is allowed, a picture isn't."""
    for name, part in parts.items():
        if re.match("word/header", name):
            behind = [anchor for anchor in part.iter(f"{WP}anchor") if anchor.get("behindDoc") == "1"]
            if behind or next(part.iter(f"{V}imagedata"), None) is not None:
                yield f"{name} has a picture behind the text"


# Other advice


def title(parts: Parts) -> Iterator[str]:
    if not (parts["docProps/core.xml"].findtext(f"{DC}title") or "").strip():
        yield "the document has no title among its properties"


def language(parts: Parts) -> Iterator[str]:
    defaults = parts["word/styles.xml"].find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}lang")
    if defaults is None or not defaults.get(f"{W}val"):
        yield "the text has no language"
    for lang in elements(parts, f"{W}lang"):
        if not (lang.get(f"{W}val") or lang.get(f"{W}bidi")):
            yield "some words have no language"


def real_lists(parts: Parts) -> Iterator[str]:
    """Word sets numbers and bullets itself. Only a number as published, which Word can't compute, may be typed."""
    counting = WordCounting(parts["word/styles.xml"], parts["word/numbering.xml"])
    for paragraph in elements(parts, f"{W}p"):
        style = value(paragraph, "pPr/pStyle")
        typed = re.match(r"(?:[•·▪*o–-]|\(?\w{1,3}(?: \w{1,5})?[.)])(?:\t|\xa0)", paragraph_text(paragraph))
        if typed and not style.startswith("PublishedNumber"):
            yield f"{typed[0]!r} was typed before {paragraph_text(paragraph)[:40]!r}"
        if re.match("ListBullet|ListNumber|DeclarationParagraph|SubParagraph", style) and not counting.numbering_of(
            paragraph
        ):
            yield f"{paragraph_text(paragraph)[:40]!r} only looks like a list item"


def whole_rows(parts: Parts) -> Iterator[str]:
    for _, rows in tables(parts):
        for row in rows:
            if row.find(f"{W}trPr/{W}cantSplit") is None:
                yield f"the row {paragraph_text(row)!r} may break across pages"


def columns(parts: Parts) -> Iterator[str]:
    for element in elements(parts, f"{W}cols"):
        if element.get(f"{W}num", "1") != "1":
            yield "some programs read text in columns in another order than it is printed"


Rule = Callable[[Parts], Iterable[str]]
RULES: Mapping[str, Rule] = {
    "All non-text content has alternative text (alt text)": alternative_text,
    "Tables specify column header information": header_rows,
    "Documents use heading styles": heading_styles,
    "All content controls have titles": titled_controls,
    "Document access is not restricted": access,
    "Tables have simple structure": simple_tables,
    "Tables don't use blank cells for formatting": blank_cells,
    "Image or object is inline with text": inline_objects,
    "Sufficient contrast between text and background": contrast,
    "Hyperlink text is meaningful": hyperlink_text,
    "Headings don't skip levels": heading_order,
    "No repeated blank characters are used": blank_characters,
    "Image watermarks are not used": watermarks,
    "Document title is set": title,
    "Document language is set": language,
    "Lists are lists": real_lists,
    "Rows don't break across pages": whole_rows,
    "Reading order is that of the text": columns,
}
