"""The types of text that nobody signs: the parties agree them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from render.model.localized_text import LocalizedText

AGREED_TYPES: Mapping[str, frozenset[str]] = {
    "de": frozenset(
        {
            "kommuniqué",
            "gemeinsames kommuniqué",
            "abschlusskommuniqué",
            "schlussfolgerungen",
            "gemeinsame schlussfolgerungen",
            "schlussfolgerungen des rates",
            "grundsatzpapier",
            "positionspapier",
        }
    ),
    "en": frozenset(
        {
            "communiqué",
            "joint communiqué",
            "final communiqué",
            "leaders' communiqué",
            "ministerial communiqué",
            "statement",
            "joint statement",
            "joint press statement",
            "leaders' statement",
            "ministerial statement",
            "chair's statement",
            "conclusions",
            "joint conclusions",
            "chair's conclusions",
            "council conclusions",
            "policy paper",
        }
    ),
    "fr": frozenset(
        {
            "communiqué",
            "communiqué conjoint",
            "communiqué final",
            "communiqué de presse conjoint",
            "conclusions",
            "conclusions conjointes",
            "conclusions du conseil",
            "document d'orientation",
        }
    ),
    "lt": frozenset(
        {
            "komunikatas",
            "bendras komunikatas",
            "baigiamasis komunikatas",
            "pareiškimas",
            "bendras pareiškimas",
            "išvados",
            "bendros išvados",
            "tarybos išvados",
            "politikos dokumentas",
        }
    ),
}
"""The whole names of these types, in small letters, by language: each language that has labels.

"Déclaration" and "Erklärung" are missing, because a declaration that is signed has the same name.
"""


def is_agreed(type_: LocalizedText) -> bool:
    """Whether a text is of one of these types in every language that has labels, and in one at least."""
    known = [
        _folded(type_.plain(language)) in AGREED_TYPES[primary]
        for language in type_.versions
        if (primary := language.split("-")[0]) in AGREED_TYPES
    ]
    return bool(known) and all(known)


def _folded(type_: str) -> str:
    """A type in small letters with plain spaces and apostrophes. An accent may be missing from "communiqué"."""
    text = " ".join(unicodedata.normalize("NFC", type_).casefold().replace("\u2019", "'").split())
    return text.replace("communique", "communiqué").replace("kommunique", "kommuniqué")
