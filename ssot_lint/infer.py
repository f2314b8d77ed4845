"""Links → an astroid stub world, and what the expressions of one file are in it; the only importer of astroid.

The file is parsed by astroid with all that cannot matter left out. Every module that it imports is answered
by a tiny synthetic one, made from the links, or by nothing: astroid reads no other file and never looks on
``sys.path``. What astroid does not follow is taught to it node by node, through its own inference tips:
awaited calls, parameters' annotations, ``partial``, literal imports, ``copy``, ``cast``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

import astroid
from astroid import bases, nodes
from astroid.builder import AstroidBuilder
from astroid.context import InferenceContext
from astroid.exceptions import AstroidError, AstroidImportError, UseInferenceDefault
from astroid.inference_tip import clear_inference_tip_cache, inference_tip
from astroid.manager import AstroidManager
from astroid.util import Uninferable

from ssot_lint.model import Span

STUB = "__ssot__"
"""The package of the synthetic classes: ``__ssot__.c0.Symbol`` is the symbol of the first contract."""

LINEAGE = 100
RESULTS = 40
BUDGET = 2000
"""How many results of one expression, and how many expressions of one file, are looked at."""

_SYMBOL = """\
class Symbol:
{makers}
class Subclass(Symbol): pass
class Outside(Symbol): pass
class Double: pass
def factory(*args, **keywords):
    return Symbol()
def maker(*args, **keywords):
    return Symbol()
instance = Symbol()
"""
_MAKER = """\
    @classmethod
    def {name}(cls, *args, **keywords):
        return cls()
"""
_NAMES = {
    "symbol": "Symbol",
    "subclass": "Subclass",
    "outside": "Outside",
    "double": "Double",
    "factory": "factory",
    "maker": "maker",
    "instance": "instance",
}

Resolve = Callable[[str], "tuple[int, str] | None"]
"""An absolute path → the contract's number and the kind of its link (a key of ``_NAMES``), or None."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One thing that an expression may be. ``kind`` as in ``links.Link``, or ``other``; ``contract`` is a number."""

    kind: str
    contract: int = -1


class World:
    """The stub world of one file. ``names`` are those that the file may take from a module."""

    def __init__(
        self,
        resolve: Resolve,
        names: Iterable[str],
        makers: Sequence[Iterable[str]],
        declared: Sequence[frozenset[str]],
    ) -> None:
        self.resolve = resolve
        self.names = sorted(names)
        self.makers = makers
        self.declared = declared
        self.cache: dict[str, nodes.Module] = {}

    def module(self, name: str) -> nodes.Module:
        """The synthetic module of a name. Raises AstroidImportError where nothing in it matters."""
        if name not in self.cache:
            text = self._text(name)
            builder = AstroidBuilder(AstroidManager(), apply_transforms=False)
            self.cache[name] = builder.string_build(text, f"{name}.__init__")
        return self.cache[name]

    def _text(self, name: str) -> str:
        if name == STUB:
            return ""
        if name.startswith(f"{STUB}.c"):
            made = "".join(_MAKER.format(name=one) for one in self.makers[int(name[len(STUB) + 2 :])])
            return _SYMBOL.format(makers=made or "    pass")
        lines = []
        for one in self.names:
            found = self.resolve(f"{name}.{one}")
            if found is not None:
                lines.append(f"from {STUB}.c{found[0]} import {_NAMES[found[1]]} as {one}")
        return "\n".join(lines)


@contextmanager
def _fenced(world: World) -> Iterator[None]:
    """Lets astroid import from the stub world alone, and leaves its caches as they were.

    ``AstroidManager`` is a Borg: all of its instances share one dictionary, and node classes make their own
    instances. So the one method through which all imports go is replaced for as long as we infer.
    """
    manager = AstroidManager()
    original = AstroidManager.ast_from_module_name
    cache = manager.astroid_cache
    if "builtins" not in cache:
        manager.bootstrap()
    builtin = {"builtins": cache["builtins"]}
    saved = dict(cache)

    def answer(
        self: AstroidManager, modname: str | None, context_file: str | None = None, use_cache: bool = True
    ) -> nodes.Module:
        if modname in builtin:
            return builtin[modname]
        if modname is None or modname.partition(".")[0] in _UNKNOWN:
            raise AstroidImportError("not looked at: {modname}", modname=modname)
        return world.module(modname)

    AstroidManager.ast_from_module_name = answer
    # The dictionary is shared by instances that others hold: it is emptied and filled, not replaced.
    cache.clear()
    cache.update(builtin)
    try:
        yield
    finally:
        AstroidManager.ast_from_module_name = original
        cache.clear()
        cache.update(saved)
        clear_inference_tip_cache()


