"""A name in a scope → the places that mean it, and the reasons why it cannot get another name. Pure.

A name is not changed where ``globals()``, ``eval`` or a string in ``getattr`` may read it at run time.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

from ssot_lint.facts.scopes import Bound, Scope, Site
from ssot_lint.facts.syntax import last_name, text_of
from ssot_lint.fixes.source import FileText, Unfixable
from ssot_lint.model.finding import Edit

_READS_NAMES = frozenset("eval exec globals locals vars".split())
_TAKES_NAMES = frozenset("getattr hasattr setattr delattr attrgetter get __getitem__ pop".split())
_DOCTEST = re.compile(r"^\s*>>> ", re.MULTILINE)


def uses(source: FileText, scope: Scope, name: str) -> list[Site]:
    """All places whose name is the one that the scope binds, also where it is bound."""
    return [site for site in source.walked.of(ast.Name) if _means(site, scope, name)]


def _means(site: Site, scope: Scope, name: str) -> bool:
    node = site.node
    if getattr(node, "id", None) != name:
        return False
    if not isinstance(getattr(node, "ctx", None), ast.Load):
        return site.scope.owner(name) is scope
    seen = site.scope.lookup(name)
    return seen is not None and seen[0] is scope


def renamed(source: FileText, sites: list[Site], old: str, new: str) -> list[Edit]:
    """Edits that replace a name at some places. Unfixable, where the text there is not the name."""
    found = []
    for site in sites:
        span = source.span(site.node)
        if source.piece(span) != old:
            raise Unfixable(f"line {span.line} spells `{old}` in a way that cannot be changed")
        found.append(source.edit(span, new))
    return found


def may_become(
    source: FileText, scope: Scope, sites: list[Site], name: str, is_same: Callable[[Bound], bool]
) -> None:
    """Raises Unfixable where the new name of some places would mean something else, or would hide something else.
    ``is_same``: whether a binding of the new name already binds the same thing."""
    for bound in scope.bounds.get(name, ()):
        if not is_same(bound):
            raise Unfixable(f"`{name}` is something else here: see line {bound.line}")
    for site in sites:
        seen = site.scope.lookup(name)
        if seen is not None and seen[0] is not scope and _is_in(seen[0], scope):
            raise Unfixable(f"`{name}` is something else in line {getattr(site.node, 'lineno', 0)}")
    if name in scope.bounds:
        return
    for site in source.walked.of(ast.Name):
        if getattr(site.node, "id", None) != name or not (site.scope is scope or _is_in(site.scope, scope)):
            continue
        seen = site.scope.lookup(name)
        is_outside = seen is None or not _is_in(seen[0], scope)
        # What a function binds anywhere is its own everywhere in it, also where it is not bound yet.
        if is_outside and not (scope.kind == "module" and seen and all(map(is_same, seen[1]))):
            raise Unfixable(f"`{name}` is something else in line {getattr(site.node, 'lineno', 0)}")
    for declared in _declared(source, name):
        raise Unfixable(f"`{name}` is declared in line {declared}")


def _is_in(inner: Scope, outer: Scope) -> bool:
    return any(one is outer for one in inner.enclosing())


def _declared(source: FileText, name: str) -> Iterator[int]:
    """The lines in which a name is declared global or nonlocal."""
    for site in source.walked.of(ast.Global, ast.Nonlocal):
        if name in getattr(site.node, "names", ()):
            yield getattr(site.node, "lineno", 0)


def may_go(source: FileText, scope: Scope, name: str) -> None:
    """Raises Unfixable where something may read a name of a scope at run time, by a string for instance."""
    for line in _declared(source, name):
        raise Unfixable(f"`{name}` is declared in line {line}")
    for site in source.walked.of(ast.Call):
        _may_be_called(site, scope, name)
    for site in source.walked.of(ast.Subscript):
        if text_of(getattr(site.node, "slice", None)) == name:
            raise Unfixable(f"a string in line {getattr(site.node, 'lineno', 0)} may name `{name}`")
    for site in source.walked.of(ast.JoinedStr):
        _must_not_show(source, site.node, name)
    _must_not_be_told(source, name)


def is_unread(source: FileText, scope: Scope, name: str) -> bool:
    """Whether nothing reads a name of a scope but code that spells it."""
    try:
        may_go(source, scope, name)
    except Unfixable:
        return False
    return True


def must_not_be_shown(source: FileText, site: Site, name: str) -> None:
    """Raises Unfixable where an f-string shows the text of an expression with a name: ``f"{N.x=}"``."""
    for around in site.ancestors():
        if isinstance(around.node, ast.JoinedStr):
            _must_not_show(source, around.node, name)


def _must_not_show(source: FileText, node: ast.AST, name: str) -> None:
    if re.search(rf"\{{[^{{}}]*\b{name}\b[^{{}}]*=\s*[}}!:]", source.piece(source.span(node))):
        raise Unfixable(f"line {getattr(node, 'lineno', 0)} shows `{name}` by its name")


def _may_be_called(site: Site, scope: Scope, name: str) -> None:
    """Raises Unfixable where a call may read the name of a scope."""
    node = site.node
    assert isinstance(node, ast.Call)
    called = last_name(node.func)
    if called in _READS_NAMES and isinstance(node.func, ast.Name):
        if scope.kind == "module" or site.scope is scope or _is_in(site.scope, scope):
            raise Unfixable(f"`{called}` in line {node.lineno} may read `{name}`")
    given = {word for one in node.args for word in (text_of(one) or "").split(".")}
    if called in _TAKES_NAMES and name in given and not _is_own(node):
        raise Unfixable(f"a string in line {node.lineno} may name `{name}`")


def _must_not_be_told(source: FileText, name: str) -> None:
    """Raises Unfixable where a doctest or a type comment names a name."""
    word = re.compile(rf"\b{name}\b")
    for site in source.walked.of(ast.Constant):
        text = text_of(site.node)
        if text and name in text and _DOCTEST.search(text) and word.search(text):
            raise Unfixable(f"a doctest in line {getattr(site.node, 'lineno', 0)} names `{name}`")
    for number in source.lines.of(name):
        if re.search(rf"#\s*type:.*\b{name}\b", source.row(number)):
            raise Unfixable(f"a type comment in line {number} names `{name}`")


def _is_own(call: ast.Call) -> bool:
    """Whether a call asks for an attribute of an object and not for a name of a module: ``getattr(self, "N")``."""
    return bool(call.args) and isinstance(call.args[0], ast.Name) and call.args[0].id in ("self", "cls")


def exported(source: FileText, name: str) -> ast.Constant | None:
    """The string in ``__all__`` that names a name."""
    for site in source.walked.of(ast.Constant):
        if text_of(site.node) == name and any(_is_all(one) for one in site.ancestors()):
            assert isinstance(site.node, ast.Constant)
            return site.node
    return None


def _is_all(site: Site) -> bool:
    node = site.node
    if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return any(isinstance(one, ast.Name) and one.id == "__all__" for one in targets)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return isinstance(node.func.value, ast.Name) and node.func.value.id == "__all__"
    return False
