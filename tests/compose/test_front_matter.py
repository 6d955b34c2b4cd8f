"""Declaration → View: the front matter, the languages, and the end of a page."""

from __future__ import annotations

import datetime

import pytest

from render.compose.edition import compose
from render.numbering import DeclarationNumbers
from render.read.reader import read
from render.view import blocks as view
from render.view import inlines as view_inlines
from render.view.blocks import View
from tests.compose.declarations import DATA, HEAD, composed, masthead, paragraphs, shown

# The front


def published(publication: str) -> View:
    return composed(f"{HEAD}publication: {publication}\nbody: []\n")


def test_the_masthead_has_who_publishes_what_and_when() -> None:
    front = masthead(
        composed(
            HEAD + "type: Joint declaration\nbody: []\n"
            "publication: {organisation: {name: A & B}, published: 2024-02-29, updated: 2024-03-01}\n"
        )
    )
    assert [shown(value) for value in (front.organisation, front.type, front.title)] == [
        "A & B",
        "Joint declaration",
        "A declaration",
    ]
    assert [shown(date) for date in front.dates] == ["Published 29 February 2024", "Updated 1 March 2024"]


def test_an_organisation_with_an_address_is_a_link_in_its_own_look() -> None:
    organisation = masthead(published("{organisation: {name: 'Office of *A*', url: https://example.org}}")).organisation
    assert organisation
    assert organisation.inlines == (
        view_inlines.Link(
            (view_inlines.Run("Office of "), view_inlines.Run("A", emphasis=True)), "https://example.org"
        ),
    )


def test_an_unpublished_declaration_has_no_dates() -> None:
    front = masthead(composed(HEAD + "body: []\n"))
    assert (front.organisation, front.type, front.dates) == (None, None, ())


def test_the_properties_are_those_of_the_source() -> None:
    page = composed(
        HEAD + "short_title: Short *title*\nstatus: signed\nmarking: OFFICIAL\nrights: {copyright: A 2024}\nbody: []\n"
        "publication: {organisation: {name: Office, url: https://example.org/o}, published: 2024-02-29, "
        "url: https://example.org/d}\n"
    )
    assert (page.id, page.title, page.short_title, page.status) == ("draft", "A declaration", "Short title", "signed")
    assert (page.publisher, page.publisher_url, page.url) == (
        "Office",
        "https://example.org/o",
        "https://example.org/d",
    )
    assert (shown(page.marking), page.rights, page.published) == ("OFFICIAL", "A 2024", datetime.date(2024, 2, 29))


def test_the_properties_have_nothing_that_the_source_lacks() -> None:
    page = composed(HEAD + "body: []\n")
    assert (page.publisher, page.publisher_url, page.url, page.rights) == ("", "", "", "")
    assert (page.status, page.short_title, page.marking, page.published) == ("", "A declaration", None, None)


UPDATED, PUBLISHED, SIGNED, OTHER = (datetime.date(2024, month, 1) for month in (4, 3, 2, 1))


@pytest.mark.parametrize(
    ("updated", "published", "signed", "expected"),
    [
        (True, True, True, UPDATED),
        (False, True, True, PUBLISHED),
        (False, True, False, PUBLISHED),
        (False, False, True, SIGNED),
        (False, False, False, OTHER),
    ],
)
def test_the_date_is_that_of_the_last_change_and_only_then_one_from_outside(
    updated: bool, published: bool, signed: bool, expected: datetime.date
) -> None:
    dates = [f"updated: {UPDATED}"] * updated + [f"published: {PUBLISHED}"] * published
    source = f"{HEAD}publication: {{{', '.join(dates)}}}\nsigned: {{text: C{f', date: {SIGNED}' * signed}}}\nbody: []\n"
    assert composed(source, date=OTHER).date == expected


def test_without_any_date_there_is_none() -> None:
    assert composed(HEAD + "body: []\n").date is None


# Languages


def test_each_language_has_its_own_words_and_labels() -> None:
    source = (
        "id: draft\ntitle: {en: A declaration, lt: Deklaracija}\nlanguages: [en, lt]\nmarking: OFFICIAL\n"
        "publication: {published: 2024-05-30}\nbody:\n  - {id: a, text: {en: one, lt: pirmas}}\n"
    )
    page = composed(source, "lt")
    assert (page.language, page.direction, page.labels_language, page.title) == ("lt", "ltr", "lt", "Deklaracija")
    assert [shown(date) for date in masthead(page).dates] == ["Paskelbta 2024 m. gegužės 30 d."]
    assert shown(page.marking) == "OFFICIAL"
    assert [shown(paragraph.words) for paragraph in paragraphs(page.blocks)] == ["pirmas"]
    assert {paragraph.words.language for paragraph in paragraphs(page.blocks)} == {"lt"}


