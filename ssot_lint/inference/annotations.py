"""Tips for parameters, results and attributes: what their annotations say, where their values do not tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from astroid import bases, nodes
from astroid.context import InferenceContext
from astroid.exceptions import AstroidError, UseInferenceDefault
from astroid.util import Uninferable

from ssot_lint.inference.tree import RESULTS, Tip, build, known, last_of, lineage_of, usual


def annotated_tip(annotation: nodes.NodeNG) -> Tip:
    """A parameter is what the call gives, where that is known; else what its annotation says, or its default."""

    def infer(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
        called = context is not None and context.callcontext is not None
        found = (usual(node, context) if called else []) or of_type(annotation, context)
        if not called:
            held = [value for value in usual(node, context) if value is not Uninferable]
            found = found + [value for value in held if not _is_none(value)]
        if not found:
            raise UseInferenceDefault
        yield from found

    return infer


def _is_none(value: Any) -> bool:
    return isinstance(value, nodes.Const) and value.value is None


def declared_tip(annotation: nodes.NodeNG, value: nodes.NodeNG | None) -> Tip:
    """What an annotated name holds: its value where that is known, else what the annotation says."""

    def infer(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
        found = known(value, context)
        if all(_is_none(one) for one in found):
            found += of_type(annotation, context)
        if not found:
            raise UseInferenceDefault
        yield from found

    return infer


def returned_tip(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
    """What a call gives; where its function's body does not tell, its annotation does."""
    found = usual(node, context)
    if not found:
        found = [value for callee in known(node.func, context) for value in _result(callee, context)]
    if not found:
        raise UseInferenceDefault
    yield from found


def read_tip(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
    """An attribute; where its value does not tell, the annotation of the property or field in its class does."""
    found = usual(node, context)
    if not found:
        for owner in known(node.expr, context):
            klass = owner if isinstance(owner, nodes.ClassDef) else getattr(owner, "_proxied", None)
            if isinstance(klass, nodes.ClassDef):
                held: list[Any] = next(
                    (one.locals[node.attrname] for one in lineage_of(klass) if node.attrname in one.locals),
                    [],
                )
                found += [value for one in held for value in _promised(one, context)]
    if not found:
        raise UseInferenceDefault
    yield from found


def _promised(member: Any, context: InferenceContext | None) -> list[Any]:
    """What reading a member of a class gives, as its annotation says."""
    if isinstance(member, nodes.FunctionDef) and member.decorators is not None:
        properties = [
            one for one in member.decorators.nodes if last_of(one) in ("property", "cached_property")
        ]
        return _result(member, context) if properties else []
    declared = isinstance(member, nodes.AssignName) and isinstance(member.parent, nodes.AnnAssign)
    return list(islice(member.infer(), RESULTS)) if declared else []


def _result(function: Any, context: InferenceContext | None) -> list[Any]:
    """What a function says that it returns."""
    while isinstance(function, (bases.BoundMethod, bases.UnboundMethod)):
        function = function._proxied
    if not isinstance(function, nodes.FunctionDef) or function.returns is None:
        return []
    return of_type(function.returns, context)


def of_type(annotation: nodes.NodeNG, context: InferenceContext | None, depth: int = 0) -> list[Any]:
    """The values of a type: instances of a class, or for ``type[C]`` the class; empty when none of them is known.

    A part of a union that is not known, and not None, makes the others uncertain.
    """
    if depth > 10:
        return []
    if isinstance(annotation, nodes.Const) and isinstance(annotation.value, str):
        quoted = _quoted(annotation)
        return of_type(quoted, context, depth + 1) if quoted is not None else []
    if isinstance(annotation, nodes.BinOp) and annotation.op == "|":
        return _one_of([annotation.left, annotation.right], context, depth)
    if isinstance(annotation, nodes.Subscript):
        name = last_of(annotation.value)
        inner = annotation.slice
        parts = inner.elts if isinstance(inner, nodes.Tuple) else [inner]
        if name in ("type", "Type"):
            held = _one_of(parts, context, depth)
            return [one._proxied if isinstance(one, bases.Instance) else one for one in held]
        if name in ("Optional", "Union"):
            return _one_of(parts, context, depth)
        if name in ("Annotated", "ClassVar", "Final", "Awaitable", "Required", "NotRequired", "ReadOnly"):
            return of_type(parts[0], context, depth + 1) if parts else []
        # `Box[int]` is a `Box`.
        return of_type(annotation.value, context, depth + 1)
    if not isinstance(annotation, (nodes.Name, nodes.Attribute)):
        return []
    found = known(annotation, None)
    if not found and isinstance(annotation, nodes.Name):
        # A name in quotes, or in a file whose annotations are deferred, may be bound further down.
        found = _known_global(annotation)
    return [value.instantiate_class() for value in found if isinstance(value, nodes.ClassDef)]


def _one_of(parts: Sequence[nodes.NodeNG], context: InferenceContext | None, depth: int) -> list[Any]:
    each = [
        of_type(part, context, depth + 1)
        for part in parts
        if not (isinstance(part, nodes.Const) and part.value is None)
    ]
    if not any(each):
        return []
    return [value for found in each for value in found or [Uninferable]]


def _known_global(name: nodes.Name) -> list[Any]:
    try:
        return list(islice(name.root().igetattr(name.name), RESULTS))
    except (AstroidError, AttributeError, RecursionError):
        return []


def _quoted(annotation: nodes.Const) -> nodes.NodeNG | None:
    """The type in a string, placed where the string stands."""
    try:
        body = build(annotation.value.strip(), "").body
    except AstroidError:
        return None
    if len(body) != 1 or not isinstance(body[0], nodes.Expr):
        return None
    value = body[0].value
    value.parent = annotation.parent
    todo: list[nodes.NodeNG] = [value]
    while todo:
        node = todo.pop()
        node.lineno = annotation.lineno
        todo.extend(node.get_children())
    return value
