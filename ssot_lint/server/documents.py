"""The texts that an editor has open, and what its messages make of them. Pure."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

from ssot_lint.facts.parse import encoded
from ssot_lint.server.positions import Unit, ends_of, lines_of, offset


class TextChange(NamedTuple):
    """A piece of a text that is replaced: two places, each a line and a column in the client's unit; None for the whole
    text."""

    place: tuple[int, int, int, int] | None
    text: str


class OpenText:
    """One text. It is not changed: each change makes another."""

    def __init__(self, uri: str, path: str, text: str, version: int | None) -> None:
        self.uri, self.path, self.text, self.version = uri, path, text, version

    @cached_property
    def lines(self) -> list[str]:
        return lines_of(self.text)

    @property
    def line_end(self) -> str:
        """What ends the lines of this text, as the first one shows."""
        return next(iter(ends_of(self.text)), "\n")

    @cached_property
    def data(self) -> bytes:
        """The bytes that a file with this text would have, in the encoding that it names."""
        return encoded(self.text)


def changed(document: OpenText, changes: Iterable[TextChange], version: int | None, unit: Unit) -> OpenText:
    """The document after some changes, in their order."""
    text = document.text
    for one in changes:
        if one.place is None:
            text = one.text
            continue
        row, column, end_row, end_column = one.place
        start, end = offset(text, row, column, unit), offset(text, end_row, end_column, unit)
        text = text[:start] + one.text + text[max(start, end) :]
    return OpenText(document.uri, document.path, text, version)


def path_of(uri: str) -> str | None:
    """The path of a file on this machine; None where a URI names something else."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if parts.scheme != "file":
        return None
    path = unquote(parts.path, errors="surrogateescape")
    if "\0" in path or not path:
        return None
    if os.name == "nt":
        path = path.lstrip("/") if path[2:3] == ":" else path
        path = f"//{parts.netloc}{path}" if parts.netloc else path
    return os.path.normpath(path)


def uri_of(path: str) -> str:
    """The URI of a file, by its absolute path."""
    path = path.replace(os.sep, "/")
    if not path.startswith("/"):
        path = f"/{path}"
    return f"file://{quote(os.fsencode(path))}"
