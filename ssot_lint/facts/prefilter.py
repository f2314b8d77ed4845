"""A file's bytes → which of some names they hold, exactly as Python would read them. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from ssot_lint.model.name_words import identifiers

_COOKIE = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:[ \t\f]*(?:#[^\r\n]*)?(?:\r\n?|\n))??[ \t\f]*#[^\r\n]*?coding[:=][ \t]*([-\w.]+)"
)
"""In the first line, or in the second where the first holds no code (PEP 263)."""
_PLAIN = frozenset(
    "utf-8 utf8 ascii us-ascii latin-1 latin1 iso-8859-1 iso-8859-15 cp1252 windows-1252".split()
)
# Without a border before the word: what begins with plain letters is found several times faster.
_STAR = re.compile(rb"import[\s\\]*\*")
_OWN_PACKAGE = re.compile(rb"from[\s\\]*\.[\s\\.]*import")
_DOTS = (b"'.'", b'"."', b"'..", b'"..')
"""An import from packages around the file, which it then need not name: as a statement, and as text."""


class Words(NamedTuple):
    """Words, made ready to be looked for in many files. ``plain`` are those that are looked up among all that stand in
    a file, by their bytes; ``single`` those that are searched for, short ones first, each with the others of these that
    are parts of it."""

    plain: Mapping[bytes, str]
    single: tuple[tuple[str, tuple[str, ...]], ...]

    @classmethod
    def of(cls, words: Iterable[str]) -> Words:
        words = frozenset(words)
        plain = {word.encode(): word for word in words if _PLAIN_WORD.fullmatch(word)}
        if len(words) < _MANY:
            plain = {}
        single = sorted(words.difference(plain.values()), key=lambda word: (len(word), word))
        return cls(
            plain,
            tuple((word, tuple(one for one in single if one != word and one in word)) for word in single),
        )


def present(data: bytes, words: Words, patterns: Iterable[re.Pattern[str]] = ()) -> frozenset[str]:
    """The words that a file's bytes hold, and its identifiers that match a pattern."""
    text = _searchable(data)
    found: set[str] = set()
    absent: set[str] = set()
    if words.plain:
        found.update(words.plain[word] for word in words.plain.keys() & _standing(data))
    for word, shorter in words.single:
        # A word is not there where one that is a part of it is not.
        is_there = word.encode("utf-8", "surrogatepass") in data if text is None else word in text
        if not absent.isdisjoint(shorter) or not is_there:
            absent.add(word)
        elif _stands(word, data if text is None else text.encode("utf-8", "surrogatepass")):
            found.add(word)
    for pattern in patterns:
        piece = max(_literals(pattern), key=len)
        if text is None and piece.encode() not in data:
            continue
        text = text if text is not None else data.decode("utf-8", "replace")
        found.update(word for word in identifiers(text) if piece in word and pattern.fullmatch(word))
    return frozenset(found)


_MANY = 32
"""So many words are looked up among all that stand in the file; fewer are searched for, each by itself."""
_PLAIN_WORD = re.compile("[a-zA-Z0-9_]+")


_IN_WORDS = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_BACKSLASH = ord("\\")
_ESCAPED = re.compile(rb"\\([a-zA-Z0-9_]+)")
_ONLY_WORDS = bytes(byte if byte in _IN_WORDS else ord(" ") for byte in range(256))
_ESCAPE = 10
"""The largest number of bytes that stand for one escaped character in a string, as in ``\\U0001F600``."""


def _stands(word: str, text: bytes) -> bool:
    """Whether the word stands somewhere and is no part of a longer word. Letters beyond ASCII, and letters that may
    belong to an escaped character, make no longer word: rather too much is found than too little."""
    return any(_begins(found.start(), text) for found in _ending(word).finditer(text))


def _begins(start: int, text: bytes) -> bool:
    """Whether a word may begin at a place: no letter is before it, or one that may be a part of an escape."""
    first = start
    while start - first < _ESCAPE and first and text[first - 1] in _IN_WORDS:
        first -= 1
    return first == start or (first > 0 and text[first - 1] == _BACKSLASH)


# Of one file several things are asked, one after the other.
@lru_cache(maxsize=1)
def _standing(data: bytes) -> frozenset[bytes]:
    """All plain words of which ``_stands`` is true."""
    text = _plainly(data)
    found = {*text.translate(_ONLY_WORDS).split()}
    for behind in _ESCAPED.findall(text):
        found.update(behind[start:] for start in range(1, min(len(behind), _ESCAPE + 1)))
    return frozenset(found)


