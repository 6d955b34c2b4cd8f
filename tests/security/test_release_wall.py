"""What keeps a text from the public: its marking, its status, and the names and places of its outputs."""

from __future__ import annotations

import datetime
import json
import re
import shutil
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
import yaml

from render.check.release import Release, refusals
from render.model.agreed_types import AGREED_TYPES
from render.model.declaration import Declaration
from render.model.markings import SCHEMES, highest
from render.read.reader import read_bytes
from render.resources import TEMPLATES
from render.view.options import ViewOptions
from tests.cli.test_editions import content, outputs, source
from tests.command import ROOT, CommandResult, engross
from tests.compose.overlays import OVERLAY

REPORT_SCHEMA = json.loads((ROOT / "render" / "batch" / "report.schema.json").read_text("utf-8"))

NOON = datetime.datetime.fromisoformat("2025-03-01T12:00:00+01:00")


def declaration(languages: Sequence[str] = ("en",), **keys: object) -> Declaration:
    """A signed declaration, except for `keys`."""
    title = dict.fromkeys(languages, "T")
    known = {"id": "a-b", "title": title, "languages": list(languages), "status": "signed", "body": []}
    return read_bytes(yaml.safe_dump(known | keys, sort_keys=False).encode(), "a-b.yaml", Path()).declaration


def refused(found: Declaration, up_to: str | None = None) -> list[str]:
    """Why a declaration isn't for the public."""
    return [f"{finding.what}; {finding.hint}" for finding in refusals(found, Release(NOON, up_to))]


# The marking

KNOWN_LEVELS = [level for scheme in SCHEMES for level in scheme]


@pytest.mark.parametrize("level", KNOWN_LEVELS)
def test_no_scheme_in_a_source_lowers_a_known_level(level: str) -> None:
    for limit in KNOWN_LEVELS:
        if limit != level:
            plain, schemed = {"level": level}, {"level": level, "scheme": [level, limit]}
            assert bool(refused(declaration(marking=schemed), limit)) is bool(
                refused(declaration(marking=plain), limit)
            )


@pytest.mark.parametrize("level", ["top secret", "Top  Secret", "TOP-SECRET", "TOP_SECRET", "**TOP SECRET**"])
def test_another_spelling_of_a_known_level_is_that_level(level: str) -> None:
    for scheme in ([level, "OFFICIAL"], [level.upper(), level, "OFFICIAL"], [level, "OPEN"]):
        found = declaration(marking={"level": level, "scheme": scheme})
        assert refused(found, "OFFICIAL")
        assert refused(found, "OPEN")
        assert not refused(found, "TOP SECRET")


def test_no_scheme_in_a_source_puts_a_level_of_its_own_below_a_known_one() -> None:
    assert refused(declaration(marking={"level": "HOUSE ONLY", "scheme": ["HOUSE ONLY", "OFFICIAL"]}), "OFFICIAL")
    assert not refused(declaration(marking={"level": "OPEN", "scheme": ["OPEN", "HOUSE ONLY"]}), "HOUSE ONLY")


def test_a_level_may_not_be_twice_in_a_scheme_to_count_as_the_lower() -> None:
    assert refused(declaration(marking={"level": "CLOSED", "scheme": ["CLOSED", "OPEN", "CLOSED"]}), "OPEN")


def test_levels_of_a_scheme_that_differ_in_a_sign_alone_are_two_levels() -> None:
    scheme = ["C", "C+", "C++"]
    assert refused(declaration(marking={"level": "C++", "scheme": scheme}), "C+")
    assert not refused(declaration(marking={"level": "C", "scheme": scheme}), "C+")


def test_the_handling_that_completes_a_known_level_counts() -> None:
    assert refused(declaration(marking={"level": "OFFICIAL", "handling": "SENSITIVE"}), "OFFICIAL")
    assert refused(declaration(marking={"level": "TLP:AMBER", "handling": "+STRICT"}), "TLP:AMBER")
    assert not refused(declaration(marking={"level": "OFFICIAL", "handling": "RECIPIENTS ONLY"}), "OFFICIAL")


