"""View → Word copy: a body that Jinja wrote, laid into a package that python-docx opens, completes and saves."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.parts.document import DocumentPart

from render.resources import TEMPLATES
from render.view import Count, Heading, NoteMark, Paragraph, Picture, Run, View, Words
from render.write import OURS, Look
from render.write.seal import sealed
from render.write.templating import fill

MACROS = ("docx/inlines.xml.j2", "docx/blocks.xml.j2")
PACKAGE = "docx/package"

_LONGEST_BOOKMARK = 40
"""Characters: Word cuts longer names, and LibreOffice too."""
_EMU = 36_000
"""English Metric Units a millimetre (ISO/IEC 29500-1, 20.1.2.1)."""
_TWIPS_PER_MILLIMETRE = 1440 / 25.4
_TEXT_WIDTH = 8278
"""Twentieths of a point between the margins of the package's page."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The date of every entry: the earliest that a zip file can bear."""
_LOCALES = dict(
    pair.split("_")
    for pair in (
        "ar_ar-SA bg_bg-BG cs_cs-CZ da_da-DK de_de-DE el_el-GR en_en-GB es_es-ES et_et-EE fi_fi-FI fr_fr-FR ga_ga-IE "
        "he_he-IL hr_hr-HR hu_hu-HU it_it-IT ja_ja-JP ka_ka-GE lt_lt-LT lv_lv-LV mt_mt-MT nl_nl-NL pl_pl-PL pt_pt-PT "
        "ro_ro-RO sk_sk-SK sl_sl-SI sv_sv-SE th_th-TH uk_uk-UA zh_zh-CN"
    ).split()
)
"""The locale that Word has proofing tools for, where a tag names only a language."""


def write_word(view: View, look: Look = OURS) -> bytes:
    """The Word copy. Raises TemplateError."""
    document = docx.Document(BytesIO(_package(view, look.templates)))
    draft = Draft(document.part, view)
    body = _xml("docx/body.xml.j2", MACROS, view, look.templates, draft=draft)
    draft.relate(document.part)
    _add_restarts(document.part, draft.restarts, view, look.templates)
    if view.notes:
        _add_notes(document.part, view, look.templates)
    saved = BytesIO()
    document.save(saved)
    section_properties = document.element.body[-1]
    for element in _separated(body):
        section_properties.addprevious(element)
    return _restamped(saved, {document.part.partname.membername: document.part.blob})


class Draft:
    """What the templates need to know and to note while they write one part: numbers, bookmarks, links, pictures."""

    text_width = _TEXT_WIDTH

    def __init__(self, part: DocumentPart, view: View) -> None:
        self._part = part
        self.no_words = Words((), view.language, view.direction)
        self.noted = {block.anchor for block in view.blocks if isinstance(block, Heading) and _has_note(block.words)}
        """The headings whose words no field may repeat, since it would repeat their footnotes."""
        self.links: dict[str, str] = {}
        """The relationship's id for each address."""
        self._bookmarks = self._pictures = 0
        self._sequences = {name: Sequence(number) for name, number in _ABSTRACTS.items()}
        self.restarts: list[Restart] = []

    def link(self, href: str) -> str:
        """The id of the part's relationship to an address."""
        return self.links.setdefault(href, f"link{len(self.links) + 1}")

    def relate(self, part: Part) -> None:
        """Give a part the relationships to the addresses that were noted."""
        for href, name in self.links.items():
            part.rels.add_relationship(RELATIONSHIP_TYPE.HYPERLINK, href, name, is_external=True)

    def bookmark_id(self) -> int:
        """A number that no other bookmark has."""
        self._bookmarks += 1
        return self._bookmarks

    def picture(self, picture: Picture) -> Drawing:
        """The picture laid into the package, at its own size or as wide as the text."""
        relation, _ = self._part.get_or_add_image(BytesIO(picture.data))
        self._pictures += 1
        width, height = picture.millimetres
        scale = min(1.0, _TEXT_WIDTH / _TWIPS_PER_MILLIMETRE / width)
        return Drawing(self._pictures, relation, round(width * scale * _EMU), round(height * scale * _EMU))

    def numbering(self, count: Count | None, styled: bool = True) -> Restart | None:
        """The numbering instance that a counted block must name; None where its style (if `styled`) does."""
        if count is None:
            return None
        sequence = self._sequences[count.sequence]
        fresh = _FIRST_RESTART + len(self.restarts)
        number = sequence.take(count, fresh)
        if number == fresh:
            self.restarts.append(Restart(number, count.level, sequence.abstract, count.ordinal))
        if styled and number == sequence.abstract and count.sequence in _STYLES:
            return None
        return Restart(number, count.level)

    @staticmethod
    def style(paragraph: Paragraph) -> str:
        """The id of a paragraph's style."""
        if paragraph.count and paragraph.count.sequence in _STYLES:
            first, deeper, offset = _STYLES[paragraph.count.sequence]
            level = paragraph.count.level - offset
            return f"{deeper}{level}" if level else first
        if paragraph.count:
            return f"SubParagraph{paragraph.count.level + 1}"
        if paragraph.label:
            return f"PublishedNumber{paragraph.level + 1}"
        return Draft.list_style("ListContinue", paragraph.level - 1) if paragraph.level else "BodyText"

    @staticmethod
    def list_style(style: str, depth: int) -> str:
        """The id of a list style at a depth from 0; Word has five."""
        return style if depth == 0 else f"{style}{min(depth, 4) + 1}"


