"""What the templates of the Word copy ask for and note: styles, numbers, bookmarks, links, pictures."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise

from docx.opc.constants import RELATIONSHIP_TYPE
from markupsafe import Markup

from render.view.blocks import Block, Box, Heading, Paragraph, Remark, Table, View
from render.view.inlines import Count, NoteMark, Run, Words
from render.view.labels import direction
from render.view.media import Picture
from render.view.plain import plain
from render.write.docx.numbering import Restart, numbers
from render.write.docx.opc import Package

_MAX_BOOKMARK = 40
"""Characters: Word cuts longer names, and LibreOffice too."""
_EMU = 36_000
"""English Metric Units a millimetre (ISO/IEC 29500-1, 20.1.2.1)."""
_TWIPS_PER_MILLIMETRE = 1440 / 25.4
_LOCALES = dict(
    pair.split("_")
    for pair in (
        "ar_ar-SA bg_bg-BG cs_cs-CZ da_da-DK de_de-DE el_el-GR en_en-GB es_es-ES et_et-EE fi_fi-FI fr_fr-FR ga_ga-IE "
        "he_he-IL hr_hr-HR hu_hu-HU it_it-IT ja_ja-JP ka_ka-GE lt_lt-LT lv_lv-LV mt_mt-MT nl_nl-NL pl_pl-PL pt_pt-PT "
        "ro_ro-RO sk_sk-SK sl_sl-SI sv_sv-SE th_th-TH uk_uk-UA zh_zh-CN"
    ).split()
)
"""The locale that Word has proofing tools for, where a tag names only a language."""
_EAST_ASIAN = frozenset("ja ko yue zh".split())


_MIN_CELL, _MAX_CELL = 6, 80
"""Letters that a column of a table has room for in any case, and beyond which a cell has no more part in its width."""


class WordContext:
    """What the templates need to know and to note while they write one part: numbers, bookmarks, links, pictures."""

    def __init__(self, package: Package, view: View, text_width: int) -> None:
        self._package = package
        self._language = view.language
        self.text_width = text_width
        """Twentieths of a point between the margins of the page."""
        self.no_words = Words((), view.language, view.direction)
        self.noted = {block.anchor for block in view.blocks if isinstance(block, Heading) and _has_note(block.words)}
        """The headings whose words no field may repeat, since it would repeat their footnotes."""
        self._touching = {
            id(block) for previous, block in pairwise(_in_order(view.blocks)) if _are_boxes(previous, block)
        }
        self.links: dict[str, str] = {}
        """The relationship's id for each address."""
        self._bookmarks = self._drawings = 0
        self._pictures: dict[bytes, str] = {}
        """The relationship's id for each picture."""
        self._sequences, self._fresh = numbers(package)
        self.restarts: list[Restart] = []
        self.remarks: list[Remark] = []
        """In the order of their numbers, which are from 0."""

    def touches_a_box(self, box: Box) -> bool:
        """Whether a box follows another, of which it would be a part: Word draws one frame around both."""
        return id(box) in self._touching

    def link(self, href: str) -> str:
        """The id of the part's relationship to an address."""
        return self.links.setdefault(href, f"link{len(self.links) + 1}")

    def relate(self, part: str) -> None:
        """Give a part the relationships to the addresses that were noted."""
        for href, name in self.links.items():
            self._package.relate(part, name, RELATIONSHIP_TYPE.HYPERLINK, href, external=True)

    def remark_id(self, remark: Remark) -> int:
        """The number of the comment that a remark will be."""
        self.remarks.append(remark)
        return len(self.remarks) - 1

    def bookmark_id(self) -> int:
        """A number that no other bookmark has."""
        self._bookmarks += 1
        return self._bookmarks

    def picture(self, picture: Picture) -> Drawing:
        """The picture laid into the package, at its own size or as wide as the text."""
        if picture.data not in self._pictures:
            number = len(self._pictures) + 1
            self._pictures[picture.data] = self._package.add_picture(number, picture.data, picture.media_type)
        self._drawings += 1
        width, height = picture.millimetres
        scale = min(1.0, self.text_width / _TWIPS_PER_MILLIMETRE / width)
        size = round(width * scale * _EMU), round(height * scale * _EMU)
        return Drawing(self._drawings, self._pictures[picture.data], *size)

    @staticmethod
    def widths(table: Table, whole: int) -> list[int]:
        """The widths of a table's columns, `whole` in all: by their longest cells, and none very narrow."""
        columns = zip(table.header, *table.rows, strict=True)
        shares = [_MIN_CELL + min(_MAX_CELL, max(len(plain(cell)) for cell in column)) for column in columns]
        ends = [whole * end // sum(shares) for end in accumulate(shares, initial=0)]
        return [end - start for start, end in pairwise(ends)]

    def numbering(self, count: Count | None, styled: bool = True) -> Restart | None:
        """The numbering instance that a counted block must name; None where its style (if `styled`) does."""
        if count is None:
            return None
        sequence = self._sequences[count.sequence]
        fresh = self._fresh + len(self.restarts)
        number = sequence.take(count, fresh)
        if number == fresh:
            self.restarts.append(Restart(number, count.level, sequence.abstract, count.ordinal))
        if styled and number == sequence.number and count.sequence in _STYLES:
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
        return WordContext.list_style("ListContinue", paragraph.level - 1) if paragraph.level else "BodyText"

    def differs(self, run: Run, words: Words) -> bool:
        """Whether something has to be said of a run: its look, its language, its direction."""
        return bool(
            run.emphasis or run.strong or run.language or words.language != self._language or words.direction == "rtl"
        )

    @staticmethod
    def run_style(style: str | None, run: Run | None) -> str | None:
        """The id of the style of a run inside what has a style of its own, if it has: no run can have two."""
        if run is None:
            return style
        theme = ("Strong" if run.strong and style != "Lead" else "") + ("Emphasis" if run.emphasis else "")
        return (style or "") + theme or None

    @staticmethod
    def list_style(style: str, depth: int) -> str:
        """The id of a list style at a depth from 0; Word has five."""
        return style if depth == 0 else f"{style}{min(depth, 4) + 1}"


_STYLES = {
    "paragraphs": ("DeclarationParagraph", "SubParagraph", 0),
    "articles": ("ArticleParagraph", "ArticleSubParagraph", 1),
}
"""For sequences that styles are tied to: the styles of paragraphs and sub-paragraphs, and the level of the former."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture in the package: its number, its relationship, and its size in EMU."""

    id: int
    relation: str
    width: int
    height: int


# What the templates call


def bookmark(anchor: str, prefix: str = "_p_") -> str:
    """A bookmark's name: hidden, of letters, digits and underscores, at most 40 characters, one for each anchor."""
    name = prefix + anchor.replace("-", "_")
    if len(name) <= _MAX_BOOKMARK:
        return name
    return f"{name[: _MAX_BOOKMARK - 9]}_{hashlib.sha256(anchor.encode()).hexdigest()[:8]}"


def locale(language: str) -> str:
    """The tag by which Word knows a language."""
    return _LOCALES.get(language, language)


def proofing(language: str) -> Markup:
    """The attributes of w:lang: each kind of script has its own (ISO/IEC 29500-1, 17.3.2.20)."""
    known = locale(language)
    attributes = Markup('w:val="{}"').format(known)
    if language.split("-")[0] in _EAST_ASIAN:
        return attributes + Markup(' w:eastAsia="{}"').format(known)
    return attributes + Markup(' w:bidi="{}"').format(known) if direction(language) == "rtl" else attributes


def _in_order(blocks: Iterable[Block]) -> Iterator[Block]:
    """Blocks, and those in paragraphs, in the order of the page."""
    for block in blocks:
        yield block
        if isinstance(block, Paragraph):
            yield from _in_order(block.children)


def _are_boxes(*blocks: Block) -> bool:
    return all(isinstance(block, Box) for block in blocks)


def _has_note(words: Words | None) -> bool:
    return any(isinstance(inline, NoteMark) for inline in words.inlines) if words else False


def unstopped(label: str) -> str:
    """A number as it is referred to."""
    return label.removesuffix(".")


TOOLS = {"bookmark": bookmark, "locale": locale, "plain": plain, "proofing": proofing, "unstopped": unstopped}
