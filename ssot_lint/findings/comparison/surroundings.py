"""A place in a file → what tells it from others wherever it may move: its statement and the definition around it.

Both are digests of the syntax tree, so that they outlast moved lines, another indentation and any formatter. They
are made from what is the same in every Python, and may be kept in a file that several Pythons read.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from ssot_lint.facts.parse import Unparsable, parse
from ssot_lint.model.finding import Span

_LENGTH = 12
"""Hexadecimal digits of a digest: it tells apart what is equal in all else, and so need not be longer."""

_TREES = 16
"""So many trees are kept at once: whoever asks goes from file to file."""

_SILENT = frozenset("ctx kind type_comment type_ignores str".split())
"""Fields that formatters or versions of Python change, or that say nothing."""

_BLOCKS = ("body", "handlers", "orelse", "finalbody", "cases")

_Function = (ast.FunctionDef, ast.AsyncFunctionDef)
_HEADER = frozenset("args returns decorator_list type_params".split())
_Definition = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


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
        self._known: dict[tuple[str, Span], Surroundings] = {}
        self._names: dict[str, frozenset[str] | None] = {}
        self._contents: dict[str, frozenset[tuple[str, str]] | None] = {}
        self._statements: dict[str, frozenset[tuple[str, str]] | None] = {}
        self._bound: dict[str, Mapping[str, str] | None] = {}

    def surroundings(self, path: str, span: Span) -> Surroundings:
        place = path, span
        if place not in self._known:
            source = self._source(path)
            self._known[place] = source.surroundings(span) if source is not None else UNKNOWN
        return self._known[place]

    def has(self, path: str) -> bool:
        return self._read(path) is not None

    def names(self, path: str) -> frozenset[str] | None:
        """The qualified names of a file's definitions; None where it is no Python that can be parsed."""
        if path not in self._names:
            source = self._source(path)
            self._names[path] = frozenset() if source is None else source.names()
        return self._names[path]

    def contents(self, path: str) -> frozenset[tuple[str, str]] | None:
        """The qualified name and the digest of each definition, and of each statement at the file's level under the
        empty name; None as in ``names``."""
        if path not in self._contents:
            source = self._source(path)
            self._contents[path] = frozenset() if source is None else source.contents()
        return self._contents[path]

    def statements(self, path: str) -> frozenset[tuple[str, str]] | None:
        """The definition around each statement and the digest of the latter, as ``Surroundings`` have them; None as in
        ``names``."""
        if path not in self._statements:
            source = self._source(path)
            self._statements[path] = frozenset() if source is None else source.statements()
        return self._statements[path]

    def bound(self, path: str) -> Mapping[str, str] | None:
        """The names that a file binds at its level: ``class`` or ``def`` for definitions, empty for others. A star
        import is the name ``*``. None as in ``names``."""
        if path not in self._bound:
            source = self._source(path)
            self._bound[path] = {} if source is None else source.bound()
        return self._bound[path]

    def uses(self, path: str, name: str) -> frozenset[str]:
        """The names, and last parts of names, that the definitions of a name at a file's level use."""
        source = self._source(path)
        return source.uses(name) if source is not None else frozenset()

    def _parsed(self, path: str) -> _Source | None:
        data = self._read(path)
        return _Source(data, python=path.endswith((".py", ".pyi"))) if data is not None else None


