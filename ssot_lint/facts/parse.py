"""Bytes → syntax tree, or one sentence that says why not; and a thread in which deep trees are no danger."""

from __future__ import annotations

import ast
import codecs
import gc
import io
import os
import re
import sys
import threading
import tokenize
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from ssot_lint.model.errors import Unparsable

T = TypeVar("T")

_STACK = 256 * 1024 * 1024
_DEPTH = 100_000 if sys.version_info >= (3, 12) else 20_000
"""CPython's own limits on nesting come first; both numbers only have to be beyond them, see ``deep``. Before
3.12 the parser's limit grows with the second number, and the stack must hold what it then accepts."""

EXHAUSTED = (RecursionError, MemoryError)
"""The errors that end one answer whose question asks too much: that of one file, one contract or one chain. The other
answers stay, and a message says that this one is missing."""

TOO_MUCH = "is nested too deeply, or too large, to be analysed"
"""What that message says."""


class ParsedBytes(bytes):
    """Bytes that somebody has parsed to see whether they can be. The tree is for whoever parses them next, who may
    change it."""

    tree: ast.Module | None = None


def parse(data: bytes) -> ast.Module:
    """The tree of a file's bytes. Raises Unparsable, whatever the bytes are."""
    if isinstance(data, ParsedBytes) and data.tree is not None:
        tree, data.tree = data.tree, None
        return tree
    if b"\0" in data:
        raise Unparsable("holds a NUL byte: it is binary, or not Python", *_place(data, data.index(b"\0")))
    try:
        with warnings.catch_warnings():
            # Invalid escapes warn, and under `-W error` they would raise.
            warnings.simplefilter("ignore")
            return ast.parse(data)
    except SyntaxError as error:
        place = (error.lineno, _column(error, data)) if error.lineno else _encoded(error, data)
        raise Unparsable(_sentence(error), *place) from None
    except RecursionError:
        raise Unparsable("is nested too deeply for this Python") from None
    except MemoryError:
        raise Unparsable("is too large or nested too deeply for this Python") from None
    except (ValueError, OverflowError) as error:
        raise Unparsable(f"cannot be parsed: {error}") from None


def _place(data: bytes, at: int) -> tuple[int, int]:
    """The line and the column of a byte."""
    before = re.split(b"\r\n|\r|\n", data[:at].removeprefix(codecs.BOM_UTF8))
    return len(before), len(before[-1].decode("utf-8", "replace"))


def _column(error: SyntaxError, data: bytes) -> int:
    if sys.version_info < (3, 13) and not data.isascii():
        # These count the bytes of a file in UTF-8, and the letters of a text.
        try:
            ast.parse(data.removeprefix(codecs.BOM_UTF8).decode("utf-8"))
        except SyntaxError as again:
            error = again if again.lineno == error.lineno else error
        except (UnicodeDecodeError, RecursionError, MemoryError):
            pass
    return max((error.offset or 1) - 1, 0)


def _encoded(error: SyntaxError, data: bytes) -> tuple[int, int]:
    """Where the encoding is wrong. Python gives no line for that: the place is the byte that its sentence names, or the
    cookie."""
    if position := re.search(r"can't decode bytes? .*in position (\d+)", str(error.msg)):
        return _place(data, int(position[1]))
    cookie = re.search(rb"coding[:=][ \t]*(?=[-\w.])", data[:4096])
    return _place(data, cookie.end() if cookie else 0)


def _sentence(error: SyntaxError) -> str:
    version = "{}.{}".format(*sys.version_info[:2])
    detail = re.sub(r"\s+", " ", str(error.msg or "invalid syntax"))
    return f"cannot be parsed by Python {version}: {detail[:1].lower()}{detail[1:]}"


@contextmanager
def undisturbed() -> Iterator[None]:
    """Runs without the garbage collector, which would look at each node of a large tree again and again."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def deep(function: Callable[[], T]) -> T:
    """The function's result, computed in a fresh thread with a large stack.

    In Python 3.11 the nesting that ``ast.parse`` accepts depends on the depth of its caller, and 3.10 overruns the
    usual stack: in a fresh thread the same bytes have the same tree, whoever the caller is.
    """
    result: list[T] = []
    errors: list[BaseException] = []

    def work() -> None:
        try:
            result.append(function())
        except BaseException as error:
            errors.append(error)

    with _depth():
        thread = threading.Thread(target=work, name="ssot-lint", daemon=True)
        with _settings:
            size = threading.stack_size(_STACK)
            try:
                thread.start()
            finally:
                threading.stack_size(size)
        while thread.is_alive():
            # A join without a limit would not let Ctrl-C through on every platform.
            thread.join(0.2)
    if errors:
        raise errors[0]
    return result[0]


_settings = threading.Lock()
"""Held while a setting of the whole process changes."""
_limits: list[int] = []
"""The recursion limit that was there before ``deep``, once for each call that has not ended."""

if hasattr(os, "register_at_fork"):
    # A process that is forked in the meantime would wait for a thread that it does not have.
    os.register_at_fork(
        before=_settings.acquire, after_in_parent=_settings.release, after_in_child=_settings.release
    )


@contextmanager
def _depth() -> Iterator[None]:
    """A recursion limit for deep trees. Calls may overlap: the last one to end restores what was there before."""
    with _settings:
        _limits.append(_limits[0] if _limits else sys.getrecursionlimit())
        sys.setrecursionlimit(max(_limits[0], _DEPTH))
    try:
        yield
    finally:
        with _settings:
            before = _limits.pop()
            if not _limits:
                sys.setrecursionlimit(before)


_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.MULTILINE)
_UTF_8 = (b"utf-8", b"utf8", b"utf", b"u8")
"""Names of this encoding, the longest first."""


def encoded(text: str) -> bytes:
    """The bytes that a file with this text would have, in the encoding that it names. If that lacks a letter, the text
    cannot be saved so: the bytes are UTF-8 then, and name that instead. No place changes."""
    data = text.encode("utf-8", "replace")
    if b"coding" not in data[:400]:
        return data
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return text.encode(encoding.removesuffix("-sig"))
    except UnicodeEncodeError:
        return _in_utf_8(data)
    except (SyntaxError, LookupError, UnicodeError):
        return data


def _in_utf_8(data: bytes) -> bytes:
    """Bytes in UTF-8 whose cookie says so, though it named another encoding; it is as long as before."""
    cookie = _COOKIE.search(data)
    if cookie is None:
        return data
    start, end = cookie.span(1)
    name = next((one for one in _UTF_8 if len(one) <= end - start), b"")
    return data[:start] + name.ljust(end - start) + data[end:] if name else data
