"""All files' state → what is shared and written to after import, file by file: SOT3xx without a contract. Pure.

The evidence is a write: to what, from which function, and that this function can run after import. A thing that
nothing writes to is silent, whatever it is made of, and so is what only code that runs at import writes to.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from ssot_lint.facts.definitions.shapes import CHANGERS
from ssot_lint.facts.flow import MUTATORS
from ssot_lint.facts.parse import EXHAUSTED
from ssot_lint.inference.ask import Ask
from ssot_lint.links.definitions import Key
from ssot_lint.links.project import Module, Project, absolute
from ssot_lint.links.resolve import Links
from ssot_lint.model.facts import ClassState, Fill, FunctionState, Held, State, Where
from ssot_lint.model.finding import Hop
from ssot_lint.rules.doings import OF_CLASSES, Doing, Doings, is_of_none
from ssot_lint.rules.evidence import Evidence, Match, meaning

T = TypeVar("T")

CACHES = frozenset(
    "lru_cache cache cached alru_cache async_lru_cache cache_resource cache_data memoize ttl_cache once"
    " run_once".split()
)
EARLY = frozenset(
    ["__init__", "__new__", "__post_init__", "__setstate__", "__init_subclass__", "__set_name__"]
)
"""Methods in which an object comes to be."""

_PLAIN = ("?", "abc.", "typing.", "collections.abc.")
"""Bases that call no method of an object when it is made."""

_CONTEXTS = frozenset(["threading.local", "_thread._local"])
_CONTAINERS = frozenset(
    "?dict ?list ?set collections.UserDict collections.UserList collections.OrderedDict collections.defaultdict"
    " collections.deque collections.Counter".split()
)
_SHAPES = {
    "new": "`__new__` keeps the first instance",
    "getter": "a method keeps the first instance on the class",
    "borg": "all instances share one `__dict__`",
}
_SHOWN = 5
"""How many writers a chain names."""

_DESCRIBES = frozenset("__get__ __set__ __set_name__".split())
"""Methods of an object in a class's body that decide what the class, or its objects, have there."""

_CALLS = 3
"""Through how many functions it is followed what a call gives."""


@dataclass(frozen=True, slots=True)
class Found:
    """A place that fails a rule of SOT3xx. ``symbol`` is the dotted path of the class or of the container."""

    code: str
    symbol: str
    match: Match


Changes = dict[str, dict[str, tuple[str, int]]]
"""The methods that change an object, each with the places that do, by the attribute that must be true for it."""


def judged(
    project: Project, contracts: Sequence[Links], inference: Callable[[Module], Callable[[int], Ask]]
) -> Mapping[str, tuple[Found, ...] | None]:
    """What every file shares, by its path; None where that cannot be told, for the file asks too much. ``inference``
    gives that of a file, for the contract of a number.

    Of the class of a contract, and of a container of its instances, the contract says what may be.
    """
    kept: set[str] = set()

    def spoken_for(path: str) -> bool:
        return path in kept or any(links.path(path) is not None for links in contracts)

    lost: set[str] = set()

    def attempt(module: Module, work: Callable[[], Iterable[T]]) -> tuple[T, ...]:
        try:
            return tuple(work())
        except EXHAUSTED:
            lost.add(module.file.path)
            return ()

    for module in project.by_path.values():
        kept.update(attempt(module, partial(_kept, module, contracts, inference(module))))
    sharing = _Sharing(project, spoken_for)
    for module, state in sharing.states:
        attempt(module, partial(sharing.add, module, state))
    found = {
        path: attempt(module, partial(sharing.of, module)) for path, module in sorted(project.by_path.items())
    }
    return {path: None if path in lost else some for path, some in found.items()}


def _kept(module: Module, contracts: Sequence[Links], ask: Callable[[int], Ask]) -> Iterator[str]:
    """The dotted paths of containers in which a file keeps instances of contracts."""
    for number, links in enumerate(contracts):
        evidence = Evidence(links, module, ask(number))
        for write in module.facts.writes:
            if write.target is None or (write.how != "item" and write.how not in MUTATORS):
                continue
            if meaning.instance(evidence, write.value) is not None:
                for target in write.target.targets:
                    yield absolute(target, module)


