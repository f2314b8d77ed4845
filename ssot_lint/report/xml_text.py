"""Elements → a document of XML 1.0, in ASCII, with nothing in it that XML forbids."""

from __future__ import annotations

import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPECIAL = re.compile("[\t\r\x7f]")
_COMMAND = re.compile("^( *):(?=:)", re.MULTILINE)


def add(parent: Element | None, element: str, text: str = "", /, **attributes: object) -> Element:
    """A new element below another, or a root. Attributes lose a trailing underscore. Characters that XML
    forbids are written as Python escapes them."""
    words = {key.rstrip("_"): _clean(str(value)) for key, value in attributes.items()}
    made = Element(element, words) if parent is None else SubElement(parent, element, words)
    made.text = _clean(text) or None
    return made


def document(root: Element) -> str:
    """The text of a document. A CI service may take two number signs in a log for the start of a command, or two colons
    at the start of a line, so one of the two is written as a character reference. They stand in text and attributes
    only."""
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="us-ascii").decode("ascii")
    text = _SPECIAL.sub(lambda found: f"&#{ord(found[0])};", text).replace("##", "#&#35;")
    text = _COMMAND.sub(r"\1&#58;", text)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _clean(value: str) -> str:
    return _FORBIDDEN.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), value)
