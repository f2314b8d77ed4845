"""What a rule's fixer gets: a finding, its file as text and as facts, and what the project knows about names.

The fixer returns a fix, or raises ``Unfixable`` with the reason why a person must decide.
"""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from ssot_lint.facts.scopes import Scope
from ssot_lint.fixes import names
from ssot_lint.fixes.composed import may_hold, may_name, pieces
from ssot_lint.fixes.graph import Graph
from ssot_lint.fixes.source import FileText, Unfixable
from ssot_lint.links.follow import STATEMENTS, follow
from ssot_lint.links.link import Link
from ssot_lint.links.module import Module, absolute
from ssot_lint.links.project import Project
from ssot_lint.links.resolve import Links
from ssot_lint.links.users import normal, users_of
from ssot_lint.model.facts import Text
from ssot_lint.model.finding import Edit, Finding, Fix, Hop, Span, Tier


@dataclass(frozen=True, eq=False)
class Context:
    """Answers about the whole project, remembered for all fixers. ``source`` gives a file as edits see it."""

    project: Project
    source: Callable[[str], FileText]
    graph: Graph
    mentions: Callable[[str], str]
    """The first file besides Python's that names a dotted path, with its line; nothing where there is none."""
    paths: Callable[[Callable[[bytes], bool]], Iterable[str]]
    """The Python files of whose bytes something is true."""
    _pieces: dict[str, list[tuple[str, int, str]]] = field(default_factory=dict)

    @cached_property
    def _texts(self) -> dict[str, list[tuple[Module, Text]]]:
        """The strings that name a path, or something below it, by that path."""
        found = defaultdict(list)
        for module in self.project.every():
            for text in module.facts.texts:
                for named in _named(text, module):
                    found[named].append((module, text))
        return found

    @cached_property
    def _stores(self) -> dict[str, list[tuple[Module, Span]]]:
        """The assignments to a path as an attribute, by that path."""
        found = defaultdict(list)
        for module in self.project.every():
            for one in module.facts.bindings:
                for target in one.owner.targets if one.owner is not None else ():
                    known = normal(self.project, f"{absolute(target, module)}.{one.name}")
                    found[known].append((module, one.span))
        return found

    @cached_property
    def _reaching(self) -> dict[str, list[tuple[Module, str, int]]]:
        """The places that reach a name, by that name."""
        found = defaultdict(list)
        for module in self.project.every():
            for word, target, line in _reached(module):
                found[word].append((module, target, line))
        return found

    @cached_property
    def _stars(self) -> dict[str, list[str]]:
        """The files that import all names of a module, by that module."""
        found = defaultdict(list)
        for module in self.project.every():
            for star in module.facts.imports:
                if star.name == "*":
                    found[absolute(star.module, module)].append(module.file.path)
        return found

    def texts(self, path: str) -> list[tuple[Module, Text]]:
        """The strings that name a dotted path, or something below it."""
        return self._texts.get(path, [])

    def composed(self, module: str, name: str) -> Iterator[tuple[str, int]]:
        """The places, by file and line, where a string that may name something of a module is put together."""
        if name not in self._pieces:
            self._pieces[name] = list(self._composed(name))
        for path, line, piece in self._pieces[name]:
            if may_name(piece, module, name):
                yield path, line

    def _composed(self, name: str) -> Iterator[tuple[str, int, str]]:
        """The pieces of strings that hold a name, with their places."""
        for path in self.paths(lambda data: may_hold(data, name)):
            with contextlib.suppress(Unfixable):
                yield from ((path, line, one) for line, one in pieces(self.source(path).tree) if name in one)

    def replaced(self, path: str) -> Iterator[tuple[Module, Span]]:
        """The places that may replace what is at a dotted path: strings that name exactly this path, and assignments to
        it as an attribute."""
        for module, text in self.texts(path):
            if path in _whole(text, module):
                yield module, text.span
        yield from self._stores.get(normal(self.project, path), ())

    def takers(self, module: str, name: str) -> Iterator[tuple[Module, int]]:
        """The lines that may take a name from a module: they reach it there, or reach that name in something unknown in
        a file that knows the module."""
        path = f"{module}.{name}"
        for where, target, line in self._reaching.get(name, ()):
            if target:
                if f"{normal(self.project, absolute(target, where))}.".startswith(f"{path}."):
                    yield where, line
            elif any(one is where for one, _ in self.texts(module)) or module in self.graph.imported(
                where.file
            ):
                yield where, line

    def importers(self, module: str) -> list[str]:
        """The files that import a module, under any name and anywhere in the file."""
        found = []
        word = module.rpartition(".")[2].encode()
        for path in self.paths(lambda data: word in data):
            one = self.graph.file(path)
            if one is not None and module in self.graph.imported(one):
                found.append(path)
        return found

    def starred(self, module: str) -> list[str]:
        """The files that import all names of a module."""
        return self._stars.get(module, [])