class _Sharing(Doings):
    """The rules. ``spoken_for``: whether a contract decides about what is at a path."""

    def __init__(self, project: Project, spoken_for: Callable[[str], bool]) -> None:
        super().__init__(project)
        self.spoken_for = spoken_for
        self._changes: dict[Key, Changes] = {}

    # -- objects

    def is_contextual(self, klass: Key) -> bool:
        return bool(self.lineage(klass)[1] & _CONTEXTS)

    def is_enum(self, klass: Key) -> bool:
        return any(base.startswith("enum.") for base in self.lineage(klass)[1])

    def is_container(self, klass: Key) -> bool:
        return bool(self.lineage(klass)[1] & _CONTAINERS)

    def is_replaced(self, holder: Key, klass: Key) -> bool:
        """Whether an instance in a class's body may not be what the objects of that class find there.

        A descriptor decides that, and may come from a base of a library; or else the metaclass of the holder."""
        if any(_DESCRIBES & {*one.methods} for one in self.states_of(klass)):
            return True
        if not all(_is_known(base) for base in self.lineage(klass)[1]):
            return True
        for path, name in self.lineage(holder)[0]:
            for target in self.definitions.klass((path, name)).metaclass:
                place = self.definitions.of(target, self.project.by_path[path])
                if place is None or place.kind != "class":
                    return target != "abc.ABCMeta"
                if any(OF_CLASSES & {*one.methods} for one in self.states_of(place.key)):
                    return True
        return False

    def changes(self, klass: Key) -> Changes:
        """The methods that change an object of the class after it was made."""
        if klass in self._changes:
            return self._changes[klass]
        contextual = {name for one in self.states_of(klass) for name in one.contextual}
        found: Changes = {}
        calls: dict[str, set[str]] = {}
        seen: set[str] = set()
        for key in self.lineage(klass)[0] if not self.is_contextual(klass) else ():
            methods = set(self.definitions.klass(key).methods) - seen
            seen |= methods
            for doing in self.own.get(key, ()):
                method = doing.touch.outer[len(key[1]) + 1 :].partition(".")[0]
                if method not in methods or method in EARLY:
                    continue
                rest = doing.rest
                if doing.touch.how == "call" and len(rest) == 1:
                    if not self._completes_itself(klass, rest[0], doing.touch.unset):
                        calls.setdefault(method, set()).add(rest[0])
                elif rest[0] not in contextual and _changes_it(doing):
                    found.setdefault(method, {}).setdefault(doing.touch.when, (key[0], doing.touch.line))
        more = True
        while more:
            more = False
            for method, others in sorted(calls.items()):
                for other in sorted(others):
                    for when, place in found.get(other, {}).items():
                        if when not in found.setdefault(method, {}):
                            found[method][when] = place
                            more = True
        self._changes[klass] = {method: places for method, places in found.items() if places}
        return self._changes[klass]

    def _is_computed(self, klass: Key, name: str) -> bool:
        """Whether an attribute is a property or a method, which may give another object each time."""
        place = self.attribute(klass, (name,))
        return place is not None and place.kind == "function"

    def _completes_itself(self, klass: Key, method: str, unset: Sequence[str]) -> bool:
        """Whether a method sets one of the attributes that were found unset before it was called."""
        found = {target.rpartition(".")[2] for target in unset}
        return bool(found) and any(
            doing.rest[0] in found and doing.touch.how == "set" and doing.touch.outer == f"{key[1]}.{method}"
            for key in self.lineage(klass)[0]
            for doing in self.own.get(key, ())
        )

    def changing(self, klass: Key, given: Sequence[str]) -> Mapping[str, tuple[str, int]]:
        """The methods that change an object which was made with these arguments, each with a place that does."""
        off = {
            attribute
            for state in self.states_of(klass)
            for attribute, position, keyword in state.flags
            if not {position, keyword, "*"} & set(given)
        }
        found = {}
        for method, places in self.changes(klass).items():
            open_ = [place for when, place in sorted(places.items()) if when not in off]
            if open_:
                found[method] = open_[0]
        return found

    def has_state(self, klass: Key) -> bool:
        """Whether an object of the class can change after it was made."""
        return not self.is_contextual(klass) and (bool(self.changes(klass)) or self.is_container(klass))

    def has_own(self, doing: Doing, name: str, seen: frozenset[Key] = frozenset()) -> bool:
        """Whether a method's object has an attribute of its own, and not its class's, when a place is reached."""
        path, method = doing.module.file.path, doing.touch.outer
        klass = (path, method.rpartition(".")[0])
        if name in doing.touch.bound:
            return True
        if klass[1] not in self.definitions.names[path].classes or (path, method) in seen:
            return False
        if any(name in state.fresh for state in self.states_of(klass)) or self._is_set_up(klass, name):
            return True
        seen |= {(path, method)}
        callers = self.references_to((path, method), klass[1], method.rpartition(".")[2])
        return bool(callers) and all(
            one.touch.how == "call" and one.touch.via == "self" and self.has_own(one, name, seen)
            for one in callers or ()
        )

    def _is_set_up(self, klass: Key, name: str) -> bool:
        """Whether a method binds an attribute which only a base of a library can call, before all others perhaps."""
        keys, foreign = self.lineage(klass)
        if all(base.startswith(_PLAIN) for base in foreign):
            return False
        return any(
            doing.rest == (name,)
            and doing.touch.how == "set"
            and self.references_to((key[0], doing.touch.outer), key[1], doing.touch.outer.rpartition(".")[2])
            == []
            for key in keys
            for doing in self.own.get(key, ())
        )

    def made(self, paths: Iterable[str], module: Module, depth: int = 0) -> Key | None:
        """The class of the project whose instance the call of one of the paths gives."""
        for path in paths:
            place = self.definitions.of(path, module)
            if place is None:
                continue
            if place.kind == "class":
                if not place.rest:
                    return place.key
                klass = place.key
                place = self.attribute(klass, place.rest) or place
            else:
                klass = None
            if place.kind == "function" and not place.rest and depth < _CALLS:
                function = self.definitions.function(place.key)
                found = self.made(function.makes, self.project.by_path[place.key[0]], depth + 1)
                if found is not None:
                    # An alternate constructor makes an object of the class that it is called on.
                    return klass if klass is not None and found in self.lineage(klass)[0] else found
        return None

    def dotted(self, key: Key) -> str:
        return f"{self.project.by_path[key[0]].name}.{key[1]}".rstrip(".")

    # -- rules

    def of(self, module: Module) -> Iterator[Found]:
        state = module.facts.state
        if state is None:
            return
        yield from self._singletons(module, state)
        yield from self._caches(module, state)
        yield from self._slots(module, state)
        seen: set[str] = set()
        for held in state.held:
            name = f"{held.owner}.{held.name}" if held.owner else held.name
            if name in seen or (held.name.startswith("__") and held.name.endswith("__")):
                continue
            seen.add(name)
            one = self._container(module, name) or self._instance(module, name)
            if one is not None:
                yield one

    def _singletons(self, module: Module, state: State) -> Iterator[Found]:
        """SOT303."""
        for klass in state.classes:
            key = (module.file.path, klass.qualname)
            shown = self._shape(module, klass)
            if shown is None or not self.has_state(key):
                continue
            if self.is_metaclass(key) or self.spoken_for(self.dotted(key)):
                continue
            how, hop = shown
            where = Where(klass.qualname.rpartition(".")[0])
            message = f"`{klass.qualname}` is a singleton: {how}"
            changed = self._changed(key)
            match = Match(klass.span, message, klass.qualname, where, (hop, *changed), advice=_ADVICE)
            yield Found("SOT303", self.dotted(key), match)

    def _shape(self, module: Module, klass: ClassState) -> tuple[str, Hop] | None:
        path = module.file.path
        if klass.shape in _SHAPES and not _is_listed(module, klass):
            how = _SHAPES[klass.shape]
            return how, Hop(path, klass.shape_line, how)
        for target in klass.metaclass:
            place = self.definitions.of(target, module)
            if place is not None and place.kind == "class":
                for key in self.lineage(place.key)[0]:
                    meta = self.definitions.klass(key)
                    if meta.shape == "call":
                        how = f"its metaclass `{meta.qualname}` keeps the first instance"
                        return how, Hop(key[0], meta.shape_line, how)
        for target in klass.decorators:
            place = self.definitions.of(target, module)
            if place is not None and place.kind == "function" and not place.rest:
                function = self.definitions.function(place.key)
                if function.wraps:
                    how = f"the decorator `{function.qualname}` keeps the first instance"
                    return how, Hop(place.key[0], function.span.line, how)
            if target in ("functools.cache", "functools.lru_cache"):
                how = f"the decorator `{target}` keeps the first instance"
                return how, Hop(path, klass.span.line, how)
        return None

    def _changed(self, klass: Key, given: Sequence[str] = ("*",)) -> tuple[Hop, ...]:
        """Where the objects of a class are changed."""
        found = sorted(self.changing(klass, given).items())[:_SHOWN]
        return tuple(Hop(path, line, f"`{method}` changes it") for method, (path, line) in found)

    def _caches(self, module: Module, state: State) -> Iterator[Found]:
        """SOT304."""
        for function in state.functions:
            if not _cache(function) or function.keyed or not is_of_none(function):
                continue
            klass = self.made(function.makes, module)
            if klass is None or not self.has_state(klass) or self.spoken_for(self.dotted(klass)):
                continue
            symbol = self.dotted(klass)
            where = Where(function.qualname.rpartition(".")[0])
            message = f"`{function.qualname}` is cached and hands one {symbol} to all callers"
            match = Match(
                function.span, message, function.qualname, where, self._changed(klass), advice=_ADVICE
            )
            yield Found("SOT304", symbol, match)

    def _slots(self, module: Module, state: State) -> Iterator[Found]:
        """SOT302."""
        for fill in state.fills:
            if fill.form != "call":
                continue
            klass = self.made(fill.paths, module)
            if klass is None or not self.has_state(klass) or self.spoken_for(self.dotted(klass)):
                continue
            slot = self._slot(module, fill, klass) if fill.lazy or self._is_bound(module, fill) else ""
            if not slot or not self.late(module, fill.outer, fill.depth, fill.scope):
                continue
            symbol = self.dotted(klass)
            message = f"`{slot}` keeps an instance of {symbol} for all callers"
            where = Where(fill.scope, "function", deferred=True)
            match = Match(fill.span, message, slot, where, self._changed(klass), advice=_ADVICE)
            yield Found("SOT302", symbol, match)

    def _is_bound(self, module: Module, fill: Fill) -> bool:
        """Whether the slot has a value at import, which the function replaces."""
        owner, _, name = fill.target.rpartition(".")
        place = self.definitions.of(fill.target, module)
        if place is None or (place.kind == "class" and place.rest):
            holder = self.definitions.of(owner, module) if owner else None
            place = self.attribute(holder.key, (name,)) if holder and holder.kind == "class" else None
        return place is not None and place.kind == "held" and not place.rest

    def _slot(self, module: Module, fill: Fill, klass: Key) -> str:
        """The name of the slot that a function fills, if it outlives the call and all callers share it."""
        if fill.how in ("global", "key"):
            return fill.target[1:]
        if fill.how == "nonlocal":
            references = self.references.get((module.file.path, fill.outer), ())
            bound = any(not one.touch.outer and one.touch.how == "call" for one in references)
            return fill.target.rpartition(".")[2] if bound and fill.depth else ""
        owner, _, name = fill.target.rpartition(".")
        place = self.definitions.of(owner, module)
        if place is None or (place.rest and place.kind != "module"):
            return ""
        if place.kind == "class":
            # A class that keeps itself is a singleton.
            same = place.key in self.lineage(klass)[0] or klass in self.lineage(place.key)[0]
            return "" if same or self.is_metaclass(place.key) else f"{place.key[1]}.{name}"
        if place.kind in ("function", "module"):
            return f"{owner.lstrip(':')}.{name}"
        return ""

    def _container(self, module: Module, name: str) -> Found | None:
        """SOT305."""
        key = (module.file.path, name)
        bound = self.definitions.held(key)
        held = next((one for one in bound if one.form == "container"), None)
        if held is None or self.spoken_for(self.dotted(key)):
            return None
        if held.owner and self._is_of_each(module, held, key):
            return None
        writers = [one for one in self.doings.get(key, ()) if self._writes_to(held, one)]
        late = [one for one in writers if self.runs_late(one) and not self._completes(one, key)]
        if not late:
            return None
        default = held.owner in self.definitions.names[module.file.path].functions
        first = late[0]
        shown = _place(first, module)
        if default:
            message = f"the default of `{held.name}` is one for all calls, and written to {shown}"
            advice = f"make it in the function where `{held.name}` is None"
        else:
            message = f"`{name}` is shared by the whole process, and written to {shown}"
            advice = "hand it to those who need it, or keep it in a ContextVar"
        where = Where(held.owner, "function" if default else "class" if held.owner else "module")
        match = Match(held.span, message, name, where, _hops(late), may=default, advice=advice)
        return Found("SOT305", self.dotted(key), match)

    def _completes(self, doing: Doing, key: Key) -> bool:
        """Whether a function without parameters fills a container once: cached, or called where that is empty."""
        path, outer = doing.module.file.path, doing.touch.outer
        function = self.definitions.names[path].functions.get(outer)
        if function is None or function.keyed or doing.touch.depth or not is_of_none(function):
            return False
        if _cache(function):
            return True
        callers = self.references_to((path, outer), function.owner, outer.rpartition(".")[2])
        return bool(callers) and all(
            one.touch.how == "call" and (self._finds_empty(one, key) or not self.runs_late(one))
            for one in callers or ()
        )

    def _finds_empty(self, doing: Doing, key: Key) -> bool:
        places = (self.definitions.of(target, doing.module) for target in doing.touch.unset)
        return any(place is not None and (place.kind, place.key) == ("held", key) for place in places)

    def _is_of_each(self, module: Module, held: Held, key: Key) -> bool:
        """Whether a container in a class is no attribute that its objects share."""
        klass = (module.file.path, held.owner)
        if held.owner not in self.definitions.names[module.file.path].classes:
            return False
        if self.is_enum(klass):
            return True
        state = self.definitions.klass(klass)
        if state.shape in ("call", "borg", "new", "getter"):
            written = {one.touch.line for one in self.doings.get(key, ()) if one.module is module}
            if state.shape_line in written:
                return True
        # A base or a decorator of a library may make a copy for each object, as models of data do.
        return held.declared and (bool(self.lineage(klass)[1]) or bool(state.decorators))

    def _writes_to(self, held: Held, doing: Doing) -> bool:
        touch, rest = doing.touch, doing.rest
        if touch.via == "self" and self.has_own(doing, held.name):
            return False
        if not rest:
            return touch.how in ("item", "augment") or (touch.how == "set" and self._replaces(held, doing))
        return len(rest) == 1 and touch.how == "call" and rest[0] in CHANGERS

    def _replaces(self, held: Held, doing: Doing) -> bool:
        """Whether a container gets another in its place: of the module, or of the class itself and no subclass."""
        touch = doing.touch
        state = doing.module.facts.state
        if state is None or not any(
            (fill.target, fill.scope, fill.form) == (touch.target, touch.scope, "container")
            for fill in state.fills
        ):
            return False
        holder = self.definitions.of(touch.target.rpartition(".")[0], doing.module) if held.owner else None
        return holder is None or holder.kind != "class" or holder.key[1] == held.owner

    def _instance(self, module: Module, name: str) -> Found | None:
        """SOT301."""
        key = (module.file.path, name)
        for held in self.definitions.held(key):
            klass = self.made(held.paths, module) if held.form == "call" else None
            if klass is None or self.is_contextual(klass) or self.spoken_for(self.dotted(klass)):
                continue
            of_class = held.owner in self.definitions.names[module.file.path].classes
            if of_class and (
                held.declared
                or self.is_enum((module.file.path, held.owner))
                or self.is_replaced((module.file.path, held.owner), klass)
            ):
                continue
            late = [
                one
                for one in self.doings.get(key, ())
                if self._changes_instance(klass, held, one) and self.runs_late(one)
            ]
            if not late:
                continue
            symbol = self.dotted(klass)
            shown = name or f"sys.modules[{module.name!r}]"
            default = bool(held.owner) and not of_class
            message = (
                f"`{shown}` is one {symbol} for the whole process, and written to {_place(late[0], module)}"
            )
            where = Where(held.owner, "function" if default else "class" if held.owner else "module")
            chain = (*_hops(late), *self._changed(klass, held.given))
            match = Match(held.span, message, shown, where, chain, advice=_ADVICE)
            return Found("SOT301", symbol, match)
        return None

    def _changes_instance(self, klass: Key, held: Held, doing: Doing) -> bool:
        touch, rest = doing.touch, doing.rest
        if touch.via == "self" and held.owner and self.has_own(doing, held.name):
            return False
        contextual = {name for one in self.states_of(klass) for name in one.contextual}
        containers = {"__dict__", *(name for one in self.states_of(klass) for name in one.containers)}
        if rest and (rest[0] in contextual or (len(rest) > 1 and self._is_computed(klass, rest[0]))):
            return False
        if touch.how == "memo":
            # Only of its own attributes an object knows that they hold what it gives by itself.
            return not touch.via and bool(rest) and not self.is_container(klass)
        changes = self.changing(klass, held.given)
        if touch.how == "call":
            if not rest:
                return "__call__" in changes
            if len(rest) == 1:
                return rest[0] in changes or (self.is_container(klass) and rest[0] in CHANGERS)
            return len(rest) == 2 and rest[0] in containers and rest[1] in CHANGERS
        if touch.how == "item":
            if not rest:
                return "__setitem__" in changes or self.is_container(klass)
            return len(rest) == 1
        return touch.how in ("set", "augment") and bool(rest)


