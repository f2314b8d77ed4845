"""What one file binds at import, and what its functions bind later. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ssot_lint.facts.scopes import Scope, Site
from ssot_lint.facts.sharing.names import Names, defaulted, is_globals
from ssot_lint.facts.syntax import FUNCTIONS, last_name, pairs, path_of, text_of
from ssot_lint.model.sharing import Fill, FilledBy, Slot, Via


def slots_of(names: Names) -> Iterator[Slot]:
    for site, target, value, annotation in assignments(names):
        if value is None or not _at_import(site):
            continue
        owner = site.scope.qualname if site.scope.kind == "class" else ""
        name = ""
        if isinstance(target, ast.Name):
            name = target.id
        elif isinstance(target, ast.Attribute):
            # An attribute of a function, or of something else of this module.
            targets, _ = names.paths(target, site.scope)
            name = targets[0][1:] if len(targets) == 1 and targets[0].startswith(":") else ""
        elif not (
            isinstance(target, ast.Subscript)
            and path_of(target.value) == ["sys", "modules"]
            and path_of(target.slice) == ["__name__"]
        ):
            continue
        if not name and not isinstance(target, ast.Subscript):
            continue
        form, paths = names.value(value, site.scope)
        declared = bool(owner) and annotation is not None and not _is_of_class(annotation)
        span = names.lines.span(target if name else site.node)
        yield Slot(span, name, owner, form, declared, paths, _given(value))
    for site in names.walked.of(*FUNCTIONS):
        node = site.node
        if not isinstance(node, FUNCTIONS) or site.scope.deferred:
            continue
        for name, (argument, default) in defaulted(node).items():
            form, paths = names.value(default, site.scope)
            span = names.lines.span(argument)
            qualname = site.scope.inside(node.name)
            yield Slot(span, name, qualname, form, False, paths, _given(default))


def _given(value: ast.expr) -> tuple[str, ...]:
    """The positions and keywords of a call's arguments; see ``Slot``."""
    if not isinstance(value, ast.Call):
        return ("*",)
    hidden = any(isinstance(one, ast.Starred) for one in value.args)
    slots = [str(number) for number, _ in enumerate(value.args)]
    slots += [keyword.arg or "*" for keyword in value.keywords]
    return (*slots, "*") if hidden else tuple(slots)


def _is_of_class(annotation: ast.expr) -> bool:
    text = annotation.value if isinstance(annotation, ast.Constant) else None
    if isinstance(text, str):
        return "ClassVar" in text
    inner = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    return last_name(inner) == "ClassVar"


def fills_of(names: Names) -> Iterator[Fill]:
    for site, target, value, _ in assignments(names):
        scope, outer, depth = names.place(site.scope)
        if value is None or not outer:
            continue
        how, targets, via = _slot(names, target, site.scope)
        if how is None or not targets or via in ("self", "default"):
            continue
        form, paths = names.value(value, site.scope)
        if form in ("call", "container"):
            span = names.lines.span(target)
            lazy = bool(site.guards)
            yield Fill(span, targets[0], how, via, form, paths, scope, outer, depth, lazy)
    for site in names.walked.of(ast.Call):
        node = site.node
        scope, outer, depth = names.place(site.scope)
        if not isinstance(node, ast.Call) or not outer:
            continue
        named = _named_slot(names, node, site.scope)
        if named is None:
            continue
        how, slot, via, value = named
        form, paths = names.value(value, site.scope)
        if form in ("call", "container"):
            lazy = bool(site.guards) or how == "key"
            yield Fill(names.lines.span(node), slot, how, via, form, paths, scope, outer, depth, lazy)


def _slot(names: Names, target: ast.expr, scope: Scope) -> tuple[FilledBy | None, tuple[str, ...], Via]:
    """What an assignment in a function fills beyond its own variables: how, the targets, and by way of what."""
    if isinstance(target, ast.Name):
        inner = scope
        while inner.kind == "comprehension" and inner.parent is not None:
            inner = inner.parent
        if target.id in inner.globals:
            return "global", (f":{target.id}",), ""
        if target.id in inner.nonlocals:
            return "nonlocal", (f":{inner.owner(target.id).inside(target.id)}",), ""
    elif isinstance(target, ast.Attribute):
        targets, via = names.paths(target, scope)
        return "attribute", targets, via
    elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Call):
        if is_globals(target):
            return "key", (f":{text_of(target.slice)}",), ""
    return None, (), ""


def _named_slot(names: Names, node: ast.Call, scope: Scope) -> tuple[FilledBy, str, Via, ast.expr] | None:
    """``setattr(owner, "name", value)`` and ``globals().setdefault("name", value)``."""
    func = node.func
    if isinstance(func, ast.Name) and func.id == "setattr" and len(node.args) == 3:
        name = node.args[1]
        if isinstance(name, ast.Constant) and isinstance(name.value, str):
            targets, via = names.paths(node.args[0], scope)
            if targets and via not in ("self", "default"):
                return "attribute", f"{targets[0]}.{name.value}", via, node.args[2]
    elif isinstance(func, ast.Attribute) and func.attr == "setdefault" and isinstance(func.value, ast.Call):
        if path_of(func.value.func) == ["globals"] and len(node.args) == 2:
            name = node.args[0]
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                return "key", f":{name.value}", "", node.args[1]
    return None


def assignments(names: Names) -> Iterator[tuple[Site, ast.expr, ast.expr | None, ast.expr | None]]:
    """Every single target of an assignment: its site, the target, its value, and its annotation."""
    for site in names.walked.of(ast.Assign, ast.AnnAssign, ast.NamedExpr):
        node = site.node
        if isinstance(node, ast.Assign):
            for target in node.targets:
                for single, value in pairs(target, node.value):
                    yield site, single, value, None
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            yield site, node.target, node.value, node.annotation
        elif isinstance(node, ast.NamedExpr):
            yield site, node.target, node.value, None


def _at_import(site: Site) -> bool:
    return (
        not site.scope.deferred
        and site.scope.kind in ("module", "class")
        and not {"main", "typing"} & set(site.guards)
    )
