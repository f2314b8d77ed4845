"""Tips for what stands in containers, and what is taken out of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from astroid import bases, nodes
from astroid.context import InferenceContext
from astroid.exceptions import UseInferenceDefault
from astroid.util import Uninferable

from ssot_lint.inference.tree import Tip, every, known, usual

LOOKUPS = ("get", "pop", "values", "items")
"""Methods of dictionaries that give what is in them."""

ELEMENTS = 100
"""So many elements of a container are looked at."""


class Element(bases.Proxy):  # type: ignore[misc]
    """A class that is one of those in a container."""

    def __init__(self, klass: nodes.ClassDef, element: nodes.NodeNG) -> None:
        super().__init__(klass)
        self.element = element


def spread_tip(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
    """A literal with ``*other`` in it, as long as it stays small."""
    elements: list[Any] = []
    for element in node.elts:
        if isinstance(element, nodes.Starred):
            inner = known(element.value, context)
            parts = inner[0].elts if len(inner) == 1 and isinstance(inner[0], nodes.BaseContainer) else None
        else:
            parts = [element]
        if parts is None or len(elements) + len(parts) > ELEMENTS:
            yield Uninferable
            return
        elements.extend(parts)
    whole = type(node)(
        lineno=node.lineno,
        col_offset=node.col_offset,
        parent=node.parent,
        end_lineno=node.end_lineno,
        end_col_offset=node.end_col_offset,
    )
    whole.postinit(elements)
    yield whole


def _elements(container: Any) -> list[Any]:
    if isinstance(container, nodes.Dict):
        return [value for key, value in container.items if not isinstance(key, nodes.DictUnpack)]
    return list(container.elts) if isinstance(container, nodes.BaseContainer) else []


def _taken(containers: Iterable[Any], context: InferenceContext | None) -> Iterator[Any]:
    """What is taken out of containers when only a run can tell by which key."""
    for container in containers:
        for element in _elements(container)[:ELEMENTS]:
            for value in known(element, context):
                yield Element(value, element) if isinstance(value, nodes.ClassDef) else Uninferable


class StoredItem(NamedTuple):
    """``NAME[key] = value``, and the scope that the name belongs to."""

    scope: Any
    key: nodes.NodeNG
    value: nodes.NodeNG


def stored_in(found: Iterable[nodes.NodeNG]) -> dict[str, list[StoredItem]]:
    """What the statements of a file store in containers that have a plain name, by that name."""
    stored: dict[str, list[StoredItem]] = {}
    for node in found:
        for target in node.targets if type(node) is nodes.Assign else ():
            if isinstance(target, nodes.Subscript) and isinstance(target.value, nodes.Name):
                name = target.value.name
                stored.setdefault(name, []).append(
                    StoredItem(target.value.lookup(name)[0], target.slice, node.value)
                )
    return stored


def item_tip(stored: Sequence[StoredItem]) -> Tip:
    """An item of a container. ``stored``: what the file stores in containers of that name."""

    def infer(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
        found = usual(node, context)
        if not found and not isinstance(node.slice, nodes.Const):
            found = list(_taken(known(node.value, context), context))
        found += _added(node, stored, context)
        if not found:
            raise UseInferenceDefault
        yield from found

    return infer


def _added(node: Any, stored: Sequence[StoredItem], context: InferenceContext | None) -> Iterator[Any]:
    """What statements have put where an item is taken, as far as the key may be the same."""
    scope = node.value.lookup(node.value.name)[0] if stored else None
    for one in stored:
        keys = node.slice, one.key
        if one.scope is not scope or (
            all(isinstance(key, nodes.Const) for key in keys) and keys[0].value != keys[1].value
        ):
            continue
        for value in known(one.value, context):
            yield Element(value, one.value) if isinstance(value, nodes.ClassDef) else Uninferable


def lookup_tip(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
    """``get``, ``pop``, ``values`` and ``items`` of a literal dictionary."""
    found = [value for value in known(node.func.expr, context) if isinstance(value, nodes.Dict)]
    if not found:
        raise UseInferenceDefault
    name = node.func.attrname
    if name in ("values", "items"):
        for held in found:
            yield _tuple(node, [_tuple(node, [*pair]) if name == "items" else pair[1] for pair in held.items])
        return
    if not node.args:
        raise UseInferenceDefault
    keys = every(node.args[0], context)
    if not all(isinstance(key, nodes.Const) for key in keys) or not keys:
        yield from _taken(found, context)
    else:
        for key in dict.fromkeys(key.value for key in keys):
            for held in found:
                yield from _entry(held, key, context)
    for default in node.args[1:]:
        yield from default.infer(context)


def _entry(held: nodes.Dict, key: object, context: InferenceContext | None) -> Iterator[Any]:
    """What a literal dictionary has under a key: what is written last counts."""
    exact = [value for own, value in held.items if isinstance(own, nodes.Const) and own.value == key]
    if exact:
        yield from exact[-1].infer(context)


def _tuple(node: nodes.NodeNG, elements: list[Any]) -> nodes.Tuple:
    made = nodes.Tuple(lineno=node.lineno, col_offset=node.col_offset, parent=node.parent)
    made.postinit(elements)
    return made
