"""Whether words in a part of a Word file can be seen, by their own properties and those of their styles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from math import ceil
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from render.write.docx.house_style.page import text_width

MARKING_STYLE = "ProtectiveMarking"
_MIN_SIZE = 12
"""Half-points of letters that can be read."""
_DEFAULT_SIZE = 20
_MIN_SCALE = 50
"""Percent of the width of letters (ISO/IEC 29500-1, 17.3.2.43)."""
_MAX_SHIFT = 24
"""Half-points that letters may be raised or lowered (17.3.2.24)."""
_MIN_SPACING = -40
"""Twips between letters: closer ones cover each other (17.3.2.35)."""
_MIN_LINE = 140
"""Twips of a line that shows letters of the least size (17.3.1.33)."""
_MIN_CONTRAST = 60
"""The least difference in brightness from the paper, of 255."""
_LETTER_WIDTH = 0.65
"""The width of an average capital, in parts of its size."""
_TWIPS_PER_HALF_POINT = 10
_OFF = ("0", "false", "off", "none")
_WHITE_THEME_COLOURS = ("background1", "light1")
_DARK = ("black", "darkBlue", "darkGreen", "darkRed", "darkMagenta", "darkCyan", "darkGray", "blue", "red")
_SHOWN = f"""<w:rPr {nsdecls("w")}><w:b/><w:bCs/><w:vanish w:val="0"/><w:webHidden w:val="0"/><w:color w:val="000000"/>
<w:spacing w:val="0"/><w:w w:val="100"/><w:position w:val="0"/><w:sz w:val="20"/><w:szCs w:val="20"/>
<w:shd w:val="clear" w:color="auto" w:fill="FFFFFF"/></w:rPr>"""
_SHOWN_STYLE = f"""<w:pPr {nsdecls("w")}><w:spacing w:before="0" w:after="60" w:line="240" w:lineRule="auto"/>
<w:ind w:left="0" w:right="0" w:firstLine="0"/><w:jc w:val="center"/></w:pPr>"""


class Visibility:
    """Finds the words that can be seen, by the styles of a file (w:styles)."""

    def __init__(self, styles: Any) -> None:
        self._styles = {style.get(qn("w:styleId")): style for style in styles.iterchildren(qn("w:style"))}
        self._defaults = styles.find(qn("w:docDefaults"))
        self._default = next((id_ for id_, style in self._styles.items() if _is_default(style)), None)

    def visible_text(self, part: Any, width: int, height: int) -> str:
        """The words of a header or footer that can be seen. It may be `width` twips wide and `height` twips high."""
        return "\n".join(self.visible_words(paragraph, width, height) for paragraph in part.iter(qn("w:p")))

    def visible_words(self, paragraph: Any, width: int, height: int) -> str:
        """The words of a paragraph that can be seen; "" if the paragraph has no room."""
        if _is_out_of_place(list(self._paragraph_levels(paragraph)), width):
            return ""
        runs = [(run, list(self._run_levels(run, paragraph))) for run in paragraph.iter(qn("w:r"))]
        shown = [(run, levels) for run, levels in runs if not _is_hidden(run, levels)]
        words = "".join(text.text or "" for run, _ in shown for text in run.iterchildren(qn("w:t")))
        size = max((_number(levels, "w:sz", _DEFAULT_SIZE) for _, levels in shown), default=_DEFAULT_SIZE)
        line = size * _TWIPS_PER_HALF_POINT
        return words if ceil(len(words) * line * _LETTER_WIDTH / max(width, 1)) * line <= height else ""

    def _paragraph_levels(self, paragraph: Any) -> Iterator[Any]:
        """The properties of a paragraph from the nearest to the farthest: its own, its styles', the defaults."""
        styles = self._chain(_named(paragraph.find(qn("w:pPr")), "w:pStyle") or self._default)
        found = (paragraph.find(qn("w:pPr")), *(style.find(qn("w:pPr")) for style in styles))
        yield from (properties for properties in found if properties is not None)
        yield from self._default_levels("w:pPr")

    def _run_levels(self, run: Any, paragraph: Any) -> Iterator[Any]:
        """The properties of letters from the nearest to the farthest: own, of both kinds of style, the defaults."""
        own = run.find(qn("w:rPr"))
        paragraph_style = _named(paragraph.find(qn("w:pPr")), "w:pStyle") or self._default
        styles = (*self._chain(_named(own, "w:rStyle")), *self._chain(paragraph_style))
        yield from (level for level in (own, *(style.find(qn("w:rPr")) for style in styles)) if level is not None)
        yield from self._default_levels("w:rPr")

    def _default_levels(self, tag: str) -> Iterator[Any]:
        if self._defaults is not None:
            yield from self._defaults.iter(qn(tag))

    def _chain(self, id_: str | None) -> Iterator[Any]:
        seen: set[str | None] = set()
        while id_ in self._styles and id_ not in seen:
            seen.add(id_)
            yield self._styles[id_]
            based_on = self._styles[id_].find(qn("w:basedOn"))
            id_ = None if based_on is None else based_on.get(qn("w:val"))


def is_marking_hidden(styles: Any, width: int) -> bool:
    """Whether words in the style of the marking, `width` twips wide, can't be seen."""
    sample = f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="{MARKING_STYLE}"/></w:pPr><w:r><w:t>X</w:t></w:r></w:p>'
    return not Visibility(styles).visible_words(parse_xml(sample), width, width)


