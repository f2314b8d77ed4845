"""An expression → of which class it is, as far as its file tells: by annotations, constructions and names. Pure."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import Any

from ssot_lint.facts.reading import Reading
from ssot_lint.facts.references.leaves import bounds_of
from ssot_lint.facts.scopes import Bound, Scope, Site
from ssot_lint.facts.syntax import FUNCTIONS, last_name, path_of, positional
from ssot_lint.model.methods import (
    AWAIT,
    CALL,
    CLASS,
    ENTER,
    ENTER_LATER,
    UNKNOWN,
    Origins,
    Telling,
    TypeOrigin,
)

_DEPTH = 8
"""So many names are followed, one to the next."""

_MOST = 8
"""Of so many things at most an expression may be one."""

_WORDS = 60
"""So many letters of an expression are shown."""

_NONE = Origins((), True)
_CLASS_METHODS = frozenset(["__new__", "__init_subclass__", "__class_getitem__"])


def origins(reading: Reading, node: ast.expr, scope: Scope, depth: int = 0) -> Origins:
    """All that an expression may be."""
    of = _ORIGINS.get(type(node)) if depth < _DEPTH else None
    return of(reading, node, scope, depth) if of is not None else UNKNOWN


def union(each: Iterable[Origins]) -> Origins:
    """What may be any of several things."""
    every = list(each)
    found = tuple(dict.fromkeys(origin for one in every for origin in one.found))
    return Origins(found[:_MOST], all(one.sure for one in every) and len(found) <= _MOST)


def then(before: Origins, step: str) -> Origins:
    """What a step from each of some things leads to."""
    return before._replace(
        found=tuple([_with_step(one, step) for one in before.found]),
        sure=before.sure and bool(before.found),
    )


def _with_step(origin: TypeOrigin, step: str) -> TypeOrigin:
    hints = tuple([_with_step(one, step) for one in origin.hints])
    return origin._replace(steps=(*origin.steps, step), hints=hints)


def told(origins: Origins, said: Telling) -> Origins:
    """The same, told by one place more."""
    return origins._replace(found=tuple([_with_said(one, said) for one in origins.found]))


def _with_said(origin: TypeOrigin, said: Telling) -> TypeOrigin:
    return origin._replace(
        said=(said, *origin.said), hints=tuple([_with_said(one, said) for one in origin.hints])
    )


def _hinting(origins: Origins, hints: Origins) -> Origins:
    """The same, with what an annotation says for where nothing else tells."""
    if not origins.found or not origins.sure:
        return hints if hints.found else origins
    return origins._replace(found=tuple([one._replace(hints=hints.found) for one in origins.found]))


def words(node: ast.AST) -> str:
    """An expression in a few words."""
    text = ast.unparse(node).partition("\n")[0]
    return text if len(text) <= _WORDS else f"{text[: _WORDS - 1]}…"


# -- expressions


def _of_name(reading: Reading, node: ast.Name, scope: Scope, depth: int) -> Origins:
    seen = bounds_of(reading, node, scope)
    if seen is None:
        return Origins((TypeOrigin("path", f"?{node.id}"),), True)
    owner, bounds = seen
    found = union(_of_bound(reading, bound, owner, node.id, depth + 1) for bound in bounds)
    # An annotation of the name holds for whatever it is given.
    declared = next((one.site for one in owner.bounds[node.id] if _annotation_of(one) is not None), None)
    if declared is None or any(one.hints for one in found.found):
        return found
    return _hinting(found, _declared(reading, declared))


def _of_attribute(reading: Reading, node: ast.Attribute, scope: Scope, depth: int) -> Origins:
    return behind(origins(reading, node.value, scope, depth + 1), node.attr)


def behind(before: Origins, name: str) -> Origins:
    """An attribute of something."""
    found = [
        one._replace(target=f"{one.target}.{name}")
        if one.start == "path" and not one.steps and not one.hints
        else _with_step(one, name)
        for one in before.found
    ]
    return Origins(tuple(found), before.sure and bool(found))


def _of_call(reading: Reading, node: ast.Call, scope: Scope, depth: int) -> Origins:
    called = path_of(node.func)
    if called == ["super"] and scope.lookup("super") is None:
        klass, _ = reading.within(scope)
        return (
            Origins((TypeOrigin("above", f":{klass}"),), True) if klass and len(node.args) != 1 else UNKNOWN
        )
    if called == ["type"] and len(node.args) == 1 and scope.lookup("type") is None:
        return then(origins(reading, node.args[0], scope, depth + 1), CLASS)
    if called and called[-1] == "cast" and len(node.args) == 2:
        return annotated(reading, node.args[0], scope)
    made = node.func
    if isinstance(made, ast.Subscript) and last_name(made.value)[:1].isupper():
        # A generic class makes objects as it does without its parameters.
        made = made.value
    return then(origins(reading, made, scope, depth + 1), CALL)


def _of_await(reading: Reading, node: ast.Await, scope: Scope, depth: int) -> Origins:
    return then(origins(reading, node.value, scope, depth + 1), AWAIT)


def _of_same(reading: Reading, node: ast.NamedExpr, scope: Scope, depth: int) -> Origins:
    return origins(reading, node.value, scope, depth + 1)


def _of_choice(reading: Reading, node: ast.IfExp, scope: Scope, depth: int) -> Origins:
    return union(origins(reading, one, scope, depth + 1) for one in (node.body, node.orelse))


def _of_logic(reading: Reading, node: ast.BoolOp, scope: Scope, depth: int) -> Origins:
    # What `a and b` gives besides `b` is false, and has no methods worth a call.
    parts = node.values if isinstance(node.op, ast.Or) else node.values[-1:]
    return union(origins(reading, one, scope, depth + 1) for one in parts)


def _of_constant(reading: Reading, node: ast.Constant, scope: Scope, depth: int) -> Origins:
    return _NONE if node.value is None else UNKNOWN


_ORIGINS: dict[type[ast.AST], Callable[[Reading, Any, Scope, int], Origins]] = {
    ast.Name: _of_name,
    ast.Attribute: _of_attribute,
    ast.Call: _of_call,
    ast.Await: _of_await,
    ast.NamedExpr: _of_same,
    ast.IfExp: _of_choice,
    ast.BoolOp: _of_logic,
    ast.Constant: _of_constant,
}
"""By the type of the node. All other expressions are unknown."""


# -- names


def _of_bound(reading: Reading, bound: Bound, owner: Scope, name: str, depth: int) -> Origins:
    """What one binding makes of a name."""
    match bound.how:
        case "import":
            said = Telling(bound.line, _import_text(bound, name))
            return Origins((TypeOrigin("path", bound.target, said=(said,)),), True)
        case "class" | "def":
            return Origins((TypeOrigin("path", f":{owner.inside(name)}"),), True)
        case "param":
            return _of_parameter(reading, bound, owner, name)
        case "assign" if bound.value is not None:
            return _of_assignment(reading, bound, name, depth)
        case "declare":
            return _declared(reading, bound.site)
        case "with" if bound.value is not None and _is_entered(bound, name):
            step = ENTER_LATER if isinstance(bound.site.node, ast.AsyncWith) else ENTER
            found = then(origins(reading, bound.value, bound.site.scope, depth), step)
            return told(found, Telling(bound.value.lineno, f"with {words(bound.value)} as {name}"))
    return UNKNOWN


def _import_text(bound: Bound, name: str) -> str:
    node = bound.site.node
    if isinstance(node, ast.ImportFrom):
        taken = next((one for one in node.names if (one.asname or one.name) == name), node.names[0])
        renamed = f" as {taken.asname}" if taken.asname else ""
        return f"from {'.' * node.level}{node.module or ''} import {taken.name}{renamed}"
    assert isinstance(node, ast.Import)
    plain = next((one for one in node.names if (one.asname or one.name.split(".")[0]) == name), node.names[0])
    return f"import {plain.name}{f' as {plain.asname}' if plain.asname else ''}"


def _of_assignment(reading: Reading, bound: Bound, name: str, depth: int) -> Origins:
    assert bound.value is not None
    found = origins(reading, bound.value, bound.site.scope, depth)
    found = told(found, Telling(bound.line, f"{name} = {words(bound.value)}"))
    return _hinting(found, _declared(reading, bound.site)) if _annotation_of(bound) is not None else found


def _annotation_of(bound: Bound) -> ast.expr | None:
    node = bound.site.node
    return node.annotation if isinstance(node, ast.AnnAssign) else None


def _declared(reading: Reading, site: Site) -> Origins:
    """What the annotation of an assignment, or of a name alone, says."""
    assert isinstance(site.node, ast.AnnAssign)
    found = annotated(reading, site.node.annotation, site.scope)
    return told(found, Telling(site.node.lineno, f"{words(site.node.target)}: {words(site.node.annotation)}"))


def _is_entered(bound: Bound, name: str) -> bool:
    """Whether a name is all that ``with`` gives, and no part of it."""
    items = bound.site.node.items if isinstance(bound.site.node, (ast.With, ast.AsyncWith)) else []
    return any(
        item.context_expr is bound.value
        and isinstance(item.optional_vars, ast.Name)
        and item.optional_vars.id == name
        for item in items
    )


def _of_parameter(reading: Reading, bound: Bound, owner: Scope, name: str) -> Origins:
    node, klass = bound.site.node, bound.site.scope
    if not isinstance(node, FUNCTIONS):
        return UNKNOWN
    first = next((one.arg for one in positional(node.args)), None)
    decorators = {last_name(one) for one in node.decorator_list}
    if bound.value is None and klass.kind == "class" and first == name and "staticmethod" not in decorators:
        is_class = "classmethod" in decorators or node.name in _CLASS_METHODS
        return Origins((TypeOrigin("path" if is_class else "object", f":{klass.qualname}"),), True)
    rest = [one.arg for one in (node.args.vararg, node.args.kwarg) if one is not None]
    if bound.value is None or name in rest:
        return UNKNOWN
    said = Telling(bound.value.lineno, f"{name}: {words(bound.value)}")
    return told(annotated(reading, bound.value, owner.parent or owner), said)


# -- annotations

_WRAPPERS = frozenset(
    ["Optional", "Union", "Annotated", "Final", "ClassVar", "Required", "NotRequired", "InitVar"]
)


def annotated(reading: Reading, node: ast.expr, scope: Scope) -> Origins:
    """What an annotation lets a thing be."""
    return union(_of_hint(reading, one, scope) for one in _parts(node))


def _parts(node: ast.expr) -> Iterable[ast.expr]:
    """The types in an annotation of which the thing may be one."""
    todo: list[ast.expr] = [node]
    found: list[ast.expr] = []
    while todo and len(found) < 4 * _MOST:
        one = todo.pop()
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            inner = unquoted(one)
            todo += [inner] if inner is not None else []
            found += [one] if inner is None else []
        elif isinstance(one, ast.BinOp) and isinstance(one.op, ast.BitOr):
            todo += [one.right, one.left]
        elif isinstance(one, ast.Subscript) and last_name(one.value) in _WRAPPERS:
            parts = one.slice.elts if isinstance(one.slice, ast.Tuple) else [one.slice]
            todo += (parts if last_name(one.value) == "Union" else parts[:1])[::-1]
        else:
            found.append(one)
    return found


def unquoted(node: ast.Constant) -> ast.expr | None:
    """What is in quotes, as if it stood in their place."""
    try:
        inner = ast.parse(str(node.value).strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    for one in ast.walk(inner):
        ast.copy_location(one, node)
    return inner


def _of_hint(reading: Reading, node: ast.expr, scope: Scope) -> Origins:
    """What a single type lets a thing be."""
    if isinstance(node, ast.Constant) and node.value is None:
        return _NONE
    if isinstance(node, ast.Subscript):
        if last_name(node.value) in ("type", "Type"):
            return _hinted(reading, node.slice, scope, "path")
        # Of a generic class the parameters tell nothing of its methods.
        node = node.value
    if last_name(node) == "Self":
        return Origins((TypeOrigin("receiver"),), True)
    return _hinted(reading, node, scope, "object")


def _hinted(reading: Reading, node: ast.expr, scope: Scope, start: Any) -> Origins:
    path = path_of(node)
    if path is None:
        return UNKNOWN
    seen = scope.lookup(path[0])
    if seen is None:
        return Origins((TypeOrigin(start, "?" + ".".join(path)),), True)
    owner, bounds = seen
    bounds = [one for one in bounds if one.how != "declare"]
    # Of several branches only one is run, and of `TYPE_CHECKING` and its other branch both are meant.
    found = union(_of_bound(reading, one, owner, path[0], _DEPTH - 2) for one in bounds[:_MOST])
    for name in path[1:]:
        found = behind(found, name)
    plain = all(one.start == "path" and not one.steps for one in found.found)
    if not plain:
        return UNKNOWN
    return found._replace(found=tuple([one._replace(start=start) for one in found.found]))
