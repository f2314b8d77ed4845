"""Text or a syntax tree → a module of astroid that stands nowhere, and small questions about its nodes."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from astroid import nodes
from astroid.builder import AstroidBuilder
from astroid.context import InferenceContext, copy_context
from astroid.exceptions import AstroidError, AstroidSyntaxError
from astroid.manager import AstroidManager
from astroid.rebuilder import TreeRebuilder
from astroid.util import Uninferable

Tip = Callable[..., Iterator[Any]]
"""A node and a context → what the node may be, where astroid does not know."""

ANCESTORS = 40
LINEAGE = 100
RESULTS = 40
"""So many generations of classes, bases of a class, and results of one expression are looked at."""


class _Builder(AstroidBuilder):  # type: ignore[misc, unused-ignore]
    """Builds modules that stand nowhere: astroid would look on the disk beside the place of a module."""

    def of(self, tree: ast.Module, name: str, package: bool, shorten: bool) -> nodes.Module:
        """The module of a syntax tree. Without its text: that would only tell where names of functions stand."""
        builder = TreeRebuilder(self._manager)
        module = builder.visit_module(tree, name, "<?>", package)
        module.path = []
        if shorten:
            _shorten(nodes_of(module))
        return self._post_build(module, builder, "utf-8")


def rebuild(tree: ast.Module, name: str, package: bool, shorten: bool) -> nodes.Module:
    """The module of a syntax tree. ``shorten``: it may have longer lines of ancestors than any real one."""
    return _Builder(AstroidManager(), apply_transforms=False).of(tree, name, package, shorten)


def build(text: str, name: str) -> nodes.Module:
    """The module of a text, as a package: what is below it is asked for, too. Raises AstroidSyntaxError."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise AstroidSyntaxError(
            "no Python: {error}", error=error, modname=name, path=None, source=text
        ) from error
    return rebuild(tree, name, True, text.count("class ") > ANCESTORS)


def _shorten(found: Iterable[nodes.NodeNG]) -> None:
    """Cuts lines of ancestors that are longer than any real one: looking through them takes the cube of time."""
    depth: dict[str, int] = {}
    for node in found:
        if isinstance(node, nodes.ClassDef):
            depth[node.name] = 1 + max((depth.get(last_of(base), 0) for base in node.bases), default=0)
            if depth[node.name] % ANCESTORS == 0:
                node.bases = []


def nodes_of(module: nodes.Module) -> Iterator[nodes.NodeNG]:
    """Every node, in the order of the source, parents before children."""
    todo: list[nodes.NodeNG] = [module]
    while todo:
        node = todo.pop()
        yield node
        todo.extend(reversed(list(node.get_children())))


def as_defined(found: Iterable[nodes.NodeNG]) -> None:
    """Leaves in classes what binds their attributes first, and what does so in the same scope. What functions bind to
    them later is told by links; of it astroid up to 4.3 says nothing, and since 4.4 that all of it may be meant."""
    for node in found:
        if isinstance(node, nodes.ClassDef):
            for name, bound in node.locals.items():
                if len(bound) > 1:
                    scope = _scope_of(bound[0])
                    node.locals[name] = [one for one in bound if _scope_of(one) is scope]


def _scope_of(node: nodes.NodeNG) -> nodes.NodeNG | None:
    return node.parent.scope() if node.parent is not None else None


def place_of(node: nodes.NodeNG) -> tuple[int, int, int, int] | None:
    if node.lineno is None or node.end_lineno is None:
        return None
    return node.lineno, node.col_offset or 0, node.end_lineno, node.end_col_offset or 0


def last_of(node: nodes.NodeNG) -> str:
    """The last name of a path, or nothing."""
    return node.attrname if isinstance(node, nodes.Attribute) else getattr(node, "name", "")


def path_of(node: nodes.NodeNG) -> str:
    """A dotted path; a part that is no name is empty."""
    parts: list[str] = []
    while isinstance(node, nodes.Attribute):
        parts.append(node.attrname)
        node = node.expr
    parts.append(node.name if isinstance(node, nodes.Name) else "")
    return ".".join(reversed(parts))


def root_of(node: nodes.NodeNG) -> nodes.Name | None:
    while isinstance(node, nodes.Attribute):
        node = node.expr
    return node if isinstance(node, nodes.Name) else None


def is_path(node: nodes.NodeNG, *parts: str) -> bool:
    return path_of(node) == ".".join(parts)


def imported_as(root: nodes.Name) -> str | None:
    """The path that a name was imported by, or the name itself if nothing binds it; None: it is a value."""
    scope, statements = root.lookup(root.name)
    if not statements or getattr(scope, "name", "") == "builtins":
        return str(root.name)
    last = statements[-1]
    if isinstance(last, nodes.ImportFrom):
        return f"{'.' * (last.level or 0)}{last.modname}.{last.real_name(root.name)}"
    if isinstance(last, nodes.Import):
        return str(last.real_name(root.name))
    return None


def parameters_of(node: nodes.Arguments) -> Iterator[tuple[nodes.AssignName, nodes.NodeNG]]:
    groups = [
        (node.posonlyargs, node.posonlyargs_annotations),
        (node.args or [], node.annotations),
        (node.kwonlyargs, node.kwonlyargs_annotations),
    ]
    for arguments, types in groups:
        for argument, annotation in zip(arguments, types, strict=False):
            if annotation is not None:
                yield argument, annotation


def lineage_of(klass: nodes.ClassDef) -> Iterator[nodes.ClassDef]:
    """A class and its bases, breadth first, up to a limit: astroid's own way takes time with the cube of it."""
    todo, seen = [klass], {klass}
    while todo and len(seen) < LINEAGE:
        one = todo.pop(0)
        yield one
        for base in one.bases:
            found = [value for value in known(base, None) if isinstance(value, nodes.ClassDef)]
            todo.extend(value for value in found if value not in seen)
            seen.update(found)


def known(node: nodes.NodeNG | None, context: InferenceContext | None) -> list[Any]:
    """What a node may be, as far as that is known."""
    return [value for value in every(node, context) if value is not Uninferable]


def every(node: nodes.NodeNG | None, context: InferenceContext | None) -> list[Any]:
    """What a node may be, with what is not known of it."""
    if node is None:
        return []
    try:
        # A copy of the context: what is tried here must not count as visited afterwards.
        return list(islice(node.infer(copy_context(context)), RESULTS))
    except (AstroidError, RecursionError):
        return []


def usual(node: nodes.NodeNG, context: InferenceContext | None) -> list[Any]:
    """What astroid alone says that a node may be, if that is known at all."""
    try:
        found = list(islice(node._infer(copy_context(context)), RESULTS))
    except (AstroidError, RecursionError):
        return []
    return found if any(value is not Uninferable for value in found) else []
