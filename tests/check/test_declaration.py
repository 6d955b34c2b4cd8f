"""Declaration → findings: what `cases/problems.md` does not show."""

from __future__ import annotations

from pathlib import Path

import pytest

from render import numbering
from render.check.briefing import check_briefing
from render.check.declaration import MAX_CELLS, MAX_FINDINGS, check
from render.compose.edition import compose
from render.errors import Finding
from render.numbering import DeclarationNumbers
from render.read.reader import ParsedSource, read, read_bytes, read_overlay_bytes

ROOT = Path(__file__).parents[2]
HEAD = "id: draft\ntitle: A declaration\nlanguages: [en]\n"


def source(text: str) -> ParsedSource:
    return read_bytes(text.encode(), "x.yaml", Path())


def findings(text: str) -> list[Finding]:
    return check(source(text).declaration)


def problems(text: str) -> list[str]:
    parsed = source(text)
    return [str(problem) for problem in parsed.problems(check(parsed.declaration))]


@pytest.mark.parametrize("path", ["source/uk-lithuania-2022.yaml", "tests/data/kitchen-sink.yaml"])
def test_in_a_valid_declaration_nothing_is_found(path: str) -> None:
    assert check(read(ROOT / path).declaration) == []


def table(rows: int, columns: int) -> str:
    row = f"[{', '.join('a' * columns)}]"
    return f"{HEAD}body:\n  - table: cells\n    header: {row}\n    rows:\n" + f"      - {row}\n" * rows


def test_a_table_of_the_most_cells_is_valid_and_a_larger_one_is_not() -> None:
    assert MAX_CELLS == 20_000
    assert findings(table(2000, 10)) == []
    assert problems(table(2001, 10)) == ["x.yaml:8:7: a table of 20,010 cells; the maximum is 20,000: divide it"]


def test_no_more_than_a_thousand_findings_are_given() -> None:
    text = f"{HEAD}body:\n" + "".join(f"  - {{id: a{number}, text: '[](#b)'}}\n" for number in range(MAX_FINDINGS + 50))
    assert len(findings(text)) == MAX_FINDINGS == 1000


def nested(depth: int, kind: str) -> str:
    """A node in a node in a node …, whose ids say how deep they are."""
    lines = ["body:"]
    for level in range(depth):
        given = {"section": "section: a{0}, title: a", "paragraph": "id: a{0}, text: a"}[kind].format(level)
        indent = "  " * (2 * level + 1)
        lines += [f"{indent}- {given.split(', ')[0]}", f"{indent}  {given.split(', ')[1]}", f"{indent}  body:"]
    return HEAD + "\n".join(lines[:-1]) + "\n"


@pytest.mark.parametrize(("kind", "deepest"), [("section", 5), ("paragraph", 5)])
def test_the_deepest_allowed_nesting_is_valid_and_composes(kind: str, deepest: int) -> None:
    declaration = source(nested(deepest, kind)).declaration
    assert check(declaration) == []
    assert compose(declaration, "en").blocks


@pytest.mark.parametrize("kind", ["section", "paragraph"])
def test_each_node_that_is_too_deep_is_found(kind: str) -> None:
    assert len(findings(nested(5, kind))) == 0
    assert len(findings(nested(6, kind))) == 1


def test_a_paragraph_of_an_article_may_have_sub_paragraphs_as_deep_as_any() -> None:
    inside = nested(5, "paragraph").removeprefix(HEAD).replace("\n", "\n    ")
    text = f"{HEAD}body:\n  - article: art\n    {inside.rstrip()}\n"
    assert findings(text) == []
    assert compose(source(text).declaration, "en").blocks


def test_warnings_are_not_errors() -> None:
    text = (
        "id: draft\ntitle: {en: '*a', lt: a}\nlanguages: [en, lt]\nbody: []\ntestimonium: {en: \"a\\n\\nb\", lt: c}\n"
    )
    assert {finding.severity for finding in findings(text)} == {"warning"}
    assert all(": warning: " in problem for problem in problems(text))


def test_an_id_is_looked_up_in_every_kind_of_node_that_has_one() -> None:
    kinds = [
        "{id: a, text: a}",
        "{recital: b, text: a}",
        "{section: c, title: a}",
        "{article: d}",
        "{annex: e}",
        "{table: f, header: [a], rows: []}",
    ]
    links = " ".join(f"[a](#{name})" for name in "abcdef")
    assert findings(f"{HEAD}testimonium: '{links}'\nbody:\n" + "".join(f"  - {kind}\n" for kind in kinds)) == []


