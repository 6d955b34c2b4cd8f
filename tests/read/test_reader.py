"""Bytes → Declaration: files and values. `cases/problems.md` shows the messages."""

from __future__ import annotations

import datetime
import pickle
from hashlib import sha256
from pathlib import Path

import pytest

from render.errors import SourceError
from render.model import declaration as model
from render.model.declaration import Declaration
from render.model.inline import Text
from render.model.localized_text import LocalizedText
from render.read.reader import read, read_bytes, read_file
from tests.read.sources import DATA, HEAD, declaration, problems

# Files


def test_a_source_is_read_from_its_file() -> None:
    source = read(DATA / "kitchen-sink.yaml")
    assert source.declaration.id == "kitchen-sink"
    assert source.tree.file == str(DATA / "kitchen-sink.yaml")


def test_a_declaration_knows_its_file() -> None:
    data = b"\xef\xbb\xbf# Draft.\r\n" + f"{HEAD}body: []  # empty".encode()
    source = read_bytes(data, "x.yaml", DATA).declaration.source
    assert (source.data, source.sha256) == (data, sha256(data).hexdigest())
    assert source.for_publication() == f"{HEAD}body: []".encode()


def test_a_declaration_without_a_file_has_an_empty_one() -> None:
    source = Declaration(id="draft", title=LocalizedText({}), languages=(), body=()).source
    assert (source.data, source.sha256, source.for_publication()) == (b"", "", b"")


def test_a_declaration_can_be_pickled_with_its_file() -> None:
    original = read(DATA / "kitchen-sink.yaml").declaration
    other = pickle.loads(pickle.dumps(original))
    assert (other, other.source) == (original, original.source)


def test_pictures_are_looked_for_beside_the_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    images = [
        node for _, node in model.walk(read(DATA / "kitchen-sink.yaml").declaration) if isinstance(node, model.Image)
    ]
    assert [image.image.name for image in images] == ["chart.png", "rule.png"]


def problem_of(path: Path) -> str:
    with pytest.raises(SourceError) as caught:
        read(path)
    return str(caught.value)


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    assert problem_of(path) == f"{path}: no such file; check the path"


def test_a_folder_is_reported_as_a_folder(tmp_path: Path) -> None:
    assert problem_of(tmp_path) == f"{tmp_path}: this is a folder; name a source in it"


def test_a_file_that_cannot_be_opened_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    path = tmp_path / "x.yaml"
    monkeypatch.setattr(Path, "stat", refuse)
    assert problem_of(path) == f"{path}: can't read the file (Permission denied); check its permissions"


def test_the_errors_text_is_its_problems_one_a_line() -> None:
    with pytest.raises(SourceError) as caught:
        read_bytes(b"id: A\nbody: b\n", "x.yaml", DATA)
    assert str(caught.value).split("\n") == [str(problem) for problem in caught.value.problems]
    assert len(caught.value.problems) == 4


# How many problems


def test_only_the_first_thousand_problems_are_reported() -> None:
    found = problems(HEAD + "body:\n" + "  - words\n" * 3000)
    assert [problem.split(":")[1] for problem in found] == [str(line) for line in range(5, 1005)]


def test_a_value_with_a_problem_gets_no_second_one() -> None:
    found = problems(HEAD + "publication: *office\nbody:\n  - {id: first, text: words #1}\n  - &a {id: B}\n")
    assert [problem.split("; ")[0] for problem in found] == [
        "x.yaml:4:14: the YAML alias *office isn't allowed",
        "x.yaml:6:23: ' #' begins a comment, so '#1}' isn't part of this value",
    ]


def test_an_alias_is_an_error_with_its_place_beside_every_other() -> None:
    found = problems("id: A\ntitle: &t A declaration\nshort_title: *t\nlanguages: [en]\nbody: b\n")
    assert [problem.split(": ")[0] for problem in found] == ["x.yaml:1:5", "x.yaml:2:8", "x.yaml:3:14", "x.yaml:5:7"]


# Values


