"""A construction that bypasses the factory → a fix that calls the factory, where the isolation key is at hand. Pure.

What else the factory does is not known, so a person has to look at the fix.
"""

from __future__ import annotations

import ast

from ssot_lint.facts.scopes import Bound, Scope, Site
from ssot_lint.facts.syntax import module_of, path_of
from ssot_lint.fixes import import_addition, imports, names
from ssot_lint.fixes.imports import ImportStatement
from ssot_lint.fixes.repair import Repair
from ssot_lint.fixes.source import Unfixable
from ssot_lint.links.follow import follow
from ssot_lint.model.facts import Function
from ssot_lint.model.finding import Edit, Fix


def fixed(repair: Repair) -> Fix:
    """Replaces the call at the place of the finding by one of the contract's first factory, and passes the key by
    name."""
    source = repair.source
    site = next(
        (one for one in source.walked.of(ast.Call) if source.span(one.node) == repair.finding.span), None
    )
    if site is None:
        raise Unfixable("what is called is not spelled out here")
    call = site.node
    assert isinstance(call, ast.Call)
    path = next(iter(repair.links.usable), "")
    factory = repair.links.roles.function(path) if path else None
    if factory is None:
        raise Unfixable("the contract names no factory whose parameters are known")
    module, _, name = path.rpartition(".")
    if not repair.project.is_module(module) or factory.owner:
        raise Unfixable(f"{path} is no function of a module")
    given = _arguments(repair, site, call, factory)
    awaits = _await(site, factory)
    edits, called = _callee(repair, site, module, name)
    text = f"{called}({', '.join(given)})"
    if awaits:
        text = f"(await {text})" if _needs_brackets(site) else f"await {text}"
    edits.append(source.edit(source.span(call), text))
    return repair.fix(f"call {path}", edits, "unsafe", claims=[f"{source.path}:{path}"])


def _arguments(repair: Repair, site: Site, call: ast.Call, factory: Function) -> list[str]:
    """The arguments for the factory, as the code spells them."""
    keys = repair.links.roles.keys_of(factory)
    known = [one for one in factory.parameters if not one.startswith("*")]
    takes_any = any(one.startswith("**") for one in factory.parameters)
    said = _said(repair, call)
    for name in said:
        if name not in known and not takes_any:
            raise Unfixable(f"the factory has no parameter `{name}`")
    for key in keys:
        if key not in said:
            if not _is_at_hand(site, key):
                raise Unfixable(f"no `{key}` is at hand here, and the factory needs one")
            said[key] = key
    required = known[: len(known) - len(factory.defaults)] if factory.defaults else known
    for name in required:
        if name not in said and name not in ("self", "cls"):
            raise Unfixable(f"the factory needs `{name}`, which is not at hand here")
    ordered = [name for name in known if name in said] + [name for name in said if name not in known]
    return [f"{name}={said[name]}" for name in ordered]


def _said(repair: Repair, call: ast.Call) -> dict[str, str]:
    """The arguments of the construction, by the names of the class's parameters."""
    source, said = repair.source, dict[str, str]()
    names_of = _parameters(repair)
    for place, one in enumerate(call.args):
        if isinstance(one, ast.Starred) or place >= len(names_of):
            raise Unfixable("it is not known which parameters the arguments are for")
        said[names_of[place]] = source.piece(source.span(one))
    for keyword in call.keywords:
        if keyword.arg is None:
            raise Unfixable("it is not known which parameters the arguments are for")
        said[keyword.arg] = source.piece(source.span(keyword.value))
    if any("\n" in text or "#" in text for text in said.values()):
        raise Unfixable("the arguments stand on several lines")
    return said


def _parameters(repair: Repair) -> list[str]:
    """The positional parameters of the class."""
    for _, klass in repair.links.roles.managed:
        if klass.parameters is not None:
            return [one for one in klass.parameters if not one.startswith("*")]
    return []


def _is_at_hand(site: Site, name: str) -> bool:
    """Whether a parameter or a local variable of that name certainly exists there."""
    seen = site.scope.lookup(name)
    if seen is None or seen[0].kind != "function":
        return False
    return all(
        bound.how == "param"
        or (bound.how == "assign" and not bound.site.guards and bound.line < getattr(site.node, "lineno", 0))
        for bound in seen[1]
    )


def _await(site: Site, factory: Function) -> bool:
    """Whether the call must be awaited. Unfixable, where it must be and cannot be."""
    if not factory.asynchronous:
        return False
    scope: Scope | None = site.scope
    while scope is not None and scope.kind == "comprehension":
        scope = scope.parent
    if scope is None or not isinstance(scope.node, ast.AsyncFunctionDef):
        raise Unfixable("the factory has to be awaited, and nothing can be awaited here")
    return True


def _needs_brackets(site: Site) -> bool:
    return isinstance(
        site.parent.node if site.parent is not None else None, (ast.Attribute, ast.Subscript, ast.Call)
    ) and (site.field in ("value", "func"))


def _callee(repair: Repair, site: Site, module: str, name: str) -> tuple[list[Edit], str]:
    """The edits that import the factory where that is needed, and how the call spells it."""
    source, path = repair.source, f"{module}.{name}"
    seen = site.scope.lookup(name)
    goal = follow(repair.project, path).path
    if seen is not None:
        if all(one.how == "import" and _leads(repair, one.target, goal) for one in seen[1]):
            return [], name
        raise Unfixable(f"`{name}` is something else here")
    call = site.node
    assert isinstance(call, ast.Call)
    spelled = path_of(call.func)
    if not spelled:
        raise Unfixable("what is called is not spelled out here")
    scope, bound = _import_of(site, spelled[0])
    node = bound.site.node
    assert isinstance(node, (ast.Import, ast.ImportFrom))
    anchor = ImportStatement(bound.site, node)
    names.may_become(source, scope, [site], name, lambda one: False)
    if not scope.deferred:
        repair.must_close_no_cycle(module, repair.absolute(bound.target).rpartition(".")[0])
    spelling = module
    if isinstance(node, ast.ImportFrom):
        spelling = imports.spelled(module, module_of(node), repair.package)
    others = [one for one in names.uses(source, scope, spelled[0]) if one.node is not call.func]
    alias = next((one for one in node.names if (one.asname or one.name) == spelled[0]), None)
    if (
        isinstance(node, ast.ImportFrom)
        and alias is not None
        and len(spelled) == 1
        and not others
        and repair.may_drop(scope, spelled[0])
        and names.is_unread(source, scope, spelled[0])
    ):
        if module_of(node) == spelling:
            return [source.edit(source.span(alias), name)], name
        return import_addition.exchanged(source, anchor, alias, spelling, name), name
    return import_addition.added(source, anchor, spelling, name), name


def _import_of(site: Site, name: str) -> tuple[Scope, Bound]:
    """The import that binds a name at a place, and its scope."""
    found = site.scope.lookup(name)
    bounds = [one for one in found[1] if one.how == "import"] if found is not None else []
    if found is None or not bounds or found[0].kind == "class" or bounds[-1].site.attempts:
        raise Unfixable("no import shows where the factory's import belongs")
    if "typing" in bounds[-1].site.guards:
        raise Unfixable("the class is imported for types alone")
    return found[0], bounds[-1]


def _leads(repair: Repair, target: str, goal: str) -> bool:
    path = repair.absolute(target)
    return bool(path) and follow(repair.project, path).path == goal