def test_the_declarations_own_id_and_a_party_are_not_targets() -> None:
    text = f"{HEAD}parties: [{{id: a, name: A}}]\nbody: []\ntestimonium: '[a](#draft) [b](#a)'\n"
    assert [finding.what for finding in findings(text)] == ["unknown paragraph 'draft'", "unknown paragraph 'a'"]


def test_an_actor_needs_a_party() -> None:
    declaration = source(f"{HEAD}body:\n  - {{id: a, text: B will do it.}}\n").declaration
    commitment = "{id: c, actors: [b], action: Do it, at: 1, hash: 32b33d8c9ae0}"
    text = f"declaration: draft\ntitle: T\nsummary: S\nparagraphs:\n  a: {{commitments: [{commitment}]}}\n"
    overlay = read_overlay_bytes(text.encode(), "x.briefing.yaml", declaration)
    (finding,) = (finding for finding in check_briefing(overlay.briefing, declaration) if "party" in finding.what)
    assert (finding.what, finding.hint) == ("unknown party 'b'", "add it to 'parties' in the declaration")


def test_numbers_that_are_given_are_not_computed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    declaration = source(f"{HEAD}body:\n  - {{id: a, text: 'See [](#a) and [](#a).'}}\n").declaration
    given = DeclarationNumbers(declaration)
    given.numbers_in("en")
    monkeypatch.setattr(numbering, "numbers", None)
    assert check(declaration, given) == []


def test_a_reference_is_looked_up_in_every_language() -> None:
    text = "id: draft\ntitle: {en: 'a [](#b)', lt: 'c [](#d)'}\nlanguages: [en, lt]\nbody: []\n"
    assert [problem.split(";")[0] for problem in problems(text)] == [
        "x.yaml:2:16: unknown paragraph 'b'",
        "x.yaml:2:32: unknown paragraph 'd'",
    ]


def test_a_word_that_is_printed_twice_is_looked_for_in_the_words_of_each_language() -> None:
    text = (
        "id: draft\ntitle: {en: 'see paragraph [](#a)', fr: 'voir paragraph [](#a)', de: 'Siehe Absatz [](#a)'}\n"
        "languages: [en, fr, de]\nbody:\n  - {id: a, text: {en: a, fr: a, de: a}}\n"
    )
    assert [finding.path[-1] for finding in findings(text)] == ["en", "de"]


def test_a_note_may_be_marked_in_every_text_of_its_own_node() -> None:
    text = f"""{HEAD}body:
  - id: a
    lead: a[^lead]
    text: a[^text]
    closing: a[^closing]
    notes: {{lead: a, text: a, closing: a}}
  - {{section: b, title: "a[^n]", notes: {{n: a}}}}
  - {{annex: c, title: "a[^n]", notes: {{n: a}}}}
  - {{article: d, title: "a[^n]", notes: {{n: a}}}}
  - {{table: e, caption: "a[^n1]", header: ["a[^n2]"], rows: [["a[^n3]"]], notes: {{n1: a, n2: a, n3: a}}}}
  - {{quotation: "a[^n]", attribution: "a[^m]", notes: {{n: a, m: a}}}}
  - list: ["a[^n]", {{text: a, list: ["a[^m]"]}}]
    notes: {{n: a, m: a}}
"""
    assert findings(text) == []


def test_a_note_of_a_sub_paragraph_belongs_to_it_and_not_to_the_paragraph() -> None:
    text = f"{HEAD}body:\n  - id: a\n    text: a\n    notes: {{n: a}}\n    body:\n      - {{id: b, text: 'a[^n]'}}\n"
    assert sorted(finding.what for finding in findings(text)) == [
        "no footnote 'n' here",
        "the footnote 'n' has no mark",
    ]


def dated(published: str, updated: str, signed: str) -> list[str]:
    publication = f"publication: {{published: {published}, updated: {updated}}}"
    found = findings(f"{HEAD}{publication}\nsigned: {{text: C, date: {signed}}}\nbody: []\n")
    return [f"{finding.severity} {'.'.join(map(str, finding.path))}" for finding in found]


def test_a_text_may_be_signed_published_and_updated_on_one_day() -> None:
    assert dated("2024-02-29", "2024-02-29", "2024-02-29") == []


def test_days_that_contradict_each_other_are_found() -> None:
    assert dated("2024-02-29", "2024-02-28", "2024-02-29") == ["error publication.updated"]
    assert dated("2024-02-29", "2024-02-29", "2024-03-01") == ["warning signed.date"]
