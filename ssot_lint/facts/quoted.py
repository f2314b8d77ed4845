"""A tree → the same with types out of their quotes. A string that stands where a type is expected becomes the
expression that it is, at its place inside the string. This is the one module that changes a tree."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence, Set
from itertools import pairwise

from ssot_lint.facts.lines import Lines
from ssot_lint.facts.parse import parse
from ssot_lint.facts.scopes import Site
from ssot_lint.facts.syntax import FUNCTIONS, all_arguments, below, path_of, targets_of, words_of
from ssot_lint.model.errors import Unparsable

FORMS = frozenset(
    "Optional Union List Dict Set FrozenSet Tuple Type Annotated ClassVar Final Callable Awaitable Iterable Iterator"
    " Sequence Mapping Generator AsyncIterator AsyncGenerator AsyncIterable Coroutine Collection Container Reversible"
    " MutableMapping MutableSequence MutableSet AbstractSet KeysView ValuesView ItemsView Deque DefaultDict ChainMap"
    " OrderedDict Counter Required NotRequired ReadOnly Unpack Concatenate TypeGuard TypeIs InitVar"
    " ContextManager AsyncContextManager AbstractContextManager AbstractAsyncContextManager".split()
)
"""A subscript of one of these is a type, wherever it stands."""

_BUILTINS = frozenset("list dict set frozenset tuple type".split())
"""A subscript of one of these is a type, too, if no file binds the name."""

_TYPING = ("typing", "typing_extensions", "annotationlib", "dataclasses", "mypy_extensions")
_TYPED: dict[str, tuple[int | None, tuple[str, ...]]] = {
    "cast": (0, ("typ",)),
    "assert_type": (1, ("typ",)),
    "ForwardRef": (0, ("arg",)),
    "NewType": (1, ("tp",)),
    "TypeAliasType": (1, ("value",)),
    "ParamSpec": (None, ("bound", "default")),
    "TypeVarTuple": (None, ("default",)),
    "NamedTuple": (1, ("fields",)),
    "TypedDict": (1, ("fields",)),
    "make_dataclass": (1, ("fields",)),
}
"""Functions that take a type: at which position, and by which keywords."""

_FIELDS = ("NamedTuple", "TypedDict", "make_dataclass")
"""These take a type for each field, behind the field's name."""

_OPENING = re.compile(r"[uUrR]?(\"\"\"|'''|\"|')")


def unquote(site: Site, names: Set[str], lines: Lines) -> ast.expr | None:
    """Takes a type that holds one of the names out of its quotes, and gives what the tree has now in the place of the
    string: of that there are no sites yet. None where the string was no such type."""
    node = site.node
    assert isinstance(node, ast.Constant)
    if not isinstance(node.value, str) or names.isdisjoint(words_of(node.value)):
        return None
    inner = _inner(node, node.value, lines) if _is_type(site) else None
    return inner if inner is not None and _put(site, inner) else None


def around(site: Site) -> Iterator[str]:
    """The names that tell what a string is: of what it is given to or subscripts, and of what comes of that."""
    inner = site
    for outer in site.ancestors():
        node = outer.node
        if isinstance(node, ast.AnnAssign):
            yield from _path(node.annotation)[:1]
        if not isinstance(node, (*_BETWEEN, ast.Subscript, ast.Call, ast.Attribute)):
            return
        if isinstance(node, (ast.Subscript, ast.Call)):
            parts = [node.value] if isinstance(node, ast.Subscript) else [node.func, *node.args]
            yield from (
                one.id
                for part in parts
                if part is not inner.node
                for one in below(part)
                if isinstance(one, ast.Name)
            )
        inner = outer


# -- where a string is a type

_BETWEEN = (ast.BinOp, ast.Tuple, ast.List, ast.Dict, ast.Starred, ast.keyword)
"""What can stand between a string and the place where a type is expected."""


def _is_type(site: Site) -> bool:
    way = [site]
    while True:
        inner = way[-1]
        parent = inner.parent
        if inner.field in ("annotation", "bound", "default_value"):
            return True
        if parent is None:
            return False
        node = parent.node
        if isinstance(node, ast.Call):
            return _is_typed(node, way)
        if isinstance(node, ast.Subscript):
            if inner.field != "slice":
                return False
            form = _form(node.value, parent)
            if form in ("Literal", "?") or (form == "Annotated" and _is_behind(way, 0)):
                return False
            if form in FORMS:
                return True
        elif isinstance(node, ast.AnnAssign):
            # `A: TypeAlias = "N"`
            return inner.field == "value" and _form(node.annotation, parent) == "TypeAlias"
        elif isinstance(node, ast.ClassDef):
            return (
                inner.field == "bases"
                and isinstance(inner.node, ast.Subscript)
                and _is_class(inner.node, inner)
            )
        elif not isinstance(node, _BETWEEN):
            return type(node).__name__ == "TypeAlias"
        way.append(parent)


def _is_class(node: ast.Subscript, site: Site) -> bool:
    """Whether what is subscripted can be a generic class, and is no table of this file."""
    path = path_of(node.value)
    seen = site.scope.lookup(path[0]) if path else None
    return (
        path is not None
        and path[-1] not in ("__dict__", "modules")
        and seen is not None
        and all(bound.how in ("import", "class") for bound in seen[1])
    )


def _form(node: ast.expr, site: Site) -> str:
    """The last name of a special form of ``typing``, also where it was imported under another name. ``?`` where it is
    not known yet what a name is, and nothing for what the file makes itself."""
    target = _target(node, site)
    if target[:1] != "?":
        return target.rpartition(".")[2]
    return "Type" if target[1:] in _BUILTINS else "?"


