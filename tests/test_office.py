"""LibreOffice in the tests: it has the project's fonts alone, and nothing of it is left where it doesn't answer."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from render.write.docx.writer import write_word
from tests.extract import run, viewed
from tests.fonts import ALL, OFFICE, font_environment
from tests.office import Office, OfficeError, convert, kill_session
from tests.processes import assert_ended

COPY = write_word(viewed("id: a\nlanguages: [en]\ntitle: A title\nbody: [{id: one, text: A and B agree.}]\n"))
NOTHING = {"nothing": ()}


@pytest.fixture
def own_office() -> Iterator[Office]:
    """One that a test may do harm to."""
    opened = Office()
    yield opened
    opened.close()


def test_the_fonts_are_the_projects_whatever_the_machine_has() -> None:
    for configuration, serifs in ((ALL, {"Noto Serif", "Source Serif 4"}), (OFFICE, {"Noto Serif"})):
        found = run(["fc-list", ":", "family"], env=font_environment(configuration)).decode()
        assert set(found.strip().splitlines()) == {"Noto Naskh Arabic", "Noto Serif Hebrew"} | serifs


def test_a_copy_is_converted_in_the_fonts_that_it_asks_for() -> None:
    (pdf,) = convert([COPY])
    assert faces(pdf) == {"SourceSerif4"}


@pytest.mark.xdist_group("office")
def test_a_copy_is_edited_in_noto_serif(office: Office) -> None:
    assert faces(office.edit(COPY, NOTHING)["nothing"].pdf) == {"NotoSerif"}


def faces(pdf: bytes) -> set[str]:
    """The embedded typefaces, without their styles."""
    return set(re.findall(r"^[A-Z]{6}\+(\w+)-", run(["pdffonts", "-"], pdf).decode(), re.MULTILINE))


def test_an_office_that_does_not_answer_is_ended_with_all_its_processes(own_office: Office) -> None:
    own_office.edit(COPY, NOTHING)
    processes = processes_of(own_office)
    soffice(processes).send_signal(signal.SIGSTOP)  # it will never answer, however long anyone waits
    with pytest.raises(OfficeError, match=r"did not answer within 0\.1 s"):
        own_office.edit(COPY, NOTHING, patience=0.1)
    assert_ended(*processes)
    assert own_office.edit(COPY, NOTHING)  # by another
    processes = processes_of(own_office)
    with pytest.raises(OfficeError, match="no such words"):
        own_office.edit(COPY, {"missing": [["Select", "no such words"]]})
    assert_ended(*processes)


def test_an_office_that_dies_is_an_error_and_leaves_nothing(own_office: Office) -> None:
    own_office.edit(COPY, NOTHING)
    processes = processes_of(own_office)
    soffice(processes).kill()
    with pytest.raises(OfficeError):
        own_office.edit(COPY, NOTHING)
    assert_ended(*processes)


def test_an_office_ends_when_its_caller_dies(own_office: Office) -> None:
    own_office.edit(COPY, NOTHING)
    processes = processes_of(own_office)
    assert own_office.process and own_office.process.stdin
    own_office.process.stdin.close()
    assert_ended(*processes)


def test_a_conversion_that_does_not_end_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hanging = tmp_path / "soffice"
    hanging.write_text(f"#!/bin/sh\nsleep 1000 &\necho $! > {tmp_path}/child\nwait\n")
    hanging.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    killed: list[psutil.Process] = []

    def noted(leader: int) -> None:
        killed.extend([psutil.Process(leader), *psutil.Process(leader).children(recursive=True)])
        kill_session(leader)

    monkeypatch.setattr("tests.office.kill_session", noted)
    with pytest.raises(OfficeError, match="did not end within"):
        convert([COPY], patience=0.5)
    assert killed
    assert_ended(*killed)


def processes_of(office: Office) -> list[psutil.Process]:
    found = [psutil.Process(number) for number in office.processes()]
    assert len(found) >= 3
    return found


def soffice(processes: list[psutil.Process]) -> psutil.Process:
    (found,) = (process for process in processes if process.name() == "soffice.bin")
    return found
