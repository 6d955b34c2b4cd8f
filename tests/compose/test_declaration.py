"""Declaration → View: what a page shows, in which order, language and direction."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from render.compose.edition import compose
from render.numbering import DeclarationNumbers
from render.read.reader import read, read_bytes
from render.view import blocks as view
from render.view import inlines as view_inlines
from render.view.blocks import View
from render.view.inlines import Words
from render.view.options import ViewOptions

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"
HEAD = "id: draft\ntitle: A declaration\nlanguages: [en]\n"


def composed(source: str, language: str = "en", date: datetime.date | None = None) -> View:
    return compose(read_bytes(source.encode(), "x.yaml", DATA).declaration, language, ViewOptions(date=date))


def kinds(page: View) -> list[str]:
    return [type(block).__name__ for block in page.blocks]


WITHOUT_MARGIN = (view.Masthead, view.Contents, view.Signatures, view.Notes, view.Imprint)


def said(words: Words | None) -> str:
    """The words as they are printed, a note's mark as its number in brackets."""
    return "".join(map(said_inline, words.inlines)) if words else ""


def said_inline(inline: view_inlines.Inline) -> str:
    match inline:
        case view_inlines.Run():
            return inline.text
        case view_inlines.Link():
            return "".join(run.text for run in inline.runs)
        case view_inlines.Reference():
            return inline.before + "".join(step.before + step.text + step.after for step in inline.steps) + inline.after
        case view_inlines.NoteMark():
            return f"[{inline.number}]"


def masthead(page: View) -> view.Masthead:
    assert isinstance(page.blocks[0], view.Masthead)
    return page.blocks[0]


def paragraphs(blocks: Iterable[view.Block]) -> Iterator[view.Paragraph]:
    """The paragraphs, and those in them."""
    for block in blocks:
        if isinstance(block, view.Paragraph):
            yield block
            yield from paragraphs(block.children)


# The order


def test_a_page_begins_with_the_masthead_and_ends_with_the_imprint() -> None:
    page = compose(read(DATA / "kitchen-sink.yaml").declaration, "en")
    order = [kind for index, kind in enumerate(kinds(page)) if kind not in kinds(page)[:index]]
    assert order == "Masthead Contents Paragraph Heading Table Box Image Signatures Notes Imprint".split()


def test_annexes_are_after_the_signatures_and_the_closing_clause_is_before_them() -> None:
    page = composed(
        f"{HEAD}testimonium: Done.\nsigned: {{text: C}}\nbody:\n  - {{annex: a}}\n  - {{id: b, text: b}}\n"
        "  - {annex: c, body: [{id: d, text: d}]}\n"
    )
    assert kinds(page) == "Masthead Contents Paragraph Paragraph Signatures Heading Heading Paragraph".split()
    assert [said(paragraph.words) for paragraph in paragraphs(page.blocks)] == ["b", "Done.", "d"]


def test_what_is_not_there_leaves_no_empty_block() -> None:
    assert kinds(composed(HEAD + "body: []\n")) == ["Masthead"]


@pytest.mark.parametrize(("headings", "has"), [(0, False), (1, False), (2, True)])
def test_contents_begin_with_the_second_heading(headings: int, has: bool) -> None:
    body = "".join(f"  - {{section: a{number}, title: a}}\n" for number in range(headings)) or "  []\n"
    assert ("Contents" in kinds(composed(f"{HEAD}body:\n{body}"))) is has


def test_contents_list_every_heading_with_its_label_level_and_anchor() -> None:
    page = composed(
        f"{HEAD}body:\n  - section: a\n    title: One\n    number: I.\n    body:\n      - {{article: b, title: Two}}\n"
        "      - {article: c}\n  - {annex: d, title: Three}\n"
    )
    (contents,) = [block for block in page.blocks if isinstance(block, view.Contents)]
    assert contents.title == "Contents"
    assert [(entry.anchor, entry.label, said(entry.words), entry.level) for entry in contents.entries] == [
        ("a", "I.", "One", 1),
        ("b", "Article 1", "Two", 2),
        ("c", "Article 2", "", 2),
        ("d", "Annex", "Three", 1),
    ]
    headings = [block for block in page.blocks if isinstance(block, view.Heading)]
    assert [(heading.anchor, heading.label, said(heading.words), heading.level) for heading in headings] == [
        (entry.anchor, entry.label, said(entry.words), entry.level) for entry in contents.entries
    ]


def test_contents_are_plain_words_since_each_line_is_a_link_itself() -> None:
    page = composed(
        f"{HEAD}body:\n  - {{section: a, title: 'See *[the](https://example.org)* [](#p), [de facto]{{la}}'}}\n"
        "  - {section: b, title: b, body: [{id: p, text: a}]}\n"
    )
    (contents,) = [block for block in page.blocks if isinstance(block, view.Contents)]
    words = contents.entries[0].words
    assert words
    assert words.inlines == (
        view_inlines.Run("See "),
        view_inlines.Run("the", emphasis=True),
        view_inlines.Run(" "),
        view_inlines.Run("paragraph 1"),
        view_inlines.Run(", "),
        view_inlines.Run("de facto", language="la", direction="ltr"),
    )


