"""`python -m render` is `engross`."""

from render.cli.commands import main

main(prog_name="engross")