@pytest.mark.parametrize("languages", [["en", "lt"], ["lt", "en"]])
def test_the_marking_counts_in_every_language(languages: list[str]) -> None:
    levels = {"en": "OFFICIAL", "lt": "TOP SECRET"}
    found = declaration(languages=languages, marking={"level": {language: levels[language] for language in languages}})
    assert refused(found, "OFFICIAL") == [
        f"marked {' and '.join(levels[language] for language in languages)}, so not for publication; "
        "--max-marking allows no marking above OFFICIAL"
    ]
    assert not refused(found, "TOP SECRET")


def test_a_level_that_no_scheme_has_in_one_language_is_not_published() -> None:
    found = declaration(languages=["en", "lt"], marking={"level": {"en": "OFFICIAL", "lt": "VIDAUS"}})
    assert "marked OFFICIAL and VIDAUS, so not for publication" in refused(found, "OFFICIAL")[0]


def test_a_page_shows_the_marking_that_is_higher_in_every_language() -> None:
    one = declaration(languages=["en", "lt"], marking={"level": {"en": "SECRET", "lt": "OFFICIAL"}}).marking
    other = declaration(languages=["en", "lt"], marking="OFFICIAL-SENSITIVE").marking
    assert one and other
    assert highest((one, other)) == (one, other)


def test_a_scheme_in_a_source_hides_no_marking_of_a_page() -> None:
    known = declaration(marking={"level": "TOP SECRET", "scheme": ["TOP SECRET", "OFFICIAL"]}).marking
    low = declaration(marking={"level": "OFFICIAL", "scheme": ["TOP SECRET", "OFFICIAL"]}).marking
    assert known and low
    assert highest((low, known)) == highest((known, low)) == (known,)


# The status

AGREED = {
    "en": ["Communiqué", "Joint communique", "Joint Statement", "Conclusions", "Policy paper"],
    "fr": ["Communiqué conjoint", "Conclusions"],
    "de": ["Kommuniqué", "Schlussfolgerungen"],
    "lt": ["Komunikatas", "Bendras pareiškimas", "Išvados"],
}
"""Types of text that nobody signs."""
SIGNED = {
    "en": [
        "Restatement of the Treaty",
        "Treaty and statement",
        "Joint statement and agreement",
        "Agreement in conclusions",
        "Policy papers treaty",
        "Joint declaration",
        "Memorandum",
    ],
    "fr": ["Accord et conclusions", "Traité", "Déclaration commune"],
    "de": ["Vertrag", "Gemeinsame Erklärung"],
    "lt": ["Sutartis", "Bendro pareiškimo sutartis"],
}


@pytest.mark.parametrize("language", AGREED)
def test_a_text_of_a_type_that_nobody_signs_may_go_out_once_agreed(language: str) -> None:
    for type_ in AGREED[language]:
        for spelling in (type_, type_.upper(), f"*{type_}*"):
            assert not refused(declaration([language], status="agreed", type={language: spelling})), spelling


@pytest.mark.parametrize("language", SIGNED)
def test_words_in_the_type_of_a_signed_text_do_not_let_it_out_before_it_is_signed(language: str) -> None:
    for type_ in SIGNED[language]:
        assert refused(declaration([language], status="agreed", type={language: type_})), type_


def test_the_type_counts_in_every_language_that_has_labels() -> None:
    for languages in (["en", "lt"], ["lt", "en"]):
        statement = declaration(languages, status="agreed", type={"en": "Joint statement", "lt": "Bendras pareiškimas"})
        treaty = declaration(languages, status="agreed", type={"en": "Joint statement", "lt": "Sutartis"})
        assert (bool(refused(statement)), bool(refused(treaty))) == (False, True)
    assert not refused(declaration(["uk", "en"], status="agreed", type={"uk": "Заява", "en": "Statement"}))
    assert not refused(declaration(["en-GB"], status="agreed", type="Statement"))
    assert refused(declaration(["uk"], status="agreed", type="Statement"))