def _reached(module: Module) -> Iterator[tuple[str, str, int]]:
    """The names that a file takes from something, or spells in strings: each with the target that has it (empty where
    that is unknown) and with the line."""
    for use in module.facts.uses:
        first, *others = use.ref.spelled.split(".")
        line = use.ref.span.line
        sure = [target for target in use.ref.targets if target[:1] not in (":", "?")]
        for target in sure:
            yield from ((word, target, line) for word in target.split(".")[1:-1])
        if not sure and first not in ("self", "cls"):
            yield from ((word, "", line) for word in others)
    for text in module.facts.texts:
        if text.value.isidentifier() and (text.subject is None or not text.subject.targets):
            yield text.value, "", text.span.line


def _named(text: Text, module: Module) -> set[str]:
    """The paths that a string names, and the beginnings of each, of two names or more."""
    parts = [one.split(".") for one in _whole(text, module)]
    return {".".join(one[:end]) for one in parts for end in range(2, len(one) + 1)}


def _whole(text: Text, module: Module) -> set[str]:
    """The paths that a string names."""
    value = text.value.replace(":", ".")
    found = {value} if "." in value else set()
    for target in text.subject.targets if text.subject is not None else ():
        path = absolute(target, module)
        if path:
            found.add(f"{path}.{value}")
    return found


