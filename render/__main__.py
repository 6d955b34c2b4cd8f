"""`python -m render` is `engross`."""

# Python puts the working directory first on its path for `-m`, and anyone may have written the files there. This comes
# before all other imports, and the package itself has none. `engross` and `python -P` never have it on their path.
import os
import sys

if not sys.flags.safe_path and (
    sys.path[0] == os.getcwd() != __file__.rpartition("/render/")[0]  # noqa: PTH109 (pathlib isn't imported yet)
):
    del sys.path[0]

from render.cli.commands import main

main(prog_name="engross")
