"""Pieces of data by key, in two files of a folder. Damaged or foreign content is a miss, never an error.

A file is a line that says what it is, an index in JSON, and the pieces one after the other. The index has a
checksum, as has each piece with its key, and a key says all that its piece depends on, so that no piece is ever
stale. A file is replaced as a whole, by an atomic rename: a reader sees the old one or the new one. ``news`` has what
was added or replaced since ``store`` was written, and says to which one it belongs: beside any other it counts for
nothing. When it has grown to the half of that, both become one.

Of several runs at once none loses what another has written: who writes takes over first what has come since it began.
The folder is locked meanwhile, where the system can lock it and no other run holds the lock for long. Pieces whose keys
begin with the same digest belong together, and all come from one run.

What is written lies in the folder alone. Nothing but a regular file is opened, and no more of it is read than
``LARGEST``; see PEP 706 and CWE-502 for what has happened to tools that were less strict.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import zlib
from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import chain
from typing import Any, BinaryIO, Final, TypeVar

from ssot_lint.cache.codec import decode, encode, loads
from ssot_lint.cache.folder import LARGEST, NAME, NEWS, alone, identity, opened, prepare, replace
from ssot_lint.model.errors import Damaged

T = TypeVar("T")

KEPT: Final = 128 << 20
"""Bytes of pieces that stay though no recent run has asked for them."""

_MAGIC: Final = b"ssot-lint store 2"
_DIGEST: Final = 32
"""Characters of a digest."""
_HEAD: Final = 64
"""Bytes of the first line."""


def digest(*parts: object) -> str:
    """A key made from parts, of which the order and the borders count."""
    hashed = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else str(part).encode("utf-8", "surrogatepass")
        hashed.update(b"%d:" % len(data))
        hashed.update(data)
    return hashed.hexdigest()[:_DIGEST]


class _Pieces:
    """The pieces in one file, as far as it is whole: none where it is not there, or is no store."""

    def __init__(self, place: str = "", basis: int | None = None) -> None:
        self.rows: dict[str, list[int]] = {}
        """Where each piece is: offset, length, checksum, and the number of the run that last asked for it."""
        self.run = 0
        self.check: int | None = None
        """What tells this file from others; None where there is none."""
        self.size = 0
        self.identity: tuple[int, int] | None = None
        """What tells the file that was opened from one that takes its place."""
        self._file: BinaryIO | None = None
        self._base = 0
        if place:
            with contextlib.suppress(OSError, Damaged, TypeError, ValueError, AttributeError, MemoryError):
                self._load(place, basis)

    def _load(self, place: str, basis: int | None) -> None:
        self._file = opened(place)
        status = os.fstat(self._file.fileno())
        self.size, self.identity = status.st_size, (status.st_dev, status.st_ino)
        head = self._file.read(_HEAD)
        words = head.split()
        if not head.startswith(_MAGIC) or len(words) != 7:
            return
        length, check = int(words[3]), int(words[4])
        index = self._file.read(min(length, LARGEST))
        if zlib.crc32(index) != check or words[6] != _basis(basis):
            return
        rows = loads(index)
        if _are_places(rows.values()):
            self.rows, self.run, self.check = rows, int(words[5]), check
            self._base = _HEAD + length

    def read(self, key: str) -> bytes | None:
        """The piece, if it is what was put there."""
        offset, length, check, _ = self.rows[key]
        if self._file is None:
            return None
        try:
            piece = _read(self._file, self._base + offset, min(length, self.size))
        except (OSError, ValueError, OverflowError):
            return None
        return piece if len(piece) == length and _checksum(key, piece) == check else None

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


def _both(folder: str) -> tuple[_Pieces, _Pieces]:
    """The store of a folder, and the news that belong to it."""
    main = _Pieces(os.path.join(folder, NAME))
    return main, _Pieces(os.path.join(folder, NEWS), main.check) if main.check is not None else _Pieces()


def _read(file: BinaryIO, at: int, length: int) -> bytes:
    if hasattr(os, "pread"):
        # Processes that were forked share the place at which a file is read on.
        return os.pread(file.fileno(), length, at)
    file.seek(at)
    return file.read(length)


class Store:
    """The pieces of one folder. ``folder`` is None where nothing is kept beyond the process; ``empty``: what is there
    is not read, but replaced."""

    def __init__(self, folder: str | None, *, empty: bool = False) -> None:
        self.folder = folder
        self.trouble = ""
        """Why nothing can be kept: a fragment of a sentence."""
        self._main = self._news = _Pieces()
        self._empty = empty
        if folder is not None:
            self.trouble = prepare(folder)
        if folder is not None and not empty:
            self._main, self._news = _both(folder)
        self._new: dict[str, bytes] = {}
        self._used: set[str] = set()

    @property
    def is_empty(self) -> bool:
        """Whether no run before has left anything."""
        return not self._main.rows and not self._news.rows

    def __contains__(self, key: str) -> bool:
        """Whether there is a piece, which counts as a use of it. It may turn out to be damaged."""
        found = key in self._new or key in self._news.rows or key in self._main.rows
        if found:
            self._used.add(key)
        return found

    def get(self, key: str) -> bytes | None:
        """The piece, or None."""
        if key in self._new:
            return self._new[key]
        for pieces in (self._news, self._main):
            if key in pieces.rows:
                piece = pieces.read(key)
                if piece is not None:
                    self._used.add(key)
                    return piece
                # What it has taken the place of is no answer.
                for either in (self._news, self._main):
                    either.rows.pop(key, None)
        return None

    def close(self) -> None:
        self._news.close()
        self._main.close()

    def put(self, key: str, piece: bytes) -> None:
        if self.folder is not None and self.get(key) != piece:
            self._new[key] = piece
        self._used.add(key)

    @property
    def keeps(self) -> bool:
        """Whether what is put here is there for the next run."""
        return self.folder is not None

    def recall(self, cls: type[T], key: str) -> T | None:
        """The value that ``keep`` was given. None where there is none, or where it is damaged."""
        piece = self.get(key)
        if piece is None:
            return None
        try:
            return decode(cls, piece)
        except Damaged:
            return None

    def keep(self, values: Mapping[str, object]) -> None:
        """Puts frozen values that belong together: all of them, or none."""
        encoded = {key: encode(value) for key, value in values.items()}
        for key, piece in encoded.items():
            self.put(key, piece)

    def made(self, key: str, make: Callable[[], T]) -> T:
        """What is made of the piece of a key. A store that stays in memory may have made it before."""
        return make()

    def save(self) -> None:
        """Writes what is new. Where that fails ``trouble`` says why, and what was there stays."""
        if self.folder is None or self.trouble or not self._new:
            return
        try:
            with alone(self.folder):
                is_news = self._catch_up(self.folder)
                run = max(self._main.run, self._news.run) + 1
                kept = self._kept([self._news], run)
                name, basis = NEWS, self._main.check
                if not is_news or sum(len(piece) for _, piece, *_ in kept) > self._main.size // 2:
                    kept = self._kept([self._main, self._news], run)
                    name, basis = NAME, None
                # Windows replaces no file that is open.
                self.close()
                replace(self.folder, name, _written(kept, run, basis))
        except OSError as error:
            self.trouble = str(error.strerror or error).lower()
        except MemoryError:
            self.trouble = "out of memory"

    def _catch_up(self, folder: str) -> bool:
        """Takes over what other runs have written since this one began; whether news can be put beside it."""
        places = (os.path.join(folder, NAME), os.path.join(folder, NEWS))
        if self._main.check is None:
            # There was none, or what is there is to be replaced.
            there = (_Pieces(), _Pieces()) if self._empty else _both(folder)
        elif [*map(identity, places)] == [self._main.identity, self._news.identity]:
            return True
        else:
            there = _both(folder)
        if there[0].check is None:
            there[0].close()
            return False
        mine = {key[:_DIGEST] for key in self._new}
        together = [key for key in (*self._main.rows, *self._news.rows) if key[:_DIGEST] in mine]
        for key in together:
            piece = self.get(key)
            if piece is not None:
                self._new[key] = piece
        self.close()
        self._main, self._news = there
        theirs = [key for key in self._main.rows if key[:_DIGEST] in mine and key not in self._new]
        for pieces in there:
            pieces.rows = {key: row for key, row in pieces.rows.items() if key[:_DIGEST] not in mine}
        return not theirs

    def _kept(self, sources: Iterable[_Pieces], run: int) -> list[_Kept]:
        """What is new, what was used, and of the rest what was used last, up to a limit."""
        kept = [(key, piece, _checksum(key, piece), run) for key, piece in self._new.items()]
        latest = {key: (row, pieces) for pieces in sources for key, row in pieces.rows.items()}
        size = 0
        for key, (row, pieces) in sorted(latest.items(), key=lambda item: -item[1][0][3]):
            if key in self._new:
                continue
            used = key in self._used
            size += 0 if used else row[1]
            piece = pieces.read(key) if used or size <= KEPT else None
            if piece is not None:
                kept.append((key, piece, row[2], run if used else row[3]))
        return kept


_Kept = tuple[str, bytes, int, int]
"""A piece with its key, its checksum, and the number of the run that last asked for it."""


def _written(kept: Iterable[_Kept], run: int, basis: int | None) -> list[bytes]:
    """The content of a file."""
    index: dict[str, list[int]] = {}
    pieces = []
    at = 0
    for key, piece, check, last in kept:
        index[key] = [at, len(piece), check, last]
        at += len(piece)
        pieces.append(piece)
    written = json.dumps(index, separators=(",", ":")).encode("ascii")
    head = b"%s %d %d %d %s" % (_MAGIC, len(written), zlib.crc32(written), run, _basis(basis))
    return [head.ljust(_HEAD - 1) + b"\n", written, *pieces]


def _basis(check: int | None) -> bytes:
    return b"-" if check is None else b"%d" % check


def _checksum(key: str, piece: bytes) -> int:
    return zlib.crc32(piece, zlib.crc32(key.encode("utf-8", "surrogatepass")))


def _are_places(rows: Collection[Any]) -> bool:
    """Whether all are four whole numbers. There are thousands, and they are looked at whenever a run begins."""
    if not ({*map(type, rows)} <= {list} and {*map(len, rows)} <= {4}):
        return False
    numbers = [*chain.from_iterable(rows)]
    return {*map(type, numbers)} <= {int} and min(numbers, default=0) >= 0
