"""Compares the text of an output, page by page, with the expected text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice

from tests.expected_text import (
    MARKS,
    MAYBE_SPACE,
    RTL_LETTER,
    WILD,
    Expected,
    ExpectedText,
    FormatTraits,
    Text,
    page_text,
)
from tests.reading import Grid, Line, Reading

_PLAIN = Text(())

# A line may end inside a word beside a sign, but never before one of these (Unicode Standard Annex 14, LB13). Between
# two letters it ends only if the word may be longer than the line.
_NEVER_FIRST = ".,、。，：；！？）」』"
_BY_LETTERS = re.compile("[\u2e80-\ua4cf\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
"""Scripts in which a line may end between any two letters."""
_LONG, _LONG_IN_CELL = 40, 8
"""Letters."""
_DIVISION = re.compile(r"[^\W_]{3}[-‐\u00ad][\n\f][^\W_]{3}")
_MIN_DIVIDED = 7
"""Letters."""


def difference(reading: Reading, pages: Sequence[str], traits: FormatTraits) -> str:
    """The first difference between an output and the expected text; "" if there is none."""
    expected_text = ExpectedText(reading, traits)
    expected = expected_text.text()
    pages = [_with_single_spaces(page_text(page) if traits.laid_out else page) for page in pages]
    bullets = sum(isinstance(line, Line) and line.kind == "bullet" for line in reading.body)
    for sign in traits.apart:
        if bullets != sum(page.count(sign) for page in pages):
            return f"{bullets} {sign} expected"
        pages = [_with_single_spaces(page.replace(sign, "")) for page in pages]
    if traits.laid_out and _rtl_letters(_all_words(reading), traits) != _rtl_letters("".join(pages), traits):
        return "other right-to-left letters"
    notes = expected_text.notes() if traits.at_foot else []
    message = "the notes at the foot of the pages differ"
    for bodies in islice(_without_notes(pages, notes, traits), _MAX_WAYS):
        message = _first_difference(expected, "\f".join(body for body in bodies if body), traits)
        if not message:
            return ""
    return message


_MAX_WAYS = 20
"""Ways to split a page into text and notes that are tried, if both could be either."""


@lru_cache(maxsize=100)
def _with_single_spaces(text: str) -> str:
    """Every run of spaces as one space, or as a line end if it has one."""
    return re.sub(r"[ \t\n\r\f]+", lambda found: "\n" if "\n" in found[0] else " ", text.strip(" \t\n\r\f"))


def _all_words(reading: Reading) -> str:
    lines = [*reading.masthead, *reading.entries, *reading.body, *reading.imprint]
    words = [line.words for line in lines if isinstance(line, Line)]
    words += [cell for grid in lines if isinstance(grid, Grid) for row in grid.rows for cell in row]
    return "".join(part for line_words in words for part in line_words if isinstance(part, str))


def _rtl_letters(text: str, traits: FormatTraits) -> Counter[str]:
    read = re.sub(f"[{traits.unread}]", "", text) if traits.unread else text
    return Counter(RTL_LETTER.findall(read))


def _first_difference(expected: Expected, found: str, traits: FormatTraits) -> str:
    place = 0
    for number, wanted in enumerate(expected):
        start = place + (found[place : place + 1].isspace() if number else 0)
        after_a_mark = traits.laid_out and re.match(f"[{MARKS}]", found[place - 1 : place])
        if number and start == place < len(found) and not after_a_mark:
            return _description(str(wanted), found, place)
        place = max(_end(choice, found, start, traits, wanted) for choice in wanted.choices)
        if place < 0:
            return _description(str(wanted), found, start)
    return "" if place == len(found) else _description("the end", found, place)


def _description(expected: str, found: str, place: int) -> str:
    after, here = found[max(0, place - 80) : place], found[place : place + 500]
    return f"expected {expected[:500]!r}\nfound {here!r}\nafter {after!r}"


def _end(expected: str, found: str, start: int, traits: FormatTraits, wanted: Text = _PLAIN) -> int:
    """Where the expected text that begins at `start` in `found` ends; -1 if it isn't there whole."""
    if re.sub(r"[\n\f]", " ", found[start : start + len(expected)]) == expected:
        return start + len(expected)
    place = start
    for index, sign in enumerate(expected):
        here = found[place : place + 1]
        if here == "\f" and wanted.repeated:
            place = max(place, _end(wanted.repeated, found, place + 1, traits, wanted._replace(repeated="")))
            here = found[place : place + 1]
        if wild := WILD.get(sign):
            match = wild.match(found, place)
            if not match:
                return -1
            place = match.end()
        elif sign == MAYBE_SPACE:
            place += here.isspace()
        elif sign == here or _is_alike(sign, here, traits):
            place += 1
        elif traits.divided and _DIVISION.match(found, place - 3) and _is_divisible(expected, index):
            place += 2
            if found[place] != sign:
                return -1
            place += 1
        elif (
            here in ("\n", "\f")
            and _may_break(expected, index, wanted.in_cells)
            and found[place + 1 : place + 2] == sign
        ):
            place += 2
        else:
            return -1
    return place


def _is_alike(sign: str, here: str, traits: FormatTraits) -> bool:
    """Whether a sign may be found as another. On a page every space equals every other, elsewhere only some do."""
    if sign.isspace() and here.isspace():
        return traits.laid_out or (sign in " \t" and here in " \n\f")
    return sign in traits.alike and here in traits.alike


def _is_divisible(text: str, index: int) -> bool:
    """Whether a hyphen may divide the word, before its letter at `index`."""
    before, after = re.search(r"[^\W_]*$", text[:index]), re.match(r"[^\W_]*", text[index:])
    word = (before[0] if before else "") + (after[0] if after else "")
    return len(word) >= _MIN_DIVIDED and word == word.lower()


def _may_break(text: str, index: int, in_cells: bool) -> bool:
    """Whether a line may end inside a word, before its letter at `index`."""
    if not index:
        return False
    word = text[text.rfind(" ", 0, index) + 1 :].split(" ", 1)[0]
    beside_a_sign = not (text[index - 1].isalnum() and text[index].isalnum()) and text[index] not in _NEVER_FIRST
    by_letters = _BY_LETTERS.search(text[index - 1 : index + 1]) and text[index] not in _NEVER_FIRST
    return bool(beside_a_sign or by_letters) or len(word) > (_LONG_IN_CELL if in_cells else _LONG)


def _without_notes(pages: Sequence[str], notes: Sequence[str], traits: FormatTraits) -> Iterator[list[str]]:
    """The pages without the notes at their feet, which are in order; every possible way to split them."""
    if not pages:
        yield from [] if notes else [[]]
        return
    for cut, taken in _note_areas(pages[0], notes, traits):
        for others in _without_notes(pages[1:], notes[taken:], traits):
            yield [pages[0][:cut].rstrip(), *others]


def _note_areas(page: str, notes: Sequence[str], traits: FormatTraits) -> Iterator[tuple[int, int]]:
    """Where the notes of a page may begin, and how many there are; most notes first."""
    for start in [0, *(found.end() for found in re.finditer("\n", page))] if notes else []:
        place = start
        for taken, note in enumerate(notes, 1):
            place = _end(note, page, place, traits)
            if place < 0:
                break
            if place == len(page):
                yield start, taken
                break
            place += page[place] == "\n"
    yield len(page), 0
