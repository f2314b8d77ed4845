"""Text → lines of a log that a CI service reads for commands: escaped in a command, and no command elsewhere.

Any output may end in such a log. So no line of any format is a command, unless it is meant as one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ssot_lint.model.wording import printable

_COMMAND = re.compile(r"##(?=\w*\[)")


def escaped(text: str, escapes: Mapping[str, str]) -> str:
    """The text with each key of ``escapes`` replaced by its value, in one pass. Other characters
    that do not print are written as Python escapes them."""
    return "".join(escapes.get(character) or printable(character) for character in text)


def harmless(line: str) -> str:
    """The line with a blank where a service would take it for a command.

    GitHub obeys ``::name::`` at the beginning of a line, GitHub and Azure ``##[name]`` anywhere in it, Azure
    ``##vso[name]``, TeamCity ``##teamcity[name]``.
    """
    start = len(line) - len(line.lstrip())
    if line.startswith("::", start):
        line = f"{line[:start]}: {line[start + 1 :]}"
    return _COMMAND.sub("## ", line)
