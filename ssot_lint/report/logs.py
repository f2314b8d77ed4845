"""Text → lines of a log that a CI service reads for commands: escaped in a command, and no command elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_COMMAND = re.compile(r"##(?=\[|vso\[)")


def escaped(text: str, escapes: Mapping[str, str]) -> str:
    """The text with each key of ``escapes`` replaced by its value, in one pass.

    Control characters that have no escape, and halves of characters, are written as Python does.
    """
    known = "".join(map(re.escape, escapes))
    text = _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)
    return re.sub(f"[{known}]", lambda found: escapes[found[0]], text)


def harmless(line: str) -> str:
    """The line with a blank where a service would take it for a command.

    GitHub obeys ``::name::`` at the beginning of a line, and both obey ``##[name]`` anywhere in it.
    """
    start = len(line) - len(line.lstrip())
    if line.startswith("::", start):
        line = f"{line[:start]}: {line[start + 1 :]}"
    return _COMMAND.sub("## ", line)
