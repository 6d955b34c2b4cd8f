"""The command, killed when its own process has made CALLS calls: python -m tests.batch.dying_command CALLS ARGUMENT…

With "count" for CALLS it is not killed, and writes at its end how many it has made to the file `calls`. Only calls of
functions of Engross count: their number hardly depends on how fast the machine is.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from types import FrameType

import render
from render.cli.commands import main

PACKAGE = str(Path(render.__file__).parent)


def count_calls(limit: int | None) -> list[int]:
    """Count from now on, and kill this process at the limit. Gives the count so far."""
    calls = [0]

    def count(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(PACKAGE):
            calls[0] += 1
            if calls[0] == limit:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(count)
    return calls


if __name__ == "__main__":
    limit, sys.argv = sys.argv[1], ["engross", *sys.argv[2:]]
    calls = count_calls(None if limit == "count" else int(limit))
    try:
        main()
    finally:
        if limit == "count":
            Path("calls").write_text(str(calls[0]))
