"""Bytes → Declaration: files, languages, pictures and values. `cases/problems.md` shows the messages."""

from __future__ import annotations

import datetime
import os
import pickle
import struct
import zlib
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageFile

from render.errors import SourceError
from render.model import declaration as model
from render.model.declaration import Declaration
from render.model.inline import Text
from render.model.localized_text import LocalizedText
from render.read.localized_text import UNSPACED
from render.read.pictures import MAX_PICTURE
from render.read.reader import read, read_bytes, read_file

DATA = Path(__file__).parent / "data"
HEAD = "id: draft\ntitle: A declaration\nlanguages: [en]\n"


def declaration(source: str, folder: Path = DATA) -> Declaration:
    return read_bytes(source.encode(), "x.yaml", folder).declaration


def problems(source: str, folder: Path = DATA) -> list[str]:
    with pytest.raises(SourceError) as caught:
        read_bytes(source.encode(), "x.yaml", folder)
    return [str(problem) for problem in caught.value.problems]


# Files


def test_a_source_is_read_from_its_file() -> None:
    source = read(DATA / "kitchen-sink.yaml")
    assert source.declaration.id == "kitchen-sink"
    assert source.tree.file == str(DATA / "kitchen-sink.yaml")


def test_a_declaration_knows_its_file() -> None:
    data = b"\xef\xbb\xbf# Draft.\r\n" + f"{HEAD}body: []  # empty".encode()
    source = read_bytes(data, "x.yaml", DATA).declaration.source
    assert (source.data, source.sha256) == (data, sha256(data).hexdigest())
    assert source.without_comments() == f"{HEAD}body: []".encode()


def test_a_declaration_without_a_file_has_an_empty_one() -> None:
    source = Declaration(id="draft", title=LocalizedText({}), languages=(), body=()).source
    assert (source.data, source.sha256, source.without_comments()) == (b"", "", b"")


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


def said_of(path: Path) -> str:
    with pytest.raises(SourceError) as caught:
        read(path)
    return str(caught.value)


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    assert said_of(path) == f"{path}: no such file; check the path"


def test_a_folder_is_said_to_be_one(tmp_path: Path) -> None:
    assert said_of(tmp_path) == f"{tmp_path}: this is a folder; name a source in it"


def test_a_file_that_can_not_be_opened_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    path = tmp_path / "x.yaml"
    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert said_of(path) == f"{path}: can't read the file (Permission denied); check its permissions"


def test_the_errors_text_is_its_problems_one_a_line() -> None:
    with pytest.raises(SourceError) as caught:
        read_bytes(b"id: A\nbody: b\n", "x.yaml", DATA)
    assert str(caught.value).split("\n") == [str(problem) for problem in caught.value.problems]
    assert len(caught.value.problems) == 4


# How many problems


def test_no_more_than_a_thousand_faults_are_said_from_the_first_on() -> None:
    found = problems(HEAD + "body:\n" + "  - words\n" * 3000)
    assert [problem.split(":")[1] for problem in found] == [str(line) for line in range(5, 1005)]


def test_what_has_a_problem_already_has_no_echo() -> None:
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


def test_days_and_truths_are_read() -> None:
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
def test_whatever_else_looks_like_a_tag_is_none(tag: str) -> None:
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


# Texts


def paragraphs(source: str, language: str = "en") -> list[str]:
    testimonium = declaration(
        f"id: draft\ntitle: words\nlanguages: [{language}]\ntestimonium: {source}\nbody: []\n"
    ).testimonium
    assert testimonium
    return testimonium.plain(language).split("\n\n")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("|\n  one\n  two\n\n  three", ["one two", "three"]),
        ("|\n\n\n  one\n\n   \n\n  two\n\n", ["one", "two"]),
        ("|\n  one\n    two\n   three", ["one two three"]),
        (">\n  one\n  two\n\n  three\n", ["one two three"]),
        ("one\n  two", ["one two"]),
        ('"one\\n\\ntwo\\nthree"', ["one", "two three"]),
        ("'one\n\n  two\n\n\n  three'", ["one two", "three"]),
        ('"one\\n\\u2003\\ntwo"', ["one", "two"]),
    ],
)
def test_empty_lines_divide_paragraphs_and_lines_join(source: str, expected: list[str]) -> None:
    assert paragraphs(source) == expected


