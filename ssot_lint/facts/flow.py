"""Where what was asked for *may* flow inside one file: which names could hold it. Pure, and generous on purpose.

This decides nothing. It marks the few expressions about which inference is asked at all, so that all others cost
nothing. Names are compared as text: an attribute ``self.hub`` and a variable ``hub`` are one name here.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal

from ssot_lint.facts.callers import KEEPING
from ssot_lint.facts.scopes import COMPREHENSIONS, Site, Sites
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
returned by a function that another returns is not followed: there are four kinds, so what spreads comes to an end. What
an object gives when it is called may be an instance, too."""

Kinds = frozenset[Kind]
NOTHING: Kinds = frozenset()
CLASS: Kinds = frozenset(["c"])
INSTANCE: Kinds = frozenset(["i"])

MAKING: Kinds = frozenset(["c", "ri"])
"""What gives an instance when it is called."""

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

GIVING_NOTHING = frozenset(
    "len str repr ascii bytes int float complex bool hash id ord chr bin hex oct format isinstance issubclass"
    " hasattr callable print any all range dir open input".split()
)
"""Built-in functions that give nothing of what they are given: text, numbers, truth."""

_OWN = frozenset(["self", "cls"])

MUTATORS = frozenset(
    "append add insert extend update setdefault appendleft extendleft put put_nowait push register".split()
)
"""Methods that put their argument into a container."""

_CALLED: Mapping[Kind, Kind] = {"c": "i", "i": "i", "rc": "c", "ri": "i"}
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
    found = _results(kinds(callee, names)) | _given_back(callee, names)
    called = callee.id if isinstance(callee, ast.Name) else getattr(callee, "attr", "")
    if called == "type" and len(node.args) == 1 and "i" in kinds(node.args[0], names):
        found = found | CLASS
    if called in NAMING:
        found = found | _named(node, called, names)
    if called in PASSING or _hands_on(callee, called, names):
        for argument in arguments_of(node):
            found = found | kinds(argument, names)
        if isinstance(callee, ast.Attribute) and called in PASSING:
            found = found | kinds(callee.value, names)
    elif called in KEEPING:
        for argument in arguments_of(node):
            found = found | (kinds(argument, names) & INSTANCE)
    if called in ("map", "__new__") and node.args:
        found = found | _results(kinds(node.args[0], names))
    return found


def _given_back(callee: ast.expr, names: Mapping[str, Kinds]) -> Kinds:
    """The new object on which a method is called at once, as in ``Hub().start()``: that may give it back."""
    made = callee.value if isinstance(callee, ast.Attribute) else None
    return kinds(made, names) & INSTANCE if isinstance(made, (ast.Call, ast.Await)) else NOTHING


def _hands_on(callee: ast.expr, called: str, names: Mapping[str, Kinds]) -> bool:
    """Whether what is called may hand on whatever it is given: any plain name, and a method of a name that is known."""
    if isinstance(callee, ast.Name):
        return callee.id not in GIVING_NOTHING and callee.id not in _OWN
    return called in names


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


def _of_choice(node: ast.BoolOp, names: Mapping[str, Kinds]) -> Kinds:
    """What ``or`` gives is one of its parts. What ``and`` gives is the last, unless one before is false."""
    parts = node.values if isinstance(node.op, ast.Or) else node.values[-1:]
    return frozenset(kind for part in parts for kind in kinds(part, names))


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
    ast.BoolOp: _of_choice,
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


Names = Mapping[str, Kinds]
Flow = Callable[[Names, frozenset[str]], Iterator[tuple[str, Kinds]]]
"""What a place adds: from the kinds of names that are known, and the names asked for, to kinds of further names."""


def flows_of(sites: Sites) -> list[Flow]:
    """What the places of a statement add."""
    return [
        flow for kind in sites.keys() & _FLOWS.keys() for site in sites[kind] for flow in _FLOWS[kind](site)
    ]


Flows = Iterator[Flow]


def _given(target: ast.expr, value: ast.expr) -> Flow:
    """A target is given a value."""

    def flow(names: Names, asked: frozenset[str]) -> Iterator[tuple[str, Kinds]]:
        more = kinds(value, names)
        if more:
            for single, part in pairs(target, value):
                held = kinds(part, names) if part is not None else more
                if held:
                    yield _stored(single), held

    return flow


def _annotated(name: str, annotation: ast.expr, *, returned: bool = False) -> Flow:
    """A name has an annotation. ``returned``: it is a function's, which returns such a thing."""
    words = frozenset(_words_in(annotation))
    quoted = frozenset(_quoted_in(annotation))
    gives = CLASS | INSTANCE if words & _CLASSES or quoted & {"type", "Type"} else INSTANCE
    gives = _returning(gives) if returned else gives

    def flow(names: Names, asked: frozenset[str]) -> Iterator[tuple[str, Kinds]]:
        if not asked.isdisjoint(quoted) or any("c" in names.get(word, NOTHING) for word in words | quoted):
            yield name, gives

    return flow


_CLASSES = frozenset(["type", "Type", "Callable"])


def _words_in(annotation: ast.expr) -> Iterator[str]:
    for node in below(annotation):
        name = node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")
        if isinstance(name, str) and name:
            yield name


def _quoted_in(annotation: ast.expr) -> Iterator[str]:
    for node in below(annotation):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from node.value.translate(_BREAKS).split()


