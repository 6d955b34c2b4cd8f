"""Plain text: 72 columns as a terminal measures them, and nothing cut to fit."""

from __future__ import annotations

import re

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from wcwidth import wcswidth

from render.write.text import COLUMNS, INDENT, wrap, write_text
from tests.extract import DECLARATION, KITCHEN_SINK, viewed
from tests.sampled import corpus

PLAIN = settings(deadline=None, derandomize=True, database=None, max_examples=50)


def text_of(*nodes: object, language: str = "en") -> str:
    """The text of a declaration with these nodes, without its title."""
    source = yaml.safe_dump({"id": "it", "languages": [language], "title": "T", "body": list(nodes)})
    return write_text(viewed(source)).decode().removeprefix("T\n=\n\n")


def too_long(text: str) -> list[str]:
    """The lines that are too wide, except those of one word, which has no place to break."""
    return [line for line in text.split("\n") if wcswidth(line) > COLUMNS and len(_without_number(line).split(" ")) > 1]


def _without_number(line: str) -> str:
    """A line without the number or bullet that hangs before it."""
    return re.sub(r"^ *(\S{1,8}\.|\(\S{1,5}\)|•|\[\d+\]|<\d+>) +", "", line.strip())


# Width


def test_no_line_is_longer_than_a_terminal_is_wide() -> None:
    for path in (DECLARATION, KITCHEN_SINK):
        assert too_long(write_text(viewed(path)).decode()) == []


def test_no_line_of_any_declaration_is_longer() -> None:
    for sample in corpus():
        assert too_long(write_text(viewed(sample.source)).decode()) == [], sample.source


SCRIPTS = {
    "zh": "双方重申其对和平的承诺并将共同努力加强两国之间的合作关系以促进区域的安全与繁荣发展和人民之间的友谊",
    "ja": "両国は平和への約束を再確認し、二国間の協力関係を強化するために共に努力する。「自由」と「民主主義」を守る。",
    "th": "ทั้งสองประเทศยืนยันความมุ่งมั่นต่อสันติภาพและจะทำงานร่วมกันเพื่อเสริมสร้างความร่วมมือระหว่างกัน",
    "ko": "양국은 평화에 대한 약속을 재확인하고 양국 간의 협력 관계를 강화하기 위하여 함께 노력할 것입니다",
    "lt": "Ą̃žuolas i̇̀r ė́jo į̃ šãlį, kuriõje ū̃kas bùvo tánkus i̇̀r gi̇lùs, õ žmónės gyvẽno taikojè",
    "vi": "Hai nước tái khẳng định cam kết của mình đối với hòa bình và sẽ cùng nhau nỗ lực tăng cường hợp tác",
}


@pytest.mark.parametrize("language", SCRIPTS)
def test_every_script_fills_its_lines_and_loses_no_letter(language: str) -> None:
    words = SCRIPTS[language] * 4 if language in ("zh", "ja", "th") else " ".join([SCRIPTS[language]] * 4)
    lines = wrap(words).split("\n")
    assert len(lines) > 3
    for line in lines:
        assert wcswidth(line) <= COLUMNS
    for line in lines[:-1]:
        assert wcswidth(line) > COLUMNS - 14
    joint = "" if language in ("zh", "ja", "th") else " "
    assert joint.join(lines) == words


def test_no_line_begins_with_closing_punctuation() -> None:
    for start in range(40):
        lines = wrap("一" * start + "「自由、平和。」と、" * 12).split("\n")
        assert not [line for line in lines if line[0] in "、。」"]


def test_a_letter_stays_with_its_marks() -> None:
    for start in range(12):
        lines = wrap("ก" * start + "ที่นี่น้ำผู้" * 20).split("\n")
        assert not [line for line in lines if wcswidth(line[0]) == 0]


@pytest.mark.parametrize("phrase", ["สิทธิมนุษยชน", "ສິດທິມະນຸດ", "လူ့အခွင့်အရေး", "សិទ្ធិមនុស្ស", "ၵၢၼ်သုၼ်ႇလႆႈ"])
def test_a_phrase_in_a_script_without_spaces_is_whole_where_a_line_has_room_for_it(phrase: str) -> None:
    lines = wrap(" ".join([phrase] * 30)).split("\n")
    assert len(lines) > 3
    assert {word for line in lines for word in line.split(" ")} == {phrase}