def test_text_is_kept_as_it_is_written() -> None:
    found = declaration("id: no\ntitle: NO\nlanguages: [no]\nbody:\n  - {id: yes, number: 1.10, text: 22:30}\n")
    (paragraph,) = found.body
    assert isinstance(paragraph, model.Paragraph)
    assert (found.id, found.title.plain("no"), found.languages) == ("no", "NO", ("no",))
    assert (paragraph.id, paragraph.number, paragraph.text.plain("no")) == ("yes", "1.10", "22:30")


def test_quotation_marks_dashes_and_spaces_are_not_corrected() -> None:
    text = "\"a\" 'b' “c” -- --- ... (c) 1/2 \u00a0 x\u2011y e\u0301 \ufb01 \u00ad² Å"
    found = declaration(f"{HEAD}testimonium: |\n  {text}\nbody: []\n")
    assert found.testimonium
    assert found.testimonium.plain("en") == text


def test_what_is_not_given_has_its_default() -> None:
    assert declaration(HEAD + "body: []\n") == Declaration(
        id="draft",
        title=LocalizedText({"en": ((Text("A declaration"),),)}),
        languages=("en",),
        body=(),
    )


def test_dates_and_booleans_are_read() -> None:
    found = declaration(
        HEAD + "publication: {published: 2024-02-29, changes: [{date: 2024-03-01, note: words}]}\n"
        "signed: {text: C, place: C, date: 0001-01-01}\n"
        "body:\n  - {image: chart.png, decorative: true}\n  - {image: chart.png, decorative: false, alternative: a}\n"
    )
    assert found.publication
    assert found.publication.published == datetime.date(2024, 2, 29)
    assert found.publication.changes[0].date == datetime.date(2024, 3, 1)
    assert found.signed
    assert found.signed.date == datetime.date(1, 1, 1)
    assert [node.decorative for node in found.body if isinstance(node, model.Image)] == [True, False]


@pytest.mark.parametrize("day", ["2024-02-30", "2023-02-29", "2024-13-01", "0000-01-01", "2024-00-10"])
def test_a_day_must_be_one_of_the_calendar(day: str) -> None:
    found = problems(f"{HEAD}publication: {{published: '{day}'}}\nbody: []\n")
    assert found == [f"x.yaml:4:26: {day!r} isn't a day of the calendar; check the year, the month and the day"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("23 May 2022", "2022-05-23"),
        ("Monday, 23rd of May 2022", "2022-05-23"),
        ("May 23, 2022", "2022-05-23"),
        ("1 sept. 2022", "2022-09-01"),
        ("  3  june  2022 ", "2022-06-03"),
        ("23.05.2022", "2022-05-23"),
        ("3.4.2022", "2022-04-03"),
        ("23/05/2022", "2022-05-23"),
        ("05/23/2022", "2022-05-23"),
        ("4/4/2022", "2022-04-04"),
        ("23-05-2022", "2022-05-23"),
        ("2022/5/3", "2022-05-03"),
        ("2024-2-9", "2024-02-09"),
        ("2024.02.09", "2024-02-09"),
        ("20240229", "2024-02-29"),
        ("2024-02-29 ", "2024-02-29"),
    ],
)
def test_a_date_in_another_form_is_given_in_the_right_one(written: str, meant: str) -> None:
    found = problems(f"{HEAD}publication: {{published: '{written}'}}\nbody: []\n")
    assert found == [f"x.yaml:4:26: {written!r} isn't in date form; write {meant}"]


@pytest.mark.parametrize(
    "written",
    [
        *("3/4/2022", "03-04-2022", "31.02.2022", "29 February 2023", "13.13.2022", "2022112", "May 2022", "2022"),
        *("23 Mai 2022", "23 ma 2022", "2024-W09-4", "２０２４-02-29", "soon"),
    ],
)
def test_no_date_is_guessed(written: str) -> None:
    found = problems(f"{HEAD}publication: {{published: '{written}'}}\nbody: []\n")
    assert found == [f"x.yaml:4:26: {written!r} isn't in date form; write year, month and day as 2022-05-23"]


