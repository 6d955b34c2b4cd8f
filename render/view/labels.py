"""The labels that Engross adds to a page ("Contents", "Page 1 of 9"), from `templates/locale/<language>.json`."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from functools import cache, lru_cache

from render.resources import TEMPLATES

FALLBACK_LANGUAGE = "en"
_RIGHT_TO_LEFT = frozenset("aii ar arc ckb dv fa he ks lah nqo pnb ps sd skr syr ug ur yi".split())
_RIGHT_TO_LEFT_SCRIPTS = frozenset("Adlm Arab Hebr Mand Nkoo Rohg Syrc Thaa".split())


@cache
def labels(language: str) -> tuple[str, Mapping[str, str]]:
    """The language of the labels for `language`, and the labels by name.

    The labels are those of the language tag itself, else of its primary language, else English.
    """
    for candidate in (language, language.split("-")[0], FALLBACK_LANGUAGE):
        path = TEMPLATES / "locale" / f"{candidate}.json"
        if path.is_file():
            return candidate, json.loads(path.read_text("utf-8"))
    raise FileNotFoundError(f"no labels in {TEMPLATES / 'locale'}")


def date_words(date: datetime.date, labels: Mapping[str, str]) -> str:
    """A date in words: "30 May 2022"."""
    day = labels["first_day"] if date.day == 1 else date.day
    return labels["date"].format(day=day, month=labels["months"].split()[date.month - 1], year=date.year)


@lru_cache(maxsize=256)
def direction(language: str) -> str:
    """The direction of a language, "ltr" or "rtl": that of the script in its tag (RFC 5646), else of its usual one."""
    primary, *subtags = language.split("-")
    script = next((tag for tag in subtags if len(tag) == 4), "")
    rtl = script in _RIGHT_TO_LEFT_SCRIPTS if script else primary in _RIGHT_TO_LEFT
    return "rtl" if rtl else "ltr"