def test_a_line_ends_after_a_zero_width_space() -> None:
    words = "ꦱꦧꦼꦤ꧀\u200b" * 120
    lines = wrap(words).split("\n")
    assert "".join(lines) == words
    assert len(lines) > 3
    assert {line[-1] for line in lines} == {"\u200b"}


def test_a_line_of_tibetan_ends_after_a_syllable_and_never_before_a_stop() -> None:
    for start in range(8):
        words = "ཀ་" * start + "འགྲོ་བ་མིའི་ཐོབ་ཐང་། " * 20
        lines = wrap(words).split("\n")
        assert len(lines) > 2
        assert {line[-1] for line in lines} <= {"་", "།"}
        assert not [line for line in lines if line[0] in "་།"]


def test_a_no_break_space_is_not_broken() -> None:
    pairs = " ".join(["1\u00a0000\u00a0000"] * 20)
    assert {word for line in wrap(pairs).split("\n") for word in line.split(" ")} == {"1\u00a0000\u00a0000"}


def test_hyphens_and_dashes_do_not_end_lines() -> None:
    words = " ".join(["rules-based", "vis-à-vis", "2022–2030"] * 12)
    assert {word for line in wrap(words).split("\n") for word in line.split(" ")} == set(words.split(" "))


def test_an_unbreakable_word_is_whole_and_alone_on_its_line() -> None:
    long = "https://example.org/" + "a" * 80
    assert wrap(f"See {long} for more").split("\n") == ["See", long, "for more"]


@settings(PLAIN, max_examples=200)
@given(words=st.lists(st.text(st.characters(categories=("L", "N", "P")), min_size=1, max_size=90), max_size=20))
def test_wrapping_changes_only_spaces(words: list[str]) -> None:
    lines = wrap(" ".join(words)).split("\n")
    assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", "".join(words))


@settings(PLAIN, max_examples=500)
@given(
    words=st.lists(st.sampled_from(["a", "in", "word", "agreement", "x" * 13, "y" * 30, "z" * 80]), max_size=14),
    joint=st.sampled_from([" ", "  "]),
    level=st.integers(0, 3),
    first=st.sampled_from(["", "5. ", "   • ", "n" * 30]),
    columns=st.sampled_from([8, 20, COLUMNS]),
)
def test_lines_are_as_full_as_they_can_be(words: list[str], joint: str, level: int, first: str, columns: int) -> None:
    """The expected lines are filled word by word."""
    margin = " " * (INDENT * level)
    lines = [margin[: max(0, len(margin) - len(first))] + first]
    for number, word in enumerate(words):
        if number and len(lines[-1]) + 1 + len(word) > columns:
            lines.append(margin + word)
        else:
            lines[-1] += " " * bool(number) + word
    assert wrap(joint.join(words), level, first, columns) == "\n".join(lines)


# Margins


def test_a_number_hangs_before_its_paragraph() -> None:
    lines = text_of({"id": "one", "text": "word " * 40}).splitlines()
    assert lines[0].startswith("  1. word")
    assert {line[:6] for line in lines[1:]} == {"     w"}


def test_sub_paragraphs_hang_deeper_at_every_level() -> None:
    node: dict[str, object] = {"id": "e", "text": "word " * 30}
    for name in "dcba":
        node = {"id": name, "text": "word " * 30, "body": [node]}
    lines = text_of(node).splitlines()
    assert [line[: line.index("w")] for line in lines if re.match(r" +[\d(]", line)] == [
        "  1. ",
        "     (a)  ",
        "          (i)  ",
        "               (A)  ",
        "                    (1)  ",
    ]
    assert {len(line) - len(line.lstrip()) for line in lines if line.lstrip().startswith("w")} == {5, 10, 15, 20, 25}


