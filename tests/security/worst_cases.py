"""Sources that ask for the most work: each row makes one of size n, with n of what could cost more than its share."""

from __future__ import annotations

from collections.abc import Callable, Mapping

HEAD = "id: x\ntitle: T\nlanguages: [en]\n"
MANY = [f"{first}{second}" for first in "abcd" for second in "abcdefghijklmnopqrstu"]
"""Tags of 84 languages."""
MANY_HEAD = f"id: x\ntitle: {{{', '.join(f'{tag}: a' for tag in MANY)}}}\nlanguages: [{', '.join(MANY)}]\n"


def nodes(form: str, head: str = HEAD, before: str = "") -> Callable[[int], str]:
    """Sources with n nodes. `{i}` in their form is the number of the node."""
    return lambda n: head + "body:\n" + before + "".join(f"  - {form.replace('{i}', str(i))}\n" for i in range(n))


def repeated(unit: str, before: str = "", after: str = "") -> Callable[[int], str]:
    """Sources with one paragraph, in one line, in which a unit comes n times."""
    return lambda n: f"{HEAD}body:\n  - id: p\n    text: |\n      {before}{unit * n}{after}\n"


def quoted(unit: str, after: str = "") -> Callable[[int], str]:
    """The same in quotation marks: spaces and escapes stay."""
    return lambda n: f'{HEAD}body:\n  - {{id: p, text: "a {unit * n}{after}"}}\n'


def listed(before: str, form: str, after: str, head: str = HEAD) -> Callable[[int], str]:
    """Sources with n items between two other parts."""
    return lambda n: head + before + "".join(form.replace("{i}", str(i)) for i in range(n)) + after


ONE = "body: [{id: p, text: a}]\n"
LONG_ID = "a" * 70

