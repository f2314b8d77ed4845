"""All facts and one contract → links: the paths by which its symbol can be reached, each with its chain. Pure.

A least fixpoint: a path is linked when a chain of bindings leads from it to the symbol. It is computed on
demand and remembered; a path that is asked for while it is being resolved (an import cycle) gives nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatchcase
from functools import cached_property
from typing import NamedTuple, TypeVar

from ssot_lint.links.hops import hop_of, hops_of, refs_of
from ssot_lint.links.project import EVERYTHING, Module, Project, absolute
from ssot_lint.model.contracts.class_contract import ClassContract
from ssot_lint.model.facts import OTHERS, Binding, Class, Function, Import, Ref, Value
from ssot_lint.model.finding import Hop

T = TypeVar("T")

PLAIN_BASES = frozenset(["object", "ABC", "Generic", "Protocol"])
"""Bases that do nothing to the attributes of a class."""


class Link(NamedTuple):
    """What a path leads to.

    ``kind``: ``symbol``, ``subclass``, ``factory``, ``maker`` (a callable that hands out an instance) or
    ``instance``. ``at`` says what the path itself is: ``canonical``, ``also``, ``implementation``, ``factory`` or
    nothing. ``rest`` is what follows the symbol in the path (``create`` in ``N.create``). ``sure`` is false when a
    binding on the way may bind something else.
    """

    kind: str
    path: str
    at: str = ""
    rest: str = ""
    sure: bool = True
    chain: tuple[Hop, ...] = ()
    outside: bool = False
    asynchronous: bool = False
    origin: str = ""
    """The contract's own path that it leads to; kept when the link is reached by another."""


