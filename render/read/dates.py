"""Dates and moments in ISO 8601 form, and the hint for a date that was written in another form."""

from __future__ import annotations

import datetime
import re

from render.errors import NodePath
from render.read.context import ReadContext, quote

_FORM = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_MONTH = r"(?P<month>[a-z]+)\.?"
_YEAR = r"(?P<year>\d{4})"
_WORDED_FORMS = (rf"(?:[a-z]+,? )?{_DAY} (?:of )?{_MONTH},? {_YEAR}", rf"(?:[a-z]+,? )?{_MONTH} {_DAY},? {_YEAR}")
_YEAR_FIRST = r"(?P<year>\d{4})(?P<sign>[-./])(?P<month>\d{1,2})(?P=sign)(?P<day>\d{1,2})"
_DIGITS_ALONE = r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)"
_YEAR_LAST = r"(?P<first>\d{1,2})(?P<sign>[-./])(?P<second>\d{1,2})(?P=sign)(?P<year>\d{4})"


def date(value: object, path: NodePath, context: ReadContext) -> datetime.date | None:
    """A day of the calendar, as 2022-05-23 (ISO 8601, extended form)."""
    try:
        if isinstance(value, str) and _FORM.fullmatch(value):
            return datetime.date.fromisoformat(value)
    except ValueError:
        context.report(
            path, f"{quote(str(value))} isn't a day of the calendar", "check the year, the month and the day"
        )
        return None
    if isinstance(value, str) and value:
        meant = meant_date(value)
        hint = f"write {meant}" if meant else "write year, month and day as 2022-05-23"
        context.report(path, f"{quote(value)} isn't in date form", hint)
    else:
        context.report_kind(path, value, "a date", "write year, month and day as 2022-05-23")
    return None


def moment(value: object, path: NodePath, context: ReadContext) -> datetime.datetime | None:
    """A moment with its offset from UTC, as 2022-05-23T12:00:00+01:00 (ISO 8601, extended form)."""
    hint = "write date, time and offset from UTC as 2022-05-23T12:00:00+01:00"
    if not isinstance(value, str) or not value:
        context.report_kind(path, value, "a moment", hint)
        return None
    try:
        found = datetime.datetime.fromisoformat(value)
    except ValueError:
        context.report(path, f"{quote(value)} isn't in date and time form", hint)
        return None
    if found.tzinfo is None:
        hint = f"write {found.isoformat()} with an offset such as +01:00"
        context.report(path, f"{quote(value)} has no offset from UTC", hint)
    elif "T" not in value:
        context.report(path, f"{quote(value)} isn't in date and time form", f"write {found.isoformat()}")
    return found


def meant_date(text: str) -> datetime.date | None:
    """The date that a text means, in English words or in digits; None if that isn't certain.

    Of 03/04/2022 nobody knows which number is the month, but 23/05/2022 and 23.05.2022 are certain.
    """
    text = " ".join(text.lower().split())
    for form in _WORDED_FORMS:
        if found := re.fullmatch(form, text, re.ASCII):
            return _date(found["year"], _month(found["month"]), found["day"])
    for form in (_YEAR_FIRST, _DIGITS_ALONE):
        if found := re.fullmatch(form, text, re.ASCII):
            return _date(found["year"], found["month"], found["day"])
    if found := re.fullmatch(_YEAR_LAST, text, re.ASCII):
        return _year_last(found)
    return None


def _year_last(found: re.Match[str]) -> datetime.date | None:
    """Between full stops the day comes first everywhere; elsewhere only if it is the only way to read the date."""
    day_first = _date(found["year"], found["second"], found["first"])
    month_first = _date(found["year"], found["first"], found["second"])
    if found["sign"] == "." or month_first is None or month_first == day_first:
        return day_first
    return month_first if day_first is None else None


def _month(name: str) -> int:
    """The number of a month by its English name or at least three letters of it; 0 for any other word."""
    return next((index for index, month in enumerate(_MONTHS, 1) if len(name) > 2 and month.startswith(name)), 0)


def _date(year: str, month: str | int, day: str) -> datetime.date | None:
    try:
        return datetime.date(int(year), int(month), int(day))
    except ValueError:
        return None
