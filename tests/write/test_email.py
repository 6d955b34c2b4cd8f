"""The mail: a draft that mail programs open, with the text, the page and its pictures, and the PDF on request."""

from __future__ import annotations

import email
import re
from dataclasses import replace
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from render import load, render
from render.view.blocks import View
from render.view.inlines import Run, Words
from render.write.email import write_mail
from render.write.formats import FORMATS, attaching_pdf, write
from render.write.seal import is_as_sealed
from render.write.text import write_text
from render.write.theme import DEFAULT_THEME
from tests.compose.overlays import briefed
from tests.extract import DATA, DECLARATION, KITCHEN_SINK, html_text, mail_parts, viewed
from tests.printer import shared_printer

LONG_MARKING = Words((Run("OFFICIAL-SENSITIVE – TIK GAVĖJUI"),), "en")


def parsed(mail: bytes) -> EmailMessage:
    message = email.message_from_bytes(mail, policy=default)
    assert isinstance(message, EmailMessage)
    assert [part.defects for part in message.walk() if part.defects] == []
    return message


@pytest.fixture(scope="module")
def sink() -> View:
    return viewed(KITCHEN_SINK)


def part_types(message: Any) -> Any:
    """The types of a mail's parts, nested as the parts are."""
    if not message.is_multipart():
        return message.get_content_type()
    return [message.get_content_subtype(), *map(part_types, message.iter_parts())]


def test_the_mail_is_an_unsent_draft_without_addresses_or_date(sink: View) -> None:
    message = parsed(write_mail(sink))
    headers = {"X-Engross-Seal", "X-Unsent", "Subject", "Keywords", "MIME-Version", "Content-Type"}
    assert set(message.keys()) == headers
    assert message["X-Unsent"] == "1"


def test_the_mail_has_the_text_and_the_page_with_its_pictures(sink: View) -> None:
    message = parsed(write_mail(sink))
    assert part_types(message) == ["alternative", "text/plain", ["related", "text/html", "image/png", "image/png"]]
    body = message.get_body(("html",))
    assert body
    page = body.get_content()
    shown = re.findall(r'src="cid:([^"]+)"', page)
    assert [f"<{name}>" for name in shown] == [part["Content-ID"] for part in message.walk() if part["Content-ID"]]
    files = [part.get_content() for part in message.walk() if part.get_content_maintype() == "image"]
    assert files == [(DATA / f"{name}.png").read_bytes() for name in ("chart", "rule")]


def test_the_plain_text_part_equals_the_text_format(sink: View) -> None:
    assert mail_parts(write_mail(sink))[0] == write_text(sink)


def test_the_page_requests_and_runs_nothing(sink: View) -> None:
    page = mail_parts(write_mail(sink))[1].decode()
    assert not re.search(r"<(script|link|template|input)|@import|url\(|var\(|display: (grid|flex)|Content-S", page)
    assert not re.search(r"href=\"#|<[^>]* id=|src=\"(?!cid:)", page)


def test_every_line_is_short_enough_and_ends_with_crlf(sink: View) -> None:
    mail = write_mail(replace(sink, title="Ąžuolas " * 60))
    assert mail.count(b"\n") == mail.count(b"\r\n")
    assert max(map(len, mail.split(b"\r\n"))) <= 100
    assert mail.isascii()


@pytest.mark.parametrize(
    ("changes", "subject"),
    [
        ({"marking": None}, "A title"),
        ({}, "[OFFICIAL] A title"),
        ({"draft": "Draft"}, "[OFFICIAL] Draft: A title"),
        ({"draft": "Draft", "edition": "briefing", "marking": None}, "Draft: Briefing: A title"),
        ({"marking": LONG_MARKING}, "[OFFICIAL-SENSITIVE – TIK GAVĖJUI] A title"),
        ({"title": "„Čia“ " * 40}, "[OFFICIAL] " + "„Čia“ " * 40),
    ],
)
def test_the_subject_begins_with_the_marking(sink: View, changes: dict[str, Any], subject: str) -> None:
    message = parsed(write_mail(replace(sink, **{"title": "A title", **changes})))
    assert message["Subject"].strip() == subject.strip()


def test_the_marking_is_in_the_headers_and_in_both_parts(sink: View) -> None:
    mail = write_mail(replace(sink, marking=LONG_MARKING, keywords=("OFFICIAL-SENSITIVE – TIK GAVĖJUI",)))
    assert parsed(mail)["Keywords"] == "OFFICIAL-SENSITIVE – TIK GAVĖJUI"
    text, page = mail_parts(mail)
    marking = "OFFICIAL-SENSITIVE – TIK GAVĖJUI"
    assert f'<meta name="dcterms.accessRights" content="{marking}">' in page.decode()
    for lines in (text.decode().split("\n"), html_text(page).split("\n")):
        assert [line for line in lines if line][:: len([line for line in lines if line]) - 1] == [marking, marking]


def test_no_line_end_gets_into_a_header(sink: View) -> None:
    message = email.message_from_bytes(write_mail(replace(sink, title="A title\r\nBcc: x@example.org")))
    assert "Bcc" not in message


def test_the_pdf_is_attached_on_request_and_printed_once() -> None:
    view = viewed(DECLARATION)
    formats = [FORMATS["pdf"], *map(attaching_pdf, (FORMATS["eml"], FORMATS["txt"]))]
    made = {format_.name: data for format_, data in write(view, formats, DEFAULT_THEME, shared_printer())}
    assert isinstance(made["eml"], bytes)
    message = parsed(made["eml"])
    assert part_types(message) == ["mixed", ["alternative", "text/plain", "text/html"], "application/pdf"]
    (attached,) = message.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("uk-lithuania-2022.pdf", made["pdf"])
    assert made["txt"] == write_text(view)


def test_the_attached_pdf_has_the_name_of_the_pdf_output() -> None:
    mail = write_mail(briefed(with_text=True, paragraphs="1-2"), pdf=b"%PDF")
    (attached,) = parsed(mail).iter_attachments()
    assert attached.get_filename() == "a-b.briefing-with-text.extract-1-2.pdf"


def test_the_python_api_makes_mails() -> None:
    declaration = load(DATA / "a-b.yaml")
    assert render(declaration, "eml") == render(declaration, "eml")
    (attached,) = parsed(render(declaration, "eml", attach_pdf=True)).iter_attachments()
    assert attached.get_content() == render(declaration, "pdf")


def test_the_seal_detects_changes_and_saving_by_a_mail_program(sink: View) -> None:
    mail = write_mail(sink)
    assert is_as_sealed(mail)
    assert not is_as_sealed(mail.replace(b"friendship", b"friendships", 1))
    saved = parsed(mail)
    saved["To"] = "a@example.org"
    assert not is_as_sealed(saved.as_bytes())


def test_fingerprints_cover_what_an_attached_pdf_is_made_of() -> None:
    attaching = attaching_pdf(FORMATS["eml"])
    for name in ("templates", "libraries"):
        assert set(getattr(attaching, name)) >= {*getattr(FORMATS["eml"], name), *getattr(FORMATS["pdf"], name)}
    assert attaching_pdf(FORMATS["docx"]) is FORMATS["docx"]


def test_a_users_template_replaces_the_default_one(sink: View, tmp_path: Path) -> None:
    (tmp_path / "eml").mkdir()
    (tmp_path / "eml" / "style.css").write_text(".text { color: #123456 }")
    page = mail_parts(write_mail(sink, replace(DEFAULT_THEME, templates=tmp_path)))[1]
    assert b"#123456" in page