class Links:
    """The links of one contract in one project."""

    def __init__(self, contract: ClassContract, project: Project) -> None:
        self.contract = contract
        self.project = project
        self.name = contract.canonical.rpartition(".")[2]
        (self.goals, self.builders), declared = project.traced(lambda: (self._goals(), self._builders()))
        goal = self.goals[contract.canonical]
        found = goal.path if goal.kind in STATEMENTS and goal.path not in goal.given else ""
        self.implementation = contract.implementation or found
        """Where the statement of the symbol is, if it is elsewhere: as the contract says, or as it is found."""
        factories = filter(_may_be_called, (self.goals[path] for path in contract.factories))
        self.factories = frozenset(path for one in factories for path in (*one.way, one.body))
        """Every path of a factory, those of its statement included."""
        self.entities = self._entities()
        self.homes = frozenset(
            self._module_of(path)
            for path in (*goal.way, contract.implementation, *self._statement_of_implementation())
            if path
        )
        self._known: dict[tuple[str, ...], tuple[Link | None, frozenset[str]]] = {}
        self._asked: dict[tuple[str, ...], tuple[Link | None, frozenset[str]]] = {}
        """Answers on which a cycle has a bearing: they hold for who asks for them first of all."""
        self._meanwhile: dict[tuple[str, ...], tuple[Link | None, frozenset[str]]] = {}
        """Such answers that have come up on the way to the one that is asked for."""
        self._nothing: dict[tuple[str, ...], frozenset[str]] = {}
        """What has come to nothing there, and may not any more once something else has come to something."""
        self._steps = 0
        self._open: set[tuple[str, ...]] = set()
        self.words = words_of(contract) | {path.rpartition(".")[2] for path in self.entities}
        self.lost = 0
        """How many questions have asked too much, and have no answer."""
        # What is looked up once, for all answers.
        _, basis = project.traced(lambda: (self.makers, self.is_class, self.is_keyless, self.usable))
        self.basis = declared | basis

    def _module_of(self, path: str) -> str:
        file, _, _ = self.project.split(path)
        return file.module if file is not None else path.rpartition(".")[0]

    # -- what the contract names

    def _goals(self) -> dict[str, Goal]:
        contract = self.contract
        paths = (contract.canonical, contract.implementation, *contract.factories, *contract.also_at)
        return {path: follow(self.project, path) for path in paths if path}

    def _builders(self) -> tuple[str, ...]:
        goals = [follow(self.project, path) for path in self.contract.build_in]
        return tuple(path for goal in goals for path in (*goal.way, goal.path))

    def _statement_of_implementation(self) -> tuple[str, ...]:
        goal = self.goals.get(self.contract.implementation or "")
        return (goal.path,) if goal is not None and goal.kind in STATEMENTS else ()

    def _entities(self) -> dict[str, tuple[str, str]]:
        """What each path that the contract names is, and each to which it leads; the last word is that of the canonical
        path, and what is allowed is allowed wherever the statement is."""
        contract, goals = self.contract, self.goals
        found: dict[str, tuple[str, str]] = {}
        for path in contract.factories:
            # What a class makes by its call is an object of its own.
            if goals[path].kind != "class" and _may_be_called(goals[path]):
                found |= dict.fromkeys(goals[path].way, ("factory", "factory"))
        if self.implementation:
            known = (self.implementation, *self._statement_of_implementation())
            found |= dict.fromkeys(known, ("symbol", "implementation"))
        for path in contract.also_at:
            found |= dict.fromkeys(goals[path].given, ("symbol", "also"))
        return found | dict.fromkeys(goals[contract.canonical].given, ("symbol", "canonical"))

    @cached_property
    def usable(self) -> tuple[str, ...]:
        """The factories that are worth a recommendation: no module, plain data, or instance of the symbol."""
        return tuple(path for path in self.contract.factories if self._is_usable(self.goals[path]))

    def _is_usable(self, goal: Goal) -> bool:
        value = goal.binding.value if goal.binding is not None else None
        made = value is not None and goal.module is not None and self.is_instance(value, goal.module)
        return _may_be_called(goal) and not made

    def keys_of(self, factory: Function | None) -> list[str]:
        """The isolation keys that a call of a factory can pass: all, where its parameters are not known."""
        keys = list(self.contract.isolated_by)
        if factory is None or any(one.startswith("**") for one in factory.parameters):
            return keys
        return [key for key in keys if key in factory.parameters]

    @cached_property
    def is_keyless(self) -> bool:
        """Whether neither a factory nor the class knows any of the isolation keys: they are called something else."""
        functions = [self.function(path) for path in self.contract.factories]
        known = {name for _, klass in self.managed for name in klass.parameters or ()}
        keys = self.contract.isolated_by
        return bool(keys and functions) and known.isdisjoint(keys) and not any(map(self.keys_of, functions))

    # -- what places are

    def is_home(self, module: Module) -> bool:
        return module.name in self.homes

    def is_builder(self, module: Module) -> bool:
        """Whether a module is in the contract's ``build-in``, or below one that is."""
        return any(module.name == name or module.name.startswith(name + ".") for name in self.builders)

    def may_build(self, module: Module) -> bool:
        return self.is_home(module) or self.is_builder(module)

    def in_factory(self, module: Module, scope: str) -> bool:
        place = f"{module.name}.{scope}."
        return any(place.startswith(path + ".") for path in self.factories)

    def is_double(self, name: str) -> bool:
        return any(fnmatchcase(name, pattern) for pattern in self.contract.doubles)

    def retired(self, path: str, own: int | None = None) -> str:
        """The retired name or path that a dotted path goes by, or nothing. Parents of the path count. ``own``: how many
        parts at its end are names, and no module: no bare name is one that is a part of a module's path."""
        parts = path.split(".")
        names = self.project.split(path)[2] if own is None else parts[len(parts) - own :]
        for pattern in self.contract.retired:
            if "." in pattern:
                for end in range(len(parts), 1, -1):
                    if fnmatchcase(".".join(parts[:end]), pattern):
                        return pattern
            elif any(fnmatchcase(part, pattern) for part in names):
                return pattern
        return ""

    def retired_name(self, name: str) -> str:
        return next((p for p in self.contract.retired if "." not in p and fnmatchcase(name, p)), "")

    # -- what paths lead to

    def resolve(self, target: str, module: Module) -> Link | None:
        """What a target in a file leads to."""
        if target.startswith("?"):
            first, _, rest = target[1:].partition(".")
            for star in module.facts.imports:
                if star.name == "*":
                    link = self._through_star(star, module, [first, *rest.split(".")] if rest else [first])
                    if link is not None:
                        return link
            return None
        path = absolute(target, module)
        return self.path(path) if path else None

    def ref(self, ref: Ref, module: Module) -> Link | None:
        """What a reference leads to; unsure where it may be something else."""
        found = [
            link for link in (self.resolve(target, module) for target in ref.targets) if link is not None
        ]
        if not found:
            return None
        best = found[0]
        return best if ref.sure or len(found) == len(ref.targets) > 1 else best._replace(sure=False)

    def shown(self, ref: Ref, module: Module, scope: str) -> Link | None:
        """What a reference leads to, with the bindings of its own file in the chain. ``scope`` is where it stands."""
        link = self.ref(ref, module)
        if link is None:
            return None
        target = next(one for one in ref.targets if self.resolve(one, module) is not None)
        return link._replace(chain=joined(*hops_of(ref, target, module, scope), chain=link.chain))

    def path(self, path: str) -> Link | None:
        """What an absolute path leads to."""
        if path.count(".") > MOST_PARTS:
            # A name that is bound to a part of itself grows for ever.
            return None
        try:
            return self._once(("path", path), lambda: self._path(path))
        except RecursionError:
            # A chain of thousands of names is no evidence that anybody reads.
            self.project.touched.add(EVERYTHING)
            self.lost += 1
            return None
        except MemoryError:
            # Nothing is concluded, nor remembered, from what may have an answer when there is more room.
            if self._open:
                raise
            self.lost += 1
            return None

    def _once(self, key: tuple[str, ...], work: Callable[[], Link | None]) -> Link | None:
        known = self._known.get(key) or (self._meanwhile if self._open else self._asked).get(key)
        if known is not None:
            link, touched = known
            self.project.touched |= touched
            return link
        if self._open and key in self._nothing:
            self.project.touched |= self._nothing[key]
            return None
        self._steps = self._steps + 1 if self._open else 0
        if key in self._open or self._steps > MOST_STEPS:
            # Whatever is cut off by a cycle depends on where the cycle was entered.
            self.project.touched.add(EVERYTHING)
            return None
        self._open.add(key)
        try:
            link, touched = self.project.traced(work)
        finally:
            self._open.discard(key)
        # Where a cycle was cut off depends on where it was entered. No answer may depend on the questions before it.
        if EVERYTHING not in touched:
            self._known[key] = link, touched
        elif not self._open:
            self._asked[key] = link, touched
            self._meanwhile.clear()
            self._nothing.clear()
        elif link is not None:
            self._meanwhile[key] = link, touched
            self._nothing.clear()
        else:
            self._nothing[key] = touched
        return link

    def _path(self, path: str) -> Link | None:
        file, prefix, rest = self.project.split(path)
        if file is not None and file.module and prefix != file.module and path not in self.entities:
            link = self.path(".".join([file.module, *rest]))
            if link is None:
                return None
            hop = Hop(file.path, 1, f"{prefix} is {file.module} by another root")
            return link._replace(path=path, at="", chain=joined(hop, chain=link.chain))
        parts = path.split(".")
        for end in range(len(parts), 0, -1):
            entity = self.entities.get(".".join(parts[:end]))
            if entity is not None:
                kind, at = entity
                tail = ".".join(parts[end:])
                if kind == "factory" and tail:
                    continue
                return self._entity(kind, at, ".".join(parts[:end]), tail)
        if file is None and path.startswith("<"):
            prefix, _, tail = path.partition(">.")
            module = self.project.at(prefix[1:])
            rest = tail.split(".") if tail else []
        else:
            module = self.project.at(file.path) if file is not None else None
        if module is None or not rest:
            return None
        link = self._member(module, rest)
        hiding = self.project.hiding(prefix) if link is None and file is not None else None
        if hiding is not None:
            link = self._member(hiding, [prefix.rpartition(".")[2], *rest])
        return link._replace(path=path, at="") if link is not None else None

    def _entity(self, kind: str, at: str, path: str, rest: str) -> Link:
        if kind == "factory":
            function = self.function(path)
            return Link(
                "factory", path, at, asynchronous=bool(function and function.asynchronous), origin=path
            )
        if rest and rest in self._methods:
            return self._entity("factory", "factory", self._methods[rest], "")
        if rest and rest in self.makers:
            return Link("maker", path, at, rest)
        return Link("symbol", path, at, rest)

    @cached_property
    def _methods(self) -> dict[str, str]:
        """The factories that are methods of the symbol, by what follows its path."""
        symbols = [path for path, (kind, _) in self.entities.items() if kind == "symbol"]
        return {
            path[len(one) + 1 :]: path
            for path, (kind, _) in self.entities.items()
            for one in symbols
            if kind == "factory" and path.startswith(f"{one}.")
        }

    @cached_property
    def makers(self) -> frozenset[str]:
        """The alternate constructors of the class."""
        return frozenset(name for _, klass in self.managed for name in klass.makers)

    @cached_property
    def managed(self) -> list[tuple[Module, Class]]:
        """The class statements behind the canonical name and the implementation."""
        found: list[tuple[Module, Class]] = []
        paths = [path for path in (self.contract.canonical, self.contract.implementation) if path]
        for path in paths:
            module, rest = self.project.find(path)
            if module is None or not rest:
                continue
            name = ".".join(rest)
            own = [klass for klass in module.facts.classes if klass.qualname == name]
            found.extend((module, klass) for klass in own if (module, klass) not in found)
            for binding in self.live(module, rest[0]) if not own else ():
                for target, _ in self.targets(binding, module):
                    goal = absolute(target, module)
                    further = ".".join([goal, *rest[1:]])
                    if goal and further not in paths:
                        paths.append(further)
        return found

    @cached_property
    def is_class(self) -> bool:
        """Whether the canonical symbol can be a class: no function, no module, and not what a call gives."""
        if self.managed:
            return True
        file, _, rest = self.project.split(self.contract.canonical)
        is_module = self.contract.canonical in self.project.packages or (file is not None and not rest)
        if is_module or self.function(self.contract.canonical) is not None:
            return False
        return not self._is_instance()

    def _is_instance(self) -> bool:
        module, rest = self.project.find(self.contract.canonical)
        if module is None or len(rest) != 1 or self.contract.implementation:
            return False
        bindings = self.live(module, rest[0])
        return bool(bindings) and all(
            isinstance(one, Binding)
            and one.how == "assign"
            and one.value is not None
            and one.value.form == "call"
            and (
                one.value.ref is None
                or one.value.ref.spelled.rpartition(".")[2] not in ("NewType", "type", "namedtuple")
            )
            for one in bindings
        )

    def function(self, path: str) -> Function | None:
        """The function statement at a path, through re-exports."""
        for _ in range(20):
            module, rest = self.project.find(path)
            if module is None or not rest:
                return None
            name = ".".join(rest)
            own = next((one for one in module.facts.functions if one.qualname == name), None)
            if own is not None:
                return own
            targets = [
                absolute(target, module)
                for binding in self.live(module, rest[0])
                for target, _ in self.targets(binding, module)
            ]
            targets = [target for target in targets if target and target != path]
            if not targets:
                return None
            path = ".".join([targets[0], *rest[1:]])
        return None

    @staticmethod
    def live(module: Module, name: str) -> list[Import | Binding]:
        """The module-level bindings of a name that are in force when the module has been imported."""
        found: list[Import | Binding] = [
            one
            for one in module.facts.imports
            if not one.where.scope and one.name != "*" and (one.bound == name)
        ]
        found += [
            one
            for one in module.facts.bindings
            if one.name == name
            and one.of_module
            and one.how not in ("attribute", "module", "default", "loop", "with")
        ]
        found.sort(key=lambda one: one.span)
        first = 0
        for index, one in enumerate(found):
            if not one.where.guards and not one.where.attempts and not one.where.deferred:
                first = index
            if isinstance(one, Binding) and one.how == "delete" and not one.where.guards:
                return []
        return found[first:]

    @staticmethod
    def targets(binding: Import | Binding, module: Module) -> Iterator[tuple[str, bool]]:
        """What a binding binds its name to, as targets, with whether that is certain."""
        if isinstance(binding, Import):
            if binding.name or binding.renamed:
                yield binding.target, True
            else:
                yield binding.bound, True
        elif binding.value is not None:
            yield from _value_targets(binding.value)

    def _member(self, module: Module, rest: Sequence[str]) -> Link | None:
        """What a name of a module (and the attributes behind it) leads to."""
        return self._once((module.file.path, *rest), lambda: self._bound(module, rest))

    def _bound(self, module: Module, rest: Sequence[str]) -> Link | None:
        name, tail = rest[0], rest[1:]
        bindings = self.live(module, name)
        links = [self._of_binding(binding, module, tail) for binding in bindings]
        links = [
            link
            for link, binding in zip(links, bindings, strict=True)
            if link is not None or not _is_placeholder(binding)
        ]
        found = [link for link in links if link is not None]
        if found:
            best = found[0]
            return best if len(found) == len(links) else best._replace(sure=False)
        if bindings:
            return None
        for served, path, line in self.forwards(module):
            if served in (name, "*"):
                if path and path != f"{module.name}.{name}":
                    whole = ".".join([path, *([name] if served == "*" else []), *tail])
                    link = self.path(whole)
                    if link is not None:
                        hop = Hop(module.file.path, line, f"__getattr__ serves {name} from {path}")
                        return link._replace(chain=joined(hop, chain=link.chain))
        for star in module.facts.imports:
            if star.name == "*" and not star.where.scope:
                link = self._through_star(star, module, rest)
                if link is not None:
                    return link
        # A class nested in another, or in a function.
        own = next((one for one in module.facts.classes if one.qualname == ".".join(rest)), None)
        return self._of_class(own, module) if own is not None and "." in own.qualname else None

    def forwards(self, module: Module, depth: int = 0) -> Iterator[tuple[str, str, int]]:
        """What a module's ``__getattr__`` serves, as names, absolute paths and lines: its own, or another module's."""
        for served, target, line in module.facts.forwards:
            path = absolute(target, module)
            if served != GETATTR:
                yield served, path, line
                continue
            other, rest = self.project.find(path) if path else (None, [])
            if other is not None and rest == [GETATTR] and depth < MOST_PARTS:
                yield from ((name, goal, line) for name, goal, _ in self.forwards(other, depth + 1))

    def _through_star(self, star: Import, module: Module, rest: Sequence[str]) -> Link | None:
        path = absolute(star.module, module)
        if not path or path == module.name or not self.exported(path, rest[0]):
            return None
        link = self.path(".".join([path, *rest]))
        if link is None:
            return None
        hop = Hop(module.file.path, star.span.line, f"from {star.module} import *")
        return link._replace(chain=joined(hop, chain=link.chain))

    def names_in(self, path: str) -> list[str]:
        """The names that a module binds, as far as they matter."""
        module = self.project.module(path)
        if module is None:
            return []
        names = {one.bound for one in module.facts.imports if not one.where.scope and one.name != "*"}
        names |= {one.name for one in module.facts.bindings if one.of_module}
        return sorted(names)

    def exported(self, path: str, name: str) -> bool:
        """Whether ``from path import *`` brings the name."""
        return _is_exported(self.project, path, name)

    def exports(self, module: Module) -> frozenset[str] | None:
        return _exports(self.project, module)

    def _of_binding(self, binding: Import | Binding, module: Module, tail: Sequence[str]) -> Link | None:
        if isinstance(binding, Binding) and binding.how in ("class", "def"):
            return self._of_statement(binding, module, tail)
        if isinstance(binding, Binding) and binding.value is not None and not tail:
            made = self._made(binding.value, module, binding.where.scope)
            if made is not None:
                return made._replace(chain=joined(hop_of(binding, module), chain=made.chain))
        for target, sure in self.targets(binding, module):
            path = absolute(target, module)
            if target.startswith("?"):
                link = self.resolve(".".join([target, *tail]), module)
            elif not path or path == f"{module.name}.{_name(binding)}":
                continue
            else:
                link = self.path(".".join([path, *tail]))
            if link is not None:
                hops = (hop_of(binding, module), *_given_by(binding, target, module))
                return link._replace(chain=joined(*hops, chain=link.chain), sure=link.sure and sure)
        return None

    def _made(self, value: Value, module: Module, scope: str) -> Link | None:
        """An instance, or a class made by a call, that a plain value in a scope is."""
        if value.form in ("await", "same"):
            return self._made(value.parts[0], module, scope)
        if value.form == "typed" and value.ref is not None:
            link = self.shown(value.ref, module, scope)
            known = link is not None and link.kind in ("symbol", "subclass") and not link.rest
            return link._replace(kind="instance", at="") if known and link is not None else None
        if value.form != "call" or value.ref is None:
            return None
        link = self.shown(value.ref, module, scope)
        if link is None:
            return None
        if link.kind in ("factory", "maker") or (link.kind in ("symbol", "subclass") and not link.rest):
            return link._replace(kind="instance", at="", rest="")
        return None

    def is_instance(self, value: Value, module: Module) -> bool:
        """Whether a plain value is an instance of the symbol."""
        made = self._made(value, module, "")
        return made is not None and made.kind == "instance"

    def _of_statement(self, binding: Binding, module: Module, tail: Sequence[str]) -> Link | None:
        name = ".".join([binding.name, *tail])
        if binding.how == "class":
            own = next(
                (one for one in module.facts.classes if one.qualname == name and not one.where.deferred), None
            )
            if own is not None:
                return self._of_class(own, module)
            if len(tail) == 1 and (tail[0] in self.makers or tail[0] == "__new__"):
                # What a subclass inherits: an alternate constructor, or the bare one.
                link = self._of_statement(binding, module, ())
                if link is not None and link.kind == "subclass":
                    kind = "maker" if tail[0] in self.makers and not link.outside else link.kind
                    return link._replace(kind=kind, rest=tail[0])
        function = next((one for one in module.facts.functions if one.qualname == name), None)
        return self._of_function(function, module) if function is not None else None

    def _of_class(self, klass: Class, module: Module) -> Link | None:
        for base in klass.bases:
            link = self.shown(base.ref, module, klass.where.scope) if base.ref is not None else None
            if link is not None and link.kind in ("symbol", "subclass") and not link.rest:
                hop = Hop(
                    module.file.path,
                    klass.span.line,
                    f"class {klass.name}({base.ref.spelled if base.ref else ''})",
                )
                outside = not self.is_home(module)
                kind = "double" if self.is_double(klass.name) or link.kind == "double" else "subclass"
                return Link(
                    kind,
                    f"{module.name}.{klass.qualname}",
                    chain=joined(hop, chain=link.chain),
                    outside=outside,
                )
            if link is not None and link.kind == "double":
                return link
        return None

    def _of_function(self, function: Function, module: Module) -> Link | None:
        for value in function.returns:
            made = self._made(value, module, function.qualname)
            if made is None and value.form == "path" and value.ref is not None:
                made = self._local(function, value.ref.spelled, module)
            if made is not None and made.kind == "instance":
                hop = Hop(module.file.path, function.span.line, f"def {function.name} hands out an instance")
                return Link(
                    "maker",
                    f"{module.name}.{function.qualname}",
                    chain=joined(hop, chain=made.chain),
                    asynchronous=function.asynchronous,
                )
        return None

    def _local(self, function: Function, name: str, module: Module) -> Link | None:
        """What a local variable of a function was made by, where one plain assignment says so."""
        bound = [
            one for one in module.facts.bindings if one.where.scope == function.qualname and one.name == name
        ]
        made = [
            (one, self._made(one.value, module, function.qualname)) for one in bound if one.value is not None
        ]
        if len(made) != 1:
            return None
        one, link = made[0]
        if link is None:
            return None
        return link._replace(chain=joined(hop_of(one, module), chain=link.chain))

    def is_used_in(self, module: Module, name: str) -> bool:
        """Whether a module uses a name that it has bound, and does not merely hand it on."""
        return any(use.ref.spelled.partition(".")[0] == name for use in module.facts.uses)

    def exists(self, path: str) -> bool:
        """Whether the project binds something at a path."""
        file, _, rest = self.project.split(path)
        if file is None:
            return path in self.project.packages
        module = self.project.at(file.path)
        if not rest:
            return True
        if module is None:
            return False
        if module.facts.problem:
            return True
        name = rest[0]
        if self.live(module, name) or any(
            served in (name, "*", GETATTR) for served, _, _ in module.facts.forwards
        ):
            if len(rest) == 1:
                return True
            inner = ".".join(rest)
            nested = [one.qualname for one in module.facts.classes]
            nested += [one.qualname for one in module.facts.functions]
            statement = any(isinstance(b, Binding) and b.how == "class" for b in self.live(module, name))
            return inner in nested or not statement
        for star in module.facts.imports:
            if star.name == "*" and not star.where.scope:
                source = absolute(star.module, module)
                known = self.project.is_module(source)
                if not known or (
                    source != module.name and self.exported(source, name) and self.exists(f"{source}.{name}")
                ):
                    return True
        return False


