"""Some class statements of a project → what its files do with each, as facts and links tell it. Pure but for comments.

Each class gets a *probe*: a contract that asks for nothing but its own path. The index of all probes knows every path
that leads to one of these classes. Whatever is said here of a class is read off that index.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from ssot_lint.links.index import Index
from ssot_lint.links.module import Module, absolute
from ssot_lint.links.resolve import Links
from ssot_lint.model.contracts import ClassContract
from ssot_lint.model.facts import Binding, Class, Function, Ref, Value
from ssot_lint.model.finding import File, Span

Lines = Callable[[str], Sequence[bytes]]
"""Gives the lines of a file, none where it cannot be read."""

_INTRO = re.compile(
    rb"^(?:[ \t]*(?:#[^\n]*)?\r?\n)*[rRuU]?(\"\"\"|''')(.*?)(?:\r?\n[ \t]*\r?\n|\1)", re.DOTALL
)
_SUMMARY = re.compile(rb"[ \t]*[rRuU]?(?:\"\"\"|''')(.*?)(?:\"\"\"|'''|\r?$)")


class SeenAt(NamedTuple):
    """A line of a file."""

    file: File
    line: int


class Naming(NamedTuple):
    """A name that a module has once it is imported: ``path`` is the module's and the name's. ``remark``: what comments
    there say; ``intro``: what the module says of itself in the first paragraph of its docstring."""

    at: SeenAt
    path: str
    how: Literal["class", "import", "assign"]
    remark: str
    intro: str

    @property
    def name(self) -> str:
        return self.path.rpartition(".")[2]


class Fetch(NamedTuple):
    """``from MODULE import NAME``, anywhere: ``path`` is both, ``bound`` the name that it gets there."""

    at: SeenAt
    path: str
    bound: str


class Build(NamedTuple):
    """A call of the class, by ``path``. ``scope``: the qualified name of what is around it, empty where it runs at
    import; ``kept``: the module's name that its result is bound to."""

    at: SeenAt
    path: str
    scope: str
    kept: str


class Hand(NamedTuple):
    """A function that returns a new object of the class. ``parameters`` without ``self`` and ``cls``; ``owner`` is the
    class whose method it is."""

    at: SeenAt
    qualname: str
    owner: str
    parameters: tuple[str, ...]

    @property
    def path(self) -> str:
        return f"{module_of(self.at.file)}.{self.qualname}"


@dataclass(slots=True)
class Observed:
    """Everything that leads to a class statement. ``home`` is its path, ``bases`` are as written. ``parameters`` are
    those of its methods."""

    home: str
    at: SeenAt
    bases: tuple[str, ...]
    parameters: tuple[str, ...]
    bindings: list[Naming] = field(default_factory=list)
    fetches: list[Fetch] = field(default_factory=list)
    builds: list[Build] = field(default_factory=list)
    hands: list[Hand] = field(default_factory=list)


def module_of(file: File) -> str:
    return file.module or f"<{file.path}>"


def probes(paths: Iterable[str]) -> tuple[ClassContract, ...]:
    """A contract for each class statement, which asks for its names and for nothing else."""
    return tuple(ClassContract(name=path, canonical=path, duplicates="off") for path in paths)


def observed(index: Index, lines: Lines) -> dict[str, Observed]:
    """What was observed of each class that has a probe in the index, by the path of its statement."""
    return _Observer(index, lines).classes


