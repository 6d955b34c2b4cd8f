"""What is visible at the head and at the foot of each page of a finished PDF, as PDFium reads and draws it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from math import ceil, floor
from typing import Any

from render.write.page_ends import PageEnds

_POINTS_PER_MM = 72 / 25.4
_BAND = 24 * _POINTS_PER_MM
"""The height of the head and of the foot of a page: the narrowest margin that Engross prints with."""
_EDGE = 3 * _POINTS_PER_MM
"""The edge of a page, on which printers print nothing."""
_MIN_HEIGHT = 3.0
"""Points: a line of capitals that is less high can't be read."""
_MIN_CONTRAST = 60
"""The least difference between the darkest and the lightest point of a line that can be read, of 255."""

_Rectangle = tuple[float, float, float, float]
"""Left, bottom, right, top, in points from the lower left corner of a page."""


def read_pdf(data: bytes) -> list[PageEnds]:
    """The ends of each page: lines that are inside the edges, large enough and of another colour than the paper."""
    import pypdfium2

    ends = []
    with closing(pypdfium2.PdfDocument(data)) as document:
        for number, page in enumerate(document, 1):
            with closing(page), closing(page.get_textpage()) as text:
                ends.append(_read_page(page, text, f"page {number}"))
    return ends


def _read_page(page: Any, text: Any, name: str) -> PageEnds:
    width, height = page.get_size()
    lines = [text.get_rect(index) for index in range(text.count_rects())]
    head = _visible(page, text, lines, (_EDGE, height - _BAND, width - _EDGE, height - _EDGE))
    foot = _visible(page, text, lines, (_EDGE, _EDGE, width - _EDGE, _BAND))
    return PageEnds(head, foot, name, is_shaped=True)


def _visible(page: Any, text: Any, lines: Sequence[_Rectangle], band: _Rectangle) -> str:
    """The lines of text inside a band of the page that can be seen, in reading order."""
    left, bottom, right, top = band
    inside = [
        line
        for line in lines
        if left <= line[0] and bottom <= line[1] and line[2] <= right and line[3] <= top
        if line[3] - line[1] >= _MIN_HEIGHT
    ]
    if not inside:
        return ""
    picture = page.render(crop=(0, bottom, 0, page.get_height() - top), grayscale=True).to_pil()
    boxes = ((floor(line[0]), floor(top - line[3]), ceil(line[2]), ceil(top - line[1])) for line in inside)
    contrasts = (lightest - darkest for darkest, lightest in (picture.crop(box).getextrema() for box in boxes))
    shown = (line for line, contrast in zip(inside, contrasts, strict=True) if contrast >= _MIN_CONTRAST)
    return "".join(text.get_text_bounded(*line) for line in shown)
