"""A file's bytes and some names of classes → what the file does with them, by its syntax tree. Pure.

It binds them, builds them, returns them from functions. Paths are absolute, as this file alone can know them:
``candidates`` follows them. Only statements with a name on their lines are looked into.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from ssot_lint.facts.parse import parse
from ssot_lint.facts.syntax import path_of
from ssot_lint.model.errors import Unparsable
from ssot_lint.model.finding import File

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_VALUES = frozenset(
    "dataclass dataclasses.dataclass attr.s attrs.define attrs.frozen attr.define define frozen".split()
)
"""Decorators of classes of values, which may be built everywhere."""


@dataclass(frozen=True, slots=True)
class Naming:
    """A name that the module has once it is imported. ``target`` is the path of what it is, empty for a statement of
    its own; ``how`` is ``class``, ``import`` or ``assign``. ``remark``: what the comments there say."""

    name: str
    target: str
    how: Literal["class", "import", "assign"]
    line: int
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Fetch:
    """``from MODULE import NAME``, anywhere in the file: ``path`` is both, ``bound`` the name that it gets here."""

    path: str
    bound: str
    line: int


@dataclass(frozen=True, slots=True)
class Build:
    """A call of ``path``. ``scope``: the qualified name of the function around it, empty where it runs at import;
    ``kept``: the module's name that its result is bound to."""

    path: str
    line: int
    scope: str
    kept: str = ""


@dataclass(frozen=True, slots=True)
class Hand:
    """A function that returns what a call of one of ``paths`` gives, or says so in its annotation. ``parameters``
    without ``self`` and ``cls``; ``owner`` is the class whose method it is; ``builds``: it has the call itself."""

    qualname: str
    owner: str
    paths: tuple[str, ...]
    parameters: tuple[str, ...]
    line: int
    builds: bool


