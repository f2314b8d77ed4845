"""An expression that names a module, or an attribute of a module, by a literal → the path that it is. Pure.

``getattr(module, "N")``, ``vars(module)["N"]``, ``sys.modules["m"].N`` and all other spellings that Python has for "the
attribute N of that module" are one reference. Targets are those of ``Facts``, and ``:`` for the file's own module.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple, Protocol

from ssot_lint.facts.scopes import Scope
from ssot_lint.facts.syntax import from_package, import_target, path_of
from ssot_lint.model.facts import BY_NAME

OWN = ":"

_GETTERS = frozenset(
    "getattr inspect.getattr_static object.__getattribute__ types.ModuleType.__getattribute__".split()
)
_GETS = ("__getattribute__", "__getattr__")
_ITEMS = frozenset("operator.getitem dict.get dict.pop dict.__getitem__".split())
_TAKES = ("get", "pop", "setdefault", "__getitem__")
_PATHS = ("pkgutil.resolve_name", "pydoc.locate")

_MODULE = re.compile(r"\.*[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_PATH = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*(?::[^\W\d]\w*(?:\.[^\W\d]\w*)*)?")


class Resolver(Protocol):
    """What tells what the names of a file stand for."""

    def targets(self, name: str, scope: Scope, place: ast.AST | None) -> tuple[tuple[str, ...], bool]:
        """What a name may stand for at a place, and whether that is certain."""

    def literal(self, node: ast.AST | None, scope: Scope) -> str | None:
        """The string that stands here, or that the one assignment of a name gives."""


class Access(NamedTuple):
    """An attribute that is got by its name: the targets of its holder, the name, and the expression of the name."""

    holders: tuple[str, ...]
    name: str
    literal: ast.expr


class Stored(NamedTuple):
    """An attribute that is set by its name. ``holders`` is ``:`` alone for the file's own module."""

    holders: tuple[str, ...]
    holder: ast.expr
    name: str
    value: ast.expr


def attribute_of(target: str, name: str) -> str:
    """The target of an attribute."""
    return f"{target}{name}" if target == OWN else import_target(target, name)


def reached(node: ast.AST | None, scope: Scope, resolver: Resolver) -> tuple[str, ...]:
    """The targets of a path, however it is spelled."""
    path = path_of(node)
    if path is not None:
        targets, _ = resolver.targets(path[0], scope, node)
        return tuple(attribute_of(target, ".".join(path[1:])) for target in targets)
    if isinstance(node, ast.Attribute):
        return tuple(attribute_of(target, node.attr) for target in reached(node.value, scope, resolver))
    found = module(node, scope, resolver)
    if found is not None:
        return (found,)
    got = access(node, scope, resolver)
    return tuple(attribute_of(target, got.name) for target in got.holders) if got is not None else ()


# -- modules


def module(node: ast.AST | None, scope: Scope, resolver: Resolver) -> str | None:
    """The module that an expression gets by a literal name; relative names keep their dots."""
    if isinstance(node, ast.Subscript):
        return _loaded(node.slice, scope, resolver) if _is_table(node.value, scope, resolver) else None
    if not isinstance(node, ast.Call):
        return None
    given = _arguments(node)
    first = given.get("0", given.get("name"))
    called = _name(node.func, scope, resolver)
    last = called.rpartition(".")[2]
    if last == "import_module":
        return named(node, scope, resolver)
    if last == "__import__":
        return _dunder_import(given, scope, resolver)
    if called.startswith("sys.modules.") and last in _TAKES:
        return _loaded(first, scope, resolver)
    if called in ("importlib.reload", "imp.reload"):
        targets = reached(given.get("0", given.get("module")), scope, resolver)
        return targets[0] if len(targets) == 1 else None
    if called == "importlib.util.module_from_spec":
        return _found(given.get("0", given.get("spec")), scope, resolver)
    text = resolver.literal(given.get("0", given.get("modname", first)), scope)
    if text is not None and called == "pytest.importorskip" and _MODULE.fullmatch(text):
        return text
    if text is not None and called in _PATHS and _PATH.fullmatch(text):
        return text.replace(":", ".")
    return None


