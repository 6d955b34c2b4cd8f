"""The properties of a PDF, in XMP (ISO 16684-1) and in its information dictionary (ISO 32000-1, 14.3)."""

from __future__ import annotations

import base64
import hashlib
from datetime import date
from html import escape
from pathlib import Path

import pytest

from render.compose.edition import compose
from render.pipeline import load
from render.view.options import ViewOptions
from render.write.html import write_print
from tests.extract import DECLARATION, KITCHEN_SINK, viewed
from tests.write.pdf.reader import Pdf, Printer, text_string

NAMESPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "pdfaExtension": "http://www.aiim.org/pdfa/ns/extension/",
    "pdfaProperty": "http://www.aiim.org/pdfa/ns/property#",
    "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
}
PREDEFINED = {"dc", "pdf", "pdfaExtension", "pdfaid", "xmp"}
"""The prefixes of schemas that a PDF/A file may use without describing them (ISO 19005-2, 6.6.2.3)."""
AWKWARD = 'A & B < C > "D" ‘Ž’ 𐞀'
SOURCE = b"id: a\ntitle: A\n"


def page(*metas: tuple[str, str], title: str = "T", language: str = "en", link: str = "") -> str:
    elements = "".join(f'<meta name="{name}" content="{escape(value)}">' for name, value in metas)
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><title>{escape(title, quote=False)}</title>{elements}{link}'
        f'<style>html {{ font-family: "Source Serif 4" }}</style></head><body><p>A</p></body></html>'
    )


def xmp(pdf: Pdf, name: str) -> list[str]:
    """The values of a property in the metadata: an element, its items, or an attribute."""
    prefix, _, local = name.partition(":")
    values = pdf.xmp.xpath(f"//rdf:Description/@{name}", namespaces=NAMESPACES)
    for element in pdf.xmp.iterfind(f".//{{{NAMESPACES[prefix]}}}{local}"):
        items = list(element.iter(f"{{{NAMESPACES['rdf']}}}li"))
        values += [item.text for item in items] or [element.text]
    return list(map(str, values))


def container(pdf: Pdf, name: str) -> str:
    """The kind of array that holds the values of a property: "Alt", "Bag", "Seq"; or "" if it isn't an array."""
    prefix, _, local = name.partition(":")
    element = pdf.xmp.find(f".//{{{NAMESPACES[prefix]}}}{local}")
    return "" if len(element) == 0 else element[0].tag.rpartition("}")[2]


def attached(source: bytes = SOURCE) -> str:
    data = base64.b64encode(source).decode()
    return f'<link rel="attachment" href="data:application/yaml;base64,{data}" title="a-b.yaml">'


# What the file claims to be


@pytest.mark.parametrize(("link", "part"), [("", "2"), (attached(), "3")])
def test_the_file_claims_to_be_an_accessible_archive(printed: Printer, link: str, part: str) -> None:
    """PDF/A-2a, or PDF/A-3a if it holds another file (ISO 19005-2 and -3, 6.6.4); PDF/UA-1 (ISO 14289-1, 5)."""
    pdf = printed(page(link=link))
    assert (xmp(pdf, "pdfaid:part"), xmp(pdf, "pdfaid:conformance")) == ([part], ["A"])
    assert xmp(pdf, "pdfuaid:part") == ["1"]


