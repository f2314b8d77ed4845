"""What a file says of an object → the class that it is of, its bases, and the primitive that a method of it is. Pure.

The project's own classes are followed through all files. Of a class of a library only the path is known: so two paths
of one class are two classes, and what such a class defines or hands out is not known.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from ssot_lint.links.follow import follow
from ssot_lint.links.link import joined
from ssot_lint.links.listed import further
from ssot_lint.links.module import Module, absolute
from ssot_lint.links.names import MOST_PARTS
from ssot_lint.links.project import Project
from ssot_lint.links.resolve import Links
from ssot_lint.model.dotted import beginnings
from ssot_lint.model.entering import ENTERED
from ssot_lint.model.finding import Hop
from ssot_lint.model.methods import (
    AWAIT,
    CALL,
    CLASS,
    ENTER,
    ENTER_LATER,
    Kin,
    MethodUse,
    Origins,
    Telling,
    TypeOrigin,
)

_DEPTH = 12
"""So many things are followed, one told by the other."""

_PLAIN = frozenset("object ABC Generic Protocol Enum NamedTuple TypedDict".split())
"""Last names of bases that have no methods of their own worth a contract."""


class Primitive(NamedTuple):
    """A method that only a home may touch: its path, and all paths of its class."""

    path: str
    name: str
    owners: frozenset[str]


def primitives(links: Links) -> list[Primitive]:
    """The primitives of a contract that are methods, or may be."""
    found = []
    for path in links.contract.named("primitive"):
        owner = path.rpartition(".")[0]
        goal = follow(links.project, owner) if "." in owner else None
        # What a module of the project defines is no method, and the module no class.
        if goal is not None and not links.project.is_module(goal.path):
            found.append(Primitive(path, path.rpartition(".")[2], frozenset([*goal.given, *goal.way])))
    return found


Form = Literal["class", "object", "above", "function", "manager", "later"]
"""``above``: an object, but its methods are looked for in the bases of the class only. ``manager``: what a function
gives to be entered, ``later`` what an asynchronous one gives to be awaited."""


class Nature(NamedTuple):
    """What something is: a class, an object of it, or a function. ``module`` and ``kin`` are the statement, where the
    project has it."""

    form: Form
    path: str
    module: Module | None = None
    kin: Kin | None = None
    sure: bool = True
    chain: tuple[Hop, ...] = ()
    receiver: Nature | None = None


class Ancestor(NamedTuple):
    """A class, or one that it derives from, with the statements that say so. Of one that nothing is known of the path
    begins with a question mark."""

    path: str
    module: Module | None = None
    kin: Kin | None = None
    chain: tuple[Hop, ...] = ()


class Touched(NamedTuple):
    """The primitive that a place takes from an object, and what proves it. ``klass`` is the path of the object's class,
    where that is not the primitive's own."""

    primitive: Primitive
    sure: bool
    chain: tuple[Hop, ...]
    klass: str


def lineage_of(links: Links, known: Sequence[Primitive]) -> Lineage:
    """What is known of the classes of some primitives, and of those that derive from them."""
    return Lineage(links.project, frozenset(path for one in known for path in one.owners))


def touched(lineage: Lineage, module: Module, use: MethodUse, known: Sequence[Primitive]) -> Touched | None:
    """The primitive that a place takes from an object; None where that is not known, or where it is another method."""
    named = [one for one in known if one.name == use.method]
    if not named:
        return None
    kinds, sure = lineage.of(use.origins, module)
    found: list[Touched] = []
    for kind in kinds:
        taken = _taken(lineage, kind, named)
        if taken is not None:
            found.append(taken)
        else:
            sure = False
    sure = sure and all(one.sure for one in found)
    # Of several things the code itself asks which it is.
    return found[0]._replace(sure=sure) if found and (sure or not use.tested) else None