@dataclass(frozen=True, slots=True)
class Statement:
    """A class statement at module level: ``bases`` are paths, ``value``: its instances are values."""

    name: str
    line: int
    bases: tuple[str, ...]
    value: bool


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one file does with the names. ``intro`` is the first paragraph of its docstring, ``stars`` has the modules
    of its star imports. ``problem``: why nothing is known."""

    file: File
    bindings: tuple[Naming, ...] = ()
    fetches: tuple[Fetch, ...] = ()
    builds: tuple[Build, ...] = ()
    hands: tuple[Hand, ...] = ()
    classes: tuple[Statement, ...] = ()
    intro: str = ""
    stars: tuple[str, ...] = ()
    problem: str = ""


def pattern_of(names: frozenset[str]) -> re.Pattern[bytes]:
    """Matches where one of the names stands as a word."""
    words = b"|".join(re.escape(name.encode()) for name in sorted(names, key=len, reverse=True))
    return re.compile(rb"(?<!\w)(?:" + words + rb")(?!\w)")


def sight(file: File, data: bytes, pattern: re.Pattern[bytes]) -> Sighting:
    """What the file does with the names that ``pattern`` matches."""
    try:
        tree = parse(data)
    except Unparsable as problem:
        return Sighting(file, problem=problem.message)
    return _Reader(file, tree, data, pattern).sighting()


class _Reader:
    def __init__(self, file: File, tree: ast.Module, data: bytes, pattern: re.Pattern[bytes]) -> None:
        self.file = file
        self.tree = tree
        self.pattern = pattern
        self.lines = data.splitlines()
        self.hits = sorted({data.count(b"\n", 0, m.start()) + 1 for m in pattern.finditer(data)})
        self.own: dict[str, str] = {}
        self.bindings: list[Naming] = []
        self.fetches: list[Fetch] = []
        self.builds: list[Build] = []
        self.hands: list[Hand] = []
        self.classes: list[Statement] = []
        self.stars: list[str] = []

    def sighting(self) -> Sighting:
        # What names mean is settled before anything is asked about them: functions use what is bound below them.
        for node in _at_import(self.tree.body):
            self._own(node)
        for node in _at_import(self.tree.body):
            self._bind(node)
        self._walk(self.tree.body, "", "", {})
        docstring = ast.get_docstring(self.tree) or ""
        return Sighting(
            self.file,
            tuple(self.bindings),
            tuple(self.fetches),
            tuple(self.builds),
            tuple(self.hands),
            tuple(self.classes),
            docstring.partition("\n\n")[0],
            tuple(self.stars),
        )

    def _concerned(self, node: ast.AST) -> bool:
        """Whether a name stands on a line of a statement."""
        first: int = getattr(node, "lineno", 1)
        last: int = getattr(node, "end_lineno", None) or first
        decorators = getattr(node, "decorator_list", ())
        first = min([first, *(one.lineno for one in decorators)])
        at = bisect_left(self.hits, first)
        return at < len(self.hits) and self.hits[at] <= last

    # -- what names of the module mean

    def _own(self, node: ast.stmt) -> None:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for name, target in self._imported(node):
                if name == "*":
                    self.stars.append(target)
                else:
                    self.own.setdefault(name, target)
        elif isinstance(node, (ast.ClassDef, *_FUNCTIONS)):
            self.own[node.name] = self._here(node.name)
        else:
            for name, _ in _assigned(node):
                self.own.setdefault(name, self._here(name))

    def _imported(self, node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.asname:
                    yield alias.asname, alias.name
                else:
                    yield alias.name.partition(".")[0], alias.name.partition(".")[0]
            return
        module = self._absolute(node)
        for alias in node.names:
            if alias.name == "*":
                yield "*", module
            elif module is not None:
                yield alias.asname or alias.name, f"{module}.{alias.name}" if module else alias.name

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self.file.module.split(".") if self.file.module else []
        drop = node.level - 1 if self.file.package else node.level
        base = parts[: max(len(parts) - drop, 0)]
        return ".".join([*base, *([node.module] if node.module else [])])

    def _here(self, name: str) -> str:
        return f"{self.file.module or '<' + self.file.path + '>'}.{name}"

    def path(self, node: ast.AST | None, local: Mapping[str, str]) -> str:
        """The absolute path of a name or of attributes of one; empty where it is none, or a local variable."""
        first, *rest = path_of(node) or [""]
        head = local[first] if first in local else self.own.get(first, "")
        if first and not head and first not in local and self.stars and not rest:
            # Nothing here binds it, but a star import may: then it is a name of this module.
            head = self._here(first)
        return ".".join([head, *rest]) if head else ""

    # -- bindings

    def _bind(self, node: ast.stmt) -> None:
        if not self._concerned(node):
            return
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for name, target in self._imported(node):
                if name != "*" and (self._is_asked(name) or self._is_asked(target.rpartition(".")[2])):
                    self._add(Naming(name, target, "import", node.lineno), node)
        elif isinstance(node, ast.ClassDef):
            bases = tuple(filter(None, (self.path(base, {}) or _spelled(base) for base in node.bases)))
            is_value = any(
                _spelled(one.func if isinstance(one, ast.Call) else one) in _VALUES
                for one in node.decorator_list
            )
            self.classes.append(Statement(node.name, node.lineno, bases, is_value))
            self._add(Naming(node.name, "", "class", node.lineno), node)
        else:
            for name, value in _assigned(node):
                target = self.path(value, {})
                if target and (self._is_asked(name) or self._is_asked(target.rpartition(".")[2])):
                    self._add(Naming(name, target, "assign", node.lineno), node)

    def _is_asked(self, name: str) -> bool:
        return self.pattern.fullmatch(name.encode("utf-8", "surrogatepass")) is not None

    def _add(self, binding: Naming, node: ast.stmt) -> None:
        self.bindings.append(replace(binding, remark=self._remark(node)))

    def _remark(self, node: ast.stmt) -> str:
        """The comments on the line of a statement and on those right above it; of a class its docstring, too."""
        found: list[bytes] = []
        at = node.lineno - 2
        while 0 <= at < len(self.lines) and self.lines[at].lstrip().startswith(b"#"):
            found.insert(0, self.lines[at].strip().lstrip(b"# "))
            at -= 1
        last = (node.end_lineno or node.lineno) - 1
        line = self.lines[last] if last < len(self.lines) and not isinstance(node, ast.ClassDef) else b""
        if b"#" in line:
            found.append(line.rpartition(b"#")[2].strip())
        text = " ".join(part.decode("utf-8", "replace") for part in found)
        if isinstance(node, ast.ClassDef):
            text = f"{text} {(ast.get_docstring(node) or '').partition(chr(10))[0]}".strip()
        return text[:200]

    # -- calls and functions

    def _walk(self, body: list[ast.stmt], scope: str, owner: str, local: dict[str, str]) -> None:
        for node in body:
            if not self._concerned(node):
                continue
            if isinstance(node, ast.ClassDef):
                for part in [*node.decorator_list, *node.bases]:
                    self._calls(part, scope, local, "")
                self._walk(node.body, scope, f"{owner}{node.name}.", local)
            elif isinstance(node, _FUNCTIONS):
                self._function(node, f"{owner}{node.name}", owner.rstrip("."), local)
            elif _is_main(node):
                # What a script does for itself, and for show.
                continue
            elif isinstance(
                node, (ast.If, ast.Try, ast.With, ast.For, ast.While, ast.AsyncWith, ast.AsyncFor)
            ):
                for head in ast.iter_child_nodes(node):
                    if isinstance(head, ast.expr):
                        self._calls(head, scope, local, "")
                for inner in _bodies(node):
                    self._walk(inner, scope, owner, local)
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                self._fetch(node)
            else:
                kept = next((name for name, _ in _assigned(node)), "") if not scope and not owner else ""
                self._calls(node, scope, local, kept)

    def _fetch(self, node: ast.Import | ast.ImportFrom) -> None:
        for name, target in self._imported(node) if isinstance(node, ast.ImportFrom) else ():
            if self._is_asked(target.rpartition(".")[2]):
                self.fetches.append(Fetch(target, name, node.lineno))

    def _function(
        self,
        node: ast.FunctionDef | ast.AsyncFunctionDef,
        qualname: str,
        owner: str,
        outer: Mapping[str, str],
    ) -> None:
        plain = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        local = {**outer, **dict.fromkeys((one.arg for one in plain), "")}
        for inner in ast.walk(node):
            if isinstance(inner, (ast.Import, ast.ImportFrom)):
                local |= {name: target for name, target in self._imported(inner) if name != "*"}
                self._fetch(inner)
        paths = self._given(node, local)
        built = len(self.builds)
        for statement in node.body:
            self._calls(statement, qualname, local, "")
        called = {one.path for one in self.builds[built:]}
        annotated = self._annotated(node.returns, outer)
        # An annotation alone may be that of a mock, or of a method that hands on what it was given.
        if annotated and called:
            paths.append(annotated)
        paths = list(dict.fromkeys(filter(None, paths)))
        if paths:
            parameters = tuple(one.arg for one in plain if one.arg not in ("self", "cls"))
            self.hands.append(
                Hand(qualname, owner, tuple(paths), parameters, node.lineno, bool(called & {*paths}))
            )

    def _given(self, node: ast.FunctionDef | ast.AsyncFunctionDef, local: Mapping[str, str]) -> list[str]:
        """The paths of the calls whose results the function returns, also by way of a local variable."""
        gives: dict[str, str] = {}
        for inner in ast.walk(node):
            for name, value in _assigned(inner):
                call = _awaited(value)
                if isinstance(call, ast.Call) and (path := self.path(call.func, local)):
                    gives[name] = path
        paths: list[str] = []
        for inner in _within(node):
            given = _awaited(inner.value) if isinstance(inner, ast.Return) else None
            if isinstance(given, ast.Call):
                paths.append(self.path(given.func, local))
            elif isinstance(given, ast.Name):
                paths.append(gives.get(given.id, ""))
        return paths

    def _annotated(self, node: ast.expr | None, local: Mapping[str, str]) -> str:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                node = ast.parse(node.value.strip(), mode="eval").body
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                return ""
        return self.path(node, local)

    def _calls(self, node: ast.AST, scope: str, local: Mapping[str, str], kept: str) -> None:
        top = getattr(node, "value", None)
        for inner in ast.walk(node):
            if isinstance(inner, ast.Call):
                path = self.path(inner.func, local)
                if path and (self._is_asked(path.rpartition(".")[2]) or self._is_asked(_spelled(inner.func))):
                    self.builds.append(Build(path, inner.lineno, scope, kept if inner is top else ""))


def _at_import(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run when the module is imported, also those in ``if`` and ``try``."""
    for node in body:
        yield node
        if isinstance(node, (ast.If, ast.Try, ast.With)):
            for inner in _bodies(node):
                yield from _at_import(inner)


def _within(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.AST]:
    """The nodes of a function without those of the functions in it."""
    pending: list[ast.AST] = [*function.body]
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, (*_FUNCTIONS, ast.Lambda, ast.ClassDef)):
            pending.extend(ast.iter_child_nodes(node))


def _is_main(node: ast.stmt) -> bool:
    """Whether a statement is ``if __name__ == "__main__"``."""
    return (
        isinstance(node, ast.If)
        and isinstance(node.test, ast.Compare)
        and any(isinstance(one, ast.Name) and one.id == "__name__" for one in ast.walk(node.test))
    )


def _bodies(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        inner = getattr(node, name, None)
        if isinstance(inner, list):
            yield inner
    for handler in getattr(node, "handlers", ()):
        yield handler.body


def _assigned(node: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            if isinstance(target, ast.Name):
                yield target.id, node.value
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        yield node.target.id, node.value


def _awaited(node: ast.expr | None) -> ast.expr | None:
    return node.value if isinstance(node, ast.Await) else node


def _spelled(node: ast.AST) -> str:
    return ".".join(path_of(node) or ())
