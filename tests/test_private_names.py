"""Names of other libraries that are private or undocumented, which a new version may drop without notice.

`pyproject.toml` allows only the minor versions whose names are known. After a new version is allowed, these tests
report which name is missing and which file uses it.
"""

from __future__ import annotations

import ast
import tomllib
from dataclasses import dataclass
from importlib import import_module, metadata
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class PrivateName:
    """A name in a library, as a dotted path from a module, and the file that uses it."""

    library: str
    path: str
    used_by: str

    @property
    def name(self) -> str:
        return self.path.rpartition(".")[2]


TEMPLATING = "render/write/templating.py"
PRINTER, STRUCTURE = "render/write/pdf/printer.py", "render/write/pdf/structure.py"
TOUNICODE, METADATA = "render/write/pdf/tounicode.py", "render/write/pdf/metadata.py"
HYPHENATION, CLUSTER = "render/write/pdf/hyphenation.py", "render/batch/cluster.py"
WRITER, OPC = "render/write/docx/writer.py", "render/write/docx/opc.py"
APPLY, STYLES, PAGE = (f"render/write/docx/house_style/{name}.py" for name in ("apply", "styles", "page"))

NAMES = [
    PrivateName("jinja2", "jinja2.runtime.Macro._func", TEMPLATING),
    PrivateName("jinja2", "jinja2.runtime.Macro.catch_kwargs", TEMPLATING),
    PrivateName("jinja2", "jinja2.runtime.Context.call._loop_vars", TEMPLATING),
    PrivateName("jinja2", "jinja2.runtime.Context.call._block_vars", TEMPLATING),
    PrivateName("jinja2", "jinja2.utils.missing", TEMPLATING),
    PrivateName("weasyprint", "weasyprint.pdf.add_tags", PRINTER),
    PrivateName("weasyprint", "weasyprint.pdf.build_fonts_dictionary", PRINTER),
    PrivateName("weasyprint", "weasyprint.text.line_break.pyphen", PRINTER),
    PrivateName("weasyprint", "weasyprint.document.Page._page_box", PRINTER),
    PrivateName("weasyprint", "weasyprint.document.Page._page_box", STRUCTURE),
    PrivateName("weasyprint", "weasyprint.formatting_structure.boxes.FootnoteAreaBox", PRINTER),
    PrivateName("weasyprint", "weasyprint.formatting_structure.boxes.Box.is_leader", STRUCTURE),
    PrivateName("weasyprint", "weasyprint.formatting_structure.boxes.Box.link_annotation", STRUCTURE),
    PrivateName("weasyprint", "weasyprint.formatting_structure.boxes.Box.element_tag", STRUCTURE),
    PrivateName("weasyprint", "weasyprint.formatting_structure.boxes.MarginBox", STRUCTURE),
    PrivateName("weasyprint", "weasyprint.layout.absolute.AbsolutePlaceholder._box", STRUCTURE),
    PrivateName("weasyprint", "weasyprint.pdf.stream.Stream._tags", STRUCTURE),
    PrivateName("weasyprint", "weasyprint.pdf.fonts.build_fonts_dictionary", TOUNICODE),
    PrivateName("weasyprint", "weasyprint.pdf.fonts.Font.to_unicode", TOUNICODE),
    PrivateName("weasyprint", "weasyprint.pdf.fonts.Font.file_content", TOUNICODE),
    PrivateName("weasyprint", "weasyprint.pdf.metadata.DocumentMetadata.generate_rdf_metadata", METADATA),
    PrivateName("weasyprint", "weasyprint.pdf.metadata.DocumentMetadata.include_in_pdf", METADATA),
    PrivateName("weasyprint", "weasyprint.pdf.metadata.DocumentMetadata.custom", METADATA),
    PrivateName("pydyf", "pydyf.PDF.page_references", STRUCTURE),
    PrivateName("pydyf", "pydyf.Object.reference", STRUCTURE),
    PrivateName("pydyf", "pydyf.Stream.stream", STRUCTURE),
    PrivateName("pyphen", "pyphen.language_fallback", HYPHENATION),
    PrivateName("pyphen", "pyphen.Pyphen.iterate", HYPHENATION),
    PrivateName("python-docx", "docx.opc.oxml.serialize_part_xml", OPC),
    PrivateName("python-docx", "docx.opc.constants.RELATIONSHIP_TYPE", OPC),
    PrivateName("python-docx", "docx.oxml.styles.CT_Styles.style_lst", WRITER),
    PrivateName("python-docx", "docx.oxml.parser.OxmlElement", APPLY),
    PrivateName("python-docx", "docx.oxml.xmlchemy.BaseOxmlElement.insert_element_before", APPLY),
    PrivateName("python-docx", "docx.oxml.styles.CT_Style.get_or_add_pPr", STYLES),
    PrivateName("python-docx", "docx.oxml.text.parfmt.CT_PPr.get_or_add_numPr", STYLES),
    PrivateName("python-docx", "docx.oxml.numbering.CT_NumPr.get_or_add_numId", STYLES),
    PrivateName("python-docx", "docx.oxml.text.run.CT_R.get_or_add_rPr", PAGE),
    PrivateName("distributed", "distributed.protocol.pickle.loads", CLUSTER),
    PrivateName("distributed", "distributed.client.loads", CLUSTER),
    PrivateName("distributed", "distributed.Client._default_event_handlers", CLUSTER),
    PrivateName("distributed", "distributed.Worker.state", CLUSTER),
    PrivateName("distributed", "distributed.Worker.status", CLUSTER),
    PrivateName("distributed", "distributed.worker_state_machine.WorkerState.tasks", CLUSTER),
    PrivateName("distributed", "distributed.worker_state_machine.TaskState.state", CLUSTER),
    PrivateName("distributed", "distributed.core.Status.running", CLUSTER),
    PrivateName("distributed", "distributed.core.Status.paused", CLUSTER),
]
CAPPED = ("jinja2", "weasyprint", "python-docx", "distributed")
"""Those that pyproject.toml names; pydyf and pyphen come with WeasyPrint, which is capped."""


