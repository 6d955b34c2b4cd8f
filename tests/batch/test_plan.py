"""A run writes what is not up to date, and nothing else."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from render.batch.events import SourceResult
from render.batch.run import run
from render.batch.sources import find_sources
from render.cli.reporters import Summary
from render.errors import OutputError
from render.output import store
from render.output.store import Folder
from render.view.options import ViewOptions
from render.write.formats import FORMATS
from tests.batch.conftest import OUTPUTS_OF_A, BatchFolder, Templates


def reasons(outcome: SourceResult) -> set[str]:
    return set(outcome.reasons.values())


def test_every_output_is_written_once(batch: BatchFolder) -> None:
    batch.source("a")
    assert batch.written() == OUTPUTS_OF_A
    again = batch.run()["a"]
    assert again.outputs == ()
    assert [output.name for output in again.up_to_date] == OUTPUTS_OF_A


def test_outputs_that_may_not_be_on_the_disk_are_a_failure_of_the_run(
    batch: BatchFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch.source("one")

    def broken(folder: Path) -> None:
        raise OutputError(f"{folder}: may not be on the disk")

    monkeypatch.setattr(store, "sync_folder", broken)
    summary = Summary(1)
    for event in run(find_sources([batch.folder]), batch.options, batch.settings):
        summary.add(event)
    assert summary.errors == [f"{batch.out}: may not be on the disk"]
    assert batch.outputs() == ["one.docx", "one.html", "one.txt"]


def test_an_edit_with_an_unchanged_time_is_detected(batch: BatchFolder) -> None:
    path = batch.source("a", "One.")
    batch.run()
    status = path.stat()
    batch.source("a", "Two.")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert path.stat().st_size == status.st_size
    outcome = batch.run()["a"]
    assert [output.name for output in outcome.outputs] == OUTPUTS_OF_A
    assert reasons(outcome) == {"the source changed"}
    assert "Two." in (batch.out / "a.txt").read_text()


def test_a_touched_source_is_not_rendered_again(batch: BatchFolder) -> None:
    path = batch.source("a")
    batch.run()
    os.utime(path, (1, 1))
    assert batch.written() == []


def test_only_the_changed_source_is_rendered(batch: BatchFolder) -> None:
    batch.source("a")
    batch.source("b")
    batch.run()
    batch.source("b", "Two.")
    assert batch.written() == ["b.docx", "b.html", "b.txt"]


def test_a_missing_output_is_written_again(batch: BatchFolder) -> None:
    batch.source("a")
    batch.run()
    (batch.out / "a.html").unlink()
    outcome = batch.run()["a"]
    assert outcome.reasons == {"a.html": "the file is missing"}


@pytest.mark.parametrize("data", [b"", b"torn", b"longer than it was" * 5000])
def test_a_changed_output_is_written_again(batch: BatchFolder, data: bytes) -> None:
    batch.source("a")
    batch.run()
    before = (batch.out / "a.html").read_bytes()
    (batch.out / "a.html").write_bytes(data)
    outcome = batch.run()["a"]
    assert outcome.reasons == {"a.html": "the file changed since it was written"}
    assert (batch.out / "a.html").read_bytes() == before


def test_a_touched_output_is_not_written_again(batch: BatchFolder) -> None:
    batch.source("a")
    batch.run()
    os.utime(batch.out / "a.html", (1, 1))
    assert batch.written() == []
    assert batch.written() == []


def test_a_change_with_an_unchanged_time_is_found_by_verify(batch: BatchFolder) -> None:
    batch.source("a")
    batch.run()
    path = batch.out / "a.html"
    status, good = path.stat(), path.read_bytes()
    path.write_bytes(good.replace(b"One.", b"Two."))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert batch.written() == []
    assert batch.written(verify=True) == ["a.html"]
    assert path.read_bytes() == good


def test_a_link_instead_of_an_output_is_replaced_and_not_followed(batch: BatchFolder, tmp_path: Path) -> None:
    batch.source("a")
    batch.run()
    other = tmp_path / "other.html"
    shutil.copy2(batch.out / "a.html", other)
    before = other.read_bytes()
    (batch.out / "a.html").unlink()
    (batch.out / "a.html").symlink_to(other)
    assert batch.written() == ["a.html"]
    assert not (batch.out / "a.html").is_symlink()
    assert other.read_bytes() == before


def test_only_a_new_format_is_written(batch: BatchFolder) -> None:
    batch.source("a")
    batch.run(formats=(FORMATS["txt"],))
    assert batch.written() == ["a.docx", "a.html"]


def test_a_picture_that_was_changed_makes_its_source_stale(batch: BatchFolder) -> None:
    data = Path(__file__).parents[1] / "data"
    shutil.copy(data / "rule.png", batch.folder / "p.png")
    (batch.folder / "a.yaml").write_text(
        "id: a\ntitle: A\nlanguages: [en]\nbody: [{image: p.png, alternative: A line}]\n"
    )
    batch.source("b")
    batch.run()
    assert batch.written() == []
    shutil.copy(data / "chart.png", batch.folder / "p.png")
    outcomes = batch.run()
    assert reasons(outcomes["a"]) == {"p.png changed"}
    assert outcomes["b"].outputs == ()
    (batch.folder / "p.png").unlink()
    assert "can't read the picture" in batch.run()["a"].errors[0]


@pytest.mark.parametrize(
    ("name", "stale"),
    [
        ("html/style.css", ["a.html"]),
        ("html/page.html.j2", ["a.html"]),
        ("html/blocks.html.j2", ["a.eml", "a.html", "a.pdf"]),
        ("eml/style.css", ["a.eml"]),
        ("pdf/style.css", ["a.pdf"]),
        ("docx/body.xml.j2", ["a.docx"]),
        ("text/page.txt.j2", ["a.eml", "a.txt"]),
        ("md/page.md.j2", ["a.md"]),
        ("fonts/Own.ttf", ["a.pdf"]),
        ("own.txt", ["a.docx", "a.eml", "a.html", "a.md", "a.pdf", "a.txt"]),
    ],
)
def test_a_users_template_makes_stale_only_the_outputs_that_use_it(
    batch: BatchFolder, house: Templates, name: str, stale: list[str]
) -> None:
    from render.resources import TEMPLATES

    shipped = TEMPLATES / name
    batch.source("a")
    batch.options = replace(batch.options, formats=tuple(FORMATS.values()))
    batch.run()
    house(name, shipped.read_text() if shipped.exists() else "")
    added = batch.run()["a"]
    assert sorted(added.reasons) == stale
    assert reasons(added) == {f"your {name} was added"}
    house(name, (shipped.read_text() if shipped.exists() else "") + "\n")
    assert reasons(batch.run()["a"]) == {f"your {name} changed"}
    assert batch.written() == []


def test_templates_that_refer_to_each_other_are_all_used_by_all(batch: BatchFolder, house: Templates) -> None:
    batch.source("a")
    house("text/page.txt.j2", "{% include 'html/style.css' %}\n")
    house("html/style.css", "p { color: red }")
    batch.run()
    house("html/style.css", "p { color: blue }")
    assert batch.written() == OUTPUTS_OF_A
    assert "blue" in (batch.out / "a.txt").read_text()


@pytest.mark.parametrize(
    ("choices", "reason"),
    [
        (ViewOptions(paper="letter"), "paper is letter, was a4"),
        (ViewOptions(track_changes=True), "track_changes is True, was"),
    ],
)
def test_another_view_option_makes_every_output_stale(batch: BatchFolder, choices: ViewOptions, reason: str) -> None:
    batch.source("a")
    batch.run()
    outcome = batch.run(view_options=choices)["a"]
    assert sorted(outcome.reasons) == OUTPUTS_OF_A
    assert all(text.startswith(reason) for text in reasons(outcome))


def test_another_version_of_a_library_makes_its_outputs_stale(
    batch: BatchFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    from render.batch import fingerprint

    batch.source("a")
    batch.run()
    versions = fingerprint._versions()
    assert {"engross", "jinja2", "lxml", "python-docx", "weasyprint"} <= versions.keys()
    monkeypatch.setattr(fingerprint, "_versions", lambda: {**versions, "lxml": "0.1"})
    outcome = batch.run()["a"]
    assert outcome.reasons == {"a.docx": f"lxml is 0.1, was {versions['lxml']}"}


def test_force_writes_every_output(batch: BatchFolder) -> None:
    batch.source("a")
    batch.run()
    outcome = batch.run(force=True)["a"]
    assert outcome.reasons == dict.fromkeys(OUTPUTS_OF_A, "forced")


def test_a_source_moved_with_its_outputs_is_not_rendered_again(batch: BatchFolder, tmp_path: Path) -> None:
    batch.source("a")
    batch.run()
    moved = tmp_path / "moved"
    moved.mkdir()
    batch.folder.rename(moved / "source")
    batch.out.rename(moved / "build")
    there = BatchFolder(moved / "source", replace(batch.options, out=Folder(moved / "build")))
    assert there.written() == []


def test_warnings_are_reported_even_if_nothing_is_written(batch: BatchFolder) -> None:
    text = "id: a\ntitle: A\nlanguages: [en]\nstatus: signed\nbody: [{id: one, text: 'A *b'}]\n"
    (batch.folder / "a.yaml").write_text(text)
    first = batch.run()["a"]
    assert [problem.severity for problem in first.problems] == ["warning"]
    assert batch.run()["a"].problems == first.problems


def test_a_briefing_in_fewer_languages_than_its_source_is_written_once(batch: BatchFolder) -> None:
    (batch.folder / "a.yaml").write_text(
        "id: a\ntitle: {en: A, lt: B}\nlanguages: [en, lt]\nbody: [{id: one, text: {en: One., lt: Vienas.}}]\n"
    )
    overlay = "declaration: a\ntitle: Notes\nlanguages: [en]\ndate: 2020-01-02\nsummary: In short *so.\n"
    (batch.folder / "a.briefing.yaml").write_text(overlay)
    choices = ViewOptions(edition="briefing")
    first = batch.run(view_options=choices)["a"]
    assert [output.name for output in first.outputs] == [
        "a.briefing.en.docx",
        "a.briefing.en.html",
        "a.briefing.en.txt",
    ]
    again = batch.run(view_options=choices)["a"]
    assert (again.outputs, again.memory) == ((), 0)  # it was not even looked into
    assert [problem.place.file for problem in again.problems] == [f"{batch.folder}/a.briefing.yaml"]
    assert again.problems == first.problems
    assert len(batch.written()) == 6
    assert batch.run()["a"].problems == ()  # the warnings of an overlay are only for those who asked for it
    assert batch.written(view_options=choices) == []
