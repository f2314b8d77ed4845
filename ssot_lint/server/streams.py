"""Where the messages of an editor come from and go to: streams of bytes, as they are or behind a port.

pygls reads the length of a message from one spelling of the header alone. Editors may write it in others.
"""

from __future__ import annotations

import contextlib
import re
import socket
from collections.abc import Iterator
from typing import BinaryIO

_LENGTH = re.compile(rb"content-length[ \t]*:[ \t]*([0-9]{1,18})[ \t]*\r?\n", re.IGNORECASE)


class Input:
    """A stream whose header lines are all spelled alike. It ends where the other side is gone."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readline(self) -> bytes:
        with contextlib.suppress(ConnectionError):
            return header(self._stream.readline())
        return b""

    def read(self, count: int) -> bytes:
        with contextlib.suppress(ConnectionError):
            return self._stream.read(count)
        return b""


def header(line: bytes) -> bytes:
    """A header line: the length of a message in the spelling that is expected, any other as it is."""
    found = _LENGTH.fullmatch(line)
    return b"Content-Length: %d\r\n" % int(found[1]) if found else line


@contextlib.contextmanager
def accepted(host: str, port: int) -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """The two streams of the first connection to a port: what comes in, and what goes out. Raises OSError where the
    port cannot be opened."""
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.create_server(address, family=family) as door:
        connection, _ = door.accept()
    with connection, connection.makefile("rb") as given, connection.makefile("wb") as taken:
        yield given, taken


__all__ = ["Input", "accepted", "header"]
