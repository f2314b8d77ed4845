"""Links → an astroid stub world, and what the expressions of one file are in it; imports astroid, as ``tips`` does.

Every module that the file imports is answered by a tiny synthetic one, made from the links, or by nothing:
astroid reads no other file and never looks on ``sys.path``. None of its plugins is applied: one of them imports
what the code names. What astroid does not follow is taught to it node by node, through its own inference tips:
awaited calls, annotations, ``partial``, literal imports, ``copy``, ``cast``. Nothing is calculated.
"""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

import astroid.context
from astroid import bases, nodes
from astroid.context import InferenceContext
from astroid.exceptions import AstroidImportError, UseInferenceDefault
from astroid.inference_tip import inference_tip
from astroid.manager import AstroidManager

from ssot_lint.facts.parse import undisturbed
from ssot_lint.facts.scopes import from_package
from ssot_lint.inference.inferred import Inferred
from ssot_lint.inference.prune import pruned
from ssot_lint.inference.tips import (
    ANCESTORS,
    BUILTIN_CALLS,
    LIBRARY_CALLS,
    LOOKUPS,
    METHOD_CALLS,
    PASSING,
    RESULTS,
    Taken,
    Tip,
    annotated_tip,
    attribute_tip,
    bare_tip,
    build,
    builtin_tip,
    class_tip,
    declared_tip,
    either_tip,
    imported_as,
    imports_tip,
    is_path,
    item_tip,
    last_of,
    lineage_of,
    lookup_tip,
    nodes_of,
    parameters_of,
    path_of,
    place_of,
    read_tip,
    rebuild,
    returned_tip,
    root_of,
    spread_tip,
    unknown_tip,
    value_tip,
)
from ssot_lint.inference.world import World
from ssot_lint.model.finding import Span

BUDGET = 2000
"""How many expressions of one file are looked at."""


