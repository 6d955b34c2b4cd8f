"""A run does what is not done yet, and nothing else; and a person's work is never lost."""

from __future__ import annotations

import os
import random
import shutil
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from render.batch.events import SourceResult
from render.batch.run import run
from render.batch.sources import find_sources
from render.cli.reporters import Summary
from render.errors import OutputError, UsageError
from render.output import store
from render.output.store import Folder
from render.pipeline import RenderOptions
from render.view.options import ViewOptions
from render.write.formats import FORMATS, attaching_pdf
from render.write.theme import Theme
from tests.batch.conftest import BatchFolder, Templates, names

ALL = ["a.docx", "a.html", "a.txt"]


def reasons(outcome: SourceResult) -> set[str]:
    return set(outcome.reasons.values())


# Stale outputs


def test_every_output_is_written_once(batch: BatchFolder) -> None:
    batch.source("a")
    assert batch.written() == ALL
    again = batch.run()["a"]
    assert again.outputs == ()
    assert [output.name for output in again.up_to_date] == ALL


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
    assert [output.name for output in outcome.outputs] == ALL
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
    assert batch.written() == ALL
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
    assert sorted(outcome.reasons) == ALL
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
    assert outcome.reasons == dict.fromkeys(ALL, "forced")


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


# Edited outputs


def edit(path: Path) -> bytes:
    """Save a Word copy as a word processor would: another archive, of other parts."""
    import docx

    document = docx.Document(str(path))
    document.paragraphs[-1].add_run(" And so say all of us.")
    document.save(str(path))
    return path.read_bytes()


def test_an_edited_word_copy_is_kept_reported_and_a_failure(batch: BatchFolder) -> None:
    batch.source("a")
    batch.run()
    edited = edit(batch.out / "a.docx")
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
    edit(batch.out / "a.docx")
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
        edit(batch.out / "a.docx")
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


# Outputs without a source


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
    assert batch.outputs() == ALL
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
    assert batch.outputs() == ALL


def test_an_edited_word_copy_without_a_source_is_kept(batch: BatchFolder) -> None:
    batch.source("a")
    batch.source("b")
    batch.run()
    edited = edit(batch.out / "b.docx")
    (batch.folder / "b.yaml").unlink()
    batch.run(prune=True)
    assert [orphan.name for orphan in batch.gone if orphan.error] == ["b.docx"]
    assert (batch.out / "b.docx").read_bytes() == edited
    assert batch.outputs() == [*ALL[:1], "a.html", "a.txt", "b.docx"]


def test_formats_that_were_not_requested_again_are_not_without_a_source(batch: BatchFolder) -> None:
    batch.source("a")
    batch.run()
    batch.run(formats=(FORMATS["txt"],), prune=True)
    assert batch.gone == []
    assert batch.outputs() == ALL


# Which sources


def test_two_sources_of_one_id_are_refused_before_anything_is_written(batch: BatchFolder) -> None:
    batch.source("a")
    batch.source("a", file="b.yaml")
    with pytest.raises(UsageError, match=r"a\.yaml and .*b\.yaml have the same id 'a'"):
        batch.run()
    assert not batch.out.exists()
    (batch.folder / "b.yaml").unlink()
    batch.run()
    batch.source("a", file="b.yaml")
    with pytest.raises(UsageError, match="have the same id 'a'"):
        batch.run()


