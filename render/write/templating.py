"""Jinja as Engross uses it: sandboxed, with undefined names as errors, and one macro for each kind of block and inline.

A format has macro files (`blocks.*`, `inlines.*`) and pages. `show(node)` calls the macro named after the node's class.
If two files have a macro of the same name, the later file wins. So `pdf/` has only those macros in which it differs
from `html/`, and a user's folder only those in which it differs from Engross's own.

A template sees:

- `view`: the View, see render/view/blocks.py. Templates can't change it, nor read names that begin with an underscore.
- `labels`: Engross's own words in the language of the labels, by name, such as `labels.contents`.
- `show(node, …)`: the output of the node's macro; of a tuple of nodes, their outputs joined. Further arguments go to
  the macro. A node is a block, an inline, or a `Words`.
- Jinja's own filters, and `only(kind, …)` and `without(kind, …)` to choose blocks by the names of their macros,
  `data_uri` for a picture or an attachment, `css_string` for a quoted CSS string, and `breakable` for text in HTML.
- What the format's writer adds: html `repeated`, `style`, `script`, `hash_of(text)`, `linked_data(view)` and
  `plain(words)`; pdf `repeated`, `style` and `plain`; text `wrap`, `hanging`, `longest`, `table_lines`, `links` and
  `columns`; eml `style`, `pictures`, `repeated` and `plain`; docx `bookmark`, `locale`, `plain`, `proofing` and
  `unstopped`.
- In docx/body, notes and comments, `word` (see WordContext); in comments, `remarks`; in restarts, `restarts`; in above,
  `sheet` and `width`. The parts in docx/package, restarts, above and below have no macros for `show`.

The output is escaped for HTML and XML, unless the template's name ends in `.txt.j2`. `{% include "shipped/NAME" %}`
reads Engross's own file, whatever the user's folder has under that name.
"""

from __future__ import annotations

import re
import traceback
from base64 import b64encode
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from types import FunctionType, MethodType
from typing import Any, cast, get_args

import jinja2
from jinja2.runtime import Context, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing
from markupsafe import Markup, escape

from render.errors import TemplateError
from render.view import blocks, inlines, media
from render.view.blocks import Block, View
from render.view.inlines import Inline, Words
from render.view.media import Attachment, Picture
from render.write.escape import ESCAPES
from render.write.template_loader import SHIPPED, TemplateLoader, code_cache


def macro_name(kind: type) -> str:
    """The name of the macro for a class of the View: `note_mark` for `NoteMark`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind.__name__).lower()


KINDS: Mapping[type, str] = {kind: macro_name(kind) for kind in (*get_args(Block), *get_args(Inline), Words)}
"""The name of the macro for each class that `show` takes."""


def fill(page: str, macro_files: Sequence[str], view: View, templates: Path | None, **tools: Any) -> str:
    """The output of the template `page` for a view. `show` calls the macros of `macro_files`; a later file wins.

    `templates` is the user's own folder, if any. Templates see `tools` too. Raises TemplateError for an error in a
    template, with its file and line.
    """
    environment = _environment(templates, templates and templates.absolute(), _suffix(page))
    macros: dict[str, Macro] = {}
    functions: dict[type, Callable[..., str]] = {}
    text_type = Markup if cast(Callable[[str], bool], environment.autoescape)(page) else str
    context = {**tools, "view": view, "labels": view.labels, "show": _show_by(functions, text_type)}
    try:
        for template in _macro_templates(environment, macro_files):
            module = vars(template.make_module(context))
            macros |= {name: value for name, value in module.items() if isinstance(value, Macro)}
        if macro_files and (missing_macros := sorted(set(KINDS.values()) - macros.keys())):
            raise TemplateError(f"{macro_files[-1]}: no macro for {', '.join(missing_macros)}; add one for each")
        functions |= {kind: _function_of(macros[name]) for kind, name in KINDS.items() if name in macros}
        return environment.get_template(page).render(context)
    except Exception as error:
        if isinstance(error, TemplateError | MemoryError) or not (place := _place_of(error, page)):
            raise
        raise TemplateError(f"{place}: {error}; fix the template") from error


def read_template(name: str, templates: Path | None) -> str:
    """A file of the templates that has no expressions, such as a style or a script."""
    return TemplateLoader(templates).read(name) if templates else _read_shipped(name)


@cache
def _read_shipped(name: str) -> str:
    return TemplateLoader(None).read(name)


def _macro_templates(environment: jinja2.Environment, names: Iterable[str]) -> Iterable[jinja2.Template]:
    """The macro files in order, the user's own file after Engross's file of the same name."""
    for name in names:
        shipped, effective = environment.get_template(SHIPPED + name), environment.get_template(name)
        yield shipped
        if effective.filename != shipped.filename:
            yield effective


def _show_by(functions: Mapping[type, Callable[..., str]], text_type: type[str]) -> Callable[..., str]:
    """The function `show`, which calls the function for a node's class and returns a `text_type`."""

    def show(nodes: Any, *arguments: Any, **named: Any) -> str:
        if type(nodes) is tuple:
            return text_type("".join([functions[type(node)](node, *arguments, **named) for node in nodes]))
        return text_type(functions[type(nodes)](nodes, *arguments, **named))

    return show


