"""What the tests of batches share: small sources, and runs of them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, fields, replace
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

import pytest

from render.batch.events import Notice, OrphanedOutput, SourceResult
from render.batch.run import run
from render.batch.settings import BatchSettings
from render.batch.sources import find_sources
from render.output.store import Folder, store_at
from render.pipeline import RenderOptions
from render.write.formats import FORMATS
from render.write.theme import Theme
from tests.batch.clusters import ENVIRONMENT, Cluster
from tests.batch.s3 import BucketClient, s3_server
from tests.printer import sharing_printer

SOURCE = "id: {id}\ntitle: A title\nlanguages: [en]\nbody: [{{id: one, text: '{text}'}}]\n"
OUTPUTS_OF_A = ["a.docx", "a.html", "a.txt"]


@dataclass
class BatchFolder:
    """A folder with sources, and the runs over it."""

    folder: Path
    options: RenderOptions
    settings: BatchSettings = field(default_factory=BatchSettings)
    notices: list[str] = field(default_factory=list)
    gone: list[OrphanedOutput] = field(default_factory=list)

    @property
    def out(self) -> Path:
        folder = self.options.out
        assert isinstance(folder, Folder)
        return folder.path

    def source(self, name: str, text: str = "One.", file: str = "") -> Path:
        path = self.folder / (file or f"{name}.yaml")
        path.write_text(SOURCE.format(id=name, text=text))
        return path

    def run(self, *paths: Path, **how: Any) -> dict[str, SourceResult]:
        """The result of each source, by its id or else its file's name."""
        names = {field.name for field in fields(BatchSettings)}
        settings = replace(self.settings, **{key: value for key, value in how.items() if key in names})
        options = replace(self.options, **{key: value for key, value in how.items() if key not in names})
        outcomes, self.gone, self.notices = {}, [], []
        with sharing_printer():
            for event in run(find_sources(paths or [self.folder]), options, settings):
                match event:
                    case SourceResult():
                        outcomes[event.id or event.path.name] = event
                    case OrphanedOutput():
                        self.gone.append(event)
                    case Notice(text):
                        self.notices.append(text)
        return outcomes

    def written(self, *paths: Path, **how: Any) -> list[str]:
        """The names of the files that a run wrote."""
        return [output.name for result in self.run(*paths, **how).values() for output in result.outputs if output.saved]

    def outputs(self) -> list[str]:
        return sorted(path.name for path in self.out.iterdir() if path.name != ".engross")


@pytest.fixture
def batch(tmp_path: Path) -> BatchFolder:
    """Sources in a folder, and all formats but the PDF beside it."""
    (tmp_path / "source").mkdir()
    formats = tuple(FORMATS[name] for name in ("docx", "html", "txt"))
    return BatchFolder(tmp_path / "source", RenderOptions(formats, Folder(tmp_path / "build")))


@pytest.fixture(scope="session")
def server() -> Iterator[dict[str, str]]:
    with s3_server() as variables:
        yield variables


@pytest.fixture
def variables(server: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What leads to the server, in the environment too, and a folder of one's own for what the machine keeps."""
    found = {**server, "XDG_STATE_HOME": str(tmp_path / "state")}
    for name, value in found.items():
        monkeypatch.setenv(name, value)
    stop_fork_server()
    return found


def stop_fork_server() -> None:
    """End the server that an earlier test started: it and all its workers know the environment of then."""
    forkserver._forkserver._stop()  # type: ignore[attr-defined]  # private: for tests alone


@pytest.fixture
def bucket(variables: dict[str, str]) -> BucketClient:
    return BucketClient(f"test-{uuid.uuid4()}")


@pytest.fixture(scope="session")
def cluster(server: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with ExitStack() as stack:
        yield Cluster(stack, 2, {**ENVIRONMENT, **server}, tmp_path_factory.mktemp("dask"))


@pytest.fixture
def cluster_batch(batch: BatchFolder, cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> BatchFolder:
    """A folder whose batches run on the cluster."""
    batch.settings = replace(batch.settings, scheduler=cluster.url)
    monkeypatch.chdir(batch.folder.parent)
    return batch


@pytest.fixture
def bucket_batch(batch: BatchFolder, bucket: BucketClient) -> BatchFolder:
    """Sources in a folder, and all formats but the PDF in a bucket."""
    batch.options = replace(batch.options, out=store_at(f"s3://{bucket.name}/out/"))
    return batch


Templates = Callable[[str, str], Path]


@pytest.fixture
def house(tmp_path: Path, batch: BatchFolder) -> Templates:
    """Writes a template of the user's own."""
    folder = tmp_path / "house"
    folder.mkdir()
    batch.options = replace(batch.options, theme=Theme(folder))

    def write(name: str, text: str) -> Path:
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return path

    return write


def names(formats: Sequence[str], id_: str = "a") -> list[str]:
    return sorted(f"{id_}.{format}" for format in formats)


def edit_word_copy(path: Path) -> bytes:
    """Save a Word copy as a word processor would: another archive, of other parts."""
    import docx

    document = docx.Document(str(path))
    document.paragraphs[-1].add_run(" And so say all of us.")
    document.save(str(path))
    return path.read_bytes()