STATEMENTS = frozenset(("class", "def", "value"))


class Goal(NamedTuple):
    """Where a path leads through imports and plain assignments.

    ``kind``: ``module``; ``class``, ``def`` or ``value`` (another assignment, which is ``binding``); ``nothing``, where
    the project certainly binds nothing there; ``unknown`` where a run decides, or a library. ``given`` is the path that
    was asked for, also by the name that its module has from the nearest root; ``way`` has all paths from there to the
    last. ``body``: that of a function which a class inherits."""

    kind: str
    given: tuple[str, ...]
    way: tuple[str, ...]
    module: Module | None = None
    binding: Binding | None = None
    inherited: str = ""

    @property
    def path(self) -> str:
        return self.way[-1]

    @property
    def body(self) -> str:
        return self.inherited or self.path


NO_CALLABLES = frozenset("none string empty container tuple".split())
"""The forms of values that nobody can call."""


def _may_be_called(goal: Goal) -> bool:
    """Whether there may be a callable: no module, and no plain data."""
    value = goal.binding.value if goal.binding is not None else None
    return goal.kind != "module" and (value is None or value.form not in NO_CALLABLES)


def follow(project: Project, path: str, seen: Sequence[str] = ()) -> Goal:
    """Where a path leads. One that begins outside of the project leads to ``nothing``. ``seen`` are paths that have led
    here."""
    way: list[str] = []
    given = 0
    while path not in (*seen, *way) and len(seen) + len(way) < MOST_PARTS and path.count(".") <= MOST_PARTS:
        way.append(path)
        file, prefix, rest = project.split(path)
        if file is not None and file.module and prefix != file.module:
            path = ".".join([file.module, *rest])
            given += len(way) == 1
            continue
        start = tuple(way[: given + 1])
        if file is None:
            kind = "module" if path in project.packages else "unknown" if len(way) > given + 1 else "nothing"
            return Goal(kind, start, tuple(way))
        module = project.at(file.path)
        if not rest:
            return Goal("module", start, tuple(way), module)
        if module is None or module.facts.problem:
            return Goal("unknown", start, tuple(way))
        step = _step(project, module, rest, (*seen, *way))
        if isinstance(step, Goal):
            return step._replace(given=start, way=tuple(way))
        path = step
    way = way or [path]
    return Goal("unknown", tuple(way[: given + 1]), tuple(way))


