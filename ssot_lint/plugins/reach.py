"""Two objects → the mutable objects that both lead to, each with the shortest way on either side. Runs no code of
theirs: attributes are read from ``__dict__`` and slots, containers by the methods of their built-in types.
"""

from __future__ import annotations

import gc
import sys
import types
import weakref
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from typing import Any, NamedTuple

from ssot_lint.plugins.immutable import (
    ATOMS,
    FUNCTIONS,
    HEAP,
    PASSED,
    attribute,
    is_immutable,
    is_no_sharing,
    slots,
)

MOST = 100_000
"""So many objects are looked at on either side, the nearest first."""

Step = tuple[str, object]
"""How one goes on from an object, as it is written behind the way to it, and where that leads."""


class Excused(NamedTuple):
    """What may be shared: by its type, and where ``way`` is there by the way to it or by itself."""

    kind: Callable[[type], bool]
    way: Callable[[str, object], bool] | None = None


NOTHING = Excused(lambda kind: False)


class SharedObject(NamedTuple):
    """An object to which both lead, and the ways to it."""

    thing: object
    first: str
    second: str


class InCommon(NamedTuple):
    """``whole`` is false where there was more to look at than ``MOST``."""

    found: tuple[SharedObject, ...]
    whole: bool


class Kind(NamedTuple):
    """What all objects of a type have in common.

    ``ends``: nothing behind them is looked at. ``container``: the built-in type that they are, or derive from.
    ``attributes`` are those of the class that its instances have, too. ``has_state``: these have a ``__dict__``;
    ``is_plain``: they have nothing but attributes and items.
    """

    ends: bool
    is_immutable: bool
    container: type | None
    attributes: tuple[tuple[str, object], ...]
    slots: tuple[tuple[str, types.MemberDescriptorType], ...]
    has_state: bool
    is_plain: bool


class Kinds(dict[type, Kind]):
    """Each type that was come across, looked at once. Not kept beyond one check: classes change."""

    def __init__(self, excused: Excused) -> None:
        super().__init__()
        self._excused = excused

    def __missing__(self, kind: type) -> Kind:
        self[kind] = found = Kind(
            is_no_sharing(kind) or self._excused.kind(kind),
            is_immutable(kind),
            next((one for one in _CONTAINERS if issubclass(kind, one)), None),
            _of_class(kind),
            tuple(slots(kind)),
            type(attribute(kind, "__dict__")) is types.GetSetDescriptorType,
            _is_plain(kind),
        )
        return found


def shared(
    first: tuple[str, object], second: tuple[str, object], excused: Excused, most: int = MOST
) -> InCommon:
    """What two objects share, each given with its name. Nothing is said of what lies behind a shared object."""
    kinds = Kinds(excused)
    sides = [_Side(name, thing, excused, (), most, kinds) for name, thing in (first, second)]
    is_whole = all(side.is_whole for side in sides)
    both = sides[0].things.keys() & sides[1].things.keys()
    if not both and not sides[0].states.keys() & sides[1].states.keys():
        return InCommon((), is_whole)
    # Once more, and no further than to what is shared: what lies behind that follows from it.
    again = [_Side(name, thing, excused, both, most, kinds) for name, thing in (first, second)]
    found = [
        SharedObject(thing, again[0].way(key), again[1].way(key))
        for key, thing in again[0].things.items()
        if key in both and key in again[1].things and not kinds[type(thing)].is_immutable
    ]
    return InCommon((*found, *_states(again[0], again[1], excused)), is_whole)


def _states(first: _Side, second: _Side, excused: Excused) -> Iterator[SharedObject]:
    """The ``__dict__`` that different objects have in common."""
    for key, (state, owner) in first.states.items():
        other = second.states[key][1] if key in second.states else owner
        ways = [f"{side.way(one)}.__dict__" for side, one in ((first, owner), (second, other))]
        if owner != other and not any(excused.way is not None and excused.way(way, state) for way in ways):
            yield SharedObject(state, ways[0], ways[1])


