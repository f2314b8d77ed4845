"""A file's bytes → which of some names they hold, exactly as Python would read them. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

_COOKIE = re.compile(rb"^(?:[^\n]*\n)?[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_PLAIN = frozenset(
    "utf-8 utf8 ascii us-ascii latin-1 latin1 iso-8859-1 iso-8859-15 cp1252 windows-1252".split()
)
_STAR = re.compile(rb"\bimport[\s\\]*\*")
_RELATIVE = re.compile(rb"\bfrom[ \t\\]*\.")
_WORD = re.compile(r"[^\W\d]\w*")


def present(data: bytes, words: Iterable[str], patterns: Iterable[re.Pattern[str]] = ()) -> frozenset[str]:
    """The words that a file's bytes hold, and its identifiers that match a pattern."""
    text = _searchable(data)
    if text is None:
        found = {word for word in words if word.encode() in data}
    else:
        found = {word for word in words if word in text}
    for pattern in patterns:
        text = text if text is not None else data.decode("latin-1")
        found.update(match[0] for match in _WORD.finditer(text) if pattern.fullmatch(match[0]))
    return frozenset(found)


def is_plain(data: bytes) -> bool:
    """Whether the bytes are the text: all ASCII, and no cookie says otherwise."""
    return data.isascii() and _encoding(data) in _PLAIN


def _encoding(data: bytes) -> str:
    cookie = _COOKIE.match(data[:2000])
    return cookie[1].decode("ascii", "replace").lower().replace("_", "-") if cookie else "utf-8"


def _searchable(data: bytes) -> str | None:
    """The text to search where the bytes do not say it plainly.

    Names are NFKC-normalised by Python (PEP 3131), and the encoding of a cookie can hide letters.
    """
    if is_plain(data):
        return None
    try:
        return unicodedata.normalize("NFKC", data.decode(_encoding(data)))
    except (LookupError, ValueError):
        return data.decode("latin-1")


def is_special(data: bytes) -> bool:
    """Whether a file may hand on names that it does not hold: by a star import or a ``__getattr__``."""
    return bool(_STAR.search(data)) or b"__getattr__" in data


def reachable(data: bytes, learned: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The learned names that a file can reach: it holds the name, and the last part of a module that has it."""
    found = set()
    for name in present(data, learned):
        if _RELATIVE.search(data) or _STAR.search(data) or present(data, learned[name]):
            found.add(name)
    return frozenset(found)
