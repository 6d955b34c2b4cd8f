"""A run reports outputs without a source, and removes them on request."""

from __future__ import annotations

from render.write.formats import FORMATS
from tests.batch.conftest import OUTPUTS_OF_A, BatchFolder, edit_word_copy, names


def test_outputs_without_a_source_are_listed_and_removed_only_on_request(batch: BatchFolder) -> None:
    batch.source("a")
    batch.source("b").unlink()
    batch.source("b")
    batch.run()
    (batch.folder / "b.yaml").unlink()
    batch.run()
    assert sorted(orphan.name for orphan in batch.gone) == names(["docx", "html", "txt"], "b")
    assert not any(orphan.removed for orphan in batch.gone)
    batch.run(prune=True)
    assert [orphan.removed for orphan in batch.gone] == [True] * 3
    assert batch.outputs() == OUTPUTS_OF_A
    batch.run()
    assert batch.gone == []


def test_outputs_of_a_former_id_or_language_are_without_a_source(batch: BatchFolder) -> None:
    path = batch.folder / "a.yaml"
    text = "id: {id}\ntitle: {{en: A, lt: B}}\nlanguages: [en, lt]\nbody: []\n"
    path.write_text(text.format(id="a"))
    batch.run(formats=(FORMATS["txt"],))
    path.write_text(text.format(id="b"))
    batch.run(formats=(FORMATS["txt"],))
    assert sorted(orphan.name for orphan in batch.gone) == ["a.en.txt", "a.lt.txt"]
    batch.run(formats=(FORMATS["txt"],), prune=True)
    batch.source("b", file="a.yaml")
    batch.run(formats=(FORMATS["txt"],), prune=True)
    assert batch.outputs() == ["b.txt"]


def test_a_drafts_files_are_named_so_and_without_a_source_once_the_text_is_agreed(batch: BatchFolder) -> None:
    path = batch.source("a")
    text = path.read_text()
    path.write_text(f"{text}status: draft\n")
    batch.run()
    assert batch.outputs() == names(["docx", "html", "txt"], "a.draft")
    assert batch.written() == []
    path.write_text(f"{text}status: agreed\n")
    batch.run()
    assert sorted(orphan.name for orphan in batch.gone) == names(["docx", "html", "txt"], "a.draft")
    batch.run(prune=True)
    assert batch.outputs() == OUTPUTS_OF_A


def test_an_edited_word_copy_without_a_source_is_kept(batch: BatchFolder) -> None:
    batch.source("a")
    batch.source("b")
    batch.run()
    edited = edit_word_copy(batch.out / "b.docx")
    (batch.folder / "b.yaml").unlink()
    batch.run(prune=True)
    assert [orphan.name for orphan in batch.gone if orphan.error] == ["b.docx"]
    assert (batch.out / "b.docx").read_bytes() == edited
    assert batch.outputs() == [*OUTPUTS_OF_A[:1], "a.html", "a.txt", "b.docx"]


def test_formats_that_were_not_requested_again_are_not_without_a_source(batch: BatchFolder) -> None:
    batch.source("a")
    batch.run()
    batch.run(formats=(FORMATS["txt"],), prune=True)
    assert batch.gone == []
    assert batch.outputs() == OUTPUTS_OF_A
