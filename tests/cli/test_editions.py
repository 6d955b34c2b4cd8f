"""Editions, extracts and release, as the command makes them; and the wall between overlay and public."""

from __future__ import annotations

import email
import email.policy
import re
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from render.write.formats import FORMATS
from tests.command import engross
from tests.compose.overlays import OVERLAY
from tests.extract import DATA, run, unpacked

ALL = ",".join(FORMATS)
CANARY = "zyxcanaryzyx"
TRACED = """
import sys
opened = open({log!r}, "w")
sys.addaudithook(lambda event, args: event == "open" and isinstance(args[0], str) and opened.write(args[0] + "\\n"))
from render.cli.commands import main
main()
"""


def source(folder: Path, **keys: str) -> Path:
    text = (DATA / "a-b.yaml").read_text("utf-8")
    for key, value in keys.items():
        text = re.sub(rf"^{key}: .*\n", "", text, flags=re.MULTILINE) + f"{key}: {value}\n"
    path = folder / "a-b.yaml"
    path.write_text(text, "utf-8")
    return path


def outputs(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "build").iterdir() if path.is_file())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    source(tmp_path)
    (tmp_path / "a-b.briefing.yaml").write_text(OVERLAY, "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ("", "a-b"),
        ("--edition briefing", "a-b.briefing"),
        ("--edition briefing --with-text", "a-b.briefing-with-text"),
        ("--paragraphs 1-2,4", "a-b.extract-1-2_4"),
        ("--topic trade --topic science", "a-b.topic-trade_science"),
        ("--edition briefing --topic trade", "a-b.briefing.topic-trade"),
    ],
)
def test_no_two_renderings_share_a_name(options: str, name: str, folder: Path) -> None:
    done = engross("render", "a-b.yaml", *options.split(), "--to", "txt,html", cwd=folder)
    assert (done.returncode, outputs(folder)) == (0, [f"{name}.html", f"{name}.txt"]), done.stderr
    again = engross("render", "a-b.yaml", *options.split(), "--to", "txt,html", cwd=folder)
    assert (again.returncode, again.stdout) == (0, "")


def test_a_briefing_is_written_again_when_its_overlay_changes_and_the_declaration_is_not(folder: Path) -> None:
    for edition in ("full", "briefing"):
        engross("render", "a-b.yaml", "--edition", edition, "--to", "txt", cwd=folder)
    (folder / "a-b.briefing.yaml").write_text(OVERLAY.replace("They trade.", "They deal."), "utf-8")
    assert engross("render", "a-b.yaml", "--to", "txt", cwd=folder).stdout == ""
    done = engross("render", "a-b.yaml", "--edition", "briefing", "--to", "txt", "--explain", cwd=folder)
    assert done.stdout == "build/a-b.briefing.txt\n"
    assert "They deal." in (folder / "build" / "a-b.briefing.txt").read_text("utf-8")


def test_without_an_overlay_there_is_no_briefing(tmp_path: Path) -> None:
    source(tmp_path)
    done = engross("render", "a-b.yaml", "--edition", "briefing", cwd=tmp_path)
    assert (done.returncode, "a-b.briefing.yaml: no such file; check the path" in done.stderr) == (1, True)


def test_check_looks_at_overlays_too(folder: Path) -> None:
    (folder / "a-b.briefing.yaml").write_text(OVERLAY.replace("actors: [b]", "actors: [c]"), "utf-8")
    done = engross("check", "a-b.yaml", cwd=folder)
    assert done.returncode == 1
    assert re.search(r"a-b.briefing.yaml:\d+:\d+: unknown party 'c'; choose from a, b", done.stdout)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--public --edition briefing", "a briefing and --topic read the overlay, which is never public"),
        ("--public --topic trade", "a briefing and --topic read the overlay, which is never public"),
        ("--with-text", "--with-text needs a briefing; add --edition briefing"),
        ("--max-marking OFFICIAL", "--max-marking and --as-of need --public; add --public"),
        ("--public --as-of soon", "invalid time 'soon'; write 2022-05-23 or 2022-05-23T12:00:00+01:00"),
    ],
)
def test_impossible_options_are_refused_before_anything_is_written(options: str, message: str, folder: Path) -> None:
    done = engross("render", "a-b.yaml", *options.split(), cwd=folder)
    assert (done.returncode, message in done.stderr, (folder / "build").exists()) == (2, True, False), done.stderr


