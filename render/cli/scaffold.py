"""A first source, its overlay, and the schemas by which editors complete and check both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from render.errors import UsageError
from render.model.patterns import IDENTIFIER
from render.output.atomic import is_there, make_folder, save
from render.read.schema import as_text
from render.resources import TEMPLATES


def write_starter(id_: str, folder: Path, briefing: bool) -> Iterator[Path]:
    """Write the files, and give their paths. Raises UsageError, before it writes anything, if one exists already."""
    if not re.fullmatch(IDENTIFIER, id_):
        hint = "begin with a letter a to z, and use lower-case letters, digits and single hyphens"
        raise UsageError(f"invalid id {id_!r}; {hint}")
    kinds = {"declaration": f"{id_}.yaml"} | ({"briefing": f"{id_}.briefing.yaml"} if briefing else {})
    wanted = {kind: folder / name for kind, name in kinds.items()}
    if existing := [str(path) for path in wanted.values() if is_there(path)]:
        raise UsageError(f"{' and '.join(existing)}: exists already; choose another id, or another folder with --out")
    make_folder(folder)
    for kind, path in wanted.items():
        schema = folder / f"{kind}.schema.json"
        if not is_there(schema):
            save(as_text(kind).encode(), schema)
            yield schema
        text = (TEMPLATES / "new" / f"{kind}.yaml").read_text("utf-8").replace("example-id", id_)
        save(text.encode(), path)
        yield path