def test_every_language_that_has_labels_has_types() -> None:
    assert set(AGREED_TYPES) == {path.stem for path in (TEMPLATES / "locale").glob("*.json")}


# The report


def test_the_report_records_what_the_release_was_checked_against(tmp_path: Path) -> None:
    source(tmp_path)
    options = ["--to", "txt", "--report", "r.json", "--report", "r.xml"]
    public = ["--public", "--as-of", "2025-03-01T12:00:00+01:00", "--max-marking", "OFFICIAL"]
    assert engross("render", "a-b.yaml", *options, *public, cwd=tmp_path).returncode == 0
    report = json.loads((tmp_path / "r.json").read_text("utf-8"))
    checked = {"as_of": "2025-03-01T11:00:00+00:00", "max_marking": "OFFICIAL"}
    assert report["release"] == {"public": True, **checked}
    properties = ElementTree.parse(tmp_path / "r.xml").getroot().iter("property")
    assert {found.get("name"): found.get("value") for found in properties} == checked
    jsonschema.validate(report, REPORT_SCHEMA)
    engross("render", "a-b.yaml", *options, "--public", cwd=tmp_path)
    now = json.loads((tmp_path / "r.json").read_text("utf-8"))["release"]
    assert datetime.datetime.fromisoformat(now["as_of"]).tzinfo and now["max_marking"] == ""
    engross("render", "a-b.yaml", *options, cwd=tmp_path)
    internal = json.loads((tmp_path / "r.json").read_text("utf-8"))
    assert internal["release"] == {"public": False, "as_of": "", "max_marking": ""}
    jsonschema.validate(internal, REPORT_SCHEMA)


# The names of outputs

PARTS = [
    "russia",
    "trade",
    "1",
    "4-8",
    "4.1",
    "4-1",
    "a b",
    "a-b",
    "a_b",
    "Russia",
    "2 bis",
    "2-bis",
    "ž",
    "š",
    "x" * 300,
]


def selections() -> Iterator[ViewOptions]:
    """Choices of paragraphs, of topics, and of both."""
    some = [part for size in (1, 2) for part in permutations(PARTS, size)]
    yield from (ViewOptions(paragraphs=",".join(parts)) for parts in some)
    yield from (ViewOptions(topics=parts) for parts in some)
    yield from (ViewOptions(paragraphs=one, topics=(other,)) for one, other in permutations(PARTS, 2))


@pytest.mark.parametrize("edition", ["full", "briefing"])
def test_no_two_selections_share_a_name_even_if_a_disk_ignores_case(edition: str) -> None:
    names: dict[str, ViewOptions] = {}
    for selection in selections():
        options = replace(selection, edition=edition)
        for languages, language, state in ((["en"], "en", ""), (["en"], "en", "draft"), (["en", "lt"], "lt", "draft")):
            name = options.stem("a-b", languages, language, state)
            assert names.setdefault(unicodedata.normalize("NFKC", name).casefold(), options) == options
            assert re.fullmatch(r"[A-Za-z0-9._-]{1,200}", name), name


def test_a_topic_and_a_paragraph_of_one_name_are_two_files(tmp_path: Path) -> None:
    source(tmp_path)
    (tmp_path / "a-b.briefing.yaml").write_text(OVERLAY, "utf-8")
    for options, name in (
        (["--topic", "trade"], "topic-trade"),
        (["--paragraphs", "trade"], "extract-trade"),
        (["--paragraphs", "trade", "--topic", "trade"], "extract-trade.topic-trade"),
    ):
        done = engross("render", "a-b.yaml", "--to", "txt", *options, cwd=tmp_path)
        assert done.stdout == f"build/a-b.{name}.txt\n", done.stderr


# Withdrawn texts


def published(folder: Path, *options: str, **keys: str) -> list[str]:
    """Publish the source in all formats, and return the names of the files."""
    source(folder, **keys)
    done = engross("render", "a-b.yaml", "--public", "--to", "txt,html,docx,eml", *options, cwd=folder)
    assert done.returncode == 0, done.stderr
    return outputs(folder)