def test_what_may_not_be_published_is_refused_with_its_place_even_if_it_was_rendered_before(tmp_path: Path) -> None:
    source(tmp_path, marking="OFFICIAL", embargo="2025-03-01T12:00:00+01:00", status="draft")
    assert engross("render", "a-b.yaml", "--to", "txt", cwd=tmp_path).returncode == 0
    done = engross("render", "a-b.yaml", "--to", "txt", "--public", "--as-of", "2025-01-01", cwd=tmp_path)
    assert done.returncode == 1
    for message in (
        "marked OFFICIAL, so not",
        "under embargo until 2025-03-01T12:00:00+01:00",
        "status 'draft', so not",
    ):
        assert re.search(rf"^a-b.yaml:\d+:\d+: {re.escape(message)}", done.stderr, re.MULTILINE), done.stderr


def test_what_may_be_published_is_the_full_edition(tmp_path: Path) -> None:
    source(tmp_path, marking="OFFICIAL", embargo="2025-03-01T12:00:00+01:00")
    options = ["--public", "--max-marking", "OFFICIAL", "--as-of", "2025-03-01T11:00:00Z"]
    done = engross("render", "a-b.yaml", "--to", "txt", *options, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "build/a-b.txt\n"), done.stderr


# The wall


def overlay_of_canaries() -> str:
    """An overlay that has a canary in every text."""
    words = r"(title|prepared_for|prepared_by|action|gist|question|owner|author): (\"?)"
    text = re.sub(words, rf"\1: \2{CANARY} ", OVERLAY)
    for old in ("A and B agree", "A and B will meet", "One paragraph", "The host", "Trade,", "We look", "B has"):
        text = text.replace(old, f"{CANARY} {old}")
    return text.replace("text: canary", f"text: {CANARY}").replace("lines: [canary]", f"lines: [{CANARY}]")


def content(path: Path) -> bytes:
    """All that is in a file, unpacked."""
    data = path.read_bytes()
    if path.suffix == ".docx":
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return b"".join(archive.read(name) for name in archive.namelist())
    if path.suffix == ".eml":
        parts = email.message_from_bytes(data, policy=email.policy.default).walk()
        return data + b"".join(bytes(part.get_payload(decode=True) or b"") for part in parts)
    return unpacked(data) + run(["pdftotext", "-", "-"], data) if path.suffix == ".pdf" else data


def test_a_public_run_neither_opens_nor_shows_an_overlay(folder: Path, tmp_path: Path) -> None:
    overlay = overlay_of_canaries()
    assert overlay.count(CANARY) > 15
    (folder / "a-b.briefing.yaml").write_text(overlay, "utf-8")
    log = tmp_path / "opened.txt"
    program = TRACED.format(log=str(log))
    command = ["render", "a-b.yaml", "--public", "--jobs", "1", "--to", ALL, "--attach-pdf"]
    subprocess.run([sys.executable, "-c", program, *command], cwd=folder, check=True, capture_output=True)
    opened = log.read_text("utf-8").splitlines()
    assert any(path.endswith("a-b.yaml") for path in opened)
    assert [path for path in opened if "briefing" in Path(path).name and path.endswith(".yaml")] == []
    files = [folder / "build" / name for name in outputs(folder)]
    assert [path.suffix for path in files] == [".docx", ".eml", ".html", ".md", ".pdf", ".txt"]
    assert [path.name for path in files if CANARY.encode() in content(path)] == []


