"""A class or function statement → its sketch. Pure.

What a method only hands on to another one is not marked: two classes that wrap one thing are no copies for that.
"""

from __future__ import annotations

import ast
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from typing import NamedTuple

from ssot_lint.facts.sketches.expressions import LITERAL, parameters, spell
from ssot_lint.facts.sketches.marks import SIZE, Marks, marked, marks_of
from ssot_lint.facts.sketches.statements import Row, SketchedBody, is_stub
from ssot_lint.facts.syntax import FUNCTIONS, AnyFunction, path_of
from ssot_lint.model.finding import Span
from ssot_lint.model.sketches import DefinitionSketch

FEWEST = 5
"""What has fewer statements is not marked: it is too small to be a copy of anything."""


class _MarkedPart(NamedTuple):
    name: str
    marks: Marks
    counted: int = 0
    asynchronous: bool = False


def function_sketch(node: AnyFunction, span: Span) -> DefinitionSketch:
    part = _function(node, ())
    parts = [part] if part.counted >= FEWEST else []
    return _packed(
        DefinitionSketch(span, node.name, "function", part.counted, asynchronous=part.asynchronous), parts
    )


def class_sketch(node: ast.ClassDef, span: Span, target: Callable[[str], str]) -> DefinitionSketch:
    """``target`` gives what a dotted path of the file leads to."""
    methods = [one for one in node.body if isinstance(one, FUNCTIONS)]
    rest = [one for one in node.body if not isinstance(one, FUNCTIONS)]
    own = {node.name}
    fields = [one for one in rest if _field_name(one)]
    others = _body([one for one in rest if not _field_name(one)])
    listed = marked([row for one in fields for row in _field(one)])
    beside = marks_of(others, own)
    first = _MarkedPart("", Marks(listed.hashes + beside.hashes, listed.weights + beside.weights))
    parts = [first, *(_function(one, own) for one in methods)]
    statements = len(fields) + others.counted + sum(one.counted for one in parts)
    sketch = DefinitionSketch(
        span,
        node.name,
        "class",
        statements,
        bases=tuple(target(".".join(path)) for path in _paths(node.bases)),
        parts=tuple(one.name for one in parts),
        fields=tuple(map(_field_name, fields)),
        asynchronous=others.asynchronous or any(one.asynchronous for one in parts),
    )
    return _packed(sketch, parts if statements >= FEWEST else [])


def _packed(sketch: DefinitionSketch, parts: Iterable[_MarkedPart]) -> DefinitionSketch:
    parts = list(parts)
    return sketch._replace(
        parts=tuple(one.name for one in parts) or sketch.parts,
        lengths=tuple(one.marks.number for one in parts),
        marks=b64encode(b"".join(one.marks.hashes for one in parts)).decode("ascii"),
        weights=b64encode(b"".join(one.marks.weights for one in parts)).decode("ascii"),
        content=_content(sketch.kind, [one.marks.hashes for one in parts]) if parts else "",
    )


def _content(kind: str, parts: Iterable[bytes]) -> str:
    """A digest of what parts hold, in which neither the order of parts nor that of statements counts."""
    first, *rest = [
        b"".join(sorted(part[at : at + SIZE] for at in range(0, len(part), SIZE))) for part in parts
    ]
    ordered = [kind.encode(), first, *sorted(filter(None, rest))]
    return blake2b(b"|".join(ordered), digest_size=2 * SIZE).hexdigest()


def _body(statements: Iterable[ast.stmt]) -> SketchedBody:
    body = SketchedBody()
    body.read(statements)
    return body


def _function(node: AnyFunction, own: Iterable[str]) -> _MarkedPart:
    body = SketchedBody()
    body.owned.add(node.name)
    parameters(node.args, body.owned.add)
    body.read(node.body)
    asynchronous = body.asynchronous or isinstance(node, ast.AsyncFunctionDef)
    marks = Marks() if _hands_on(node) else marks_of(body, tuple(own))
    return _MarkedPart(node.name if own else "", marks, body.counted, asynchronous)


def _hands_on(node: AnyFunction) -> bool:
    """Whether a function only calls another one, with what it was given."""
    said = [one for one in node.body if not is_stub(one)]
    if len(said) != 1 or not isinstance(said[0], (ast.Return, ast.Expr)):
        return False
    value = said[0].value
    called = value.value if isinstance(value, ast.Await) else value
    if not isinstance(called, ast.Call) or path_of(called.func) is None:
        return False
    given = [*called.args, *(one.value for one in called.keywords)]
    return all(_is_plain(one) for one in given)


def _is_plain(node: ast.expr) -> bool:
    inner = node.value if isinstance(node, ast.Starred) else node
    return isinstance(inner, ast.Constant) or path_of(inner) is not None


def _paths(nodes: Iterable[ast.expr]) -> Iterator[list[str]]:
    for node in nodes:
        path = path_of(node.value if isinstance(node, ast.Subscript) else node)
        if path is not None:
            yield path


def _field_name(node: ast.stmt) -> str:
    """The name of what a statement in the body of a class holds, if it is one."""
    if isinstance(node, ast.AnnAssign):
        target: ast.expr = node.target
    elif isinstance(node, ast.Assign) and len(node.targets) == 1:
        target = node.targets[0]
    else:
        return ""
    return target.id if isinstance(target, ast.Name) else ""


def _field(node: ast.stmt) -> Iterator[Row]:
    """What a field says: its name and value, and its name and type."""
    assert isinstance(node, (ast.Assign, ast.AnnAssign))
    name = _field_name(node)
    row = ["Field", f".{name}"]
    if node.value is not None:
        spell(node.value, row.append, _nothing)
    yield row
    if isinstance(node, ast.AnnAssign):
        typed = ["Type", f".{name}"]
        spell(node.annotation, typed.append, _nothing)
        # A type in quotes is the type.
        yield [word.removeprefix(LITERAL) or LITERAL for word in typed]


def _nothing(name: str) -> None:
    pass
