"""The canonical source of the joint declaration against its page as published: word for word, sign for sign.

Nothing of `render` is used here. The page's text is `data/uk-lithuania-2022.seed.txt`. What of the page is furniture of
the site is listed below; what is formed otherwise in the source is named, function by function.
"""

from __future__ import annotations

import copy
import datetime
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
SOURCE = yaml.safe_load((ROOT / "source" / "uk-lithuania-2022.yaml").read_text("utf-8"))
SEED = (ROOT / "tests" / "data" / "uk-lithuania-2022.seed.txt").read_text("utf-8")

FURNITURE = [
    # The cookie banner.
    "Cookies on GOV.UK",
    "We use some essential cookies to make this website work.",
    "We'd like to set additional cookies to understand how you use GOV.UK, remember your settings and improve "
    "government services.",
    "We also use cookies set by other sites to help us deliver content from their services.",
    "[Accept additional cookies](#)",
    "[Reject additional cookies](#)",
    r"[View cookies \(/help/cookies\)](#)",
    # The breadcrumbs.
    r"[Home \(https://www.gov.uk/\)](#) > [International \(https://www.gov.uk/international\)](#)",
    r"> [Foreign affairs \(https://www.gov.uk/international/foreign-affairs\)](#)",
    "[UK-Lithuania joint declaration on bilateral cooperation 2022](#)",
    "> (<https://www.gov.uk/government/publications/uk-lithuania-joint-declaration-on-bilateral-cooperation-2022>)",
    # The contents.
    "Contents",
    "[A shared strategic vision](#)",
    "[Political dialogue and regional cooperation](#)",
    "[Defence and security](#)",
    "[Cooperation on international criminality](#)",
    "[Economic cooperation, technology and bilateral trade](#)",
    "[Education, science and culture](#)",
    # The foot.
    "[↑ Back to top](#)",
    "All content is available under the [Open Government Licence v3.0](#), except where otherwise stated",
    "[© Crown copyright](#)",
]
"""In the page's order. White space is of no account."""

Tokens = list[str]
Source = dict[str, Any]


def published() -> Tokens:
    """The page's words without its furniture, divided at white space."""
    words = SEED.split()
    start = 0
    for piece in FURNITURE:
        start = _found(piece.split(), words, start)
        del words[start : start + len(piece.split())]
    return words


def _found(piece: Tokens, words: Tokens, start: int) -> int:
    for index in range(start, len(words)):
        if words[index : index + len(piece)] == piece:
            return index
    raise AssertionError(f"not on the page: {' '.join(piece)}")


def written(source: Source) -> Tokens:
    """The words of a source in the order of the page, divided at white space."""
    return "\n".join(_page(source)).split()


def _page(source: Source) -> Iterator[str]:
    yield from _organisation(source["publication"]["organisation"])
    yield source["type"]
    yield source["title"]
    yield _date_line(source["publication"]["published"])
    rights = source["rights"]
    yield rights["copyright"]
    yield _without_markup(rights["notice"])
    yield rights["third_party"]
    yield _address_in_brackets(rights["availability"])
    yield from _body(source["body"], iter(range(1, 100)))
    yield source["testimonium"]
    yield source["signed"]["text"]
    for signatory in source["signatories"]:
        yield _name_and_title(signatory)


def _body(nodes: list[Source], numbers: Iterator[int]) -> Iterator[str]:
    """Titles, and paragraphs under their numbers, which the page has and the source leaves to be counted."""
    for node in nodes:
        if "section" in node:
            yield node["title"]
            yield from _body(node["body"], numbers)
        else:
            yield f"{next(numbers)}. {node.get('lead', '')} {_without_markup(node['text'])}"


def _organisation(organisation: Source) -> Iterator[str]:
    """The page has the address after the name, in brackets of two kinds."""
    yield organisation["name"]
    yield f"(<{organisation['url']}>)"


def _date_line(day: datetime.date) -> str:
    """The page has the date in words; the source has the day."""
    months = "January February March April May June July August September October November December".split()
    return f"Published {day.day} {months[day.month - 1]} {day.year}"


def _name_and_title(signatory: Source) -> str:
    """The page has a comma between the two; the source has two keys."""
    return f"{signatory['name']}, {signatory['title']}"


def _without_markup(text: str) -> str:
    """The page has no links and no languages: `[words](https://…)` and `[words]{la}` are words."""
    return re.sub(r"\[([^\[\]]*)\](?:\([^()\s]*\)|\{[a-z]+\})", r"\1", text)


def _address_in_brackets(text: str) -> str:
    """The page has the address in pointed brackets; the source has a link whose words are the address."""
    return re.sub(r"\[(https://[^\[\]]*)\]\(\1\)", r"<\1>", text)


def test_the_source_is_the_page_word_for_word_and_sign_for_sign() -> None:
    assert written(SOURCE) == published()


def test_the_page_is_as_long_as_it_is() -> None:
    """So that a page that is cut, and a source that is cut with it, are found."""
    assert len(SEED.split()) == 2916
    assert len(published()) == 2793


