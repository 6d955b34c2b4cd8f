"""Every fault is a sentence: no traceback, no escape sequence, no forged line, no password."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from shutil import copy
from xml.etree import ElementTree

import pytest

from render.batch.build_db import BuildDb, KnownSource
from render.cli.commitments import as_csv
from render.compose.commitments import CommitmentEntry
from render.errors import UsageError
from render.output.store import store_at
from render.printable import json_text, printable
from tests.command import ROOT, CommandResult, engross, engross_process

SOURCE = "id: {id}\ntitle: A title\nlanguages: [en]\nbody: [{{id: one, text: '{text}'}}]\n"
UGLY = "\x1b[31mred\nengross: all is well\r\x9b2J\u202e.yaml"


def write(folder: Path, name: str, text: str = "") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text or SOURCE.format(id="a", text="One."))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, "source/a.yaml")
    return tmp_path


def assert_sentence(done: CommandResult, code: int, said: str) -> None:
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr


# A sentence


def test_a_picture_whose_name_has_a_line_end_is_refused_with_its_place(folder: Path) -> None:
    for name in ("a\\nb.png", "a\\u2028b.png", "a\\x85b.png", "a\\x1bb.png"):
        copy(ROOT / "tests" / "data" / "chart.png", folder / "source" / name.encode().decode("unicode_escape"))
        source = f'id: b\ntitle: B\nlanguages: [en]\nbody: [{{image: "{name}", decorative: true}}]\n'
        write(folder, "source/b.yaml", source)
        done = engross("render", "source/b.yaml", "--to", "eml", cwd=folder)
        assert_sentence(done, 1, "source/b.yaml:4:16: ")
        said = "has a control character or a line end; give the file another name"
        assert (said in done.stderr) == (name == "a\\nb.png")  # others are in no text at all


def test_a_source_whose_name_is_not_unicode_is_reported_and_remembered(folder: Path) -> None:
    write(folder, "source/b\udcff.yaml", SOURCE.format(id="b", text="One."))
    write(folder, "source/c\udcfe.yaml", "id: c\n")
    arguments = ("render", "source", "--to", "txt", "--report", "r.json", "--report", "r.xml")
    done = engross(*arguments, cwd=folder)
    assert (done.returncode, "source/c\\xfe.yaml:1:1: " in done.stderr) == (1, True)
    again = engross(*arguments, "--explain", cwd=folder)
    assert (again.stdout, "2 up to date" in again.stderr, "build database" in again.stderr) == ("", True, False)
    report = json.loads((folder / "r.json").read_text("utf-8"))
    assert {document["source"] for document in report["documents"]} == {
        "source/a.yaml",
        "source/b\udcff.yaml",
        "source/c\udcfe.yaml",
    }
    ElementTree.parse(folder / "r.xml")
    (folder / "source" / "b\udcff.yaml").unlink()
    assert "build/b.txt: removed" in engross(*arguments, "--prune", cwd=folder).stderr


def test_the_build_database_keeps_names_that_are_not_unicode(tmp_path: Path) -> None:
    source = KnownSource("b\udcff.yaml", False, "0", "b", "", ("en",), ("en",), (("p\udcff.png", "1"),), ())
    with BuildDb(tmp_path) as build_db:
        build_db.record(source, [], {})
        assert build_db.known_source("b\udcff.yaml") == source
        assert build_db.error == ""


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "10000-01-01"])
def test_a_moment_outside_the_calendar_is_an_invalid_value(folder: Path, moment: str) -> None:
    assert_sentence(engross("render", "source", "--as-of", moment, cwd=folder), 2, f"invalid time '{moment}'")


@pytest.mark.parametrize("embargo", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_an_embargo_at_the_end_of_the_calendar_can_be_compared(folder: Path, embargo: str) -> None:
    write(folder, "source/b.yaml", f"embargo: {embargo}\nstatus: signed\n" + SOURCE.format(id="b", text="One."))
    done = engross("render", "source/b.yaml", "--to", "txt", "--public", cwd=folder)
    assert (done.returncode, "Traceback" in done.stderr) in ((0, False), (1, False))


@pytest.mark.parametrize(
    "variables",
    [
        {"AWS_ENDPOINT_URL": "notaurl"},
        {"AWS_ENDPOINT_URL": "http://[::1"},
        {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_DEFAULT_REGION": "no region"},
        {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_PROFILE": "missing"},
        {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_CONFIG_FILE": "source/a.yaml"},
        {"AWS_ENDPOINT_URL": "http://somebody:secret@127.0.0.1:9"},
        {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "HTTP_PROXY": "http://somebody:secret@127.0.0.1:9"},
    ],
)
def test_an_object_store_that_cannot_be_used_is_one_line(folder: Path, variables: dict[str, str]) -> None:
    keys = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "XDG_STATE_HOME": str(folder)}
    limits = {"AWS_MAX_ATTEMPTS": "1"}
    done = engross_process("render", "source", "--out", "s3://bucket", cwd=folder, env=keys | limits | variables)
    assert (done.returncode, len(done.stderr.splitlines()), "secret" in done.stderr) == (1, 1, False), done.stderr
    assert done.stderr.startswith("engross: s3://bucket: ")


def test_a_scheduler_whose_certificates_are_missing_is_one_line(folder: Path) -> None:
    for url in ("tls://127.0.0.1:9", "wss://127.0.0.1:9", "ucx://127.0.0.1:9"):
        done = engross_process("render", "source", "--to", "txt", "--scheduler", url, cwd=folder)
        assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done.stderr
        assert ("certificates" in done.stderr) == (not url.startswith("ucx"))


def test_a_list_with_nul_characters_names_its_lines(folder: Path) -> None:
    (folder / "list").write_bytes(b"source/a.yaml\nb\0.yaml\nc\n\0\n")
    done = engross("render", "--from-file", "list", cwd=folder)
    assert done.returncode == 2
    assert [line.split(" this line")[0] for line in done.stderr.splitlines()] == [
        "engross: list:2:",
        "engross: list:4:",
    ]


@pytest.mark.parametrize("command", ["render", "check", "commitments"])
@pytest.mark.parametrize("path", ["x" * 5000, "x/" * 5000 + "*.yaml", "a**b/*.yaml", "[", "source/**x", "\udcff*"])
def test_a_path_that_cannot_be_is_a_sentence(folder: Path, command: str, path: str) -> None:
    done = engross(command, path, cwd=folder)
    assert done.returncode in (0, 1, 2)
    assert (folder / "build").exists() is False or command == "render"


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ('{% filter attr("x") %}a{% endfilter %}', "text/page.txt.j2: "),
        ('{{ "a" * 99999999999 }}', "out of memory"),
        ("{{ 1 / 0 }}", "text/page.txt.j2:1: division by zero"),
    ],
)
def test_a_fault_in_a_template_is_a_sentence(folder: Path, template: str, said: str) -> None:
    write(folder, "house/text/page.txt.j2", template)
    done = engross("render", "source/a.yaml", "--to", "txt", "--templates", folder / "house", cwd=folder)
    assert_sentence(done, 1, said)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ('{{ "{}".format(1) }}', "1"),
        ('{{ "{:>4}|{x}".format("a", x=2) }}', "   a|2"),
        ('{{ "{a}".format_map({"a": 3}) }}', "3"),
    ],
)
def test_format_works_in_templates(folder: Path, template: str, text: str) -> None:
    write(folder, "house/text/page.txt.j2", template)
    done = engross("render", "source/a.yaml", "--to", "txt", "--templates", folder / "house", cwd=folder)
    assert (done.stderr, (folder / "build" / "a.txt").read_text()) == ("", f"{text}\n")


def test_format_reads_nothing_private(folder: Path) -> None:
    write(folder, "house/text/page.txt.j2", '{{ "{0.__class__}".format(1) }}')
    done = engross("render", "source/a.yaml", "--to", "txt", "--templates", folder / "house", cwd=folder)
    assert_sentence(done, 1, "unsafe")


# Printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb", "a\\nb"),
        ("\x1b[2J\x9b\x7f\x00\t", "\\x1b[2J\\x9b\\x7f\\x00\\t"),
        ("\u202eabc\u2066\u2028", "\\u202eabc\\u2066\\u2028"),
        ("b\udcff\ud800", "b\\xff\\ud800"),
        ("Žemaitė عربي 中文 👩‍🚀", "Žemaitė عربي 中文 👩‍🚀"),
        ("see https://me:pa@ss@host/x and s3:/key:secret@bucket", "see https://***@host/x and s3:/***@bucket"),
        ("https://example.org/@name and a@b.org", "https://example.org/@name and a@b.org"),
    ],
)
def test_a_message_is_printable(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_json_is_printable_and_means_the_same() -> None:
    text = json_text({UGLY: ["b\udcff", "Žemaitė"]}, indent=1)
    assert printable(text.replace("\n", "")) == text.replace("\n", "")
    assert "Žemaitė" in text
    assert json.loads(text) == {UGLY: ["b\udcff", "Žemaitė"]}


@pytest.mark.parametrize("command", ["render", "check", "commitments"])
def test_file_names_reach_the_terminal_printable(folder: Path, command: str) -> None:
    write(folder, f"source/{UGLY}", "id: b\n")
    write(folder, f"source/{UGLY.removesuffix('.yaml')}.briefing.yaml", "id: b\n")
    for options in ([], ["--log-format", "json", "--report", "r.json"] if command == "render" else []):
        done = engross(command, "source", *options, cwd=folder)
        assert done.returncode == 1
        assert "red" in done.output
        assert all(line == printable(line) for line in done.output.split("\n"))
        assert not any(line.startswith("engross: all is well") for line in done.output.splitlines())
    if command == "render":
        assert printable((folder / "r.json").read_text().replace("\n", "")) == (
            (folder / "r.json").read_text().replace("\n", "")
        )


@pytest.mark.parametrize(
    "arguments",
    [
        ["render", UGLY],
        ["render", f"--{UGLY}"],
        ["render", "source", "--templates", UGLY],
        ["render", "source", "--house-style", UGLY],
        ["render", "source", "--config", UGLY],
        ["render", "source", "--out", "nowhere://" + UGLY],
        ["render", "source", "--to", UGLY],
        ["render", "source", "--report", UGLY],
        ["render", "--from-file", UGLY],
        ["check", f"{UGLY}*"],
        ["new", UGLY],
        ["house-style", "--write", UGLY],
        ["schema", UGLY],
        [UGLY],
    ],
)
def test_what_is_quoted_of_a_command_line_is_printable(folder: Path, arguments: list[str]) -> None:
    done = engross(*arguments, cwd=folder)
    assert done.returncode in (1, 2)
    assert "\x1b" not in done.output
    assert not any(line.startswith("engross: all is well") for line in done.output.splitlines())


def test_a_configuration_file_cannot_forge_a_line(folder: Path) -> None:
    write(folder, "engross.toml", '"a\\nengross: all is well\\u001b" = 1\n')
    done = engross("render", "source", cwd=folder)
    assert "\x1b" not in done.stderr
    assert not any(line.startswith("engross: all is well") for line in done.stderr.splitlines())


# Credentials


@pytest.mark.parametrize(
    "arguments",
    [
        ["render", "source", "--out", "s3://me:secret@bucket/x"],
        ["render", "source", "--out", "s3://bucket/x?signature=secret"],
        ["render", "source", "--out", "https://me:secret@host/x"],
        ["render", "source", "--out", "https://host/x?signature=secret"],
        ["render", "source", "--scheduler", "tcp://me:secret@127.0.0.1:9"],
        ["render", "source", "--scheduler", "http://me:secret@127.0.0.1:9"],
        ["render", "--from-file", "https://me:secret@host/list"],
        ["render", "https://me:secret@host/a.yaml"],
        ["check", "https://me:secret@host/a.yaml"],
        ["render", "source", "--templates", "https://me:secret@host/x"],
        ["render", "source", "--house-style", "https://me:secret@host/x.dotx"],
    ],
)
@pytest.mark.parametrize("log", ["text", "json"])
def test_credentials_are_never_echoed(folder: Path, arguments: list[str], log: str) -> None:
    options = ["--log-format", log, "--report", "r.json", "--report", "r.xml"] if arguments[0] == "render" else []
    done = engross(*arguments, *options, cwd=folder)
    reports = [path.read_text() for path in folder.glob("r.*")]
    assert done.returncode in (1, 2)
    assert not any("secret" in text for text in (done.output, *reports))


def test_a_bucket_has_no_credentials_in_its_url() -> None:
    with pytest.raises(UsageError, match="AWS_ACCESS_KEY_ID"):
        store_at("s3://key:secret@bucket/x")


# CSV


ENTRY = CommitmentEntry(
    declaration="a-b",
    title="A",
    commitment="act",
    actors=("a",),
    who=("A",),
    action="Act",
    due=date(2026, 1, 1),
    status="open",
    owner="",
    topics=(),
    paragraph="one",
    number="1",
    sentence="A will act.",
    link="",
)


def cells(separator: str, **values: object) -> list[str]:
    table = as_csv([replace(ENTRY, **values)])  # type: ignore[arg-type]  # any field
    rows = csv.reader(io.StringIO(table.removeprefix("\ufeff"), newline=""), delimiter=separator)
    return [cell for row in rows for cell in row]


@pytest.mark.parametrize("first", "=+-@＝＋－＠\t\r")
@pytest.mark.parametrize("place", ["{}1+1", " {}1+1", "words; {}1+1", "words;{}1+1", "words\n{}1+1"])
@pytest.mark.parametrize("separator", [",", ";"])
def test_no_cell_begins_a_formula(first: str, place: str, separator: str) -> None:
    for cell in cells(separator, owner=place.format(first)):
        assert cell.lstrip(' "')[:1] not in tuple("=+-@＝＋－＠")


def test_other_cells_are_as_they_are() -> None:
    assert {"A; B-C", "1 + 1 = 2", "a@b.org"} <= set(cells(",", who=("A", "B-C"), owner="1 + 1 = 2", action="a@b.org"))
