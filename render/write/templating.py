"""Jinja as engross uses it: sandboxed, strict, escaping, and one macro for each kind of block and inline.

A format has macro files (`blocks.*`, `inlines.*`) and pages. `show(node)` calls the macro that is named for the node's
class; of two macros of one name the later file's wins. So `pdf/` holds only what it prints otherwise than `html/`, and
a user's folder only what it wants otherwise than ours.
"""

from __future__ import annotations

import os
import re
import sys
import traceback
from base64 import b64encode
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from types import FunctionType, MethodType
from typing import Any, cast, get_args

import jinja2
from jinja2.bccache import Bucket, FileSystemBytecodeCache
from jinja2.loaders import BaseLoader, split_template_path
from jinja2.runtime import Context, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing
from markupsafe import Markup, escape

from render.errors import TemplateError
from render.resources import TEMPLATES
from render.view import blocks, inlines, media
from render.view.blocks import Block, View
from render.view.inlines import Inline, Words
from render.view.media import Attachment, Picture
from render.write.escape import ESCAPES

SHIPPED = "shipped/"
"""Before a template's name: ours, whatever the user's folder has by that name."""


def macro_name(kind: type) -> str:
    """The macro that shows a class of the View: `NoteMark` is shown by `note_mark`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind.__name__).lower()


KINDS: Mapping[type, str] = {kind: macro_name(kind) for kind in (*get_args(Block), *get_args(Inline), Words)}
"""The classes that `show` takes, and their macros."""


def fill(page: str, macro_files: Sequence[str], view: View, templates: Path | None, **tools: Any) -> str:
    """The page `page` of a view, its blocks shown by the macros of `macro_files` (if any), of which the later wins.

    `templates` is the user's own folder, if any. Templates see the view, its labels, `show` and the `tools`. Raises
    TemplateError for a fault in a template, with its file and line.
    """
    environment = _environment(templates, _suffix(page))
    macros: dict[str, Macro] = {}
    functions: dict[type, Callable[..., str]] = {}
    mark = Markup if cast(Callable[[str], bool], environment.autoescape)(page) else str
    context = {**tools, "view": view, "labels": view.labels, "show": _show(functions, mark)}
    try:
        for template in _macro_templates(environment, macro_files):
            module = vars(template.make_module(context))
            macros |= {name: value for name, value in module.items() if isinstance(value, Macro)}
        if macro_files and (lacking := sorted(set(KINDS.values()) - macros.keys())):
            raise TemplateError(f"{macro_files[-1]}: no macro for {', '.join(lacking)}; add one for each")
        functions |= {kind: _function(macros[name]) for kind, name in KINDS.items() if name in macros}
        return environment.get_template(page).render(context)
    except Exception as error:
        if isinstance(error, TemplateError | MemoryError) or not (place := _place(error)):
            raise
        raise TemplateError(f"{place}: {error}; mend the template") from error


def read_template(name: str, templates: Path | None) -> str:
    """A file of the templates that has no expressions: a style, a script."""
    return _Loader(templates).text(name) if templates else _our_own(name)


@cache
def _our_own(name: str) -> str:
    return _Loader(None).text(name)


def _macro_templates(environment: jinja2.Environment, names: Iterable[str]) -> Iterable[jinja2.Template]:
    """The macro files, each of ours before the user's own of the same name."""
    for name in names:
        ours, effective = environment.get_template(SHIPPED + name), environment.get_template(name)
        yield ours
        if effective.filename != ours.filename:
            yield effective


def _show(functions: Mapping[type, Callable[..., str]], mark: type[str]) -> Callable[..., str]:
    """`show(node or nodes, …)`: what the macro of each node's kind makes of it, one after the other."""

    def show(nodes: Any, *arguments: Any, **named: Any) -> str:
        if type(nodes) is tuple:
            return mark("".join([functions[type(node)](node, *arguments, **named) for node in nodes]))
        return mark(functions[type(nodes)](nodes, *arguments, **named))

    return show


def _function(macro: Macro) -> Callable[..., str]:
    """A macro, called by what it calls in the end, unless arguments have names or it takes others besides its own.

    A text calls some macros for each of its runs, and what is around the function takes longer than it.
    """
    if macro.caller or macro.catch_kwargs or macro.catch_varargs:
        return macro
    function, none_given = macro._func, (missing,) * len(macro.arguments)

    def call(*arguments: Any, **named: Any) -> str:
        if named:
            return macro(*arguments, **named)
        return function(*arguments, *none_given[len(arguments) :])

    return call


def _suffix(page: str) -> str:
    """The suffix of a page that is escaped by a function of its format; "" for one of HTML, XML or plain text."""
    return next((suffix for suffix in ESCAPES if page.endswith(suffix)), "")


@cache
def _environment(templates: Path | None, suffix: str = "") -> jinja2.Environment:
    environment = _Sandbox(
        loader=_Loader(templates),
        autoescape=lambda name: not (name or "").endswith(".txt.j2"),
        finalize=ESCAPES.get(suffix),
        undefined=jinja2.StrictUndefined,
        bytecode_cache=_code_cache(suffix),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "of": _of,
        "but": _but,
        "data_uri": _data_uri,
        "css_string": _css_string,
        "divisible": _divisible,
    }
    return environment


_FUNCTIONS = (FunctionType, MethodType)
_WRITERS = "render.write."