class _Side:
    """What one object leads to, in the order of the distance. ``ends`` are the ids of shared objects: nothing behind
    them is looked at, unless they cannot change themselves."""

    def __init__(
        self, name: str, root: object, excused: Excused, ends: Collection[int], most: int, kinds: Kinds
    ) -> None:
        self.name = name
        self.things: dict[int, object] = {}
        """By id; they are held, so that no id is used twice."""
        self.origins: dict[int, tuple[int, str]] = {}
        self.states: dict[int, tuple[object, int]] = {}
        """Each ``__dict__``, with the id of the object that it belongs to."""
        self.is_whole = True
        streams = {id(sys.stdout), id(sys.stderr), id(sys.stdin)}
        if kinds[type(root)].ends or (excused.way is not None and excused.way(name, root)):
            return
        self.things[id(root)] = root
        todo = deque([root])
        while todo:
            thing = todo.popleft()
            kind = kinds[type(thing)]
            if id(thing) in ends and (not kind.is_immutable or type(thing) in FUNCTIONS):
                continue
            state = attributes(thing) if kind.has_state else None
            if state is not None:
                self.states[id(state)] = state, id(thing)
            for step, child in parts(thing, kind, state):
                key = id(child)
                if type(child) in ATOMS or key in self.things or key in streams:
                    continue
                if kinds[type(child)].ends:
                    continue
                if excused.way is not None and excused.way(self.way(id(thing)) + step, child):
                    continue
                if len(self.things) >= most:
                    self.is_whole = False
                    return
                self.things[key] = child
                self.origins[key] = id(thing), step
                todo.append(child)

    def way(self, key: int) -> str:
        """The way to an object, from the name of the side."""
        steps = []
        while key in self.origins:
            key, step = self.origins[key]
            steps.append(step)
        return self.name + "".join(reversed(steps))


def parts(thing: object, kind: Kind, state: dict[str, object] | None) -> Iterator[Step]:
    """What an object refers to. ``state`` is its ``__dict__``."""
    if type(thing) in PASSED:
        yield from _of_function(thing)
        return
    if issubclass(type(thing), weakref.ref):
        yield "()", weakref.ref.__call__(thing)  # type: ignore[arg-type]
        return
    if kind.container is not None:
        yield from _of_container(thing, kind.container)
    known = {id(state)}
    for step, child in _of_instance(thing, state, kind):
        known.add(id(child))
        yield step, child
    if not kind.is_plain:
        # An object of C, or of a class on top of one: the collector knows what it refers to, and not by which name.
        for child in gc.get_referents(thing):
            if id(child) not in known:
                yield f".<{type(child).__name__}>", child


_CONTAINERS = (dict, list, tuple, set, frozenset, deque, types.MappingProxyType)


def _is_plain(kind: type) -> bool:
    known = (object, *_CONTAINERS)
    own = any({"__dict__", "__slots__"} & vars(one).keys() for one in kind.__mro__)
    return all(one in known or one.__flags__ & HEAP for one in kind.__mro__) and (
        own or issubclass(kind, _CONTAINERS)
    )


def _of_container(thing: Any, base: type) -> Iterator[Step]:
    """The items of a container, by the methods of the built-in type that it is, or derives from."""
    try:
        if base is dict:
            yield from _items(dict.items(thing))
        elif base is types.MappingProxyType:
            for inner in gc.get_referents(thing):
                yield from _items(dict.items(inner)) if issubclass(type(inner), dict) else [("", inner)]
        elif base in (set, frozenset):
            for child in tuple(base.__iter__(thing)):
                yield "{…}", child
        else:
            fields = attribute(type(thing), "_fields") if base is tuple else None
            named = fields if type(fields) is tuple else ()
            for index, child in enumerate(tuple(base.__iter__(thing))):  # type: ignore[attr-defined]
                if type(child) not in ATOMS:
                    yield (f".{named[index]}" if index < len(named) else f"[{index}]"), child
    except RuntimeError:
        # Another thread fills it while we look.
        return


def _items(items: Iterable[tuple[object, object]]) -> Iterator[Step]:
    for name, child in tuple(items):
        yield f"[{_shown(name)}]", child
        yield "{…}", name


