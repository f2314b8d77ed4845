"""A contract that may be proposed, before the engine has said what it finds; and how its lines are written. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from ssot_lint.model.wording import printable

Kind = Literal["class", "gateway", "vocabulary", "base", "duplicates"]
"""What is proposed. A proposal of kind ``duplicates`` is a contract of kind ``class`` that forbids copies."""

KINDS: tuple[Kind, ...] = ("class", "gateway", "vocabulary", "base", "duplicates")

MOST = 8
"""At most so many places of a kind are written, and then the number of the others."""


@dataclass(frozen=True, slots=True)
class Draft:
    """``stem``: what the contract's name is made from. ``lines`` are those below the table's header. ``users``: how
    many files hold on to what it protects, as far as that is known. ``ways``: how many ways lead to it, or things there
    are that do its work. ``shared``: how many of its objects all share. ``evidence``: what was seen, as it is shown.
    ``claims``: dotted paths that no other draft may protect as well. ``at``: the file of what it protects; empty where
    that is foreign."""

    kind: Kind
    symbol: str
    stem: str
    lines: tuple[str, ...]
    users: int = 0
    ways: int = 0
    shared: int = 0
    evidence: Mapping[str, object] = field(default_factory=dict, hash=False)
    claims: tuple[str, ...] = ()
    at: str = ""
    least: int = 1
    """With fewer findings it is not worth a contract."""
    names: tuple[str, ...] = ()
    """Other names of what it protects: what goes by one of them is no rival of it."""
    apart: int = 0
    """In how many files something seems to depart from it."""


def assigned(key: str, value: str | float | Iterable[str]) -> str:
    """A line of a table. Strings are names and paths of names, or escaped."""
    if isinstance(value, str):
        return f"{key} = {quoted(value)}"
    if isinstance(value, float):
        return f"{key} = {value:g}"
    return f"{key} = [{', '.join(map(quoted, value))}]"


def listed(key: str, rows: Iterable[tuple[str, str]]) -> list[str]:
    """A list with a line for each string, and a comment on it."""
    return [
        f"{key} = [",
        *(f"    {quoted(one)},{f'  # {printable(note)}' if note else ''}" for one, note in rows),
        "]",
    ]


def quoted(text: str) -> str:
    """A basic string of TOML."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{"".join(one if one.isprintable() else _escape(one) for one in escaped)}"'


def _escape(letter: str) -> str:
    return f"\\u{ord(letter):04X}" if ord(letter) < 0x10000 else f"\\U{ord(letter):08X}"