@dataclass(frozen=True, eq=False)
class Repair:
    """``finding`` is to be fixed. ``spans`` are the places and codes of all findings of its contract in the file that
    may be changed."""

    finding: Finding
    links: Links
    module: Module
    source: FileText
    around: Context
    spans: Collection[tuple[Span, str]] = ()
    removes_shims: bool = False

    @property
    def project(self) -> Project:
        return self.links.project

    @property
    def canonical(self) -> str:
        return self.links.contract.symbol

    @property
    def home(self) -> str:
        """The module from which everyone shall import the symbol. Unfixable, where it is not in the project."""
        _, prefix, rest = self.project.split(self.canonical)
        if not prefix or len(rest) != 1:
            raise Unfixable(f"{self.canonical} is no name of a module of this project")
        return prefix

    @property
    def name(self) -> str:
        return self.links.roles.name

    @property
    def package(self) -> list[str]:
        """The parts of the package at which the file's relative imports begin."""
        parts = self.module.file.module.split(".")
        return parts if self.module.file.package else parts[:-1]

    def absolute(self, target: str) -> str:
        return absolute(target, self.module)

    def is_canonical(self, target: str) -> bool:
        """Whether a target of the file is the canonical path itself."""
        return self.absolute(target) == self.canonical

    def link(self, path: str) -> Link:
        """The link of a path. Unfixable, where the path is not certainly the symbol itself."""
        link = self.links.path(path)
        if link is None or link.kind != "symbol":
            raise Unfixable(f"`{path}` is not {self.canonical} itself", elsewhere=True)
        if not link.sure:
            raise Unfixable(f"`{path}` may be something else than {self.canonical}", elsewhere=True)
        own, goal = follow(self.project, path), follow(self.project, self.canonical)
        if own.kind in STATEMENTS and goal.kind in STATEMENTS and own.path != goal.path:
            raise Unfixable(f"`{path}` is another object than {self.canonical}", elsewhere=True)
        return link

    def must_be_symbol(self, span: Span) -> None:
        """Unfixable, where the binding at a place binds, or may bind, something else than the symbol."""
        for one in self.module.facts.bindings:
            ref = one.value.ref if one.span == span and one.value is not None else None
            link = self.links.ref(ref, self.module) if ref is not None else None
            if ref is None or link is None or link.kind != "symbol" or not link.sure or link.rest:
                continue
            if "." in ref.spelled and link.at not in ("canonical", "also"):
                raise Unfixable(
                    f"`{ref.spelled}` is no path that the symbol may be used by, either", elsewhere=True
                )
            return
        raise Unfixable(f"it is another thing than {self.canonical}, under its old name")

    def users(self, path: str) -> list[Hop]:
        """The other files that import or reach a path."""
        return [hop for hop in users_of(self.project, path) if hop.path != self.module.file.path]

    def must_be_free(self, name: str, *, but_strings: bool = False) -> None:
        """Unfixable, where something outside of the file still uses a name of its module. ``but_strings``: the fix
        changes the strings that name it, too."""
        path = f"{self.module.name}.{name}"
        for hop in self.users(path):
            raise Unfixable(f"{hop.path}:{hop.line} takes `{name}` from here", awaited=True)
        for where, text in () if but_strings else self.around.texts(path):
            raise Unfixable(f"a string in {where.file.path}:{text.span.line} names `{path}`", elsewhere=True)
        for file, line in self.around.composed(self.module.name, name):
            reason = f"a string that is put together in {file}:{line} may name `{path}`"
            raise Unfixable(reason, elsewhere=True)
        for where, line in self.around.takers(self.module.name, name):
            if where is not self.module:
                raise Unfixable(f"{where.file.path}:{line} may take `{name}` from here", awaited=True)
        for star in self.around.starred(self.module.name):
            raise Unfixable(f"{star} imports all names from here", awaited=True)

    def may_drop(self, scope: Scope, name: str) -> bool:
        """Whether a scope of the file may stop importing a name, since nothing outside of the file needs it."""
        if scope.kind != "module":
            return scope.kind == "function"
        try:
            self.must_be_free(name)
        except Unfixable:
            return False
        return names.exported(self.source, name) is None and not self.module.file.package

    def must_not_be_patched(self, path: str) -> None:
        """Unfixable, where a test replaces what is at a path that the file's code looks up when it is called. What one
        test replaces while it runs does not affect a test that it does not import."""
        own = self.module.file
        is_test = own.tests and own.path.rpartition("/")[2].startswith("test_")
        for where, span in self.around.replaced(path):
            is_here = where.file.path == own.path
            if is_here and span == self.finding.span:
                continue
            if is_test and not is_here and own.module not in self.around.graph.imported(where.file):
                continue
            place = f"{where.file.path}:{span.line}"
            raise Unfixable(f"{place} puts something else in the place of `{path}`", elsewhere=True)

    def must_look_alike(self, path: str) -> None:
        """Unfixable, where code that is called may find another thing at a path than at the canonical one."""
        if path != self.canonical:
            self.must_not_be_patched(path)
            self.must_not_be_patched(self.canonical)

    def must_close_no_cycle(self, module: str, instead_of: str, taken: str = "") -> None:
        """Unfixable, where the file would import a module that imports the file, and may find it unfinished.
        ``instead_of``: the module that it imports now, and ``taken``: the path that is asked for as soon as the file
        is imported. So what these show to be ready is no reason."""
        own, graph = self.module.file.module, self.around.graph
        if not own or graph.is_same(instead_of, module):
            return
        # A package that imports the module begins the circle, whoever imports the module: it is imported first.
        above = module.rpartition(".")[0]
        is_begun = bool(above) and bool(graph.reaches(above, module))
        # So is the module itself, where it is the package around the one that is imported now.
        is_begun = is_begun or instead_of.startswith(f"{module}.")
        if graph.returns(module) and not is_begun and not graph.says(own, module):
            raise Unfixable(
                f"{module} imports itself by way of others, which find it unfinished if that begins here"
            )
        if instead_of and graph.leads(instead_of, module):
            is_bound = bool(taken) and self._comes_by(taken)
            if is_bound or not (graph.is_begun(module, own) or graph.is_begun(instead_of, own)):
                return
        way = graph.reaches(module, own)
        if way:
            raise Unfixable(
                f"it would close a cycle of imports: {' imports '.join([own, *way])}", elsewhere=True
            )

    def _comes_by(self, path: str) -> bool:
        """Whether what is at a path has been taken from the canonical path, which is bound then."""
        canonical = follow(self.project, self.canonical).given
        return not set(canonical).isdisjoint(follow(self.project, path).way)

    def fix(
        self,
        message: str,
        edits: Iterable[Edit],
        tier: Tier = "safe",
        *,
        removes: Iterable[str] = (),
        retires: Iterable[str] = (),
        claims: Iterable[str] = (),
    ) -> Fix:
        return Fix(tier, message, tuple(sorted(edits)), tuple(removes), tuple(retires), tuple(claims))