class _Modules:
    """The modules of the stub world of one file, each built when it is asked for."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.built: dict[str, nodes.Module] = {}

    def of(self, name: str) -> nodes.Module:
        """The module of a name. Raises AstroidImportError where there is none: then it is not known."""
        if name not in self.built:
            text = self.world.text(name)
            if text is None:
                raise AstroidImportError("not looked at: {modname}", modname=name)
            # As a package, so that what is below it is asked for too.
            self.built[name] = build(text, f"{name}.__init__")
        return self.built[name]


@dataclass(slots=True)
class _Memory:
    """What astroid remembers in its own globals, for one file."""

    inferred: dict[Any, Any]
    tips: OrderedDict[Any, Any]


def _takes_from(node: nodes.Call) -> bool:
    """Whether ``__import__`` gives the module itself, for it is told what to take from it."""
    given = [*node.args[3:4], *(one.value for one in node.keywords if one.arg == "fromlist")]
    if not given or (isinstance(given[0], nodes.Const) and not given[0].value):
        return False
    if not isinstance(given[0], (nodes.List, nodes.Tuple)):
        raise UseInferenceDefault
    return bool(given[0].elts)


_tips: Any = sys.modules["astroid.inference_tip"]
_contexts: Any = astroid.context


@contextmanager
def _fenced(modules: _Modules, memory: _Memory) -> Iterator[None]:
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
        return modules.of(modname)

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


def _clean(found: Iterable[nodes.NodeNG]) -> None:
    """Takes back what assignments of the file (``builtins.N = …``) did to the one model of the built-in types."""
    assigned = {node.attrname for node in found if type(node) is nodes.AssignAttr}
    module = AstroidManager().builtins_module
    for owner in (module, *module.body) if assigned else ():
        for held in (getattr(owner, "locals", {}), getattr(owner, "instance_attrs", {})):
            for name in assigned:
                if name in held:
                    held[name] = [node for node in held[name] if node.root() is module]
                    if not held[name]:
                        del held[name]


class Inference:
    """What expressions of one file are. ``text`` is its source, ``module`` its dotted name; ``likely`` are those that
    are probably asked about, ``possible`` all that can be (columns in UTF-8 bytes)."""

    def __init__(
        self,
        text: str,
        module: str,
        package: bool,
        world: World,
        likely: frozenset[Span] = frozenset(),
        possible: frozenset[Span] = frozenset(),
    ) -> None:
        self.text = text
        self.name = module
        self.package = package
        self.world = world
        self.modules = _Modules(world)
        self.asked = 0
        self.spans = likely
        self.possible = possible
        self._start()

    def _start(self) -> None:
        """The tree of what the answers about the spans depend on."""
        self.memory = _Memory({}, OrderedDict())
        self.known: dict[Any, tuple[Any, ...] | None] = {}
        self.by_place: dict[tuple[int, int, int, int], nodes.NodeNG] = {}
        with _fenced(self.modules, self.memory), undisturbed():
            try:
                tree = pruned(self.text, self.spans, PASSING)
                self.module = rebuild(tree, self.name, self.package, self.text.count("class ") > ANCESTORS)
                found = list(nodes_of(self.module))
                _clean(found)
                self._teach(found)
                for node in found:
                    place = place_of(node)
                    if place in self.spans:
                        # A statement of one expression has the same place as the expression: the inner one counts.
                        self.by_place[place] = node
            except Exception:
                # Faults of astroid cost this file's inference; what facts and links prove stays.
                self.by_place = {}

    def answers(self, span: Span) -> tuple[Inferred, ...]:
        """What the expression at a place (columns in UTF-8 bytes) may be; empty when nothing is known."""
        if span not in self.spans:
            self.spans |= {span} | self.possible
            self._start()
        node = self.by_place.get(span)
        if node is None or self.asked >= BUDGET:
            return ()
        self.asked += 1
        found: dict[Inferred, None] = {}
        with _fenced(self.modules, self.memory):
            try:
                for value in islice(node.infer(), RESULTS):
                    found[self._answer(value)] = None
            except Exception:
                # Whatever stops astroid: there may be more than it has told.
                found[Inferred("other")] = None
        return tuple(found)

    def _answer(self, value: Any) -> Inferred:
        if isinstance(value, Taken):
            one = self._class(value._proxied)
            place = place_of(value.element)
            if (
                one.kind in ("symbol", "subclass")
                and place is not None
                and value.element.root() is self.module
            ):
                return Inferred("taken", one.contract, at=Span(*place))
            return Inferred("other")
        if isinstance(value, nodes.ClassDef):
            return self._class(value)
        if isinstance(value, (bases.BoundMethod, bases.UnboundMethod)):
            return self._method(value)
        if isinstance(value, nodes.Const) and value.value is None:
            return Inferred("nothing")
        if isinstance(value, bases.Instance) and isinstance(value._proxied, nodes.ClassDef):
            klass = self._class(value._proxied)
            return Inferred("instance", klass.contract, sure=klass.sure) if klass.contract >= 0 else klass
        return self._function(value)

    def _class(self, klass: Any) -> Inferred:
        for ancestor in lineage_of(klass):
            known = self.world.known(ancestor.qname())
            if known is None:
                continue
            match known.kind:
                case "symbol" | "subclass" | "outside" as kind if ancestor is klass:
                    return Inferred(kind, known.contract, sure=known.sure)
                case "symbol" | "subclass" | "outside":
                    return Inferred("outside", known.contract)
            return Inferred("other")
        return Inferred("other")

    def _method(self, method: Any) -> Inferred:
        answer = self._function(method)
        bound = getattr(method, "bound", None)
        if answer.kind == "constructor" and bound is not None:
            klass = bound if isinstance(bound, nodes.ClassDef) else getattr(bound, "_proxied", None)
            if isinstance(klass, nodes.ClassDef) and self._class(klass).kind not in ("symbol", "subclass"):
                return Inferred("other")
        return answer

    def _function(self, function: Any) -> Inferred:
        while isinstance(function, (bases.BoundMethod, bases.UnboundMethod)):
            function = function._proxied
        known = self.world.known(function.qname()) if isinstance(function, nodes.FunctionDef) else None
        if known is not None:
            match known.kind:
                case "factory" | "maker" | "constructor" as kind:
                    return Inferred(kind, known.contract, known.path, sure=known.sure)
        return Inferred("other")

    # -- what astroid does not follow

    def _teach(self, found: Sequence[nodes.NodeNG]) -> None:
        functions = [
            node
            for node in found
            if type(node) in (nodes.FunctionDef, nodes.AsyncFunctionDef) and node.returns is not None
        ]
        told = {function.name for function in functions}
        read = {function.name for function in functions if function.decorators is not None}
        read |= {last_of(node.target) for node in found if type(node) is nodes.AnnAssign}
        renamed = {
            alias
            for node in found
            if type(node) is nodes.ImportFrom
            for name, alias in node.names
            if alias and name in LIBRARY_CALLS
        }
        lessons: dict[type, Callable[[Any], None]] = {
            nodes.BinOp: lambda node: self._tip(node, unknown_tip),
            nodes.AugAssign: lambda node: self._tip(node, unknown_tip),
            nodes.BoolOp: lambda node: self._tip(node, either_tip),
            nodes.JoinedStr: lambda node: self._tip(node, unknown_tip),
            nodes.FormattedValue: lambda node: self._tip(node, unknown_tip),
            # astroid gives what an async function returns for the call itself.
            nodes.Await: lambda node: self._tip(node, value_tip(node.value)),
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
        for argument, annotation in parameters_of(node):
            self._tip(argument, annotated_tip(annotation))

    def _teach_declaration(self, node: nodes.AnnAssign) -> None:
        if isinstance(node.target, (nodes.AssignName, nodes.AssignAttr)):
            self._tip(node.target, declared_tip(node.annotation, node.value))

    def _teach_attribute(self, node: nodes.Attribute, read: set[str]) -> None:
        if node.attrname == "__class__":
            self._tip(node, class_tip(node.expr))
        elif node.attrname in read:
            self._tip(node, read_tip)

    def _teach_literal(self, node: Any) -> None:
        if isinstance(node, nodes.Dict):
            if any(isinstance(key, nodes.DictUnpack) for key, _ in node.items):
                self._tip(node, unknown_tip)
        elif any(isinstance(element, nodes.Starred) for element in node.elts):
            self._tip(node, spread_tip)

    def _teach_call(self, node: nodes.Call, told: set[str], renamed: set[str]) -> None:
        name = last_of(node.func)
        if name in LIBRARY_CALLS or name in renamed:
            self._tip(node, self._library)
        elif isinstance(node.func, nodes.Name) and name in BUILTIN_CALLS:
            self._tip(node, builtin_tip)
        elif name == "__new__" and node.args:
            self._tip(node, bare_tip)
        elif isinstance(node.func, nodes.Attribute) and name in LOOKUPS:
            self._tip(node, lookup_tip)
        elif name in told:
            self._tip(node, returned_tip)

    def _teach_subscript(self, node: nodes.Subscript) -> None:
        held, key = node.value, node.slice
        if is_path(held, "sys", "modules") or is_path(held, "modules"):
            self._tip(node, self._import_of(key, "sys.modules"))
        elif isinstance(key, nodes.Const) and isinstance(key.value, str):
            if isinstance(held, nodes.Call) and is_path(held.func, "vars") and len(held.args) == 1:
                self._tip(node, attribute_tip(held.args[0], key.value))
            elif isinstance(held, nodes.Call) and is_path(held.func, "globals"):
                self._tip(node, attribute_tip(self.module, key.value))
            elif isinstance(held, nodes.Attribute) and held.attrname == "__dict__":
                self._tip(node, attribute_tip(held.expr, key.value))
        elif not isinstance(key, (nodes.Const, nodes.UnaryOp, nodes.Slice)):
            self._tip(node, item_tip)

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
        path = path_of(node.func)
        root = root_of(node.func)
        name = path.rpartition(".")[2]
        bound = imported_as(root) if root is not None else None
        if bound is None:
            # A method of something: only where its name says enough.
            if name not in METHOD_CALLS or "." not in path:
                raise UseInferenceDefault
        elif bound:
            path = f"{bound}{path[len(root.name) :]}" if root is not None else path
            name = path.rpartition(".")[2]
            if not self.world.foreign(path):
                raise UseInferenceDefault
        call = LIBRARY_CALLS.get(name)
        if call is None or not node.args or (name == "run" and not path.startswith(("asyncio.", "anyio."))):
            raise UseInferenceDefault
        tip = self._import_of(node.args[0], name) if call is imports_tip else call
        yield from tip(node, context)

    def _package(self, node: nodes.Call) -> str:
        """The package from which the name counts that an import is given; nothing where that is not known."""
        given = [*node.args[1:2], *(one.value for one in node.keywords if one.arg == "package")]
        if given and isinstance(given[0], nodes.Const) and isinstance(given[0].value, str):
            return given[0].value
        parts = self.module.name.split(".")
        package = parts if self.module.package else parts[:-1]
        return ".".join(package) if given and path_of(given[0]) in ("__package__", "__name__") else ""

    def _import_of(self, literal: nodes.NodeNG, called: str) -> Tip:
        """What an import by a literal name gives."""

        def infer(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
            value = next(literal.infer(context), None)
            name = value.value if isinstance(value, nodes.Const) else None
            if not isinstance(name, str) or not name.strip("."):
                raise UseInferenceDefault
            if name.startswith("."):
                name = from_package(name, self._package(node))
                if not name or name.startswith("."):
                    raise UseInferenceDefault
            if called == "__import__" and not _takes_from(node):
                name = name.partition(".")[0]
            yield self.modules.of(name)

        return infer