_STYLES = {
    "paragraphs": ("DeclarationParagraph", "SubParagraph", 0),
    "articles": ("ArticleParagraph", "ArticleSubParagraph", 1),
}
"""For sequences that styles are tied to: the styles of paragraphs and sub-paragraphs, and the level of the former."""
_ABSTRACTS = {"paragraphs": 1, "articles": 2, "loose": 4}
"""The package's abstract numbering of each sequence, which has an instance of the same number."""
_FIRST_RESTART = 10
"""The id of the first numbering instance that the package does not have already."""
_SKIPPED = -1
"""The last number of a level that only levels below it were counted in: some programs take that for 1, some for 0."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture in the package: its number, its relationship, and its size in EMU."""

    id: int
    relation: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Restart:
    """A numbering instance, at a level; `start` is the count that the level begins with, where it is a new one."""

    id: int
    level: int
    abstract: int = 0
    start: int = 0


@dataclass(slots=True)
class Sequence:
    """What Word's own count has come to: the last number of each level, and the instance that counts there.

    An instance with a start of its own holds for its level and those below, until a level above counts on: there the
    instance before it is in use again, since the level would begin with that start once more (17.9.27).
    """

    abstract: int
    levels: list[tuple[int, int]] = field(default_factory=list)

    def take(self, count: Count, fresh: int) -> int:
        """Count one more at a level. Gives the instance that does; `fresh`, a new one, where no other would."""
        below = self.levels[count.level - 1][1] if 0 < count.level <= len(self.levels) else self.abstract
        last, number = self.levels[count.level] if count.level < len(self.levels) else (0, below)
        if count.ordinal != last + 1:
            number = fresh
        skipped = [(_SKIPPED, below)] * (count.level - len(self.levels))
        self.levels = [*self.levels[: count.level], *skipped, (count.ordinal, number)]
        return number


# What the templates call


def bookmark(anchor: str, prefix: str = "_p_") -> str:
    """A bookmark's name: hidden, of letters, digits and underscores, at most 40 characters, one for each anchor."""
    name = prefix + anchor.replace("-", "_")
    if len(name) <= _LONGEST_BOOKMARK:
        return name
    return f"{name[: _LONGEST_BOOKMARK - 9]}_{hashlib.sha256(anchor.encode()).hexdigest()[:8]}"


def locale(language: str) -> str:
    """The tag by which Word knows a language."""
    return _LOCALES.get(language, language)


def plain(words: Words) -> str:
    """The words alone."""
    return "".join(run.text for run in words.inlines if isinstance(run, Run))


def _has_note(words: Words | None) -> bool:
    return any(isinstance(inline, NoteMark) for inline in words.inlines) if words else False


def unstopped(label: str) -> str:
    """A number as it is referred to."""
    return label.removesuffix(".")


_TOOLS = {"bookmark": bookmark, "locale": locale, "plain": plain, "unstopped": unstopped}


# The package


def _package(view: View, templates: Path | None) -> bytes:
    """The parts under templates/docx/package, those with expressions filled, as a document without a body."""
    folder = TEMPLATES / PACKAGE
    package = BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                name = path.relative_to(folder).as_posix()
                text = fill(f"{PACKAGE}/{name}", (), view, templates, **_TOOLS)
                archive.writestr(name.removesuffix(".j2"), text.lstrip())
    return package.getvalue()


def _xml(page: str, macros: tuple[str, ...], view: View, templates: Path | None, **tools: object) -> Any:
    """A filled page, parsed."""
    return parse_xml(fill(page, macros, view, templates, **_TOOLS, **tools))


def _separated(body: Iterable[Any]) -> Iterator[Any]:
    """The body's elements, with a paragraph after each table that has none: Word joins tables that touch."""
    elements = list(body)
    for element, after in zip(elements, [*elements[1:], None], strict=True):
        yield element
        if element.tag == qn("w:tbl") and (after is None or after.tag == qn("w:tbl")):
            yield parse_xml(f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="TableSeparator"/></w:pPr></w:p>')


def _add_restarts(part: DocumentPart, restarts: list[Restart], view: View, templates: Path | None) -> None:
    numbering = part.numbering_part.element
    for number in _xml("docx/restarts.xml.j2", (), view, templates, restarts=restarts):
        numbering.append(number)


def _add_notes(part: DocumentPart, view: View, templates: Path | None) -> None:
    """Put a footnotes part with the view's notes in the place of the package's, which has the separators alone."""
    relation = next(it for it in part.rels.values() if it.reltype == RELATIONSHIP_TYPE.FOOTNOTES)
    empty = relation.target_part
    footnotes = parse_xml(empty.blob)
    draft = Draft(part, view)
    for note in _xml("docx/notes.xml.j2", MACROS, view, templates, draft=draft):
        footnotes.append(note)
    filled = Part(empty.partname, empty.content_type, serialize_part_xml(footnotes), empty.package)
    draft.relate(filled)
    del part.rels[relation.rId]
    part.relate_to(filled, RELATIONSHIP_TYPE.FOOTNOTES)


def _restamped(saved: BytesIO, filled: Mapping[str, bytes]) -> bytes:
    """The same package with nothing of the clock or the machine in it, the content types first, sealed.

    The parts that were `filled` since take the place of those of the same names: a long text is packed once, not twice.
    """
    stamped = BytesIO()
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(stamped, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            new.writestr(entry, filled.get(name) or old.read(name))
    return sealed(stamped.getvalue())
