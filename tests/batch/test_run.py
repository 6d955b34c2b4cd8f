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
from tests.batch.conftest import Desk, Templates, names

ALL = ["a.docx", "a.html", "a.txt"]


def reasons(outcome: SourceResult) -> set[str]:
    return set(outcome.reasons.values())


# What is stale


def test_all_is_written_once(desk: Desk) -> None:
    desk.source("a")
    assert desk.written() == ALL
    again = desk.run()["a"]
    assert again.outputs == ()
    assert [output.name for output in again.up_to_date] == ALL


def test_outputs_that_may_not_last_are_a_failure_of_the_run(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.source("one")

    def broken(folder: Path) -> None:
        raise OutputError(f"{folder}: may not be on the disk")

    monkeypatch.setattr(store, "sync_folder", broken)
    summary = Summary(1)
    for event in run(find_sources([desk.folder]), desk.options, desk.settings):
        summary.add(event)
    assert summary.errors == [f"{desk.out}: may not be on the disk"]
    assert desk.outputs() == ["one.docx", "one.html", "one.txt"]


def test_an_edit_is_seen_though_the_time_is_the_same(desk: Desk) -> None:
    path = desk.source("a", "One.")
    desk.run()
    status = path.stat()
    desk.source("a", "Two.")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert path.stat().st_size == status.st_size
    outcome = desk.run()["a"]
    assert [output.name for output in outcome.outputs] == ALL
    assert reasons(outcome) == {"the source changed"}
    assert "Two." in (desk.out / "a.txt").read_text()


def test_a_source_that_was_only_touched_is_left_alone(desk: Desk) -> None:
    path = desk.source("a")
    desk.run()
    os.utime(path, (1, 1))
    assert desk.written() == []


def test_one_source_of_many_is_rendered_alone(desk: Desk) -> None:
    desk.source("a")
    desk.source("b")
    desk.run()
    desk.source("b", "Two.")
    assert desk.written() == ["b.docx", "b.html", "b.txt"]


def test_an_output_that_is_gone_is_made_again(desk: Desk) -> None:
    desk.source("a")
    desk.run()
    (desk.out / "a.html").unlink()
    outcome = desk.run()["a"]
    assert outcome.reasons == {"a.html": "the file is missing"}


@pytest.mark.parametrize("data", [b"", b"torn", b"longer than it was" * 5000])
def test_an_output_that_was_changed_is_made_again(desk: Desk, data: bytes) -> None:
    desk.source("a")
    desk.run()
    before = (desk.out / "a.html").read_bytes()
    (desk.out / "a.html").write_bytes(data)
    outcome = desk.run()["a"]
    assert outcome.reasons == {"a.html": "the file changed since it was written"}
    assert (desk.out / "a.html").read_bytes() == before


def test_an_output_that_was_only_touched_is_left_alone(desk: Desk) -> None:
    desk.source("a")
    desk.run()
    os.utime(desk.out / "a.html", (1, 1))
    assert desk.written() == []
    assert desk.written() == []


def test_a_change_that_hides_is_found_by_reading_all_again(desk: Desk) -> None:
    desk.source("a")
    desk.run()
    path = desk.out / "a.html"
    status, good = path.stat(), path.read_bytes()
    path.write_bytes(good.replace(b"One.", b"Two."))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert desk.written() == []
    assert desk.written(verify=True) == ["a.html"]
    assert path.read_bytes() == good


def test_a_link_in_the_place_of_an_output_is_replaced_and_not_followed(desk: Desk, tmp_path: Path) -> None:
    desk.source("a")
    desk.run()
    other = tmp_path / "other.html"
    shutil.copy2(desk.out / "a.html", other)
    before = other.read_bytes()
    (desk.out / "a.html").unlink()
    (desk.out / "a.html").symlink_to(other)
    assert desk.written() == ["a.html"]
    assert not (desk.out / "a.html").is_symlink()
    assert other.read_bytes() == before


def test_a_format_that_is_new_is_written_alone(desk: Desk) -> None:
    desk.source("a")
    desk.run(formats=(FORMATS["txt"],))
    assert desk.written() == ["a.docx", "a.html"]


def test_a_picture_that_was_changed_makes_its_source_stale(desk: Desk) -> None:
    data = Path(__file__).parents[1] / "data"
    shutil.copy(data / "rule.png", desk.folder / "p.png")
    (desk.folder / "a.yaml").write_text(
        "id: a\ntitle: A\nlanguages: [en]\nbody: [{image: p.png, alternative: A line}]\n"
    )
    desk.source("b")
    desk.run()
    assert desk.written() == []
    shutil.copy(data / "chart.png", desk.folder / "p.png")
    outcomes = desk.run()
    assert reasons(outcomes["a"]) == {"p.png changed"}
    assert outcomes["b"].outputs == ()
    (desk.folder / "p.png").unlink()
    assert "can't read the picture" in desk.run()["a"].errors[0]


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
def test_a_template_of_ones_own_makes_stale_what_uses_it_and_nothing_else(
    desk: Desk, house: Templates, name: str, stale: list[str]
) -> None:
    from render.resources import TEMPLATES

    shipped = TEMPLATES / name
    desk.source("a")
    desk.options = replace(desk.options, formats=tuple(FORMATS.values()))
    desk.run()
    house(name, shipped.read_text() if shipped.exists() else "")
    added = desk.run()["a"]
    assert sorted(added.reasons) == stale
    assert reasons(added) == {f"your {name} was added"}
    house(name, (shipped.read_text() if shipped.exists() else "") + "\n")
    assert reasons(desk.run()["a"]) == {f"your {name} changed"}
    assert desk.written() == []


def test_templates_that_refer_to_each_other_are_all_used_by_all(desk: Desk, house: Templates) -> None:
    desk.source("a")
    house("text/page.txt.j2", "{% include 'html/style.css' %}\n")
    house("html/style.css", "p { color: red }")
    desk.run()
    house("html/style.css", "p { color: blue }")
    assert desk.written() == ALL
    assert "blue" in (desk.out / "a.txt").read_text()


@pytest.mark.parametrize(
    ("choices", "reason"),
    [
        (ViewOptions(paper="letter"), "paper is letter, was a4"),
        (ViewOptions(track_changes=True), "track_changes is True, was"),
    ],
)
def test_another_choice_makes_all_stale(desk: Desk, choices: ViewOptions, reason: str) -> None:
    desk.source("a")
    desk.run()
    outcome = desk.run(view_options=choices)["a"]
    assert sorted(outcome.reasons) == ALL
    assert all(text.startswith(reason) for text in reasons(outcome))


def test_what_renders_makes_all_stale_when_it_is_another(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from render.batch import fingerprint as fingerprint

    desk.source("a")
    desk.run()
    versions = fingerprint._versions()
    assert {"engross", "jinja2", "lxml", "python-docx", "weasyprint"} <= versions.keys()
    monkeypatch.setattr(fingerprint, "_versions", lambda: {**versions, "lxml": "0.1"})
    outcome = desk.run()["a"]
    assert outcome.reasons == {"a.docx": f"lxml is 0.1, was {versions['lxml']}"}


def test_all_is_written_by_force(desk: Desk) -> None:
    desk.source("a")
    desk.run()
    outcome = desk.run(force=True)["a"]
    assert outcome.reasons == dict.fromkeys(ALL, "forced")


def test_a_source_that_was_moved_with_its_outputs_is_left_alone(desk: Desk, tmp_path: Path) -> None:
    desk.source("a")
    desk.run()
    moved = tmp_path / "moved"
    moved.mkdir()
    desk.folder.rename(moved / "source")
    desk.out.rename(moved / "build")
    there = Desk(moved / "source", replace(desk.options, out=Folder(moved / "build")))
    assert there.written() == []


def test_warnings_are_said_though_nothing_is_written(desk: Desk) -> None:
    text = "id: a\ntitle: A\nlanguages: [en]\nstatus: signed\nbody: [{id: one, text: 'A *b'}]\n"
    (desk.folder / "a.yaml").write_text(text)
    first = desk.run()["a"]
    assert [problem.severity for problem in first.problems] == ["warning"]
    assert desk.run()["a"].problems == first.problems


def test_a_briefing_in_fewer_languages_than_its_source_is_written_once(desk: Desk) -> None:
    (desk.folder / "a.yaml").write_text(
        "id: a\ntitle: {en: A, lt: B}\nlanguages: [en, lt]\nbody: [{id: one, text: {en: One., lt: Vienas.}}]\n"
    )
    overlay = "declaration: a\ntitle: Notes\nlanguages: [en]\ndate: 2020-01-02\nsummary: In short *so.\n"
    (desk.folder / "a.briefing.yaml").write_text(overlay)
    choices = ViewOptions(edition="briefing")
    first = desk.run(view_options=choices)["a"]
    assert [output.name for output in first.outputs] == [
        "a.briefing.en.docx",
        "a.briefing.en.html",
        "a.briefing.en.txt",
    ]
    again = desk.run(view_options=choices)["a"]
    assert (again.outputs, again.memory) == ((), 0)  # it was not even looked into
    assert [problem.place.file for problem in again.problems] == [f"{desk.folder}/a.briefing.yaml"]
    assert again.problems == first.problems
    assert len(desk.written()) == 6
    assert desk.run()["a"].problems == ()  # the warnings of an overlay are only for those who asked for it
    assert desk.written(view_options=choices) == []


# What a person has edited


def edit(path: Path) -> bytes:
    """Save a Word copy as a word processor would: another archive, of other parts."""
    import docx

    document = docx.Document(str(path))
    document.paragraphs[-1].add_run(" And so say all of us.")
    document.save(str(path))
    return path.read_bytes()


def test_a_word_copy_that_was_edited_is_kept_reported_and_a_failure(desk: Desk) -> None:
    desk.source("a")
    desk.run()
    edited = edit(desk.out / "a.docx")
    for text in ("One.", "Two."):
        desk.source("a", text)
        outcome = desk.run()["a"]
        kept = next(output for output in outcome.outputs if output.name == "a.docx")
        assert kept.saved is None
        assert outcome.errors == [
            f"{desk.folder}/a.yaml: {desk.out}/a.docx: edited since Engross wrote it, and therefore kept; "
            "move the file away, or add --force to replace it"
        ]
        assert (desk.out / "a.docx").read_bytes() == edited
    assert "Two." in (desk.out / "a.txt").read_text()


def test_a_word_copy_that_was_edited_is_replaced_by_force(desk: Desk) -> None:
    desk.source("a")
    desk.run()
    before = (desk.out / "a.docx").read_bytes()
    edit(desk.out / "a.docx")
    assert not desk.run(force=True)["a"].errors
    assert (desk.out / "a.docx").read_bytes() == before


def test_a_word_copy_that_was_not_edited_follows_its_source(desk: Desk) -> None:
    desk.source("a")
    desk.run()
    before = (desk.out / "a.docx").read_bytes()
    desk.source("a", "Two.")
    assert not desk.run()["a"].errors
    assert (desk.out / "a.docx").read_bytes() != before


@pytest.mark.parametrize("edited", [False, True])
def test_without_a_ledger_a_word_copy_says_itself_whether_it_was_edited(desk: Desk, edited: bool) -> None:
    desk.source("a")
    desk.run()
    if edited:
        edit(desk.out / "a.docx")
    shutil.rmtree(desk.out / ".engross")
    desk.source("a", "Two.")
    assert bool(desk.run()["a"].errors) == edited


@pytest.mark.parametrize("with_ledger", [False, True])
def test_a_mail_that_was_edited_is_kept_and_one_that_was_not_follows_its_source(desk: Desk, with_ledger: bool) -> None:
    formats = (FORMATS["eml"],)
    desk.source("a")
    desk.source("b")
    desk.run(formats=formats)
    edited = (desk.out / "a.eml").read_bytes().replace(b"Subject: ", b"To: a@example.org\r\nSubject: ")
    (desk.out / "a.eml").write_bytes(edited)
    if not with_ledger:
        shutil.rmtree(desk.out / ".engross")
    for name in "ab":
        desk.source(name, "Two.")
    outcomes = desk.run(formats=formats)
    assert ["edited since" in error for error in outcomes["a"].errors] == [True]
    assert (desk.out / "a.eml").read_bytes() == edited
    assert not outcomes["b"].errors
    assert b"Two." in (desk.out / "b.eml").read_bytes()


def test_a_mail_with_and_without_the_pdf_are_told_apart_and_each_is_written_once(desk: Desk) -> None:
    desk.source("a")
    plain, attaching = (FORMATS["eml"],), (attaching_pdf(FORMATS["eml"]),)
    for formats, attached in ((attaching, True), (plain, False), (attaching, True)):
        assert desk.written(formats=formats) == ["a.eml"]
        assert desk.written(formats=formats) == []
        assert (b"application/pdf" in (desk.out / "a.eml").read_bytes()) == attached


def test_a_word_copy_that_is_no_work_of_ours_is_kept(desk: Desk) -> None:
    desk.source("a")
    desk.out.mkdir()
    (desk.out / "a.docx").write_bytes(b"somebody's")
    assert "edited since Engross wrote it" in desk.run()["a"].errors[0]
    assert (desk.out / "a.docx").read_bytes() == b"somebody's"


# Where a source is gone


def test_outputs_without_a_source_are_listed_and_removed_only_if_that_is_asked_for(desk: Desk) -> None:
    desk.source("a")
    desk.source("b").unlink()
    desk.source("b")
    desk.run()
    (desk.folder / "b.yaml").unlink()
    desk.run()
    assert sorted(orphan.name for orphan in desk.gone) == names(["docx", "html", "txt"], "b")
    assert not any(orphan.removed for orphan in desk.gone)
    desk.run(prune=True)
    assert [orphan.removed for orphan in desk.gone] == [True] * 3
    assert desk.outputs() == ALL
    desk.run()
    assert desk.gone == []


def test_outputs_of_an_id_or_language_that_the_source_has_no_longer_are_without_a_source(desk: Desk) -> None:
    path = desk.folder / "a.yaml"
    text = "id: {id}\ntitle: {{en: A, lt: B}}\nlanguages: [en, lt]\nbody: []\n"
    path.write_text(text.format(id="a"))
    desk.run(formats=(FORMATS["txt"],))
    path.write_text(text.format(id="b"))
    desk.run(formats=(FORMATS["txt"],))
    assert sorted(orphan.name for orphan in desk.gone) == ["a.en.txt", "a.lt.txt"]
    desk.run(formats=(FORMATS["txt"],), prune=True)
    desk.source("b", file="a.yaml")
    desk.run(formats=(FORMATS["txt"],), prune=True)
    assert desk.outputs() == ["b.txt"]


def test_a_drafts_files_are_named_so_and_without_a_source_once_the_text_is_agreed(desk: Desk) -> None:
    path = desk.source("a")
    text = path.read_text()
    path.write_text(f"{text}status: draft\n")
    desk.run()
    assert desk.outputs() == names(["docx", "html", "txt"], "a.draft")
    assert desk.written() == []
    path.write_text(f"{text}status: agreed\n")
    desk.run()
    assert sorted(orphan.name for orphan in desk.gone) == names(["docx", "html", "txt"], "a.draft")
    desk.run(prune=True)
    assert desk.outputs() == ALL


def test_an_edited_word_copy_without_a_source_is_kept(desk: Desk) -> None:
    desk.source("a")
    desk.source("b")
    desk.run()
    edited = edit(desk.out / "b.docx")
    (desk.folder / "b.yaml").unlink()
    desk.run(prune=True)
    assert [orphan.name for orphan in desk.gone if orphan.error] == ["b.docx"]
    assert (desk.out / "b.docx").read_bytes() == edited
    assert desk.outputs() == [*ALL[:1], "a.html", "a.txt", "b.docx"]


def test_formats_that_were_not_asked_for_again_are_not_without_a_source(desk: Desk) -> None:
    desk.source("a")
    desk.run()
    desk.run(formats=(FORMATS["txt"],), prune=True)
    assert desk.gone == []
    assert desk.outputs() == ALL


# Which sources


def test_two_sources_of_one_id_are_refused_before_anything_is_written(desk: Desk) -> None:
    desk.source("a")
    desk.source("a", file="b.yaml")
    with pytest.raises(UsageError, match=r"a\.yaml and .*b\.yaml have the same id 'a'"):
        desk.run()
    assert not desk.out.exists()
    (desk.folder / "b.yaml").unlink()
    desk.run()
    desk.source("a", file="b.yaml")
    with pytest.raises(UsageError, match="have the same id 'a'"):
        desk.run()


def test_a_source_that_changes_its_id_after_all_were_compared_is_not_written(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from render.batch import executors as module
    from render.batch import job as work

    desk.source("a")
    render_job = work.render_job

    def edited_meanwhile(job: Any, *arguments: Any) -> Any:
        desk.source("b", file="a.yaml")
        return render_job(job, *arguments)

    monkeypatch.setattr(module, "render_job", edited_meanwhile)
    assert "its id changed while the run was going on" in desk.run()["a"].errors[0]
    assert desk.outputs() == []


def test_what_a_source_was_when_it_was_read_is_what_is_noted(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from render.batch import executors as module
    from render.batch import job as work

    desk.source("a", "One.")
    render_job = work.render_job

    def edited_meanwhile(job: Any, *arguments: Any) -> Any:
        desk.source("a", "Two.")
        rendered = render_job(job, *arguments)
        desk.source("a", "Three.")
        return rendered

    monkeypatch.setattr(module, "render_job", edited_meanwhile)
    desk.run()
    assert "Two." in (desk.out / "a.txt").read_text()
    monkeypatch.undo()
    assert desk.written() == ALL
    assert "Three." in (desk.out / "a.txt").read_text()
    desk.source("a", "Two.")
    assert desk.written() == ALL


def test_a_source_with_a_fault_is_tried_again_and_its_outputs_stand(desk: Desk) -> None:
    desk.source("a")
    desk.run()
    (desk.folder / "a.yaml").write_text("id: a\ntitel: A\n")
    assert "unknown key 'titel'" in " ".join(desk.run()["a"].errors)
    assert desk.run()["a"].errors
    assert desk.outputs() == ALL
    desk.source("a")
    assert desk.written() == []


# What one bad document does to others


@pytest.mark.parametrize("number", [20, pytest.param(200, marks=pytest.mark.proof)])
def test_poison_among_documents_harms_no_other(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    from render.batch import executors as module
    from render.batch import supervisor
    from tests.batch import poison
    from tests.batch.clock import PatientClock

    poisoned = ["raises", "segfault", "killed", "hang", "hog", "regex"]
    good = [f"good-{index}" for index in range(number)]
    for name in (*poisoned, *good):
        desk.source(name)
    clock = PatientClock(tmp_path)
    monkeypatch.setattr(supervisor, "time", clock)
    monkeypatch.setattr(supervisor, "wait", clock.wait)
    monkeypatch.setattr(module, "make_work", partial(poison.make_poisoned_work, tmp_path))
    outcomes = desk.run(jobs=2, memory=1 << 30)
    assert sorted(name for name, outcome in outcomes.items() if outcome.errors) == sorted(poisoned)
    said = {name: outcomes[name].error for name in poisoned}
    assert said == {
        "raises": "ZeroDivisionError: by nought; this is a bug in Engross, please report it",
        "segfault": "its process crashed twice (SIGSEGV); raise the limit with --memory, "
        "and if that doesn't help, please report this",
        "killed": "its process was killed several times (SIGKILL); free some memory, or use fewer --jobs",
        "hang": "not finished after 60 s; raise the limit with --timeout, or divide the text",
        "hog": "out of memory; raise the limit with --memory, or divide the text",
        "regex": "not finished after 60 s; raise the limit with --timeout, or divide the text",
    }
    assert desk.outputs() == sorted(f"{name}.{suffix}" for name in good for suffix in ("docx", "html", "txt"))
    monkeypatch.undo()
    assert sorted(desk.written(jobs=2)) == sorted(
        f"{name}.{suffix}" for name in poisoned for suffix in ("docx", "html", "txt")
    )


@pytest.mark.parametrize(("number", "kills"), [(60, 20), pytest.param(1500, 300, marks=pytest.mark.proof)])
def test_kills_of_workers_at_any_moment_of_their_work_lose_no_document(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, kills: int
) -> None:
    from render.batch import executors as module
    from tests.batch import poison

    ids = [f"d{index}" for index in range(number)]
    sources = [desk.source(id_, "A and B agree. " * 200) for id_ in ids]
    chance = random.Random(number)
    # Between the first call of the work and its end, and as often early as late.
    moments = {id_: int(10 ** chance.uniform(0, 5)) for id_ in chance.sample(ids, kills)}
    work = poison.Moments(moments, tmp_path / "tries")
    work.folder.mkdir()
    monkeypatch.setattr(module, "make_work", partial(poison.make_mortal_work, work))
    outcomes = desk.run(*sources, jobs=2)
    assert work.tries() == {id_: 2 if id_ in moments else 1 for id_ in ids}
    assert not [outcome for outcome in outcomes.values() if outcome.errors]
    assert len(outcomes) == number
    assert len(desk.outputs()) == 3 * number


def test_many_jobs_make_the_same_files_as_one(desk: Desk, tmp_path: Path) -> None:
    for number in range(6):
        desk.source(f"d{number}", f"Text {number}.")
    formats = tuple(FORMATS.values())
    made = {}
    for jobs, isolate in ((1, False), (3, False)):
        desk.options = RenderOptions(formats, Folder(tmp_path / f"out-{jobs}"), Theme())
        assert not any(result.errors for result in desk.run(jobs=jobs, isolate=isolate).values())
        made[jobs] = {name: (desk.out / name).read_bytes() for name in desk.outputs()}
    desk.run(desk.folder / "d3.yaml", out=Folder(tmp_path / "alone"), formats=formats)
    assert made[1] == made[3]
    assert len(made[1]) == 6 * len(FORMATS)
    assert {name: data for name, data in made[1].items() if name.startswith("d3.")} == {
        path.name: path.read_bytes() for path in (tmp_path / "alone").iterdir() if path.is_file()
    }
