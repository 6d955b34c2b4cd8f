"""Declaration → View: what a page shows, in which order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from render.compose.edition import compose
from render.read.reader import read
from render.view import blocks as view
from render.view import inlines as view_inlines
from render.view.blocks import View
from tests.compose.declarations import DATA, HEAD, WITHOUT_MARGIN, composed, kinds, masthead, paragraphs, shown

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
    assert [shown(paragraph.words) for paragraph in paragraphs(page.blocks)] == ["b", "Done.", "d"]


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
    assert [(entry.anchor, entry.label, shown(entry.words), entry.level) for entry in contents.entries] == [
        ("a", "I.", "One", 1),
        ("b", "Article 1", "Two", 2),
        ("c", "Article 2", "", 2),
        ("d", "Annex", "Three", 1),
    ]
    headings = [block for block in page.blocks if isinstance(block, view.Heading)]
    assert [(heading.anchor, heading.label, shown(heading.words), heading.level) for heading in headings] == [
        (entry.anchor, entry.label, shown(entry.words), entry.level) for entry in contents.entries
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
    assert [shown(note.note[0]) for note in page.notes] == READING_ORDER
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
    assert [shown(entry.words) for entry in contents.entries] == ["A part", "A list"]
    assert (page.title, page.short_title) == ("A declaration", "A declaration")


def test_a_note_has_its_paragraphs_links_and_references() -> None:
    text = 'notes: {n: "one [](#first)\\n\\n[two](https://example.org)"}'
    page = composed(f"{HEAD}body:\n  - id: first\n    text: a[^n]\n    {text}\n")
    (note,) = page.notes
    assert [shown(words) for words in note.note] == ["one paragraph 1", "two"]


# The body


def test_a_text_of_several_paragraphs_has_the_margin_of_its_number() -> None:
    page = composed(
        f'{HEAD}body:\n  - id: a\n    text: "one\\n\\ntwo"\n    closing: "six\\n\\nseven"\n    body:\n'
        '      - {id: b, text: "three\\n\\nfour"}\n      - recital: c\n        text: five\n'
        '  - recital: d\n    text: "eight\\n\\nnine"\n    body: [{id: e, text: ten}]\n    closing: eleven\n'
    )
    assert [(paragraph.anchor, shown(paragraph.words), paragraph.level) for paragraph in paragraphs(page.blocks)] == [
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
    assert [shown(table.caption), *map(shown, table.header)] == ["c", "h1", "h2"]
    assert [[shown(cell) for cell in row] for row in table.rows] == [["a", "b"], ["d", "e"]]
    assert isinstance(bullets, view.Bullets)
    assert list(items(bullets.items)) == ["a", "b", "- c", "- d", "- - e", "f"]
    assert isinstance(quotation, view.Quotation)
    assert [*map(shown, quotation.paragraphs), shown(quotation.attribution)] == ["a", "b", "c"]
    assert isinstance(chart, view.Image)
    assert (shown(chart.alternative), shown(chart.caption), chart.picture.name) == ("A chart", "c", "chart.png")
    assert isinstance(rule, view.Image)
    assert (rule.alternative, rule.caption) == (None, None)


def test_a_box_has_its_title_before_its_words() -> None:
    source = f'{HEAD}body:\n  - {{box: "a[^a]\\n\\nb", title: "t[^t]", notes: {{a: a, t: t}}}}\n  - {{box: c}}\n'
    page = composed(source)
    titled, bare = page.blocks[1:3]
    assert isinstance(titled, view.Box)
    assert [shown(titled.title), *map(shown, titled.paragraphs)] == ["t[1]", "a[2]", "b"]
    assert [shown(note.note[0]) for note in page.notes] == ["t", "a"]
    assert isinstance(bare, view.Box)
    assert (bare.title, [*map(shown, bare.paragraphs)]) == (None, ["c"])


def items(bullets: Iterable[view.BulletItem]) -> Iterator[str]:
    for item in bullets:
        yield shown(item.words)
        yield from (f"- {below}" for below in items(item.items))


def test_a_lead_is_separate_from_the_text() -> None:
    (paragraph,) = paragraphs(composed(f"{HEAD}body:\n  - {{id: a, lead: 'A *lead*.', text: Text.}}\n").blocks)
    assert (shown(paragraph.lead), shown(paragraph.words)) == ("A lead.", "Text.")
