"""An object → whether its kind is no sharing, and whether it can change at all. Runs none of its code.

No sharing are immutable values, what is one for the whole process by nature (modules, functions, classes, loggers,
locks, the event loop), and what has a value for each context or thread.
"""

from __future__ import annotations

import enum
import functools
import types
from collections.abc import Iterator

ATOMS = frozenset(
    (
        *(type(None), bool, int, float, complex, str, bytes, range, slice, type(...), type(NotImplemented)),
        *(types.CodeType, types.ModuleType, types.GetSetDescriptorType, types.MemberDescriptorType),
        *(types.WrapperDescriptorType, types.MethodWrapperType, types.MethodDescriptorType),
        *(types.ClassMethodDescriptorType, types.GenericAlias, types.UnionType, property, object),
    )
)
"""Types whose objects hold nothing that can change. An ``object()`` has no attributes."""

PASSED = frozenset(
    (
        *(types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.CellType),
        *(types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType, staticmethod, classmethod),
        *(functools.partial, functools.partialmethod, type(functools.lru_cache(len))),
    )
)
"""Types of objects that are told by what they refer to: functions, and what wraps them or runs them."""

FUNCTIONS = (types.FunctionType, types.BuiltinFunctionType, type(functools.lru_cache(len)))

_PLAIN = (int, float, complex, str, bytes, tuple, frozenset)

_VALUES = frozenset(
    (
        *("datetime", "decimal", "_decimal", "_pydecimal", "fractions", "uuid", "zoneinfo", "_zoneinfo"),
        *("ipaddress", "re", "_sre", "string.templatelib", "annotationlib"),
    )
)
"""Modules of the standard library whose classes, and those that derive from them, make values."""

_OWN_VALUES = frozenset(("typing", "operator", "_operator"))
"""Modules whose own classes make values. From ``typing.Generic`` anything may derive."""

_OF_THE_PROCESS = frozenset(
    (
        *(("logging", "Logger"), ("logging", "LoggerAdapter"), ("asyncio.events", "AbstractEventLoop")),
        *(("unittest.mock", "_SentinelObject"), ("dataclasses", "_MISSING_TYPE")),
        *(("_thread", name) for name in ("lock", "LockType", "RLock", "_local")),
        *(("threading", name) for name in ("_RLock", "Condition", "Semaphore")),
        *(("asyncio.locks", name) for name in ("Lock", "Condition", "Semaphore")),
        *(("multiprocessing.synchronize", name) for name in ("SemLock", "Condition")),
        *(("anyio._core._synchronization", name) for name in ("Lock", "Condition", "Semaphore")),
        *(("trio._sync", name) for name in ("Lock", "Condition", "Semaphore")),
        *(("_threading_local", "local"), ("pathlib", "PurePath"), ("pathlib._local", "PurePath")),
        *(("_contextvars", name) for name in ("ContextVar", "Context", "Token")),
        *(("contextvars", name) for name in ("ContextVar", "Context", "Token")),
    )
)
"""Classes, by module and name, whose objects are one for the process, or have a value for each thread or context; and
paths of files."""

_module_of = type.__dict__["__module__"].__get__
"""The module of a class, whatever its metaclass says."""


def is_no_sharing(kind: type) -> bool:
    """Whether nothing of a user is in the objects of a type, whatever they refer to."""
    if kind in ATOMS or _module_of(kind) in _OWN_VALUES or issubclass(kind, (type, enum.Enum)):
        return True
    return any(map(_is_known, kind.__mro__))


def _is_known(one: type) -> bool:
    module = _module_of(one)
    return isinstance(module, str) and (module in _VALUES or (module, one.__name__) in _OF_THE_PROCESS)


def is_immutable(kind: type) -> bool:
    """Whether objects of a type cannot change themselves, though what they refer to may: tuples, frozen dataclasses."""
    if kind in PASSED or issubclass(kind, (types.MappingProxyType, *_PLAIN)):
        return True
    if issubclass(kind, (dict, list, set)) and kind.__name__.lower().startswith(("immutable", "frozen")):
        # A class that makes a built-in container into what its name says.
        return True
    if not any(one.__flags__ & HEAP and {"__dict__", "__slots__"} & vars(one).keys() for one in kind.__mro__):
        # What C has made and Python compares by its value, and hashes, is a value by Python's own convention.
        hashed = attribute(kind, "__hash__")
        return attribute(kind, "__eq__") is not object.__eq__ and hashed not in (None, object.__hash__)
    return _is_frozen(kind)


HEAP = 1 << 9
"""The flag of types that are made at run time: those of ``class`` statements, and of some extensions."""


def _is_frozen(kind: type) -> bool:
    """Whether a class says of itself that its instances cannot be assigned to, as those of dataclasses, attrs, pydantic
    and msgspec do; or gives them nothing that could be assigned."""
    frozen = (
        getattr(attribute(kind, "__dataclass_params__"), "frozen", None),
        getattr(attribute(kind, "__struct_config__"), "frozen", None),
        getattr(attribute(kind, "__setattr__"), "__name__", "") == "_frozen_setattrs",
    )
    config = attribute(kind, "model_config")
    if any(one is True for one in frozen) or (type(config) is dict and config.get("frozen") is True):
        return True
    python = [one for one in kind.__mro__ if one is not object]
    return all("__slots__" in vars(one) for one in python) and not any(slots(kind))


def slots(kind: type) -> Iterator[tuple[str, types.MemberDescriptorType]]:
    """The attributes of instances that are no entries of ``__dict__``."""
    for one in kind.__mro__:
        for name, member in vars(one).items():
            if type(member) is types.MemberDescriptorType:
                yield name, member


def attribute(kind: type, name: str) -> object:
    """An attribute of a class, without asking its metaclass."""
    return next((vars(one)[name] for one in kind.__mro__ if name in vars(one)), None)