@pytest.mark.parametrize("language", ["zh", "zh-Hans", "ja", "th", "lo", "km", "my"])
def test_lines_join_with_nothing_in_languages_without_spaces(language: str) -> None:
    assert paragraphs("|\n  甲方同意。\n  乙方*也*\n  同意。\n\n  完。\n", language) == [
        "甲方同意。乙方也同意。",
        "完。",
    ]


@pytest.mark.parametrize("language", ["en", "lt", "ko", "ar", "vi", "bo"])
def test_lines_join_with_a_space_in_all_others(language: str) -> None:
    assert language not in UNSPACED
    assert paragraphs("|\n  one\n  two\n", language) == ["one two"]


def test_each_version_joins_its_lines_in_its_own_way() -> None:
    found = declaration(
        "id: draft\ntitle:\n  en: |\n    one\n    two\n  zh: |\n    甲\n    乙\nlanguages: [en, zh]\nbody: []\n"
    )
    assert [found.title.plain(language) for language in found.languages] == ["one two", "甲乙"]


# Several languages


def test_names_may_be_one_for_all_languages_or_one_in_each() -> None:
    found = declaration(
        "id: draft\ntitle: {en: A declaration, lt: Deklaracija}\nlanguages: [en, lt]\nmarking: OFFICIAL\n"
        "publication: {organisation: {name: Office}}\nrights: {copyright: {en: A, lt: B}}\n"
        "signed: {text: {en: 'C, 1 May', lt: 'C, gegužės 1 d.'}}\n"
        "signatories:\n  - {name: Anna A, title: {en: Minister, lt: Ministrė}, on_behalf: For A}\n"
        "body:\n  - {table: t, header: [{en: a, lt: b}, '1'], rows: [['2', {en: c, lt: d}]]}\n"
    )
    assert found.marking
    assert [found.marking.level.plain(language) for language in found.languages] == ["OFFICIAL", "OFFICIAL"]
    (signatory,) = found.signatories
    assert [signatory.name.plain(language) for language in found.languages] == ["Anna A", "Anna A"]
    assert signatory.title
    assert [signatory.title.plain(language) for language in found.languages] == ["Minister", "Ministrė"]
    (table,) = found.body
    assert isinstance(table, model.Table)
    assert [cell.plain("lt") for cell in (*table.header, *table.rows[0])] == ["b", "1", "2", "d"]


def test_one_language_may_be_named_with_its_text_or_left_out() -> None:
    assert declaration("id: draft\ntitle: {en: words}\nlanguages: [en]\nbody: []\n").title.plain("en") == "words"


def test_languages_stand_in_the_order_of_the_source() -> None:
    source = "id: draft\ntitle: {en: a, lt: b, fr: c}\nlanguages: [lt, fr, en]\nbody: []\n"
    assert declaration(source).languages == ("lt", "fr", "en")


def in_languages(count: int) -> str:
    """A source in as many languages, with a name that all share."""
    tags = [f"{first}{second}" for first in "abcdefghijklmnopqrstuvwxyz" for second in "bcdef"][:count]
    title = ", ".join(f"{tag}: words" for tag in tags)
    return f"id: draft\nlanguages: [{', '.join(tags)}]\ntitle: {{{title}}}\nmarking: OFFICIAL\nbody: []\n"


def test_a_declaration_has_a_hundred_languages_at_the_most() -> None:
    assert len(declaration(in_languages(100)).languages) == 100
    assert problems(in_languages(101))[0] == "x.yaml:2:12: a list of 101 items; write at most 100"


def test_a_name_that_languages_share_is_held_once() -> None:
    marking = declaration(in_languages(100)).marking
    assert marking
    assert len({id(version) for version in marking.level.versions.values()}) == 1


