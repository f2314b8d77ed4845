"""What astroid does not follow, node by node: how a node is inferred that it knows nothing of. No project, no links.

A *tip* is a function from a node and a context to what the node may be; ``infer`` gives it to a node. Here are
also the small questions about trees that tips ask. Besides ``infer`` the only importer of astroid.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from astroid import bases, nodes
from astroid.brain import brain_builtin_inference as brain
from astroid.builder import AstroidBuilder
from astroid.context import CallContext, InferenceContext, copy_context
from astroid.exceptions import AstroidError, UseInferenceDefault
from astroid.manager import AstroidManager
from astroid.rebuilder import TreeRebuilder
from astroid.util import Uninferable

Tip = Callable[..., Iterator[Any]]

ANCESTORS = 40
LINEAGE = 100
RESULTS = 40
ELEMENTS = 100
"""How many generations of classes, bases of a class, results of one expression, and elements of a container with
others in it are looked at."""


class Partial(bases.Proxy):  # type: ignore[misc]
    """A function with some arguments already given."""

    def __init__(self, function: Any, call: nodes.Call) -> None:
        super().__init__(function)
        self.call = call

    def infer_call_result(self, caller: Any, context: InferenceContext | None = None) -> Iterator[Any]:
        given = context.callcontext if context is not None else None
        arguments = [*self.call.args[1:], *(given.args if given else [])]
        whole = CallContext(arguments, self.call.keywords, callee=self._proxied)
        whole.keywords = [*whole.keywords, *(given.keywords if given else [])]
        inner = context.clone() if context is not None else InferenceContext()
        inner.callcontext = whole
        yield from self._proxied.infer_call_result(caller, inner)


class Taken(bases.Proxy):  # type: ignore[misc]
    """A class that is one of those in a container."""

    def __init__(self, klass: nodes.ClassDef, element: nodes.NodeNG) -> None:
        super().__init__(klass)
        self.element = element


# -- the tree


class Builder(AstroidBuilder):  # type: ignore[misc, unused-ignore]
    """Builds modules that stand nowhere: astroid would look on the disk beside the place of a module."""

    def _data_build(self, data: str, modname: str, path: str | None) -> Any:
        module, builder = super()._data_build(data, modname, path)
        module.path = []
        if data.count("class ") > ANCESTORS:
            _shorten(nodes_of(module))
        return module, builder

    def rebuild(self, tree: ast.Module, name: str, package: bool, shorten: bool) -> nodes.Module:
        """The module of a syntax tree. Without its text: that would only tell where names of functions stand."""
        builder = TreeRebuilder(self._manager)
        module = builder.visit_module(tree, name, "<?>", package)
        module.path = []
        if shorten:
            _shorten(nodes_of(module))
        return self._post_build(module, builder, "utf-8")


def rebuild(tree: ast.Module, name: str, package: bool, shorten: bool) -> nodes.Module:
    return Builder(AstroidManager(), apply_transforms=False).rebuild(tree, name, package, shorten)


def build(text: str, name: str) -> nodes.Module:
    return Builder(AstroidManager(), apply_transforms=False).string_build(text, name)


def _shorten(found: Iterable[nodes.NodeNG]) -> None:
    """Cuts lines of ancestors that are longer than any real one: looking through them takes the cube of time."""
    depth: dict[str, int] = {}
    for node in found:
        if isinstance(node, nodes.ClassDef):
            depth[node.name] = 1 + max((depth.get(last_of(base), 0) for base in node.bases), default=0)
            if depth[node.name] % ANCESTORS == 0:
                node.bases = []


def nodes_of(module: nodes.Module) -> Iterator[nodes.NodeNG]:
    """Every node, in the order of the source, parents before children."""
    todo: list[nodes.NodeNG] = [module]
    while todo:
        node = todo.pop()
        yield node
        todo.extend(reversed(list(node.get_children())))


def place_of(node: nodes.NodeNG) -> tuple[int, int, int, int] | None:
    if node.lineno is None or node.end_lineno is None:
        return None
    return node.lineno, node.col_offset or 0, node.end_lineno, node.end_col_offset or 0


def last_of(node: nodes.NodeNG) -> str:
    """The last name of a path, or nothing."""
    return node.attrname if isinstance(node, nodes.Attribute) else getattr(node, "name", "")


def path_of(node: nodes.NodeNG) -> str:
    """A dotted path; what is no name in it is an empty part."""
    parts: list[str] = []
    while isinstance(node, nodes.Attribute):
        parts.append(node.attrname)
        node = node.expr
    parts.append(node.name if isinstance(node, nodes.Name) else "")
    return ".".join(reversed(parts))


def root_of(node: nodes.NodeNG) -> nodes.Name | None:
    while isinstance(node, nodes.Attribute):
        node = node.expr
    return node if isinstance(node, nodes.Name) else None


def is_path(node: nodes.NodeNG, *parts: str) -> bool:
    return path_of(node) == ".".join(parts)


def imported_as(root: nodes.Name) -> str | None:
    """The path that a name was imported by, or the name itself if nothing binds it; None: it is a value."""
    scope, statements = root.lookup(root.name)
    if not statements or getattr(scope, "name", "") == "builtins":
        return str(root.name)
    last = statements[-1]
    if isinstance(last, nodes.ImportFrom):
        return f"{'.' * (last.level or 0)}{last.modname}.{last.real_name(root.name)}"
    if isinstance(last, nodes.Import):
        return str(last.real_name(root.name))
    return None


def parameters_of(node: nodes.Arguments) -> Iterator[tuple[nodes.AssignName, nodes.NodeNG]]:
    groups = [
        (node.posonlyargs, node.posonlyargs_annotations),
        (node.args or [], node.annotations),
        (node.kwonlyargs, node.kwonlyargs_annotations),
    ]
    for arguments, types in groups:
        for argument, annotation in zip(arguments, types, strict=False):
            if annotation is not None:
                yield argument, annotation


def lineage_of(klass: nodes.ClassDef) -> Iterator[nodes.ClassDef]:
    """A class and its bases, breadth first, up to a limit: astroid's own way takes time with the cube of it."""
    todo, seen = [klass], {klass}
    while todo and len(seen) < LINEAGE:
        one = todo.pop(0)
        yield one
        for base in one.bases:
            found = [value for value in _known(base, None) if isinstance(value, nodes.ClassDef)]
            todo.extend(value for value in found if value not in seen)
            seen.update(found)