def _step(project: Project, module: Module, rest: Sequence[str], seen: Sequence[str]) -> str | Goal:
    """The next path on the way from a name of a module, or where the way ends."""
    name, tail = rest[0], list(rest[1:])
    bindings = Links.live(module, name)
    statements = [one for one in bindings if isinstance(one, Binding) and one.how in ("class", "def")]
    unknown = Goal("unknown", (), (), module)
    if bindings and len(statements) == len(bindings):
        kinds = {_inside(project, module, one, tail, seen) for one in statements}
        return kinds.pop() if len(kinds) == 1 else unknown
    if len(bindings) > 1:
        return unknown
    if not bindings:
        return _served(project, module, rest, seen)
    targets = list(dict.fromkeys(Links.targets(bindings[0], module)))
    if len(targets) == 1 and targets[0][1] and not targets[0][0].startswith("?"):
        path = absolute(targets[0][0], module)
        return ".".join([path, *tail]) if path else unknown
    if isinstance(bindings[0], Binding) and not targets and not tail and bindings[0].how == "assign":
        return Goal("value", (), (), module, bindings[0])
    return unknown


def _inside(
    project: Project, module: Module, binding: Binding, tail: Sequence[str], seen: Sequence[str]
) -> Goal:
    """What a class or function is, or an attribute of a class; inherited ones are looked for in its bases."""
    unknown = Goal("unknown", (), (), module)
    if not tail:
        return Goal(binding.how, (), (), module)
    name = ".".join([binding.name, *tail])
    if any(one.qualname == name for one in module.facts.functions):
        return Goal("def", (), (), module)
    if any(one.qualname == name for one in module.facts.classes):
        return Goal("class", (), (), module)
    klass = next((one for one in module.facts.classes if one.qualname == binding.name), None)
    own = [one for one in module.facts.bindings if one.where.scope == binding.name and one.name == tail[0]]
    if klass is None or own or len(tail) > 1 or klass.metaclass is not None or klass.decorators:
        return unknown
    for base in klass.bases:
        if base.ref is not None and base.ref.spelled.rpartition(".")[2] in PLAIN_BASES:
            continue
        targets = base.ref.targets if base.ref is not None else ()
        path = absolute(targets[0], module) if len(targets) == 1 else ""
        goal = follow(project, f"{path}.{tail[0]}", seen) if path else unknown
        if goal.kind == "def":
            return Goal("def", (), (), goal.module, inherited=goal.body)
        # What nothing binds, and no star brings, is one of the builtins.
        if goal.kind != "nothing" or targets[0][:1] == "?" or project.split(path)[0] is None:
            return unknown
    return Goal("nothing", (), (), module)