def test_bullets_hang_deeper_at_every_level() -> None:
    text = text_of({"list": ["one", {"text": "two", "list": ["three " * 20]}]})
    assert text.splitlines()[:4] == [
        "   • one",
        "   • two",
        "        • " + "three " * 9 + "three",
        "          " + "three " * 9 + "three",
    ]


# Tables


def table(header: list[str], *rows: list[str]) -> str:
    return text_of({"table": "t", "header": header, "rows": list(rows)})


def test_a_narrow_table_is_as_wide_as_its_cells() -> None:
    assert table(["Measure", "Who"], ["Meet", "A and B"], ["Exchange notes", "A"]).splitlines() == [
        "Measure         Who",
        "--------------  -------",
        "Meet            A and B",
        "Exchange notes  A",
    ]


def test_the_widest_column_is_narrowed_first() -> None:
    lines = table(["Measure", "Who"], ["word " * 30, "A and B"]).splitlines()
    assert lines[1] == f"{'-' * 63}  -------"
    assert lines[2].endswith("  A and B")
    assert lines[3].strip() == "word " * 11 + "word"


def test_columns_stay_columns_however_long_a_word_is() -> None:
    long = "incomprehensibilities" * 2
    lines = table(["One", "Two", "Three"], [f"a {long} b", "two " * 12, "three"]).splitlines()
    assert too_long("\n".join(lines)) == []
    assert len({line.find("two") for line in lines if "two" in line}) == 1


def test_a_table_of_many_columns_is_a_list_of_its_cells() -> None:
    header = [f"Column {number}" for number in range(1, 9)]
    lines = table(header, ["a word or two"] * 8, ["another"] * 8).split("\n\n")
    assert lines[0].splitlines() == [f"{name}: a word or two" for name in header]
    assert lines[1].splitlines() == [f"{name}: another" for name in header]


def test_a_table_whose_words_are_too_long_is_a_list_of_its_cells() -> None:
    long = "https://example.org/a-very-long-address"
    assert table(["One", "Two"], [long, long]).splitlines() == [f"One: {long}", f"Two: {long}"]


def test_a_list_of_cells_has_its_header_even_without_rows() -> None:
    header = [f"A column with a long name {number}" for number in range(1, 9)]
    assert table(header).splitlines() == header


def test_wide_letters_take_two_columns_of_a_table() -> None:
    lines = table(["双方", "Who"], ["和平", "A"], ["ab", "B"]).splitlines()
    assert [wcswidth(line[: re.search("[WAB-]", line).start()]) for line in lines if line[0] != "-"] == [6, 6, 6]  # type: ignore[union-attr]


# Boxes


def test_a_box_has_a_bar_at_its_left() -> None:
    lines = text_of(
        {"id": "p", "text": "One.", "body": [{"box": "word " * 30 + "\n\nTwo.", "title": "A box"}]}
    ).splitlines()
    assert lines[2:5] == ["     │ A box", "     │", "     │ " + "word " * 12 + "word"]
    assert lines[-2:] == ["     │", "     │ Two."]
    assert too_long("\n".join(lines)) == []


# Ends of lines and links


def test_the_text_ends_with_one_line_feed_and_no_line_ends_with_a_space() -> None:
    for path in (DECLARATION, KITCHEN_SINK):
        text = write_text(viewed(path)).decode()
        assert text.endswith("\n")
        assert not text.endswith("\n\n")
        assert not re.search(r" $|\t|\r|\n\n\n", text, re.MULTILINE)


def test_links_are_numbered_once_each_and_listed() -> None:
    linked = "[one](https://example.org/1), [two](https://example.org/2), [one again](https://example.org/1)"
    lines = text_of({"id": "p", "text": linked}).splitlines()
    assert lines[0] == "  1. one <1>, two <2>, one again <1>"
    assert lines[-2:] == [" <1> https://example.org/1", " <2> https://example.org/2"]


@pytest.mark.parametrize("words", ["https://example.org/1", "example.org/1"])
def test_a_link_whose_words_are_its_address_has_no_number(words: str) -> None:
    assert text_of({"id": "p", "text": f"See [{words}](https://example.org/1)."}) == f"  1. See {words}.\n"
