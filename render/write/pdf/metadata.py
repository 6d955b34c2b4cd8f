"""The metadata of a PDF in XMP (ISO 16684-1): WeasyPrint's, and what PDF/UA and Engross need besides."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from weasyprint.pdf.metadata import DocumentMetadata

_EPOCH = datetime(1980, 1, 1)
"""The date of an attachment if the text has none: PDF/A-3 requires one."""
_ACCESS = "dcterms.accessrights"
"""The page's `<meta>` for the protective marking: accessRights covers a resource's "security status" (DCMI Metadata
Terms). WeasyPrint makes names of `<meta>` lower case."""
# A PDF/A file must describe each schema in its metadata that XMP doesn't define (ISO 19005-2, 6.6.2.3), here that of
# PDF/UA and the DCMI Metadata Terms.
_PDF_UA = """<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
"""
_EXTENSIONS = """<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag>{}</rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""
_SCHEMA = """<rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>{schema}</pdfaSchema:schema>
<pdfaSchema:namespaceURI>{uri}</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>{prefix}</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>{name}</pdfaProperty:name>
<pdfaProperty:valueType>{type}</pdfaProperty:valueType>
<pdfaProperty:category>{category}</pdfaProperty:category>
<pdfaProperty:description>{description}</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li>"""
_PDF_UA_SCHEMA = _SCHEMA.format(
    schema="PDF/UA identification schema",
    uri="http://www.aiim.org/pdfua/ns/id/",
    prefix="pdfuaid",
    name="part",
    type="Integer",
    category="internal",
    description="Part of PDF/UA that the file conforms to",
)
_TERMS_SCHEMA = _SCHEMA.format(
    schema="DCMI Metadata Terms",
    uri="http://purl.org/dc/terms/",
    prefix="dcterms",
    name="accessRights",
    type="Text",
    category="external",
    description="Who may access the file, or its security status",
)
_TERMS = """<rdf:Description rdf:about="" xmlns:dcterms="http://purl.org/dc/terms/">
<dcterms:accessRights>{}</dcterms:accessRights></rdf:Description>
"""
_DUBLIN_CORE = """<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:{name}>{value}</dc:{name}>
</rdf:Description>
"""
_FORMS = {
    "language": "<rdf:Bag><rdf:li>{}</rdf:li></rdf:Bag>",
    "publisher": "<rdf:Bag><rdf:li>{}</rdf:li></rdf:Bag>",
    "rights": '<rdf:Alt><rdf:li xml:lang="x-default">{}</rdf:li></rdf:Alt>',
    "source": "{}",
}
"""The XMP form of each Dublin Core property that a page has in `<meta name="dcterms.…">` (ISO 16684-1, 8.3)."""


class Metadata(DocumentMetadata):  # type: ignore[misc]  # WeasyPrint has no types
    """WeasyPrint's metadata with the claim of PDF/UA-1, more of Dublin Core, and the protective marking."""

    def generate_rdf_metadata(self, *arguments: Any) -> bytes:
        """The metadata as RDF/XML. WeasyPrint calls this."""
        values = {name: self.custom.get(f"dcterms.{name}") for name in _FORMS} | {"language": self.lang}
        more = "".join(
            _DUBLIN_CORE.format(name=name, value=_FORMS[name].format(escape(value)))
            for name, value in values.items()
            if value
        )
        access = self.custom.get(_ACCESS)
        more += _PDF_UA + (_TERMS.format(escape(access)) if access else "")
        more += _EXTENSIONS.format(_PDF_UA_SCHEMA + (_TERMS_SCHEMA if access else ""))
        rdf: bytes = super().generate_rdf_metadata(*arguments)
        return rdf.replace(b"</rdf:RDF>", more.encode() + b"</rdf:RDF>")

    def include_in_pdf(self, pdf: Any, variant: str, version: int, conformance: str, compress: bool) -> None:
        """Put the metadata into a PDF. Uncompressed, other programs can read it without a PDF library."""
        super().include_in_pdf(pdf, variant, version, conformance, compress=False)


def extended(metadata: DocumentMetadata) -> Metadata:
    """WeasyPrint's metadata as `Metadata`. Its attachment, if any, is the source and has the date of the text."""
    more = Metadata(**vars(metadata))
    date = datetime.fromisoformat(more.created) if more.created else _EPOCH
    for attachment in more.attachments:
        attachment.name, attachment.description = attachment.description, "Source"
        attachment.relationship = "Source"
        attachment.created = attachment.modified = date
    return more


def list_attachments_once(document: object, pdf: Any) -> None:
    """Remove duplicates from a PDF's associated files (ISO 19005-3, 6.8): WeasyPrint lists each twice."""
    if "AF" in pdf.catalog:
        pdf.catalog["AF"][:] = dict.fromkeys(pdf.catalog["AF"])
