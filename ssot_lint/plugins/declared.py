"""A factory, as an object → what the contracts say that name it. Its test has imported it; nothing else is imported
here but modules by whose path a contract names something of the same package.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from ssot_lint.model.contracts import ClassContract
from ssot_lint.model.errors import ConfigError
from ssot_lint.plugins.failure import CheckFailed


class Declared(NamedTuple):
    """What contracts say of a factory: the parameters that keep users apart, and what all instances may share."""

    keys: tuple[str, ...] = ()
    shared_parts: tuple[str, ...] = ()


def declared(factory: Callable[..., object], contracts: tuple[ClassContract, ...]) -> Declared:
    """What the contracts say that have the factory among their ``factories``."""
    meant = _plain(factory)
    home = _module(meant).partition(".")[0]
    fitting = [one for one in contracts if any(_is(path, meant, home) for path in one.factories)]
    keys = dict.fromkeys(key for one in fitting for key in one.isolated_by)
    return Declared(tuple(keys), tuple(part for one in fitting for part in one.shared_parts))


def parts_of(made: object, contracts: tuple[ClassContract, ...]) -> tuple[str, ...]:
    """What contracts allow the instances of their classes to share, of those that an object is an instance of."""
    kinds = [one for one in type(made).__mro__ if one is not object]
    return tuple(
        part
        for one in contracts
        if one.shared_parts
        for path in one.named("canonical", "implementation")
        if any(_is(path, kind, _module(kind).partition(".")[0]) for kind in kinds)
        for part in one.shared_parts
    )


def contracts_for(folder: Path) -> tuple[ClassContract, ...]:
    """The contracts of the settings that apply to a folder, also those of a root's members."""
    from ssot_lint.model.rules import CODES
    from ssot_lint.settings import workspace
    from ssot_lint.settings.documents import Documents

    documents = Documents()
    try:
        file = workspace.find(folder, documents)
        settings = workspace.load(file, codes=CODES, documents=documents) if file is not None else None
    except ConfigError as error:
        raise CheckFailed(f"ssot_isolation: the settings are wrong:\n{error}") from None
    if settings is None:
        return ()
    parts = [settings, *(one.settings for one in settings.workspace if one.settings is not None)]
    return tuple(one for part in parts for one in part.contracts if isinstance(one, ClassContract))


def _plain(factory: Any) -> Any:
    """What a method is the method of its class, and a partial is made from."""
    while True:
        inner = getattr(factory, "__func__", None) if not isinstance(factory, type) else None
        inner = inner or (factory.func if type(factory).__name__ == "partial" else None)
        if inner is None:
            return factory
        factory = inner


def _module(factory: Any) -> str:
    return str(getattr(factory, "__module__", "") or "")


def _is(path: str, factory: Any, home: str) -> bool:
    """Whether a dotted path leads to the factory."""
    if path == f"{_module(factory)}.{getattr(factory, '__qualname__', '')}":
        return True
    if path.partition(".")[0] == home:
        # It may be named by a facade that the test has not imported.
        with contextlib.suppress(Exception):
            import_module(_longest(path))
    return any(_plain(found) is factory or found is factory for found in _found(path))


def _longest(path: str) -> str:
    """The modules of a path, as far as its parts look like modules: all but the last, or but a class and its method."""
    parts = path.split(".")[:-1]
    return ".".join(parts[:-1] if len(parts) > 1 and parts[-1][:1].isupper() else parts)


def _found(path: str) -> Iterator[Any]:
    """The object at a path, if the module is imported already."""
    parts = path.split(".")
    for end in range(len(parts) - 1, 0, -1):
        module = sys.modules.get(".".join(parts[:end]))
        if module is not None:
            found: Any = module
            with contextlib.suppress(Exception):
                for name in parts[end:]:
                    found = getattr(found, name)
                yield found
            return