class _Source:
    """One file, parsed."""

    def __init__(self, data: bytes, python: bool = True) -> None:
        self._lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        self._tree: ast.Module | None = None
        if python:
            with contextlib.suppress(Unparsable):
                self._tree = parse(data)

    def names(self) -> frozenset[str] | None:
        if self._tree is None:
            return None
        return frozenset(".".join(names) for _, names in _definitions(self._tree))

    def contents(self) -> frozenset[tuple[str, str]] | None:
        if self._tree is None:
            return None
        found = {(".".join(names), _body(node, names)) for node, names in _definitions(self._tree)}
        for statement in _level(self._tree):
            found.add(("", _statement(statement, ())))
            if isinstance(statement, (ast.Import, ast.ImportFrom)):
                found.update(("", _alias(statement, alias)) for alias in statement.names)
        return frozenset(found)

    def bound(self) -> dict[str, str] | None:
        if self._tree is None:
            return None
        found: dict[str, str] = {}
        for one in _level(self._tree):
            if isinstance(one, _Definition):
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

    def uses(self, name: str) -> frozenset[str]:
        level = _level(self._tree) if self._tree is not None else ()
        nodes = (
            node
            for one in level
            if isinstance(one, _Definition) and one.name == name
            for node in ast.walk(one)
        )
        names = (getattr(node, "id", getattr(node, "attr", "")) for node in nodes)
        return frozenset(filter(None, names))

    def statements(self) -> frozenset[tuple[str, str]] | None:
        if self._tree is None:
            return None
        found = set()
        for statement, names in _statements(self._tree):
            around = ".".join(names)
            found.add((around, _statement(statement, names)))
            if isinstance(statement, (ast.Import, ast.ImportFrom)):
                found.update((around, _alias(statement, alias)) for alias in statement.names)
        return frozenset(found)

    def surroundings(self, span: Span) -> Surroundings:
        line = self._line(span.line)
        if self._tree is None:
            return Surroundings(_of_text(line))
        # Trees count columns in bytes, and spans in letters.
        text = line.decode("utf-8", "replace")
        column = len(text[: span.column].encode())
        names: tuple[str, ...] = ()
        around: ast.stmt | None = None
        statement: ast.stmt | None = None
        node: ast.AST | None = self._tree
        while node is not None:
            node = next(
                (one for block in _blocks(node) for one in block if _holds(one, span.line, column)), None
            )
            if isinstance(node, ast.stmt):
                statement = node
            if isinstance(node, _Definition):
                around, names = node, (*names, node.name)
        if statement is None or text[span.column :].lstrip().startswith("#"):
            told = _of_text(line[column:])
        else:
            alias = _alias_at(statement, span.line, column)
            told = _alias(statement, alias) if alias is not None else _statement(statement, names)
        if around is None:
            return Surroundings(told, _of_names(self._tree))
        return Surroundings(told, _body(around, names), ".".join(names))

    def _line(self, number: int) -> bytes:
        return self._lines[number - 1] if 1 <= number <= len(self._lines) else b""


def _holds(node: ast.AST, line: int, column: int) -> bool:
    if isinstance(node, ast.match_case):
        # It has no place of its own.
        return any(_holds(one, line, column) for one in (node.pattern, node.guard, *node.body) if one)
    if not isinstance(node, (ast.stmt, ast.expr, ast.pattern, ast.excepthandler, ast.alias)):
        return False
    begin = (node.lineno, node.col_offset)
    decorators = node.decorator_list if isinstance(node, _Definition) else ()
    if decorators:
        begin = (decorators[0].lineno, 0)
    return begin <= (line, column) < (node.end_lineno or 0, node.end_col_offset or 0)


def _blocks(node: ast.AST) -> Iterator[list[ast.AST]]:
    for name in _BLOCKS:
        block = getattr(node, name, None)
        # A lambda and a conditional expression have a body that is no block.
        if isinstance(block, list):
            yield block


def _definitions(tree: ast.Module) -> Iterator[tuple[ast.stmt, tuple[str, ...]]]:
    """Each definition and the names that lead to it."""
    return ((node, names) for node, names in _statements(tree) if isinstance(node, _Definition))


def _statements(tree: ast.Module) -> Iterator[tuple[ast.stmt, tuple[str, ...]]]:
    """Each statement and the names that lead to the definition around it, or that it is."""
    todo: list[tuple[ast.AST, tuple[str, ...]]] = [(tree, ())]
    while todo:
        node, names = todo.pop()
        if isinstance(node, _Definition):
            names = (*names, node.name)
        if isinstance(node, ast.stmt):
            yield node, names
        todo += ((one, names) for block in _blocks(node) for one in block)


def _level(tree: ast.Module) -> Iterator[ast.stmt]:
    """The statements that are in no definition, and the definitions among them."""
    todo: list[ast.AST] = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.stmt):
            yield node
        if not isinstance(node, _Definition):
            todo += (one for block in _blocks(node) for one in block)


