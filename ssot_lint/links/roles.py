"""A contract → the paths that have a role in it, each followed to its statement in one project. Pure."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cached_property

from ssot_lint.links.follow import STATEMENTS, follow, may_be_called
from ssot_lint.links.gathered import NO_LIST, gathered
from ssot_lint.links.link import At, Kind
from ssot_lint.links.module import Module, absolute
from ssot_lint.links.names import MOST_PARTS, targets_of
from ssot_lint.links.project import Project
from ssot_lint.model.asked import EMITTER, IMPORTED, KEYED, LIST, MEMBERS, METHOD, VALUE, FieldAsked
from ssot_lint.model.contracts import Contract
from ssot_lint.model.dotted import beginnings
from ssot_lint.model.facts import Binding, Class, Function

CALLS_THAT_MAKE_CLASSES = frozenset(
    "ABCMeta Enum Flag IntEnum IntFlag NamedTuple NewType StrEnum TypedDict make_dataclass namedtuple new_class"
    " type".split()
)
"""The last names of what gives a class when it is called."""


class Roles:
    """What the paths are that a contract names, and what files are to it."""

    def __init__(self, contract: Contract, project: Project) -> None:
        self.contract = contract
        self.project = project
        self.canonical = contract.symbol
        self.name = self.canonical.rpartition(".")[2]
        self._retired = contract.named("retired")
        self._doubles = contract.named("double")
        self.goals = {
            path: follow(project, path)
            for path in contract.named("canonical", "implementation", "factory", "also", "instead")
        }
        """Where each path leads that the contract gives."""
        self.builders = tuple(
            path
            for one in (follow(project, path) for path in contract.named("builder"))
            for path in (*one.way, one.path)
        )
        goal = self.goals.get(self.canonical)
        found = (
            goal.path if goal is not None and goal.kind in STATEMENTS and goal.path not in goal.given else ""
        )
        self.declared = next(iter(contract.named("implementation")), "")
        """Where the contract says that the statement of the symbol is, if it says so."""
        self.implementation = self.declared or found
        """Where the statement is, if it is elsewhere: as the contract says, or as it is found."""
        factories = filter(may_be_called, (self.goals[path] for path in contract.named("factory")))
        self.factories = frozenset(path for one in factories for path in (*one.way, one.body))
        """Every path of a factory, those of its statement included."""
        self.entities = self._entities()
        self.most_parts = max((path.count(".") + 1 for path in self.entities), default=0)
        """The number of parts of the longest of them."""
        ways = (one for path in contract.named("canonical") for one in self.goals[path].way)
        paths = (*ways, self.declared, *self._statement_of_implementation())
        # What is the project's own may touch itself.
        paths += tuple(path for path in contract.named("primitive") if project.split(path)[0] is not None)
        paths += tuple(self._statements_of_primitives())
        self.homes = frozenset(self._module_of(path) for path in paths if path)
        whole = gathered(project, self.canonical) if contract.lists_values else NO_LIST
        self.listed = whole.at
        """What lists the values, where the symbol does, with those that it has from elsewhere."""
        self.places = whole.places
        """Where these are spelled out."""
        self.sources = whole.wanted
        """The paths from which it has them."""
        values = [one.text for one in self.listed.words.entries if one.known] if self.listed else []
        self.words = words_of(contract) | {path.rpartition(".")[2] for path in self.entities}
        agreed = contract.named("value") or values
        self.words |= {f"{VALUE}{one}" for one in agreed}
        if self.listed is not None and self.listed.words.form == "constant":
            # Others may be in a class of the same name.
            self.words |= {f"{LIST}{one}" for one in self.listed.words.name.split(".")[-2:-1]}
        spelled = {*contract.named("retired-value"), *agreed}
        self.words |= {FieldAsked(one, frozenset(spelled)).word for one in contract.named("field") if spelled}
        self.words |= {f"{METHOD}{path.rpartition('.')[2]}" for path in self._methods()}

    def _statements_of_primitives(self) -> Iterator[str]:
        """Where the project's own primitives are defined, or the classes of which they are methods."""
        for path in self.contract.named("primitive"):
            for one in (path, path.rpartition(".")[0]):
                if "." in one and self.project.split(one)[0] is not None:
                    goal = follow(self.project, one)
                    if goal.kind in STATEMENTS:
                        yield goal.path

    def _methods(self) -> Iterator[str]:
        """The primitives that are methods of classes of the project, whatever these are called."""
        for path in self.contract.named("primitive"):
            owner = path.rpartition(".")[0]
            if (
                owner
                and self.project.split(owner)[0] is not None
                and follow(self.project, owner).kind == "class"
            ):
                yield path

    def _module_of(self, path: str) -> str:
        file, _, _ = self.project.split(path)
        return file.module if file is not None else path.rpartition(".")[0]

    def _statement_of_implementation(self) -> tuple[str, ...]:
        goal = self.goals.get(self.declared)
        return (goal.path,) if goal is not None and goal.kind in STATEMENTS else ()

    def _entities(self) -> dict[str, tuple[Kind, At]]:
        """What each path that the contract names is, and each to which it leads; the last word is that of the canonical
        path, and what is allowed is allowed wherever the statement is."""
        found: dict[str, tuple[Kind, At]] = {}
        for path in self.contract.named("factory"):
            # What a class makes by its call is an object of its own.
            if self.goals[path].kind != "class" and may_be_called(self.goals[path]):
                found |= dict.fromkeys(self.goals[path].way, ("factory", "factory"))
        if self.implementation:
            known = (self.implementation, *self._statement_of_implementation())
            found |= dict.fromkeys(known, ("symbol", "implementation"))
        for path in self.contract.named("instead"):
            found |= dict.fromkeys((*self._known_as(path), *_DEFINED_AT.get(path, ())), ("instead", ""))
        for path in self.contract.named("canonical")[1:]:
            found |= dict.fromkeys(self._known_as(path), ("symbol", "implementation"))
        for path in self.contract.named("also"):
            found |= dict.fromkeys(self.goals[path].given, ("symbol", "also"))
        for path in self.contract.named("canonical"):
            found |= dict.fromkeys(self.goals[path].given, ("symbol", "canonical"))
        found |= dict.fromkeys(self._primitives(), ("symbol", "canonical"))
        return found

    def _primitives(self) -> Iterator[str]:
        """The primitives by the paths that the contract gives, and by those of the project's own statements."""
        for path in self.contract.named("primitive"):
            yield path
            goal = follow(self.project, path) if self.project.split(path)[0] is not None else None
            if goal is not None and goal.kind in STATEMENTS:
                yield goal.path

    def _known_as(self, path: str) -> tuple[str, ...]:
        """A path that the contract gives, and that of the statement to which it leads."""
        goal = self.goals[path]
        return (*goal.given, goal.path) if goal.kind in STATEMENTS else goal.given

    @cached_property
    def patterns(self) -> tuple[re.Pattern[str], ...]:
        """Those of the contract's names that are patterns, see ``patterns_of``."""
        return patterns_of(self.contract)

    @cached_property
    def factory_methods(self) -> dict[str, str]:
        """The factories that are methods of the symbol, by what follows its path."""
        symbols = [path for path, (kind, _) in self.entities.items() if kind == "symbol"]
        return {
            path[len(one) + 1 :]: path
            for path, (kind, _) in self.entities.items()
            for one in symbols
            if kind == "factory" and path.startswith(f"{one}.")
        }

    # -- what files are to the contract

    def is_home(self, module: Module) -> bool:
        return module.name in self.homes or self.contract.is_home(module.name, "")

    def is_builder(self, module: Module) -> bool:
        """Whether a module is in the contract's ``build-in``, or below a module that is."""
        return any(module.name == name or module.name.startswith(f"{name}.") for name in self.builders)

    def may_build(self, module: Module) -> bool:
        return self.is_home(module) or self.is_builder(module)

    def in_factory(self, module: Module, scope: str) -> bool:
        place = f"{module.name}.{scope}."
        return any(place.startswith(f"{path}.") for path in self.factories)

    # -- what names are to it

    def is_double(self, name: str) -> bool:
        return any(fnmatchcase(name, pattern) for pattern in self._doubles)

    def retired(self, path: str, own: int | None = None) -> str:
        """The retired name or path that a dotted path goes by, or nothing. Parents of the path count. ``own``: how many
        parts at its end are names, and no module: a bare name is never a part of a module's path."""
        parts = path.split(".")
        names = self.project.split(path)[2] if own is None else parts[len(parts) - own :]
        for pattern in self._retired:
            if "." in pattern:
                if any(fnmatchcase(one, pattern) for one in beginnings(path)):
                    return pattern
            elif any(fnmatchcase(part, pattern) for part in names):
                return pattern
        return ""

    def retired_name(self, name: str) -> str:
        return next((p for p in self._retired if "." not in p and fnmatchcase(name, p)), "")

    # -- the statements behind the paths

    @cached_property
    def makers(self) -> frozenset[str]:
        """The alternate constructors of the class."""
        return frozenset(name for _, klass in self.managed for name in klass.makers)

    @cached_property
    def managed(self) -> list[tuple[Module, Class]]:
        """The class statements behind the canonical name and the implementation."""
        found: list[tuple[Module, Class]] = []
        paths = [path for path in (self.canonical, self.declared) if path]
        for path in paths:
            module, rest = self.project.find(path)
            if module is None or not rest:
                continue
            name = ".".join(rest)
            own = [klass for klass in module.facts.classes if klass.qualname == name]
            found.extend((module, klass) for klass in own if (module, klass) not in found)
            for bound in module.live(rest[0]) if not own else ():
                for target, _ in targets_of(bound):
                    goal = absolute(target, module)
                    further = ".".join([goal, *rest[1:]])
                    # A name that is bound to a part of itself grows for ever.
                    if goal and further not in paths and len(paths) < MOST_PARTS:
                        paths.append(further)
        return found

    @cached_property
    def is_class(self) -> bool:
        """Whether the canonical symbol can be a class: no function, no module, and not what a call gives."""
        if self.managed:
            return True
        file, _, rest = self.project.split(self.canonical)
        is_module = self.canonical in self.project.packages or (file is not None and not rest)
        if is_module or self.function(self.canonical) is not None:
            return False
        return not self._is_made_by_a_call()

    def _is_made_by_a_call(self) -> bool:
        module, rest = self.project.find(self.canonical)
        if module is None or len(rest) != 1 or self.declared:
            return False
        bindings = module.live(rest[0])
        return bool(bindings) and all(
            isinstance(one, Binding)
            and one.how == "assign"
            and one.value is not None
            and one.value.form == "call"
            and (
                one.value.ref is None
                or one.value.ref.spelled.rpartition(".")[2] not in CALLS_THAT_MAKE_CLASSES
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
            own = module.functions.get(name)
            if own:
                return own[0]
            targets = [
                absolute(target, module) for bound in module.live(rest[0]) for target, _ in targets_of(bound)
            ]
            targets = [target for target in targets if target and target != path]
            if not targets:
                return None
            path = ".".join([targets[0], *rest[1:]])
        return None

    def keys_of(self, factory: Function | None) -> list[str]:
        """The isolation keys that a call of a factory can pass: all, where its parameters are not known."""
        keys = list(self.contract.named("key"))
        if factory is None or any(one.startswith("**") for one in factory.parameters):
            return keys
        return [key for key in keys if key in factory.parameters]

    @cached_property
    def is_keyless(self) -> bool:
        """Whether neither a factory nor the class knows any of the isolation keys: they are called something else."""
        functions = [self.function(path) for path in self.contract.named("factory")]
        known = {name for _, klass in self.managed for name in klass.parameters or ()}
        keys = self.contract.named("key")
        return bool(keys and functions) and known.isdisjoint(keys) and not any(map(self.keys_of, functions))


_DEFINED_AT = {
    "unittest.TestCase": ("unittest.case.TestCase",),
    "unittest.FunctionTestCase": ("unittest.case.FunctionTestCase",),
    "unittest.IsolatedAsyncioTestCase": ("unittest.async_case.IsolatedAsyncioTestCase",),
}
"""Classes of the standard library that are often a base, and the paths of their statements, where these are others."""


def words_of(contract: Contract) -> frozenset[str]:
    """The plain names that a contract goes by: last parts of its paths, and retired names without patterns."""
    factories = contract.named("factory")
    paths = contract.named("canonical", "also", "factory", "implementation", "primitive", "instead")
    words = {path.rpartition(".")[2] for path in paths}
    for path in factories:
        words.add(path.split(".")[-2])
    for pattern in contract.named("retired"):
        parts = [part for part in pattern.split(".") if "*" not in part]
        if parts:
            words.add(parts[-1])
    words |= {last for last in _last_parts(contract) if "*" not in last}
    words -= {part for path in factories for part in path.split(".")[:-1] if part[:1].islower()}
    return frozenset(words | _signed(contract))


def _signed(contract: Contract) -> set[str]:
    """The values, fields and emitters that a contract names, as files are asked for them."""
    found = {f"{VALUE}{one}" for one in contract.named("value", "retired-value")}
    found |= {f"{EMITTER}{one.rpartition('.')[2]}" for one in contract.named("emitter")}
    found |= {f"{METHOD}{one.rpartition('.')[2]}" for one in contract.named("primitive") if is_method(one)}
    tops = {one.partition(".")[0] for one in contract.named("primitive") if "." in one}
    found |= {f"{IMPORTED}{one}" for one in tops.difference(sys.stdlib_module_names)}
    if contract.named("primitive-key"):
        found |= {f"{KEYED}{one.rpartition('.')[2]}" for one in contract.named("primitive")}
    if contract.judges_uses:
        found |= {f"{MEMBERS}{one.rpartition('.')[2]}" for one in contract.named("primitive")}
    lists = contract.named("canonical") if contract.lists_values else ()
    return found | {f"{LIST}{one.rpartition('.')[2]}" for one in lists}


_CLASSES = frozenset(
    "datetime.datetime datetime.date datetime.time datetime.timedelta datetime.tzinfo socket.socket array.array"
    " collections.deque collections.defaultdict mmap.mmap threading.local ast.AST asyncio.subprocess.Process"
    " builtins.str builtins.bytes builtins.bytearray builtins.dict builtins.list builtins.set builtins.frozenset"
    " builtins.int builtins.float builtins.object zipimport.zipimporter".split()
)
"""Classes of the standard library that are not called as classes are."""


def is_method(path: str) -> bool:
    """Whether a primitive is a method, as far as its path tells: what it is taken from is called as classes are."""
    owner = path.rpartition(".")[0]
    return "." in owner and (owner.rpartition(".")[2].lstrip("_")[:1].isupper() or owner in _CLASSES)


def patterns_of(contract: Contract) -> tuple[re.Pattern[str], ...]:
    """The retired names that are patterns, and those of classes, for whole identifiers."""
    retired = (one for one in contract.named("retired") if "." not in one)
    patterns = (one for one in (*retired, *_last_parts(contract)) if "*" in one and one.strip("*"))
    return tuple(re.compile(pattern.replace("*", r"\w*")) for pattern in patterns)


def _last_parts(contract: Contract) -> tuple[str, ...]:
    """The names, or patterns of names, of the classes that must derive from the symbol, or are copies of it."""
    return tuple(pattern.rpartition(".")[2] for pattern in contract.named("member", "rival"))
