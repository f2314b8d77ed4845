"""Every place of one file that does something to what outlives it: touches. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ssot_lint.facts.definitions.bodies import CHANGERS
from ssot_lint.facts.scopes import Bound, Scope, Site
from ssot_lint.facts.sharing.before import bound_before, comes_in, found_unset, is_of_constants
from ssot_lint.facts.sharing.names import Names, Paths
from ssot_lint.facts.syntax import FUNCTIONS, below, last_name, path_of, positional, text_of
from ssot_lint.model.sharing import Act, Touch, Via

_THREADS = frozenset("get_ident get_native_id current_thread currentThread current_task getcurrent".split())
"""Functions that tell which thread, task or greenlet runs."""

_SETTERS = frozenset("setattr delattr __setattr__ __delattr__".split())
_CHANGE_FIRST = frozenset(
    [
        *(f"heapq.{name}" for name in "heappush heappop heapify heapreplace heappushpop".split()),
        *(f"bisect.{name}" for name in "insort insort_left insort_right".split()),
        *(f"operator.{name}" for name in "setitem delitem iadd ior iconcat __setitem__ __delitem__".split()),
        *(f"?{kind}.{name}" for kind in ("dict", "list", "set", "bytearray") for name in CHANGERS),
        "random.shuffle",
    ]
)
"""Functions that change their first argument."""
_CHANGING = _SETTERS | {name.rpartition(".")[2] for name in _CHANGE_FIRST}
_OF_BUILTINS = frozenset(f"?{kind}.{name}" for kind in ("object", "type") for name in _SETTERS)


def touches_of(names: Names) -> tuple[tuple[Touch, ...], tuple[str, ...]]:
    """What places do, without repetition within a function; and the attributes that functions read of unknown
    objects."""
    found: dict[tuple[object, ...], tuple[Touch, set[str]]] = {}
    called: set[str] = set()
    stars = _has_star(names)
    filled: dict[tuple[str, str], set[str]] = {}
    for site, (targets, via), how in _acts(names):
        scope, outer, depth = names.place(site.scope)
        if how == "item" and outer:
            kind = "no" if not is_of_constants(site) else "loop" if "loop" in site.guards else "one"
            for target in targets:
                filled.setdefault((scope, target), set()).add(kind)
        if outer and isinstance(site.node, ast.Attribute) and not targets:
            called.update(_of_others(site.node))
        if not targets or how is None or (targets[0].startswith("?") and not stars):
            continue
        if not outer and "main" in site.guards:
            how = "read"
        when, unset, bound = "", set(), frozenset[str]()
        if how == "read":
            # Who reads a thing does not matter, only that it is handed on.
            if via:
                continue
            scope, outer, depth = "", "", 0
        elif outer:
            when = _condition(site) if via == "self" and how in ("call", "set", "item", "augment") else ""
            unset = _unset(names, site, via)
            bound = _bound(names, site) if via == "self" else bound
        for target in targets:
            key = (target, how, via, scope, when, frozenset(unset), bound)
            if key not in found:
                line = getattr(site.node, "lineno", 1)
                touch = Touch(target, how, via, scope, outer, depth, line, when, bound=tuple(sorted(bound)))
                found[key] = touch, unset
    tables = {place for place, kinds in filled.items() if "loop" in kinds and "no" not in kinds}
    return tuple(_judged_once(list(found.values()), tables)), tuple(sorted(called))


def _judged_once(found: list[tuple[Touch, set[str]]], tables: set[tuple[str, str]]) -> Iterator[Touch]:
    """The touches; those are ``memo`` that change something which was found unset, or whose function sets what was.

    ``tables``: functions, each with a table that it makes from others of the module, every time alike.
    """
    stored: dict[str, set[str]] = {}
    for touch, _ in found:
        if touch.how in ("set", "item", "augment"):
            stored.setdefault(touch.scope, set()).add(touch.target)
    for touch, unset in found:
        changed, _, method = touch.target.rpartition(".")
        if touch.how in ("set", "item", "augment"):
            changed = touch.target
        elif touch.how != "call" or method not in CHANGERS:
            changed = ""
        once = bool(changed) and bool(unset & {changed, *stored.get(touch.scope, ())})
        if once or (touch.scope, touch.target) in tables:
            yield touch._replace(how="memo")
        else:
            asked = unset - {f":{touch.outer}"}
            yield touch._replace(unset=tuple(sorted(asked))) if touch.how == "call" and asked else touch


def _unset(names: Names, site: Site, via: Via) -> set[str]:
    """The targets that were found unset before a place, if what it does depends on no parameter."""
    found = {target for one in found_unset(site) for target in names.asked(one, site.scope)}
    if via == "self":
        # A method that puts something in its own place runs once.
        found.add(f":{names.place(site.scope)[1]}")
    if not found or comes_in(site, _receiver(site.scope) if via in ("self", "cls") else ""):
        return set()
    return found


def _receiver(scope: Scope) -> str:
    """The name of the object or class in the method around a place."""
    around = [one for one in (scope, *scope.enclosing()) if one.kind == "function"]
    node = around[-1].node if around else None
    plain = positional(node.args) if isinstance(node, FUNCTIONS) else []
    return plain[0].arg if plain else ""


def _bound(names: Names, site: Site) -> frozenset[str]:
    """The attributes that a method's object has of its own before a place is reached."""
    around = [one for one in (site.scope, *site.scope.enclosing()) if one.kind == "function"]
    node = around[-1].node
    if not isinstance(node, FUNCTIONS) or not names.binds(node):
        return frozenset()
    owner = next((one.qualname for one in around[-1].enclosing() if one.kind == "class"), "")
    return bound_before(site, _receiver(site.scope), owner.rpartition(".")[2])


