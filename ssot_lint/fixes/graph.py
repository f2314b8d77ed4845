"""The project's import graph: which modules does importing a module import? Pure.

Only what is asked for is read. Imports in functions and under ``if TYPE_CHECKING`` do not run at that time. Importing a
module of a package imports the package first.
"""

from __future__ import annotations

import ast
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from ssot_lint.facts.parse import parse
from ssot_lint.facts.syntax import from_package, module_of
from ssot_lint.facts.walk import guard_of, handled
from ssot_lint.links.project import Project
from ssot_lint.model.dotted import beginnings
from ssot_lint.model.errors import Unparsable
from ssot_lint.model.finding import File


class _Imported(NamedTuple):
    """What a module imports: modules of the project (``own``), unknown modules, and why its import fails by itself.
    ``said`` are those of ``own`` that its code names; Python imports the packages around them in any case. ``takes``
    are the names that it takes from other modules, ``binds`` are its own names, and ``stars`` are the modules from
    which it takes all names."""

    own: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    raises: str = ""
    said: tuple[str, ...] = ()
    takes: tuple[tuple[str, str], ...] = ()
    binds: frozenset[str] = frozenset()
    stars: tuple[str, ...] = ()


class Graph:
    """``read`` gives the bytes of a file by its path."""

    def __init__(self, project: Project, read: Callable[[str], bytes | None]) -> None:
        self.project = project
        self.read = read
        self._imported: dict[str, _Imported] = {}
        self._all: dict[str, set[str]] = {}
        self._ways: dict[str, dict[str, str]] = {}

    def reaches(self, module: str, other: str) -> tuple[str, ...]:
        """The modules on the shortest way by which importing the first imports the second, both included."""
        way = self._from(module)
        name = self._known(other)
        if name not in way:
            return ()
        found = [name]
        while way[found[-1]]:
            found.append(way[found[-1]])
        return tuple(reversed(found))

    def fails(self, module: str) -> str:
        """Why importing a module may fail; empty where it cannot."""
        for name in self._from(module):
            one = self._of(name)
            if one.foreign:
                return f"{name} imports `{one.foreign[0]}`, which is not of this project"
            if one.raises:
                return f"{name} {one.raises}"
            for source, taken in one.takes:
                if not self._has(source, taken, set()):
                    return f"{name} imports `{taken}` from {source}, which may not have it"
            if self.returns(name):
                return f"{name} imports itself by way of others"
        return ""

    def _has(self, module: str, name: str, seen: set[str]) -> bool:
        """Whether a module binds a name when it is imported, or has a module of that name."""
        known = self._known(module)
        if known in seen:
            return False
        seen.add(known)
        one = self._of(known)
        return (
            name in one.binds
            or f"{known}.{name}" in self.project.known
            or f"{known}.{name}" in self.project.packages
            or (not name.startswith("_") and any(self._has(star, name, seen) for star in one.stars))
        )

    def is_same(self, module: str, other: str) -> bool:
        """Whether two paths name the same module."""
        return self._known(module) == self._known(other)

    def says(self, module: str, other: str) -> bool:
        """Whether a module itself imports another one."""
        return self._known(other) in self._of(module).said

    def returns(self, module: str) -> bool:
        """Whether code that importing a module imports names that module again, and may find it unfinished. Of the
        packages around the others all is imported, too; those around the module itself have begun before it."""
        start = self._known(module)
        reached = self._reached(start, lambda one: one.own, beginnings(start))
        return any(start in self._of(one).said for one in (start, *reached))

    def leads(self, module: str, other: str) -> bool:
        """Whether a module imports another one through modules that the code names; Python imports the packages around
        them in any case."""
        return self._known(other) in self._reached(self._known(module), lambda one: one.said)

    def is_begun(self, module: str, other: str) -> bool:
        """Whether a module may have begun, and not be finished, when it imports another one. The packages around
        it have begun before: what only they import is not imported by it."""
        goal = self._known(other)
        start = self._known(module)
        return goal in self._reached(start, lambda one: one.own, beginnings(start))

    def _reached(
        self,
        start: str,
        onwards: Callable[[_Imported], Iterable[str]],
        begun: Iterable[str] = (),
    ) -> set[str]:
        """The modules to which a module leads, step by step: not by way of those that have ``begun``."""
        passed, found, todo = {*begun}, set[str](), [start]
        while todo:
            new = {one for one in onwards(self._of(todo.pop())) if one not in passed} - found
            found |= new
            todo += new
        return found

    def file(self, path: str) -> File | None:
        """The project's file at a path."""
        return next((one for one in self.project.known.values() if one.path == path), None)

    def imported(self, file: File) -> set[str]:
        """All paths that a file imports, also in functions, and the packages around them."""
        if file.path in self._all:
            return self._all[file.path]
        found = self._all[file.path] = set[str]()
        try:
            tree = parse(self.read(file.path) or b"")
        except Unparsable:
            return found
        package = file.module if file.package else file.module.rpartition(".")[0]
        for node in ast.walk(tree):
            for path in _paths(node, package) if isinstance(node, ast.stmt) else ():
                found.update(beginnings(path))
        return found

    def _from(self, module: str) -> dict[str, str]:
        """All modules that importing a module imports, each with the module that does so."""
        start = self._known(module)
        if start not in self._ways:
            way = {start: ""}
            todo = deque([start])
            while todo:
                name = todo.popleft()
                for other in self._of(name).own:
                    if other not in way:
                        way[other] = name
                        todo.append(other)
            self._ways[start] = way
        return self._ways[start]

    def _known(self, name: str) -> str:
        file = self.project.known.get(name)
        return file.module if file is not None and file.module else name

    def _of(self, name: str) -> _Imported:
        if name not in self._imported:
            file = self.project.known.get(name)
            self._imported[name] = self._read(file) if file is not None else _Imported()
        return self._imported[name]

    def _read(self, file: File) -> _Imported:
        above = file.module.rpartition(".")[0]
        own = [self._known(above)] if above in self.project.known else []
        data = self.read(file.path)
        if data is None:
            return _Imported(tuple(own), raises="cannot be read")
        try:
            tree = parse(data)
        except Unparsable as problem:
            return _Imported(tuple(own), raises=problem.message)
        package = file.module if file.package else above
        found = _Reached()
        said: list[str] = []
        for stmt, is_tried in _run(tree.body):
            found.look(stmt, package, is_tried=is_tried)
            for path in _paths(stmt, package):
                name = self._module(path)
                if name:
                    said.append(name)
                # Of a plain import each part must be a module.
                is_there = bool(name) and not (isinstance(stmt, ast.Import) and self._lacks(path))
                if not is_there and not is_tried and path.partition(".")[0] not in sys.stdlib_module_names:
                    found.foreign.append(path)
        return _Imported(
            tuple(dict.fromkeys([*own, *said])),
            tuple(dict.fromkeys(found.foreign)),
            found.raises,
            tuple(dict.fromkeys(said)),
            tuple(one for one in found.takes if self._module(one[0])),
            frozenset(found.binds),
            tuple(found.stars),
        )

    def _lacks(self, path: str) -> bool:
        """Whether the project has no module at a path."""
        return path not in self.project.known and path not in self.project.packages

    def _module(self, path: str) -> str:
        """The module of the project at a path, or at the longest beginning of it."""
        known = next((name for name in beginnings(path) if name in self.project.known), None)
        if known is not None:
            return self._known(known)
        # A folder without an __init__ is a package, too.
        return path if path.partition(".")[0] in self.project.packages else ""


