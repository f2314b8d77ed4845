"""A file's bytes → the fixtures of pytest in it: those that it has, wants, and takes from other modules. Pure.

Nobody need name the fixtures: a file has few of them, and what asks for one says so in a signature.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from ssot_lint.facts.parse import parse
from ssot_lint.facts.syntax import (
    FUNCTIONS,
    AnyFunction,
    all_arguments,
    called,
    children,
    imported,
    last_name,
    targets_of,
    text_of,
)
from ssot_lint.model.errors import Unparsable

FIXTURE = "fixture"
PLUGINS = "pytest_plugins"
ASKING = ("usefixtures", "getfixturevalue")
"""What takes the names of fixtures in strings."""


class Fixture(NamedTuple):
    """``name`` is that by which it is asked for, ``qualname`` that of its function. ``everywhere``: nobody need ask."""

    name: str
    qualname: str
    everywhere: bool = False


class FixtureFacts(NamedTuple):
    """``requests`` are the qualified names of functions and classes, each with a fixture that it asks for; an empty one
    stands for all that is in the file. ``sources`` are names that the file imports (``*`` for all of a module) with the
    targets that they come from, as in ``model.facts``."""

    fixtures: tuple[Fixture, ...] = ()
    requests: tuple[tuple[str, str], ...] = ()
    sources: tuple[tuple[str, str], ...] = ()


def fixture_facts(data: bytes) -> FixtureFacts:
    """What the file says; nothing where it does not parse."""
    try:
        tree = parse(data)
    except Unparsable:
        return FixtureFacts()
    fixtures: list[Fixture] = []
    requests: list[tuple[str, str]] = []
    sources: list[tuple[str, str]] = []
    for node, around in _statements(tree):
        if isinstance(node, FUNCTIONS):
            qualname = f"{around}.{node.name}" if around else node.name
            made = _fixture(node, qualname)
            if made is not None:
                fixtures.append(made)
            if made is not None or node.name.startswith("test"):
                requests += ((qualname, one.arg) for one in all_arguments(node.args))
            requests += ((qualname, name) for name in _asked(node))
        elif isinstance(node, ast.ClassDef):
            qualname = f"{around}.{node.name}" if around else node.name
            requests += ((qualname, name) for one in node.decorator_list for name in _asked(one))
        elif isinstance(node, ast.ImportFrom):
            sources += imported(node)
        else:
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
                if any(isinstance(one, ast.Name) and one.id == PLUGINS for one in targets_of(node)):
                    sources += (("*", text) for text in _texts(node.value))
            requests += (("", name) for name in _asked(node))
    return FixtureFacts(tuple(fixtures), tuple(requests), tuple(sources))


_BODIES = ("body", "orelse", "handlers", "finalbody", "cases")


def _statements(tree: ast.Module) -> Iterator[tuple[ast.stmt, str]]:
    """The statements of the module and of its classes, also in branches, each with the class around it."""
    todo: list[tuple[ast.AST, str]] = [(one, "") for one in reversed(tree.body)]
    while todo:
        node, around = todo.pop()
        inner = around
        if isinstance(node, ast.stmt) and not _holds(node):
            yield node, around
        if isinstance(node, FUNCTIONS):
            continue
        if isinstance(node, ast.ClassDef):
            inner = f"{around}.{node.name}" if around else node.name
        below = [one for name in _BODIES for one in getattr(node, name, ()) if isinstance(one, ast.AST)]
        todo += ((one, inner) for one in reversed(below))


def _holds(node: ast.stmt) -> bool:
    """Whether a statement does nothing but hold others."""
    return hasattr(node, "body") and not isinstance(node, (*FUNCTIONS, ast.ClassDef))


def _fixture(node: AnyFunction, qualname: str) -> Fixture | None:
    for one in node.decorator_list:
        if last_name(called(one)) != FIXTURE:
            continue
        given = {word.arg: word.value for word in one.keywords} if isinstance(one, ast.Call) else {}
        everywhere = given.get("autouse")
        name = text_of(given.get("name"))
        spelled = name if name is not None else node.name
        is_off = everywhere is None or (isinstance(everywhere, ast.Constant) and not everywhere.value)
        return Fixture(spelled, qualname, not is_off)
    return None


def _asked(node: ast.AST) -> Iterator[str]:
    """The names in strings by which something in a piece of code asks for fixtures."""
    todo = [node]
    for one in todo:
        if isinstance(one, ast.Call) and last_name(one.func) in ASKING:
            for argument in one.args:
                yield from _texts(argument)
        todo += children(one)


def _texts(node: ast.expr) -> Iterator[str]:
    text = text_of(node)
    if text is not None:
        yield text
    elif isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        for one in node.elts:
            yield from _texts(one)