@pytest.mark.parametrize("private", NAMES, ids=lambda private: f"{private.path} in {Path(private.used_by).name}")
def test_a_private_name_exists(private: PrivateName) -> None:
    if not exists(private.path):
        version = metadata.version(private.library)
        pytest.fail(
            f"{private.library} {version} has no {private.path} any more: {private.used_by} uses it; find its "
            f"replacement, or allow only older versions of {private.library} in pyproject.toml"
        )


@pytest.mark.parametrize("path", ["jinja2.runtime.Macro._gone", "jinja2.gone.Macro", "distributed.core.Status.gone"])
def test_a_missing_name_is_detected(path: str) -> None:
    assert not exists(path)


@pytest.mark.parametrize("private", NAMES, ids=lambda private: f"{private.path} in {Path(private.used_by).name}")
def test_a_listed_name_is_used(private: PrivateName) -> None:
    assert private.name in (ROOT / private.used_by).read_text("utf-8")


def test_every_private_name_that_writers_use_is_listed() -> None:
    listed = {(private.used_by, private.name) for private in NAMES}
    used = {
        (path.relative_to(ROOT).as_posix(), node.attr)
        for path in (ROOT / "render" / "write").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and is_private(node)
    }
    assert used <= listed


@pytest.mark.parametrize("library", CAPPED)
def test_the_next_minor_version_is_not_allowed(library: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lists = (project["dependencies"], *project["optional-dependencies"].values())
    requirements = [Requirement(text) for requirements in lists for text in requirements]
    (requirement,) = (requirement for requirement in requirements if requirement.name == library)
    major, minor = (int(number) for number in metadata.version(library).split(".")[:2])
    assert metadata.version(library) in requirement.specifier
    assert f"{major + 1}.0" not in requirement.specifier
    # WeasyPrint numbers every release with new features as a major version.
    assert library == "weasyprint" or f"{major}.{minor + 1}" not in requirement.specifier


def exists(path: str) -> bool:
    """Whether a dotted path leads to a name: in a module or class, set in an __init__, or a word in a function."""
    owner, names = imported(path)
    for name in names[:-1]:
        owner = getattr(owner, name, None)
    return owner is not None and (hasattr(owner, names[-1]) or names[-1] in words(owner))


def imported(path: str) -> tuple[Any, list[str]]:
    """The module that a path begins with, and the names after it; None in place of a module that isn't there."""
    names = path.split(".")
    for length in range(len(names) - 1, 0, -1):
        try:
            return import_module(".".join(names[:length])), names[length:]
        except ModuleNotFoundError:
            continue
    return None, names


def words(owner: object) -> set[object]:
    """The attributes that a class's __init__ methods set, and the names in its annotations; the words of a function."""
    if isinstance(owner, FunctionType):
        return words_of(owner.__code__)
    found: set[object] = set()
    for class_ in getattr(owner, "__mro__", ()):
        found.update(vars(class_).get("__annotations__", ()))
        init = vars(class_).get("__init__")
        found.update(words_of(init.__code__) if isinstance(init, FunctionType) else ())
    return found


def words_of(code: CodeType) -> set[object]:
    return {*code.co_names, *code.co_consts}


def is_private(node: ast.Attribute) -> bool:
    is_own = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls", "os")
    return node.attr.startswith("_") and not node.attr.startswith("__") and not is_own
