"""The command, but the work on each document waits at a gate.

python -m tests.batch.gated_command GATE ARGUMENT…
"""

from __future__ import annotations

import sys
from pathlib import Path

from render.batch import executors
from render.cli.commands import main
from tests.batch.gate import Gate, gated

if __name__ == "__main__":
    vars(executors)["make_work"] = gated(Gate(Path(sys.argv[1])))
    sys.argv = ["engross", *sys.argv[2:]]
    main()