# Notes


def noted() -> View:
    return composed(
        HEAD.replace("A declaration", '"A declaration[^n]"') + "notes: {n: title, end: end}\n"
        "body:\n"
        "  - {annex: list, title: 'A list[^n]', notes: {n: annex}}\n"
        '  - id: first\n    lead: A lead[^lead]\n    text: "One[^one]\\n\\nTwo[^two]"\n    closing: Three[^closing]\n'
        "    body: [{id: sub, text: 'Sub[^n]', notes: {n: sub}}]\n"
        "    notes: {closing: closing, two: two, one: one, lead: lead}\n"
        "  - {section: part, title: 'A part[^n]', notes: {n: part}}\n"
        "  - {table: t, rows: [['4[^r]', '5']], header: ['2[^h]', '3'], caption: '1[^c]', notes: {r: r, h: h, c: c}}\n"
        "  - {quotation: 'a[^a]', attribution: 'b[^b]', notes: {b: b, a: a}}\n"
        "  - {image: rule.png, caption: 'a[^n]', decorative: true, notes: {n: caption}}\n"
        "  - {list: ['a[^a]', {text: 'b[^b]', list: ['c[^c]']}], notes: {c: c, b: b, a: a}}\n"
        "testimonium: Done[^end]\n"
    )


READING_ORDER = "title lead one two sub closing part c h r a b caption a b c end annex".split()


def test_notes_are_numbered_in_reading_order() -> None:
    page = noted()
    assert [said(note.note[0]) for note in page.notes] == READING_ORDER
    assert [note.number for note in page.notes] == list(range(1, len(READING_ORDER) + 1))


def test_a_note_is_one_thing_at_its_mark_and_in_the_list() -> None:
    page = noted()
    (listed,) = [block for block in page.blocks if isinstance(block, view.Notes)]
    assert listed == view.Notes("Notes", page.notes)
    assert masthead(page).title.inlines[-1] is page.notes[0]
    assert len({note.anchor for note in page.notes}) == len(page.notes)


def test_contents_and_titles_have_no_note_marks() -> None:
    page = noted()
    (contents,) = [block for block in page.blocks if isinstance(block, view.Contents)]
    assert [said(entry.words) for entry in contents.entries] == ["A part", "A list"]
    assert (page.title, page.short_title) == ("A declaration", "A declaration")


def test_a_note_has_its_paragraphs_links_and_references() -> None:
    text = 'notes: {n: "one [](#first)\\n\\n[two](https://example.org)"}'
    page = composed(f"{HEAD}body:\n  - id: first\n    text: a[^n]\n    {text}\n")
    (note,) = page.notes
    assert [said(words) for words in note.note] == ["one paragraph 1", "two"]


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
    assert [said(value) for value in (front.organisation, front.type, front.title)] == [
        "A & B",
        "Joint declaration",
        "A declaration",
    ]
    assert [said(date) for date in front.dates] == ["Published 29 February 2024", "Updated 1 March 2024"]


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
    assert (said(page.marking), page.rights, page.published) == ("OFFICIAL", "A 2024", datetime.date(2024, 2, 29))


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
    assert [said(date) for date in masthead(page).dates] == ["Paskelbta 2024 m. gegužės 30 d."]
    assert said(page.marking) == "OFFICIAL"
    assert [said(paragraph.words) for paragraph in paragraphs(page.blocks)] == ["pirmas"]
    assert {paragraph.words.language for paragraph in paragraphs(page.blocks)} == {"lt"}


def test_labels_in_another_language_have_that_language() -> None:
    page = composed("id: draft\ntitle: إعلان\nlanguages: [ar]\npublication: {published: 2024-05-30}\nbody: []\n", "ar")
    (date,) = masthead(page).dates
    assert (said(date), date.language, date.direction) == ("Published 30 May 2024", "en", "ltr")
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


# The body


def test_a_text_of_several_paragraphs_has_the_margin_of_its_number() -> None:
    page = composed(
        f'{HEAD}body:\n  - id: a\n    text: "one\\n\\ntwo"\n    closing: "six\\n\\nseven"\n    body:\n'
        '      - {id: b, text: "three\\n\\nfour"}\n      - recital: c\n        text: five\n'
        '  - recital: d\n    text: "eight\\n\\nnine"\n    body: [{id: e, text: ten}]\n    closing: eleven\n'
    )
    assert [(paragraph.anchor, said(paragraph.words), paragraph.level) for paragraph in paragraphs(page.blocks)] == [
        ("a", "one", 0),
        (None, "two", 1),
        ("b", "three", 1),
        (None, "four", 2),
        ("c", "five", 1),
        (None, "six", 1),
        (None, "seven", 1),
        ("d", "eight", 0),
        (None, "nine", 0),
        ("e", "ten", 1),
        (None, "eleven", 0),
    ]