class _Reached:
    """What the statements of a module import and bind, in their order."""

    def __init__(self) -> None:
        self.foreign: list[str] = []
        self.raises = ""
        self.takes: list[tuple[str, str]] = []
        self.binds: set[str] = set()
        self.stars: list[str] = []

    def look(self, stmt: ast.stmt, package: str, *, is_tried: bool) -> None:
        if isinstance(stmt, ast.Raise) and not is_tried:
            self.raises = self.raises or f"raises in line {stmt.lineno}"
        if isinstance(stmt, ast.ImportFrom):
            module = _source_of(stmt, package)
            names = [one.name for one in stmt.names]
            self.stars += [module] if "*" in names else []
            self.takes += [(module, name) for name in names if name != "*" and not is_tried]
        if isinstance(stmt, (ast.Import, ast.ImportFrom)):
            self.binds.update(one.asname or one.name.partition(".")[0] for one in stmt.names)
        elif isinstance(stmt, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            self.binds.add(stmt.name)
        else:
            for node in ast.walk(stmt):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    self.binds.add(node.id)


def _paths(stmt: ast.stmt, package: str) -> Iterator[str]:
    """What a statement imports, as absolute paths."""
    if isinstance(stmt, ast.Import):
        yield from (alias.name for alias in stmt.names)
    elif isinstance(stmt, ast.ImportFrom):
        module = _source_of(stmt, package)
        for alias in stmt.names:
            yield module if alias.name == "*" or not module else f"{module}.{alias.name}"


def _source_of(stmt: ast.ImportFrom, package: str) -> str:
    """The module from which a statement takes names."""
    # Of the package itself (``from . import a``) only the dots are left.
    return (from_package(module_of(stmt), package) if stmt.level else module_of(stmt)).rstrip(".")


def _run(body: list[ast.stmt]) -> Iterator[tuple[ast.stmt, bool]]:
    """The statements that run when a module is imported, and whether each is in a ``try`` that catches a failing
    import."""
    todo = [(one, False) for one in reversed(body)]
    while todo:
        stmt, is_tried = todo.pop()
        yield stmt, is_tried
        if isinstance(stmt, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        if isinstance(stmt, ast.If):
            guard = guard_of(stmt.test)
            parts = [] if guard in ("typing", "main") else [(stmt.body, is_tried)]
            parts += [] if guard == "not-typing" else [(stmt.orelse, is_tried)]
        elif isinstance(stmt, ast.Try) or type(stmt).__name__ == "TryStar":
            handlers = getattr(stmt, "handlers", [])
            catches = any(handled(one) for one in handlers)
            parts = [(getattr(stmt, "body", []), is_tried or catches)]
            parts += [(one.body, is_tried) for one in handlers]
            parts += [(getattr(stmt, "orelse", []), is_tried), (getattr(stmt, "finalbody", []), is_tried)]
        elif isinstance(stmt, ast.Match):
            parts = [(case.body, is_tried) for case in stmt.cases]
        else:
            parts = [(getattr(stmt, field, []), is_tried) for field in ("body", "orelse")]
        for some, tried in reversed(parts):
            todo += [(one, tried) for one in reversed(some) if isinstance(one, ast.stmt)]
