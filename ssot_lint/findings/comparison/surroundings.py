"""A place in a file → what it is known by wherever it moves: its statement and the definition around it.

Both are digests of the syntax tree, so that they outlast moved lines, another indentation and any formatter. They
are made from what is the same in every Python, and may be kept in a file that several Pythons read.
"""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Literal, NamedTuple, TypeVar

from ssot_lint.facts.parse import parse
from ssot_lint.findings.comparison import digests
from ssot_lint.findings.comparison.blocks import (
    Definition,
    alias_at,
    blocks,
    definitions,
    holds,
    level,
    statements,
)
from ssot_lint.model.errors import Unparsable
from ssot_lint.model.finding import Finding, Span

_TREES = 16
"""So many trees are kept at once: questions go from file to file."""

_EMPTY = ast.Module(body=[], type_ignores=[])

Bound = Literal["class", "def", ""]
"""What a file binds to a name at its level: a class, a function, or anything else."""

T = TypeVar("T")


class Surroundings(NamedTuple):
    """``statement`` is the digest of the innermost statement, without the blocks in it. ``definition`` is the
    qualified name of the innermost function or class that holds the place in its body or header, and ``body``
    the digest of that, without its name and docstring, and without the header of a function whose body is more than a
    statement. At the level of the file ``definition`` is empty and ``body`` the digest of the names that the file
    binds. Where nothing is known all are empty; in a file that is no Python ``statement`` stands for the text of the
    line."""

    statement: str = ""
    body: str = ""
    definition: str = ""


UNKNOWN = Surroundings()


def context(data: bytes, span: Span) -> Surroundings:
    """The surroundings of the place where ``span`` begins in a file with these bytes."""
    return _Source(data).surroundings(span)


class Sources:
    """The files of one state of a project, by their paths. ``read`` gives the bytes of a file, or None where there
    is none; each file is parsed when something is asked of it."""

    def __init__(self, read: Callable[[str], bytes | None]) -> None:
        self._read = lru_cache(_TREES)(read)
        self._source = lru_cache(_TREES)(self._parsed)
        self._known: dict[tuple[str, str], Any] = {}
        self._around: dict[tuple[str, Span], Surroundings] = {}

    def context(self, one: Finding) -> Surroundings:
        """The surroundings of a finding."""
        place = one.path, one.span
        if place not in self._around:
            source = self._source(one.path)
            self._around[place] = source.surroundings(one.span) if source is not None else UNKNOWN
        return self._around[place]

    def has(self, path: str) -> bool:
        return self._read(path) is not None

    def names(self, path: str) -> frozenset[str] | None:
        """The qualified names of a file's definitions; None where it is no Python that can be parsed."""
        return self._told(path, _names)

    def contents(self, path: str) -> frozenset[tuple[str, str]] | None:
        """The qualified name and the digest of each definition, and of each statement at the file's level under the
        empty name; None as in ``names``."""
        return self._told(path, _contents)

    def statements(self, path: str) -> frozenset[tuple[str, str]] | None:
        """The definition around each statement and the digest of the latter, as ``Surroundings`` have them; None as in
        ``names``."""
        return self._told(path, _statements)

    def bound(self, path: str) -> Mapping[str, Bound] | None:
        """The names that a file binds at its level. A star import is the name ``*``. None as in ``names``."""
        return self._told(path, _bound)

    def uses(self, path: str, name: str) -> frozenset[str]:
        """The names, and last parts of names, that the definitions of a name at a file's level use."""
        source = self._source(path)
        return _uses(source.tree, name) if source is not None and source.tree is not None else frozenset()

    def _told(self, path: str, ask: Callable[[ast.Module], T]) -> T | None:
        """What a file says, kept for the next time. A missing file says what an empty file does; None for one that is
        no Python."""
        key = path, ask.__name__
        if key not in self._known:
            source = self._source(path)
            tree = source.tree if source is not None else _EMPTY
            self._known[key] = ask(tree) if tree is not None else None
        told: T | None = self._known[key]
        return told

    def _parsed(self, path: str) -> _Source | None:
        data = self._read(path)
        return _Source(data, python=path.endswith((".py", ".pyi"))) if data is not None else None


def _names(tree: ast.Module) -> frozenset[str]:
    return frozenset(".".join(names) for _, names in definitions(tree))


def _contents(tree: ast.Module) -> frozenset[tuple[str, str]]:
    found = {(".".join(names), digests.of_body(node, names)) for node, names in definitions(tree)}
    return frozenset(found.union(("", told) for one in level(tree) for told in digests.of_each(one, ())))


def _statements(tree: ast.Module) -> frozenset[tuple[str, str]]:
    return frozenset(
        (".".join(names), told) for one, names in statements(tree) for told in digests.of_each(one, names)
    )


def _bound(tree: ast.Module) -> Mapping[str, Bound]:
    found: dict[str, Bound] = {}
    for one in level(tree):
        if isinstance(one, Definition):
            found[one.name] = "class" if isinstance(one, ast.ClassDef) else "def"
        elif isinstance(one, ast.Import):
            found.update((alias.asname or alias.name.partition(".")[0], "") for alias in one.names)
        elif isinstance(one, ast.ImportFrom):
            found.update((alias.asname or alias.name, "") for alias in one.names)
        else:
            stored = (
                node.id
                for node in ast.walk(one)
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
            )
            found.update((name, "") for name in stored if name not in found)
    return found


def _uses(tree: ast.Module, name: str) -> frozenset[str]:
    own = (one for one in level(tree) if isinstance(one, Definition) and one.name == name)
    names = (getattr(node, "id", getattr(node, "attr", "")) for one in own for node in ast.walk(one))
    return frozenset(filter(None, names))


class _Source:
    """One file: its lines, and its tree where it is Python that can be parsed."""

    def __init__(self, data: bytes, python: bool = True) -> None:
        self._lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        self.tree: ast.Module | None = None
        if python:
            with contextlib.suppress(Unparsable):
                self.tree = parse(data)

    def surroundings(self, span: Span) -> Surroundings:
        line = self._line(span.line)
        if self.tree is None:
            return Surroundings(digests.of_text(line))
        # Trees count columns in bytes, and spans in letters.
        text = line.decode("utf-8", "replace")
        column = len(text[: span.column].encode())
        names: tuple[str, ...] = ()
        around: ast.stmt | None = None
        statement: ast.stmt | None = None
        node: ast.AST | None = self.tree
        while node is not None:
            node = next(
                (one for block in blocks(node) for one in block if holds(one, span.line, column)), None
            )
            if isinstance(node, ast.stmt):
                statement = node
            if isinstance(node, Definition):
                around, names = node, (*names, node.name)
        if statement is None or text[span.column :].lstrip().startswith("#"):
            told = digests.of_text(line[column:])
        else:
            alias = alias_at(statement, span.line, column)
            told = (
                digests.of_alias(statement, alias)
                if alias is not None
                else digests.of_statement(statement, names)
            )
        if around is None:
            return Surroundings(told, digests.of_names(self.tree))
        return Surroundings(told, digests.of_body(around, names), ".".join(names))

    def _line(self, number: int) -> bytes:
        return self._lines[number - 1] if 1 <= number <= len(self._lines) else b""