def test_the_canaries_would_be_seen(folder: Path) -> None:
    (folder / "a-b.briefing.yaml").write_text(overlay_of_canaries(), "utf-8")
    done = engross("render", "a-b.yaml", "--edition", "briefing", "--to", ALL, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert len(outputs(folder)) == len(FORMATS)
    assert [name for name in outputs(folder) if CANARY.encode() not in content(folder / "build" / name)] == []


def test_what_is_internal_is_in_no_file_but_for_notes_in_the_word_briefing(folder: Path) -> None:
    overlay = OVERLAY.replace("text: canary", f"text: {CANARY}").replace("author: canary", f"author: by-{CANARY}")
    (folder / "a-b.briefing.yaml").write_text(overlay.replace("[canary]", f"[line-{CANARY}]"), "utf-8")
    briefings = ("--edition briefing", "--edition briefing --with-text", "--edition briefing --topic trade")
    for options in (*briefings, "", "--topic trade", "--paragraphs 3", "--public"):
        done = engross("render", "a-b.yaml", *options.split(), "--to", ALL, "--attach-pdf", cwd=folder)
        assert done.returncode == 0, done.stderr
    telling = [name for name in outputs(folder) if CANARY.encode() in content(folder / "build" / name)]
    assert telling == ["a-b.briefing-with-text.docx", "a-b.briefing.docx", "a-b.briefing.topic-trade.docx"]
    assert not [name for name in telling if b"line-" + CANARY.encode() in content(folder / "build" / name)]
    for form in ("table", "csv", "json"):
        assert CANARY not in engross("commitments", "a-b.yaml", "--to", form, cwd=folder).stdout


@pytest.mark.parametrize("suffix", list(FORMATS))
def test_the_higher_marking_is_on_the_briefing(suffix: str, folder: Path) -> None:
    source(folder, marking="OFFICIAL")
    high = "marking: {level: OFFICIAL-SENSITIVE, handling: RECIPIENTS ONLY}\n"
    (folder / "a-b.briefing.yaml").write_text(OVERLAY.lstrip() + high, "utf-8")
    engross("render", "a-b.yaml", "--edition", "briefing", "--to", suffix, cwd=folder)
    text = content(folder / "build" / f"a-b.briefing.{suffix}").decode("utf-8", "replace")
    assert "OFFICIAL-SENSITIVE – RECIPIENTS ONLY" in text


GUARDED = "OFFICIAL-SENSITIVE – RECIPIENTS <ONLY>, A & B"
TELLING = {
    "pdf": [
        "/Keywords",
        f"<pdf:Keywords>{escape(GUARDED)}, Draft</pdf:Keywords>",
        f"<dcterms:accessRights>{escape(GUARDED)}</dcterms:accessRights>",
    ],
    "docx": [
        f"<cp:keywords>{escape(GUARDED)}, Draft</cp:keywords>",
        f'name="EngrossMarking"><vt:lpwstr>{escape(GUARDED)}<',
        "<cp:contentStatus>draft<",
    ],
    "html": [
        f'<meta name="keywords" content="{escape(GUARDED)}, Draft">',
        f'<meta name="dcterms.accessRights" content="{escape(GUARDED)}">',
    ],
    "txt": [f"{GUARDED}\n\nBriefing", f"\n\n{GUARDED}\n"],
    "md": [
        f"**{GUARDED.replace('<', chr(92) + '<')}**\n\nBriefing",
        f"\n\n**{GUARDED.replace('<', chr(92) + '<')}**\n",
    ],
    "eml": [
        f'<meta name="dcterms.accessRights" content="{escape(GUARDED)}">',
        f"Keywords: {GUARDED}, Draft",
        f"Subject: [{GUARDED}] Draft: Briefing: ",
    ],
}
"""Where a format's file says in its properties how it is to be guarded, and that it is a draft; text has none."""


@pytest.mark.parametrize("suffix", list(FORMATS))
def test_the_properties_of_every_file_have_the_protective_marking(suffix: str, folder: Path) -> None:
    source(folder, marking="OFFICIAL", status="draft")
    high = 'marking: {level: OFFICIAL-SENSITIVE, handling: "RECIPIENTS <ONLY>, A & B"}\n'
    (folder / "a-b.briefing.yaml").write_text(OVERLAY.lstrip() + high, "utf-8")
    engross("render", "a-b.yaml", "--edition", "briefing", "--to", suffix, cwd=folder)
    path = folder / "build" / f"a-b.briefing.draft.{suffix}"
    text = content(path).decode("utf-8", "replace")
    if suffix == "eml":
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        text += "".join(f"{name}: {value}\n" for name, value in message.items())
    assert [words for words in TELLING[suffix] if words not in text] == []


@pytest.mark.parametrize("suffix", list(FORMATS))
def test_without_a_marking_no_file_has_one(suffix: str, folder: Path) -> None:
    engross("render", "a-b.yaml", "--edition", "briefing", "--to", suffix, cwd=folder)
    text = content(folder / "build" / f"a-b.briefing.{suffix}").decode("utf-8", "replace")
    assert not re.search("keywords|accessrights|EngrossMarking", text, re.IGNORECASE)


# The register, the schemas, and sources to begin from


def test_the_register_lists_the_requested_commitments(folder: Path) -> None:
    table = engross("commitments", "a-b.yaml", "--actor", "b", "--due-by", "2026-12-31", cwd=folder)
    assert (table.returncode, "Publish a guide (planned, by 2026-06-01)" in table.stdout) == (0, True)
    assert "Open archives" not in table.stdout
    assert engross("commitments", "a-b.yaml", "--topic", "none", cwd=folder).stdout == "no commitments\n"
    assert engross("commitments", "a-b.yaml", "--to", "csv", cwd=folder).stdout.startswith("\ufeffdeclaration,")


def test_a_new_source_is_valid_and_replaces_no_file(tmp_path: Path) -> None:
    done = engross("new", "b-c", "--briefing", cwd=tmp_path)
    assert sorted(done.stdout.split()) == [
        f"source/{name}"
        for name in ("b-c.briefing.yaml", "b-c.yaml", "briefing.schema.json", "declaration.schema.json")
    ]
    assert engross("check", "source", cwd=tmp_path).stdout == ""
    assert engross("render", "source", "--edition", "briefing", "--with-text", cwd=tmp_path).returncode == 0
    again = engross("new", "b-c", cwd=tmp_path)
    assert (again.returncode, "exists already" in again.stderr) == (2, True)
    assert engross("new", "B C", cwd=tmp_path).returncode == 2