_UNKNOWN = frozenset({"builtins"})


class Inference:
    """What expressions of one file are. ``text`` is its source, ``module`` its dotted name."""

    def __init__(self, text: str, module: str, package: bool, world: World) -> None:
        self.world = world
        self.module_name = module
        self.asked = 0
        with _fenced(world):
            builder = AstroidBuilder(AstroidManager(), apply_transforms=True)
            name = f"{module}.__init__" if package else module
            self.module: nodes.Module | None
            try:
                self.module = builder.string_build(text, name)
                self.by_place = self._index(self.module)
                self._teach(self.module)
            except (
                AstroidError,
                RecursionError,
                MemoryError,
                ValueError,
                AttributeError,
                KeyError,
                SyntaxError,
            ):
                # Inference is lost for this file; what facts and links prove stays.
                self.module = None
                self.by_place = {}

    def _index(self, module: nodes.Module) -> dict[tuple[int, int, int, int], nodes.NodeNG]:
        found: dict[tuple[int, int, int, int], nodes.NodeNG] = {}
        todo: list[nodes.NodeNG] = [module]
        while todo:
            node = todo.pop()
            if node.lineno is not None and node.end_lineno is not None:
                place = (node.lineno, node.col_offset or 0, node.end_lineno, node.end_col_offset or 0)
                # A statement of one expression has the same place as the expression: the inner one counts.
                found[place] = node
            todo.extend(node.get_children())
        return found

    def answers(self, span: Span, *, result: bool = False) -> tuple[Answer, ...]:
        """What the expression at a place (columns in UTF-8 bytes) may be; empty when nothing is known."""
        node = self.by_place.get((span.line, span.column, span.end_line, span.end_column))
        if node is None or self.asked > BUDGET:
            return ()
        self.asked += 1
        found: dict[Answer, None] = {}
        with _fenced(self.world):
            try:
                for index, value in enumerate(node.infer()):
                    if index >= RESULTS:
                        break
                    found[self._answer(value)] = None
            except (
                AstroidError,
                RecursionError,
                MemoryError,
                ValueError,
                AttributeError,
                KeyError,
                TypeError,
            ):
                pass
            except StopIteration:
                pass
        return tuple(found)

    def _answer(self, value: Any) -> Answer:
        if isinstance(value, nodes.ClassDef):
            return self._class(value, "class")
        if isinstance(value, bases.Instance) and isinstance(value._proxied, nodes.ClassDef):
            return self._class(value._proxied, "instance")
        if isinstance(value, (bases.BoundMethod, bases.UnboundMethod)):
            value = value._proxied
            if isinstance(value, (bases.BoundMethod, bases.UnboundMethod)):
                value = value._proxied
        if isinstance(value, (nodes.FunctionDef, nodes.Lambda)):
            return self._function(value)
        return Answer("other")

    def _class(self, klass: nodes.ClassDef, how: str) -> Answer:
        outer = klass
        for ancestor in _lineage(klass):
            found = self._known(ancestor)
            if found is not None:
                contract, kind = found
                if kind == "double":
                    return Answer("other")
                if how == "instance":
                    return Answer("instance", contract)
                if kind == "symbol" and ancestor is outer:
                    return Answer("symbol", contract)
                return Answer(
                    "subclass" if kind in ("symbol", "subclass") and ancestor is outer else "outside",
                    contract,
                )
        return Answer("other")

    def _known(self, node: nodes.ClassDef | nodes.FunctionDef) -> tuple[int, str] | None:
        name = node.qname()
        if name.startswith(f"{STUB}.c"):
            number, _, kind = name[len(STUB) + 2 :].partition(".")
            words = {value: key for key, value in _NAMES.items()}
            return int(number), words.get(kind.partition(".")[0], "other")
        return self.world.resolve(name)

    def _function(self, function: nodes.Lambda) -> Answer:
        if isinstance(function, nodes.FunctionDef):
            if function.qname().startswith(f"{STUB}.c"):
                # `Symbol.create`: its number is in the class's name.
                number = function.qname()[len(STUB) + 2 :].partition(".")[0]
                if isinstance(function.parent, nodes.ClassDef):
                    declared = function.name in self.world.declared[int(number)]
                    return Answer("factory" if declared else "constructor", int(number))
                return Answer("factory" if function.name == "factory" else "maker", int(number))
            found = self.world.resolve(function.qname())
            if found is not None and found[1] in ("factory", "maker"):
                return Answer(found[1], found[0])
        return Answer("other")

    # -- what astroid does not follow

    def _teach(self, module: nodes.Module) -> None:
        for node in list(module.nodes_of_class(nodes.Await)):
            _tip(node, _await)
        for node in module.nodes_of_class(nodes.Arguments):
            pairs = list(zip(node.posonlyargs, node.posonlyargs_annotations, strict=False))
            pairs += list(zip(node.args or [], node.annotations, strict=False))
            pairs += list(zip(node.kwonlyargs, node.kwonlyargs_annotations, strict=False))
            for argument, annotation in pairs:
                if annotation is not None:
                    _tip(argument, _annotated(annotation))
        for node in module.nodes_of_class(nodes.AnnAssign):
            if isinstance(node.target, (nodes.AssignName, nodes.AssignAttr)):
                _tip(node.target, _declared(node.annotation, node.value))
        for node in module.nodes_of_class(nodes.Call):
            called = node.func.as_string().rpartition(".")[2] if _is_path(node.func) else ""
            if (called in ("partial", "partialmethod") and node.args) or (
                called in ("copy", "deepcopy", "run", "run_until_complete", "create_task", "ensure_future")
                and node.args
            ) or (called == "wait_for" and node.args):
                _tip(node, _first)
            elif called == "cast" and len(node.args) == 2:
                _tip(node, _cast)
            elif called == "type" and len(node.args) == 1 and not node.keywords:
                _tip(node, _class_of)
            elif called in ("import_module", "__import__") and node.args:
                _tip(node, self._import(called))
        for node in module.nodes_of_class(nodes.Subscript):
            if node.value.as_string() == "sys.modules":
                _tip(node, self._import("sys.modules"))
            elif isinstance(node.slice, nodes.Const) and isinstance(node.slice.value, str):
                held = node.value
                if isinstance(held, nodes.Call) and held.func.as_string() == "vars" and len(held.args) == 1:
                    _tip(node, _attribute(held.args[0], node.slice.value))
                elif isinstance(held, nodes.Attribute) and held.attrname == "__dict__":
                    _tip(node, _attribute(held.expr, node.slice.value))

    def _import(self, called: str) -> Tip:
        def infer(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
            name = node.slice if called == "sys.modules" else node.args[0]
            literal = name.value if isinstance(name, nodes.Const) else None
            if not isinstance(literal, str) or not literal:
                raise UseInferenceDefault
            if literal.startswith("."):
                dots = len(literal) - len(literal.lstrip("."))
                parts = self.module_name.split(".")
                package = parts if self.module is not None and self.module.package else parts[:-1]
                literal = ".".join([*package[: len(package) - dots + 1], literal.lstrip(".")])
            if called == "__import__" and len(node.args) < 4 and not node.keywords:
                literal = literal.partition(".")[0]
            yield self.world.module(literal)

        return infer


def _lineage(klass: nodes.ClassDef) -> Iterator[nodes.ClassDef]:
    """A class and its bases, breadth first, up to a limit: astroid's own way takes time with the cube of it."""
    todo, seen = [klass], {klass}
    while todo and len(seen) < LINEAGE:
        one = todo.pop(0)
        yield one
        for base in one.bases:
            try:
                found = [value for value in islice(base.infer(), 5) if isinstance(value, nodes.ClassDef)]
            except (AstroidError, RecursionError):
                continue
            todo.extend(value for value in found if value not in seen)
            seen.update(found)


Tip = Callable[..., Iterator[Any]]


def _tip(node: nodes.NodeNG, infer: Tip) -> None:
    """Gives one node a way to be inferred that comes before astroid's own."""
    inference_tip(infer)(node)


def _is_path(node: nodes.NodeNG) -> bool:
    while isinstance(node, nodes.Attribute):
        node = node.expr
    return isinstance(node, nodes.Name)


def _await(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
    # astroid gives what an async function returns for the call itself.
    yield from node.value.infer(context=context)


def _first(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
    yield from node.args[0].infer(context=context)


def _class_of(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
    # astroid gives nothing for a value that may be of several types.
    found = list(node.args[0].infer(context=context))
    if not any(isinstance(value, bases.Instance) for value in found):
        raise UseInferenceDefault
    for value in found:
        yield value._proxied if isinstance(value, bases.Instance) else Uninferable


def _cast(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
    yield from _of_type(node.args[0], node, context)


def _annotated(annotation: nodes.NodeNG) -> Tip:
    def infer(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
        if context is not None and context.callcontext is not None:
            # The caller's own argument is known better than by its type.
            raise UseInferenceDefault
        found = list(_of_type(annotation, node, context))
        if not found:
            raise UseInferenceDefault
        yield from found

    return infer


def _declared(annotation: nodes.NodeNG, value: nodes.NodeNG | None) -> Tip:
    """What an annotated name holds: its value where that is known, else what the annotation says."""

    def infer(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
        try:
            known = list(value.infer(context)) if value is not None else []
        except (AstroidError, RecursionError):
            known = []
        known = [one for one in known if one is not Uninferable]
        if all(isinstance(one, nodes.Const) and one.value is None for one in known):
            known += _of_type(annotation, node, context)
        if not known:
            raise UseInferenceDefault
        yield from known

    return infer


def _attribute(owner: nodes.NodeNG, name: str) -> Tip:
    """``vars(mod)["N"]`` is ``mod.N``."""

    def infer(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
        for value in owner.infer(context):
            if not isinstance(value, nodes.Module):
                raise UseInferenceDefault
            yield from value.igetattr(name)

    return infer


def _of_type(
    annotation: nodes.NodeNG, where: nodes.NodeNG, context: InferenceContext | None
) -> Iterator[Any]:
    """The values that have a type: instances of a class, or for ``type[C]`` the class."""
    if isinstance(annotation, nodes.Const):
        if not isinstance(annotation.value, str):
            return
        try:
            quoted = astroid.extract_node(annotation.value)
        except (AstroidError, ValueError, SyntaxError):
            return
        if not isinstance(quoted, nodes.NodeNG):
            return
        quoted.parent = annotation.parent
        yield from _of_type(quoted, where, context)
    elif isinstance(annotation, nodes.BinOp) and annotation.op == "|":
        yield from _one_of([annotation.left, annotation.right], where, context)
    elif isinstance(annotation, nodes.Subscript):
        name = annotation.value.as_string().rpartition(".")[2]
        inner = annotation.slice
        parts = inner.elts if isinstance(inner, nodes.Tuple) else [inner]
        if name in ("type", "Type"):
            for part in parts:
                for value in _of_type(part, where, context):
                    if isinstance(value, bases.Instance):
                        yield value._proxied
        elif name in ("Optional", "Union"):
            yield from _one_of(parts, where, context)
        elif name in ("Annotated", "ClassVar", "Final", "Awaitable"):
            yield from _of_type(parts[0], where, context)
    elif isinstance(annotation, (nodes.Name, nodes.Attribute)):
        for value in annotation.infer():
            if isinstance(value, nodes.ClassDef):
                yield value.instantiate_class()


def _one_of(
    parts: Sequence[nodes.NodeNG], where: nodes.NodeNG, context: InferenceContext | None
) -> Iterator[Any]:
    """The values of a union; a part that is not known, and not None, makes the others uncertain."""
    for part in parts:
        if isinstance(part, nodes.Const) and part.value is None:
            continue
        found = list(_of_type(part, where, context))
        yield from found or [Uninferable]