_BREAKS = str.maketrans(".[]|", "    ")


def _stored(target: ast.expr) -> str:
    """The name that holds what is stored in a target; nothing where that has none."""
    while isinstance(target, (ast.Subscript, ast.Starred)):
        target = target.value
    return target.id if isinstance(target, ast.Name) else getattr(target, "attr", "")


def _by_assignment(site: Site) -> Flows:
    assert isinstance(site.node, ast.Assign)
    for target in site.node.targets:
        yield _given(target, site.node.value)


def _by_target(site: Site) -> Flows:
    node = site.node
    assert isinstance(node, (ast.AnnAssign, ast.AugAssign, ast.NamedExpr))
    if node.value is not None:
        yield _given(node.target, node.value)
    if isinstance(node, ast.AnnAssign):
        yield _annotated(_stored(node.target), node.annotation)


def _by_loop(site: Site) -> Flows:
    assert isinstance(site.node, (ast.For, ast.AsyncFor))
    yield _given(site.node.target, site.node.iter)


def _by_comprehension(site: Site) -> Flows:
    for generator in getattr(site.node, "generators", ()):
        yield _given(generator.target, generator.iter)


def _by_context(site: Site) -> Flows:
    assert isinstance(site.node, (ast.With, ast.AsyncWith))
    for item in site.node.items:
        if item.optional_vars is not None:
            yield _given(item.optional_vars, item.context_expr)


def _by_call(site: Site) -> Flows:
    assert isinstance(site.node, ast.Call)
    callee = site.node.func
    if isinstance(callee, ast.Attribute) and callee.attr in MUTATORS:
        for argument in site.node.args:
            yield _given(callee.value, argument)
    elif isinstance(callee, ast.Name) and callee.id == "setattr" and len(site.node.args) == 3:
        name = text_of(site.node.args[1])
        if name is not None:
            yield _given(ast.Name(id=name), site.node.args[2])


def _by_return(site: Site) -> Flows:
    function, value = site.scope.node, getattr(site.node, "value", None)
    if value is not None and isinstance(function, FUNCTIONS):
        yield _returned(function.name, value)


def _returned(name: str, value: ast.expr) -> Flow:
    """A function returns a value."""

    def flow(names: Names, asked: frozenset[str]) -> Iterator[tuple[str, Kinds]]:
        made = kinds(value, names)
        if made:
            # A function that returns a function is of no kind, but others may call what it gives.
            yield name, _returning(made)

    return flow


def _by_signature(site: Site) -> Flows:
    node = site.node
    assert isinstance(node, (*FUNCTIONS, ast.Lambda))
    for argument in all_arguments(node.args):
        if argument.annotation is not None:
            yield _annotated(argument.arg, argument.annotation)
    if not isinstance(node, ast.Lambda) and node.returns is not None:
        yield _annotated(node.name, node.returns, returned=True)
    for argument, default in defaults(node.args):
        yield _given(ast.Name(id=argument.arg), default)


def _by_class(site: Site) -> Flows:
    assert isinstance(site.node, ast.ClassDef)
    if site.node.bases:
        yield _derived(site.node.name, site.node.bases)


def _derived(name: str, bases: Sequence[ast.expr]) -> Flow:
    """A class has bases."""

    def flow(names: Names, asked: frozenset[str]) -> Iterator[tuple[str, Kinds]]:
        if any("c" in kinds(base, names) for base in bases):
            yield name, CLASS

    return flow


def _by_import(site: Site) -> Flows:
    assert isinstance(site.node, (ast.ImportFrom, ast.Import))
    for alias in site.node.names:
        yield _imported(alias)


def _imported(alias: ast.alias) -> Flow:
    name, bound = alias.name.rpartition(".")[2], alias.asname or alias.name

    def flow(names: Names, asked: frozenset[str]) -> Iterator[tuple[str, Kinds]]:
        if name in asked:
            yield bound, CLASS
        elif alias.asname and alias.name in PASSING:
            # It holds nothing itself, but hands on what it is given, as every name here that is called.
            yield bound, NOTHING

    return flow


_FLOWS: dict[type[ast.AST], Callable[[Site], Flows]] = {
    ast.Assign: _by_assignment,
    ast.AnnAssign: _by_target,
    ast.AugAssign: _by_target,
    ast.NamedExpr: _by_target,
    ast.For: _by_loop,
    ast.AsyncFor: _by_loop,
    **dict.fromkeys(COMPREHENSIONS, _by_comprehension),
    ast.With: _by_context,
    ast.AsyncWith: _by_context,
    ast.Call: _by_call,
    ast.Return: _by_return,
    ast.Yield: _by_return,
    ast.FunctionDef: _by_signature,
    ast.AsyncFunctionDef: _by_signature,
    ast.Lambda: _by_signature,
    ast.ClassDef: _by_class,
    ast.Import: _by_import,
    ast.ImportFrom: _by_import,
}
"""By the type of the node. All other places add nothing."""


def speaks(node: ast.expr, names: Mapping[str, Kinds]) -> bool:
    """Whether an expression may hold what was asked for, or is a string with one of the names in it."""
    if node.__class__ is ast.Constant:
        text = text_of(node)
        return text is not None and not names.keys().isdisjoint(words_of(text))
    return bool(kinds(node, names))