@lru_cache(maxsize=4096)
def _ending(word: str) -> re.Pattern[bytes]:
    # It begins with plain letters: such patterns are found several times faster.
    return re.compile(rf"{re.escape(word)}(?![a-zA-Z0-9_])".encode("utf-8", "surrogatepass"))


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
    """The text to search where the bytes do not say it plainly, or None where they do.

    Python normalises names by NFKC (PEP 3131), and the encoding of a cookie can hide letters.
    """
    encoding = _encoding(data)
    if data.isascii() and encoding in _PLAIN:
        return None
    is_utf_8 = encoding in ("utf-8", "utf8")
    try:
        if is_utf_8 and not any(map(_may_change, {*data.translate(None, _ASCII).decode()})):
            # Bytes are searched several times faster than text.
            return None
        return unicodedata.normalize("NFKC", data.decode(encoding))
    except (LookupError, ValueError):
        return data.decode("latin-1")


_ASCII = bytes(range(128))


def text_of(data: bytes) -> str:
    """The text of a file to search."""
    return _searchable(data) or data.decode("utf-8", "replace")


@lru_cache(maxsize=4096)
def _may_change(character: str) -> bool:
    """Whether a name with such a character may become another name when it is normalised. It may if the character has
    another normal form, or can join the character before it, as marks do (but for those that choose the look of an
    emoji) and the parts of Korean syllables."""
    return f"a{character}".isidentifier() and (
        not unicodedata.is_normalized("NFKC", character)
        or (unicodedata.category(character)[0] == "M" and not "\ufe00" <= character <= "\ufe0f")
        or "\u1100" <= character <= "\u11ff"
    )


def is_special(data: bytes) -> bool:
    """Whether a file may hand on names that it does not hold: by a star import or a ``__getattr__``."""
    data = _plainly(data)
    return bool(_STAR.search(data)) or b"__getattr__" in data


PACKAGE = "."
"""Stands among the last parts of a name's modules where one of these modules is a package."""


class Learned(NamedTuple):
    """Names, made ready to be looked for in many files, with the last parts of the modules that have them."""

    names: Words
    parts: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, learned: Mapping[str, frozenset[str]]) -> Learned:
        return cls(Words.of(learned), learned)


def reachable(data: bytes, learned: Learned) -> frozenset[str]:
    """Those of some names that a file can reach: it holds the name, and the last part of a module that has it, as the
    end of a path or before that name."""
    names = present(data, learned.names)
    if not names:
        return names
    text = _plainly(data)
    return frozenset(
        name
        for name in names
        if any(_leads(part, name, text) for part in present(data, _parts(learned.parts[name])))
        or (PACKAGE in learned.parts[name] and _looks_around(text))
    )


# Of a few names among many it is asked, and of these in many files.
@lru_cache(maxsize=1024)
def _parts(parts: frozenset[str]) -> Words:
    return Words.of(parts - {PACKAGE})


def mentioned(data: bytes, parts: Words) -> frozenset[str]:
    """Those of some last parts of modules by which a file may reach a name, and ``PACKAGE`` where a package that it is
    in may lead there. What no such part leads to is not reachable."""
    found = present(data, parts)
    return found | {PACKAGE} if _looks_around(_plainly(data)) else found


def _looks_around(text: bytes) -> bool:
    return _OWN_PACKAGE.search(text) is not None or any(dots in text for dots in _DOTS)


def _leads(part: str, name: str, text: bytes) -> bool:
    """Whether the part stands where it may be the module that the name is taken from: in ``from a.part.b import name``
    it is another, and in ``def part():`` it is no module."""
    taken = name.encode("utf-8", "surrogatepass")
    return any(
        (found[1] == taken or (found[1] is None and not text.endswith(_STATEMENTS, 0, found.start())))
        and _begins(found.start(), text)
        for found in _way(part).finditer(text)
    )


_STATEMENTS = (b"\ndef ", b" def ", b"\nclass ", b" class ")
"""Behind these stands the name of what is made anew. Tests are often called as the module that they test."""


@lru_cache(maxsize=4096)
def _way(part: str) -> re.Pattern[bytes]:
    """A part of a path, with the name that is taken from it there."""
    behind = r"(?=(?:[\s\\]*\.[\s\\]*([a-zA-Z_][a-zA-Z0-9_]*))?)"
    return re.compile(rf"{re.escape(part)}(?![a-zA-Z0-9_]){behind}".encode("utf-8", "surrogatepass"))


def _plainly(data: bytes) -> bytes:
    """The text as bytes that say it plainly."""
    text = _searchable(data)
    return data if text is None else text.encode("utf-8", "surrogatepass")