class _Sandbox(ImmutableSandboxedEnvironment):
    """The sandbox; fields of the View, which hold nothing but data, and macros pass without a search."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if attribute in _FIELDS[type(obj)]:
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)

    def call(self, context: Context, obj: Any, /, *arguments: Any, **named: Any) -> Any:
        """What a call gives. Macros, which are the templates' own, and what writers hand them need no search."""
        is_macro = type(obj) is Macro
        if not is_macro and not (type(obj) in _FUNCTIONS and obj.__module__.startswith(_WRITERS)):
            return super().call(context, obj, *arguments, **named)
        if named:
            for name in _OF_THE_CONTEXT:
                named.pop(name, None)
        return obj(context.eval_ctx, *arguments, **named) if is_macro else obj(*arguments, **named)


_OF_THE_CONTEXT = ("_loop_vars", "_block_vars")
"""What Jinja adds to calls for functions that ask for a context, and takes away from others itself."""
_FIELDS: defaultdict[type, frozenset[str]] = defaultdict(
    frozenset,
    {
        kind: frozenset(it.name for it in fields(kind))
        for module in (blocks, inlines, media)
        for kind in vars(module).values()
        if isinstance(kind, type) and is_dataclass(kind)
    },
)
"""The names of the fields of the View's classes; of all others, none."""


class _Loader(BaseLoader):
    """Templates by name: the user's folder first, then ours. No link leads out of a folder."""

    def __init__(self, templates: Path | None) -> None:
        self.folders = [folder.resolve() for folder in (templates, TEMPLATES) if folder]

    def text(self, name: str) -> str:
        """A file as it stands."""
        return self._path(name).read_text("utf-8")

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """A template, its path, and whether it is still the same. Ours stay as they are while a process runs."""
        path = self._path(template)
        ours = path.is_relative_to(self.folders[-1])
        return path.read_text("utf-8"), str(path), (lambda: True) if ours else _unchanged(path)

    def _path(self, template: str) -> Path:
        folders = self.folders[-1:] if template.startswith(SHIPPED) else self.folders
        parts = split_template_path(template.removeprefix(SHIPPED))
        for folder in folders:
            path = folder.joinpath(*parts).resolve()
            if path.is_relative_to(folder) and path.is_file():
                return path
        raise jinja2.TemplateNotFound(template)


def _unchanged(path: Path) -> Callable[[], bool]:
    """Whether a template is still the file that was read."""

    def stamp() -> tuple[int, int]:
        with suppress(OSError):
            status = path.stat()
            return status.st_mtime_ns, status.st_size
        return 0, 0

    read = stamp()
    return lambda: stamp() == read


class _CodeCache(FileSystemBytecodeCache):
    """Compiled templates by their content; a cache that can't be written is none."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)


def _code_cache(suffix: str) -> _CodeCache | None:
    """The user's own cache, apart for each version of Jinja and Python; none where others could write in it.

    The code of a template holds how its format escapes, which `suffix` says.
    """
    with suppress(OSError, RuntimeError):
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        folder = base / "engross" / f"templates-{jinja2.__version__}-{sys.implementation.cache_tag}"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.stat()
        if status.st_uid == os.geteuid() and not status.st_mode & 0o022:
            return _CodeCache(str(folder), f"__jinja2_%s{suffix}.cache")
    return None


def _place(error: Exception) -> str:
    """The template's file and line where an error arose; "" where it arose in no template."""
    if isinstance(error, jinja2.TemplateSyntaxError):
        return f"{error.filename or error.name}:{error.lineno}"
    if isinstance(error, jinja2.TemplateNotFound):
        return "templates"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(".j2")]
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""


# Filters


def _of(blocks: Iterable[Block], *kinds: str) -> tuple[Block, ...]:
    """The blocks of these kinds, by their macros' names."""
    return tuple(block for block in blocks if KINDS[type(block)] in kinds)


def _but(blocks: Iterable[Block], *kinds: str) -> tuple[Block, ...]:
    """The blocks of all other kinds."""
    return tuple(block for block in blocks if KINDS[type(block)] not in kinds)


def _data_uri(file: Picture | Attachment) -> str:
    return f"data:{file.media_type};base64,{b64encode(file.data).decode()}"


def _divisible(text: str) -> Markup:
    """The text, with what may have to be divided on a narrow line marked as `long`; all else stays whole.

    No line ends between two dashes, whatever spaces are between them (Unicode Standard Annex 14, LB17).
    """
    if ("—" not in text and max(map(len, text.split()), default=0) < _MANY) or not _LONG.search(text):
        return escape(text)  # as nearly all is
    pieces = _LONG.split(text)
    return Markup("").join(
        Markup('<span class="long">{}</span>').format(piece) if number % 2 else piece
        for number, piece in enumerate(pieces)
    )


_MANY = 25
"""Letters that a narrow line may have no room for."""
_LONG = re.compile(rf"((?:\S|(?<=—) +(?=—)){{{_MANY},}})")


def _css_string(text: str) -> Markup:
    """A CSS string, quoted (CSS Syntax 3, 4.3.5), that can't end a style element either."""
    escaped = re.sub(r'["\\<>&\n]', lambda found: f"\\{ord(found[0]):x} ", text)
    return Markup(f'"{escaped}"')