def named(node: ast.Call, scope: Scope, resolver: Resolver) -> str | None:
    """The module that a call imports or looks for."""
    given = _arguments(node)
    last = _name(node.func, scope, resolver).rpartition(".")[2]
    if last == "__import__":
        return _dunder_import(given, scope, resolver)
    if last not in ("import_module", "find_spec"):
        return None
    return _imported(given.get("0", given.get("name")), given.get("1", given.get("package")), scope, resolver)


def _is_table(node: ast.expr, scope: Scope, resolver: Resolver) -> bool:
    return _name(node, scope, resolver) == "sys.modules"


def _loaded(node: ast.AST | None, scope: Scope, resolver: Resolver) -> str | None:
    """A key of ``sys.modules``."""
    if isinstance(node, ast.Name) and _name(node, scope, resolver) == "__name__":
        return OWN
    return resolver.literal(node, scope)


def _imported(node: ast.AST | None, package: ast.AST | None, scope: Scope, resolver: Resolver) -> str | None:
    """A module by its name. One that begins with dots counts from a package, and without a package nothing is
    imported."""
    name = resolver.literal(node, scope)
    if name is None or not _MODULE.fullmatch(name):
        return None
    if not name.startswith("."):
        return name
    text = resolver.literal(package, scope)
    if text is not None:
        return from_package(name, text) or None
    path = path_of(package)
    if path is None:
        return None
    if _name(package, scope, resolver) in ("__package__", "__spec__.parent"):
        return name
    if path[-1] == "__name__":
        if len(path) == 1:
            # This is a package, if it has modules below it. What is above it counts from its name.
            return name if not name.startswith("..") else f"{BY_NAME}{name}"
        anchor = _name(ast.Name(path[0]), scope, resolver)
        whole = ".".join([anchor, *path[1:-1]])
        return from_package(name, whole) or None if anchor and anchor[0] != "." else None
    return None


def _dunder_import(given: dict[str, ast.expr], scope: Scope, resolver: Resolver) -> str | None:
    """What ``__import__`` gives: the module if names are to be taken from it, or else the package at its top."""
    name = resolver.literal(given.get("0", given.get("name")), scope)
    level = given.get("4", given.get("level"))
    names = given.get("3", given.get("fromlist"))
    dots = level.value if isinstance(level, ast.Constant) else 0 if level is None else None
    if name is None or not _MODULE.fullmatch(name) or not isinstance(dots, int) or dots < 0:
        return None
    if isinstance(names, (ast.List, ast.Tuple)):
        whole = bool(names.elts)
    elif names is None or isinstance(names, ast.Constant):
        whole = bool(names is not None and names.value)
    else:
        return None
    if not dots:
        return name if whole else name.partition(".")[0]
    around = given.get("1", given.get("globals"))
    is_own = isinstance(around, ast.Call) and _name(around.func, scope, resolver) == "globals"
    return "." * dots + name if whole and is_own else None


def _found(node: ast.AST | None, scope: Scope, resolver: Resolver) -> str | None:
    """The module of a specification that is found by its name."""
    if isinstance(node, ast.Name):
        seen = scope.lookup(node.id)
        node = seen[1][0].value if seen is not None and len(seen[1]) == 1 else None
    if isinstance(node, ast.Call) and _name(node.func, scope, resolver) == "importlib.util.find_spec":
        return named(node, scope, resolver)
    return None


# -- their attributes


def access(node: ast.AST | None, scope: Scope, resolver: Resolver) -> Access | None:
    """What an expression gets by a literal name."""
    for holders, literal in _accesses(node, scope, resolver):
        text = resolver.literal(literal, scope)
        if holders and text and _MODULE.fullmatch(text) and text[0] != ".":
            return Access(holders, text, literal)
    return None