def keep_marking_visible(styles: Any, headers_and_footers: Iterable[Any], section: Any) -> None:
    """Undo what hides the marking in a house style: its own style, pictures before it, and margins that cover it."""
    roots = list(headers_and_footers)
    if is_marking_hidden(styles, text_width(section)):
        _show_style(styles)
        for run in (run for root in roots for paragraph in _markings(root) for run in paragraph.iter(qn("w:r"))):
            _show_run(run)
    for root in roots:
        _move_pictures_behind(root)


def _markings(root: Any) -> Iterator[Any]:
    """The paragraphs of the marking in a header or footer."""
    for paragraph in root.iter(qn("w:p")):
        if _named(paragraph.find(qn("w:pPr")), "w:pStyle") == MARKING_STYLE:
            yield paragraph


def _show_style(styles: Any) -> None:
    """Give the style of the marking properties that depend on no other style."""
    style = next(style for style in styles.iter(qn("w:style")) if style.get(qn("w:styleId")) == MARKING_STYLE)
    for tag in ("w:basedOn", "w:link", "w:pPr", "w:rPr"):
        for old in style.findall(qn(tag)):
            style.remove(old)
    style.extend([parse_xml(_SHOWN_STYLE), parse_xml(_SHOWN)])


def _show_run(run: Any) -> None:
    """Give letters properties of their own, which the defaults of the document don't change."""
    old, shown = run.find(qn("w:rPr")), parse_xml(_SHOWN)
    if old is not None:
        shown.extend(old.findall(qn("w:rtl")))
        run.remove(old)
    run.insert(0, shown)


def _move_pictures_behind(root: Any) -> None:
    """Move floating pictures of a header or footer behind its text (ISO/IEC 29500-1, 20.4.2.3; VML's z-index)."""
    for anchor in root.iter(qn("wp:anchor")):
        anchor.set("behindDoc", "1")
    for shape in root.iter("{urn:schemas-microsoft-com:vml}*"):
        if style := shape.get("style"):
            shape.set("style", re.sub(r"z-index:\s*(?=[0-9])", "z-index:-", style))


def _is_hidden(run: Any, levels: Sequence[Any]) -> bool:
    return (
        any(_is_on(levels, run.find(qn("w:rPr")), tag) for tag in ("w:vanish", "w:webHidden"))
        or _number(levels, "w:sz", _DEFAULT_SIZE) < _MIN_SIZE
        or _number(levels, "w:w", 100) < _MIN_SCALE
        or abs(_number(levels, "w:position", 0)) > _MAX_SHIFT
        or _number(levels, "w:spacing", 0) < _MIN_SPACING
        or _contrast(levels) < _MIN_CONTRAST
        or any(level.find(".//{*}textFill/{*}noFill") is not None for level in levels)
    )


def _named(properties: Any, tag: str) -> str | None:
    """The style that properties name."""
    found = None if properties is None else properties.find(qn(tag))
    return None if found is None else str(found.get(qn("w:val")))


def _is_default(style: Any) -> bool:
    return style.get(qn("w:type")) == "paragraph" and bool(style.get(qn("w:default")) in ("1", "true"))


def _nearest(levels: Iterable[Any], tag: str) -> Any:
    return next((found for level in levels if (found := level.find(qn(tag))) is not None), None)


def _is_on(levels: Iterable[Any], direct: Any, tag: str) -> bool:
    """Whether a property is on: as set on the words themselves, or else anywhere (ISO/IEC 29500-1, 17.7.3)."""
    own = None if direct is None else direct.find(qn(tag))
    found = [own] if own is not None else [level.find(qn(tag)) for level in levels]
    return any(element is not None and element.get(qn("w:val")) not in _OFF for element in found)


def _number(levels: Iterable[Any], tag: str, default: int) -> int:
    return _value(_nearest(levels, tag), "w:val", default)


def _value(element: Any, attribute: str, default: int) -> int:
    """A number of an element; Word also writes "12pt" or "50%", which count as the default."""
    text = "" if element is None else element.get(qn(attribute), "")
    return int(text) if text.lstrip("-").isdigit() else default


def _contrast(levels: Sequence[Any]) -> int:
    """The difference in brightness between letters and what is behind them."""
    colour, shading = _nearest(levels, "w:color"), _nearest(levels, "w:shd")
    highlight = _nearest(levels, "w:highlight")
    paper = _brightness(None if shading is None else shading.get(qn("w:fill")), 255)
    if highlight is not None and highlight.get(qn("w:val")) in _DARK:
        paper = 0
    if colour is None or colour.get(qn("w:val")) == "auto":
        return 255  # Word then chooses black or white
    if colour.get(qn("w:themeColor")) in _WHITE_THEME_COLOURS:
        return abs(255 - paper)
    return abs(_brightness(colour.get(qn("w:val")), 0) - paper)


def _brightness(colour: str | None, default: int) -> int:
    """The brightness of "1F3864", from 0 to 255 (ITU-R BT.601)."""
    try:
        red, green, blue = bytes.fromhex(colour or "")
    except ValueError:
        return default
    return round(0.299 * red + 0.587 * green + 0.114 * blue)


def _is_out_of_place(levels: Sequence[Any], width: int) -> bool:
    """Whether a paragraph is in a frame, narrower than half the text, or in lines too low for its letters."""
    spacing, indent = _nearest(levels, "w:spacing"), _nearest(levels, "w:ind")
    sides = ("w:left", "w:start", "w:right", "w:end", "w:firstLine")
    taken = sum(abs(_value(indent, side, 0)) for side in sides)
    is_exact = spacing is not None and spacing.get(qn("w:lineRule")) == "exact"
    return (
        _nearest(levels, "w:framePr") is not None
        or (is_exact and _value(spacing, "w:line", _MIN_LINE) < _MIN_LINE)
        or taken * 2 > width
    )
