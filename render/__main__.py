"""`python -m render` is `engross`."""

from render.cli import main

main(prog_name="engross")
