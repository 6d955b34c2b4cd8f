"""Which sources a run renders, and how bad documents and several jobs affect the others."""

from __future__ import annotations

import random
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from render.errors import UsageError
from render.output.store import Folder
from render.pipeline import RenderOptions
from render.write.formats import FORMATS
from render.write.theme import Theme
from tests.batch.conftest import OUTPUTS_OF_A, BatchFolder

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
    assert batch.written() == OUTPUTS_OF_A
    assert "Three." in (batch.out / "a.txt").read_text()
    batch.source("a", "Two.")
    assert batch.written() == OUTPUTS_OF_A


def test_a_bad_source_is_tried_again_and_its_outputs_are_kept(batch: BatchFolder) -> None:
    batch.source("a")
    batch.run()
    (batch.folder / "a.yaml").write_text("id: a\ntitel: A\n")
    assert "unknown key 'titel'" in " ".join(batch.run()["a"].errors)
    assert batch.run()["a"].errors
    assert batch.outputs() == OUTPUTS_OF_A
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
        "segfault": "its process crashed twice (SIGSEGV); raise the limit with --memory, "
        "and if that doesn't help, please report this",
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
    monkeypatch.setattr(executors, "make_work", partial(poison.make_dying_work, work))
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