def test_a_source_whose_id_changes_after_the_comparison_is_not_written(
    batch: BatchFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    from render.batch import executors
    from render.batch import job as job_module

    batch.source("a")
    render_job = job_module.render_job

    def edited_meanwhile(job: Any, *arguments: Any) -> Any:
        batch.source("b", file="a.yaml")
        return render_job(job, *arguments)

    monkeypatch.setattr(executors, "render_job", edited_meanwhile)
    assert "its id changed while the run was going on" in batch.run()["a"].errors[0]
    assert batch.outputs() == []


def test_the_version_of_a_source_that_was_read_is_recorded(batch: BatchFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    from render.batch import executors
    from render.batch import job as job_module

    batch.source("a", "One.")
    render_job = job_module.render_job

    def edited_meanwhile(job: Any, *arguments: Any) -> Any:
        batch.source("a", "Two.")
        rendered = render_job(job, *arguments)
        batch.source("a", "Three.")
        return rendered

    monkeypatch.setattr(executors, "render_job", edited_meanwhile)
    batch.run()
    assert "Two." in (batch.out / "a.txt").read_text()
    monkeypatch.undo()
    assert batch.written() == ALL
    assert "Three." in (batch.out / "a.txt").read_text()
    batch.source("a", "Two.")
    assert batch.written() == ALL


def test_a_bad_source_is_tried_again_and_its_outputs_are_kept(batch: BatchFolder) -> None:
    batch.source("a")
    batch.run()
    (batch.folder / "a.yaml").write_text("id: a\ntitel: A\n")
    assert "unknown key 'titel'" in " ".join(batch.run()["a"].errors)
    assert batch.run()["a"].errors
    assert batch.outputs() == ALL
    batch.source("a")
    assert batch.written() == []


# Bad documents among others


@pytest.mark.parametrize("number", [20, pytest.param(200, marks=pytest.mark.proof)])
def test_poisoned_documents_do_not_stop_the_others(
    batch: BatchFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    from render.batch import executors, supervisor
    from tests.batch import poison
    from tests.batch.clock import PatientClock

    poisoned = ["raises", "segfault", "killed", "hang", "hog", "regex"]
    good = [f"good-{index}" for index in range(number)]
    for name in (*poisoned, *good):
        batch.source(name)
    clock = PatientClock(tmp_path)
    monkeypatch.setattr(supervisor, "time", clock)
    monkeypatch.setattr(supervisor, "wait", clock.wait)
    monkeypatch.setattr(executors, "make_work", partial(poison.make_poisoned_work, tmp_path))
    outcomes = batch.run(jobs=2, memory=1 << 30)
    assert sorted(name for name, outcome in outcomes.items() if outcome.errors) == sorted(poisoned)
    errors = {name: outcomes[name].error for name in poisoned}
    assert errors == {
        "raises": "ZeroDivisionError: by nought; this is a bug in Engross, please report it",
        "segfault": "its process crashed twice (SIGSEGV); please report this",
        "killed": "its process was killed several times (SIGKILL); free some memory, or use fewer --jobs",
        "hang": "not finished after 60 s; raise the limit with --timeout, or divide the text",
        "hog": "out of memory; raise the limit with --memory, or divide the text",
        "regex": "not finished after 60 s; raise the limit with --timeout, or divide the text",
    }
    assert batch.outputs() == sorted(f"{name}.{suffix}" for name in good for suffix in ("docx", "html", "txt"))
    monkeypatch.undo()
    assert sorted(batch.written(jobs=2)) == sorted(
        f"{name}.{suffix}" for name in poisoned for suffix in ("docx", "html", "txt")
    )


@pytest.mark.parametrize(("number", "kills"), [(60, 20), pytest.param(1500, 300, marks=pytest.mark.proof)])
def test_kills_of_workers_at_any_moment_lose_no_document(
    batch: BatchFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, kills: int
) -> None:
    from render.batch import executors
    from tests.batch import poison

    ids = [f"d{index}" for index in range(number)]
    sources = [batch.source(id_, "A and B agree. " * 200) for id_ in ids]
    chance = random.Random(number)
    # Between the first call of the work and its end, and as often early as late.
    moments = {id_: int(10 ** chance.uniform(0, 5)) for id_ in chance.sample(ids, kills)}
    work = poison.Moments(moments, tmp_path / "tries")
    work.folder.mkdir()
    monkeypatch.setattr(executors, "make_work", partial(poison.make_mortal_work, work))
    outcomes = batch.run(*sources, jobs=2)
    assert work.tries() == {id_: 2 if id_ in moments else 1 for id_ in ids}
    assert not [outcome for outcome in outcomes.values() if outcome.errors]
    assert len(outcomes) == number
    assert len(batch.outputs()) == 3 * number


def test_several_jobs_write_the_same_files_as_one(batch: BatchFolder, tmp_path: Path) -> None:
    for number in range(6):
        batch.source(f"d{number}", f"Text {number}.")
    formats = tuple(FORMATS.values())
    made = {}
    for jobs, isolate in ((1, False), (3, False)):
        batch.options = RenderOptions(formats, Folder(tmp_path / f"out-{jobs}"), Theme())
        assert not any(result.errors for result in batch.run(jobs=jobs, isolate=isolate).values())
        made[jobs] = {name: (batch.out / name).read_bytes() for name in batch.outputs()}
    batch.run(batch.folder / "d3.yaml", out=Folder(tmp_path / "alone"), formats=formats)
    assert made[1] == made[3]
    assert len(made[1]) == 6 * len(FORMATS)
    assert {name: data for name, data in made[1].items() if name.startswith("d3.")} == {
        path.name: path.read_bytes() for path in (tmp_path / "alone").iterdir() if path.is_file()
    }