def test_labels_in_another_language_have_that_language() -> None:
    page = composed("id: draft\ntitle: إعلان\nlanguages: [ar]\npublication: {published: 2024-05-30}\nbody: []\n", "ar")
    (date,) = masthead(page).dates
    assert (shown(date), date.language, date.direction) == ("Published 30 May 2024", "en", "ltr")
    assert (page.language, page.direction, page.labels_language) == ("ar", "rtl", "en")
    assert (masthead(page).title.language, masthead(page).title.direction) == ("ar", "rtl")


def test_words_in_another_language_carry_it_with_its_direction() -> None:
    page = composed(
        f"{HEAD}testimonium: a [de jure]{{la}} [إعلان]{{ar}} [here]{{en}} [[ב]{{he}}](https://example.org)\nbody: []\n"
    )
    (paragraph,) = paragraphs(page.blocks)
    runs = [
        run
        for inline in paragraph.words.inlines
        for run in (inline.runs if isinstance(inline, view_inlines.Link) else (inline,))
    ]
    assert [(run.text, run.language, run.direction) for run in runs if isinstance(run, view_inlines.Run)] == [
        ("a ", None, None),
        ("de jure", "la", "ltr"),
        (" ", None, None),
        ("إعلان", "ar", "rtl"),
        (" ", None, None),
        ("here", None, None),
        (" ", None, None),
        ("ב", "he", "rtl"),
    ]


@pytest.mark.parametrize(("language", "status", "expected"), [("en", "draft", "Draft"), ("de", "draft", "Entwurf")])
def test_a_draft_has_its_label_in_the_labels_language(language: str, status: str, expected: str) -> None:
    page = composed(f"id: x\ntitle: T\nlanguages: [{language}]\nstatus: {status}\nbody: []\n", language)
    assert (page.draft, page.keywords) == (expected, (expected,))


@pytest.mark.parametrize("status", ["", "status: agreed\n", "status: signed\n"])
def test_only_a_draft_has_the_draft_label(status: str) -> None:
    page = composed(f"{HEAD}{status}body: []\n")
    assert (page.draft, page.keywords) == ("", ())


# The end


def signed(signatories: str) -> view.Signatures:
    page = composed(f"{HEAD}parties: [{{id: a, name: A}}, {{id: b, name: B}}]\nsignatories:\n{signatories}body: []\n")
    (found,) = [block for block in page.blocks if isinstance(block, view.Signatures)]
    return found


def test_adjacent_signatories_of_one_party_share_a_column() -> None:
    columns = signed(
        "  - {name: Anna, party: a, title: Minister, on_behalf: For A}\n  - {name: Aron, party: a}\n"
        "  - {name: Boris, party: b, on_behalf: For B, signed: {text: D}}\n  - {name: Ada, party: a}\n"
        "  - {name: Carl}\n  - {name: Dora}\n"
    ).columns
    assert [[shown(signatory.name) for signatory in column.signatories] for column in columns] == [
        ["Anna", "Aron"],
        ["Boris"],
        ["Ada"],
        ["Carl"],
        ["Dora"],
    ]
    assert [shown(column.on_behalf) for column in columns] == ["For A", "For B", "", "", ""]
    assert [shown(column.signed) for column in columns] == ["", "D", "", "", ""]
    assert [shown(signatory.title) for column in columns[:2] for signatory in column.signatories] == [
        "Minister",
        "",
        "",
    ]


def test_place_and_date_are_above_the_signatures_word_for_word() -> None:
    page = composed(f"{HEAD}signed: {{text: 'Done at C, on 1 May', place: X, date: 2024-01-01}}\nbody: []\n")
    (found,) = [block for block in page.blocks if isinstance(block, view.Signatures)]
    assert (shown(found.signed), found.columns) == ("Done at C, on 1 May", ())


def test_the_imprint_has_every_notice_in_its_order() -> None:
    page = composed(
        f'{HEAD}rights: {{availability: five, third_party: four, notice: "two\\n\\nthree", copyright: one}}\nbody: []\n'
    )
    (found,) = [block for block in page.blocks if isinstance(block, view.Imprint)]
    assert [shown(line) for line in found.lines] == ["one", "two", "three", "four", "five"]


def test_values_that_only_checks_use_are_not_shown() -> None:
    page = composed(f"{HEAD}parties: [{{id: a, name: PARTY}}]\nsigned: {{text: words, place: PLACE}}\nbody: []\n")
    assert "PARTY" not in repr(page)
    assert "PLACE" not in repr(page)


def test_numbers_that_the_caller_has_are_not_computed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    declaration = read(DATA / "kitchen-sink.yaml").declaration
    expected, numbers = compose(declaration, "en"), DeclarationNumbers(declaration)
    monkeypatch.delattr("render.compose.edition.DeclarationNumbers")
    assert compose(declaration, "en", numbers=numbers) == expected


def test_one_declaration_composes_to_equal_views_every_time() -> None:
    declaration = read(DATA / "kitchen-sink.yaml").declaration
    assert compose(declaration, "en") == compose(declaration, "en")
