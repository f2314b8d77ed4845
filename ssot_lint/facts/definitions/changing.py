"""A statement or a call → what it changes; and what a function changes with what it is given. Pure."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from ssot_lint.facts.definitions.bodies import CHANGERS, base_of, body_of, key_names, keys_of, set_attribute
from ssot_lint.facts.syntax import AnyFunction, all_arguments, last_name, path_of, positional, singles

_KEYED = frozenset(["setdefault", "__setitem__", "pop", "__delitem__"])
"""Methods whose first argument is a key."""

_HELPERS = {
    **dict.fromkeys("heappush heappop heapify heapreplace heappushpop shuffle".split(), "append"),
    **dict.fromkeys("insort insort_left insort_right".split(), "append"),
    **dict.fromkeys("iadd iconcat ior".split(), "augment"),
    **dict.fromkeys(["setitem", "delitem"], "item"),
}
"""Functions of the standard library that change their first argument, and how."""

_TYPES = frozenset("dict list set deque OrderedDict defaultdict Counter UserDict UserList bytearray".split())
"""Types of containers: ``list.append(kept, value)`` is ``kept.append(value)``."""

CHANGING_WORDS = CHANGERS | _HELPERS.keys() | {"setattr", "__setattr__"}
"""A call that changes something has one of these words."""

_SPREADING = frozenset(["augment", "extend", "extendleft"])
"""Ways of writing that put the elements of a value somewhere."""

_LITERALS = (ast.Dict, ast.List, ast.Tuple, ast.Set, ast.DictComp, ast.ListComp, ast.SetComp)


class Change(NamedTuple):
    """A change of what an expression holds. ``base`` is the expression (an attribute itself where ``how`` is
    ``rebind``), ``keys`` the expressions that tell where in it, ``value`` what is put there; ``how`` is as in
    ``Write``."""

    base: ast.expr
    how: str
    keys: tuple[ast.expr, ...] = ()
    value: ast.expr | None = None


def changes(node: ast.AST) -> Iterator[Change]:
    """What a statement or a call changes, not counting the expressions in it."""
    of = _CHANGES.get(type(node))
    return of(node) if of is not None else iter(())


def _by_assignment(node: ast.Assign | ast.AnnAssign) -> Iterator[Change]:
    for single, part in singles(node):
        value = part if part is not None else node.value
        if isinstance(single, ast.Subscript):
            # `globals()["a"] = value` binds a variable.
            if base_of(single) is not single:
                yield from _put(base_of(single), "item", keys_of(single), value)
        elif isinstance(single, ast.Attribute):
            yield Change(single, "rebind", (), value)


def _by_augmentation(node: ast.AugAssign) -> Iterator[Change]:
    if isinstance(node.target, ast.Subscript):
        yield from _put(base_of(node.target), "item", keys_of(node.target), node.value)
    else:
        # `+=` changes a list or a set where it is, whatever it binds besides.
        yield from _put(node.target, "augment", [], node.value)


def _by_deletion(node: ast.Delete) -> Iterator[Change]:
    for target in node.targets:
        if isinstance(target, ast.Subscript):
            yield Change(base_of(target), "item", tuple(keys_of(target)))


def _by_call(node: ast.Call) -> Iterator[Change]:
    attribute = set_attribute(node)
    if attribute is not None:
        yield Change(attribute[0], "rebind", (), attribute[1])
    elif isinstance(node.func, ast.Attribute) and node.func.attr in CHANGERS:
        holder, given = node.func.value, node.args
        if last_name(holder) in _TYPES and given:
            holder, *given = given
        yield from _by_method(holder, node.func.attr, given, node.keywords)
    elif node.args and last_name(node.func) in _HELPERS:
        how = _HELPERS[last_name(node.func)]
        keys = [*keys_of(node.args[0]), *(node.args[1:2] if how == "item" else ())]
        yield from _put(base_of(node.args[0]), how, keys, node.args[-1])


_CHANGES: dict[type[ast.AST], Callable[[Any], Iterator[Change]]] = {
    ast.Assign: _by_assignment,
    ast.AnnAssign: _by_assignment,
    ast.AugAssign: _by_augmentation,
    ast.Call: _by_call,
    ast.Delete: _by_deletion,
}

CHANGING = (*_CHANGES,)
"""The types of nodes that may change something."""


def fills(node: ast.Assign | ast.AnnAssign) -> Iterator[Change]:
    """What an assignment puts into a new container that takes the place of the old one.

    How the content of the old one is carried over does not matter: ``kept = {**kept, key: value}``.
    """
    for single, value in singles(node):
        if isinstance(single, (ast.Name, ast.Attribute)) and value is not None:
            for part in _displays(value):
                yield from _put(single, "fill", [], part)


def _displays(value: ast.expr) -> Iterator[ast.expr]:
    """The literal containers that a new one is made of: ``kept | {key: value}``, ``dict(kept, name=value)``."""
    if isinstance(value, _LITERALS) and (not isinstance(value, ast.Tuple) or value.elts):
        yield value
    elif isinstance(value, ast.BinOp):
        yield from _displays(value.left)
        yield from _displays(value.right)
    elif isinstance(value, ast.Call) and last_name(value.func) in _TYPES:
        for argument in value.args:
            yield from _displays(argument)
        for keyword in value.keywords:
            if keyword.arg is not None:
                yield ast.List(elts=[keyword.value], ctx=ast.Load())


def _by_method(
    holder: ast.expr, method: str, given: list[ast.expr], keywords: list[ast.keyword]
) -> Iterator[Change]:
    keys = keys_of(holder)
    base = base_of(holder)
    if method in _KEYED:
        keys += given[:1]
    yield from _put(base, method, keys, given[-1] if given else None)
    for keyword in keywords:
        yield from _put(base, method, keys, keyword.value)


def _put(base: ast.expr, how: str, keys: list[ast.expr], value: ast.expr | None) -> Iterator[Change]:
    """One change for each thing that a literal puts there, with the keys that the literal gives it."""
    todo = [(tuple(keys), value)]
    while todo:
        above, one = todo.pop()
        if isinstance(one, ast.Dict) and one.values:
            todo.extend(
                ((*above, key) if key is not None else above, part)
                for key, part in zip(one.keys, one.values, strict=True)
            )
        elif how == "update" and isinstance(one, ast.Tuple) and len(one.elts) == 2:
            # `update([(key, value)])`.
            todo.append(((*above, one.elts[0]), one.elts[1]))
        elif isinstance(one, (ast.List, ast.Tuple, ast.Set)) and one.elts:
            todo.extend((above, part) for part in one.elts)
        elif isinstance(one, ast.Call) and how in ("update", "augment") and last_name(one.func) in _TYPES:
            todo.extend((above, part) for part in _displays(one))
        elif isinstance(one, ast.DictComp):
            todo.append(((*above, one.key), one.value))
        elif isinstance(one, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
            todo.append((above, one.elt))
        else:
            # Here the elements of the thing are put there, and not the thing itself.
            is_spread = how in _SPREADING and one is value
            yield Change(base, how, above, None if is_spread else one)


# -- what functions do


class Put(NamedTuple):
    """A function puts its parameter ``value`` into ``base``. ``keys`` are those of its parameters that tell where."""

    base: ast.expr
    how: str
    keys: frozenset[str]
    value: str


def puts(function: AnyFunction, owner: ast.ClassDef | None) -> Iterator[Put]:
    """What a function puts into something that it has not made itself, of what it is given."""
    body = body_of(function, owner)
    parameters = {argument.arg for argument in all_arguments(function.args)}
    for node in body.parts:
        for change in changes(node):
            value, root = change.value, path_of(change.base)
            if change.how == "rebind" or root is None or not isinstance(value, ast.Name):
                continue
            own = root[0] in body.locals and root[0] not in parameters
            if value.id in parameters and not body.locals[value.id] and not own:
                keys = key_names(list(change.keys), body) & parameters
                yield Put(change.base, change.how, frozenset(keys), value.id)


def given(call: ast.Call, function: AnyFunction, receiver: ast.expr | None) -> dict[str, ast.expr]:
    """The parameters of a function, each with what a call gives for it."""
    plain = [argument.arg for argument in positional(function.args)]
    found = dict(zip(plain, [receiver, *call.args] if receiver is not None else call.args, strict=False))
    if any(isinstance(argument, ast.Starred) for argument in call.args):
        return {}
    return {**found, **{keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}}


def rooted(path: ast.expr, name: str, root: ast.expr) -> ast.expr:
    """A path with another beginning instead of a name."""
    if isinstance(path, ast.Attribute):
        made = ast.Attribute(value=rooted(path.value, name, root), attr=path.attr, ctx=ast.Load())
        return ast.copy_location(made, root)
    return root if isinstance(path, ast.Name) and path.id == name else path
