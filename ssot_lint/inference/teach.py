"""The nodes of a file → each that astroid does not follow is given a tip. Nothing is calculated.

What is followed: awaited calls, annotations, ``partial``, literal imports, ``copy``, ``cast``, reflection by literals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from astroid import nodes
from astroid.context import InferenceContext
from astroid.exceptions import AstroidImportError, UseInferenceDefault
from astroid.inference_tip import inference_tip
from astroid.util import Uninferable

from ssot_lint.facts.syntax import from_package
from ssot_lint.inference.annotations import annotated_tip, declared_tip, read_tip, returned_tip
from ssot_lint.inference.containers import LOOKUPS, StoredItem, item_tip, lookup_tip, spread_tip, stored_in
from ssot_lint.inference.fence import Modules
from ssot_lint.inference.tips import (
    BUILTIN_CALLS,
    LIBRARY_CALLS,
    METHOD_CALLS,
    attribute_tip,
    bare_tip,
    builtin_tip,
    class_tip,
    either_tip,
    imports_tip,
    unknown_tip,
    value_tip,
)
from ssot_lint.inference.tree import (
    RESULTS,
    Tip,
    imported_as,
    is_path,
    last_of,
    parameters_of,
    path_of,
    root_of,
)


class Teacher:
    """Gives tips to the nodes of a module. ``known`` remembers what they have told."""

    def __init__(self, module: nodes.Module, modules: Modules) -> None:
        self.module = module
        self.modules = modules
        self.known: dict[Any, tuple[Any, ...] | None] = {}
        self.stored: dict[str, list[StoredItem]] = {}

    def teach(self, found: Sequence[nodes.NodeNG]) -> None:
        """``found`` are all nodes of the module."""
        functions = [
            node
            for node in found
            if type(node) in (nodes.FunctionDef, nodes.AsyncFunctionDef) and node.returns is not None
        ]
        # Functions are taught one by one, when they are looked into.
        for name, more in stored_in(found).items():
            self.stored.setdefault(name, []).extend(more)
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
        stored = self.stored.get(held.name, ()) if isinstance(held, nodes.Name) else ()
        if is_path(held, "sys", "modules") or is_path(held, "modules"):
            self._tip(node, self._import_of(key, "sys.modules"))
        elif isinstance(key, nodes.Const) and isinstance(key.value, str) and not stored:
            if isinstance(held, nodes.Call) and is_path(held.func, "vars") and len(held.args) == 1:
                self._tip(node, attribute_tip(held.args[0], key.value))
            elif isinstance(held, nodes.Call) and is_path(held.func, "globals"):
                self._tip(node, attribute_tip(self.module, key.value))
            elif isinstance(held, nodes.Attribute) and held.attrname == "__dict__":
                self._tip(node, attribute_tip(held.expr, key.value))
        elif stored or not isinstance(key, (nodes.Const, nodes.UnaryOp, nodes.Slice)):
            self._tip(node, item_tip(stored))

    def _tip(self, node: nodes.NodeNG, infer: Tip) -> None:
        """Gives a node a tip that comes before astroid's own inference, and remembers what the tip tells."""

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
            if not self.modules.world.foreign(path):
                raise UseInferenceDefault
        call = LIBRARY_CALLS.get(name)
        if call is None or not node.args or (name == "run" and not path.startswith(("asyncio.", "anyio."))):
            raise UseInferenceDefault
        tip = self._import_of(node.args[0], name) if call is imports_tip else call
        yield from tip(node, context)

    def _package(self, node: nodes.Call) -> str:
        """The package from which a relative name in an import counts; empty where that is not known."""
        given = [*node.args[1:2], *(one.value for one in node.keywords if one.arg == "package")]
        if given and isinstance(given[0], nodes.Const) and isinstance(given[0].value, str):
            return given[0].value
        parts = self.module.name.split(".")
        package = parts if self.module.package else parts[:-1]
        return ".".join(package) if given and path_of(given[0]) in ("__package__", "__name__") else ""

    def _import_of(self, literal: nodes.NodeNG, called: str) -> Tip:
        """What an import by a literal name gives. Of several modules nobody knows which it is."""

        def infer(node: Any, context: InferenceContext | None = None) -> Iterator[Any]:
            found = [self._named(value, node, called) for value in islice(literal.infer(context), RESULTS)]
            modules = list(dict.fromkeys(one for one in found if one is not None))
            if not modules:
                raise UseInferenceDefault
            yield from modules
            if len(modules) > 1 or None in found:
                yield Uninferable

        return infer

    def _named(self, value: Any, node: Any, called: str) -> nodes.Module | None:
        """The module that an import gives by one of its names; None where it is not known."""
        name = value.value if isinstance(value, nodes.Const) else None
        if not isinstance(name, str) or not name.strip("."):
            return None
        if name.startswith("."):
            name = from_package(name, self._package(node))
            if not name or name.startswith("."):
                return None
        if called == "__import__" and not _takes_from(node):
            name = name.partition(".")[0]
        try:
            return self.modules.of(name)
        except AstroidImportError:
            return None


def _takes_from(node: nodes.Call) -> bool:
    """Whether ``__import__`` gives the module itself, because it is told what to take from the module."""
    given = [*node.args[3:4], *(one.value for one in node.keywords if one.arg == "fromlist")]
    if not given or (isinstance(given[0], nodes.Const) and not given[0].value):
        return False
    if not isinstance(given[0], (nodes.List, nodes.Tuple)):
        raise UseInferenceDefault
    return bool(given[0].elts)
