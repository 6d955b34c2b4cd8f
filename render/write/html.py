"""View to HTML: the page for browsers, and the page from which the PDF is printed."""

from __future__ import annotations

import json
from base64 import b64encode
from hashlib import sha256

from markupsafe import Markup

from render.view.blocks import View
from render.view.plain import plain
from render.write.repeated_pictures import RepeatedPictures
from render.write.templating import fill, read_template
from render.write.theme import DEFAULT_THEME, Theme

MACROS = ("html/inlines.html.j2", "html/blocks.html.j2")
PRINT_MACROS = (*MACROS, "pdf/blocks.html.j2")


def write_html(view: View, theme: Theme = DEFAULT_THEME) -> bytes:
    """One self-contained page in UTF-8: style and script are inline, nothing is requested. Raises TemplateError."""
    repeated = RepeatedPictures(view.blocks)
    styles = ("html/style.css", "html/repeated.css") if repeated else ("html/style.css",)
    tools = {
        "repeated": repeated,
        "style": Markup("".join(read_template(name, theme.templates) for name in styles)),
        "script": Markup(read_template("html/script.js", theme.templates)),
        "hash_of": hash_of,
        "linked_data": linked_data,
        "plain": plain,
    }
    return fill("html/page.html.j2", MACROS, view, theme.templates, **tools).encode()


def write_print(view: View, theme: Theme = DEFAULT_THEME) -> str:
    """The page that a printer makes the PDF from. Raises TemplateError."""
    style = Markup(read_template("pdf/style.css", theme.templates))
    tools = {"repeated": RepeatedPictures(view.blocks), "style": style, "plain": plain}
    return fill("pdf/page.html.j2", PRINT_MACROS, view, theme.templates, **tools)


def hash_of(text: str) -> str:
    """The hash by which a Content-Security-Policy allows an inline style or script (CSP Level 3, 2.3.1)."""
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def linked_data(view: View) -> Markup:
    """The page's metadata for search engines: JSON-LD in the terms of schema.org, safe inside a script element."""
    publisher = {"@type": "Organization", "name": view.publisher, "url": view.publisher_url}
    data = {
        "@context": "https://schema.org",
        "@type": "DigitalDocument",
        "name": view.title,
        "inLanguage": view.language,
        "url": view.url,
        "datePublished": view.published and view.published.isoformat(),
        "dateModified": view.date and view.date.isoformat(),
        "publisher": {key: value for key, value in publisher.items() if value} if view.publisher else None,
        "copyrightNotice": view.rights,
    }
    known = {key: value for key, value in data.items() if value}
    return Markup(json.dumps(known, ensure_ascii=False).replace("<", "\\u003c"))
