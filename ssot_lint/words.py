"""A file's bytes → which of some names they hold, exactly as Python would read them. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

_COOKIE = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:[ \t\f]*(?:#[^\r\n]*)?(?:\r\n?|\n))??[ \t\f]*#[^\r\n]*?coding[:=][ \t]*([-\w.]+)"
)
"""In the first line, or in the second where the first holds no code (PEP 263)."""
_PLAIN = frozenset(
    "utf-8 utf8 ascii us-ascii latin-1 latin1 iso-8859-1 iso-8859-15 cp1252 windows-1252".split()
)
# Without a border before the word: what begins with plain letters is found several times faster.
_STAR = re.compile(rb"import[\s\\]*\*")
_RELATIVE = re.compile(rb"from[\s\\]*\.")
_WORD = re.compile(r"[^\W\d]\w*")


def present(data: bytes, words: Iterable[str], patterns: Iterable[re.Pattern[str]] = ()) -> frozenset[str]:
    """The words that a file's bytes hold, and its identifiers that match a pattern."""
    text = _searchable(data)
    found: set[str] = set()
    absent: set[str] = set()
    for word, shorter in _nested(frozenset(words)):
        # A word is not there where one that is a part of it is not.
        if absent.isdisjoint(shorter) and (word.encode() in data if text is None else word in text):
            found.add(word)
        else:
            absent.add(word)
    for pattern in patterns:
        if text is None and max(_literals(pattern), key=len).encode() not in data:
            continue
        text = text if text is not None else data.decode("utf-8", "replace")
        found.update(match[0] for match in _WORD.finditer(text) if pattern.fullmatch(match[0]))
    return frozenset(found)


@lru_cache(maxsize=64)
def _nested(words: frozenset[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The words, short ones first, each with those that are a part of it."""
    ordered = sorted(words, key=lambda word: (len(word), word))
    return tuple((word, tuple(one for one in ordered if one != word and one in word)) for word in ordered)


def _literals(pattern: re.Pattern[str]) -> list[str]:
    """The plain pieces of a pattern for identifiers, which is made of them and of wildcards."""
    return pattern.pattern.split(r"\w*")


def is_plain(data: bytes) -> bool:
    """Whether the bytes are the text: all ASCII, and no cookie says otherwise."""
    return data.isascii() and _encoding(data) in _PLAIN


def _encoding(data: bytes) -> str:
    cookie = _COOKIE.match(data)
    return cookie[1].decode("ascii", "replace").lower().replace("_", "-") if cookie else "utf-8"


# Of one file several things are asked, one after the other.
@lru_cache(maxsize=1)
def _searchable(data: bytes) -> str | None:
    """The text to search where the bytes do not say it plainly.

    Names are NFKC-normalised by Python (PEP 3131), and the encoding of a cookie can hide letters.
    """
    encoding = _encoding(data)
    if data.isascii() and encoding in _PLAIN:
        return None
    try:
        text = data.decode(encoding)
    except (LookupError, ValueError):
        return data.decode("latin-1")
    if unicodedata.is_normalized("NFKC", text):
        # Bytes are searched several times faster than text.
        return None if encoding in ("utf-8", "utf8") else text
    return unicodedata.normalize("NFKC", text)


def is_special(data: bytes) -> bool:
    """Whether a file may hand on names that it does not hold: by a star import or a ``__getattr__``."""
    data = _plainly(data)
    return bool(_STAR.search(data)) or b"__getattr__" in data


def reachable(data: bytes, learned: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The learned names that a file can reach: it holds the name, and the last part of a module that has it."""
    names = present(data, learned)
    if not names:
        return names
    text = _plainly(data)
    if _RELATIVE.search(text) or _STAR.search(text):
        return names
    return frozenset(name for name in names if present(data, learned[name]))


def _plainly(data: bytes) -> bytes:
    """The bytes in which the text says plainly what it says."""
    text = _searchable(data)
    return data if text is None else text.encode("utf-8", "surrogatepass")
