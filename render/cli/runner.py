"""Run a batch, print and report all that happens, and stop when it is done, at a failure, or at a signal."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any

from render.batch.events import Notice
from render.cli.command import EXIT_FAILED
from render.cli.run_log import RunLog
from render.errors import EngrossError, OutputError, UsageError

if TYPE_CHECKING:
    from render.cli.arguments import RenderArguments
    from render.write.formats import Printer


def run_batch(arguments: RenderArguments, printer: Printer | None) -> int:
    """The exit code of a run. However it ends, it is printed, and the reports are written."""
    started, log = time.monotonic(), RunLog.of(arguments)
    code, is_complete = EXIT_FAILED, False
    try:
        with _stoppable():
            _run(arguments, log, printer)
        code, is_complete = EXIT_FAILED if log.summary.errors else 0, True
    except Stopped as stopped:
        code, is_complete = stopped.code, True
        log.note(Notice(str(stopped), "interrupted", failed=True))
    except EngrossError as error:
        code = error.exit_code
        for line in error.lines:
            log.note(Notice(line, error.code, failed=True))
    except BaseException as error:
        log.note(Notice(f"{type(error).__name__}: {error}", "internal", failed=True), is_printed=False)
        with suppress(OSError, OutputError):  # the error itself is more important
            log.end(code, time.monotonic() - started, is_complete)
        raise
    return log.end(code, time.monotonic() - started, is_complete)


def _run(arguments: RenderArguments, log: RunLog, printer: Printer | None) -> None:
    if arguments.report:
        from render.batch.report import check_suffixes

        check_suffixes(arguments.report)
    from render.batch.run import run
    from render.batch.sources import find_sources
    from render.cli.reporters import progress
    from render.write.formats import validate_theme

    options, settings = arguments.render_options(), arguments.batch_settings()
    for note in validate_theme(options.formats, options.theme):
        log.note(Notice(note, "house-style", begins_with_place=True), is_printed=not arguments.quiet)
    sources = find_sources(arguments.sources, arguments.from_file)
    log.begin([source.path for source in sources], options.release)
    show_progress = not arguments.quiet and arguments.log_format == "text"
    events = run(sources, options, settings, printer)
    with closing(events), progress(log.summary, show_progress) as update_progress:
        for event in events:
            log.add(event)
            update_progress()
            if log.summary.failed >= arguments.failures_to_stop:
                break


def report_refused(values: Mapping[str, Any], message: str) -> bool:
    """Write the reports of a command line that can't be read, as far as its values are known.

    Whether the message was printed, as an event in JSON.
    """
    from render.output.store import DEFAULT_STORE

    is_json = values.get("log_format") == "json"
    log = RunLog.to(values.get("report") or (), values.get("out") or DEFAULT_STORE, is_json)
    log.note(Notice(message, "usage", failed=True), is_printed=is_json)
    log.end(UsageError.exit_code, 0.0, is_complete=False)
    return is_json


class Stopped(BaseException):
    """A signal asked the run to stop."""

    def __init__(self, number: int) -> None:
        name = signal.Signals(number).name
        super().__init__(f"the run was interrupted ({name}); run the same command again to do the rest")
        self.code = 128 + number


@contextmanager
def _stoppable() -> Iterator[None]:
    """Raise Stopped at ^C, at SIGTERM, and when the terminal closes (SIGHUP), so that everything open is closed.

    A second signal doesn't interrupt that. `nohup` has SIGHUP ignored, and then it stays so.
    """

    def stop(number: int, _: object) -> None:
        for other in handlers:
            signal.signal(other, signal.SIG_IGN)
        raise Stopped(number)

    hangup = [] if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN else [signal.SIGHUP]
    handlers: dict[signal.Signals, Any] = {}
    for number in (signal.SIGINT, signal.SIGTERM, *hangup):
        handlers[number] = signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
