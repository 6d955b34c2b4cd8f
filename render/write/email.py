"""View → a mail to be sent: a draft that mail programs open, with the text as it is and as a page, and pictures in it.

It names nobody and bears no date: who sends it does that.
"""

from __future__ import annotations

from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP

from markupsafe import Markup

from render.view.blocks import View
from render.view.media import Picture
from render.view.plain import plain
from render.write.html import MACROS as HTML_MACROS
from render.write.seal import sealed_mail
from render.write.templating import fill, read_template
from render.write.text import write_text
from render.write.theme import DEFAULT_THEME, Theme

MACROS = (*HTML_MACROS, "eml/blocks.html.j2")

_POLICY = SMTP.clone(max_line_length=76)
# What is encoded as quoted-printable or as base64 holds no such line (RFC 2045, 6.7 and 6.8).
_BOUNDARY = "=_engross_{}"


def write_mail(view: View, theme: Theme = DEFAULT_THEME, pdf: bytes | None = None) -> bytes:
    """The mail, with a PDF attached if there is one (RFC 5322, RFC 2045 to 2049). Raises TemplateError."""
    mail = EmailMessage(_POLICY)
    mail.set_content(write_text(view, theme).decode(), cte="quoted-printable")
    _add_page(mail, view, theme)
    if pdf is not None:
        mail.add_attachment(pdf, "application", "pdf", filename=f"{view.name}.pdf")
    for number, part in enumerate(it for it in mail.walk() if it.is_multipart()):
        part.set_boundary(_BOUNDARY.format(number))
    return sealed_mail(_headers(view) + mail.as_bytes())


def _headers(view: View) -> bytes:
    """What the mail says of itself; Outlook opens one that says X-Unsent to be sent.

    Encoded word by word (RFC 2047) by the older of Python's two ways: the newer one loses spaces.
    """
    said = {"X-Unsent": "1", "Subject": subject(view), "Keywords": ", ".join(view.keywords)}
    return b"".join(_header(name, value) for name, value in said.items() if value)


def _header(name: str, value: str) -> bytes:
    charset = "us-ascii" if value.isascii() and value.isprintable() else "utf-8"
    encoded = Header(value, charset, header_name=name).encode(linesep="\r\n")
    return f"{name}: {encoded}\r\n".encode("ascii")


def subject(view: View) -> str:
    """The title, after the marking and what it is: "[OFFICIAL] Draft: Briefing: A title"."""
    marking = f"[{plain(view.marking)}] " if view.marking else ""
    kinds = (view.draft, view.labels["briefing"] if view.edition == "briefing" else "")
    return marking + "".join(f"{kind}: " for kind in kinds if kind) + view.title


class Pictures:
    """The pictures that the page shows, each once, by the names that it knows them by (RFC 2392)."""

    def __init__(self) -> None:
        self.named: dict[str, Picture] = {}

    def address(self, picture: Picture) -> str:
        """The address of a picture in the mail."""
        same = (name for name, it in self.named.items() if it == picture)
        name = next(same, f"picture-{len(self.named) + 1}@engross")
        self.named[name] = picture
        return f"cid:{name}"


def _add_page(mail: EmailMessage, view: View, theme: Theme) -> None:
    """Add the page, with its pictures, as the better of the two ways to read the mail."""
    pictures = Pictures()
    style = Markup(read_template("eml/style.css", theme.templates))
    page = fill("eml/page.html.j2", MACROS, view, theme.templates, style=style, pictures=pictures, plain=plain)
    mail.add_alternative(page, subtype="html", cte="quoted-printable")
    shown = list(mail.iter_parts())[1]
    for name, picture in pictures.named.items():
        kind, subkind = picture.media_type.split("/")
        shown.add_related(picture.data, kind, subkind, cid=f"<{name}>", filename=picture.name, disposition="inline")