def test_the_page_has_thirty_three_numbered_paragraphs() -> None:
    numbers = re.findall(r"^(\d+)\. ", SEED, re.MULTILINE)
    assert numbers == [str(number) for number in range(1, 34)]
    assert len(list(_body(SOURCE["body"], iter(range(1, 100))))) == 33 + 6


def test_the_addresses_are_those_of_the_page() -> None:
    publication = SOURCE["publication"]
    assert f"(<{publication['landing_page']}>)" in SEED
    assert f"<{publication['url']}>" in SEED


def test_a_links_words_are_where_it_leads() -> None:
    links = re.findall(r"\[([^\[\]]*)\]\(([^()]*)\)", " ".join(SOURCE["rights"].values()))
    assert [(words, re.sub("^(https://(?!www)|mailto:)", "", href)) for words, href in links] == [
        (words, words) for words, _ in links
    ]
    assert len(links) == 3


# What must not pass


MUTATIONS = [
    ("We will work together as part", "We shall work together as part"),  # a word
    ("universal values.", "universal value."),  # a letter
    ("Centenary", "centenary"),  # a capital
    ("wide ranging", "wide-ranging"),  # a hyphen that is not there
    ("like-minded nations committed", "like minded nations committed"),  # a hyphen that is
    ("internationally recognized borders and to urge", "internationally recognised borders and to urge"),  # a spelling
    ('"On International Relations', "“On International Relations"),  # a quotation mark
    ("Russia's unprovoked", "Russia’s unprovoked"),  # an apostrophe
    ("Belarus' neighbours", "Belarus neighbours"),
    ("global security – one", "global security - one"),  # a dash
    ("vis-à-vis", "vis-a-vis"),  # an accent
    ("R&D.", "R & D."),  # a space
    ("5/6G", "5G/6G"),  # a sign
    ("NB8+UK", "NB8 + UK"),
    ("an European Union", "a European Union"),  # a mistake put right
    ("and Withdrawal Agreement", "and the Withdrawal Agreement"),
    ("in our commitment to support", "in commitment to support"),  # a word lost
    ("gender equality and advocate", "gender equality and and advocate"),  # a word doubled
    ("freedom, democracy and prosperity", "democracy, freedom and prosperity"),  # an order
    ("lead: Russia.", "lead: Russia"),  # a full stop
    ("lead: Ukraine.", "lead: Ukraine!"),
    ("[de jure]{la}", "[de facto]{la}"),
    ("title: Defence and security", "title: Defence and Security"),
    ("name: Elizabeth Truss", "name: Elisabeth Truss"),
    ("Minister of Foreign Affairs of the Republic", "Minister of Foreign Affairs, Republic"),
    ("text: London, 23 May 2022", "text: London 23 May 2022"),
    ("published: 2022-05-30", "published: 2022-05-31"),
    ("copyright: Crown copyright 2022", "copyright: © Crown copyright 2022"),
    ("TW9 4DU email:", "TW9 4DU, email:"),
    ("name: Foreign, Commonwealth & Development Office", "name: Foreign, Commonwealth and Development Office"),
]


@pytest.mark.parametrize(("old", "new"), MUTATIONS, ids=[new for _, new in MUTATIONS])
def test_a_source_with_one_change_is_not_the_page(old: str, new: str) -> None:
    text = (ROOT / "source" / "uk-lithuania-2022.yaml").read_text("utf-8")
    assert text.count(old) == 1
    assert written(yaml.safe_load(text.replace(old, new))) != published()


UNSAID = {"id", "section", "short_title", "status", "landing_page", "place", "date", "party"}
UNSAID_WITH_ALL_IN_THEM = {"parties", "languages", "authentic_languages"}
"""The keys whose values are not on the page; nor is the address of the page, beside that under `rights`."""


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(item, (*path, key))
    else:
        yield path


def is_said(path: tuple[str | int, ...]) -> bool:
    return path[0] not in UNSAID_WITH_ALL_IN_THEM and path[-1] not in UNSAID and path != ("publication", "url")


def with_one_letter_more(path: tuple[str | int, ...]) -> Source:
    source: Source = copy.deepcopy(SOURCE)
    *around, last = path
    part: Any = source
    for step in around:
        part = part[step]
    value = part[last]
    part[last] = value + datetime.timedelta(1) if isinstance(value, datetime.date) else f"{value.rstrip()}x"
    return source


COMPARED = [path for path in leaves(SOURCE) if is_said(path)]


@pytest.mark.parametrize("path", COMPARED, ids=lambda path: ".".join(map(str, path)))
def test_each_value_that_is_on_the_page_is_compared(path: tuple[str | int, ...]) -> None:
    assert written(with_one_letter_more(path)) != published()


@pytest.mark.parametrize("change", ["paragraph lost", "paragraphs swapped", "paragraph doubled", "signatories swapped"])
def test_a_source_with_its_parts_in_another_order_is_not_the_page(change: str) -> None:
    source: Source = copy.deepcopy(SOURCE)
    body, signatories = source["body"], source["signatories"]
    match change:
        case "paragraph lost":
            del body[-1]["body"][-1]
        case "paragraphs swapped":
            body[0], body[1] = body[1], body[0]
        case "paragraph doubled":
            body.insert(0, body[0])
        case _:
            signatories.reverse()
    assert written(source) != published()