def _function_of(macro: Macro) -> Callable[..., str]:
    """A macro's compiled function, which leaves out Macro's handling of arguments where there is nothing to handle.

    A text calls some macros once for each run. This saves 4 to 15 % of the time that a page takes.
    """
    if macro.caller or macro.catch_kwargs or macro.catch_varargs:
        return macro
    function, not_given = macro._func, (missing,) * len(macro.arguments)

    def call(*arguments: Any, **named: Any) -> str:
        if named:
            return macro(*arguments, **named)
        return function(*arguments, *not_given[len(arguments) :])

    return call


def _suffix(page: str) -> str:
    """The suffix of a page that is escaped by a function of its format; "" for one of HTML, XML or plain text."""
    return next((suffix for suffix in ESCAPES if page.endswith(suffix)), "")


@cache
def _environment(templates: Path | None, absolute: Path | None, suffix: str = "") -> jinja2.Environment:
    # The absolute path is only a key: a program may change its working directory.
    environment = _Sandbox(
        loader=TemplateLoader(templates),
        autoescape=lambda name: not (name or "").endswith(".txt.j2"),
        finalize=ESCAPES.get(suffix),
        undefined=jinja2.StrictUndefined,
        bytecode_cache=code_cache(suffix),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "only": _only,
        "without": _without,
        "data_uri": _data_uri,
        "css_string": _css_string,
        "breakable": _breakable,
    }
    return environment


_FUNCTION_TYPES = (FunctionType, MethodType)
_WRITERS = "render.write."


class _Sandbox(ImmutableSandboxedEnvironment):
    """The sandbox, with shortcuts for what is known to be safe.

    Fields of the View hold only data, macros come from the templates, and functions of render.write are made for them.
    Without the shortcut for calls a page takes 20 to 45 % longer.
    """

    def getattr(self, obj: Any, attribute: str) -> Any:
        if attribute in _FIELDS[type(obj)]:
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)

    def call(self, context: Context, obj: Any, /, *arguments: Any, **named: Any) -> Any:
        is_macro = type(obj) is Macro
        if not is_macro and not (type(obj) in _FUNCTION_TYPES and (obj.__module__ or "").startswith(_WRITERS)):
            return super().call(context, obj, *arguments, **named)
        if named:
            for name in _CONTEXT_ARGUMENTS:
                named.pop(name, None)
        return obj(context.eval_ctx, *arguments, **named) if is_macro else obj(*arguments, **named)


_CONTEXT_ARGUMENTS = ("_loop_vars", "_block_vars")
"""Arguments that Jinja's compiled code adds to calls inside loops and blocks, and that Context.call removes again."""
_FIELDS: defaultdict[type, frozenset[str]] = defaultdict(
    frozenset,
    {
        kind: frozenset(field.name for field in fields(kind))
        for module in (blocks, inlines, media)
        for kind in vars(module).values()
        if isinstance(kind, type) and is_dataclass(kind)
    },
)
"""The names of the fields of each class of the View; an empty set for any other class."""


def _place_of(error: Exception, page: str) -> str:
    """The template's file and line in which an error happened; "" if it happened outside the templates.

    It is the page alone if Jinja itself raised the error, as it does when it joins what a template gave.
    """
    if isinstance(error, jinja2.TemplateSyntaxError):
        return f"{error.filename or error.name}:{error.lineno}"
    if isinstance(error, jinja2.TemplateNotFound):
        return "templates"
    frames = traceback.extract_tb(error.__traceback__)
    if templates := [frame for frame in frames if frame.filename.endswith(".j2")]:
        return f"{templates[-1].filename}:{templates[-1].lineno}"
    return page if Path(frames[-1].filename).parent == Path(jinja2.__file__).parent else ""


# Filters


def _only(blocks: Iterable[Block], *kinds: str) -> tuple[Block, ...]:
    """The blocks of these kinds, by the names of their macros."""
    return tuple(block for block in blocks if KINDS[type(block)] in kinds)


def _without(blocks: Iterable[Block], *kinds: str) -> tuple[Block, ...]:
    """The blocks of all other kinds."""
    return tuple(block for block in blocks if KINDS[type(block)] not in kinds)


def _data_uri(file: Picture | Attachment) -> str:
    return f"data:{file.media_type};base64,{b64encode(file.data).decode()}"


def _breakable(text: str) -> Markup:
    """The text as HTML, with very long words in a span of the class `long`, so that a style may break these alone.

    Dashes with spaces between them count as one word: no line may break there (Unicode Standard Annex 14, LB17).
    """
    if ("—" not in text and max(map(len, text.split()), default=0) < _MIN_LONG) or not _LONG.search(text):
        return escape(text)  # the common case, quickly
    pieces = _LONG.split(text)
    return Markup("").join(
        Markup('<span class="long">{}</span>').format(piece) if number % 2 else piece
        for number, piece in enumerate(pieces)
    )


_MIN_LONG = 25
"""Characters: a longer word may be wider than a narrow line."""
_LONG = re.compile(rf"((?:\S|(?<=—) +(?=—)){{{_MIN_LONG},}})")


def _css_string(text: str) -> Markup:
    """A CSS string in quotation marks (CSS Syntax 3, 4.3.5). It can't end a style element."""
    escaped = re.sub(r'["\\<>&\n]', lambda found: f"\\{ord(found[0]):x} ", text)
    return Markup(f'"{escaped}"')