def test_blocks_in_a_paragraph_have_its_margin() -> None:
    rule = "{image: rule.png, decorative: true}"
    inner = f"[{{list: [a]}}, {{table: t, header: [a], rows: []}}, {{quotation: a}}, {{box: a}}, {rule}]"
    page = composed(f"{HEAD}body:\n  - {{id: a, text: a, body: {inner}}}\n")
    (paragraph,) = (block for block in page.blocks if isinstance(block, view.Paragraph))
    assert [type(block).__name__ for block in paragraph.children] == "Bullets Table Quotation Box Image".split()
    assert [block.level for block in paragraph.children if not isinstance(block, WITHOUT_MARGIN)] == [1, 1, 1, 1, 1]


def test_tables_lists_quotations_and_pictures_keep_their_words_in_order() -> None:
    page = composed(
        f"{HEAD}body:\n"
        "  - {table: t, caption: c, header: [h1, h2], rows: [[a, b], [d, e]]}\n"
        "  - {list: [a, {text: b, list: [c, {text: d, list: [e]}]}, f]}\n"
        '  - {quotation: "a\\n\\nb", attribution: c}\n'
        "  - {image: chart.png, alternative: A chart, caption: c}\n"
        "  - {image: rule.png, decorative: true}\n"
    )
    table, bullets, quotation, chart, rule = page.blocks[1:]
    assert isinstance(table, view.Table)
    assert [said(table.caption), *map(said, table.header)] == ["c", "h1", "h2"]
    assert [[said(cell) for cell in row] for row in table.rows] == [["a", "b"], ["d", "e"]]
    assert isinstance(bullets, view.Bullets)
    assert list(items(bullets.items)) == ["a", "b", "- c", "- d", "- - e", "f"]
    assert isinstance(quotation, view.Quotation)
    assert [*map(said, quotation.paragraphs), said(quotation.attribution)] == ["a", "b", "c"]
    assert isinstance(chart, view.Image)
    assert (said(chart.alternative), said(chart.caption), chart.picture.name) == ("A chart", "c", "chart.png")
    assert isinstance(rule, view.Image)
    assert (rule.alternative, rule.caption) == (None, None)


def test_a_box_has_its_title_before_its_words() -> None:
    source = f'{HEAD}body:\n  - {{box: "a[^a]\\n\\nb", title: "t[^t]", notes: {{a: a, t: t}}}}\n  - {{box: c}}\n'
    page = composed(source)
    titled, bare = page.blocks[1:3]
    assert isinstance(titled, view.Box)
    assert [said(titled.title), *map(said, titled.paragraphs)] == ["t[1]", "a[2]", "b"]
    assert [said(note.note[0]) for note in page.notes] == ["t", "a"]
    assert isinstance(bare, view.Box)
    assert (bare.title, [*map(said, bare.paragraphs)]) == (None, ["c"])


def items(bullets: Iterable[view.BulletItem]) -> Iterator[str]:
    for item in bullets:
        yield said(item.words)
        yield from (f"- {below}" for below in items(item.items))


def test_a_lead_is_separate_from_the_text() -> None:
    (paragraph,) = paragraphs(composed(f"{HEAD}body:\n  - {{id: a, lead: 'A *lead*.', text: Text.}}\n").blocks)
    assert (said(paragraph.lead), said(paragraph.words)) == ("A lead.", "Text.")


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
    assert [[said(signatory.name) for signatory in column.signatories] for column in columns] == [
        ["Anna", "Aron"],
        ["Boris"],
        ["Ada"],
        ["Carl"],
        ["Dora"],
    ]
    assert [said(column.on_behalf) for column in columns] == ["For A", "For B", "", "", ""]
    assert [said(column.signed) for column in columns] == ["", "D", "", "", ""]
    assert [said(signatory.title) for column in columns[:2] for signatory in column.signatories] == ["Minister", "", ""]


def test_place_and_date_are_above_the_signatures_word_for_word() -> None:
    page = composed(f"{HEAD}signed: {{text: 'Done at C, on 1 May', place: X, date: 2024-01-01}}\nbody: []\n")
    (found,) = [block for block in page.blocks if isinstance(block, view.Signatures)]
    assert (said(found.signed), found.columns) == ("Done at C, on 1 May", ())


def test_the_imprint_has_every_notice_in_its_order() -> None:
    page = composed(
        f'{HEAD}rights: {{availability: five, third_party: four, notice: "two\\n\\nthree", copyright: one}}\nbody: []\n'
    )
    (found,) = [block for block in page.blocks if isinstance(block, view.Imprint)]
    assert [said(line) for line in found.lines] == ["one", "two", "three", "four", "five"]


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