def _target(node: ast.expr, site: Site) -> str:
    """What a path is imported as, with a question mark before it where nothing binds it."""
    path = _path(node)
    if not path:
        return ""
    seen = site.scope.lookup(path[0])
    if seen is None:
        return f"?{'.'.join(path)}"
    imported = [bound.target for bound in seen[1] if bound.how == "import"]
    return ".".join([*imported[-1:], *path[1:]]) if imported else ""


def _path(node: ast.expr) -> list[str]:
    """The parts of a path, also of one in quotes."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.strip().split(".")
    return path_of(node) or []


def _is_behind(way: Sequence[Site], place: int) -> bool:
    """Whether a way ends in a tuple, and came from another element than the one at a place."""
    around = way[-1].node
    return isinstance(around, ast.Tuple) and len(way) > 1 and around.elts[place] is not way[-2].node


def _is_typed(call: ast.Call, way: Sequence[Site]) -> bool:
    """Whether a call takes its argument at the end of the way as a type."""
    module, _, name = _target(call.func, way[-1]).rpartition(".")
    if module not in _TYPING:
        return False
    top = way[-1].node
    slot = top.arg if isinstance(top, ast.keyword) else None
    position = next((place for place, one in enumerate(call.args) if one is top), None)
    if name == "TypeVar":
        return slot in ("bound", "default") or bool(position)
    at, keywords = _TYPED.get(name, (None, ()))
    is_there = slot in keywords if position is None else position == at
    return is_there and (name not in _FIELDS or _is_field(way))


def _is_field(way: Sequence[Site]) -> bool:
    """Whether the way begins at the type of a field: the second part of a tuple, or a value of a dict."""
    for inner, outer in pairwise(way):
        if isinstance(outer.node, ast.Dict):
            return inner.field == "values"
        if isinstance(outer.node, ast.Tuple) and len(outer.node.elts) > 1:
            return outer.node.elts[1] is inner.node
    return False


# -- what is in it


def _inner(node: ast.Constant, text: str, lines: Lines) -> ast.expr | None:
    """The expression in a string, with its places in the file; with the place of the string where this is spelled with
    escapes or in pieces."""
    try:
        # In brackets a type may have several lines.
        body = parse(f"[\n{text}\n]".encode("utf-8", "surrogatepass")).body
    except Unparsable:
        return None
    brackets = body[0].value if len(body) == 1 and isinstance(body[0], ast.Expr) else None
    if not isinstance(brackets, ast.List) or len(brackets.elts) != 1:
        return None
    column = _begin(node, text, lines)
    for one in ast.walk(brackets.elts[0]):
        if not isinstance(one, (ast.expr, ast.keyword)):
            continue
        if column is None:
            ast.copy_location(one, node)
            continue
        first, last = one.lineno, one.end_lineno or one.lineno
        one.col_offset += column if first == 2 else 0
        one.end_col_offset = (one.end_col_offset or 0) + (column if last == 2 else 0)
        one.lineno, one.end_lineno = node.lineno + first - 2, node.lineno + last - 2
    return brackets.elts[0]


def _begin(node: ast.Constant, text: str, lines: Lines) -> int | None:
    """The column in bytes at which the text begins in its line; None where the string is not spelled as its text is."""
    written = "\n".join(lines.lines[node.lineno - 1 : node.end_lineno]).encode("utf-8", "surrogatepass")
    written = written[node.col_offset :]
    opening = _OPENING.match(written[:4].decode("utf-8", "replace"))
    if opening is None:
        return None
    whole = f"{opening[0]}{text}{opening[1]}".encode("utf-8", "surrogatepass")
    last = whole.rpartition(b"\n")[2]
    begin = node.col_offset if node.lineno == node.end_lineno else 0
    is_so = written.startswith(whole) and node.end_col_offset == begin + len(last)
    return node.col_offset + len(opening[0]) if is_so else None


def _put(site: Site, new: ast.expr) -> bool:
    """Puts an expression where a string was. Whether that was possible."""
    parent = site.parent.node if site.parent is not None else None
    holders = [parent, *(all_arguments(parent.args) if isinstance(parent, FUNCTIONS) else ())]
    for holder in holders:
        for field, value in ast.iter_fields(holder) if holder is not None else ():
            if value is site.node:
                setattr(holder, field, new)
                return True
            if isinstance(value, list):
                for place, one in enumerate(value):
                    if one is site.node:
                        value[place] = new
                        return True
    return False


ADDS = frozenset(
    "append add insert extend update setdefault appendleft extendleft __setitem__ __iadd__".split()
)
"""Methods that add what they are given."""


def settings_of(site: Site) -> Iterator[ast.expr]:
    """The paths that a string becomes a part of: by an assignment, or by a method that adds it to what there is."""
    inner, outer = site, site.parent
    while outer is not None:
        node = outer.node
        if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
            targets = targets_of(node)
            found = [target for target in targets if inner.field == "value"]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ADDS:
            found = [node.func.value]
        else:
            found = []
        for one in found:
            while isinstance(one, ast.Subscript):
                one = one.value
            if path_of(one) is not None:
                yield one
        if not isinstance(node, _PARTS) or inner.field in ("func", "test"):
            return
        inner, outer = outer, outer.parent


_PARTS = (
    *(ast.List, ast.Tuple, ast.Set, ast.Dict, ast.Starred, ast.BinOp, ast.IfExp, ast.BoolOp),
    *(ast.Call, ast.keyword, ast.NamedExpr),
)
"""Expressions that hold their parts."""
