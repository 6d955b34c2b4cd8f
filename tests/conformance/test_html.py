"""The page is checked by vnu, html-validate and axe-core, and in Chromium at several widths, light and dark."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance.browser import found, framed
from tests.conformance.conftest import BRIEFINGS, ROOT, TOOLS, Output, run
from tests.extract import mail_parts

pytestmark = pytest.mark.conformance

AXE = ROOT / ".tools" / "node_modules" / "axe-core" / "axe.min.js"
RUN_AXE = """
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
axe.run(document, { runOnly: rules }).then((result) => report({
  dark: matchMedia("(prefers-color-scheme: dark)").matches,
  passes: result.passes.length,
  violations: result.violations.map((rule) => [rule.id, rule.nodes.map((node) => node.html)]),
}));
"""
# vnu warns of inline styles and images without looking at the policy's hashes and `data:`. Chromium enforces the
# policy, and is tested below instead.
VNU_KNOWS_NO_HASHES = ".*violates Content Security Policy.*"


@pytest.mark.parametrize("name", ["declaration", "sink", *BRIEFINGS])
def test_vnu_finds_nothing(name: str, request: pytest.FixtureRequest) -> None:
    page = request.getfixturevalue(name)["html"]
    done = run(TOOLS / "vnu", "--Werror", "--filterpattern", VNU_KNOWS_NO_HASHES, page)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", BRIEFINGS)
def test_vnu_finds_nothing_in_the_page_of_a_mail(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    page = tmp_path / "mail.html"
    page.write_bytes(mail_parts(request.getfixturevalue(name)["eml"].read_bytes())[1])
    # vnu reports that HTML attributes set the spacing of a table: some mail programs don't read it from the style.
    done = run(TOOLS / "vnu", "--Werror", "--filterpattern", ".*cell(spacing|padding).*", page)
    assert (done.returncode, done.stderr) == (0, "")


def test_vnu_still_reports_an_error(sink: Output, tmp_path: Path) -> None:
    broken = tmp_path / "broken.html"
    broken.write_text(sink["html"].read_text("utf-8").replace("</h1>", "", 1), "utf-8")
    assert run(TOOLS / "vnu", "--Werror", "--filterpattern", VNU_KNOWS_NO_HASHES, broken).returncode == 1


@pytest.mark.parametrize("name", ["declaration", "sink", *BRIEFINGS])
def test_html_validate_finds_nothing(name: str, request: pytest.FixtureRequest) -> None:
    page = request.getfixturevalue(name)["html"]
    done = run(TOOLS / "html-validate", "--preset", "recommended,document,a11y", page)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["declaration", "sink", *BRIEFINGS])
def test_axe_finds_no_violation(name: str, dark: bool, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    result = found(request.getfixturevalue(name)["html"], AXE.read_text("utf-8") + RUN_AXE, tmp_path, dark=dark)
    assert result["dark"] is dark
    assert result["violations"] == []
    assert result["passes"] > 30


@pytest.mark.parametrize("width", [320, 640, 768, 1280])
@pytest.mark.parametrize("name", ["declaration", "sink", *BRIEFINGS])
def test_nothing_overflows_sideways(name: str, width: int, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    script = "const root = frame.document.documentElement; report([root.clientWidth, root.scrollWidth]);"
    seen, needed = framed(request.getfixturevalue(name)["html"], tmp_path, width, script)
    assert seen == width
    assert needed <= seen


def test_the_declaration_is_under_45_kilobytes(declaration: Output) -> None:
    assert declaration["html"].stat().st_size < 45_000


def test_the_page_obeys_its_own_policy(sink: Output, tmp_path: Path) -> None:
    script = """
    const broken = [];
    document.addEventListener("securitypolicyviolation", (event) => broken.push(event.violatedDirective));
    const painted = getComputedStyle(document.querySelector(".masthead")).borderBottomStyle;
    const pictures = [...document.images].map((image) => image.naturalWidth);
    const requests = performance.getEntriesByType("resource").length;
    setTimeout(() => report({ broken, painted, pictures, requests }), 500);
    """
    result = found(sink["html"], script, tmp_path)
    assert result == {"broken": [], "painted": "solid", "pictures": [480, 400], "requests": 0}


def test_the_policy_blocks_what_is_not_part_of_the_page(sink: Output, tmp_path: Path) -> None:
    script = """
    const broken = [];
    document.addEventListener("securitypolicyviolation", (event) => broken.push(event.effectiveDirective));
    document.body.insertAdjacentHTML("beforeend", '<img src="https://example.org/x.png" alt="x">');
    const added = document.createElement("script");
    added.textContent = "window.hacked = 1";
    document.body.append(added);
    setTimeout(() => report({ broken: broken.sort(), hacked: window.hacked ?? 0 }), 500);
    """
    assert found(sink["html"], script, tmp_path) == {"broken": ["img-src", "script-src-elem"], "hacked": 0}


def test_the_search_folds_accents_and_keeps_headings_over_what_it_finds(sink: Output, tmp_path: Path) -> None:
    script = """
    const input = document.querySelector(".search input");
    const left = (words) => {
      input.value = words;
      input.dispatchEvent(new Event("input"));
      const visible = [...document.querySelector("main").children].filter((element) => !element.hidden);
      return visible.map((element) => element.tagName);
    };
    const all = left("").length;
    const output = document.querySelector(".search output");
    const accents = left("AZUOLAS"), none = left("no such words"), message = output.textContent;
    report({ accents, none, output: message, same: left("").length === all });
    """
    result = found(sink["html"], script, tmp_path)
    assert result == {"accents": ["H2", "H3", "P"], "none": [], "output": "No matches", "same": True}


def test_a_paragraphs_address_can_be_copied(declaration: Output, tmp_path: Path) -> None:
    script = """
    let copied = "";
    Object.defineProperty(navigator, "clipboard", { value: { writeText: async (text) => { copied = text; } } });
    const number = document.getElementById("russia").querySelector(".number");
    number.focus();
    const button = number.nextSibling;
    button.click();
    setTimeout(() => report({
      button: button.textContent, hash: new URL(copied).hash, status: document.querySelector(".status").textContent,
      buttons: document.querySelectorAll("main button").length,
    }), 100);
    """
    result = found(declaration["html"], script, tmp_path)
    assert result == {"button": "Copy the link", "hash": "#russia", "status": "Link copied", "buttons": 1}


def test_every_paragraph_has_an_address_by_its_number_too(declaration: Output, tmp_path: Path) -> None:
    script = """
    const named = (n) => document.getElementById(`paragraph-${n}`)?.closest("p").id;
    report([1, 5, 33, 34].map(named));
    """
    assert found(declaration["html"], script, tmp_path) == ["shared-vision", "russia", "people-to-people", None]


def test_the_current_section_is_marked_in_the_contents(declaration: Output, tmp_path: Path) -> None:
    script = """
    document.documentElement.style.scrollBehavior = "auto";
    document.getElementById("defence-and-security").scrollIntoView();
    dispatchEvent(new Event("scroll"));
    report([...document.querySelectorAll("[aria-current]")].map((link) => link.textContent));
    """
    assert found(declaration["html"], script, tmp_path) == ["Defence and security"]
