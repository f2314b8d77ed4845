"""What a name is to a contract of a class → how an instance is made: what is imported, and what is called. Pure."""

from __future__ import annotations

from typing import NamedTuple

from ssot_lint.links.project import Project
from ssot_lint.links.resolve import Links
from ssot_lint.model.facts import Function


class Maker(NamedTuple):
    """Something that is called to get an instance. ``line`` is the import; ``call`` the call, with what it needs at
    least and the isolation keys. ``parameters`` is None where they are not known."""

    path: str
    line: str
    call: str
    keys: tuple[str, ...] = ()
    parameters: tuple[str, ...] | None = None
    asynchronous: bool = False


def import_of(project: Project, path: str) -> tuple[str, str]:
    """The line that imports what is at a path, and the name that it has then."""
    file, prefix, rest = project.split(path)
    if file is None:
        module, _, name = path.rpartition(".")
        return (f"from {module} import {name}", name) if module else (f"import {name}", name)
    if rest:
        return f"from {prefix} import {rest[0]}", ".".join(rest)
    above, _, name = prefix.rpartition(".")
    return (f"from {above} import {name}", name) if above else (f"import {name}", name)


def makers(links: Links) -> list[Maker]:
    """What makes an instance: the factories that can be called, or the class where there are none and anybody may
    construct it."""
    contract, project = links.contract, links.project
    factories = links.usable or contract.named("factory")
    found = [_factory(links, path) for path in factories]
    if found or not contract.symbol:
        return found
    line, name = import_of(project, contract.symbol)
    klass = next((one for _, one in links.roles.managed), None)
    given = klass.parameters if klass is not None else None
    passed = ", ".join(f"{one}={one}" for one in given or () if not one.startswith("*"))
    return [Maker(contract.symbol, line, f"{name}({passed})", parameters=given)]


def _factory(links: Links, path: str) -> Maker:
    line, name = import_of(links.project, path)
    function = links.roles.function(path)
    keys = tuple(links.roles.keys_of(function))
    link = links.path(path)
    is_async = bool(link is not None and link.asynchronous)
    given = _parameters(function) if function is not None else None
    call = f"{'await ' if is_async else ''}{name}({', '.join(_arguments(function, given, keys))})"
    return Maker(path, line, call, keys, given, is_async)


def _parameters(function: Function) -> tuple[str, ...]:
    """The parameters that a caller passes."""
    return function.parameters[1:] if _is_bound(function) else function.parameters


def _is_bound(function: Function) -> bool:
    is_static = any(one.spelled == "staticmethod" for one in function.decorators)
    return bool(function.owner) and not is_static


def _arguments(function: Function | None, given: tuple[str, ...] | None, keys: tuple[str, ...]) -> list[str]:
    """What a call has to pass, as Python would write it."""
    needed: list[str] = []
    if function is not None and given is not None:
        needed = [one for one in given if not one.startswith("*") and one not in function.defaults]
    # By name: some of them may have to be passed so, and it shows what keeps users apart.
    return [f"{one}={one}" for one in dict.fromkeys((*needed, *keys))]


__all__ = ["Maker", "import_of", "makers"]