def public(folder: Path, *options: str) -> CommandResult:
    return engross("render", "a-b.yaml", "--public", "--to", "txt", *options, cwd=folder)


WITHDRAWALS = [{"marking": "SECRET"}, {"embargo": "2999-01-01T00:00:00Z"}, {"status": "draft"}]


@pytest.mark.parametrize("keys", WITHDRAWALS, ids=lambda keys: next(iter(keys)))
def test_a_withdrawn_text_is_named_and_the_run_fails_until_it_is_gone(keys: dict[str, str], tmp_path: Path) -> None:
    names = published(tmp_path)
    source(tmp_path, **keys)
    for _ in range(2):
        done = public(tmp_path, "--report", "r.json", "--report", "r.xml")
        assert (done.returncode, outputs(tmp_path)) == (1, names)
        for name in names:
            said = f"build/{name}: its source may not be published; add --prune to remove this file, or move it away"
            assert said in done.stderr.splitlines()
            assert said in (tmp_path / "r.xml").read_text("utf-8")
        report = json.loads((tmp_path / "r.json").read_text("utf-8"))
        jsonschema.validate(report, REPORT_SCHEMA)
        withdrawn = report["documents"][0]["withdrawn"]
        assert [(output["path"], output["removed"]) for output in withdrawn] == [
            (f"build/{name}", False) for name in names
        ]
    done = public(tmp_path, "--prune", "--log-format", "json")
    document = json.loads(done.stderr.splitlines()[0])
    assert [(output["path"], output["removed"]) for output in document["withdrawn"]] == [
        (f"build/{name}", True) for name in names
    ]
    assert (done.returncode, outputs(tmp_path)) == (1, [])
    again = public(tmp_path)
    assert (again.returncode, "build/" in again.stderr) == (1, False)


def test_what_a_source_published_under_another_id_and_in_another_language_goes_too(tmp_path: Path) -> None:
    published(tmp_path)
    text = (tmp_path / "a-b.yaml").read_text("utf-8")
    (tmp_path / "a-b.yaml").write_text(text.replace("id: a-b\n", "id: c-d\n") + "marking: SECRET\n", "utf-8")
    assert public(tmp_path, "--prune").returncode == 1
    assert outputs(tmp_path) == []


def test_an_extract_and_what_was_internal_in_the_public_folder_go_too(tmp_path: Path) -> None:
    published(tmp_path, "--paragraphs", "1-2")
    (tmp_path / "a-b.briefing.yaml").write_text(OVERLAY, "utf-8")
    engross("render", "a-b.yaml", "--edition", "briefing", "--to", "txt", cwd=tmp_path)
    source(tmp_path, marking="SECRET")
    assert len(outputs(tmp_path)) == 5
    assert public(tmp_path, "--prune").returncode == 1
    assert outputs(tmp_path) == []


def test_a_withdrawn_text_is_found_without_the_build_database(tmp_path: Path) -> None:
    names = published(tmp_path)
    shutil.rmtree(tmp_path / "build" / ".engross")
    source(tmp_path, status="draft")
    done = public(tmp_path)
    assert [name for name in names if f"build/{name}: its source may not be published" not in done.stderr] == []
    public(tmp_path, "--prune")
    assert outputs(tmp_path) == []


def test_a_withdrawn_text_is_found_although_its_source_has_other_errors(tmp_path: Path) -> None:
    published(tmp_path)
    path = source(tmp_path, marking="SECRET")
    path.write_text(path.read_text("utf-8").replace("[](#goods)", "[](#none)"), "utf-8")
    done = public(tmp_path, "--prune")
    assert "unknown paragraph 'none'" in done.stderr
    assert "marked SECRET, so not for publication" in done.stderr
    assert outputs(tmp_path) == []


def test_a_withdrawn_copy_that_was_edited_is_named_and_kept(tmp_path: Path) -> None:
    published(tmp_path)
    with (tmp_path / "build" / "a-b.docx").open("ab") as file:
        file.write(b"edited")
    source(tmp_path, marking="SECRET")
    done = public(tmp_path, "--prune")
    assert (done.returncode, outputs(tmp_path)) == (1, ["a-b.docx"])
    assert "build/a-b.docx: edited since Engross wrote it, and therefore kept" in done.stderr
    public(tmp_path, "--prune", "--force")
    assert outputs(tmp_path) == []


