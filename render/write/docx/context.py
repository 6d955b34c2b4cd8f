"""What the templates of the Word copy call: styles, numbering, bookmarks, links, pictures, languages."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise

from docx.opc.constants import RELATIONSHIP_TYPE
from markupsafe import Markup

from render.view.blocks import Block, Box, Heading, Paragraph, Remark, Table, View
from render.view.inlines import Count, NoteMark, Run, Words
from render.view.media import Picture
from render.view.plain import plain, without_stop
from render.write.docx.numbering import NumberingInstance, word_counts
from render.write.docx.opc import Package

_MAX_BOOKMARK = 40
"""Characters. Word and LibreOffice truncate longer names."""
_EMU_PER_MILLIMETRE = 36_000
"""English Metric Units (ISO/IEC 29500-1, 20.1.2.1)."""
_TWIPS_PER_MILLIMETRE = 1440 / 25.4
"""Twips are twentieths of a point (ISO/IEC 29500-1, 22.9.2.14)."""
_LOCALES = dict(
    pair.split("_")
    for pair in (
        "ar_ar-SA bg_bg-BG cs_cs-CZ da_da-DK de_de-DE el_el-GR en_en-GB es_es-ES et_et-EE fi_fi-FI fr_fr-FR ga_ga-IE "
        "he_he-IL hr_hr-HR hu_hu-HU it_it-IT ja_ja-JP ka_ka-GE lt_lt-LT lv_lv-LV mt_mt-MT nl_nl-NL pl_pl-PL pt_pt-PT "
        "ro_ro-RO sk_sk-SK sl_sl-SI sv_sv-SE th_th-TH uk_uk-UA zh_zh-CN"
    ).split()
)
"""The locale for which Word has proofing tools, for a tag that is only a language."""
_EAST_ASIAN = frozenset("ja ko yue zh".split())


_BASE_SHARE, _MAX_SHARE = 6, 80
"""A table's column has a width in proportion to the first, plus the characters of its longest cell up to the second."""


