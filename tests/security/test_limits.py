"""Limits that hold for every source, in a batch or not: more is a problem with its place, and the most is fine."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from docx.oxml.ns import qn
from lxml import etree

from render.check.briefing import check_briefing
from render.check.declaration import MAX_VERSIONS, check
from render.compose.edition import compose
from render.errors import HintBudget, KnownWords, SourceError
from render.model.declaration import Declaration
from render.numbering import MAX_SUB_PARAGRAPHS
from render.read.briefing_fields import MAX_ACTORS, MAX_COMMITMENTS
from render.read.localized_text import MAX_COLUMN_NAME, MAX_PARAGRAPH, MAX_TITLE
from render.read.reader import read_bytes, read_overlay_bytes
from render.read.values import MAX_SHORT_TEXT
from render.write.docx.writer import write_word

HEAD = "id: x\ntitle: A title\nlanguages: [en]\n"
BODY = "body: [{id: p, text: Words.}]\n"
LINE_END = "\n"


def problems_of(source: str) -> list[str]:
    """The errors in a source, as a user sees them."""
    try:
        read = read_bytes(source.encode(), "x.yaml", Path())
    except SourceError as error:
        return list(map(str, error.problems))
    return [str(problem) for problem in read.problems(check(read.declaration)) if problem.severity == "error"]


def declaration_of(source: str) -> Declaration:
    assert problems_of(source) == []
    return read_bytes(source.encode(), "x.yaml", Path()).declaration


def words(length: int) -> str:
    """Words of a length together, in characters."""
    return ("word " * (length // 5 + 1))[: length - 1] + "s"


LONG = [
    ("a title", "id: x\ntitle: {}\nlanguages: [en]\nbody: []\n", MAX_TITLE),
    ("a short title", HEAD + "short_title: {}\nbody: []\n", MAX_TITLE),
    ("the title of a section", HEAD + "body: [{{section: s, title: {}}}]\n", MAX_TITLE),
    ("the title of an article", HEAD + "body: [{{article: s, title: {}}}]\n", MAX_TITLE),
    ("the title of an annex", HEAD + "body: [{{annex: s, title: {}}}]\n", MAX_TITLE),
    ("a header cell", HEAD + "body: [{{table: t, header: [{}], rows: []}}]\n", MAX_COLUMN_NAME),
    ("a paragraph", HEAD + "body: [{{id: p, text: {}}}]\n", MAX_PARAGRAPH),
    ("a cell", HEAD + "body: [{{table: t, header: [A], rows: [[{}]]}}]\n", MAX_PARAGRAPH),
    ("words for a picture", HEAD + "body: [{{quotation: a, attribution: {}}}]\n", MAX_PARAGRAPH),
]


@pytest.mark.parametrize(("source", "maximum"), [row[1:] for row in LONG], ids=[row[0] for row in LONG])
def test_a_text_that_is_too_long_has_its_place_and_the_longest_is_fine(source: str, maximum: int) -> None:
    assert problems_of(source.format(words(maximum))) == []
    before = source.replace("{{", "{").partition("{}")[0]
    place = f"{before.count(LINE_END) + 1}:{len(before) - before.rfind(LINE_END)}"
    told = f"{maximum + 1:,} characters in one paragraph; the maximum here is {maximum:,}: divide or shorten it"
    assert problems_of(source.format(words(maximum + 1))) == [f"x.yaml:{place}: {told}"]


def test_the_second_paragraph_is_the_one_that_is_too_long() -> None:
    source = HEAD + f"body:\n  - id: p\n    text: |\n      First.\n\n      {words(MAX_PARAGRAPH + 1)}\n"
    assert [problem.split(": ")[0] for problem in problems_of(source)] == ["x.yaml:9:7"]


def test_the_name_of_a_party_has_a_limit() -> None:
    source = HEAD + "parties: [{{id: a, name: {}}}]\n" + BODY.replace("{", "{{").replace("}", "}}")
    assert problems_of(source.format("A" * MAX_SHORT_TEXT)) == []
    told = "x.yaml:4:25: 201 characters; the maximum here is 200: shorten it"
    assert problems_of(source.format("A" * (MAX_SHORT_TEXT + 1))) == [told]


@pytest.mark.proof
def test_a_text_of_more_than_ten_million_characters_becomes_a_word_copy() -> None:
    paragraphs = "".join(f"  - {{id: p{number}, text: {words(MAX_PARAGRAPH)}}}\n" for number in range(11))
    copy = write_word(compose(declaration_of(HEAD + "body:\n" + paragraphs), "en"))
    with zipfile.ZipFile(BytesIO(copy)) as archive, archive.open("word/document.xml") as part:
        assert sum(len(text.text or "") for _, text in etree.iterparse(part, tag=qn("w:t"))) > 10_000_000


@pytest.mark.parametrize("before", ["  - id: p\n    text: a\n", "  - recital: p\n    text: a\n"])
def test_the_sub_paragraphs_of_one_paragraph_have_a_limit(before: str) -> None:
    children = [f"      - {{id: s{number}, text: a}}\n" for number in range(MAX_SUB_PARAGRAPHS + 1)]
    source = HEAD + "body:\n" + before + "    body:\n"
    assert problems_of(source + "".join(children[:-1])) == []
    told = "more than 1000 sub-paragraphs of one paragraph; divide the paragraph"
    assert problems_of(source + "".join(children)) == [f"x.yaml:{8 + MAX_SUB_PARAGRAPHS}:9: {told}"]


def test_the_longest_paragraph_becomes_a_word_copy() -> None:
    assert write_word(compose(declaration_of(HEAD + f"body: [{{id: p, text: {words(MAX_PARAGRAPH)}}}]\n"), "en"))


def test_references_that_repeat_long_titles_have_a_limit_together(monkeypatch: pytest.MonkeyPatch) -> None:
    number = 10
    monkeypatch.setattr("render.check.references.MAX_REFERENCE_WORDS", number * MAX_TITLE)
    source = HEAD + "body:\n  - {{section: s, title: {}}}\n  - {{id: p, text: '{}'}}\n"
    assert problems_of(source.format(words(MAX_TITLE), "[](#s) " * number)) == []
    told = "references with more than 10,000 characters in all"
    hint = "shorten the titles, or write words of your own: [words](#id)"
    (problem,) = problems_of(source.format(words(MAX_TITLE), "[](#s) " * (number + 1)))
    assert problem.endswith(f"{told}; {hint}")


def test_parts_times_languages_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    source = "id: x\ntitle: {en: a, lt: b}\nlanguages: [en, lt]\nbody: [{table: t, header: [A], rows: [[a], [b]]}]\n"
    assert problems_of(source) == []
    monkeypatch.setattr("render.check.declaration.MAX_VERSIONS", 11)
    told = "6 parts and texts in 2 languages; the maximum of their product is 11: divide the file"
    assert problems_of(source) == [f"x.yaml:3:12: {told}"]
    assert MAX_VERSIONS >= 10_000 * 3 * 24, "a text of ten thousand paragraphs in all languages of the European Union"


OVERLAY = "declaration: x\ntitle: a\nsummary: a\nparagraphs: {p: {commitments: ["


@pytest.mark.parametrize(
    ("count", "commitment", "told"),
    [
        (MAX_COMMITMENTS, "{id: c, actors: [a], action: a, at: 1}", "a list of 51 items; write at most 50"),
        (
            1,
            "{id: c, actors: [" + "a, " * MAX_ACTORS + "a], action: a, at: 1}",
            "a list of 301 items; write at most 300",
        ),
    ],
)
def test_commitments_and_their_actors_have_limits(count: int, commitment: str, told: str) -> None:
    declaration = declaration_of(HEAD + "parties: [{id: a, name: A}]\n" + BODY)
    text = OVERLAY + ", ".join([commitment] * (count + (told.startswith("a list of 51")))) + "]}}\n"
    with pytest.raises(SourceError) as caught:
        read_overlay_bytes(text.encode(), "x.briefing.yaml", declaration)
    assert [str(problem).partition(": ")[2] for problem in caught.value.problems] == [told]


def test_the_sentences_of_a_paragraph_are_found_once_for_all_its_commitments(monkeypatch: pytest.MonkeyPatch) -> None:
    declaration = declaration_of(HEAD + "parties: [{id: a, name: A}]\n" + BODY)
    commitments = ", ".join(f"{{id: c{number}, actors: [a], action: a, at: 1}}" for number in range(50))
    overlay = read_overlay_bytes((OVERLAY + commitments + "]}}\n").encode(), "x.briefing.yaml", declaration)
    divided: list[str] = []

    def sentences(text: str) -> tuple[str, ...]:
        divided.append(text)
        return (text,)

    monkeypatch.setattr("render.check.briefing.sentences", sentences)
    assert len(check_briefing(overlay.briefing, declaration)) == 50  # each lacks its hash
    assert divided == ["Words."]


# Hints


def test_hints_share_a_budget_and_list_the_known_words_when_it_is_spent() -> None:
    budget = HintBudget(letter_pairs=250)
    first, second = KnownWords(["paragraph"], budget), KnownWords(["paragraph"], budget)
    assert first.hint("paragarph") == "did you mean 'paragraph'?"
    assert budget.letter_pairs == 250 - 9 * 9
    assert second.hint("paragarph") == "did you mean 'paragraph'?"
    assert second.hint("paragarph") == "did you mean 'paragraph'?"
    assert second.hint("paragarph") == "choose from paragraph"


def test_words_of_very_different_lengths_cost_nothing() -> None:
    budget = HintBudget()
    before = budget.letter_pairs
    assert KnownWords(["body", "title"], budget).hint("x" * 1_000_000) == "choose from body, title"
    assert budget.letter_pairs == before
