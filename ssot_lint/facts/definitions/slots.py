"""The names of one file that are made to keep things in. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ssot_lint.facts.reading import Reading
from ssot_lint.facts.scopes import Scope
from ssot_lint.facts.syntax import FUNCTIONS, AnyFunction, below, defaults, last_name, pairs, targets_of
from ssot_lint.model.sharing import Keeps, Slot


def slot_facts(reading: Reading) -> Iterator[Slot]:
    """Module-level names, class attributes and defaults of parameters that hold a container or an empty place."""
    for site in reading.walked.of(ast.Assign, ast.AnnAssign):
        node = site.node
        assert isinstance(node, (ast.Assign, ast.AnnAssign))
        if node.value is None or site.scope.kind not in ("module", "class") or site.scope.deferred:
            continue
        declared = (
            isinstance(node, ast.AnnAssign) and site.scope.kind == "class" and not _is_class_variable(node)
        )
        for target in targets_of(node):
            for single, value in pairs(target, node.value):
                form = form_of(reading, value, site.scope) if isinstance(single, ast.Name) else None
                if isinstance(single, ast.Name) and form is not None:
                    yield Slot(reading.lines.span(single), single.id, site.scope.qualname, form, declared)
    for site in reading.walked.of(*FUNCTIONS):
        assert isinstance(site.node, FUNCTIONS)
        for argument, default in defaults(site.node.args):
            if form_of(reading, default, site.scope) == "container" and not _is_rebound(site.node, argument):
                owner = site.scope.inside(site.node.name)
                yield Slot(reading.lines.span(argument), argument.arg, owner, "default")


def _is_rebound(function: AnyFunction, argument: ast.arg) -> bool:
    """Whether a function gives one of its parameters another value: ``data = dict(data)``."""
    return any(
        isinstance(part, ast.Name) and part.id == argument.arg and isinstance(part.ctx, ast.Store)
        for part in below(function)
    )


def _is_class_variable(node: ast.AnnAssign) -> bool:
    words = {getattr(part, "attr", getattr(part, "id", "")) for part in below(node.annotation)}
    if isinstance(node.annotation, ast.Constant):
        words.update(str(node.annotation.value).replace(".", " ").replace("[", " ").split())
    return "ClassVar" in words


CONTAINER_TYPES = frozenset(
    "dict list set bytearray defaultdict deque OrderedDict Counter ChainMap UserDict UserList array fromkeys"
    " Queue SimpleQueue LifoQueue PriorityQueue JoinableQueue SimpleNamespace"
    " LRUCache TTLCache LFUCache FIFOCache RRCache TLRUCache SortedDict SortedList SortedSet".split()
)


_DEFAULTING = frozenset("ContextVar ib attrib field".split())
"""These have a default that is not copied for each thread, context or object."""

_CONTEXTUAL = frozenset("ContextVar local Local LocalProxy LocalStack".split())


_WEAK = frozenset("WeakKeyDictionary WeakValueDictionary WeakSet".split())


_LIBRARIES = frozenset(
    "collections array weakref threading contextvars werkzeug asgiref builtins"
    " queue asyncio types cachetools sortedcontainers attr attrs".split()
)
"""The modules that have all these."""


def form_of(reading: Reading, value: ast.expr | None, scope: Scope) -> Keeps | None:
    """As what a value at module or class level keeps things; None where it keeps nothing."""
    if isinstance(value, (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)):
        return "container"
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Mult):
        return "container" if isinstance(value.left, ast.List) or isinstance(value.right, ast.List) else None
    if isinstance(value, ast.Constant) and value.value is None:
        return "none"
    if not isinstance(value, ast.Call):
        return None
    function = value.func.value if isinstance(value.func, ast.Subscript) else value.func
    ref = reading.ref(function, scope)
    if ref is None:
        return None
    target = ref.targets[0] if ref.targets else ""
    called = target.rpartition(".")[2].lstrip("?")
    if target.startswith(":"):
        return "context" if _is_local_storage(reading, target[1:]) else None
    if not target.startswith("?") and target.partition(".")[0] not in _LIBRARIES:
        return None
    if called in CONTAINER_TYPES or (called in _DEFAULTING and _is_shared_default(value, called)):
        return "container"
    return "context" if called in _CONTEXTUAL else "weak" if called in _WEAK else None


def _is_shared_default(call: ast.Call, called: str) -> bool:
    """Whether a call is given a literal container as the default of what it makes: one container for all."""
    found = [one.value for one in call.keywords if one.arg == "default"]
    found += call.args[:1] if called in ("ib", "attrib") else []
    return any(isinstance(one, (ast.List, ast.Dict, ast.Set)) or _is_new(one) for one in found)


def _is_new(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and last_name(node.func) in CONTAINER_TYPES


def _is_local_storage(reading: Reading, qualname: str) -> bool:
    """Whether a class of the file is a ``threading.local``."""
    for bound in reading.walked.module.bounds.get(qualname, ()):
        for base in getattr(bound.site.node, "bases", ()):
            if last_name(base) in _CONTEXTUAL:
                return True
    return False
