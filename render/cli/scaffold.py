"""Files to begin from: a first source, its overlay, the schemas by which editors check both, and a house style."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from render.errors import UsageError
from render.model.patterns import IDENTIFIER
from render.output.atomic import is_there, make_folder, rename, save
from render.output.swap import create
from render.read.schema import as_text
from render.read.values import id_hint
from render.resources import TEMPLATES

HOUSE_STYLE_SUFFIXES = (".docx", ".dotx")


def write_starter(id_: str, folder: Path, briefing: bool) -> Iterator[Path]:
    """Write the files, and give their paths. Raises UsageError, before it writes anything, if one exists already."""
    if not re.fullmatch(IDENTIFIER, id_):
        raise UsageError(f"invalid id {id_!r}; {id_hint(id_)}")
    kinds = {"declaration": f"{id_}.yaml"} | ({"briefing": f"{id_}.briefing.yaml"} if briefing else {})
    wanted = {kind: folder / name for kind, name in kinds.items()}
    if existing := [str(path) for path in wanted.values() if is_there(path)]:
        raise UsageError(f"{' and '.join(existing)}: exists already; choose another id, or another folder with --out")
    make_folder(folder)
    for kind, path in wanted.items():
        schema = folder / f"{kind}.schema.json"
        if not is_there(schema):
            save(as_text(kind).encode(), schema, create)
            yield schema
        text = (TEMPLATES / "new" / f"{kind}.yaml").read_text("utf-8").replace("example-id", id_)
        save(text.encode(), path, create)
        yield path


def save_house_style(path: Path, force: bool = False) -> None:
    """Write the styles of Word copies into a file for a user to edit.

    Raises UsageError for another suffix than Word's, or a file that exists already; OutputError if it can't be written.
    """
    if path.suffix.lower() not in HOUSE_STYLE_SUFFIXES:
        raise UsageError(f"{path}: not the name of a Word file; end it in {' or '.join(HOUSE_STYLE_SUFFIXES)}")
    if is_there(path) and not force:
        raise UsageError(
            f"{path}: this file exists already, and someone may have edited it; "
            "choose another name, or add --force to replace it"
        )
    from render.write.docx.writer import write_house_style

    save(write_house_style(path.suffix.lower()), path, rename if force else create)
