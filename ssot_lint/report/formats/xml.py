"""Text → text and attributes of XML 1.0, in ASCII, with nothing in them that XML forbids."""

from __future__ import annotations

import re

HEADER = '<?xml version="1.0" encoding="UTF-8"?>\n'

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARKUP = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
_SPECIAL = re.compile('[&<>"\t\n\r\x7f-\U0010ffff]|#(?=#)')
"""Where two number signs meet a service that reads a log may look for a command."""


def text(value: str) -> str:
    """Text between tags, or inside the quotes of an attribute. Characters that XML has no place for are written as
    Python escapes them."""
    return _SPECIAL.sub(_reference, _FORBIDDEN.sub(_escape, value))


def tag(element: str, /, **attributes: object) -> str:
    """What stands between the angle brackets of a start tag. Each name loses a trailing underscore."""
    words = (f' {key.rstrip("_")}="{text(str(value))}"' for key, value in attributes.items())
    return element + "".join(words)


def _escape(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")


def _reference(found: re.Match[str]) -> str:
    # Line ends and tabs are written as numbers: as they are, a reader would make them blanks in an attribute.
    return _MARKUP.get(found[0]) or f"&#{ord(found[0])};"
