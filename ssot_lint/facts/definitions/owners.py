"""An expression → the class, function or module of the file that owns what it names, and outlives the call. Pure."""

from __future__ import annotations

import ast
from typing import Literal

from ssot_lint.facts.definitions.bodies import OF_CLASS, Body, body_of, decorated
from ssot_lint.facts.definitions.slots import CONTAINER_TYPES, form_of
from ssot_lint.facts.reading import Reading
from ssot_lint.facts.scopes import Bound, Scope
from ssot_lint.facts.syntax import FUNCTIONS, defaults, last_name, path_of, positional
from ssot_lint.model.facts import Owner, Ref

Owned = tuple[Owner, str, str, Ref | None]
"""``owner``, ``name``, ``klass`` and ``target`` of a ``Write``."""


def owned(reading: Reading, node: ast.expr, scope: Scope, rebind: bool, depth: int = 0) -> Owned | None:
    """Whose attribute or which name an expression is; None where that does not outlive the call."""
    if depth > 5:
        return None
    if isinstance(node, ast.Name):
        return None if rebind else _name_owned(reading, node, scope, depth)
    if not isinstance(node, ast.Attribute):
        return None
    own = class_of(reading, node.value, scope)
    ref = reading.ref(node, scope)
    if own is not None:
        return own[0], node.attr, own[1], ref
    if isinstance(node.value, ast.Subscript) and path_of(node.value.value) == ["sys", "modules"]:
        if path_of(node.value.slice) == ["__name__"]:
            target = (f":{node.attr}",)
            return "attribute", node.attr, "", Ref(reading.lines.span(node), node.attr, target)
    path = path_of(node)
    if path is None or ref is None:
        return None
    return ("attribute", node.attr, "", ref) if ref.targets and path != ["sys", "modules"] else None


def _name_owned(reading: Reading, node: ast.Name, scope: Scope, depth: int) -> Owned | None:
    seen = scope.lookup(node.id)
    ref = reading.ref(node, scope)
    if seen is not None and seen[0].kind == "class":
        return "class", node.id, seen[0].qualname, ref
    if seen is None or seen[0].kind == "module" or any(bound.how == "import" for bound in seen[1]):
        return "name", node.id, "", ref
    owner, bounds = seen
    if isinstance(owner.node, FUNCTIONS) and any(bound.how == "param" for bound in bounds):
        own = _receiver_of(node.id, owner) if len(bounds) == 1 else None
        if own is not None and own[0] == "self":
            return ("self", "", own[1], ref) if _is_container(owner) else None
        default = next((one for argument, one in defaults(owner.node.args) if argument.arg == node.id), None)
        return _default_owned(reading, node, default, owner, depth) if len(bounds) == 1 else None
    alias = _alias(node.id, scope)
    if alias is not None:
        return owned(reading, alias[0], alias[1], False, depth + 1)
    if owner is not scope and is_kept(reading, owner):
        return "kept", node.id, "", ref
    return None


def _is_container(method: Scope) -> bool:
    """Whether a method's class is a container itself: ``self[key] = value``."""
    above = beyond_types(method)
    bases = getattr(above.node, "bases", ()) if above is not None else ()
    plain = (base.value if isinstance(base, ast.Subscript) else base for base in bases)
    return any(last_name(base) in CONTAINER_TYPES for base in plain)


def _default_owned(
    reading: Reading, node: ast.Name, default: ast.expr | None, owner: Scope, depth: int
) -> Owned | None:
    """What a parameter holds by its default: a container made for all calls, or another name for such a container."""
    above = beyond_types(owner) or owner
    if form_of(reading, default, above) == "container":
        return "default", node.id, "", reading.ref(node, owner)
    if isinstance(default, (ast.Name, ast.Attribute)):
        return owned(reading, default, above, False, depth + 1)
    return None


def _alias(name: str, scope: Scope) -> tuple[ast.expr, Scope] | None:
    """The path for which a local name is another name, if one assignment binds it."""
    seen = scope.lookup(name)
    if seen is None or seen[0].kind != "function" or len(seen[1]) != 1:
        return None
    bound: Bound = seen[1][0]
    if bound.how != "assign" or not isinstance(bound.value, (ast.Name, ast.Attribute)):
        return None
    return bound.value, bound.site.scope


