"""The codes of the fields in a part of a house's file, and whether a copy may have them (ISO/IEC 29500-1, 17.16)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from docx.oxml.ns import qn

ALLOWED_FIELDS = frozenset(
    "= ADVANCE AUTHOR COMMENTS COMPARE CREATEDATE DATE DOCPROPERTY DOCVARIABLE EDITTIME EQ FILENAME FILESIZE HYPERLINK "
    "IF INFO KEYWORDS LASTSAVEDBY NOTEREF NUMCHARS NUMPAGES NUMWORDS PAGE PAGEREF PRINTDATE QUOTE REF REVNUM SAVEDATE "
    "SECTION SECTIONPAGES SEQ SHAPE STYLEREF SUBJECT SYMBOL TIME TITLE".split()
)
"""Fields that show something of the copy itself. No other field is allowed: it may load a file or run a program."""

_MAX_SHOWN = 40
"""Characters of a field's name that a message shows."""
_NESTED = "\x13"
"""Takes the place of a field inside another field's code: Word reads its result as part of the code."""
_KEYWORD = re.compile(r"[ \t]*(=|[A-Za-z]+(?![^\s\\\"]))")
_HYPERLINK = re.compile(
    r"""\s+ (?: "(?:https?://|mailto:)[^"\s]*" | (?:https?://|mailto:)[^"\s]* )?  # no other address
        (?: \s* \\ [A-Za-z*@\#!] \s* (?: "[^"]*" | [^"\s\\]* ) )* \s*             # switches, each with its value
    """,
    re.VERBOSE,
)
_RUN, _CODES, _CHARACTER, _SIMPLE = qn("w:r"), (qn("w:instrText"), qn("w:t")), qn("w:fldChar"), qn("w:fldSimple")
_DELETED_CODE = qn("w:delInstrText")
_SPACES = tuple(map(qn, ("w:tab", "w:br", "w:cr", "w:ptab")))
_TRACKED = tuple(map(qn, ("w:ins", "w:del", "w:moveFrom", "w:moveTo")))
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_STORIES = (qn("w:txbxContent"), f"{_MC}Choice", f"{_MC}Fallback")
"""Elements whose content a program reads apart from what is around them, or not at all."""


class IncompleteField(Exception):
    """The parts of a field don't belong together, so that programs may read different codes."""


@dataclass(slots=True)
class _Field:
    """A field whose end wasn't found yet."""

    code: list[str] = field(default_factory=list)
    has_result: bool = False


def forbidden_field(root: Any) -> str | None:
    """What is wrong with the first field in a part that a copy may not have; None if all are allowed.

    Raises IncompleteField for a field that isn't whole, or that tracked changes divide.
    """
    return next((found for code in _codes(root) if (found := _objection(code))), None)


def _objection(code: str) -> str | None:
    keyword = _KEYWORD.match(code)
    if not keyword or keyword[1].upper() not in ALLOWED_FIELDS:
        first = "".join(code.replace(_NESTED, " ").split()[:1])
        return f"a field {first[:_MAX_SHOWN].upper() or 'without a name'}"
    if keyword[1].upper() == "HYPERLINK" and not _HYPERLINK.fullmatch(code[keyword.end() :]):
        return "a field HYPERLINK to an address other than http, https or mailto"
    return None


def _codes(root: Any) -> Iterator[str]:
    """The code of every field, however it is divided among elements."""
    open_fields: dict[Any, list[_Field]] = {}
    for element in root.iter(*_CODES, _CHARACTER, _SIMPLE, _DELETED_CODE, *_SPACES):
        stack = open_fields.setdefault(_story(element), [])
        if element.tag == _SIMPLE:
            _nest(stack)
            yield element.get(qn("w:instr"), "")
        elif element.tag == _CHARACTER:
            _check_not_tracked(element)
            yield from _moved(stack, element.get(qn("w:fldCharType")))
        elif stack and not stack[-1].has_result:
            _check_not_tracked(element)
            stack[-1].code.append(" " if element.tag in _SPACES else element.text or "")
        elif element.tag not in (qn("w:t"), *_SPACES):
            raise IncompleteField
    if any(open_fields.values()):
        raise IncompleteField


def _moved(stack: list[_Field], kind: str | None) -> Iterator[str]:
    """Go on to the next part of a field, which begins, shows its result, or ends. Yields the code at the end."""
    match kind:
        case "begin":
            _nest(stack)
            stack.append(_Field())
        case "separate" if stack and not stack[-1].has_result:
            stack[-1].has_result = True
        case "end" if stack:
            yield "".join(stack.pop().code)
        case _:
            raise IncompleteField


def _nest(stack: list[_Field]) -> None:
    if stack and not stack[-1].has_result:
        stack[-1].code.append(_NESTED)


def _story(element: Any) -> Any:
    """The nearest of the elements around an element that are read apart; None for the part itself."""
    return next(element.iterancestors(*_STORIES), None)


def _check_not_tracked(element: Any) -> None:
    """Raise IncompleteField for what is gone after a tracked change was accepted or rejected."""
    if element.tag == _DELETED_CODE or next(element.iterancestors(*_TRACKED), None) is not None:
        raise IncompleteField