def _accesses(
    node: ast.AST | None, scope: Scope, resolver: Resolver
) -> Iterator[tuple[tuple[str, ...], ast.expr]]:
    if isinstance(node, ast.Subscript):
        yield space(node.value, scope, resolver), node.slice
    if not isinstance(node, ast.Call) or not (node.args or node.keywords):
        return
    func, given = node.func, _arguments(node)
    first, second = given.get("0", given.get("obj")), given.get("1", given.get("attr"))
    if first is None:
        return
    called = _name(func, scope, resolver)
    if second is not None and called in _GETTERS:
        yield reached(first, scope, resolver), second
    elif second is not None and called in _ITEMS:
        yield space(first, scope, resolver), second
    elif isinstance(func, ast.Attribute) and func.attr in _GETS:
        yield reached(func.value, scope, resolver), first
    elif (
        isinstance(func, ast.Attribute)
        and func.attr in _TAKES
        and (func.attr != "setdefault" or second is None)
    ):
        yield space(func.value, scope, resolver), first
    elif isinstance(func, ast.Call) and len(func.args) == 1:
        made = _name(func.func, scope, resolver)
        if made == "operator.attrgetter":
            yield reached(first, scope, resolver), func.args[0]
        elif made == "operator.itemgetter":
            yield space(first, scope, resolver), func.args[0]


def space(node: ast.AST | None, scope: Scope, resolver: Resolver) -> tuple[str, ...]:
    """The targets of the object whose attributes are the items of a dictionary."""
    if isinstance(node, ast.Attribute) and node.attr == "__dict__":
        return reached(node.value, scope, resolver)
    if isinstance(node, ast.Call) and not node.keywords:
        called = _name(node.func, scope, resolver)
        if called == "vars" and len(node.args) == 1:
            return reached(node.args[0], scope, resolver)
        if not node.args and (
            called == "globals" or (called in ("vars", "locals") and scope.kind == "module")
        ):
            return (OWN,)
    return ()


def stored(node: ast.AST, scope: Scope, resolver: Resolver) -> Iterator[Stored]:
    """What a call sets by a literal name, in a module or in its dictionary."""
    if not isinstance(node, ast.Call):
        return
    func, called = node.func, _name(node.func, scope, resolver)
    method = func.attr if isinstance(func, ast.Attribute) else ""
    inner = func.value if isinstance(func, ast.Attribute) else None
    arguments: list[ast.expr] = [*([inner] if inner is not None else []), *node.args]
    if called in ("setattr", "object.__setattr__", "types.ModuleType.__setattr__"):
        yield from _set(node.args, False, scope, resolver)
    elif called in ("operator.setitem", "dict.__setitem__", "dict.setdefault"):
        yield from _set(node.args, True, scope, resolver)
    elif method == "__setattr__":
        yield from _set(arguments, False, scope, resolver)
    elif method in ("__setitem__", "setdefault"):
        yield from _set(arguments, True, scope, resolver)
    elif method == "update" and inner is not None:
        holders = space(inner, scope, resolver)
        pairs = [(one.arg, one.value) for one in node.keywords]
        for table in (one for one in node.args if isinstance(one, ast.Dict)):
            pairs += [
                (resolver.literal(key, scope), value)
                for key, value in zip(table.keys, table.values, strict=True)
            ]
        yield from (Stored(holders, inner, name, value) for name, value in pairs if name and holders)


def _set(given: list[ast.expr], is_space: bool, scope: Scope, resolver: Resolver) -> Iterator[Stored]:
    name = resolver.literal(given[1], scope) if len(given) == 3 else None
    if name:
        holders = (space if is_space else reached)(given[0], scope, resolver)
        if holders or not is_space:
            yield Stored(holders, given[0], name, given[2])


def _name(node: ast.AST | None, scope: Scope, resolver: Resolver) -> str:
    """The path of what is called, as it was imported, without ``builtins``; empty for what the file makes itself."""
    path = path_of(node)
    if path is None:
        return ""
    targets, sure = resolver.targets(path[0], scope, node)
    if not sure or targets[0][0] == OWN:
        return ""
    return ".".join([targets[0].lstrip("?"), *path[1:]]).removeprefix("builtins.")


def _arguments(node: ast.Call) -> dict[str, ast.expr]:
    """The arguments of a call by position and by keyword, as far as nothing hides them."""
    given: dict[str, ast.expr] = {}
    for place, one in enumerate(node.args):
        if isinstance(one, ast.Starred):
            break
        given[str(place)] = one
    return {**given, **{one.arg: one.value for one in node.keywords if one.arg}}