def _served(project: Project, module: Module, rest: Sequence[str], seen: Sequence[str]) -> str | Goal:
    """The next path by a name that a module does not bind: by its ``__getattr__``, or by a star import."""
    unknown = Goal("unknown", (), (), module)
    for served, target, _ in module.facts.forwards:
        if served in (rest[0], "*"):
            path = absolute(target, module)
            return ".".join([path, *rest[served != "*" :]]) if path else unknown
    if any(one.qualname == "__getattr__" for one in module.facts.functions):
        return unknown
    found = []
    for star in module.facts.imports:
        if star.name == "*" and not star.where.scope:
            source = absolute(star.module, module)
            if not project.is_module(source):
                return unknown
            goal = follow(project, ".".join([source, *rest]), seen) if source != module.name else unknown
            if goal.kind != "nothing" and _is_exported(project, source, rest[0]):
                found.append(".".join([source, *rest]))
    return found[0] if len(found) == 1 else Goal("nothing" if not found else "unknown", (), (), module)


def _is_exported(project: Project, path: str, name: str) -> bool:
    """Whether ``from path import *`` brings the name."""
    module = project.module(path)
    exports = _exports(project, module) if module is not None else None
    if exports is not None and (name in exports or OTHERS not in exports):
        return name in exports
    return not name.startswith("_")


