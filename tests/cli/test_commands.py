"""The command, as scripts call it: what it writes, says, and exits with."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.command import engross, engross_process
from tests.houses import ministry_b

ROOT = Path(__file__).parents[2]
SOURCE = "id: {id}\ntitle: A title\nlanguages: [en]\nbody: [{{id: one, text: One.}}]\n"


def source(folder: Path, name: str = "a") -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(SOURCE.format(id=name))
    return path


def outputs(folder: Path) -> list[str]:
    """What is in a folder besides what a run keeps there for itself."""
    return sorted(path.name for path in folder.iterdir() if path.name != ".engross")


def test_a_source_is_written_in_four_formats_into_build_one_line_a_file(tmp_path: Path) -> None:
    done = engross("render", source(tmp_path), cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(done.stdout.split()) == ["build/a.docx", "build/a.html", "build/a.pdf", "build/a.txt"]
    assert outputs(tmp_path / "build") == ["a.docx", "a.html", "a.pdf", "a.txt"]


def test_quiet_prints_nothing_about_success(tmp_path: Path) -> None:
    done = engross("render", source(tmp_path), "--to", "txt", "--out", "x", "--quiet", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert outputs(tmp_path / "x") == ["a.txt"]


def test_a_declaration_in_several_languages_is_written_in_each(tmp_path: Path) -> None:
    text = "id: a\ntitle: {en: One, lt: Vienas}\nlanguages: [en, lt]\nbody: []\n"
    (tmp_path / "a.yaml").write_text(text)
    done = engross("render", "a.yaml", "--to", "txt,html", cwd=tmp_path)
    assert sorted(done.stdout.split()) == ["build/a.en.html", "build/a.en.txt", "build/a.lt.html", "build/a.lt.txt"]


def test_a_folder_is_its_sources_without_overlays_and_hidden_files(tmp_path: Path) -> None:
    source(tmp_path, "b")
    source(tmp_path, "a")
    for name in ("a.briefing.yaml", ".hidden.yaml", "notes.txt"):
        (tmp_path / name).write_text("no source")
    done = engross("render", tmp_path, "--to", "txt", "--out", "out", cwd=tmp_path)
    assert sorted(done.stdout.split()) == ["out/a.txt", "out/b.txt"]


def test_one_bad_source_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("id: bad\ntitel: x\n")
    done = engross("render", "bad.yaml", "missing.yaml", source(tmp_path), "--to", "txt", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "build/a.txt\n")
    assert "bad.yaml:2:1: unknown key 'titel'; did you mean 'title'?" in done.stderr
    assert "missing.yaml: no such file; check the path" in done.stderr


def test_one_bad_format_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(SOURCE.format(id="a").replace("One.", "\u4e2d\u6587"))
    done = engross("render", "a.yaml", cwd=tmp_path)
    assert (done.returncode, sorted(done.stdout.split())) == (1, ["build/a.docx", "build/a.html", "build/a.txt"])
    assert "U+4E2D" in done.stderr
    assert "put a font with these characters into DIR/fonts" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["render", "a.yaml", "--to", "pfd"], "unknown format 'pfd'; did you mean 'pdf'?"),
        (["render"], "Missing argument"),
        (["render", "a.yaml", "--no-such"], "No such option"),
        (["render", "a.yaml", "--templates", "missing"], "does not exist"),
        (["render", "empty"], "empty: no sources in this folder"),
        (["render", "a.briefing.yaml"], "an overlay, not a source"),
        (["render", "a.yaml", "twin/b.yaml"], "have the same id 'a'"),
        (["nonsense"], "No such command"),
    ],
)
def test_a_command_that_cannot_be_understood_exits_with_2(tmp_path: Path, arguments: list[str], message: str) -> None:
    source(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "twin").mkdir()
    (tmp_path / "twin" / "b.yaml").write_text(SOURCE.format(id="a"))
    done = engross(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "build").exists()


def test_a_folder_that_cannot_be_made_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    done = engross("render", source(tmp_path), "--out", "out", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "engross: out: this is a file, not a folder; choose a folder with --out\n"


def test_check_prints_every_problem_and_exits_with_1(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("id: BAD\ntitle: x\nlanguages: [en]\nbody: [{id: one}]\n")
    done = engross("check", "bad.yaml", source(tmp_path), cwd=tmp_path)
    assert done.returncode == 1
    assert [line.split(": ")[0] for line in done.stdout.splitlines()] == ["bad.yaml:1:5", "bad.yaml:4:8"]
    assert "1 of 2 sources valid" in done.stderr
    assert engross("check", "a.yaml", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty"),
        (b"\xff\xfe\x00", "invalid UTF-8"),
        (b"\x00\x01\x02", "a control character"),
        (b"%PDF-1.7\n", "the YAML directive '%PDF-1.7' isn't allowed"),
        (b"[]", "expected a mapping"),
        (b"just words", "expected a mapping"),
        (b"a: &a [x]\nb: [*a, *a]\n", "the YAML alias"),
        (b"id: a\n" + b"- " * 200 + b"x", "check the indentation"),
        (b"title: " + b"[" * 200 + b"]" * 200, "levels of nesting"),
        (b"id: a\nid: b\n", "duplicate key 'id'"),
        (b"id: ../a\ntitle: A\nlanguages: [en]\nbody: []\n", "invalid id"),
        (b"id: a\ntitle: A\nlanguages: []\nbody: []\n", "empty list"),
        (b"id: a\ntitle: A\nlanguages: [english]\nbody: []\n", "invalid language tag"),
        (b"id: a\ntitle: A\nlanguages: [en]\nbody: [{id: b, text: 'See [](#c)'}]\n", "unknown paragraph 'c'"),
        (b"id: a\ntitle: A\nlanguages: [en]\nbody: [{id: b, text: 'A[^n]'}]\n", "no footnote 'n' here"),
        (
            b"id: a\ntitle: A\nlanguages: [en]\nbody: [{image: /etc/passwd, alternative: A}]\n",
            "outside the folder of the source",
        ),
        (
            b"id: a\ntitle: A\nlanguages: [en]\nbody: [{image: a.yaml, alternative: A}]\n",
            "isn't a complete PNG or JPEG",
        ),
        (b"id: a\ntitle: A\nlanguages: [en]\nbody: [{id: b, text: " + b"x" * 2000 + b" }]\n", "a word of 2,000"),
        (b"id: a\ntitle: A\nlanguages: [en]\nbody: [{id: b, text: A, number: ''}]\n", "expected a number"),
        (b"id: a\ntitle: A\nlanguages: [en]\nbody: [{table: t, header: [A], rows: [[A, B]]}]\n", "a row of 2 cells"),
    ],
)
def test_bad_input_gives_no_traceback(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / "a.yaml").write_bytes(data)
    done = engross("render", "a.yaml", "--to", "txt", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert re.search(message, done.stderr), done.stderr
    assert all(line.startswith("a.yaml") for line in done.stderr.splitlines()), done.stderr
    assert outputs(tmp_path / "build") == []


def test_a_folder_that_cannot_be_written_in_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir(mode=0o555)
    # Root may write anywhere, unless it gives that up.
    command = [] if os.geteuid() else ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
    command += [sys.executable, "-m", "render", "render", str(source(tmp_path)), "--to", "txt", "--out", "out"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert (
        done.stderr
        == "engross: out: can't write into this folder; change its permissions, or choose another with --out\n"
    )


def test_a_file_that_cannot_be_written_is_reported_and_the_others_are_written(tmp_path: Path) -> None:
    (tmp_path / "build" / "a.html").mkdir(parents=True)
    done = engross("render", source(tmp_path), "--to", "html,txt", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "build/a.txt\n")
    assert "build/a.html: can't write this file (Is a directory); an existing file is unchanged" in done.stderr


def test_two_ids_that_differ_only_in_case_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "A.yaml").write_text(SOURCE.format(id="a"))
    (tmp_path / "b.yaml").write_text(SOURCE.format(id="a"))
    done = engross("render", tmp_path, "--to", "txt", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "have the same id 'a'" in done.stderr
    assert not (tmp_path / "build").exists()


def test_a_source_named_twice_is_written_once(tmp_path: Path) -> None:
    source(tmp_path)
    done = engross("render", "a.yaml", "./a.yaml", tmp_path, "--to", "txt", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "build/a.txt\n")


def test_the_epoch_must_be_a_number(tmp_path: Path) -> None:
    done = engross("render", source(tmp_path), "--to", "txt", cwd=tmp_path, env={"SOURCE_DATE_EPOCH": "yesterday"})
    assert done.returncode == 2
    assert "invalid SOURCE_DATE_EPOCH 'yesterday'; write seconds since 1970-01-01" in done.stderr


def test_the_default_styles_are_written_and_can_be_used(tmp_path: Path) -> None:
    written = engross("house-style", "--write", "house.dotx", cwd=tmp_path)
    assert (written.returncode, written.stdout, written.stderr) == (0, "house.dotx\n", "")
    done = engross("render", source(tmp_path), "--to", "docx", "--house-style", "house.dotx", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "build/a.docx\n", "")
    quiet = engross("house-style", "--write", "again.docx", "--quiet", cwd=tmp_path)
    assert (quiet.returncode, quiet.stdout) == (0, "")


def test_a_house_style_that_may_have_been_edited_is_replaced_only_by_force(tmp_path: Path) -> None:
    (tmp_path / "house.docx").write_text("edited")
    refused = engross("house-style", "--write", "house.docx", cwd=tmp_path)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "house.docx: this file exists already" in refused.stderr
    assert "add --force to replace it" in refused.stderr
    assert (tmp_path / "house.docx").read_text() == "edited"
    assert engross("house-style", "--write", "house.docx", "--force", cwd=tmp_path).returncode == 0
    assert (tmp_path / "house.docx").read_bytes()[:2] == b"PK"


def test_a_house_style_is_a_word_file_by_its_name(tmp_path: Path) -> None:
    refused = engross("house-style", "--write", "house.doc", cwd=tmp_path)
    assert (refused.returncode, list(tmp_path.iterdir())) == (2, [])
    assert "house.doc: not the name of a Word file; end it in .docx or .dotx" in refused.stderr


def test_what_a_house_style_lacks_is_reported_once_for_all_sources(tmp_path: Path) -> None:
    (tmp_path / "house.dotx").write_bytes(ministry_b())
    paths = [str(source(tmp_path, name)) for name in "abc"]
    command = ["render", *paths, "--to", "docx,txt", "--house-style", "house.dotx"]
    done = engross(*command, cwd=tmp_path)
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 6)
    assert "house.dotx: missing style 'Quote Attribution'; Engross adds its own, based on 'Quote'" in done.stderr
    message = [line for line in done.stderr.splitlines() if line.startswith("house.dotx")]
    assert len(message) == len(set(message)) == 3
    assert engross(*command, "--force", "--quiet", cwd=tmp_path).stderr == ""


def test_nothing_is_written_with_an_invalid_house_style(tmp_path: Path) -> None:
    (tmp_path / "house.docx").write_text("no Word file")
    done = engross("render", source(tmp_path), "--house-style", "house.docx", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("engross: house.docx: not a Word file, or damaged; ")
    assert not (tmp_path / "build").exists()


def test_changes_are_tracked_on_request(tmp_path: Path) -> None:
    for name, options in (("plain", ()), ("tracked", ("--track-changes",))):
        done = engross("render", source(tmp_path), "--to", "docx", "--out", name, *options, cwd=tmp_path)
        assert done.returncode == 0
        with zipfile.ZipFile(tmp_path / name / "a.docx") as copy:
            assert (b"w:trackRevisions" in copy.read("word/settings.xml")) == (name == "tracked")


def test_the_version_and_the_help_with_examples_are_printed(tmp_path: Path) -> None:
    assert re.fullmatch(r"engross \d+\.\d+\.\d+\n", engross("--version", cwd=tmp_path).stdout)
    for command in ([], ["render"], ["check"]):
        done = engross(*command, "--help", cwd=tmp_path)
        assert done.returncode == 0
        assert re.search(r"Examples:\n  engross \w+ source", done.stdout)


def test_the_shell_completes_formats(tmp_path: Path) -> None:
    env = {"_ENGROSS_COMPLETE": "bash_complete", "COMP_WORDS": "engross render a.yaml --to pdf,d", "COMP_CWORD": "4"}
    assert engross_process(cwd=tmp_path, env=env).stdout.split() == ["plain,pdf,docx"]


def test_there_is_a_script_for_the_shells_completion(tmp_path: Path) -> None:
    script = engross_process(cwd=tmp_path, env={"_ENGROSS_COMPLETE": "bash_source"}).stdout
    done = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "_engross_completion" in script


# The Python API


def test_the_python_api_renders_a_source(tmp_path: Path) -> None:
    import render

    declaration = render.load(source(tmp_path))
    assert render.render(declaration, "txt") == b"A title\n=======\n\n  1. One.\n"
    assert render.render(declaration, "pdf", paper="letter").startswith(b"%PDF-1.7")
    with pytest.raises(render.EngrossError, match="unknown format 'odt'"):
        render.render(declaration, "odt")