def test_the_metadata_can_be_found_without_a_library(printed: Printer) -> None:
    """It is a packet (ISO 16684-1, 7.3.2), and not compressed."""
    pdf = printed(page())
    stream = pdf.get(pdf.catalog, "Metadata")
    assert {key: stream.entries[key] for key in ("Type", "Subtype")} == {"Type": "Metadata", "Subtype": "XML"}
    assert "Filter" not in stream.entries
    assert stream.data.startswith(b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>')
    assert stream.data.endswith(b'<?xpacket end="r"?>')


@pytest.mark.parametrize("metas", [(), (("dcterms.accessRights", "OFFICIAL"),)])
def test_every_property_that_xmp_does_not_define_is_described(
    printed: Printer, metas: tuple[tuple[str, str], ...]
) -> None:
    pdf = printed(page(*metas))
    used = {
        name
        for description in pdf.xmp.iter(f"{{{NAMESPACES['rdf']}}}Description")
        for name in (*description.attrib, *(child.tag for child in description))
        if not name.endswith("}about")
    }
    prefixes = {uri: prefix for prefix, uri in NAMESPACES.items()}
    described = {
        f"{{{schema.findtext('pdfaSchema:namespaceURI', namespaces=NAMESPACES)}}}{name.text}"
        for schema in pdf.xmp.iterfind(".//pdfaExtension:schemas/rdf:Bag/rdf:li", namespaces=NAMESPACES)
        for name in schema.iterfind(".//pdfaProperty:name", namespaces=NAMESPACES)
    }
    assert described == {name for name in used if prefixes[name[1:].partition("}")[0]] not in PREDEFINED}
    for schema in pdf.xmp.iterfind(".//pdfaExtension:schemas/rdf:Bag/rdf:li", namespaces=NAMESPACES):
        prefix = schema.findtext("pdfaSchema:prefix", namespaces=NAMESPACES)
        assert NAMESPACES[prefix] == schema.findtext("pdfaSchema:namespaceURI", namespaces=NAMESPACES)
        assert schema.findtext("pdfaSchema:schema", namespaces=NAMESPACES)
        (declared,) = schema.iterfind(".//pdfaSchema:property/rdf:Seq/rdf:li", namespaces=NAMESPACES)
        values = [
            declared.findtext(f"pdfaProperty:{name}", namespaces=NAMESPACES)
            for name in ("valueType", "category", "description")
        ]
        assert values[0] in ("Integer", "Text")
        assert values[1] in ("internal", "external")
        assert values[2]


# What the text is


@pytest.mark.parametrize("title", ["A and B", AWKWARD])
def test_both_places_have_the_same_title_authors_and_keywords(printed: Printer, title: str) -> None:
    """As PDF/A requires of what is in both (ISO 19005-2, 6.6.3)."""
    metas = (("author", AWKWARD), ("keywords", "trade, fish"), ("description", AWKWARD))
    pdf = printed(page(*metas, title=title))
    assert (xmp(pdf, "dc:title"), pdf.info["Title"]) == ([title], title)
    assert (xmp(pdf, "dc:creator"), pdf.info["Author"]) == ([AWKWARD], AWKWARD)
    assert (xmp(pdf, "dc:description"), pdf.info["Subject"]) == ([AWKWARD], AWKWARD)
    assert (xmp(pdf, "pdf:Keywords"), pdf.info["Keywords"]) == (["trade, fish"], "trade, fish")
    assert xmp(pdf, "pdf:Producer") == [pdf.info["Producer"]]


def test_both_places_have_the_date_of_the_text(printed: Printer) -> None:
    pdf = printed(page(("dcterms.created", "2022-05-30"), ("dcterms.modified", "2022-06-01")))
    assert (xmp(pdf, "xmp:CreateDate"), pdf.info["CreationDate"]) == (["2022-05-30"], "D:20220530")
    assert (xmp(pdf, "xmp:ModifyDate"), pdf.info["ModDate"]) == (["2022-06-01"], "D:20220601")


def test_a_text_without_a_date_has_none(printed: Printer) -> None:
    pdf = printed(page())
    assert not xmp(pdf, "xmp:CreateDate") + xmp(pdf, "xmp:ModifyDate")
    assert not pdf.info.keys() & {"CreationDate", "ModDate"}


@pytest.mark.parametrize("language", ["en", "lt", "ar-EG"])
def test_the_language_is_in_the_catalogue_too(printed: Printer, language: str) -> None:
    pdf = printed(page(language=language))
    assert xmp(pdf, "dc:language") == [language]
    assert text_string(pdf.catalog["Lang"]) == language


@pytest.mark.parametrize(
    ("meta", "name", "kind"),
    [
        ("dcterms.publisher", "dc:publisher", "Bag"),
        ("dcterms.rights", "dc:rights", "Alt"),
        ("dcterms.source", "dc:source", ""),
        ("dcterms.accessRights", "dcterms:accessRights", ""),
    ],
)
def test_a_property_of_the_page_is_in_the_metadata_in_its_form(
    printed: Printer, meta: str, name: str, kind: str
) -> None:
    """The forms of Dublin Core's properties are XMP's (ISO 16684-1, 8.3)."""
    pdf = printed(page((meta, AWKWARD)))
    assert (xmp(pdf, name), container(pdf, name)) == ([AWKWARD], kind)
    assert xmp(printed(page()), name) == []


def test_rights_and_title_are_for_every_language(printed: Printer) -> None:
    pdf = printed(page(("dcterms.rights", "Crown copyright")))
    for name in ("title", "rights"):
        (item,) = pdf.xmp.iterfind(f".//dc:{name}/rdf:Alt/rdf:li", namespaces=NAMESPACES)
        assert item.attrib == {"{http://www.w3.org/XML/1998/namespace}lang": "x-default"}


def test_a_pdf_names_the_author_and_the_date(printed: Printer) -> None:
    pdf = printed(write_print(viewed(DECLARATION)))
    office = "Foreign, Commonwealth & Development Office"
    assert xmp(pdf, "dc:title") == ["UK-Lithuania joint declaration on bilateral cooperation 2022"]
    assert (xmp(pdf, "dc:creator"), xmp(pdf, "dc:publisher")) == ([office], [office])
    assert xmp(pdf, "xmp:CreateDate") == xmp(pdf, "xmp:ModifyDate") == ["2022-05-30"]
    assert xmp(pdf, "dc:rights") == ["Crown copyright 2022"]
    assert xmp(pdf, "dc:source") == [viewed(DECLARATION).url]
    assert xmp(pdf, "dcterms:accessRights") == []


def test_a_pdf_has_the_protective_marking(printed: Printer) -> None:
    pdf = printed(write_print(viewed(KITCHEN_SINK)))
    assert xmp(pdf, "dcterms:accessRights") == ["OFFICIAL"]
    assert (xmp(pdf, "pdf:Keywords"), pdf.info["Keywords"]) == (["OFFICIAL"], "OFFICIAL")


@pytest.mark.parametrize("source", [DECLARATION, KITCHEN_SINK], ids=lambda source: source.stem)
def test_what_is_in_both_places_is_the_same(printed: Printer, source: Path) -> None:
    pdf = printed(write_print(viewed(source)))
    pairs = {
        "Title": "dc:title",
        "Author": "dc:creator",
        "Subject": "dc:description",
        "Keywords": "pdf:Keywords",
        "Creator": "xmp:CreatorTool",
        "Producer": "pdf:Producer",
    }
    assert {name: [pdf.info[name]] if name in pdf.info else [] for name in pairs} == {
        name: xmp(pdf, property_) for name, property_ in pairs.items()
    }
    for name, property_ in (("CreationDate", "xmp:CreateDate"), ("ModDate", "xmp:ModifyDate")):
        assert pdf.info[name] == f"D:{date.fromisoformat(xmp(pdf, property_)[0]):%Y%m%d}"


# What the file holds


def specification(pdf: Pdf) -> dict[str, object]:
    """The file specification (7.11.3) of the one file that a PDF holds."""
    names = pdf.get(pdf.catalog, "Names", "EmbeddedFiles", "Names")
    assert len(names) == 2
    return dict(pdf.get(names[1]))


def test_the_source_in_the_file_is_its_source(printed: Printer) -> None:
    """PDF/A-3 says what an attachment is to the text, of which type, and of when (ISO 19005-3, 6.8)."""
    pdf = printed(page(("dcterms.created", "2022-05-30"), link=attached()))
    found = specification(pdf)
    assert [text_string(pdf.get(found, key)) for key in ("F", "UF", "Desc")] == ["a-b.yaml", "a-b.yaml", "Source"]
    assert found["AFRelationship"] == "Source"
    embedded = pdf.get(found, "EF", "F")
    assert embedded.data == SOURCE
    assert embedded.entries["Subtype"] == "application/yaml"
    parameters = pdf.get(embedded.entries, "Params")
    assert parameters["Size"] == len(SOURCE)
    assert parameters["CheckSum"] == hashlib.md5(SOURCE).digest()
    assert pdf.get(found, "EF", "UF") in (embedded, None)


@pytest.mark.parametrize(
    ("metas", "day"), [((("dcterms.created", "2022-05-30"),), "20220530"), ((), "19800101")], ids=["dated", "undated"]
)
def test_the_source_has_the_date_of_the_text_and_not_of_today(
    printed: Printer, metas: tuple[tuple[str, str], ...], day: str
) -> None:
    pdf = printed(page(*metas, link=attached()))
    parameters = pdf.get(specification(pdf), "EF", "F").entries["Params"]
    for key in ("CreationDate", "ModDate"):
        assert text_string(pdf.get(parameters)[key]).startswith(f"D:{day}000000")


def test_the_document_names_its_source_once(printed: Printer) -> None:
    pdf = printed(page(link=attached()))
    (reference,) = pdf.get(pdf.catalog, "AF")
    assert pdf.get(reference) == specification(pdf)


def test_a_pdf_without_attachments_lists_none(printed: Printer) -> None:
    pdf = printed(page())
    assert "AF" not in pdf.catalog
    assert pdf.get(pdf.catalog, "Names", "EmbeddedFiles") is None


def test_a_declaration_can_hold_its_own_source(printed: Printer) -> None:
    view = compose(load(DECLARATION), "en", ViewOptions(source=True))
    pdf = printed(write_print(view))
    found = specification(pdf)
    assert text_string(pdf.get(found, "UF")) == DECLARATION.name
    assert view.source
    assert pdf.get(found, "EF", "F").data == view.source.data
    assert xmp(pdf, "pdfaid:part") == ["3"]
