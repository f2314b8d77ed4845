"""Links → an astroid stub world, and what the expressions of one file are in it; the only importer of astroid.

Every module that the file imports is answered by a tiny synthetic one, made from the links, or by nothing:
astroid reads no other file and never looks on ``sys.path``. None of its plugins is applied: one of them imports
what the code names. What astroid does not follow is taught to it node by node, through its own inference tips:
awaited calls, annotations, ``partial``, literal imports, ``copy``, ``cast``. Nothing is calculated.
"""

from __future__ import annotations

import gc
import sys
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import astroid.context
from astroid import bases, nodes
from astroid.brain import brain_builtin_inference as brain
from astroid.builder import AstroidBuilder
from astroid.context import CallContext, InferenceContext, copy_context
from astroid.exceptions import AstroidError, AstroidImportError, UseInferenceDefault
from astroid.inference_tip import inference_tip
from astroid.manager import AstroidManager
from astroid.util import Uninferable

from ssot_lint.model import Span

STUB = "__ssot__"
"""The package of the synthetic things: ``__ssot__.c0.Symbol`` is the symbol of the first contract."""

ANCESTORS = 40
LINEAGE = 100
RESULTS = 40
ELEMENTS = 100
BUDGET = 2000
"""How many generations of classes, bases of a class, results of one expression, elements of a container with
others in it, and expressions of one file are looked at."""

_SYMBOL = """\
class Symbol:
    def __enter__(self):
        return self
    def __aenter__(self):
        return self
{members}
class Subclass(Symbol): pass
class Outside(Symbol): pass
class Double: pass
instance = Symbol()
"""
_MEMBER = """\
    @classmethod
    def {name}(cls, *args, **keywords):
        return cls()
"""
_THING = f"""\
from {STUB}.c{{number}} import Symbol
def thing(*args, **keywords):
    return Symbol()
"""
_METHOD = f"""\
    @staticmethod
    def {{name}}(*args, **keywords):
        from {STUB}.c{{number}} import Symbol
        return Symbol()
"""
_LIBRARY = {"contextlib": "def contextmanager(function): pass\nasynccontextmanager = contextmanager\n"}
_WORDS = {"Symbol": "symbol", "Subclass": "subclass", "Outside": "outside", "Double": "double"}
_NAMES = {kind: name for name, kind in _WORDS.items()} | {"instance": "instance"}


@dataclass(frozen=True, slots=True)
class Known:
    """What a path leads to: the contract's number, the kind of the link, and the contract's own path."""

    contract: int
    kind: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One thing that an expression may be. ``kind`` as in ``links.Link``; ``constructor``: an alternate one of the
    class; ``taken``: the class, out of the container that has it ``at`` a place (columns in UTF-8 bytes);
    ``nothing``: None; ``other``. ``contract`` is a number, ``path`` the contract's own path of a factory."""

    kind: str
    contract: int = -1
    path: str = ""
    at: Span | None = None


@dataclass(slots=True)
class World:
    """The stub world of one file.

    ``resolve``: an absolute path → what it leads to. ``methods``: the path of a class → the factories that are
    its methods. ``exists``: whether a module of this name is the project's, or a contract's; ``foreign``: whether a
    path is neither. ``names`` are those that the file may take
    from a module, ``members`` of each contract the methods of its class that hand out an instance.
    """

    resolve: Callable[[str], Known | None]
    methods: Callable[[str], Mapping[str, Known]]
    exists: Callable[[str], bool]
    foreign: Callable[[str], bool]
    names: Sequence[str]
    members: Sequence[Mapping[str, Known]]
    things: list[Known] = field(default_factory=list)
    modules: dict[str, nodes.Module] = field(default_factory=dict)

    def module(self, name: str) -> nodes.Module:
        """The synthetic module of a name. Raises AstroidImportError where there is none: then it is not known."""
        if not (name in _LIBRARY or name.partition(".")[0] == STUB or self.exists(name)):
            raise AstroidImportError("not looked at: {modname}", modname=name)
        if name not in self.modules:
            # As a package, so that what is below it is asked for too.
            self.modules[name] = _build(self._text(name), f"{name}.__init__")
        return self.modules[name]

    def _text(self, name: str) -> str:
        package, _, last = name.partition(".")
        if package == STUB:
            if last.startswith("c"):
                members = "".join(_MEMBER.format(name=one) for one in self.members[int(last[1:])])
                return _SYMBOL.format(members=members)
            return _THING.format(number=self.things[int(last[1:])].contract) if last else ""
        return _LIBRARY.get(name, "") + "\n".join(self._lines(name))

    def _lines(self, module: str) -> Iterator[str]:
        for name in self.names:
            known = self.resolve(f"{module}.{name}")
            if known is None:
                methods = self.methods(f"{module}.{name}")
                if methods:
                    yield f"class {name}:"
                    for method, made in methods.items():
                        yield _METHOD.format(name=method, number=made.contract)
            elif known.kind in _NAMES:
                yield f"from {STUB}.c{known.contract} import {_NAMES[known.kind]} as {name}"
            else:
                self.things.append(known)
                yield f"from {STUB}.t{len(self.things) - 1} import thing as {name}"

    def known(self, qualname: str) -> Known | None:
        """What a class or function of the file or of the stub world is."""
        package, _, rest = qualname.partition(".")
        if package != STUB:
            return self.resolve(qualname)
        place, _, name = rest.partition(".")
        if place.startswith("t"):
            return self.things[int(place[1:])]
        contract = int(place[1:])
        name, _, member = name.partition(".")
        if member:
            return self.members[contract].get(member)
        return Known(contract, _WORDS[name])