def test_a_moment_in_another_form_is_given_in_the_right_one() -> None:
    found = problems(f"{HEAD}embargo: 2022-05-23 12:00+01:00\nbody: []\n")
    assert found == [
        "x.yaml:4:10: '2022-05-23 12:00+01:00' isn't in date and time form; write 2022-05-23T12:00:00+01:00"
    ]


def test_a_moment_is_not_guessed() -> None:
    found = problems(f"{HEAD}embargo: noon\nbody: []\n")
    hint = "write date, time and offset from UTC as 2022-05-23T12:00:00+01:00"
    assert found == [f"x.yaml:4:10: 'noon' isn't in date and time form; {hint}"]


@pytest.mark.parametrize("tag", ["en", "lt", "zh-Hans", "sr-Latn-RS", "pt-BR", "es-419", "haw", "uk-Cyrl-UA"])
def test_language_tags_have_a_language_a_script_and_a_region(tag: str) -> None:
    assert declaration(f"id: draft\ntitle: words\nlanguages: [{tag}]\nbody: []\n").languages == (tag,)


@pytest.mark.parametrize("tag", ["e", "engl", "en-GB-x", "x-klingon", "../en", "en\u0435"])
def test_any_other_language_tag_is_invalid(tag: str) -> None:
    found = problems(f"id: draft\ntitle: words\nlanguages: [{tag}]\nbody: []\n")
    assert found == [f"x.yaml:3:13: invalid language tag {tag!r}; write a BCP 47 tag such as en, lt or zh-Hans"]


@pytest.mark.parametrize(
    ("written", "tag"),
    [("EN", "en"), ("en_GB", "en-GB"), ("en-gb", "en-GB"), ("zh-hans", "zh-Hans"), ("ES_419", "es-419")],
)
def test_a_tag_in_another_form_is_given_in_the_right_one(written: str, tag: str) -> None:
    found = problems(f"id: draft\ntitle: words\nlanguages: [{written}]\nbody: []\n")
    assert found == [f"x.yaml:3:13: invalid language tag {written!r}; write {tag}"]


@pytest.mark.parametrize("name", ["../x", "a/b", "a.b", "A", "a b", "-a", "a-", "a--b", "1a", "ą", "a\u0301", "con "])
def test_an_id_can_not_lead_out_of_a_folder_or_be_two_names_at_once(name: str) -> None:
    found = problems(f"id: '{name}'\ntitle: words\nlanguages: [en]\nbody: []\n")
    assert [problem.split("; ")[0] for problem in found] == [f"x.yaml:1:5: invalid id {name!r}"]


def test_an_id_has_eighty_characters_at_the_most() -> None:
    assert declaration(f"id: {'a' * 80}\ntitle: words\nlanguages: [en]\nbody: []\n").id == "a" * 80
    found = problems(f"id: {'a' * 81}\ntitle: words\nlanguages: [en]\nbody: []\n")
    assert found == ["x.yaml:1:5: an id of 81 characters; use at most 80"]


def test_an_address_may_be_plain_or_secure_and_nothing_else() -> None:
    assert declaration(HEAD + "publication: {url: http://example.org/a?b=c#d}\nbody: []\n").publication
    found = problems(HEAD + "publication: {url: 'javascript:alert(1)'}\nbody: []\n")
    assert found == ["x.yaml:4:20: invalid web address 'javascript:alert(1)'; begin with https://"]


@pytest.mark.parametrize("value", ["a" * 70, "a" * 60 + " b"])
def test_a_long_value_is_quoted_to_its_sixtieth_letter(value: str) -> None:
    (problem,) = problems(f"{HEAD}publication: {{published: {value}}}\nbody: []\n")
    assert problem == f"x.yaml:4:26: '{'a' * 60}…' isn't in date form; write year, month and day as 2022-05-23"


def test_a_file_that_nobody_named_may_not_be_a_link_out_of_its_folder(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "secret").write_text("x")
    link = tmp_path / "folder" / "a.yaml"
    link.symlink_to("../secret")
    with pytest.raises(SourceError) as caught:
        read_file(link, link.parent)
    what = f"this file is a link that leads out of the folder {link.parent}"
    assert str(caught.value) == f"{link}: {what}; put the file itself there"