def _of_names(tree: ast.Module) -> str:
    bound: set[str] = set()
    for one in _level(tree):
        if isinstance(one, _Definition):
            bound.add(one.name)
        elif isinstance(one, (ast.Import, ast.ImportFrom)):
            bound.update(alias.asname or alias.name for alias in one.names)
        elif isinstance(one, (ast.Assign, ast.AnnAssign)):
            targets = one.targets if isinstance(one, ast.Assign) else [one.target]
            bound.update(target.id for target in targets if isinstance(target, ast.Name))
    return _in_short("\0".join(sorted(bound)))


def _of_text(line: bytes) -> str:
    return _in_short(" ".join(line.decode("utf-8", "replace").split()))


def _in_short(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_LENGTH]


def _alias_at(statement: ast.stmt, line: int, column: int) -> ast.alias | None:
    """The name at a place of an import, where it is not the statement as a whole that is meant."""
    if not isinstance(statement, (ast.Import, ast.ImportFrom)):
        return None
    if len(statement.names) == 1:
        return statement.names[0]
    return next((alias for alias in statement.names if _holds(alias, line, column)), None)


def _alias(statement: ast.stmt, alias: ast.alias) -> str:
    source = ""
    if isinstance(statement, ast.ImportFrom):
        source = f"{'.' * statement.level}{statement.module or ''}"
    return _in_short(f"import\0{source}\0{alias.name}\0{alias.asname or ''}")


def _statement(node: ast.stmt, names: tuple[str, ...]) -> str:
    return _digest(node, names, inner=False)


def _body(node: ast.stmt, names: tuple[str, ...]) -> str:
    return _digest(node, names, inner=True)


def _digest(top: ast.stmt, names: tuple[str, ...], *, inner: bool) -> str:
    """The digest of a statement; ``inner``: with the blocks in it. ``names`` lead to the definition around it: by how
    far off they are they stand for themselves, so that it may be called another name."""
    own = {name: f"\0{number}" for number, name in enumerate(reversed(names))}
    told: list[str] = []
    # From the last to the first. A stack of our own, for trees may be deep.
    todo: list[object] = [top]
    while todo:
        one = todo.pop()
        if not isinstance(one, ast.AST):
            told.append(str(one))
            continue
        if isinstance(one, ast.Constant):
            told.append(_constant(one.value))
            continue
        told.append(f"({type(one).__name__}")
        todo.append(")")
        for field in reversed(one._fields):
            value = getattr(one, field, None)
            if field in _SILENT or value is None or value == []:
                continue
            if one is top and ((field == "name" and isinstance(one, _Definition)) or not inner):
                if field in ("name", *_BLOCKS):
                    continue
            if field in _HEADER and one is top and inner and _is_told_by_its_body(one):
                # Who renames a function may give it other parameters, and leave it its body.
                continue
            if isinstance(one, ast.Name) and field == "id":
                value = own.get(one.id, one.id)
            todo += reversed([field, *_items(one, field, value)])
    return _in_short("\x01".join(told))


def _items(node: ast.AST, field: str, value: object) -> Iterable[object]:
    if not isinstance(value, list):
        return (value,)
    if field == "names" and isinstance(node, (ast.Import, ast.ImportFrom)):
        return sorted(value, key=lambda alias: (alias.name, alias.asname or ""))
    if field == "targets" and isinstance(node, ast.Delete) and len(value) == 1:
        # `del (a, b)` is `del a, b` to formatters.
        return value[0].elts if isinstance(value[0], ast.Tuple) else value
    if isinstance(node, ast.JoinedStr):
        # Some versions of 3.12 put an empty text between two braces.
        return [one for one in value if not (isinstance(one, ast.Constant) and one.value == "")]
    if field == "body" and isinstance(node, _Definition) and _is_docstring(value[0]):
        return value[1:]
    return value


def _is_told_by_its_body(node: ast.AST) -> bool:
    """Whether a definition is a function whose body, without a docstring, is more than one statement."""
    return isinstance(node, _Function) and len(node.body) - _is_docstring(node.body[0]) > 1


def _is_docstring(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _constant(value: object) -> str:
    # Very long integers have no decimal digits in Python.
    text = hex(value) if type(value) is int else repr(value)
    return f"{type(value).__name__} {text}"