def _acts(names: Names) -> Iterator[tuple[Site, Paths, Act | None]]:
    """Every place that does something to a path, with the path and what it does; see ``Touch``."""
    for site in names.walked.of(ast.Name, ast.Attribute, ast.Call, ast.Subscript):
        node, parent = site.node, site.parent
        if parent is None or "typing" in site.guards:
            continue
        if isinstance(node, ast.Call):
            changed = _changed(names, node, site.scope)
            if changed is not None:
                yield site, *changed
        if not names.is_path(node, site.scope) or names.is_part(node, parent.node, site.scope):
            continue
        assert isinstance(node, ast.expr)
        paths = names.paths(node, site.scope)
        how = _how(site, parent, paths[1])
        if how in ("set", "augment") and isinstance(node, ast.Name):
            # What an import has bound to the name stays as it is.
            paths = (f":{node.id}",), ""
        yield site, paths, how


def _changed(names: Names, node: ast.Call, scope: Scope) -> tuple[Paths, Act] | None:
    """What a call changes whose function or method is known to change its argument or its object."""
    func, given = node.func, node.args
    name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    if not given or name not in _CHANGING:
        return None
    called = names.paths(func, scope)[0]
    if name not in _SETTERS:
        return (names.paths(given[0], scope), "item") if set(called) & _CHANGE_FIRST else None
    if isinstance(func, ast.Attribute) and not set(called) & _OF_BUILTINS:
        given = [func.value, *given]
    if len(given) < 2:
        return None
    targets, via = names.paths(given[0], scope)
    attribute = text_of(given[1])
    how: Act = "set" if attribute else "item"
    return (tuple(f"{target}.{attribute or '__dict__'}" for target in targets), via), how


def _has_star(names: Names) -> bool:
    return any(
        alias.name == "*"
        for site in names.walked.of(ast.ImportFrom)
        if isinstance(site.node, ast.ImportFrom)
        for alias in site.node.names
    )


def _of_others(node: ast.Attribute) -> list[str]:
    """The attributes in a path, unless it begins with ``super()``."""
    names = []
    inner: ast.expr = node
    while isinstance(inner, ast.Attribute):
        names.append(inner.attr)
        inner = inner.value
    return [] if isinstance(inner, ast.Call) and path_of(inner.func) == ["super"] else names


def _how(site: Site, parent: Site, via: Via) -> Act | None:
    """What is done to a path at its place; None where a local name is bound."""
    node, outer = site.node, parent.node
    if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        augments = isinstance(outer, ast.AugAssign)
        if isinstance(node, ast.Name) and not (site.scope.deferred and node.id in site.scope.globals):
            return "item" if augments and via == "default" else None
        return "augment" if augments else "set"
    if site.field == "decorator_list":
        return "decorate"
    if isinstance(outer, ast.Call) and site.field == "func":
        return "configure" if parent.field == "decorator_list" else "call"
    if isinstance(outer, ast.Call) and path_of(outer.func) in (["map"], ["filter"]):
        return "call" if outer.args[0] is node else "read"
    return _how_within(site)


def _how_within(site: Site) -> Act | None:
    """What is done to a path by what is done to its items: the path holds what they hold."""
    inner, around, is_item = site, site.parent, False
    while around is not None:
        if isinstance(around.node, ast.Subscript) and inner.field == "value":
            is_item = True
        elif not (is_item and isinstance(around.node, ast.Attribute)):
            break
        inner, around = around, around.parent
    if not is_item:
        return "read"
    if not isinstance(getattr(inner.node, "ctx", None), ast.Load):
        keys = [one.slice for one in ast.walk(inner.node) if isinstance(one, ast.Subscript)]
        return None if any(_is_of_thread(key, site.scope) for key in keys) else "item"
    called = around is not None and isinstance(around.node, ast.Call) and inner.field == "func"
    changes = isinstance(inner.node, ast.Attribute) and inner.node.attr in CHANGERS
    return "item" if called and changes else "read"


def _is_of_thread(key: ast.expr, scope: Scope) -> bool:
    """Whether a key is that of the running thread or task: what is kept by such a key is not shared."""
    todo: list[ast.expr] = [key]
    seen: set[str] = set()
    for one in todo:
        for part in below(one):
            if isinstance(part, ast.Call) and last_name(part.func) in _THREADS:
                return True
            if isinstance(part, ast.Name) and part.id not in seen:
                seen.add(part.id)
                found = scope.lookup(part.id)
                if found is not None and len(found[1]) == 1:
                    todo += _made_of(found[0], found[1][0])
    return False


def _made_of(scope: Scope, bound: Bound) -> list[ast.expr]:
    """What a local variable holds, or a function of the file returns."""
    if bound.how == "def":
        returns = (one for one in below(bound.site.node) if isinstance(one, ast.Return))
        return [one.value for one in returns if one.value is not None]
    return [bound.value] if bound.value is not None and scope.kind == "function" else []


def _condition(site: Site) -> str:
    """The attribute of the method's object that an ``if`` around a place asks for."""
    inner = site
    for around in site.ancestors():
        if isinstance(around.node, (*FUNCTIONS, ast.Lambda)):
            break
        if isinstance(around.node, ast.If) and inner.field == "body":
            test = around.node.test
            for part in (
                test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]
            ):
                path = path_of(part)
                if path is not None and len(path) == 2 and path[0] == "self":
                    return path[1]
        inner = around
    return ""