# -- tips: a node and a context → what it may be


def _known(node: nodes.NodeNG | None, context: InferenceContext | None) -> list[Any]:
    """What a node may be, as far as that is known."""
    if node is None:
        return []
    try:
        # A copy of the context: what is tried here must not count as visited afterwards.
        found = islice(node.infer(copy_context(context)), RESULTS)
        return [value for value in found if value is not Uninferable]
    except (AstroidError, RecursionError):
        return []


def _usual(node: nodes.NodeNG, context: InferenceContext | None) -> list[Any]:
    """What astroid alone says that a node may be, if that is known at all."""
    try:
        found = list(islice(node._infer(copy_context(context)), RESULTS))
    except (AstroidError, RecursionError):
        return []
    return found if any(value is not Uninferable for value in found) else []


def unknown_tip(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
    # Arithmetic and formatting: astroid would calculate them, whatever their size.
    yield Uninferable


def either_tip(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
    """``a or b`` may be any of its parts: astroid gives up where it does not know the truth of one."""
    for value in node.values:
        try:
            yield from islice(value.infer(copy_context(context)), RESULTS)
        except (AstroidError, RecursionError):
            yield Uninferable


def value_tip(value: nodes.NodeNG) -> Tip:
    def infer(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
        yield from value.infer(context)

    return infer


def _first(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
    yield from node.args[0].infer(context)


def _partial(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
    for value in node.args[0].infer(context):
        if isinstance(
            value, (nodes.FunctionDef, nodes.Lambda, bases.BoundMethod, bases.UnboundMethod, Partial)
        ):
            yield Partial(value, node)
        else:
            yield value


def _cast(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
    yield from _of_type(node.args[0], context) or [Uninferable]


def imports_tip(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
    raise UseInferenceDefault


LIBRARY_CALLS: Mapping[str, Tip] = {
    "partial": _partial,
    "partialmethod": _partial,
    "cast": _cast,
    "import_module": imports_tip,
    "__import__": imports_tip,
    **dict.fromkeys("copy deepcopy run run_until_complete create_task ensure_future shield".split(), _first),
    **dict.fromkeys("wait_for lru_cache cache alru_cache staticmethod classmethod".split(), _first),
    **dict.fromkeys("enter_context enter_async_context".split(), _first),
}
"""Functions of libraries, by their last name, that hand on what they are given."""

LOOKUPS = ("get", "pop", "values", "items")

METHOD_CALLS = frozenset("run_until_complete create_task enter_context enter_async_context".split())


def builtin_tip(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
    """A call of a built-in function, unless the file has another one of its name."""
    name = node.func.name
    if imported_as(node.func) != name:
        raise UseInferenceDefault
    if name == "type":
        if len(node.args) != 1:
            raise UseInferenceDefault
        yield from class_tip(node.args[0])(node, context)
    elif name == "getattr":
        literal = next(node.args[1].infer(context), None) if len(node.args) > 1 else None
        if not isinstance(literal, nodes.Const) or not isinstance(literal.value, str):
            raise UseInferenceDefault
        yield from attribute_tip(node.args[0], literal.value)(node, context)
    else:
        result = BUILTIN_CALLS[name](node, context=context)
        result.parent = result.parent or node
        yield result


BUILTIN_CALLS: Mapping[str, Callable[..., Any]] = {
    "type": brain.infer_type,
    "getattr": brain.infer_getattr,
    "super": brain.infer_super,
    "dict": brain.infer_dict,
    "list": brain.infer_list,
    "tuple": brain.infer_tuple,
    "set": brain.infer_set,
    "frozenset": brain.infer_frozenset,
}


PASSING = frozenset([*LIBRARY_CALLS, *BUILTIN_CALLS, *LOOKUPS, "vars", "isinstance", "property", "fget"])
"""Callables whose arguments say what they give, here or in astroid itself."""


def attribute_tip(owner: nodes.NodeNG, name: str) -> Tip:
    """``getattr(x, "N")``, ``vars(x)["N"]`` and ``x.__dict__["N"]`` are ``x.N``."""

    def infer(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
        owners = [owner] if isinstance(owner, nodes.Module) else _known(owner, context)
        found = False
        for value in owners:
            try:
                for one in value.igetattr(name):
                    found = True
                    yield one
            except (AstroidError, AttributeError):
                continue
        if not found:
            raise UseInferenceDefault

    return infer


def class_tip(instance: nodes.NodeNG) -> Tip:
    """``type(x)`` and ``x.__class__``; of a name that is None until it is filled, that which fills it counts."""

    def infer(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
        for value in instance.infer(context):
            known = isinstance(value, bases.Instance) and isinstance(value._proxied, nodes.ClassDef)
            if not (isinstance(value, nodes.Const) and value.value is None):
                yield value._proxied if known else Uninferable

    return infer


def bare_tip(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
    """``object.__new__(C)`` is an instance of C."""
    found = [value for value in _known(node.args[0], context) if isinstance(value, nodes.ClassDef)]
    if not found:
        raise UseInferenceDefault
    yield from (value.instantiate_class() for value in found)


def spread_tip(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
    """A literal with ``*other`` in it, as long as it stays small."""
    elements: list[Any] = []
    for element in node.elts:
        if isinstance(element, nodes.Starred):
            inner = _known(element.value, context)
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
            for value in _known(element, context):
                yield Taken(value, element) if isinstance(value, nodes.ClassDef) else Uninferable


def item_tip(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
    found = _usual(node, context) or list(_taken(_known(node.value, context), context))
    if not found:
        raise UseInferenceDefault
    yield from found


def lookup_tip(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
    """``get``, ``pop``, ``values`` and ``items`` of a literal dictionary."""
    found = [value for value in _known(node.func.expr, context) if isinstance(value, nodes.Dict)]
    if not found:
        raise UseInferenceDefault
    name = node.func.attrname
    if name in ("values", "items"):
        for held in found:
            yield _tuple(node, [_tuple(node, [*pair]) if name == "items" else pair[1] for pair in held.items])
        return
    if not node.args:
        raise UseInferenceDefault
    key = next(iter(_known(node.args[0], context)), None)
    for held in found:
        exact = [
            value
            for own, value in held.items
            if isinstance(key, nodes.Const) and isinstance(own, nodes.Const) and own.value == key.value
        ]
        if exact:
            yield from exact[-1].infer(context)
        elif not isinstance(key, nodes.Const):
            yield from _taken([held], context)
    for default in node.args[1:]:
        yield from default.infer(context)


def _tuple(node: nodes.NodeNG, elements: list[Any]) -> nodes.Tuple:
    made = nodes.Tuple(lineno=node.lineno, col_offset=node.col_offset, parent=node.parent)
    made.postinit(elements)
    return made


def annotated_tip(annotation: nodes.NodeNG) -> Tip:
    """A parameter: what it is called with where that is known, else what its annotation says, and its default."""

    def infer(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
        called = context is not None and context.callcontext is not None
        found = (_usual(node, context) if called else []) or _of_type(annotation, context)
        if not called:
            held = [value for value in _usual(node, context) if value is not Uninferable]
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
        found = _known(value, context)
        if all(_is_none(one) for one in found):
            found += _of_type(annotation, context)
        if not found:
            raise UseInferenceDefault
        yield from found

    return infer


def returned_tip(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
    """What a call gives; where its function's body does not tell, its annotation does."""
    found = _usual(node, context)
    if not found:
        found = [value for callee in _known(node.func, context) for value in _result(callee, context)]
    if not found:
        raise UseInferenceDefault
    yield from found


def read_tip(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
    """An attribute; where its value does not tell, the annotation of the property or field in its class does."""
    found = _usual(node, context)
    if not found:
        for owner in _known(node.expr, context):
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
    return _of_type(function.returns, context)


# -- types


def _of_type(annotation: nodes.NodeNG, context: InferenceContext | None, depth: int = 0) -> list[Any]:
    """The values of a type: instances of a class, or for ``type[C]`` the class; empty when none of them is known.

    A part of a union that is not known, and not None, makes the others uncertain.
    """
    if depth > 10:
        return []
    if isinstance(annotation, nodes.Const) and isinstance(annotation.value, str):
        quoted = _quoted(annotation)
        return _of_type(quoted, context, depth + 1) if quoted is not None else []
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
            return _of_type(parts[0], context, depth + 1) if parts else []
        # `Box[int]` is a `Box`.
        return _of_type(annotation.value, context, depth + 1)
    if not isinstance(annotation, (nodes.Name, nodes.Attribute)):
        return []
    found = _known(annotation, None)
    if not found and isinstance(annotation, nodes.Name):
        # A name in quotes, or in a file whose annotations are deferred, may be bound further down.
        found = _known_global(annotation)
    return [value.instantiate_class() for value in found if isinstance(value, nodes.ClassDef)]


def _one_of(parts: Sequence[nodes.NodeNG], context: InferenceContext | None, depth: int) -> list[Any]:
    each = [
        _of_type(part, context, depth + 1)
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
