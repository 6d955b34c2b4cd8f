"""View to mail: an unsent message that mail programs open, with the text as plain text and as HTML with its pictures.

It has no sender, recipient or date: the person who sends it adds them.
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
from render.write.repeated_pictures import RepeatedPictures
from render.write.seal import sealed_mail
from render.write.templating import fill, read_template
from render.write.text import write_text
from render.write.theme import DEFAULT_THEME, Theme

MACROS = (*HTML_MACROS, "eml/blocks.html.j2")

_POLICY = SMTP.clone(max_line_length=76)
# Text encoded as quoted-printable or base64 can't contain "=_" (RFC 2045, 6.7 and 6.8).
_BOUNDARY = "=_engross_{}"


def write_mail(view: View, theme: Theme = DEFAULT_THEME, pdf: bytes | None = None) -> bytes:
    """The mail (RFC 5322, RFC 2045 to 2049), with `pdf` attached if it is given. Raises TemplateError."""
    mail = EmailMessage(_POLICY)
    mail.set_content(write_text(view, theme).decode(), cte="quoted-printable")
    _add_html(mail, view, theme)
    if pdf is not None:
        mail.add_attachment(pdf, "application", "pdf", filename=f"{view.name}.pdf")
    # Boundaries made by Python would be random.
    for number, part in enumerate(part for part in mail.walk() if part.is_multipart()):
        part.set_boundary(_BOUNDARY.format(number))
    return sealed_mail(_headers(view) + mail.as_bytes())


def _headers(view: View) -> bytes:
    """The mail's own headers. X-Unsent makes Outlook open it as a message to send."""
    headers = {"X-Unsent": "1", "Subject": subject(view), "Keywords": ", ".join(view.keywords)}
    return b"".join(_header(name, value) for name, value in headers.items() if value)


def _header(name: str, value: str) -> bytes:
    """A header, encoded word by word (RFC 2047) by Python's legacy API: the newer API loses spaces."""
    charset = "us-ascii" if value.isascii() and value.isprintable() else "utf-8"
    encoded = Header(value, charset, header_name=name).encode(linesep="\r\n")
    return f"{name}: {encoded}\r\n".encode("ascii")


def subject(view: View) -> str:
    """The title, after the marking and what it is: "[OFFICIAL] Draft: Briefing: A title"."""
    marking = f"[{plain(view.marking)}] " if view.marking else ""
    kinds = (view.draft, view.labels["briefing"] if view.edition == "briefing" else "")
    return marking + "".join(f"{kind}: " for kind in kinds if kind) + view.title


class Pictures:
    """The pictures in the HTML, each once, by Content-ID (RFC 2392)."""

    def __init__(self) -> None:
        self._ids: dict[bytes, str] = {}
        self.by_id: dict[str, Picture] = {}

    def address(self, picture: Picture) -> str:
        """The address of a picture in the mail, for the `src` of an image."""
        content_id = self._ids.setdefault(picture.data, f"picture-{len(self._ids) + 1}@engross")
        self.by_id[content_id] = picture
        return f"cid:{content_id}"


def _add_html(mail: EmailMessage, view: View, theme: Theme) -> None:
    """Add the HTML and its pictures. The later alternative is the one that a mail program prefers (RFC 2046, 5.1.4)."""
    pictures = Pictures()
    style = Markup(read_template("eml/style.css", theme.templates))
    none_repeated = RepeatedPictures(())  # a user's macros may call those of the web page
    tools = {"style": style, "pictures": pictures, "repeated": none_repeated, "plain": plain}
    page = fill("eml/page.html.j2", MACROS, view, theme.templates, **tools)
    mail.add_alternative(page, subtype="html", cte="quoted-printable")
    html = list(mail.iter_parts())[1]
    for content_id, picture in pictures.by_id.items():
        type_, subtype = picture.media_type.split("/")
        # The name of the picture's file stays here: it may say more than the picture.
        name = f"{content_id.partition('@')[0]}.{subtype}"
        html.add_related(picture.data, type_, subtype, cid=f"<{content_id}>", filename=name, disposition="inline")
