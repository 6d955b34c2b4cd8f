"""The text of a declaration as a reader finds it, before a format presents it, and Engross's own words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class Mark(NamedTuple):
    """The mark of a footnote."""

    number: int


class Address(NamedTuple):
    """The target of the words before it."""

    href: str
    words: str


Words = tuple[str | Mark | Address, ...]


class Line(NamedTuple):
    """A paragraph, heading, item or the like.

    Formats differ in how they present the kinds "bullet", "picture", "entry" and "signature".
    """

    words: Words
    kind: str = "line"


class Grid(NamedTuple):
    """A table: rows of cells, the header first."""

    rows: tuple[tuple[Words, ...], ...]


@dataclass
class Reading:
    """The text of a declaration in reading order, before a format presents it."""

    language: str
    short_title: str
    marking: Line | None
    masthead: list[Line] = field(default_factory=list)
    entries: list[Line] = field(default_factory=list)
    body: list[Line | Grid] = field(default_factory=list)
    notes: list[list[Line]] = field(default_factory=list)
    imprint: list[Line] = field(default_factory=list)


class Own(NamedTuple):
    """Engross's own words in a language."""

    contents: str
    notes: str
    links: str
    skip: str
    top: str
    page: str
    paragraph: str
    article: str
    annex: str
    only_annex: str
    published: str
    updated: str
    date: str
    months: str


OWN = {
    "en": Own(
        contents="Contents",
        notes="Notes",
        links="Links",
        skip="Skip to the text",
        top="Back to top",
        page="Page {page} of {pages}",
        paragraph="paragraph {}",
        article="Article {}",
        annex="Annex {}",
        only_annex="Annex",
        published="Published {}",
        updated="Updated {}",
        date="{day} {month} {year}",
        months="January February March April May June July August September October November December",
    ),
    "lt": Own(
        contents="Turinys",
        notes="Išnašos",
        links="Nuorodos",
        skip="Pereiti prie teksto",
        top="Į pradžią",
        page="{page} puslapis iš {pages}",
        paragraph="{} punktas",
        article="{} straipsnis",
        annex="{} priedas",
        only_annex="Priedas",
        published="Paskelbta {}",
        updated="Atnaujinta {}",
        date="{year} m. {month} {day} d.",
        months="sausio vasario kovo balandžio gegužės birželio liepos rugpjūčio rugsėjo spalio lapkričio gruodžio",
    ),
    "fr": Own(
        contents="Table des matières",
        notes="Notes",
        links="Liens",
        skip="Aller au texte",
        top="Haut de page",
        page="Page {page} sur {pages}",
        paragraph="paragraphe {}",
        article="Article {}",
        annex="Annexe {}",
        only_annex="Annexe",
        published="Publié le {}",
        updated="Mis à jour le {}",
        date="{day} {month} {year}",
        months="janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    ),
    "de": Own(
        contents="Inhalt",
        notes="Anmerkungen",
        links="Links",
        skip="Zum Text springen",
        top="Zum Seitenanfang",
        page="Seite {page} von {pages}",
        paragraph="Absatz {}",
        article="Artikel {}",
        annex="Anhang {}",
        only_annex="Anhang",
        published="Veröffentlicht am {}",
        updated="Aktualisiert am {}",
        date="{day}. {month} {year}",
        months="Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    ),
}


def own(language: str) -> Own:
    """Engross's words beside a text in a language; the English ones if Engross has none in that language."""
    return OWN.get(language.split("-")[0], OWN["en"])