def _exports(project: Project, module: Module, depth: int = 0) -> frozenset[str] | None:
    """The names in a module's ``__all__``, with those that it takes from others; ``OTHERS`` where some are not
    known, and None where it has no such list."""
    if module.facts.exports is None:
        return None
    found: set[str] = set()
    for name in module.facts.exports:
        if name[:1] != OTHERS or name == OTHERS:
            found.add(name)
            continue
        path = absolute(name[1:], module)
        other = project.module(path) if depth < MOST_PARTS else None
        names = _exports(project, other, depth + 1) if other is not None else None
        if names is not None:
            found |= names
        elif other is not None or path not in project.known:
            # Of a file that nothing is known of, nothing that matters is in the list.
            found.add(OTHERS)
    return frozenset(found)


def _given_by(binding: Import | Binding, target: str, module: Module) -> tuple[Hop, ...]:
    """The bindings of this module that an assignment's value goes by."""
    value = binding.value if isinstance(binding, Binding) else None
    refs = refs_of(value) if value is not None else ()
    ref = next((one for one in refs if target in one.targets), None)
    return hops_of(ref, target, module, binding.where.scope) if ref is not None else ()


GETATTR = "__getattr__"
MOST_HOPS = 40
MOST_PARTS = 40
"""Paths with more parts than this lead nowhere."""
MOST_STEPS = 5_000
"""So many further questions one question may lead to: names that are bound to parts of each other lead to ever more."""