def members(links: Links, path: str) -> set[str] | None:
    """All that the class at a path and its bases have; None where that is not known, or where it is no class."""
    lineage = Lineage(links.project, frozenset())
    kind, rest = lineage.at(path)
    if kind is None or kind.kin is None or kind.form != "class" or rest:
        return None
    found: set[str] = set()
    for one in lineage.above(Ancestor(kind.path, kind.module, kind.kin)):
        if one.kin is not None:
            found |= {*one.kin.defines, *(member.name for member in one.kin.members)}
        elif one.path.rpartition(".")[2] not in ("object", "ABC", "Generic", "Protocol"):
            return None
    return found


def _taken(lineage: Lineage, kind: Nature, named: Sequence[Primitive]) -> Touched | None:
    """The primitive that is the method of a class, of an object or of what is above it."""
    if kind.form not in ("class", "object", "above"):
        return None
    sure = kind.sure
    above = lineage.above(Ancestor(kind.path, kind.module, kind.kin))
    for number, one in enumerate(above):
        if number == 0 and kind.form == "above":
            continue
        primitive = next((some for some in named if one.path in some.owners), None)
        if primitive is not None:
            klass = kind.path if number else ""
            return Touched(primitive, sure, joined(*kind.chain, chain=one.chain), klass)
        if one.kin is not None:
            if named[0].name in one.kin.defines:
                return None
        elif one.path.rpartition(".")[2] not in _PLAIN:
            # It may have the method itself.
            sure = False
    return None