def test_a_language_that_could_be_no_tag_is_not_asked_for() -> None:
    found = problems('id: draft\ntitle: {lt: words}\nlanguages: ["lt\\n", lt]\ntype: words\nbody: []\n')
    assert found == ["x.yaml:3:13: invalid language tag 'lt\\n'; write a BCP 47 tag such as en, lt or zh-Hans"]


def test_a_language_with_a_tag_in_another_form_is_asked_for() -> None:
    found = problems("id: draft\ntitle: {EN: words}\nlanguages: [EN]\nbody: []\n")
    assert found == ["x.yaml:3:13: invalid language tag 'EN'; write en"]


def test_a_source_without_languages_says_so_and_its_texts_are_read_nevertheless() -> None:
    found = problems("id: draft\ntitle: words\ntype: ''\nbody: []\n")
    assert found == [
        "x.yaml:1:1: missing key 'languages'; add it to this declaration",
        "x.yaml:3:7: empty text; write the text, or remove the key",
    ]


# Pictures


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int = 4, height: int = 4, *extra: bytes) -> bytes:
    """A PNG with as much of a picture as its header promises, but never more than 100 rows."""
    rows = (b"\0" + b"\xff" * 3 * width) * min(height, 100)
    chunks = [chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)), *extra]
    chunks += [chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def dots(horizontal: int, vertical: int) -> bytes:
    """The chunk that says how many dots a metre has."""
    return chunk(b"pHYs", struct.pack(">IIB", horizontal, vertical, 1))


def picture(folder: Path, name: str = "a.png") -> model.Image:
    (image,) = declaration(f"{HEAD}body:\n  - {{image: '{name}', decorative: true}}\n", folder).body
    assert isinstance(image, model.Image)
    return image


def picture_problem(folder: Path, name: str = "a.png") -> str:
    (problem,) = problems(f"{HEAD}body:\n  - {{image: '{name}', decorative: true}}\n", folder)
    place, _, problem = problem.partition(": ")
    assert place == "x.yaml:5:13"
    return problem


def test_a_picture_is_read_with_its_size(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(96, 48))
    found = picture(tmp_path).image
    assert (found.name, found.data, found.media_type) == ("a.png", png(96, 48), "image/png")
    assert found.pixels == (96, 48)
    assert found.millimetres == pytest.approx((25.4, 12.7))


def test_the_size_of_a_picture_is_that_of_its_dots(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(100, 100, dots(10_000, 5_000)))
    assert picture(tmp_path).image.millimetres == pytest.approx((10, 20))


@pytest.mark.parametrize("metre", [(0, 0), (1, 1), (2**32 - 1, 2**32 - 1)])
def test_dots_that_can_not_be_meant_are_passed_over(tmp_path: Path, metre: tuple[int, int]) -> None:
    (tmp_path / "a.png").write_bytes(png(96, 96, dots(*metre)))
    assert picture(tmp_path).image.millimetres == pytest.approx((25.4, 25.4))


def test_a_jpeg_is_a_picture_whatever_it_is_called(tmp_path: Path) -> None:
    data = BytesIO()
    Image.new("RGB", (8, 8)).save(data, "JPEG", dpi=(72, 72))
    (tmp_path / "a.png").write_bytes(data.getvalue())
    found = picture(tmp_path).image
    assert (found.media_type, found.pixels) == ("image/jpeg", (8, 8))
    assert found.millimetres == pytest.approx((8 / 72 * 25.4, 8 / 72 * 25.4))


def test_a_picture_may_lie_in_a_folder_below(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.png").write_bytes(png())
    assert picture(tmp_path, "pictures/../pictures/a.png").image.pixels == (4, 4)


def test_a_picture_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    what = "can't read the picture 'a.png' (No such file or directory)"
    assert picture_problem(tmp_path) == f"{what}; put the file into the folder of the source, or below it"


@pytest.mark.parametrize(
    "name", ["../a.png", "below/../../a.png", "{outside}/a.png", "link.png", "below/a.png", "/dev/zero"]
)
def test_no_picture_outside_the_sources_folder_is_read(tmp_path: Path, name: str) -> None:
    outside, folder = tmp_path, tmp_path / "folder"
    folder.mkdir()
    (outside / "a.png").write_bytes(png())
    (folder / "link.png").symlink_to(outside / "a.png")
    (folder / "below").symlink_to(outside)
    name = name.format(outside=outside)
    assert picture_problem(folder, name).endswith(
        "is outside the folder of the source; put the file into that folder, or below it"
    )


def test_a_link_to_a_picture_in_the_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "b.png").write_bytes(png())
    (tmp_path / "a.png").symlink_to("b.png")
    assert picture(tmp_path).image.pixels == (4, 4)


def test_the_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.png").write_bytes(png())
    (tmp_path / "link").symlink_to("folder")
    assert picture(tmp_path / "link").image.pixels == (4, 4)


def test_links_that_lead_in_a_circle_are_said_so(tmp_path: Path) -> None:
    (tmp_path / "a.png").symlink_to("b.png")
    (tmp_path / "b.png").symlink_to("a.png")
    assert "can't read the picture 'a.png' (Too many levels of symbolic links)" in picture_problem(tmp_path)


@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_what_is_no_file_is_no_picture_and_is_not_waited_for(tmp_path: Path, kind: str) -> None:
    if kind == "folder":
        (tmp_path / "a.png").mkdir()
    else:
        os.mkfifo(tmp_path / "a.png")
    assert picture_problem(tmp_path) == "the picture 'a.png' isn't a file; name a PNG or JPEG file"


def saved(kind: str) -> bytes:
    data = BytesIO()
    Image.radial_gradient("L").save(data, kind)
    return data.getvalue()


JPEG = saved("JPEG")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        saved("GIF"),
        png()[:20],
        (DATA / "chart.png").read_bytes()[:400],
        JPEG[: len(JPEG) // 2],
        png(0, 0),
        png(4, 4, chunk(b"zTXt", b"k\0\0" + zlib.compress(b"a" * 70_000_000))),
        b"\xff\xd8\xff\xe0",
    ],
    ids=["empty", "text", "SVG", "GIF", "only a head", "cut PNG", "cut JPEG", "no pixels", "text bomb", "only a mark"],
)
def test_a_file_that_is_not_a_whole_png_or_jpeg_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.png").write_bytes(data)
    assert picture_problem(tmp_path) == "'a.png' isn't a complete PNG or JPEG picture; save it again as PNG or JPEG"


