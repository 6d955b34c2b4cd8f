"""The other side of a bench: docxtpl fills a declaration into a Word template, in a process of its own.

    python by_docxtpl.py blocks.json template.docx out.docx

The blocks are prepared: docxtpl reads no source, computes no numbers and checks nothing.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from docxtpl import DocxTemplate, RichText


def main(blocks: str, template: str, out: str) -> None:
    """Each block has a kind and runs: words, and whether they have emphasis or are strong."""
    context = [{"kind": kind, "words": rich(runs)} for kind, runs in json.loads(Path(blocks).read_text("utf-8"))]
    document = DocxTemplate(template)
    document.render({"blocks": context})
    document.save(out)


def rich(runs: list[tuple[str, bool, bool]]) -> RichText:
    words = RichText()
    for text, emphasis, strong in runs:
        words.add(text, italic=emphasis, bold=strong)
    return words


if __name__ == "__main__":
    main(*sys.argv[1:])