SOURCES: Mapping[str, Callable[[int], str]] = {
    # Nodes
    "paragraphs": nodes("{id: p{i}, text: a}"),
    "paragraphs with leads and closing words": nodes("{id: p{i}, lead: a, text: b, closing: c}"),
    "recitals": nodes("{recital: p{i}, text: a}"),
    "sections": nodes("{section: s{i}, title: a, body: [{id: p{i}, text: a}]}"),
    "articles": nodes("{article: s{i}, body: [{id: p{i}, text: a}, {id: q{i}, text: b}]}"),
    "paragraphs of one article": listed("body:\n  - article: a\n    body:\n", "      - {id: s{i}, text: a}\n", ""),
    "annexes": nodes("{annex: s{i}, body: [{id: p{i}, text: a}]}"),
    "boxes side by side": nodes("{box: a}"),
    "tables side by side": nodes("{table: t{i}, header: [A], rows: [[a]]}"),
    "items of a list": listed("body:\n  - list:\n", "      - a\n", ""),
    "deep lists": nodes("{list: [" + "{text: a, list: [" * 20 + "b" + "]}" * 20 + "]}"),
    "paragraphs in paragraphs": nodes("{id: p{i}, text: a, body: [{id: q{i}, text: a, body: [{id: r{i}, text: a}]}]}"),
    "sub-paragraphs of one paragraph": listed(
        "body:\n  - id: p\n    text: a\n    body:\n", "      - {id: s{i}, text: a}\n", ""
    ),
    "sub-paragraphs with Roman numerals": listed(
        "body: [{id: p, text: a, body: [{id: q, text: a, body: [", "{id: s{i}, text: a}, ", "]}]}]\n"
    ),
    "sub-paragraphs of one recital": listed("body: [{recital: p, text: a, body: [", "{id: s{i}, text: a}, ", "]}]\n"),
    "numbers as published": nodes("{id: p{i}, number: 5 bis, text: a}"),
    "counts that start again": nodes("{id: p{i}, number: '{i}7', text: a, body: [{id: q{i}, text: a}]}"),
    "equal numbers": nodes("{id: p{i}, number: '5', text: a}"),
    "rows of a table": listed("body:\n  - table: t\n    header: [A, B]\n    rows:\n", "      - [a, b]\n", ""),
    "columns of a table": lambda n: HEAD + f"body: [{{table: t, header: [{'a, ' * n}], rows: [[{'a, ' * n}]]}}]\n",
    "a table that becomes a list": listed(
        f"body:\n  - table: t\n    header: [{'x' * 50}, {'y' * 50}]\n    rows:\n", "      - [a, b]\n", ""
    ),
    "a long cell beside a long cell": lambda n: (
        HEAD + f"body: [{{table: t, header: [A, B], rows: [[{'a ' * n}, {'b ' * n}]]}}]\n"
    ),
    "signatories of one party": listed(
        "parties: [{id: a, name: A}]\nsignatories:\n", "  - {name: N, party: a, title: B}\n", ONE
    ),
    "signatories in columns": listed("signatories:\n", "  - {name: N, on_behalf: For A}\n", ONE),
    "changes": listed("publication:\n  changes:\n", "    - {date: 2024-01-01, note: a}\n", ONE),
    "levels of a scheme": listed("marking: {level: A, scheme: [", "b{i}, ", "A]}\n" + ONE),
    # References and footnotes
    "references": nodes("{id: p{i}, text: 'see [](#p0) and [](#p{i})'}"),
    "references to a long title": lambda n: (
        f"{HEAD}body:\n  - {{section: s, title: {'word ' * 100}}}\n  - {{id: p, text: '{'[](#s) ' * n}'}}\n"
    ),
    "references after spaces": quoted("a" + " " * 40 + "[](#p)"),
    "unknown references": nodes("{id: p{i}, text: '[](#q{i})'}"),
    "unknown references with long ids": nodes("{id: " + LONG_ID + "{i}, text: '[](#" + LONG_ID + "b{i})'}"),
    "unknown parties": lambda n: (
        HEAD
        + "parties:\n"
        + "".join(f"  - {{id: a{i}, name: A}}\n" for i in range(n))
        + "signatories:\n"
        + "".join(f"  - {{name: N, party: b{i}}}\n" for i in range(n))
        + ONE
    ),
    "footnotes": lambda n: (
        HEAD
        + f"body:\n  - id: p\n    text: {' '.join(f'a[^n{i}]' for i in range(n))}\n    notes:\n"
        + "".join(f"      n{i}: a\n" for i in range(n))
    ),
    "unknown footnotes": lambda n: (
        HEAD
        + f"body:\n  - id: p\n    text: {' '.join(f'a[^m{i}]' for i in range(n))}\n    notes:\n"
        + "".join(f"      n{i}: a\n" for i in range(n))
    ),
    "parts with footnotes": nodes("{id: p{i}, text: 'a[^n]', notes: {n: a}}"),
    "duplicate ids": nodes("{id: p, text: a}"),
    "links": nodes("{id: p{i}, text: '[a](https://example.org/{i}) [b](#p0)'}"),
    # Inline markup
    "emphasis": repeated("*a* "),
    "stars without a partner": repeated("*a "),
    "runs of stars": repeated("** a** ***b "),
    "open brackets": repeated("[ "),
    "closed brackets": repeated("] ", before="["),
    "nested brackets": lambda n: f"{HEAD}body:\n  - id: p\n    text: |\n      {'[ ' * n}{']{la} ' * n}\n",
    "nested spans": repeated("[" * 8 + "a" + "]{la}" * 8 + " "),
    "references in nested spans": repeated("[](#p) ", before="[" * 7, after="]{la}" * 7),
    "spans of an invalid language": repeated("[a]{La} "),
    "addresses without an end": repeated("[a](https://e.org/((( "),
    "addresses with brackets": repeated("[a](https://e.org/" + "(a)" * 100 + "( "),
    "addresses that begin in addresses": repeated("[a](#双"),
    "escapes": repeated("\\* "),
    # Text
    "words": repeated("word "),
    "lines": repeated("\n      b", before="a"),
    "paragraphs of one text": repeated("\n\n      b", before="a"),
    "empty lines": repeated("\n", before="a", after="      b"),
    "spaces": quoted(" "),
    "words with wide spaces": quoted("a  "),
    "Chinese": repeated("双"),
    "Thai": repeated("ก่"),
    "Tibetan": repeated("\u0f40\u0f0b "),
    "combined emoji": repeated("双😀\u200d😀"),
    "dashes": repeated("— "),
    "dashes before spaces": quoted("—" + " " * 30),
    "addresses in Markdown": repeated("http://双"),
    "hosts in Markdown": repeated("www.双"),
    "signs of Markdown": repeated("a:b&c_d$e@f! "),
    "a paragraph per list mark": nodes("{id: p{i}, text: '1. # > - + a'}"),
    # YAML
    "comments": listed("", "# a\n", ONE),
    "signs of comments in one comment": lambda n: "#" + " #" * n + "\n" + HEAD + ONE,
    "signs of comments in one line": quoted("a # b "),
    "signs of comments in the texts of one line": listed("body: [", '{id: p{i}, text: "a # b"}, ', "]\n"),
    "comments after texts": nodes("{id: p{i}, text: a}  # c"),
    "directives": lambda n: "".join(f"%TAG !a{i}! x\n" for i in range(n)) + "---\n" + HEAD + ONE,
    "directives after the document": lambda n: HEAD + ONE + "...\n" + "".join(f"%TAG !a{i}! x\n" for i in range(n)),
    "unknown keys": listed("", "k{i}: a\n", ONE),
    "unknown keys of a node": listed("body: [{", "k{i}: a, ", "}]\n"),
    "unknown long keys": listed("", "bodybodybodybody{i}: a\n", ONE),
    "duplicate keys": listed("", "status: draft\n", ONE),
    "keys without a colon": listed("body: [{", "k{i}, ", "}]\n"),
    "lists as keys": listed("body: [{", "? [a], ", "}]\n"),
    "anchors": nodes("&a{i} {id: p{i}, text: a}"),
    "escapes in quotation marks": quoted("\\x41 "),
    "lines of a quoted text": quoted("\n      b"),
    "a long key": lambda n: HEAD + f'"{"a " * n}": b\n' + ONE,
    "forbidden characters": repeated("a\u0007 "),
    "tabs": repeated("a\t"),
    "ambiguous markup in one line": listed("body: [", '{id: p{i}, text: "*a"}, ', "]\n"),
    # Languages
    "names that many languages share": listed(
        "body:\n  - table: t\n    header: [A, B]\n    rows:\n", "      - [a, b]\n", "", MANY_HEAD
    ),
    "articles in many languages": nodes("{article: a{i}}", MANY_HEAD),
    "references that many languages share": listed(
        "body:\n  - article: a\n  - table: t\n    header: [A]\n    rows:\n", "      - ['[](#a)']\n", "", MANY_HEAD
    ),
    "texts that lack a language": nodes(
        "{id: p{i}, text: {en: a}}", "id: x\ntitle: {en: a, lt: b}\nlanguages: [en, lt]\n"
    ),
    # Values
    "a date": lambda n: HEAD + f'publication: {{published: "{"a " * n}"}}\n' + ONE,
    "an id": lambda n: f'id: "{"a- " * n}"\ntitle: T\nlanguages: [en]\n' + ONE,
    "an address": lambda n: HEAD + f'publication: {{url: "{"a. " * n}"}}\n' + ONE,
    "a number": lambda n: HEAD + f'body: [{{id: p, number: "a{" " * n}", text: a}}]\n',
    "a language tag": lambda n: f'id: x\ntitle: T\nlanguages: [en, "{"a-b " * n}"]\n' + ONE,
}