class _Observer:
    def __init__(self, index: Index, lines: Lines) -> None:
        self._lines = lines
        self.classes: dict[str, Observed] = {}
        links = {one.contract.name: one for one in index.links}
        for path, one in links.items():
            found = _statement(one, path)
            if found is not None:
                module, klass = found
                bases = tuple(base.ref.spelled for base in klass.bases if base.ref is not None)
                parameters = [one.name for method in klass.methods for one in method.signature.parameters]
                at = SeenAt(module.file, klass.span.line)
                self.classes[path] = Observed(path, at, bases, (*(klass.parameters or ()), *parameters))
        self._by_word: dict[str, list[Links]] = defaultdict(list)
        for path in self.classes:
            for word in sorted({*index.spoken.get(path, ()), *links[path].roles.words}):
                self._by_word[word].append(links[path])
        for _, module in sorted(index.project.by_path.items()):
            self._look(module)

    def _look(self, module: Module) -> None:
        facts = module.facts
        for one in facts.imports:
            if one.name and one.name != "*":
                for links in self._leading(one.target, module):
                    seen = self.classes[links.contract.name]
                    at = SeenAt(module.file, one.span.line)
                    seen.fetches.append(Fetch(at, absolute(one.target, module), one.bound))
                    if not one.where.scope:
                        self._bound(seen, at, one.bound, "import", module)
        for binding in facts.bindings:
            self._binding(binding, module)
        kept = dict(_kept(facts.bindings))
        calls: dict[str, set[str]] = defaultdict(set)
        for call in facts.calls:
            if "main" in call.where.guards:
                # What a script does for itself, and for show.
                continue
            for links, path in self._meant(call.callee.ref, module):
                calls[call.where.scope].add(links.contract.name)
                at = SeenAt(module.file, call.span.line)
                build = Build(at, path, call.where.scope, kept.get(call.span, ""))
                self.classes[links.contract.name].builds.append(build)
        for function in facts.functions:
            self._function(function, module, calls[function.qualname])

    def _binding(self, binding: Binding, module: Module) -> None:
        at = SeenAt(module.file, binding.span.line)
        if not binding.of_module or binding.where.scope:
            return
        if binding.how == "class":
            seen = self.classes.get(f"{module.name}.{binding.name}")
            if seen is not None:
                self._bound(seen, at, binding.name, "class", module)
        elif binding.how in ("assign", "alias") and binding.value is not None:
            if binding.value.form in ("path", "same", "either"):
                for ref in _refs(binding.value):
                    for links, _ in self._meant(ref, module):
                        self._bound(self.classes[links.contract.name], at, binding.name, "assign", module)

    def _bound(
        self,
        seen: Observed,
        at: SeenAt,
        name: str,
        how: Literal["class", "import", "assign"],
        module: Module,
    ) -> None:
        lines = self._lines(at.file.path)
        intro = _INTRO.match(b"\n".join(lines[:60])) if how == "assign" else None
        said = " ".join(_text(intro[2]).split()) if intro is not None else ""
        seen.bindings.append(Naming(at, f"{module.name}.{name}", how, _remark(lines, at.line, how), said))

    def _function(self, function: Function, module: Module, called: set[str]) -> None:
        if function.where.kind == "function":
            return
        given = {
            links.contract.name
            for value in function.returns
            for ref in _made(value)
            for links, _ in self._meant(ref, module)
        }
        if any(one.suspect and one.form == "path" for one in function.returns):
            # A variable, which may hold what the function has built.
            given |= called
        # An annotation alone may be that of a mock, or of a method that hands on what it was given.
        typed = {
            links.contract.name
            for value in function.returns
            if value.form == "typed"
            for links, _ in self._meant(value.ref, module)
        }
        plain = tuple(one for one in function.parameters if one not in ("self", "cls"))
        at = SeenAt(module.file, function.span.line)
        for path in sorted(given | (typed & called)):
            self.classes[path].hands.append(Hand(at, function.qualname, function.owner, plain))

    def _meant(self, ref: Ref | None, module: Module) -> Iterator[tuple[Links, str]]:
        """The classes that a reference stands for, each with the absolute path by which it does."""
        for target in ref.targets if ref is not None else ():
            for links in self._leading(target, module):
                path = absolute(target, module) if not target.startswith("?") else target[1:]
                yield links, path

    def _leading(self, target: str, module: Module) -> Iterator[Links]:
        found = {
            one.contract.name: one
            for part in target.lstrip(".:?~").split(".")
            for one in self._by_word.get(part, ())
        }
        for one in found.values():
            link = one.resolve(target, module)
            if link is not None and link.kind == "symbol" and not link.rest and link.sure:
                yield one


def _statement(links: Links, path: str) -> tuple[Module, Class] | None:
    module, rest = links.project.find(path)
    own = module.classes.get(".".join(rest), ()) if module is not None else ()
    return (module, own[0]) if module is not None and own else None


def _refs(value: Value) -> Iterator[Ref]:
    if value.ref is not None and value.form == "path":
        yield value.ref
    for part in value.parts if value.form in ("same", "either") else ():
        yield from _refs(part)


def _made(value: Value) -> Iterator[Ref]:
    """What is called for a value, if it is the result of calls."""
    if value.form == "call":
        ref = value.parts[0].ref if value.parts else value.ref
        if ref is not None:
            yield ref
    elif value.form in ("await", "same", "either"):
        for part in value.parts:
            yield from _made(part)


def _kept(bindings: Iterable[Binding]) -> Iterator[tuple[Span, str]]:
    """The calls at import whose result the module keeps, each with the name that it has."""
    for one in bindings:
        if one.of_module and not one.where.scope and not one.where.deferred and one.how == "assign":
            value = one.value
            while value is not None and value.form in ("await", "same") and value.parts:
                value = value.parts[0]
            if value is not None and value.form == "call":
                yield value.span, one.name


def _remark(lines: Sequence[bytes], line: int, how: str) -> str:
    """The comments on a line and on those right above it; of a class the first line of its docstring, too."""
    found: list[bytes] = []
    at = line - 2
    while 0 <= at < len(lines) and lines[at].lstrip().startswith(b"#"):
        found.insert(0, lines[at].strip().lstrip(b"# "))
        at -= 1
    here = lines[line - 1] if 0 < line <= len(lines) else b""
    if how != "class" and b"#" in here:
        found.append(here.rpartition(b"#")[2].strip())
    if how == "class":
        summary = _SUMMARY.match(lines[line]) if line < len(lines) else None
        found += [summary[1].strip()] if summary is not None else []
    return _text(b" ".join(found))[:200]


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