def joined(*hops: Hop, chain: tuple[Hop, ...]) -> tuple[Hop, ...]:
    """A chain with hops before it; nobody reads thousands of them."""
    return (*hops, *chain)[:MOST_HOPS]


def _is_placeholder(binding: Import | Binding) -> bool:
    """``N = None``, which something else fills or replaces."""
    if isinstance(binding, Import):
        return binding.where.deferred
    is_none = binding.value is not None and binding.value.form == "none"
    return is_none or bool(binding.of_module and binding.where.scope)


def _value_targets(value: Value) -> Iterator[tuple[str, bool]]:
    if value.form in ("path", "generic") and value.ref is not None:
        for target in value.ref.targets:
            yield target, value.ref.sure
    elif value.form in ("same", "await"):
        yield from _value_targets(value.parts[0])
    elif value.form == "either":
        for part in value.parts:
            for target, _ in _value_targets(part):
                yield target, False


def _name(binding: Import | Binding) -> str:
    return binding.bound if isinstance(binding, Import) else binding.name


def words_of(contract: ClassContract) -> frozenset[str]:
    """The plain names that a contract goes by: last parts of its paths, and retired names without patterns."""
    paths = [contract.canonical, *contract.also_at, *contract.factories]
    if contract.implementation:
        paths.append(contract.implementation)
    words = {path.rpartition(".")[2] for path in paths}
    for path in contract.factories:
        words.add(path.split(".")[-2])
    for pattern in contract.retired:
        parts = [part for part in pattern.split(".") if "*" not in part]
        if parts:
            words.add(parts[-1])
    words -= {part for path in contract.factories for part in path.split(".")[:-1] if part[:1].islower()}
    return frozenset(words)


def patterns_of(contract: ClassContract) -> tuple[re.Pattern[str], ...]:
    """The retired names that are patterns, for whole identifiers."""
    found = []
    for pattern in contract.retired:
        last = pattern.rpartition(".")[2]
        if "." not in pattern and "*" in last:
            found.append(re.compile(last.replace("*", r"\w*")))
    return tuple(found)
