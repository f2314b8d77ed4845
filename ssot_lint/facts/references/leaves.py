"""An expression → all that it may be, as far as literals and names of the file tell. Pure."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping

from ssot_lint.facts.alive import alive
from ssot_lint.facts.reading import Reading
from ssot_lint.facts.scopes import COMPREHENSIONS, Bound, Scope
from ssot_lint.facts.syntax import path_of, text_of
from ssot_lint.model.finding import Span
from ssot_lint.model.literals import Leaf

_DEPTH = 6
"""So many names are followed, one to the next."""

_FOLDED: Mapping[str, Callable[[str], str]] = {
    "lower": str.lower,
    "upper": str.upper,
    "strip": str.strip,
    "title": str.title,
    "capitalize": str.capitalize,
    "casefold": str.casefold,
}
_DATA = (ast.Constant, ast.Dict, ast.List, ast.Tuple, ast.Set, ast.Lambda, *COMPREHENSIONS)
_GETTING = frozenset(["get", "pop"])


def bounds_of(reading: Reading, node: ast.Name, scope: Scope) -> tuple[Scope, list[Bound]] | None:
    """The bindings that a load of a name may see, with their scope."""
    seen = scope.lookup(node.id)
    if seen is None:
        return None
    owner, bounds = seen
    here = scope
    while here.kind in ("comprehension", "types") and here is not owner and here.parent is not None:
        here = here.parent
    before = here is owner and not (owner.kind == "module" and scope.deferred)
    return owner, alive(bounds, node.id, node.lineno if before else 0, reading.at.get(id(node)))


def folded(reading: Reading, node: ast.AST | None, scope: Scope, depth: int = 0) -> str | None:
    """The string that an expression certainly is."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return _joined([_piece(reading, one, scope, depth) for one in node.values])
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _joined([folded(reading, one, scope, depth) for one in (node.left, node.right)])
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and not node.keywords:
        change = _FOLDED.get(node.func.attr) if not node.args else None
        text = folded(reading, node.func.value, scope, depth) if change is not None else None
        return change(text) if change is not None and text is not None else None
    if isinstance(node, ast.Name) and depth < _DEPTH:
        seen = bounds_of(reading, node, scope)
        if seen is not None and len(seen[1]) == 1 and seen[1][0].how == "assign":
            return folded(reading, seen[1][0].value, seen[1][0].site.scope, depth + 1)
    return None


def _joined(pieces: list[str | None]) -> str | None:
    return None if None in pieces else "".join(filter(None, pieces))


def _piece(reading: Reading, node: ast.expr, scope: Scope, depth: int) -> str | None:
    if isinstance(node, ast.FormattedValue):
        plain = node.conversion in (-1, ord("s")) and node.format_spec is None
        return folded(reading, node.value, scope, depth) if plain else None
    return folded(reading, node, scope, depth)


def leaves(
    reading: Reading, node: ast.expr, scope: Scope, fields: frozenset[str], depth: int = 0
) -> Iterator[Leaf]:
    """All that an expression may be."""
    span = reading.lines.span(node)
    if isinstance(node, ast.IfExp):
        parts = [node.body, node.orelse]
    elif isinstance(node, ast.BoolOp):
        parts = node.values
    elif isinstance(node, ast.NamedExpr):
        parts = [node.value]
    else:
        parts = []
    for part in parts:
        yield from leaves(reading, part, scope, fields, depth)
    if parts:
        return
    if isinstance(node, ast.Name):
        yield from _of_name(reading, node, scope, fields, depth)
        return
    text = folded(reading, node, scope)
    if text is not None:
        yield Leaf(span, "text", text)
        return
    field = field_of(node)
    if field in fields:
        yield Leaf(span, "field", field)
        return
    ref = reading.ref(node, scope)
    if ref is not None and ref.sure:
        yield Leaf(span, "path", ref.spelled, ref.targets)
    elif isinstance(node, _DATA):
        is_none = isinstance(node, ast.Constant) and node.value is None
        yield Leaf(span, "data", "None" if is_none else "")
    else:
        yield Leaf(span, "other")


def _of_name(
    reading: Reading, node: ast.Name, scope: Scope, fields: frozenset[str], depth: int
) -> Iterator[Leaf]:
    span = reading.lines.span(node)
    seen = bounds_of(reading, node, scope)
    bounds = seen[1] if seen is not None else []
    if seen is None or depth >= _DEPTH:
        yield Leaf(span, "path", node.id, (f"?{node.id}",)) if seen is None else Leaf(span, "other")
        return
    for bound in bounds:
        if bound.how == "assign" and bound.value is not None:
            for leaf in leaves(reading, bound.value, bound.site.scope, fields, depth + 1):
                constant = seen[0].inside(node.id) if seen[0].kind in ("module", "class") else ""
                yield leaf._replace(constant=leaf.constant or constant)
        elif bound.how == "loop":
            yield from _of_loop(reading, bound, span, fields, depth + 1)
        elif bound.how == "import":
            yield Leaf(span, "path", node.id, (bound.target,))
        elif bound.how == "param":
            yield Leaf(span, "parameter", node.id, constant=seen[0].qualname)
        else:
            yield Leaf(span, "other")


def _of_loop(
    reading: Reading, bound: Bound, span: Span, fields: frozenset[str], depth: int
) -> Iterator[Leaf]:
    """What a name is, one after the other, that a loop gives its values."""
    node, iterated, scope = bound.site.node, bound.value, bound.site.scope
    plain = isinstance(node, (ast.For, ast.AsyncFor)) and isinstance(node.target, ast.Name)
    if plain and isinstance(iterated, (ast.Tuple, ast.List, ast.Set)) and iterated.elts:
        for one in iterated.elts:
            yield from leaves(reading, one, scope, fields, depth)
        return
    ref = reading.ref(iterated, scope) if plain and iterated is not None else None
    if ref is not None and ref.sure and len(ref.targets) == 1:
        yield Leaf(span, "each", ref.spelled, ref.targets)
    else:
        yield Leaf(span, "other")


def field_of(node: ast.AST) -> str:
    """The name of the field whose value an expression gets: by an attribute, a literal key, ``get`` or ``getattr``."""
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Subscript):
        return text_of(node.slice) or ""
    if not isinstance(node, ast.Call) or not node.args:
        return ""
    if isinstance(node.func, ast.Attribute) and node.func.attr in _GETTING:
        return text_of(node.args[0]) or ""
    if path_of(node.func) == ["getattr"] and len(node.args) > 1:
        return text_of(node.args[1]) or ""
    return ""
