"""The environment of the programs that set text in tests: they find the project's fonts and no others.

What LibreOffice and Chromium lay out then depends on no font that a machine happens to have.
"""

from __future__ import annotations

import os
from pathlib import Path

ALL = Path(__file__).with_name("fonts.conf")
OFFICE = Path(__file__).with_name("office-fonts.conf")
"""The fonts in which LibreOffice lays out all that the tests give it, in bounded time."""


def font_environment(configuration: Path = ALL) -> dict[str, str]:
    """This process's environment, with fontconfig confined to fonts of `templates/fonts`."""
    return {**os.environ, "FONTCONFIG_FILE": str(configuration)}
