"""The state of astroid, which its nodes share: for one file it imports from the stub world alone, within limits.

Every module that the file imports is answered by a small module made from the links, or by nothing: astroid reads no
other file and never looks on ``sys.path``. None of its plugins is applied: one of them imports what the code names.
"""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import astroid.context
from astroid import nodes
from astroid.context import InferenceContext
from astroid.exceptions import AstroidImportError
from astroid.manager import AstroidManager

from ssot_lint.inference.tree import build
from ssot_lint.inference.world import StubWorld

MOST_VALUES = 100
"""So many values of one expression are inferred."""


class Modules:
    """The modules of the stub world of one file, each built when it is asked for."""

    def __init__(self, world: StubWorld) -> None:
        self.world = world
        self.built: dict[str, nodes.Module] = {}

    def of(self, name: str) -> nodes.Module:
        """The module of a name. Raises AstroidImportError where there is none: then it is not known."""
        if name not in self.built:
            text = self.world.text(name)
            if text is None:
                raise AstroidImportError("not looked at: {modname}", modname=name)
            self.built[name] = build(text, name)
        return self.built[name]


@dataclass(slots=True)
class Remembered:
    """What astroid remembers in its own globals, for one file."""

    inferred: dict[Any, Any] = field(default_factory=dict)
    tips: OrderedDict[Any, Any] = field(default_factory=OrderedDict)


def built_in() -> nodes.Module:
    """The model of the built-in types, which astroid makes once, of those of this interpreter."""
    manager: Any = AstroidManager()
    if "builtins" not in manager.astroid_cache:
        manager.bootstrap()
    module: nodes.Module = manager.astroid_cache["builtins"]
    return module


_tips: Any = sys.modules["astroid.inference_tip"]
_contexts: Any = astroid.context


@contextmanager
def fenced(modules: Modules, memory: Remembered) -> Iterator[None]:
    """Lets astroid import from the stub world alone, within known limits, and leaves its state as it was.

    ``AstroidManager`` is a Borg: all of its instances share one dictionary, and node classes make their own
    instances. So the one method through which all imports go is replaced for as long as we infer.
    """
    manager: Any = AstroidManager()
    kind: Any = AstroidManager
    builtins = built_in()
    cache = manager.astroid_cache
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
    manager.max_inferable_values, InferenceContext.max_inferred = MOST_VALUES, MOST_VALUES
    _contexts._INFERENCE_CACHE, _tips._cache = memory.inferred, memory.tips
    try:
        yield
    finally:
        kind.ast_from_module_name = load
        manager.max_inferable_values, InferenceContext.max_inferred = values, most
        _contexts._INFERENCE_CACHE, _tips._cache = inferred, tips
        cache.clear()
        cache.update(saved)


def release() -> None:
    """Has astroid let go of a file's trees: its classes keep what was looked up last, and the trees with that."""
    kept: tuple[Any, ...] = (nodes.Name.lookup, nodes.ClassDef._metaclass_lookup_attribute)
    for one in kept:
        one.cache_clear()


def clean(found: Iterable[nodes.NodeNG]) -> None:
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