def test_only_the_files_of_the_withdrawn_source_go(tmp_path: Path) -> None:
    published(tmp_path)
    other = (tmp_path / "a-b.yaml").read_text("utf-8").replace("id: a-b\n", "id: c-d\n")
    (tmp_path / "c-d.yaml").write_text(other, "utf-8")
    source(tmp_path, marking="SECRET")
    options = ["--public", "--to", "txt", "--prune", "--jobs", "2"]
    done = engross("render", "a-b.yaml", "c-d.yaml", *options, cwd=tmp_path)
    assert (done.returncode, outputs(tmp_path)) == (1, ["c-d.txt"])
    (tmp_path / "c-d.yaml").write_text(other.replace("id: c-d\n", "id: a-b\n"), "utf-8")
    assert engross("render", "c-d.yaml", *options, cwd=tmp_path).returncode == 0
    assert engross("render", "a-b.yaml", *options, cwd=tmp_path).returncode == 1
    assert outputs(tmp_path) == ["a-b.txt"]


def test_of_the_texts_from_the_standard_input_only_the_withdrawn_one_goes(tmp_path: Path) -> None:
    text = source(tmp_path).read_text("utf-8")
    options = ["render", "-", "--public", "--to", "txt", "--prune"]
    for id_ in ("a-b", "c-d"):
        engross(*options, cwd=tmp_path, input=text.replace("id: a-b\n", f"id: {id_}\n"))
    assert outputs(tmp_path) == ["a-b.txt", "c-d.txt"]
    engross(*options, cwd=tmp_path, input=text + "marking: SECRET\n")
    assert outputs(tmp_path) == ["c-d.txt"]


def test_a_withdrawn_text_is_removed_before_a_run_stops_at_its_first_failure(tmp_path: Path) -> None:
    published(tmp_path)
    source(tmp_path, marking="SECRET")
    assert public(tmp_path, "--prune", "--fail-fast").returncode == 1
    assert outputs(tmp_path) == []


def test_an_internal_run_withdraws_nothing(tmp_path: Path) -> None:
    names = published(tmp_path)
    source(tmp_path, marking="SECRET")
    assert engross("render", "a-b.yaml", "--to", "txt", "--prune", cwd=tmp_path).returncode == 0
    assert outputs(tmp_path) == names


# What is never printed

SECRET_SOURCE = """\
  # zeus
--- # zeus
id: a-b
title: T
languages: [en]  # zeus
status: signed
parties:
  - {id: a, name: Zeus of A}
  - {id: b, name: "Zeus, \\"of\\" B"} # zeus
  - id: c
    name: Zeus
      of C  # zeus
  - id: d
    name: | # zeus
      Zeus of D

      zeus

  - name: 'Zeus
      of E'
    id: e
body:
  - {id: p, text: A text with 50 % and a \'#\'.}
... # zeus
# zeus
"""


def test_no_file_holds_what_is_never_printed(tmp_path: Path) -> None:
    (tmp_path / "a-b.yaml").write_text(SECRET_SOURCE, "utf-8")
    options = ["--public", "--pdf-source", "--to", "pdf,docx,html,txt,md,eml"]
    done = engross("render", "a-b.yaml", *options, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert [name for name in outputs(tmp_path) if b"zeus" in content(tmp_path / "build" / name).lower()] == []


def test_the_source_for_publication_is_the_source_except_for_the_names_of_parties() -> None:
    read = read_bytes(SECRET_SOURCE.encode(), "a-b.yaml", Path()).declaration
    published = read.source.for_publication()
    parties = tuple(replace(party, name=party.id) for party in read.parties)
    assert read_bytes(published, "a-b.yaml", Path()).declaration == replace(read, parties=parties)
    assert published.decode().splitlines()[:2] == ["---", "id: a-b"]
    assert b"zeus" not in published.lower()