class _Builder(AstroidBuilder):  # type: ignore[misc, unused-ignore]
    """Builds modules that stand nowhere: astroid would look on the disk beside the place of a module."""

    def _data_build(self, data: str, modname: str, path: str | None) -> Any:
        module, builder = super()._data_build(data, modname, path)
        module.path = []
        if data.count("class ") > ANCESTORS:
            _shorten(_all(module))
        return module, builder


def _build(text: str, name: str) -> nodes.Module:
    return _Builder(AstroidManager(), apply_transforms=False).string_build(text, name)


@dataclass(slots=True)
class _Memory:
    """What astroid remembers in its own globals, for one file."""

    inferred: dict[Any, Any]
    tips: OrderedDict[Any, Any]


_tips: Any = sys.modules["astroid.inference_tip"]
_contexts: Any = astroid.context


@contextmanager
def _fenced(world: World, memory: _Memory) -> Iterator[None]:
    """Lets astroid import from the stub world alone, within known limits, and leaves its state as it was.

    ``AstroidManager`` is a Borg: all of its instances share one dictionary, and node classes make their own
    instances. So the one method through which all imports go is replaced for as long as we infer.
    """
    manager: Any = AstroidManager()
    kind: Any = AstroidManager
    cache = manager.astroid_cache
    if "builtins" not in cache:
        manager.bootstrap()
    builtins = cache["builtins"]
    saved = dict(cache)
    load = kind.ast_from_module_name
    values, most = manager.max_inferable_values, InferenceContext.max_inferred
    inferred, tips = _contexts._INFERENCE_CACHE, _tips._cache

    def answer(
        self: AstroidManager, modname: str | None, context_file: str | None = None, use_cache: bool = True
    ) -> nodes.Module:
        if modname == "builtins":
            return builtins
        if not modname:
            raise AstroidImportError("not looked at: {modname}", modname=modname)
        return world.module(modname)

    # The dictionary is shared by instances that others hold: it is emptied and filled, not replaced.
    cache.clear()
    cache["builtins"] = builtins
    kind.ast_from_module_name = answer
    manager.max_inferable_values, InferenceContext.max_inferred = 100, 100
    _contexts._INFERENCE_CACHE, _tips._cache = memory.inferred, memory.tips
    try:
        yield
    finally:
        kind.ast_from_module_name = load
        manager.max_inferable_values, InferenceContext.max_inferred = values, most
        _contexts._INFERENCE_CACHE, _tips._cache = inferred, tips
        cache.clear()
        cache.update(saved)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keeps the collector from looking at a growing tree again and again: none of it is garbage yet."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _clean(found: Iterable[nodes.NodeNG]) -> None:
    """Takes back what assignments of the file (``builtins.N = …``) did to the one model of the built-in types."""
    assigned = {node.attrname for node in found if type(node) is nodes.AssignAttr}
    module = AstroidManager().builtins_module
    for owner in (module, *module.body):
        for held in (getattr(owner, "locals", {}), getattr(owner, "instance_attrs", {})):
            for name in assigned & held.keys():
                held[name] = [node for node in held[name] if node.root() is module]
                if not held[name]:
                    del held[name]


