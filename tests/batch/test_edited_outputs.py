"""A run keeps what a person has edited."""

from __future__ import annotations

import shutil

import pytest

from render.write.formats import FORMATS, attaching_pdf
from tests.batch.conftest import BatchFolder, edit_word_copy


def test_an_edited_word_copy_is_kept_reported_and_a_failure(batch: BatchFolder) -> None:
    batch.source("a")
    batch.run()
    edited = edit_word_copy(batch.out / "a.docx")
    for text in ("One.", "Two."):
        batch.source("a", text)
        outcome = batch.run()["a"]
        kept = next(output for output in outcome.outputs if output.name == "a.docx")
        assert kept.saved is None
        assert outcome.errors == [
            f"{batch.folder}/a.yaml: {batch.out}/a.docx: edited since Engross wrote it, and therefore kept; "
            "move the file away, or add --force to replace it"
        ]
        assert (batch.out / "a.docx").read_bytes() == edited
    assert "Two." in (batch.out / "a.txt").read_text()


def test_an_edited_word_copy_is_replaced_by_force(batch: BatchFolder) -> None:
    batch.source("a")
    batch.run()
    before = (batch.out / "a.docx").read_bytes()
    edit_word_copy(batch.out / "a.docx")
    assert not batch.run(force=True)["a"].errors
    assert (batch.out / "a.docx").read_bytes() == before


def test_an_unedited_word_copy_follows_its_source(batch: BatchFolder) -> None:
    batch.source("a")
    batch.run()
    before = (batch.out / "a.docx").read_bytes()
    batch.source("a", "Two.")
    assert not batch.run()["a"].errors
    assert (batch.out / "a.docx").read_bytes() != before


@pytest.mark.parametrize("edited", [False, True])
def test_an_edited_word_copy_is_recognised_without_the_build_database(batch: BatchFolder, edited: bool) -> None:
    batch.source("a")
    batch.run()
    if edited:
        edit_word_copy(batch.out / "a.docx")
    shutil.rmtree(batch.out / ".engross")
    batch.source("a", "Two.")
    assert bool(batch.run()["a"].errors) == edited


@pytest.mark.parametrize("with_build_db", [False, True])
def test_an_edited_mail_is_kept_and_an_unedited_one_follows_its_source(batch: BatchFolder, with_build_db: bool) -> None:
    formats = (FORMATS["eml"],)
    batch.source("a")
    batch.source("b")
    batch.run(formats=formats)
    edited = (batch.out / "a.eml").read_bytes().replace(b"Subject: ", b"To: a@example.org\r\nSubject: ")
    (batch.out / "a.eml").write_bytes(edited)
    if not with_build_db:
        shutil.rmtree(batch.out / ".engross")
    for name in "ab":
        batch.source(name, "Two.")
    outcomes = batch.run(formats=formats)
    assert ["edited since" in error for error in outcomes["a"].errors] == [True]
    assert (batch.out / "a.eml").read_bytes() == edited
    assert not outcomes["b"].errors
    assert b"Two." in (batch.out / "b.eml").read_bytes()


def test_mails_with_and_without_the_pdf_are_distinguished_and_each_is_written_once(batch: BatchFolder) -> None:
    batch.source("a")
    plain, attaching = (FORMATS["eml"],), (attaching_pdf(FORMATS["eml"]),)
    for formats, attached in ((attaching, True), (plain, False), (attaching, True)):
        assert batch.written(formats=formats) == ["a.eml"]
        assert batch.written(formats=formats) == []
        assert (b"application/pdf" in (batch.out / "a.eml").read_bytes()) == attached


def test_a_word_file_that_engross_did_not_write_is_kept(batch: BatchFolder) -> None:
    batch.source("a")
    batch.out.mkdir()
    (batch.out / "a.docx").write_bytes(b"somebody's")
    assert "edited since Engross wrote it" in batch.run()["a"].errors[0]
    assert (batch.out / "a.docx").read_bytes() == b"somebody's"
