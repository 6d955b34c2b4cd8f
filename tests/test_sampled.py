"""The sample that all tests of "any declaration" share."""

from __future__ import annotations

import yaml

from render.model.declaration import Article, Box, Bullets, Image, Paragraph, Quotation, Recital, Section, Table, walk
from render.read.reader import read_bytes
from tests.extract import DATA
from tests.sampled import SIZE, corpus, drawn

KINDS = {Paragraph, Recital, Section, Article, Bullets, Table, Quotation, Box, Image}


def test_every_declaration_is_different() -> None:
    assert len({sample.source for sample in corpus()}) == SIZE


def test_the_sample_is_the_same_in_every_run() -> None:
    assert [sample.source for sample in drawn("any", 5)] == [sample.source for sample in drawn("any", 5)]
    assert {sample.source for sample in drawn("any", 5)} <= {sample.source for sample in corpus()}


def test_every_kind_of_node_is_in_several_declarations() -> None:
    found = {kind: 0 for kind in KINDS}
    for sample in corpus():
        declaration = read_bytes(sample.source.encode(), "x.yaml", DATA).declaration
        for kind in {type(part) for _, part in walk(declaration)} & KINDS:
            found[kind] += 1
    assert min(found.values()) >= 10, found


def test_many_declarations_have_footnotes_signatures_and_references() -> None:
    data = [yaml.safe_load(sample.source) for sample in corpus()]
    assert sum("signatories" in declaration for declaration in data) >= 10
    for markup in ("[^", "](#", "]{la}", "**"):
        assert sum(markup in sample.source for sample in corpus()) >= 10, markup
