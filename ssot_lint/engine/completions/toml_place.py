"""A text that need not be TOML yet → the table, key or value that its end is in, and what is set in it. Pure, and never
raises.

A string that is not closed ends with its line, and so does a table in braces; an array that is not closed ends where a
line begins a key or a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

_TOKEN = re.compile(
    r"""
    (?P<blank> [ \t\r\ufeff]+ )
  | (?P<comment> \#[^\n]* )
  | (?P<long> \"{3}(?:\\.|[^\\])*?\"{3,5} | '{3}.*?'{3,5} )
  | (?P<open> \"{3}.*\Z | '{3}.*\Z )
  | (?P<string> "(?:\\.|[^"\\\n])*"? | '[^'\n]*'? )
  | (?P<mark> [\[\]{},=.\n] )
  | (?P<bare> [^\s\[\]{},=.\#"']+ | . )
    """,
    re.VERBOSE | re.DOTALL,
)
_BEGINS = re.compile(
    r"""[ \t]*(?: \[\[?[ \t]*[A-Za-z_] | (?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*[.=] )""", re.VERBOSE
)
"""A line that begins a table or a key, in an array, too."""
_PART = re.compile(r'"[^"]*"?|\'[^\']*\'?|[^\s."\']+')

Keys = tuple[str, ...]


class TomlPlace(NamedTuple):
    """Where a text ends: in the ``header`` of a table, in a ``key`` or in a ``value``. ``keys`` lead to the table of
    the key, or to the value. ``typed`` is what is there of it, of a header as a whole; ``quote`` what it stands in."""

    what: Literal["header", "key", "value"]
    keys: Keys
    typed: str
    quote: str = ""


@dataclass(slots=True)
class TomlRead:
    """What a text says up to some token. ``table`` is that of the last header, ``words`` are the parts of a key so far,
    ``value`` are the keys of the value that comes next. ``brackets`` are those that are not closed, each with the keys
    of what is in it. ``keys`` are all that are set, ``texts`` the strings that they have, ``tables`` have a header."""

    expects: Literal["header", "key", "value", "nothing"] = "key"
    table: Keys = ()
    header: str = ""
    words: list[str] = field(default_factory=list)
    is_behind_dot: bool = False
    value: Keys = ()
    brackets: list[tuple[str, Keys]] = field(default_factory=list)
    keys: dict[Keys, None] = field(default_factory=dict)
    texts: dict[Keys, str] = field(default_factory=dict)
    tables: dict[Keys, None] = field(default_factory=dict)

    @property
    def around(self) -> Keys:
        """The table of the next key."""
        return self.brackets[-1][1] if self.brackets else self.table

    def take(self, kind: str, text: str, *, begins: bool) -> None:
        """One more token; ``begins``: behind it a line begins a table or a key."""
        if text == "\n":
            self._line_ends(begins)
        elif self.expects == "header":
            self._header_goes_on(text)
        elif self.expects == "key":
            self._key_goes_on(kind, text)
        elif kind == "mark" and text != ".":
            self._value_goes_on(text)
        elif self.expects == "value" and kind != "mark":
            if kind != "bare":
                self.texts.setdefault(self.value, unquoted(text))
            self.expects = "nothing"

    def _line_ends(self, begins: bool) -> None:
        while self.brackets and (begins or self.brackets[-1][0] == "{"):
            _, self.value = self.brackets.pop()
            self.expects = "nothing"
        if not self.brackets:
            self.expects, self.words = "key", []

    def _header_goes_on(self, text: str) -> None:
        if text == "]":
            self.table = tuple(map(unquoted, _PART.findall(self.header)))
            self.tables[self.table] = None
            self.expects = "nothing"
        elif text != "[":
            self.header += text

    def _key_goes_on(self, kind: str, text: str) -> None:
        if kind != "mark":
            self.words.append(unquoted(text))
            self.is_behind_dot = False
        elif text == ".":
            self.is_behind_dot = True
        elif text == "=":
            self.value, self.words, self.expects = (*self.around, *self.words), [], "value"
            self.keys[self.value] = None
        elif text == "[" and not self.words and not self.brackets:
            self.header, self.expects = "", "header"
        elif text == "}":
            self._closed()

    def _value_goes_on(self, text: str) -> None:
        if text in ("[", "{") and self.expects == "value":
            self.brackets.append((text, self.value))
            self.expects, self.words = ("key", []) if text == "{" else ("value", self.words)
        elif text in ("]", "}"):
            self._closed()
        elif text == "," and self.brackets:
            mark, self.value = self.brackets[-1]
            self.expects, self.words = ("key" if mark == "{" else "value"), []

    def _closed(self) -> None:
        if self.brackets:
            _, self.value = self.brackets.pop()
        self.expects, self.words = "nothing", []

    def place(self, typed: str, quote: str) -> TomlPlace | None:
        """The place of what is typed behind all tokens."""
        match self.expects:
            case "header":
                return TomlPlace("header", (), f"{self.header}{quote}{typed}")
            case "key" if not self.words or self.is_behind_dot:
                return TomlPlace("key", (*self.around, *self.words), typed, quote)
            case "value":
                return TomlPlace("value", self.value, typed, quote)
        return None


def unquoted(text: str) -> str:
    """A string without its quotes, as far as it has them; no escape is resolved."""
    mark = text[:3] if text[:3] in ('"""', "'''") else text[:1]
    if mark[:1] not in ('"', "'"):
        return text
    return text.removeprefix(mark).removesuffix(mark)


def toml_place(above: str) -> TomlPlace | None:
    """Where a text ends; None where nothing of ours is typed: in comments, in long strings, behind values."""
    *tokens, (kind, last, end) = [("mark", "\n", 0), *_tokens(above)]
    if kind in ("comment", "open", "long"):
        return None
    is_open = kind == "string" and (len(last) == 1 or last[-1] != last[0])
    if kind == "bare" or is_open:
        return _read(above, tokens).place(unquoted(last), last[0] if is_open else "")
    return _read(above, [*tokens, (kind, last, end)]).place("", "")


def read(text: str) -> TomlRead:
    """What a text says."""
    return _read(text, [*_tokens(text)])


def _read(text: str, tokens: list[tuple[str, str, int]]) -> TomlRead:
    found = TomlRead()
    for kind, token, end in tokens:
        if kind not in ("blank", "comment"):
            found.take(kind, token, begins=token == "\n" and _BEGINS.match(text, end) is not None)
    return found


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    """The kinds of tokens, their texts, and the offsets at which they end."""
    return ((one.lastgroup or "", one[0], one.end()) for one in _TOKEN.finditer(text))


__all__ = ["Keys", "TomlPlace", "TomlRead", "read", "toml_place", "unquoted"]
