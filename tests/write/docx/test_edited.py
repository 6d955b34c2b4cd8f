"""A Word copy that a person edits: new paragraphs are numbered, and references and contents are updated.

LibreOffice does the editing. Each expected text is what LibreOffice then prints and what it saves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from render.write.docx.writer import write_word
from tests.extract import DECLARATION, pdf_pages, viewed
from tests.extract_word import word_text
from tests.office import ENTER, UPDATE, Edited, Office, after, before, select, style, write

pytestmark = pytest.mark.xdist_group("office")  # one process starts LibreOffice

SOURCE = """
id: agreement
languages: [en]
title: Declaration of A and B
body:
  - {id: aims, text: 'A and B act under [](#meetings).'}
  - section: meetings
    title: Meetings of A and B
    body:
      - {id: first, text: A and B meet every year.}
      - {id: second, text: 'They pay by [](#first), [](#shares-b) and [](#shares-b-i).'}
  - section: money
    title: Money of A and B
    body:
      - id: shares
        text: 'They bear costs:'
        body:
          - {id: shares-a, text: 'for their own travel;'}
          - id: shares-b
            text: 'for what both need:'
            body:
              - {id: shares-b-i, text: rooms; }
              - {id: shares-b-ii, text: interpreters.}
      - {id: closing, text: 'See [](#second), [](#shares-a) and [](#terms-ii).'}
  - article: scope
    title: Scope
    body: [{id: scope-i, text: 'See [](#money), [](#terms) and [](#shares-b-ii).'}]
  - article: terms
    title: Terms
    body:
      - {id: terms-i, text: One year.}
      - {id: terms-ii, text: 'Or two, by [](#scope).'}
