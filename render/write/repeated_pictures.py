"""The pictures that a page shows more than once, so that it holds each of them once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from render.view.blocks import Block, Image, Paragraph
from render.view.media import Picture

_SCHEME = "picture:"


class RepeatedPictures:
    """What templates call as `repeated`: a page holds a picture where it shows it first, and refers to it later."""

    def __init__(self, blocks: Iterable[Block]) -> None:
        counts = Counter(picture.data for picture in _pictures(blocks))
        repeated = (data for data, count in counts.items() if count > 1)
        # No id of a source has an underscore.
        self._ids = {data: f"picture_{number}" for number, data in enumerate(repeated, 1)}
        self._shown: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self._ids)

    def id_of(self, picture: Picture) -> str:
        """The id of a picture that is shown more than once; "" for any other."""
        return self._ids.get(picture.data, "")

    def is_first(self, picture: Picture) -> bool:
        """Whether a picture that is shown more than once is asked for the first time."""
        id_ = self.id_of(picture)
        is_first = id_ not in self._shown
        self._shown.add(id_)
        return bool(id_) and is_first

    def address(self, picture: Picture) -> str:
        """The address of a picture that is shown more than once, in a page to print; "" for any other."""
        return f"{_SCHEME}{id_}" if (id_ := self.id_of(picture)) else ""


def _pictures(blocks: Iterable[Block]) -> Iterator[Picture]:
    for block in blocks:
        if isinstance(block, Image):
            yield block.picture
        elif isinstance(block, Paragraph) and block.children:
            yield from _pictures(block.children)


def addresses(links: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The data of each picture in a page to print, by its address; `links` are the ids and data in the page."""
    return {f"{_SCHEME}{id_}": data for id_, data in links}
