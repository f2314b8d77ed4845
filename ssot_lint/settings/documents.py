"""A settings file → the TOML in it, and the line of each key; the only reader of TOML.

A command makes one ``Documents`` and hands it on: each settings file is opened, parsed and searched for lines once.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import tomli

from ssot_lint.model.errors import ConfigError, Mistake, Unreadable
from ssot_lint.settings.positions import Keys, locate
from ssot_lint.settings.settings import FILE, PYPROJECT

TABLE = ("tool", "ssot-lint")
"""Where the settings stand in a pyproject.toml; in any other file they stand at the top."""

MAX_BYTES = 1024 * 1024
"""A settings file may not be larger: some TOML takes time that grows faster than its length."""

Reader = Callable[[Path], bytes]
"""Gives the bytes of a settings file. Raises Unreadable."""


def read_file(file: Path) -> bytes:
    """The bytes of a regular file; of one that is too large, one byte more than is allowed. Raises Unreadable."""
    try:
        with open(file, "rb", opener=_open) as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise Unreadable("cannot be read: it is not a regular file")
            return stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise Unreadable(f"cannot be read: {getattr(error, 'strerror', None) or error}") from None


def _open(file: str, flags: int) -> int:
    """Opens without waiting for the other end of a FIFO."""
    return os.open(file, flags | getattr(os, "O_NONBLOCK", 0))


class Flaw(NamedTuple):
    """Why a text is no TOML that is read here. ``line`` counts from 1; 0 is none."""

    line: int
    message: str

    def at(self, label: str) -> Mistake:
        """The mistake in the file that goes by the label."""
        return Mistake(label, self.line, "", self.message)


@dataclass(frozen=True)
class Document:
    """The bytes of a file. They are parsed, and searched for lines, when that is first asked for."""

    data: bytes

    @cached_property
    def content(self) -> Mapping[str, object] | Flaw:
        """The TOML in the bytes."""
        if len(self.data) > MAX_BYTES:
            return Flaw(0, f"is larger than {MAX_BYTES} bytes")
        try:
            return tomli.loads(self.data.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            line = self.data.count(b"\n", 0, error.start) + 1
            return Flaw(line, f"is not UTF-8: byte 0x{self.data[error.start]:02x} is out of place")
        except tomli.TOMLDecodeError as error:
            return Flaw(error.lineno, f"is not TOML: {error.msg[:1].lower()}{error.msg[1:]}")
        except RecursionError:
            return Flaw(0, "is nested too deeply")
        except ValueError as error:
            return Flaw(0, f"holds a value that Python cannot: {error}")

    @cached_property
    def lines(self) -> Mapping[Keys, int]:
        """The line of each key and element. Only for a document that is TOML."""
        return locate(self.data.decode("utf-8-sig"))

    def is_ours(self, label: str) -> bool:
        """Whether this pyproject.toml has a table for ssot-lint. ConfigError when that cannot be told."""
        if b"ssot" not in self.data.lower():
            return False
        if isinstance(self.content, Flaw):
            if b"ssot-lint" in self.data:
                raise ConfigError([self.content.at(label)])
            return False
        return misspelled(self.content) is not None


def tools(content: Mapping[str, object]) -> Mapping[str, object]:
    """The tables of ``[tool]`` by their names."""
    found = content.get(TABLE[0])
    return found if isinstance(found, dict) else {}


def misspelled(content: Mapping[str, object]) -> str | None:
    """The first table of ``[tool]`` that is ours, or would be if it were spelled right: none is overlooked."""
    return next(
        (name for name in tools(content) if name.lower().replace("_", "").replace("-", "") == "ssotlint"),
        None,
    )


class Documents:
    """The settings files that one command has come across, each read once."""

    def __init__(self, read: Reader = read_file, held: Collection[str] = ()) -> None:
        """``held``: real paths of files that are there whatever the disk says."""
        self._read = read
        self._held = held
        self._known: dict[str, Document | str] = {}

    def at(self, file: Path) -> Document:
        """What a file holds. Raises Unreadable."""
        # On the disk a file may be reached by several paths.
        key = str(file)
        if self._read is read_file and "\0" not in key:
            key = os.path.realpath(file)
        if key not in self._known:
            try:
                self._known[key] = Document(self._read(file))
            except Unreadable as problem:
                self._known[key] = str(problem)
        found = self._known[key]
        if isinstance(found, str):
            raise Unreadable(found)
        return found

    def find(self, start: Path) -> Path | None:
        """The nearest settings file, from a file or folder upwards: a ``ssot-lint.toml``, or else a ``pyproject.toml``
        with a table for ssot-lint. ConfigError when it cannot be told whether that has one."""
        here = Path(os.path.abspath(start))
        return next(filter(None, map(self.in_folder, (here, *here.parents))), None)

    def in_folder(self, folder: Path) -> Path | None:
        """The settings file that stands in a folder. ConfigError as with ``find``."""
        if os.path.lexists(folder / FILE) or self._is_held(folder / FILE):
            return folder / FILE
        return folder / PYPROJECT if self.is_ours(folder / PYPROJECT) else None

    def is_ours(self, pyproject: Path) -> bool:
        """Whether there is a pyproject.toml with a table for ssot-lint. ConfigError as with ``find``."""
        if not os.path.isfile(pyproject) and not self._is_held(pyproject):
            return False
        try:
            return self.at(pyproject).is_ours(str(pyproject))
        except Unreadable as problem:
            raise ConfigError([Mistake(str(pyproject), 0, "", str(problem))]) from None

    def _is_held(self, file: Path) -> bool:
        return bool(self._held) and os.path.realpath(file) in self._held
