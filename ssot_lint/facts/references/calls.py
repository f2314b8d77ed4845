"""The calls of one file that matter, and the types that its functions say they return. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from ssot_lint.facts.reading import Reading
from ssot_lint.facts.scopes import Scope, Site
from ssot_lint.facts.syntax import FUNCTIONS, arguments_of, below, defaults, last_name
from ssot_lint.model.facts import Argument, Call, Function, Ref, Value


def call_facts(reading: Reading) -> Iterator[Call]:
    for site in reading.walked.spoken(ast.Call):
        node = site.node
        assert isinstance(node, ast.Call)
        relevant = (
            bool(reading.kinds(node.func))
            # A method of what was asked for may be another constructor of it.
            or (isinstance(node.func, ast.Attribute) and bool(reading.kinds(node.func.value)))
            or any(reading.kinds(argument) for argument in arguments_of(node))
            or reading.asked_ref(node.func, site.scope) is not None
        )
        if not relevant:
            continue
        arguments = []
        for index, argument in enumerate(node.args):
            if not isinstance(argument, ast.Starred):
                arguments.append(_argument(reading, str(index), argument, site.scope))
        for keyword in node.keywords:
            if keyword.arg is not None:
                arguments.append(_argument(reading, keyword.arg, keyword.value, site.scope))
        hidden = any(isinstance(argument, ast.Starred) for argument in node.args)
        hidden = hidden or any(keyword.arg is None for keyword in node.keywords)
        callee = reading.value(node.func, site.scope)
        # A method's name is told by the call.
        callee = callee._replace(ref=None) if callee.form == "member" else callee
        method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        yield Call(reading.lines.span(node), callee, method, tuple(arguments), hidden, site.where)
    yield from _dependencies(reading)
    yield from _raised(reading)


def _raised(reading: Reading) -> Iterator[Call]:
    """``raise Hub`` calls the class, and so does ``from Hub`` behind it; an object is raised as it is."""
    for site in reading.walked.spoken(ast.Raise):
        assert isinstance(site.node, ast.Raise)
        for node in (site.node.exc, site.node.cause):
            if node is not None and "c" in reading.kinds(node):
                method = node.attr if isinstance(node, ast.Attribute) else ""
                callee = reading.value(node, site.scope)
                yield Call(reading.lines.span(node), callee, method, (), False, site.where)


def _dependencies(reading: Reading) -> Iterator[Call]:
    """``Depends()`` calls the type that stands beside it: in ``Annotated``, or as the annotation of the parameter."""
    beside: list[tuple[ast.expr | None, ast.expr | None, Site]] = []
    for site in reading.walked.of(ast.Subscript):
        inner = getattr(site.node, "slice", None)
        if isinstance(inner, ast.Tuple) and last_name(getattr(site.node, "value", None)) == "Annotated":
            beside.extend((inner.elts[0], part, site) for part in inner.elts[1:])
    for site in reading.walked.of(*FUNCTIONS):
        assert isinstance(site.node, FUNCTIONS)
        beside.extend((argument.annotation, default, site) for argument, default in defaults(site.node.args))
    for kind, node, site in beside:
        if not isinstance(node, ast.Call) or last_name(node.func) not in ("Depends", "Security"):
            continue
        if node.args or any(keyword.arg in (None, "dependency") for keyword in node.keywords) or kind is None:
            continue
        value = _type_value(reading, kind, site.scope)
        if value.ref is not None and reading.plain(value.ref):
            callee = reading.value(node.func, site.scope)
            given = (Argument("annotated", value),)
            yield Call(reading.lines.span(node), callee, "", given, False, site.where)


def _type_value(reading: Reading, node: ast.expr, scope: Scope) -> Value:
    """A type as a value, also in quotes."""
    span = reading.lines.span(node)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        parts = node.value.strip().split(".")
        if all(part.isidentifier() for part in parts):
            targets, sure = reading.targets(parts[0], scope, None)
            found = tuple(".".join([target, *parts[1:]]) for target in targets)
            return Value(span, "path", Ref(span, ".".join(parts), found, sure))
    return reading.value(node, scope)


def _argument(reading: Reading, slot: str, node: ast.expr, scope: Scope) -> Argument:
    text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
    return Argument(slot, reading.value(node, scope), text, tuple(sorted(reading.paths(node, scope))))


def typed(reading: Reading, functions: Iterable[Function]) -> Iterator[Function]:
    """The functions, with one more value (``typed``) for the instance that the annotation says they return."""
    places = {
        reading.lines.name_span(site.node, site.node.name): site
        for site in reading.walked.of(*FUNCTIONS)
        if isinstance(site.node, FUNCTIONS)
    }
    for function in functions:
        site = places.get(function.span)
        value = _returned(reading, site) if site is not None else None
        yield function._replace(returns=(*function.returns, value)) if value is not None else function


def _returned(reading: Reading, site: Site) -> Value | None:
    """The class whose instance a function says it returns. None where there is no such class, or where it makes
    mocks."""
    assert isinstance(site.node, FUNCTIONS)
    if any(last_name(one) == "overload" for one in site.node.decorator_list):
        # It says this of some arguments alone.
        return None
    value = _optional(reading, site.node.returns, site.scope)
    if value is None or value.ref is None or value.form != "path":
        return None
    for inner in below(site.node):
        if isinstance(inner, ast.Call) and "mock" in last_name(inner.func).lower():
            return None
    return value._replace(form="typed", suspect=False)


def _optional(reading: Reading, node: ast.expr | None, scope: Scope) -> Value | None:
    """A type as a value; of a type that may also be None, the type without None."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        sides = [side for side in (node.left, node.right) if not _is_none(side)]
        return _optional(reading, sides[0], scope) if len(sides) == 1 else None
    if isinstance(node, ast.Subscript) and last_name(node.value) == "Optional":
        return _optional(reading, node.slice, scope)
    return _type_value(reading, node, scope) if node is not None else None


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
