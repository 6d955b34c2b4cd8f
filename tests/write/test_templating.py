"""Templates: a macro for every kind, a user's templates before the default ones, and nothing that could do harm."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from render.compose.edition import compose
from render.errors import TemplateError
from render.pipeline import load
from render.resources import TEMPLATES
from render.view.blocks import View
from render.write import html, markdown, text
from render.write.docx import writer
from render.write.templating import KINDS, fill
from render.write.theme import Theme

SINK = Path(__file__).parents[1] / "data" / "kitchen-sink.yaml"
CHAINS = {
    "html": html.MACROS,
    "print": html.PRINT_MACROS,
    "docx": writer.MACROS,
    "text": text.MACROS,
    "md": markdown.MACROS,
}
HOSTILE = '<script>alert(1)</script> & "quotes" ]]> {{ view }} {% raw %}'


@pytest.fixture(scope="module")
def view() -> View:
    return compose(load(SINK), "en")


def view_with_text(view: View, words: str, tmp_path: Path) -> View:
    source = tmp_path / "x.yaml"
    source.write_text(f"id: x\nlanguages: [en]\ntitle: {words!r}\nbody: [{{id: one, text: {words!r}}}]\n")
    return compose(load(source), "en")


@pytest.mark.parametrize("chain", CHAINS)
def test_every_kind_of_block_and_inline_has_its_macro(chain: str) -> None:
    parser = ImmutableSandboxedEnvironment()
    macros = {
        macro.name
        for name in CHAINS[chain]
        for macro in parser.parse((TEMPLATES / name).read_text("utf-8")).find_all(nodes.Macro)
    }
    assert set(KINDS.values()) - macros == set()


def test_a_missing_macro_is_an_error_that_names_it(view: View) -> None:
    with pytest.raises(TemplateError, match=r"html/inlines\.html\.j2: no macro for .*masthead.*; add one for each"):
        fill("html/page.html.j2", html.MACROS[:1], view, None)


def test_a_user_can_override_a_single_macro(view: View, tmp_path: Path) -> None:
    for name, suffix in (
        ("html/blocks.html.j2", "html"),
        ("docx/blocks.xml.j2", "docx"),
        ("text/blocks.txt.j2", "txt"),
        ("md/blocks.md.j2", "md"),
    ):
        own = tmp_path / suffix / name
        own.parent.mkdir(parents=True)
        own.write_text("{% macro signatures(b) %}{% endmacro %}")
    assert b"For the Government" not in html.write_html(view, Theme(tmp_path / "html"))
    assert "For the Government" not in html.write_print(view, Theme(tmp_path / "html"))
    assert b"For the Government" not in text.write_text(view, Theme(tmp_path / "txt"))
    assert b"For the Government" not in markdown.write_markdown(view, Theme(tmp_path / "md"))
    assert writer.write_word(view, Theme(tmp_path / "docx")) != writer.write_word(view)


def test_an_edited_template_takes_effect_at_once(view: View, tmp_path: Path) -> None:
    style = tmp_path / "html" / "style.css"
    style.parent.mkdir()
    for colour in ("red", "blue"):
        style.write_text(f"p {{ color: {colour}; }}")
        assert f"color: {colour};".encode() in html.write_html(view, Theme(tmp_path))


def test_a_node_is_shown_with_arguments_by_position_or_by_name(view: View, tmp_path: Path) -> None:
    own = tmp_path / "text" / "inlines.txt.j2"
    own.parent.mkdir()
    own.write_text(
        '{% macro words(w, before="<", after=">") %}{{ before }}{{ show(w.inlines) }}{{ after }}{% endmacro %}'
    )
    page = tmp_path / "text" / "page.txt.j2"
    page.write_text(
        "{% set w = view.blocks[0].title %}{{ show(w) }}\n{{ show(w, '(') }}\n{{ show(w, after=')') ~ ' &' }}\n"
        "{% for one in [w, w] %}{{ show((one, one), '[', after=']') }}{% endfor %}"
    )
    title = f"{view.title}[1]"
    shown = text.write_text(view, Theme(tmp_path)).decode()
    assert shown == f"<{title}>\n({title}>\n<{title}) &\n" + f"[{title}]" * 4 + "\n"


@pytest.mark.parametrize("name", ["body.xml.j2", "package/word/styles.xml.j2", "package/word/theme/theme1.xml"])
def test_a_word_template_that_does_not_make_xml_is_an_error(view: View, tmp_path: Path, name: str) -> None:
    own = tmp_path / "docx" / name
    own.parent.mkdir(parents=True)
    own.write_text("<w:document>")
    expected = rf"docx/{name.removesuffix('.j2')}.*: its output isn't well-formed XML \(.*line 1.*\); fix the template"
    with pytest.raises(TemplateError, match=expected):
        writer.write_word(view, Theme(tmp_path))


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{{ view.__class__.__mro__ }}", "access to attribute '__class__'"),
        ("{{ ''.__class__ }}", "access to attribute '__class__'"),
        ("{{ view.blocks.nothing }}", "has no attribute 'nothing'"),
        ("{{ nothing }}", "'nothing' is undefined"),
        ("{{ labels.update({}) }}", "access to attribute 'update'"),
        ("{% if %}", "Expected an expression"),
        ("{{ 1 / 0 }}", "division by zero"),
        ("{% include '../../etc/passwd' %}", "passwd"),
        ("{% include 'missing' %}", "missing"),
    ],
)
def test_a_fault_in_a_template_is_an_error_with_its_place(
    view: View, tmp_path: Path, template: str, message: str
) -> None:
    page = tmp_path / "html" / "page.html.j2"
    page.parent.mkdir()
    page.write_text(f"one\n{template}\n")
    with pytest.raises(TemplateError, match=message) as caught:
        html.write_html(view, Theme(tmp_path))
    assert str(caught.value).startswith((f"{page}:2: ", "templates: "))


def test_no_symbolic_link_leads_out_of_the_templates(view: View, tmp_path: Path) -> None:
    (tmp_path / "secret.css").write_text("secret")
    own = tmp_path / "own" / "html"
    own.mkdir(parents=True)
    (own / "style.css").symlink_to(tmp_path / "secret.css")
    assert b"secret" not in html.write_html(view, Theme(tmp_path / "own"))


def test_hostile_text_is_only_text_in_every_format(view: View, tmp_path: Path) -> None:
    hostile = view_with_text(view, HOSTILE, tmp_path)
    page = html.write_html(hostile).decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;quotes&#34; ]]&gt; {{ view }} {% raw %}" in page
    assert "&lt;script&gt;" in html.write_print(hostile)
    assert HOSTILE in " ".join(text.write_text(hostile).decode().split())
    assert r'\<script>alert(1)\</script> & "quotes" \]\]>' in markdown.write_markdown(hostile).decode()
    assert writer.write_word(hostile)


@pytest.mark.parametrize("state", ["corrupt", "unwritable", "writable by others"])
def test_a_bad_template_cache_does_no_harm(
    view: View, tmp_path: Path, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from render.write import templating

    expected = html.write_html(view)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    templating._environment.cache_clear()
    html.write_html(view)
    (folder,) = (tmp_path / "engross").iterdir()
    files = list(folder.iterdir())
    assert files
    if state == "corrupt":
        for file in files:
            file.write_bytes(b"no code")
    elif state == "writable by others":
        for file in files:
            file.unlink()
        folder.chmod(0o777)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: -1)
    templating._environment.cache_clear()
    assert html.write_html(view) == expected
    assert state != "writable by others" or not list(folder.iterdir())
    templating._environment.cache_clear()


def test_a_folder_of_templates_is_another_in_another_working_directory(
    view: View, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = []
    for name in ("one", "two"):
        templates = tmp_path / name / "house" / "text"
        templates.mkdir(parents=True)
        (templates / "page.txt.j2").write_text(name)
        monkeypatch.chdir(tmp_path / name)
        pages.append(text.write_text(view, Theme(Path("house"))))
    assert pages == [b"one\n", b"two\n"]