class WordContext:
    """What the templates call as `word` while they write one part. It counts, and collects links and pictures."""

    def __init__(self, package: Package, view: View, text_width: int) -> None:
        self._package = package
        self._language = view.language
        self.text_width = text_width
        """Twips between the margins of the page."""
        self.no_words = Words((), view.language, view.direction)
        self.noted = {block.anchor for block in view.blocks if isinstance(block, Heading) and _has_note(block.words)}
        """The anchors of headings with footnotes. No field may repeat their words: it would repeat the footnotes."""
        self._blocks = view.blocks
        self.links: dict[str, str] = {}
        """The relationship's id for each address."""
        self._bookmarks = self._drawings = 0
        self._pictures: dict[bytes, str] = {}
        """The relationship's id for each picture."""
        self._counts, self._free_id = word_counts(package)
        self.restarts: list[NumberingInstance] = []
        """The new instances, for a count that starts again or goes on from a number as published."""
        self.remarks: list[Remark] = []
        """The remarks by their ids, from 0."""

    def touches_a_box(self, box: Box) -> bool:
        """Whether a box follows another box directly. Word would draw one frame around both."""
        return id(box) in self._touching_boxes

    @cached_property
    def _touching_boxes(self) -> frozenset[int]:
        """The identities of the boxes that follow another. Most texts have no box, and never ask."""
        pairs = pairwise(_in_order(self._blocks))
        return frozenset(id(block) for previous, block in pairs if _are_boxes(previous, block))

    def link(self, href: str) -> str:
        """The id of the part's relationship to an address."""
        return self.links.setdefault(href, f"link{len(self.links) + 1}")

    def add_links(self, part: str) -> None:
        """Add the relationships to the addresses collected so far to a part."""
        for href, id_ in self.links.items():
            self._package.relate(part, id_, RELATIONSHIP_TYPE.HYPERLINK, href, external=True)

    def remark_id(self, remark: Remark) -> int:
        """The id of the comment for a remark."""
        self.remarks.append(remark)
        return len(self.remarks) - 1

    def bookmark_id(self) -> int:
        """A new id for a bookmark."""
        self._bookmarks += 1
        return self._bookmarks

    def picture(self, picture: Picture) -> Drawing:
        """A drawing of a picture, in its own size, or as wide as the text if it is wider. Adds the picture once."""
        if picture.data not in self._pictures:
            number = len(self._pictures) + 1
            self._pictures[picture.data] = self._package.add_picture(number, picture.data, picture.media_type)
        self._drawings += 1
        width, height = picture.millimetres
        scale = min(1.0, self.text_width / _TWIPS_PER_MILLIMETRE / width)
        size = round(width * scale * _EMU_PER_MILLIMETRE), round(height * scale * _EMU_PER_MILLIMETRE)
        return Drawing(self._drawings, self._pictures[picture.data], *size)

    @staticmethod
    def widths(table: Table, total: int) -> list[int]:
        """The widths of a table's columns, `total` together, by the lengths of their longest cells."""
        columns = zip(table.header, *table.rows, strict=True)
        shares = [_BASE_SHARE + min(_MAX_SHARE, max(len(plain(cell)) for cell in column)) for column in columns]
        sum_of_shares = sum(shares)
        ends = [total * end // sum_of_shares for end in accumulate(shares, initial=0)]
        return [end - start for start, end in pairwise(ends)]

    def numbering(self, count: Count | None, styled: bool = True) -> NumberingInstance | None:
        """The numbering instance that a paragraph must name, or None if its style names it, or if it has no number.

        `styled` is whether the paragraph has the style that `style` gives.
        """
        if count is None:
            return None
        word_count = self._counts[count.sequence]
        free_id = self._free_id + len(self.restarts)
        instance = word_count.advance(count, free_id)
        if instance == free_id:
            self.restarts.append(NumberingInstance(instance, count.level, word_count.abstract, count.ordinal))
        if styled and instance == word_count.instance and count.sequence in _STYLES:
            return None
        return NumberingInstance(instance, count.level)

    @staticmethod
    def style(paragraph: Paragraph) -> str:
        """The id of the style of a paragraph, by its number and its level."""
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
        """Whether a run needs properties: for emphasis, its language or its direction."""
        return bool(
            run.emphasis or run.strong or run.language or words.language != self._language or words.direction == "rtl"
        )

    @staticmethod
    def run_style(style: str | None, run: Run | None) -> str | None:
        """The id of the style of a run in text of the character style `style`, or None.

        A run can have only one style, so there is one for each combination, such as "LeadEmphasis".
        """
        if run is None:
            return style
        emphasis = ("Strong" if run.strong and style != "Lead" else "") + ("Emphasis" if run.emphasis else "")
        return (style or "") + emphasis or None

    @staticmethod
    def list_style(style: str, depth: int) -> str:
        """The id of a list style for a depth from 0. Word has five of each."""
        return style if depth == 0 else f"{style}{min(depth, 4) + 1}"


_STYLES = {
    "paragraphs": ("DeclarationParagraph", "SubParagraph", 0),
    "articles": ("ArticleParagraph", "ArticleSubParagraph", 1),
}
"""For sequences with styles: those of paragraphs and sub-paragraphs, and the level of a paragraph in the sequence."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture in the document: the drawing's id, the relationship's id, and the size in English Metric Units."""

    id: int
    relation: str
    width: int
    height: int


# Functions for the templates


def bookmark(anchor: str, prefix: str = "_p_") -> str:
    """The bookmark's name for an anchor: unique, of letters, digits and underscores, at most 40 characters.

    Word hides bookmarks whose names begin with an underscore.
    """
    name = prefix + anchor.replace("-", "_")
    if len(name) <= _MAX_BOOKMARK:
        return name
    return f"{name[: _MAX_BOOKMARK - 9]}_{hashlib.sha256(anchor.encode()).hexdigest()[:8]}"


def locale(language: str) -> str:
    """Word's language tag for a language."""
    return _LOCALES.get(language, language)


def proofing(language: str, direction: str) -> Markup:
    """The attributes of w:lang, which has one for each kind of script (ISO/IEC 29500-1, 17.3.2.20)."""
    known = locale(language)
    attributes = Markup('w:val="{}"').format(known)
    if language.split("-")[0] in _EAST_ASIAN:
        return attributes + Markup(' w:eastAsia="{}"').format(known)
    return attributes + Markup(' w:bidi="{}"').format(known) if direction == "rtl" else attributes


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


TOOLS = {"bookmark": bookmark, "locale": locale, "plain": plain, "proofing": proofing, "unstopped": without_stop}