def _shown(key: object) -> str:
    """A key of a mapping. Only of built-in types, whose ``repr`` is nobody's code."""
    if type(key) in (str, int, bytes, bool, float, type(None)):
        text = repr(key)
        return text if len(text) <= 40 else f"{text[:39]}…"
    return f"<{type(key).__name__}>"


def attributes(thing: object) -> dict[str, object] | None:
    """The ``__dict__`` of an object, if it has one and that is no property of its class."""
    found = attribute(type(thing), "__dict__")
    if type(found) is not types.GetSetDescriptorType:
        return None
    try:
        held = found.__get__(thing, type(thing))
    except (AttributeError, TypeError):
        return None
    return held if issubclass(type(held), dict) else None


def _of_instance(thing: object, state: dict[str, object] | None, kind: Kind) -> Iterator[Step]:
    """Attributes: its own, those of slots, and those of its class that it does not hide."""
    own = set()
    for name, child in tuple(dict.items(state or {})):
        own.add(name)
        yield f".{name}", child
    for name, member in kind.slots:
        own.add(name)
        try:
            yield f".{name}", member.__get__(thing, type(thing))
        except (AttributeError, TypeError):
            continue
    for name, child in kind.attributes:
        if name not in own:
            yield f".{name}", child


_MACHINERY = frozenset(("_field_defaults", "_abc_impl", "model_config", "model_fields", "_sa_class_manager"))
"""What named tuples, ABCs, pydantic and SQLAlchemy keep in classes about these."""


def _of_class(kind: type) -> tuple[tuple[str, object], ...]:
    """The attributes of a class that hold an object of which users may share something; those of the standard library
    are not looked at, and neither is what makes up a class."""
    found: dict[str, object] = {}
    for one in kind.__mro__:
        for name, child in tuple(vars(one).items()) if one.__flags__ & HEAP and not _is_standard(one) else ():
            is_special = name in _MACHINERY or (name.startswith("__") and name.endswith("__"))
            if not is_special and attribute(type(child), "__get__") is None:
                found.setdefault(name, child)
    return tuple((name, child) for name, child in found.items() if not is_no_sharing(type(child)))


def _is_standard(one: type) -> bool:
    module = vars(one).get("__module__")
    return isinstance(module, str) and module.partition(".")[0] in sys.stdlib_module_names


def _of_function(thing: Any) -> Iterator[Step]:
    """What functions, and what is made of them, keep: closures, defaults, the object of a method, arguments."""
    match thing:
        case types.CellType():
            yield from [("", thing.cell_contents)] if gc.get_referents(thing) else ()
        case types.FunctionType():
            yield from _kept(thing)
        case types.MethodType():
            yield from ((".__self__", thing.__self__), (".__func__", thing.__func__))
        case types.BuiltinFunctionType():
            yield ".__self__", thing.__self__
        case partial():
            yield ".func", thing.func
            yield from ((f".args[{index}]", child) for index, child in enumerate(thing.args))
            yield from ((f".keywords[{name!r}]", child) for name, child in thing.keywords.items())
        case types.GeneratorType() | types.CoroutineType() | types.AsyncGeneratorType():
            prefix = {"generator": "gi", "coroutine": "cr", "async_generator": "ag"}[type(thing).__name__]
            frame = getattr(thing, f"{prefix}_frame")
            local = dict(frame.f_locals) if frame is not None else {}
            yield from ((f".<{name}>", child) for name, child in local.items())
        case _:
            yield from ((f".<{type(child).__name__}>", child) for child in gc.get_referents(thing))


def _kept(function: types.FunctionType) -> Iterator[Step]:
    code = function.__code__
    for name, cell in zip(code.co_freevars, function.__closure__ or (), strict=False):
        yield f".<{name}>", cell
    names = code.co_varnames[: code.co_argcount]
    for name, child in zip(reversed(names), reversed(function.__defaults__ or ()), strict=False):
        yield f".<{name}>", child
    for name, child in (function.__kwdefaults__ or {}).items():
        yield f".<{name}>", child
    for name, child in tuple(function.__dict__.items()):
        yield f".{name}", child
