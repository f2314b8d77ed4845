"""Text → the same text in the colours of a terminal, or unchanged."""

from __future__ import annotations

from typing import NamedTuple

_LEVELS = {"error": "1;31", "warning": "1;33", "info": "1;36"}


class Paint(NamedTuple):
    """A method for each use of colour. Where ``on`` is false, all text stays as it is."""

    on: bool

    def _in(self, style: str, text: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self.on and text else text

    def level(self, text: str, severity: str) -> str:
        return self._in(_LEVELS.get(severity, "1"), text)

    def place(self, text: str) -> str:
        return self._in("1", text)

    def title(self, text: str) -> str:
        return self._in("1", text)

    def good(self, text: str) -> str:
        return self._in("32", text)

    def aside(self, text: str) -> str:
        return self._in("2", text)

    def label(self, text: str) -> str:
        return self._in("36", text)