class Lineage:
    """Who is what in a project. ``owners`` are classes that are known by their paths alone, wherever they are."""

    def __init__(self, project: Project, owners: frozenset[str]) -> None:
        self.project = project
        self.owners = owners

    # -- what something is

    def of(
        self, origins: Origins, module: Module, receiver: Nature | None = None, depth: int = 0
    ) -> tuple[list[Nature], bool]:
        """All that something may be, as far as that is known; and whether it can be nothing else."""
        sure = origins.sure
        found: list[Nature] = []
        for origin in origins.found if depth < _DEPTH else ():
            kinds, certain = self._of(origin, module, receiver, depth)
            if origin.hints and not self._are_told(kinds):
                kinds, certain = self.of(Origins(origin.hints, True), module, receiver, depth + 1)
            found += kinds
            sure = sure and certain and bool(kinds)
        return found, sure and depth < _DEPTH

    def _are_told(self, kinds: Sequence[Nature]) -> bool:
        """Whether it is known of which class something is, and what that class has."""
        return bool(kinds) and all(one.kin is not None or one.path in self.owners for one in kinds)

    def _of(
        self, origin: TypeOrigin, module: Module, receiver: Nature | None, depth: int
    ) -> tuple[list[Nature], bool]:
        kinds, rest, sure = self._begun(origin, module, receiver, depth)
        if origin.start in ("object", "above"):
            if rest or any(one.form != "class" for one in kinds):
                return [], False
            form: Form = "above" if origin.start == "above" else "object"
            kinds = [one._replace(form=form) for one in kinds]
        hops = tuple(_hop(one, module) for one in origin.said)
        kinds = [one._replace(chain=joined(*hops, chain=one.chain)) for one in kinds]
        sure = sure and bool(kinds)
        for step in (*rest, *origin.steps):
            each = [self._step(one, step, depth) for one in kinds]
            sure = sure and all(bool(some) and certain for some, certain in each)
            kinds = [one for some, _ in each for one in some][:8]
        return kinds, sure

    def _begun(
        self, origin: TypeOrigin, module: Module, receiver: Nature | None, depth: int
    ) -> tuple[list[Nature], list[str], bool]:
        """What an origin starts from, and the attributes that are left; and whether it can be nothing else."""
        if origin.start == "receiver":
            return [receiver._replace(form="object")] if receiver is not None else [], [], True
        kind, rest = self._start(origin.target, module)
        if kind is None:
            return [], [], False
        if kind.kin is None or kind.module is None or kind.kin.form != "value":
            return [kind], rest, True
        found, sure = self.of(kind.kin.gives, kind.module, None, depth + 1)
        return [one._replace(chain=joined(*kind.chain, chain=one.chain)) for one in found], rest, sure

    def _start(self, target: str, module: Module) -> tuple[Nature | None, list[str]]:
        """What stands at a target of a file, and the attributes of it that are left."""
        if target.startswith(":"):
            found = _own(module, target[1:].split("."))
            return found if found is not None else (None, [])
        if target.startswith("?"):
            for star in module.stars:
                source = absolute(star.module, module)
                found = self.at(f"{source}.{target[1:]}") if source else (None, [])
                if found[0] is not None and (found[0].kin is not None or found[0].path in self.owners):
                    hop = Hop(module.file.path, star.span.line, f"from {star.module} import *")
                    return found[0]._replace(chain=joined(hop, chain=found[0].chain)), found[1]
            return self.at(f"builtins.{target[1:]}") if not module.stars else (None, [])
        path = absolute(target, module)
        return self.at(path) if path else (None, [])

    def at(self, path: str) -> tuple[Nature | None, list[str]]:
        """What stands at a path, through imports. Of a library it is taken for a class."""
        done: set[str] = set()
        chain: tuple[Hop, ...] = ()
        while path and path not in done and len(done) < MOST_PARTS:
            done.add(path)
            known = next((one for one in beginnings(path) if one in self.owners), None)
            if known is not None:
                module, kin = self._statement(known)
                left = path[len(known) + 1 :]
                return Nature("class", known, module, kin, chain=chain), left.split(".") if left else []
            file, _, rest = self.project.split(path)
            if file is None:
                return Nature("class", path, chain=chain), []
            module = self.project.at(file.path)
            if module is None or not rest:
                return None, []
            own = _own(module, rest)
            if own is not None and own[0] is not None:
                return own[0]._replace(chain=(*chain, *own[0].chain)), own[1]
            hop = _import_hop(module, rest[0])
            path = further(module, rest)
            chain = (*chain, hop) if hop is not None else chain
        return None, []

    def _statement(self, path: str) -> tuple[Module | None, Kin | None]:
        file, _, rest = self.project.split(path)
        module = self.project.at(file.path) if file is not None else None
        return module, _kin(module, ".".join(rest)) if module is not None else None

    # -- steps

    def _step(self, kind: Nature, step: str, depth: int) -> tuple[list[Nature], bool]:
        """What a step from something leads to."""
        if step == CALL:
            return self._called(kind, depth)
        if step in (ENTER, ENTER_LATER):
            return self._entered(kind, step, depth)
        if step == AWAIT:
            return (
                ([kind.receiver], True) if kind.form == "later" and kind.receiver is not None else ([], False)
            )
        if step == CLASS:
            return ([kind._replace(form="class")], True) if kind.form == "object" else ([], False)
        if kind.form in ("class", "object", "above"):
            return self._member(kind, step, depth)
        return [], False

    def _called(self, kind: Nature, depth: int) -> tuple[list[Nature], bool]:
        if kind.form == "class":
            return [kind._replace(form="object")], True
        if kind.form != "function" or kind.kin is None or kind.module is None:
            return [], False
        if kind.kin.enters.found:
            return [kind._replace(form="manager")], True
        found, sure = self.of(kind.kin.gives, kind.module, kind.receiver, depth + 1)
        made = [one._replace(chain=joined(*kind.chain, chain=one.chain)) for one in found]
        if kind.kin.asynchronous:
            made = [one._replace(form="later", receiver=one) for one in made]
        return made, sure

    def _entered(self, kind: Nature, step: str, depth: int) -> tuple[list[Nature], bool]:
        if kind.form == "manager" and kind.kin is not None and kind.module is not None:
            found, sure = self.of(kind.kin.enters, kind.module, kind.receiver, depth + 1)
            return [one._replace(chain=joined(*kind.chain, chain=one.chain)) for one in found], sure
        if kind.form != "object":
            return [], False
        name = "__aenter__" if step == ENTER_LATER else "__enter__"
        for one in self.above(Ancestor(kind.path, kind.module, kind.kin)):
            if one.kin is not None and name in one.kin.defines:
                found, sure = self._member(kind, name, depth)
                given = [self._called(some._replace(receiver=kind), depth) for some in found]
                kinds = [inner for some, _ in given for inner in some]
                if step == ENTER_LATER:
                    kinds = [inner.receiver for inner in kinds if inner.receiver is not None]
                return kinds, sure and all(certain for _, certain in given)
            if one.kin is None and one.path.rpartition(".")[2] not in _PLAIN:
                # Nearly every class gives itself; of some that is known.
                return ([kind], True) if one.path in ENTERED else ([kind._replace(sure=False)], True)
        return [], False

    def _member(self, kind: Nature, name: str, depth: int) -> tuple[list[Nature], bool]:
        """An attribute of a class or of an object."""
        for number, one in enumerate(self.above(Ancestor(kind.path, kind.module, kind.kin))):
            if one.kin is None or one.module is None:
                if one.path.rpartition(".")[2] in _PLAIN:
                    continue
                return [], False
            if number == 0 and kind.form == "above":
                continue
            chain = (*kind.chain, *one.chain)
            for member in one.kin.members:
                if member.name == name:
                    found, sure = self.of(member.origins, one.module, kind, depth + 1)
                    return [some._replace(chain=joined(*chain, chain=some.chain)) for some in found], sure
            inner = _kin(one.module, f"{one.kin.qualname}.{name}")
            if inner is not None:
                path = f"{one.module.name}.{inner.qualname}"
                form: Form = "class" if inner.form == "class" else "function"
                return [Nature(form, path, one.module, inner, kind.sure, chain, kind)], True
            if name in one.kin.defines:
                return [], False
        return [], False

    # -- classes

    def above(self, klass: Ancestor, depth: int = 0) -> list[Ancestor]:
        """A class and all that it derives from, in the order in which Python looks for a method."""
        if klass.kin is None or klass.module is None or depth > _DEPTH:
            return [klass]
        lines: list[list[Ancestor]] = []
        parents: list[Ancestor] = []
        hop = Hop(klass.module.file.path, klass.kin.line, klass.kin.text)
        for number, base in enumerate(klass.kin.bases):
            found, sure = self.of(base, klass.module)
            if len(found) != 1 or not sure or found[0].form != "class":
                parent = Ancestor(f"?{klass.path}.{number}")
            else:
                one = found[0]
                chain = joined(*klass.chain, hop, chain=one.chain)
                parent = Ancestor(one.path, one.module, one.kin, chain)
            parents.append(parent)
            lines.append(self.above(parent, depth + 1))
        return [klass, *_merged([*lines, parents])]