def _shorten(found: Iterable[nodes.NodeNG]) -> None:
    """Cuts lines of ancestors that are longer than any real one: looking through them takes the cube of time."""
    depth: dict[str, int] = {}
    for node in found:
        if isinstance(node, nodes.ClassDef):
            depth[node.name] = 1 + max((depth.get(_last(base), 0) for base in node.bases), default=0)
            if depth[node.name] % ANCESTORS == 0:
                node.bases = []


Tip = Callable[..., Iterator[Any]]


class _Partial(bases.Proxy):  # type: ignore[misc]
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


class _Taken(bases.Proxy):  # type: ignore[misc]
    """A class that is one of those in a container."""

    def __init__(self, klass: nodes.ClassDef, element: nodes.NodeNG) -> None:
        super().__init__(klass)
        self.element = element


class Inference:
    """What expressions of one file are. ``text`` is its source, ``module`` its dotted name."""

    def __init__(self, text: str, module: str, package: bool, world: World) -> None:
        self.world = world
        self.asked = 0
        self.memory = _Memory({}, OrderedDict())
        self.known: dict[Any, tuple[Any, ...] | None] = {}
        self.by_place: dict[tuple[int, int, int, int], nodes.NodeNG] = {}
        with _fenced(world, self.memory), _uncollected():
            try:
                self.module = _build(text, f"{module}.__init__" if package else module)
                found = list(_all(self.module))
                _clean(found)
                self._teach(found)
                for node in found:
                    place = _place(node)
                    if place is not None:
                        # A statement of one expression has the same place as the expression: the inner one counts.
                        self.by_place[place] = node
            except Exception:
                # Faults of astroid cost this file's inference; what facts and links prove stays.
                self.by_place = {}

    def answers(self, span: Span) -> tuple[Answer, ...]:
        """What the expression at a place (columns in UTF-8 bytes) may be; empty when nothing is known."""
        node = self.by_place.get(span)
        if node is None or self.asked >= BUDGET:
            return ()
        self.asked += 1
        found: dict[Answer, None] = {}
        with _fenced(self.world, self.memory):
            try:
                for value in islice(node.infer(), RESULTS):
                    found[self._answer(value)] = None
            except Exception:
                # Whatever stops astroid: there may be more than it has told.
                found[Answer("other")] = None
        return tuple(found)

    def _answer(self, value: Any) -> Answer:
        if isinstance(value, _Taken):
            one = self._class(value._proxied)
            place = _place(value.element)
            if (
                one.kind in ("symbol", "subclass")
                and place is not None
                and value.element.root() is self.module
            ):
                return Answer("taken", one.contract, at=Span(*place))
            return Answer("other")
        if isinstance(value, nodes.ClassDef):
            return self._class(value)
        if isinstance(value, (bases.BoundMethod, bases.UnboundMethod)):
            return self._method(value)
        if isinstance(value, nodes.Const) and value.value is None:
            return Answer("nothing")
        if isinstance(value, bases.Instance) and isinstance(value._proxied, nodes.ClassDef):
            klass = self._class(value._proxied)
            return Answer("instance", klass.contract) if klass.contract >= 0 else klass
        return self._function(value)

    def _class(self, klass: Any) -> Answer:
        for ancestor in _lineage(klass):
            known = self.world.known(ancestor.qname())
            if known is None:
                continue
            if known.kind not in ("symbol", "subclass", "outside"):
                return Answer("other")
            if ancestor is klass:
                return Answer(known.kind, known.contract)
            return Answer("outside", known.contract)
        return Answer("other")

    def _method(self, method: Any) -> Answer:
        answer = self._function(method)
        bound = getattr(method, "bound", None)
        if answer.kind == "constructor" and bound is not None:
            klass = bound if isinstance(bound, nodes.ClassDef) else getattr(bound, "_proxied", None)
            if isinstance(klass, nodes.ClassDef) and self._class(klass).kind not in ("symbol", "subclass"):
                return Answer("other")
        return answer

    def _function(self, function: Any) -> Answer:
        while isinstance(function, (bases.BoundMethod, bases.UnboundMethod)):
            function = function._proxied
        if isinstance(function, nodes.FunctionDef):
            known = self.world.known(function.qname())
            if known is not None and known.kind in ("factory", "maker", "constructor"):
                return Answer(known.kind, known.contract, known.path)
        return Answer("other")

    # -- what astroid does not follow

    def _teach(self, found: Sequence[nodes.NodeNG]) -> None:
        functions = [
            node
            for node in found
            if type(node) in (nodes.FunctionDef, nodes.AsyncFunctionDef) and node.returns is not None
        ]
        told = {function.name for function in functions}
        read = {function.name for function in functions if function.decorators is not None}
        read |= {_last(node.target) for node in found if type(node) is nodes.AnnAssign}
        renamed = {
            alias
            for node in found
            if type(node) is nodes.ImportFrom
            for name, alias in node.names
            if alias and name in _LIBRARY_CALLS
        }
        lessons: dict[type, Callable[[Any], None]] = {
            nodes.BinOp: lambda node: self._tip(node, _unknown),
            nodes.AugAssign: lambda node: self._tip(node, _unknown),
            nodes.JoinedStr: lambda node: self._tip(node, _unknown),
            nodes.FormattedValue: lambda node: self._tip(node, _unknown),
            # astroid gives what an async function returns for the call itself.
            nodes.Await: lambda node: self._tip(node, _of(node.value)),
            nodes.Arguments: self._teach_parameters,
            nodes.AnnAssign: self._teach_declaration,
            nodes.Call: lambda node: self._teach_call(node, told, renamed),
            nodes.Subscript: self._teach_subscript,
            nodes.Attribute: lambda node: self._teach_attribute(node, read),
            nodes.Tuple: self._teach_literal,
            nodes.List: self._teach_literal,
            nodes.Set: self._teach_literal,
            nodes.Dict: self._teach_literal,
        }
        for node in found:
            lesson = lessons.get(type(node))
            if lesson is not None:
                lesson(node)

    def _teach_parameters(self, node: nodes.Arguments) -> None:
        for argument, annotation in _parameters(node):
            self._tip(argument, _annotated(annotation))

    def _teach_declaration(self, node: nodes.AnnAssign) -> None:
        if isinstance(node.target, (nodes.AssignName, nodes.AssignAttr)):
            self._tip(node.target, _declared(node.annotation, node.value))

    def _teach_attribute(self, node: nodes.Attribute, read: set[str]) -> None:
        if node.attrname == "__class__":
            self._tip(node, _class_of(node.expr))
        elif node.attrname in read:
            self._tip(node, _read)

    def _teach_literal(self, node: Any) -> None:
        if isinstance(node, nodes.Dict):
            if any(isinstance(key, nodes.DictUnpack) for key, _ in node.items):
                self._tip(node, _unknown)
        elif any(isinstance(element, nodes.Starred) for element in node.elts):
            self._tip(node, _spread)

    def _teach_call(self, node: nodes.Call, told: set[str], renamed: set[str]) -> None:
        name = _last(node.func)
        if name in _LIBRARY_CALLS or name in renamed:
            self._tip(node, self._library)
        elif isinstance(node.func, nodes.Name) and name in _BUILTIN_CALLS:
            self._tip(node, _builtin)
        elif name == "__new__" and node.args:
            self._tip(node, _bare)
        elif isinstance(node.func, nodes.Attribute) and name in ("get", "pop", "values", "items"):
            self._tip(node, _looked_up)
        elif name in told:
            self._tip(node, _returned)

    def _teach_subscript(self, node: nodes.Subscript) -> None:
        held, key = node.value, node.slice
        if _is(held, "sys", "modules") or _is(held, "modules"):
            self._tip(node, self._import_of(key, "sys.modules"))
        elif isinstance(key, nodes.Const) and isinstance(key.value, str):
            if isinstance(held, nodes.Call) and _is(held.func, "vars") and len(held.args) == 1:
                self._tip(node, _attribute(held.args[0], key.value))
            elif isinstance(held, nodes.Call) and _is(held.func, "globals"):
                self._tip(node, _attribute(self.module, key.value))
            elif isinstance(held, nodes.Attribute) and held.attrname == "__dict__":
                self._tip(node, _attribute(held.expr, key.value))
        elif not isinstance(key, (nodes.Const, nodes.UnaryOp, nodes.Slice)):
            self._tip(node, _item)

    def _tip(self, node: nodes.NodeNG, infer: Tip) -> None:
        """Gives one node a way to be inferred that comes before astroid's own, and is gone once as that is."""

        def remembered(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
            key = (node, context and (context.lookupname, context.callcontext, context.boundnode))
            if key not in self.known:
                try:
                    self.known[key] = tuple(islice(infer(node, context), RESULTS))
                except UseInferenceDefault:
                    self.known[key] = None
            results = self.known[key]
            if results is None:
                raise UseInferenceDefault
            yield from results

        inference_tip(remembered)(node)

    def _library(self, node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
        """A call of a function that is known by its name, and not the project's own."""
        path = _path(node.func)
        root = _root(node.func)
        name = path.rpartition(".")[2]
        bound = _imported(root) if root is not None else None
        if bound is None:
            # A method of something: only where its name says enough.
            if name not in _METHOD_CALLS or "." not in path:
                raise UseInferenceDefault
        elif bound:
            path = f"{bound}{path[len(root.name) :]}" if root is not None else path
            name = path.rpartition(".")[2]
            if not self.world.foreign(path):
                raise UseInferenceDefault
        call = _LIBRARY_CALLS.get(name)
        if call is None or not node.args or (name == "run" and not path.startswith(("asyncio.", "anyio."))):
            raise UseInferenceDefault
        tip = self._import_of(node.args[0], name) if call is _imports else call
        yield from tip(node, context)

    def _import_of(self, literal: nodes.NodeNG, called: str) -> Tip:
        """What an import by a literal name gives."""

        def infer(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
            value = next(literal.infer(context), None)
            name = value.value if isinstance(value, nodes.Const) else None
            if not isinstance(name, str) or not name.strip("."):
                raise UseInferenceDefault
            if name.startswith("."):
                dots = len(name) - len(name.lstrip("."))
                parts = self.module.name.split(".")
                package = parts if self.module.package else parts[:-1]
                name = ".".join([*package[: len(package) - dots + 1], name.lstrip(".")])
            if called == "__import__" and len(node.args) < 4 and not node.keywords:
                name = name.partition(".")[0]
            yield self.world.module(name)

        return infer


# -- the tree


def _all(module: nodes.Module) -> Iterator[nodes.NodeNG]:
    """Every node, in the order of the source, parents before children."""
    todo: list[nodes.NodeNG] = [module]
    while todo:
        node = todo.pop()
        yield node
        todo.extend(reversed(list(node.get_children())))


def _place(node: nodes.NodeNG) -> tuple[int, int, int, int] | None:
    if node.lineno is None or node.end_lineno is None:
        return None
    return node.lineno, node.col_offset or 0, node.end_lineno, node.end_col_offset or 0


def _last(node: nodes.NodeNG) -> str:
    """The last name of a path, or nothing."""
    return node.attrname if isinstance(node, nodes.Attribute) else getattr(node, "name", "")


def _path(node: nodes.NodeNG) -> str:
    """A dotted path; what is no name in it is an empty part."""
    parts: list[str] = []
    while isinstance(node, nodes.Attribute):
        parts.append(node.attrname)
        node = node.expr
    parts.append(node.name if isinstance(node, nodes.Name) else "")
    return ".".join(reversed(parts))


def _root(node: nodes.NodeNG) -> nodes.Name | None:
    while isinstance(node, nodes.Attribute):
        node = node.expr
    return node if isinstance(node, nodes.Name) else None


def _is(node: nodes.NodeNG, *parts: str) -> bool:
    return _path(node) == ".".join(parts)


def _imported(root: nodes.Name) -> str | None:
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


def _parameters(node: nodes.Arguments) -> Iterator[tuple[nodes.AssignName, nodes.NodeNG]]:
    groups = [
        (node.posonlyargs, node.posonlyargs_annotations),
        (node.args or [], node.annotations),
        (node.kwonlyargs, node.kwonlyargs_annotations),
    ]
    for arguments, types in groups:
        for argument, annotation in zip(arguments, types, strict=False):
            if annotation is not None:
                yield argument, annotation


def _lineage(klass: nodes.ClassDef) -> Iterator[nodes.ClassDef]:
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


def _unknown(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
    # Arithmetic and formatting: astroid would calculate them, whatever their size.
    yield Uninferable


def _of(value: nodes.NodeNG) -> Tip:
    def infer(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
        yield from value.infer(context)

    return infer


def _first(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
    yield from node.args[0].infer(context)


def _partial(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
    for value in node.args[0].infer(context):
        if isinstance(
            value, (nodes.FunctionDef, nodes.Lambda, bases.BoundMethod, bases.UnboundMethod, _Partial)
        ):
            yield _Partial(value, node)
        else:
            yield value


def _cast(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
    yield from _of_type(node.args[0], context) or [Uninferable]


def _imports(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
    raise UseInferenceDefault


_LIBRARY_CALLS: Mapping[str, Tip] = {
    "partial": _partial,
    "partialmethod": _partial,
    "cast": _cast,
    "import_module": _imports,
    "__import__": _imports,
    **dict.fromkeys("copy deepcopy run run_until_complete create_task ensure_future shield".split(), _first),
    **dict.fromkeys("wait_for lru_cache cache alru_cache staticmethod classmethod".split(), _first),
    **dict.fromkeys("enter_context enter_async_context".split(), _first),
}
"""Functions of libraries, by their last name, that hand on what they are given."""

_METHOD_CALLS = frozenset("run_until_complete create_task enter_context enter_async_context".split())


def _builtin(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
    """A call of a built-in function, unless the file has another one of its name."""
    name = node.func.name
    if _imported(node.func) != name:
        raise UseInferenceDefault
    if name == "type":
        if len(node.args) != 1:
            raise UseInferenceDefault
        yield from _class_of(node.args[0])(node, context)
    elif name == "getattr":
        literal = next(node.args[1].infer(context), None) if len(node.args) > 1 else None
        if not isinstance(literal, nodes.Const) or not isinstance(literal.value, str):
            raise UseInferenceDefault
        yield from _attribute(node.args[0], literal.value)(node, context)
    else:
        result = _BUILTIN_CALLS[name](node, context=context)
        result.parent = result.parent or node
        yield result


_BUILTIN_CALLS: Mapping[str, Callable[..., Any]] = {
    "type": brain.infer_type,
    "getattr": brain.infer_getattr,
    "super": brain.infer_super,
    "dict": brain.infer_dict,
    "list": brain.infer_list,
    "tuple": brain.infer_tuple,
    "set": brain.infer_set,
    "frozenset": brain.infer_frozenset,
}


def _attribute(owner: nodes.NodeNG, name: str) -> Tip:
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


def _class_of(instance: nodes.NodeNG) -> Tip:
    """``type(x)`` and ``x.__class__``; of a name that is None until it is filled, that which fills it counts."""

    def infer(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
        for value in instance.infer(context):
            known = isinstance(value, bases.Instance) and isinstance(value._proxied, nodes.ClassDef)
            if not (isinstance(value, nodes.Const) and value.value is None):
                yield value._proxied if known else Uninferable

    return infer


def _bare(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
    """``object.__new__(C)`` is an instance of C."""
    found = [value for value in _known(node.args[0], context) if isinstance(value, nodes.ClassDef)]
    if not found:
        raise UseInferenceDefault
    yield from (value.instantiate_class() for value in found)


def _spread(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
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
                yield _Taken(value, element) if isinstance(value, nodes.ClassDef) else Uninferable


def _item(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
    found = _usual(node, context) or list(_taken(_known(node.value, context), context))
    if not found:
        raise UseInferenceDefault
    yield from found


def _looked_up(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
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


def _annotated(annotation: nodes.NodeNG) -> Tip:
    """A parameter: what it is called with where that is known, else what its annotation says."""

    def infer(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
        called = context is not None and context.callcontext is not None
        found = (_usual(node, context) if called else []) or _of_type(annotation, context)
        if not found:
            raise UseInferenceDefault
        yield from found

    return infer


def _declared(annotation: nodes.NodeNG, value: nodes.NodeNG | None) -> Tip:
    """What an annotated name holds: its value where that is known, else what the annotation says."""

    def infer(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
        found = _known(value, context)
        if all(isinstance(one, nodes.Const) and one.value is None for one in found):
            found += _of_type(annotation, context)
        if not found:
            raise UseInferenceDefault
        yield from found

    return infer


def _returned(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
    """What a call gives; where its function's body does not tell, its annotation does."""
    found = _usual(node, context)
    if not found:
        found = [value for callee in _known(node.func, context) for value in _result(callee, context)]
    if not found:
        raise UseInferenceDefault
    yield from found


def _read(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
    """An attribute; where its value does not tell, the annotation of the property or field in its class does."""
    found = _usual(node, context)
    if not found:
        for owner in _known(node.expr, context):
            klass = owner if isinstance(owner, nodes.ClassDef) else getattr(owner, "_proxied", None)
            if isinstance(klass, nodes.ClassDef):
                held: list[Any] = next(
                    (one.locals[node.attrname] for one in _lineage(klass) if node.attrname in one.locals), []
                )
                found += [value for one in held for value in _promised(one, context)]
    if not found:
        raise UseInferenceDefault
    yield from found


def _promised(member: Any, context: InferenceContext | None) -> list[Any]:
    """What reading a member of a class gives, as its annotation says."""
    if isinstance(member, nodes.FunctionDef) and member.decorators is not None:
        properties = [one for one in member.decorators.nodes if _last(one) in ("property", "cached_property")]
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
        name = _last(annotation.value)
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
        body = _build(annotation.value.strip(), "").body
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
