"""Tips for calls and attributes: what functions hand on, of libraries and built in, and what reflection gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from astroid import bases, nodes
from astroid.brain import brain_builtin_inference as brain
from astroid.context import CallContext, InferenceContext, copy_context
from astroid.exceptions import AstroidError, UseInferenceDefault
from astroid.util import Uninferable

from ssot_lint.inference.annotations import of_type
from ssot_lint.inference.containers import LOOKUPS
from ssot_lint.inference.tree import RESULTS, Tip, every, imported_as, known


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
    """What the type says; what is cast, where that says nothing, as in ``cast(Any, hub)``. ``cast(Hub, None)`` keeps a
    place for a hub, and is none."""
    if len(node.args) == 2 and isinstance(node.args[1], nodes.Const) and node.args[1].value is None:
        yield node.args[1]
        return
    told = [one for one in of_type(node.args[0], context) if one is not Uninferable and not _is_object(one)]
    if told or len(node.args) < 2:
        yield from told or [Uninferable]
    else:
        yield from node.args[1].infer(context)


def _is_object(value: Any) -> bool:
    return isinstance(value, bases.Instance) and value.qname() == "builtins.object"


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

METHOD_CALLS = frozenset("run_until_complete create_task enter_context enter_async_context".split())
"""Methods that hand on what they are given, whatever they are methods of."""


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
        found = every(node.args[1], context) if len(node.args) > 1 else []
        names = {one.value if isinstance(one, nodes.Const) else None for one in found}
        attribute = names.pop() if len(names) == 1 else None
        if not isinstance(attribute, str):
            raise UseInferenceDefault
        yield from attribute_tip(node.args[0], attribute)(node, context)
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
        owners = [owner] if isinstance(owner, nodes.Module) else every(owner, context)
        found, lacks = False, False
        for value in owners:
            if value is Uninferable:
                lacks = True
                continue
            try:
                for one in value.igetattr(name):
                    found = True
                    yield one
            except (AstroidError, AttributeError):
                # None is what is there before the owner is. Others may have what is not known of them.
                lacks = lacks or not (isinstance(value, nodes.Const) and value.value is None)
        if not found:
            raise UseInferenceDefault
        if lacks:
            yield Uninferable

    return infer


def class_tip(instance: nodes.NodeNG) -> Tip:
    """``type(x)`` and ``x.__class__``; a name that is None until it is filled has the class of what fills it."""

    def infer(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
        for value in instance.infer(context):
            known = isinstance(value, bases.Instance) and isinstance(value._proxied, nodes.ClassDef)
            if not (isinstance(value, nodes.Const) and value.value is None):
                yield value._proxied if known else Uninferable

    return infer


def bare_tip(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
    """``object.__new__(C)`` is an instance of C."""
    found = [value for value in known(node.args[0], context) if isinstance(value, nodes.ClassDef)]
    if not found:
        raise UseInferenceDefault
    yield from (value.instantiate_class() for value in found)