def _merged(lines: list[list[Ancestor]]) -> Iterator[Ancestor]:
    """The rows of several bases as one, so that no class comes before one that derives from it (C3)."""
    lines = [line for line in lines if line]
    while lines:
        behind = {one.path for line in lines for one in line[1:]}
        first = next((line[0] for line in lines if line[0].path not in behind), lines[0][0])
        yield first
        lines = [[one for one in line if one.path != first.path] for line in lines]
        lines = [line for line in lines if line]


def _own(module: Module, parts: list[str]) -> tuple[Nature | None, list[str]] | None:
    """What the file itself says of a qualified name, or of one that it begins with."""
    for known in beginnings(".".join(parts)):
        kin = _kin(module, known)
        if kin is not None:
            return _as_nature(module, kin), parts[known.count(".") + 1 :]
    return None


def _as_nature(module: Module, kin: Kin) -> Nature:
    form: Form = "class" if kin.form == "class" else "function" if kin.form == "function" else "manager"
    return Nature(form, f"{module.name}.{kin.qualname}", module, kin)


def _kin(module: Module, qualname: str) -> Kin | None:
    said = module.facts.methods
    return next((one for one in said.kin if one.qualname == qualname), None) if said is not None else None


def _hop(said: Telling, module: Module) -> Hop:
    return Hop(module.file.path, said.line, said.text)


def _import_hop(module: Module, name: str) -> Hop | None:
    one = next((one for one in module.facts.imports if one.bound == name and not one.where.scope), None)
    if one is None:
        return None
    text = f"from {one.module} import {one.name}" if one.name else f"import {one.module}"
    return Hop(module.file.path, one.span.line, text)