"""
AS_WRITTEN = """
Declaration of A and B
Contents
Meetings of A and B
Money of A and B
Article 1 Scope
Article 2 Terms
1. A and B act under Meetings of A and B.
Meetings of A and B
2. A and B meet every year.
3. They pay by paragraph 2, paragraph 4(b) and paragraph 4(b)(i).
Money of A and B
4. They bear costs:
(a) for their own travel;
(b) for what both need:
(i) rooms;
(ii) interpreters.
5. See paragraph 3, paragraph 4(a) and Article 2(2).
Article 1 Scope
See Money of A and B, Article 2 and paragraph 4(b)(ii).
Article 2 Terms
1. One year.
2. Or two, by Article 1.
"""

# The edits of a person, and the text after each of them.
A_PARAGRAPH = [*after("A and B meet every year."), *ENTER, *write("They may meet more often.")]
WITH_A_PARAGRAPH = """
Declaration of A and B
Contents
Meetings of A and B
Money of A and B
Article 1 Scope
Article 2 Terms
1. A and B act under Meetings of A and B.
Meetings of A and B
2. A and B meet every year.
3. They may meet more often.
4. They pay by paragraph 2, paragraph 5(b) and paragraph 5(b)(i).
Money of A and B
5. They bear costs:
(a) for their own travel;
(b) for what both need:
(i) rooms;
(ii) interpreters.
6. See paragraph 4, paragraph 5(a) and Article 2(2).
Article 1 Scope
See Money of A and B, Article 2 and paragraph 5(b)(ii).
Article 2 Terms
1. One year.
2. Or two, by Article 1.
"""
SUB_PARAGRAPHS = [
    *(*before("for their own travel;"), *write("for the travel of others;"), *ENTER),
    *(*after("rooms;"), *ENTER, *write("food;")),
]
WITH_SUB_PARAGRAPHS = """
Declaration of A and B
Contents
Meetings of A and B
Money of A and B
Article 1 Scope
Article 2 Terms
1. A and B act under Meetings of A and B.
Meetings of A and B
2. A and B meet every year.
3. They pay by paragraph 2, paragraph 4(c) and paragraph 4(c)(i).
Money of A and B
4. They bear costs:
(a) for the travel of others;
(b) for their own travel;
(c) for what both need:
(i) rooms;
(ii) food;
(iii) interpreters.
5. See paragraph 3, paragraph 4(b) and Article 2(2).
Article 1 Scope
See Money of A and B, Article 2 and paragraph 4(c)(iii).
Article 2 Terms
1. One year.
2. Or two, by Article 1.
"""
HEADINGS = [
    *(*after("A and B meet every year."), *ENTER, *write("Costs of A and B"), *style("Heading 1")),
    *(*select("ings of A"), *write("ings of all of A")),
    *(*before("Terms"), *write("Aims"), *ENTER),
]
WITH_HEADINGS = """
Declaration of A and B
Contents
Meetings of all of A and B
Costs of A and B
Money of A and B
Article 1 Scope
Article 2 Aims
Article 3 Terms
1. A and B act under Meetings of all of A and B.
Meetings of all of A and B
2. A and B meet every year.
Costs of A and B
3. They pay by paragraph 2, paragraph 4(b) and paragraph 4(b)(i).
Money of A and B
4. They bear costs:
(a) for their own travel;
(b) for what both need:
(i) rooms;
(ii) interpreters.
5. See paragraph 3, paragraph 4(a) and Article 3(2).
Article 1 Scope
See Money of A and B, Article 3 and paragraph 4(b)(ii).
Article 2 Aims
Article 3 Terms
1. One year.
2. Or two, by Article 1.
"""
MOVED = [
    *(*before("They pay by"), ["EndOfParaSel"], ["CharRightSel"], ["Cut"]),
    *(*before("A and B act"), ["Paste"]),
]
WITH_A_PARAGRAPH_MOVED = """
Declaration of A and B
Contents
Meetings of A and B
Money of A and B
Article 1 Scope
Article 2 Terms
1. They pay by paragraph 3, paragraph 4(b) and paragraph 4(b)(i).
2. A and B act under Meetings of A and B.
Meetings of A and B
3. A and B meet every year.
Money of A and B
4. They bear costs:
(a) for their own travel;
(b) for what both need:
(i) rooms;
(ii) interpreters.
5. See paragraph 1, paragraph 4(a) and Article 2(2).
Article 1 Scope
See Money of A and B, Article 2 and paragraph 4(b)(ii).
Article 2 Terms
1. One year.
2. Or two, by Article 1.
"""
EDITS = {
    "nothing": ([], AS_WRITTEN),
    "a paragraph": (A_PARAGRAPH, WITH_A_PARAGRAPH),
    "sub-paragraphs": (SUB_PARAGRAPHS, WITH_SUB_PARAGRAPHS),
    "headings": (HEADINGS, WITH_HEADINGS),
    "a paragraph moved": (MOVED, WITH_A_PARAGRAPH_MOVED),
}


@pytest.fixture(scope="module")
def edited(office: Office) -> Mapping[str, Edited]:
    return office.edit(write_word(viewed(SOURCE)), {name: [*steps, *UPDATE] for name, (steps, _) in EDITS.items()})


def without_pages(text: str) -> str:
    """A text without the number of the page after each entry of the contents."""
    return re.sub(r"(?:\.{4,}|\t)\d+$", "", text, flags=re.MULTILINE).strip()


def printed_text(copy: Edited) -> str:
    return without_pages("\n".join(pdf_pages(copy.pdf)))


def saved_text(copy: Edited) -> str:
    """The text of the saved copy. The contents end with a paragraph that only ends their field."""
    return without_pages(word_text(copy.docx)).replace("\t", " ").replace("\n\n", "\n")


@pytest.mark.parametrize("name", EDITS)
def test_every_number_reference_and_contents_entry_is_updated(edited: Mapping[str, Edited], name: str) -> None:
    _, expected = EDITS[name]
    assert printed_text(edited[name]) == expected.strip()
    assert saved_text(edited[name]) == expected.strip()


# The real declaration

NEW = "A paragraph put in by hand."
TITLES = [
    "A shared strategic vision",
    "Political dialogue and regional cooperation",
    "Defence and security",
    "Cooperation on international criminality",
    "Economic cooperation, technology and bilateral trade",
    "Education, science and culture",
]


@pytest.fixture(scope="module")
def declaration(office: Office) -> Mapping[str, Edited]:
    fifth = "We will continue our engagement with Russian civil society and independent media."
    put_in = [*after(fifth), *ENTER, *write(NEW), *UPDATE]
    return office.edit(write_word(viewed(DECLARATION)), {"before": UPDATE, "after": put_in})


def numbered(copy: Edited) -> list[tuple[str, str]]:
    """The number of each numbered paragraph, as it is printed, and the words that begin it."""
    return re.findall(r"^(\d+)\. ([A-Z].{15})", printed_text(copy), re.MULTILINE)


def test_a_paragraph_between_the_fifth_and_the_sixth_moves_every_later_number(
    declaration: Mapping[str, Edited],
) -> None:
    before_numbers, after_numbers = numbered(declaration["before"]), numbered(declaration["after"])
    assert [number for number, _ in before_numbers] == [str(number) for number in range(1, 34)]
    assert [number for number, _ in after_numbers] == [str(number) for number in range(1, 35)]
    assert after_numbers[5] == ("6", NEW[:16])
    assert [words for _, words in after_numbers] == [
        words for _, words in [*before_numbers[:5], after_numbers[5], *before_numbers[5:]]
    ]
    for copy, found in ((declaration["before"], before_numbers), (declaration["after"], after_numbers)):
        assert re.findall(r"^(\d+)\. ([A-Z].{15})", saved_text(copy), re.MULTILINE) == found


def test_the_updated_contents_have_the_page_of_every_heading(declaration: Mapping[str, Edited]) -> None:
    for copy in declaration.values():
        pages = pdf_pages(copy.pdf)
        entries = re.findall(r"^(.+?)\.{4,}(\d+)$", pages[0], re.MULTILINE)
        assert [title for title, _ in entries] == TITLES
        assert [title for title, page in entries if f"\n{title}\n" not in f"\n{pages[int(page) - 1]}\n"] == []


def test_no_text_of_the_real_declaration_is_lost(declaration: Mapping[str, Edited]) -> None:
    was, now = (saved_text(declaration[name]).split("\n") for name in ("before", "after"))
    assert [line.split(". ", 1)[-1] for line in was] == [line.split(". ", 1)[-1] for line in now if NEW not in line]