def _cache(function: FunctionState) -> str:
    """The decorator that keeps a function's results."""
    return next((one for one in function.decorators if one.rpartition(".")[2] in CACHES), "")


def _is_known(base: str) -> bool:
    """Whether a base outside the project is one of Python's that makes no descriptors."""
    if base.startswith("?"):
        return base not in ("?", "?property", "?classmethod", "?staticmethod")
    return base.partition(".")[0] in sys.stdlib_module_names and not base.startswith("functools.")


_ADVICE = "make one for each user, where it is needed"


def _is_listed(module: Module, klass: ClassState) -> bool:
    """Whether each object enters itself into a table when it is made: that is no single instance."""
    touches = module.facts.state.touches if module.facts.state is not None else ()
    return any(
        touch.line == klass.shape_line and touch.how == "item" and touch.outer == f"{klass.qualname}.__init__"
        for touch in touches
    )


def _changes_it(doing: Doing) -> bool:
    """Whether a method does not only use an attribute of its object but changes it."""
    how, rest = doing.touch.how, doing.rest
    if how in ("set", "item", "augment"):
        return True
    return how == "call" and len(rest) == 2 and rest[1] in CHANGERS


def _place(doing: Doing, module: Module) -> str:
    """Where something is written to, in words."""
    if doing.module.file.path == module.file.path:
        return f"by `{doing.touch.scope}`"
    return f"by `{doing.module.name}.{doing.touch.scope}`"


def _hops(doings: list[Doing]) -> tuple[Hop, ...]:
    return tuple(
        Hop(one.module.file.path, one.touch.line, f"`{one.touch.scope}` writes to it")
        for one in doings[:_SHOWN]
    )
