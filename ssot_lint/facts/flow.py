"""Where what was asked for *may* flow inside one file: which names could hold it. Pure, and generous on purpose.

This decides nothing. It marks the few expressions about which inference is asked at all, so that all others cost
nothing. Names are compared as text: an attribute ``self.hub`` and a variable ``hub`` are one name here.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

from ssot_lint.facts.callers import KEEPING
from ssot_lint.facts.scopes import COMPREHENSIONS, Walked
from ssot_lint.facts.syntax import all_arguments, below, defaults, import_target, pairs, words_of

Kind = Literal["c", "i", "rc", "ri"]
"""``c``: the symbol itself; ``i``: an instance; ``rc`` and ``ri``: a function that returns such a thing. What is
returned by a function that another returns is not followed: there are four kinds, so what spreads comes to an end."""

Kinds = frozenset[Kind]
NOTHING: Kinds = frozenset()
CLASS: Kinds = frozenset(["c"])
INSTANCE: Kinds = frozenset(["i"])

PASSING = frozenset(
    "copy deepcopy cast partial partialmethod run run_until_complete next iter list tuple dict set "
    "frozenset deque OrderedDict MappingProxyType sorted reversed getattr setdefault get pop popitem "
    "wraps lru_cache cache import_module __import__ staticmethod classmethod enter_context "
    "enter_async_context wait_for gather create_task ensure_future".split()
)
"""Callables that hand on what they are given, or a part of it."""

MAKERS = frozenset("attrgetter itemgetter".split())
NAMING = (
    frozenset("getattr getattr_static __getattribute__ __getattr__ get pop __getitem__ getitem".split())
    | MAKERS
)
"""What gives what goes by the name that it is given, or a function that does."""

MUTATORS = frozenset(
    "append add insert extend update setdefault appendleft extendleft put put_nowait push register".split()
)
"""Methods that put their argument into a container."""

_CALLED: Mapping[Kind, Kind] = {"c": "i", "rc": "c", "ri": "i"}
_RETURNED: Mapping[Kind, Kind] = {"c": "rc", "i": "ri"}


def _called(callee: Kinds) -> Kinds:
    """What a call of such things gives."""
    return frozenset(_CALLED[kind] for kind in callee if kind in _CALLED)


def _returning(made: Kinds) -> Kinds:
    """What a function is that returns such things."""
    return frozenset(_RETURNED[kind] for kind in made if kind in _RETURNED)


def kinds(node: ast.AST | None, names: Mapping[str, Kinds]) -> Kinds:
    """What an expression may hold, given what names may."""
    of = _KINDS.get(type(node))
    return of(node, names) if of is not None else NOTHING


def _of_name(node: ast.Name, names: Mapping[str, Kinds]) -> Kinds:
    return names.get(node.id, NOTHING)


def _of_attribute(node: ast.Attribute, names: Mapping[str, Kinds]) -> Kinds:
    held = kinds(node.value, names)
    if node.attr == "__class__":
        return CLASS if "i" in held else NOTHING
    if node.attr in ("__new__", "__call__"):
        return held
    found = names.get(node.attr, NOTHING)
    # A property is read without a call, and a method of the class may be another constructor of it.
    if found:
        found = found | _called(found - CLASS)
    return found | {"ri"} if "c" in held else found


def _of_subscript(node: ast.Subscript, names: Mapping[str, Kinds]) -> Kinds:
    found = kinds(node.value, names)
    if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
        # `vars(mod)["N"]`.
        found = found | names.get(node.slice.value, NOTHING)
    return found


def _of_lambda(node: ast.Lambda, names: Mapping[str, Kinds]) -> Kinds:
    return _returning(kinds(node.body, names))


def _of_call(node: ast.Call, names: Mapping[str, Kinds]) -> Kinds:
    callee = node.func
    found = kinds(callee, names)
    if found:
        found = _called(found)
    called = callee.id if isinstance(callee, ast.Name) else getattr(callee, "attr", "")
    if called == "type" and len(node.args) == 1 and "i" in kinds(node.args[0], names):
        found = found | CLASS
    if called in NAMING:
        for wanted in node.args:
            if isinstance(wanted, ast.Constant) and isinstance(wanted.value, str):
                got = names.get(wanted.value.rpartition(".")[2], NOTHING)
                found = found | (_returning(got) if called in MAKERS else got)
    if called in PASSING or called in names:
        for argument in node.args:
            found = found | kinds(argument, names)
        for keyword in node.keywords:
            found = found | kinds(keyword.value, names)
        if isinstance(callee, ast.Attribute) and called in PASSING:
            found = found | kinds(callee.value, names)
    elif called in KEEPING:
        for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
            found = found | (kinds(argument, names) & INSTANCE)
    if called == "map" and node.args:
        found = found | _called(kinds(node.args[0], names))
    return found


_DISPLAYS = (ast.List, ast.Tuple, ast.Set, ast.Dict, ast.ListComp, ast.SetComp, ast.DictComp, ast.BinOp)


def _of_operation(node: ast.BinOp, names: Mapping[str, Kinds]) -> Kinds:
    """``[a] * 3``, ``[a] + b`` and ``b | {k: a}`` hold what the literal containers among their parts do."""
    sides = [side for side in (node.left, node.right) if isinstance(side, _DISPLAYS)]
    return frozenset(kind for side in sides for kind in kinds(side, names))


def _of_parts(*fields: str) -> Callable[[Any, Mapping[str, Kinds]], Kinds]:
    """Nodes that may hold whatever their parts in some fields may."""

    def of(node: ast.AST, names: Mapping[str, Kinds]) -> Kinds:
        found = NOTHING
        for field in fields:
            value = getattr(node, field)
            for part in value if isinstance(value, list) else (value,):
                found = found | kinds(part, names)
        return found

    return of


_KINDS: dict[type, Callable[[Any, Mapping[str, Kinds]], Kinds]] = {
    ast.Name: _of_name,
    ast.Attribute: _of_attribute,
    ast.Call: _of_call,
    ast.Subscript: _of_subscript,
    ast.BinOp: _of_operation,
    ast.Lambda: _of_lambda,
    ast.Await: _of_parts("value"),
    ast.Starred: _of_parts("value"),
    ast.NamedExpr: _of_parts("value"),
    ast.IfExp: _of_parts("body", "orelse"),
    ast.BoolOp: _of_parts("values"),
    ast.Tuple: _of_parts("elts"),
    ast.List: _of_parts("elts"),
    ast.Set: _of_parts("elts"),
    ast.Dict: _of_parts("values"),
    ast.ListComp: _of_parts("elt"),
    ast.SetComp: _of_parts("elt"),
    ast.GeneratorExp: _of_parts("elt"),
    ast.DictComp: _of_parts("value"),
    ast.Yield: _of_parts("value"),
}
"""By type of node. All others hold nothing."""


def spread(walked: Walked, asked: Callable[[str], bool], names: Mapping[str, Kinds]) -> dict[str, Kinds]:
    """The names that may hold what was asked for, given those that are known to: one more step, or the same."""
    found = dict(names)

    def add(name: str, more: Kinds) -> None:
        if more and not more <= found.get(name, NOTHING):
            found[name] = found.get(name, NOTHING) | more

    def store(target: ast.expr, more: Kinds) -> None:
        if isinstance(target, ast.Name):
            add(target.id, more)
        elif isinstance(target, ast.Attribute):
            add(target.attr, more)
        elif isinstance(target, (ast.Subscript, ast.Starred)):
            store(target.value, more)

    for target, value in _flows(walked):
        more = kinds(value, found)
        if not more:
            continue
        for single, part in pairs(target, value):
            store(single, kinds(part, found) if part is not None else more)
    for site in walked.of(ast.Return, ast.Yield):
        node = site.scope.node
        more = kinds(getattr(site.node, "value", None), found)
        if more and isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            add(node.name, _returning(more))
    for site in walked.of(ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda):
        arguments = getattr(site.node, "args", None)
        assert isinstance(arguments, ast.arguments)
        for argument in all_arguments(arguments):
            add(argument.arg, _annotated(argument.annotation, found, asked))
        if not isinstance(site.node, ast.Lambda):
            returned = _annotated(getattr(site.node, "returns", None), found, asked)
            add(getattr(site.node, "name", ""), _returning(returned))
        for argument, default in defaults(arguments):
            add(argument.arg, kinds(default, found))
    for site in walked.of(ast.AnnAssign):
        assert isinstance(site.node, ast.AnnAssign)
        store(site.node.target, _annotated(site.node.annotation, found, asked))
    for site in walked.of(ast.ClassDef):
        assert isinstance(site.node, ast.ClassDef)
        if any("c" in kinds(base, found) for base in site.node.bases):
            add(site.node.name, CLASS)
    for site in walked.of(ast.ImportFrom, ast.Import):
        assert isinstance(site.node, (ast.ImportFrom, ast.Import))
        for alias in site.node.names:
            if asked(import_target("", alias.name).rpartition(".")[2]):
                add(alias.asname or alias.name, CLASS)
            elif alias.asname and alias.name in PASSING:
                # It holds nothing itself, but hands on what it is given, as every name here that is called.
                found.setdefault(alias.asname, NOTHING)
    return found


def _flows(walked: Walked) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Targets and the values that they are given, in whatever statement."""
    for site in walked.of(ast.Assign):
        assert isinstance(site.node, ast.Assign)
        for target in site.node.targets:
            yield target, site.node.value
    for site in walked.of(ast.AnnAssign, ast.AugAssign, ast.NamedExpr):
        assert isinstance(site.node, (ast.AnnAssign, ast.AugAssign, ast.NamedExpr))
        if site.node.value is not None:
            yield site.node.target, site.node.value
    for site in walked.of(ast.For, ast.AsyncFor):
        assert isinstance(site.node, (ast.For, ast.AsyncFor))
        yield site.node.target, site.node.iter
    for site in walked.of(*COMPREHENSIONS):
        for generator in getattr(site.node, "generators", ()):
            yield generator.target, generator.iter
    for site in walked.of(ast.With, ast.AsyncWith):
        assert isinstance(site.node, (ast.With, ast.AsyncWith))
        for item in site.node.items:
            if item.optional_vars is not None:
                yield item.optional_vars, item.context_expr
    for site in walked.of(ast.Call):
        assert isinstance(site.node, ast.Call)
        callee = site.node.func
        if isinstance(callee, ast.Attribute) and callee.attr in MUTATORS:
            for argument in site.node.args:
                yield callee.value, argument
        elif isinstance(callee, ast.Name) and callee.id == "setattr" and len(site.node.args) == 3:
            name = site.node.args[1]
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                yield ast.Name(id=name.value), site.node.args[2]


def _annotated(
    annotation: ast.expr | None, names: Mapping[str, Kinds], asked: Callable[[str], bool]
) -> Kinds:
    """What a parameter or variable of this annotation may hold."""
    if annotation is None:
        return NOTHING
    found, classes = False, False
    for node in below(annotation):
        name = node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            words = node.value.replace(".", " ").replace("[", " ").replace("]", " ").replace("|", " ").split()
            found = found or any("c" in names.get(word, NOTHING) or asked(word) for word in words)
            classes = classes or bool({"type", "Type"} & set(words))
        elif isinstance(name, str) and name:
            found = found or "c" in names.get(name, NOTHING)
            classes = classes or name in ("type", "Type", "Callable")
    return (CLASS | INSTANCE if classes else INSTANCE) if found else NOTHING


def speaks(node: ast.expr, names: Mapping[str, Kinds]) -> bool:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return not names.keys().isdisjoint(words_of(node.value))
    return bool(kinds(node, names))