def test_a_cut_picture_is_refused_where_weasyprint_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as WeasyPrint sets it
    (tmp_path / "a.png").write_bytes((DATA / "chart.png").read_bytes()[:400])
    assert "isn't a complete PNG or JPEG picture" in picture_problem(tmp_path)
    assert ImageFile.LOAD_TRUNCATED_IMAGES


@pytest.mark.parametrize("side", [7072, 10_000, 60_000])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_read(tmp_path: Path, side: int) -> None:
    (tmp_path / "a.png").write_bytes(png(side, side))
    assert picture_problem(tmp_path) == "the picture 'a.png' has more than 50,000,000 pixels; reduce its size"


def test_a_picture_file_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "a.png").open("wb") as file:
        file.truncate(MAX_PICTURE + 1)
    what = "the picture 'a.png' has 20,971,521 bytes"
    assert picture_problem(tmp_path) == f"{what}; the maximum is 20,971,520: reduce its size"


def test_a_picture_that_is_named_often_is_held_once(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png())
    first, second = declaration(HEAD + "body:\n" + "  - {image: a.png, decorative: true}\n" * 2, tmp_path).body
    assert isinstance(first, model.Image)
    assert isinstance(second, model.Image)
    assert first.image is second.image


def test_a_file_that_nobody_named_may_not_be_a_link_out_of_its_folder(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "secret").write_text("x")
    link = tmp_path / "folder" / "a.yaml"
    link.symlink_to("../secret")
    with pytest.raises(SourceError) as caught:
        read_file(link, link.parent)
    what = f"this file is a link that leads out of the folder {link.parent}"
    assert str(caught.value) == f"{link}: {what}; put the file itself there"
