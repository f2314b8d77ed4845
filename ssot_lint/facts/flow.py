"""Where what was asked for *may* flow inside one file: which names could hold it. Pure, and generous on purpose.

This decides nothing. It marks the few expressions about which inference is asked at all, so that all others cost
nothing. Names are compared as text: an attribute ``self.hub`` and a variable ``hub`` are one name here.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ssot_lint.facts.callers import KEEPING
from ssot_lint.facts.scopes import COMPREHENSIONS, Walked
from ssot_lint.facts.syntax import (
    FUNCTIONS,
    all_arguments,
    arguments_of,
    below,
    defaults,
    pairs,
    text_of,
    words_of,
)

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
"""Callables that get a thing by a name they are given, or make a function that does."""

MUTATORS = frozenset(
    "append add insert extend update setdefault appendleft extendleft put put_nowait push register".split()
)
"""Methods that put their argument into a container."""

_CALLED: Mapping[Kind, Kind] = {"c": "i", "rc": "c", "ri": "i"}
_RETURNED: Mapping[Kind, Kind] = {"c": "rc", "i": "ri"}


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
        found = found | _results(found - CLASS)
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
    found = _results(kinds(callee, names))
    called = callee.id if isinstance(callee, ast.Name) else getattr(callee, "attr", "")
    if called == "type" and len(node.args) == 1 and "i" in kinds(node.args[0], names):
        found = found | CLASS
    if called in NAMING:
        found = found | _named(node, called, names)
    if called in PASSING or called in names:
        for argument in arguments_of(node):
            found = found | kinds(argument, names)
        if isinstance(callee, ast.Attribute) and called in PASSING:
            found = found | kinds(callee.value, names)
    elif called in KEEPING:
        for argument in arguments_of(node):
            found = found | (kinds(argument, names) & INSTANCE)
    if called == "map" and node.args:
        found = found | _results(kinds(node.args[0], names))
    return found


def _results(callee: Kinds) -> Kinds:
    """What a call of a thing gives, by the kinds that the thing may be of."""
    return frozenset(_CALLED[kind] for kind in callee if kind in _CALLED) if callee else NOTHING


def _returning(made: Kinds) -> Kinds:
    """What a function is that returns such things."""
    return frozenset(_RETURNED[kind] for kind in made if kind in _RETURNED)


def _named(node: ast.Call, called: str, names: Mapping[str, Kinds]) -> Kinds:
    """What a call gives that looks its arguments up as names."""
    found = NOTHING
    for wanted in map(text_of, node.args):
        got = names.get(wanted.rpartition(".")[2], NOTHING) if wanted is not None else NOTHING
        found = found | (_returning(got) if called in MAKERS else got)
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
"""By the type of the node. All other nodes hold nothing."""


def spread(walked: Walked, asked: Callable[[str], bool], names: Mapping[str, Kinds]) -> dict[str, Kinds]:
    """One more step: the names that may hold what was asked for, given those that are known to. The same names, if
    there is nothing to add."""
    step = _Step(walked, asked, dict(names))
    step.values()
    step.returns()
    step.signatures()
    step.annotations()
    step.classes()
    step.imports()
    return step.found


@dataclass(slots=True)
class _Step:
    """One look at all statements, each of which may add to what was found before."""

    walked: Walked
    asked: Callable[[str], bool]
    found: dict[str, Kinds]

    def add(self, name: str, more: Kinds) -> None:
        if more and not more <= self.found.get(name, NOTHING):
            self.found[name] = self.found.get(name, NOTHING) | more

    def store(self, target: ast.expr, more: Kinds) -> None:
        while isinstance(target, (ast.Subscript, ast.Starred)):
            target = target.value
        if isinstance(target, ast.Name):
            self.add(target.id, more)
        elif isinstance(target, ast.Attribute):
            self.add(target.attr, more)

    def values(self) -> None:
        for flows in _FLOWS:
            for target, value in flows(self.walked):
                more = kinds(value, self.found)
                if more:
                    for single, part in pairs(target, value):
                        self.store(single, kinds(part, self.found) if part is not None else more)

    def returns(self) -> None:
        for site in self.walked.of(ast.Return, ast.Yield):
            node = site.scope.node
            more = kinds(getattr(site.node, "value", None), self.found)
            if more and isinstance(node, FUNCTIONS):
                self.add(node.name, _returning(more))

    def signatures(self) -> None:
        for site in self.walked.of(*FUNCTIONS, ast.Lambda):
            assert isinstance(site.node, (*FUNCTIONS, ast.Lambda))
            for argument in all_arguments(site.node.args):
                self.add(argument.arg, self.annotated(argument.annotation))
            if not isinstance(site.node, ast.Lambda):
                returned = self.annotated(site.node.returns)
                self.add(site.node.name, _returning(returned))
            for argument, default in defaults(site.node.args):
                self.add(argument.arg, kinds(default, self.found))

    def annotations(self) -> None:
        for site in self.walked.of(ast.AnnAssign):
            assert isinstance(site.node, ast.AnnAssign)
            self.store(site.node.target, self.annotated(site.node.annotation))

    def classes(self) -> None:
        for site in self.walked.of(ast.ClassDef):
            assert isinstance(site.node, ast.ClassDef)
            if any("c" in kinds(base, self.found) for base in site.node.bases):
                self.add(site.node.name, CLASS)

    def imports(self) -> None:
        for site in self.walked.of(ast.ImportFrom, ast.Import):
            assert isinstance(site.node, (ast.ImportFrom, ast.Import))
            for alias in site.node.names:
                if self.asked(alias.name.rpartition(".")[2]):
                    self.add(alias.asname or alias.name, CLASS)
                elif alias.asname and alias.name in PASSING:
                    # It holds nothing itself, but hands on what it is given, as every name here that is called.
                    self.found.setdefault(alias.asname, NOTHING)

    def annotated(self, annotation: ast.expr | None) -> Kinds:
        """What a parameter or variable of this annotation may hold."""
        if annotation is None:
            return NOTHING
        found, classes = False, False
        for node in below(annotation):
            name = node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                words = node.value.translate(_BREAKS).split()
                found = found or any(
                    "c" in self.found.get(word, NOTHING) or self.asked(word) for word in words
                )
                classes = classes or bool({"type", "Type"} & set(words))
            elif isinstance(name, str) and name:
                found = found or "c" in self.found.get(name, NOTHING)
                classes = classes or name in ("type", "Type", "Callable")
        return (CLASS | INSTANCE if classes else INSTANCE) if found else NOTHING


_BREAKS = str.maketrans(".[]|", "    ")

Flows = Iterator[tuple[ast.expr, ast.expr]]
"""Targets and the values that they are given."""


def _by_assignments(walked: Walked) -> Flows:
    for site in walked.of(ast.Assign):
        assert isinstance(site.node, ast.Assign)
        for target in site.node.targets:
            yield target, site.node.value
    for site in walked.of(ast.AnnAssign, ast.AugAssign, ast.NamedExpr):
        assert isinstance(site.node, (ast.AnnAssign, ast.AugAssign, ast.NamedExpr))
        if site.node.value is not None:
            yield site.node.target, site.node.value


def _by_loops(walked: Walked) -> Flows:
    for site in walked.of(ast.For, ast.AsyncFor):
        assert isinstance(site.node, (ast.For, ast.AsyncFor))
        yield site.node.target, site.node.iter
    for site in walked.of(*COMPREHENSIONS):
        for generator in getattr(site.node, "generators", ()):
            yield generator.target, generator.iter


def _by_contexts(walked: Walked) -> Flows:
    for site in walked.of(ast.With, ast.AsyncWith):
        assert isinstance(site.node, (ast.With, ast.AsyncWith))
        for item in site.node.items:
            if item.optional_vars is not None:
                yield item.optional_vars, item.context_expr


def _by_calls(walked: Walked) -> Flows:
    for site in walked.of(ast.Call):
        assert isinstance(site.node, ast.Call)
        callee = site.node.func
        if isinstance(callee, ast.Attribute) and callee.attr in MUTATORS:
            for argument in site.node.args:
                yield callee.value, argument
        elif isinstance(callee, ast.Name) and callee.id == "setattr" and len(site.node.args) == 3:
            name = text_of(site.node.args[1])
            if name is not None:
                yield ast.Name(id=name), site.node.args[2]


_FLOWS = (_by_assignments, _by_loops, _by_contexts, _by_calls)


def speaks(node: ast.expr, names: Mapping[str, Kinds]) -> bool:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return not names.keys().isdisjoint(words_of(node.value))
    return bool(kinds(node, names))