def is_kept(reading: Reading, scope: Scope) -> bool:
    """Whether the variables of a function live as long as the module: the function is called at import."""
    above = beyond_types(scope)
    name = getattr(scope.node, "name", "")
    if above is None or above.deferred or not name:
        return False
    return any(
        not site.scope.deferred and last_name(getattr(site.node, "func", None)) == name
        for site in reading.walked.of(ast.Call)
    )


OfClass = tuple[Literal["self", "class"], str]
"""An instance of a class, or the class itself; and its qualified name."""


def class_of(reading: Reading, node: ast.expr, scope: Scope, depth: int = 0) -> OfClass | None:
    """The class of the file of which an expression is an instance (``self``), or that it is itself (``class``), by
    qualname.

    The expression may be ``self`` or ``cls`` under any name, the class's own name, ``type(self)``, ``super()``, or a
    local variable or parameter that holds one of these or is annotated so.
    """
    if depth > 5:
        return None
    if isinstance(node, ast.Name):
        return _of_name(reading, node.id, scope, depth)
    if isinstance(node, ast.Call) and path_of(node.func) == ["super"]:
        return _class_around(reading, scope)
    if isinstance(node, ast.Attribute) and node.attr == "__class__":
        instance = node.value
    elif isinstance(node, ast.Call) and path_of(node.func) == ["type"] and len(node.args) == 1:
        instance = node.args[0]
    else:
        return None
    found = class_of(reading, instance, scope, depth + 1)
    return ("class", found[1]) if found is not None else None


def _class_around(reading: Reading, scope: Scope) -> OfClass | None:
    klass, _ = reading.within(scope)
    return ("class", klass) if klass else None


def _of_name(reading: Reading, name: str, scope: Scope, depth: int) -> OfClass | None:
    if name == "__class__":
        return _class_around(reading, scope)
    seen = scope.lookup(name)
    if seen is None:
        return None
    owner, bounds = seen
    if bounds and all(bound.how == "class" for bound in bounds):
        return "class", owner.inside(name)
    if owner.kind != "function" or len(bounds) != 1:
        return None
    bound = bounds[0]
    if bound.how == "param":
        return _receiver_of(name, owner) or _annotated(reading, bound, owner, depth)
    if bound.how != "assign" or bound.value is None:
        return None
    if isinstance(bound.value, ast.Call):
        made = class_of(reading, bound.value.func, bound.site.scope, depth + 1)
        if made is not None and made[0] == "class":
            return "self", made[1]
    return class_of(reading, bound.value, bound.site.scope, depth + 1)


def _receiver_of(name: str, scope: Scope) -> OfClass | None:
    """The class of a method's first parameter."""
    above = beyond_types(scope)
    if above is None or not isinstance(above.node, ast.ClassDef) or not isinstance(scope.node, FUNCTIONS):
        return None
    arguments = positional(scope.node.args)
    names = decorated(scope.node)
    if not arguments or arguments[0].arg != name or "staticmethod" in names:
        return None
    of_class = "classmethod" in names or scope.node.name in OF_CLASS
    return "class" if of_class else "self", above.qualname


def _annotated(reading: Reading, bound: Bound, scope: Scope, depth: int) -> OfClass | None:
    """The class that a parameter is annotated with, plainly or in quotes."""
    annotation = bound.value
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        annotation = ast.Name(id=annotation.value.strip(), ctx=ast.Load())
    above = beyond_types(scope)
    if not isinstance(annotation, ast.Name) or above is None:
        return None
    found = class_of(reading, annotation, above, depth + 1)
    return ("self", found[1]) if found is not None and found[0] == "class" else None


def beyond_types(scope: Scope) -> Scope | None:
    above = scope.parent
    while above is not None and above.kind == "types":
        above = above.parent
    return above


def method_around(scope: Scope | None) -> Body | None:
    """The method that a place is in, with its class."""
    while scope is not None:
        above = beyond_types(scope)
        if scope.kind == "function" and above is not None and isinstance(scope.node, FUNCTIONS):
            if isinstance(above.node, ast.ClassDef):
                return body_of(scope.node, above.node)
        scope = scope.parent
    return None