PARTIES = "parties:\n" + "".join(f"  - {{id: a{i}, name: {'A' * 100}}}\n" for i in range(30))
OVERLAY_HEAD = "declaration: x\ntitle: T\nsummary: a\n"


def overlaid(form: str, before: str = "paragraphs:\n") -> Callable[[int], str]:
    """Overlays with n entries."""
    return lambda n: OVERLAY_HEAD + before + "".join(form.replace("{i}", str(i)) + "\n" for i in range(n))


OVERLAYS: Mapping[str, Callable[[int], str]] = {
    "gists": overlaid("  p{i}: {gist: 'a, see [](#p0)'}"),
    "notes": overlaid("  p{i}: {gist: a, notes: [{author: A B, date: 2024-01-01, text: 'a [](#p{i})'}]}"),
    "topics": overlaid("  p{i}: {topics: [t{i}]}"),
    "unknown topics": lambda n: (
        overlaid("  p{i}: {topics: [u{i}]}")(n) + "topics:\n" + "".join(f"  t{i}: a\n" for i in range(n))
    ),
    "unknown paragraphs": overlaid("  q{i}: {gist: a}"),
    "commitments": overlaid("  p{i}: {commitments: [{id: c{i}, actors: [a0, a1], action: a, at: 1}]}"),
    "commitments of one paragraph": lambda n: (
        OVERLAY_HEAD
        + "paragraphs: {p0: {commitments: ["
        + ", ".join(f"{{id: c{i}, actors: [a0, a1], action: a, at: 1}}" for i in range(n))
        + "]}}\n"
    ),
    "actors": overlaid(
        "  p{i}: {commitments: [{id: c{i}, actors: [" + ", ".join(f"a{i}" for i in range(30)) + "], action: a, at: 1}]}"
    ),
    "unknown actors": overlaid("  p{i}: {commitments: [{id: c{i}, actors: [b{i}], action: a, at: 1}]}"),
    "unknown references": overlaid("  p{i}: {gist: '[](#q{i})'}"),
    "questions": overlaid("  - {question: a, answer: b}", "questions:\n"),
    "points": overlaid("  - a [](#p0)", "points:\n"),
}
